"""Sends the content of the dashboard message, and checks that it is shown."""

from collections.abc import Callable, Sequence
from datetime import datetime
from logging import getLogger
from typing import NamedTuple

import discord

from discarr.bot.channel import Channel, Message, Wire
from discarr.bot.discord_errors import CONTENT_AT_FAULT, NotShown, describe
from discarr.logs import StateLog

log = getLogger(__name__)


class DashboardContent(NamedTuple):
    """The intended content of the message, as JSON."""

    content: str
    embed: Wire
    components: Sequence[Wire]
    force: int = 0
    """A different number forces an edit although nothing else differs."""

    def payload(self) -> Wire:
        """Return the body of a request that posts or edits this."""
        return {
            "content": self.content,
            "embeds": [self._embed("flags")],
            "components": self.components,
            "allowed_mentions": {"parse": []},
        }

    def fingerprint(self) -> object:
        """Return a value that is equal for contents which differ only in their timestamp."""
        return self.force, self.content, self._embed("timestamp"), self.components

    def _embed(self, without: str) -> Wire:
        """Return the embed without one key. discord.py adds `flags`, which Discord rejects."""
        return {key: value for key, value in self.embed.items() if key != without}


class MessageWriter:
    """Sends the content, or the fallback if Discord rejects it, with at most two writes."""

    def __init__(self, channel: Channel, fallback: Callable[[], DashboardContent]) -> None:
        self._channel = channel
        self._fallback = fallback
        self._faulty = StateLog(log, "Discord accepts the dashboard with its rows again")
        self._faulty_content: object = None
        self.writes = 0
        """The number of writes in the last call."""
        self._shown: tuple[int, object] | None = None
        """The message that was written last, and the fingerprint of its accepted content; None after a failure."""
        self.changed_at: datetime | None = None
        """When the last edit was made, by Discord's clock; None if unknown."""

    def shows(self, message_id: int, content: DashboardContent) -> bool:
        """Return whether this message is known to show the content."""
        return self._shown == (message_id, content.fingerprint())

    async def write(self, message_id: int | None, content: DashboardContent) -> Message:
        """Make this message show the content; post a new one for None.

        Raises:
            NotShown: Discord accepted the edit, but the message shows something else.
            DISCORD_ERRORS: Discord rejected the request, or did not answer.
        """
        self.writes = 0
        before, self.changed_at, self._shown = self.changed_at, None, None
        try:
            message = await self._write_either(message_id, content)
        except discord.HTTPException as error:
            if error.status < 500:
                self.changed_at = before
            raise
        self.changed_at, self._shown = message.changed_at, (message.id, content.fingerprint())
        return message

    async def _write_either(self, message_id: int | None, content: DashboardContent) -> Message:
        if content.fingerprint() == self._faulty_content:
            return await self._send(message_id, self._fallback())
        try:
            message = await self._send(message_id, content)
        except discord.HTTPException as error:
            if error.code not in CONTENT_AT_FAULT:
                raise
            message = await self._send(message_id, self._fallback())
            self._faulty.failing(f"Discord accepts the dashboard only without its rows: {describe(error)}")
            self._faulty_content = content.fingerprint()
            return message
        self._faulty.recovered()
        return message

    async def _send(self, message_id: int | None, content: DashboardContent) -> Message:
        payload = content.payload()
        self.writes += 1
        if message_id is None:
            message = await self._channel.post(payload)
        else:
            message = await self._channel.edit(message_id, payload)
        log.debug("The dashboard was %s", "posted" if message_id is None else "edited")
        if message.embeds_hidden and self.writes < 2:
            log.info("The embed of the dashboard was removed; it is put back")
            self.writes += 1
            message = await self._channel.show_embeds(message.id)
        if not message.shows(payload) or message_id not in (None, message.id):
            raise NotShown("Discord accepted the edit, and shows something else")
        return message
