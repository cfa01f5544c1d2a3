"""Keeps the dashboard pinned, without fighting over it, and finds the pin notice."""

import asyncio
from logging import getLogger

from discarr.bot.channel import Channel
from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import DENIED, DISCORD_ERRORS, OPTIONAL_DEADLINE
from discarr.bot.leftovers import Leftovers
from discarr.bot.permissions import AccessMonitor
from discarr.bot.search import notices
from discarr.clock import Clock
from discarr.logs import StateLog

log = getLogger(__name__)

REPIN_COOLDOWN = 600.0
"""Seconds between two attempts to pin."""
_PROMPT_PINS = 2
"""Pins of a message without a cooldown: the first, and one after somebody unpinned it."""
_NOTICE_ATTEMPTS = 3


class PinKeeper:
    """Keeps one message pinned. Its failures affect nothing else."""

    def __init__(self, channel: Channel, access: AccessMonitor, leftovers: Leftovers, clock: Clock) -> None:
        self._channel = channel
        self._access = access
        self._leftovers = leftovers
        self._cooldown, self._notice_cooldown = Cooldown(clock), Cooldown(clock)
        self._unpinned = StateLog(log, "The dashboard is pinned")
        self._pinned = True
        self._prompt_pins = _PROMPT_PINS
        self._notice_attempts = 0

    def start_over(self) -> None:
        """Start over with a new message, which is pinned at once."""
        self._prompt_pins = _PROMPT_PINS
        self._cooldown.end()

    def saw(self, pinned: bool) -> None:
        """Note whether the message is pinned, according to Discord."""
        self._pinned = pinned

    def pin_due(self) -> bool:
        """Return whether to pin it now."""
        return not self._pinned and not self._cooldown.active()

    def notice_due(self) -> bool:
        """Return whether to search for the pin notice now."""
        return self._notice_attempts > 0 and not self._notice_cooldown.active()

    async def pin(self, message_id: int) -> None:
        """Pin the message, with one write."""
        self._prompt_pins -= 1
        if self._prompt_pins <= 0:
            self._cooldown.start(REPIN_COOLDOWN)
        try:
            async with asyncio.timeout(OPTIONAL_DEADLINE):
                await self._channel.pin(message_id)
        except DISCORD_ERRORS as error:
            self._cooldown.start(REPIN_COOLDOWN)
            self._unpinned.failing(
                f"The dashboard stays unpinned: {await self._access.explanation(error, pinning=True)}"
            )
        else:
            self._pinned = True
            self._unpinned.recovered()
            self._notice_attempts = _NOTICE_ATTEMPTS

    async def find_notice(self, message_id: int) -> None:
        """Have the pin notice deleted if it is there. Discord posts it a moment after the pin, so this is retried."""
        self._notice_attempts -= 1
        try:
            async with asyncio.timeout(OPTIONAL_DEADLINE):
                found = notices(await self._channel.history(), self._channel.user_id, message_id)
        except DISCORD_ERRORS as error:
            log.debug("The pin notice cannot be searched for: %s", type(error).__name__)
            self._notice_cooldown.start(DENIED)
        else:
            self._leftovers.add(found)
            self._notice_attempts = 0 if found else self._notice_attempts
