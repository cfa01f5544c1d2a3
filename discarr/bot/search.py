"""Finds the dashboard again in its channel, without a file or a database."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from logging import getLogger
from typing import NamedTuple

import discord

from discarr.bot.channel import PAGE, Channel, Wire, objects
from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import (
    DENIED,
    DISCORD_ERRORS,
    MISSING_ACCESS,
    OPTIONAL_DEADLINE,
    UNKNOWN_CHANNEL,
    Refused,
    backoff,
    describe,
)
from discarr.bot.permissions import READ_HISTORY, AccessMonitor
from discarr.clock import Clock
from discarr.view.custom_ids import MARK

log = getLogger(__name__)

_GONE = 50
"""Remembered ids of messages that no longer exist."""
HISTORY_PAGES = 10
"""Pages of 100 messages that are searched before a new dashboard is posted."""
MOST_UNKNOWN = 3
"""Messages of the bot that Discord lists and does not know when they are edited, after which no other is posted."""
LISTED_BUT_UNKNOWN = "Discord lists it, but does not know it when it is edited or deleted; no new one is posted"
MAYBE_HIDDEN = "no message is listed, and Discord does not tell whether Read Message History is missing"
_DEFAULT, _PIN_NOTICE = 0, 6


class Found(NamedTuple):
    """The messages of the bot that a search found."""

    message_id: int | None
    """The dashboard; None if there is none."""
    leftovers: tuple[int, ...]
    """Messages to delete: duplicates, those that are still listed although gone, and pin notices."""
    saw_nothing: bool = False
    """No message at all is listed: the channel is empty, or Read Message History is missing."""


class DashboardSearch:
    """Searches for the message, except for ids that Discord no longer knows."""

    def __init__(self, channel: Channel, access: AccessMonitor, clock: Clock) -> None:
        self._channel = channel
        self._access = access
        self._gone: deque[int] = deque(maxlen=_GONE)
        self._tried_again, self._pause = Cooldown(clock), Cooldown(clock)
        self._wanted = True

    @property
    def due(self) -> bool:
        """Whether the next step begins with a search."""
        return self._wanted and not self._pause.active()

    def request(self) -> None:
        """Search in the next step."""
        self._wanted = True
        self._pause.end()

    def forget(self, message_id: int) -> None:
        """Do not find this message again: Discord no longer knows it."""
        self._gone.append(message_id)
        self.request()

    async def find(self) -> Found:
        """Search the channel.

        Raises:
            Refused: Read Message History is missing, or may be, so a search would find nothing; or what Discord lists,
                it does not know.
            DISCORD_ERRORS: Discord rejected a request, or did not answer.
        """
        access = await self._access.access()
        if access.lacks(READ_HISTORY):
            raise Refused(access.obstacle() or READ_HISTORY.name)
        found = await self._find()
        if found.saw_nothing and access.permissions is None and not self._gone:
            raise Refused(MAYBE_HIDDEN)  # unless Discord has said itself that the dashboard is gone
        if found.message_id is None and len(found.leftovers) >= MOST_UNKNOWN:
            found = self._unknown_again(found.leftovers)
        self._wanted = False
        return found

    def _unknown_again(self, listed: tuple[int, ...]) -> Found:
        """Return the newest of these, to be tried again once in a while. Another one might be as unknown to Discord."""
        if self._tried_again.active():
            raise Refused(LISTED_BUT_UNKNOWN)
        self._tried_again.start(DENIED)
        newest = max(listed)
        self._gone.remove(newest)
        return Found(newest, tuple(id for id in listed if id != newest))

    async def _find(self) -> Found:
        """Find the bot's marked message: pinned before unpinned, older before newer, and never a forgotten one.

        The order is fixed, so that two processes with the same token agree on one message. Raises DISCORD_ERRORS.
        """
        user_id = self._channel.user_id
        pinned = _marked(await _listed_pins(self._channel), user_id)
        recent = await self._channel.history()
        listed = dict.fromkeys([*sorted(pinned), *sorted(_marked(recent, user_id))])
        found = [id for id in listed if id not in self._gone]
        refuted = [id for id in listed if id in self._gone]
        if not found:
            return Found(await self._older(recent), tuple(refuted), saw_nothing=not recent)
        return Found(found[0], (*found[1:], *refuted, *notices(recent, user_id, found[0])))

    async def _older(self, page: list[Wire]) -> int | None:
        """Search further back, for a dashboard that could not be pinned."""
        for _ in range(HISTORY_PAGES - 1):
            ids = [id for id in map(_id, page) if id]
            if len(page) < PAGE or not ids:
                return None
            page = await self._channel.history(before=min(ids))
            if found := [id for id in _marked(page, self._channel.user_id) if id not in self._gone]:
                return min(found)
        return None

    async def look_for_doubles(self) -> Found:
        """Search for a duplicate that another process posted at the same time; after an error, again later."""
        try:
            async with asyncio.timeout(OPTIONAL_DEADLINE):
                found = await self._find()
        except DISCORD_ERRORS as error:
            log.debug("The search for a second dashboard failed: %s", type(error).__name__)
            self._pause.start(max(DENIED, backoff(error)))
            return Found(None, ())
        self._wanted = False
        return found


async def _listed_pins(channel: Channel) -> list[Wire]:
    """None if Discord does not list them: the last messages are left to search."""
    try:
        return await channel.pins()
    except (discord.NotFound, discord.Forbidden, Refused) as error:
        if isinstance(error, discord.HTTPException) and error.code in (UNKNOWN_CHANNEL, MISSING_ACCESS):
            raise
        log.debug("The pins cannot be read: %s", describe(error))
        return []


def _marked(messages: list[Wire], user_id: int) -> list[int]:
    return [
        _id(message) for message in messages if _by(message, user_id, _DEFAULT) and any(map(_has_mark, _ids(message)))
    ]


def notices(messages: list[Wire], user_id: int, pinned_id: int) -> list[int]:
    """Return the ids of the bot's notices "… pinned a message to this channel" about this message, or one now gone."""
    listed = {_id(message) for message in messages} - {0}
    oldest = min(listed, default=0) if len(messages) >= PAGE else 0

    def superfluous(about: int) -> bool:
        return about in (0, pinned_id) or (about > oldest and about not in listed)

    return [
        _id(message)
        for message in messages
        if _by(message, user_id, _PIN_NOTICE) and superfluous(_id(_object(message, "message_reference"), "message_id"))
    ]


def _by(message: Wire, user_id: int, type: int) -> bool:
    return message.get("type") == type and _id(_object(message, "author")) == user_id and _id(message) > 0


def _object(thing: Wire, key: str) -> Wire:
    """Return the JSON object with this key; an empty one if there is none."""
    found = thing.get(key)
    return found if isinstance(found, dict) else {}


def _ids(message: Wire) -> Iterator[object]:
    for row in objects(message.get("components")):
        for component in objects(row.get("components")):
            yield component.get("custom_id")


def _has_mark(custom_id: object) -> bool:
    return isinstance(custom_id, str) and custom_id.startswith(MARK)


def _id(thing: Wire, key: str = "id") -> int:
    """Return the id in a Discord object; 0 if it cannot be read."""
    id = thing.get(key)
    return int(id) if isinstance(id, str) and re.fullmatch(r"[0-9]{1,20}", id) else 0
