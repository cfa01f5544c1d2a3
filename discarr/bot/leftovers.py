"""Deletes superfluous messages of the bot: duplicates of the dashboard, and pin notices."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from logging import getLogger

import discord

from discarr.bot.channel import Channel
from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import DISCORD_ERRORS, OPTIONAL_DEADLINE
from discarr.clock import Clock

log = getLogger(__name__)

_ATTEMPTS = 5
_PAUSE = 30.0
"""Seconds between two attempts."""


class Leftovers:
    """Deletes messages one by one, and gives up on those that Discord does not delete."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel = channel
        self._cooldown = Cooldown(clock)
        self._ids: deque[int] = deque()
        self._attempts: Counter[int] = Counter()

    def add(self, ids: Iterable[int]) -> None:
        """Queue these ids for deletion, unless that was tried too often."""
        self._ids.extend(id for id in ids if id not in self._ids and self._attempts[id] < _ATTEMPTS)

    @property
    def gave_up(self) -> bool:
        """Whether there are some that Discord did not delete."""
        return _ATTEMPTS in self._attempts.values()

    def start_over(self) -> None:
        """Try all of them again once they are found again."""
        self._attempts.clear()

    def due(self) -> bool:
        """Return whether there is one to delete now."""
        return bool(self._ids) and not self._cooldown.active()

    async def work(self) -> None:
        """Delete the next one."""
        message_id = self._ids.popleft()
        self._attempts[message_id] += 1
        try:
            async with asyncio.timeout(OPTIONAL_DEADLINE):
                await self._channel.delete(message_id)
        except (discord.NotFound, discord.Forbidden) as error:
            log.debug("A message of the bot cannot be deleted: %s", error.code)
            self._attempts[message_id] = _ATTEMPTS
        except DISCORD_ERRORS as error:
            log.debug("A message of the bot cannot be deleted yet: %s", type(error).__name__)
            self._cooldown.start(_PAUSE)
            self.add([message_id])
        else:
            del self._attempts[message_id]
