"""The one message: found, created, pinned, edited, healed, and never edited too often."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from logging import getLogger

import discord
from discord import ui

from discarr.bot.channel import Channel, Message, Wire, visible
from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import (
    ARCHIVED_THREAD,
    DENIED,
    DISCORD_ERRORS,
    EMPTY_MESSAGE,
    INVALID_FORM,
    SPACING,
    UNKNOWN_MESSAGE,
    NotShown,
    Refused,
    backoff,
    describe,
)
from discarr.bot.leftovers import Leftovers
from discarr.bot.permissions import READ_HISTORY, AccessMonitor
from discarr.bot.pins import PinKeeper
from discarr.bot.search import Found, find_dashboard
from discarr.clock import Clock
from discarr.errors import FatalError
from discarr.logs import StateLog

log = getLogger(__name__)

HEARTBEAT = 300.0
"""Seconds after which an edit is made although nothing changed."""
SECOND_EDIT = 15.0
"""Seconds after the first edit of this process until the next: another one may have said farewell in between."""
CALL_DEADLINE = 40.0
"""Seconds for one step. discord.py sleeps inside of a call for up to 30 when Discord tells it to wait."""
SEARCH_DEADLINE = 10.0
"""Seconds for a search that is not needed."""
FETCH_DEADLINE = 1.0
"""Seconds for a look at the message before the farewell."""
_GONE = 50
"""Ids that answered Unknown Message: that many are remembered."""


@dataclass(frozen=True, slots=True)
class DashboardContent:
    """What the message should be."""

    content: str
    embed: discord.Embed
    view: ui.View
    force: int = 0
    """Another number makes an edit although nothing else differs."""

    def payload(self) -> Wire:
        """The body of the request that makes a message look like this."""
        return {
            "content": self.content,
            "embeds": [self.embed.to_dict()],
            "components": self.view.to_components(),
            "allowed_mentions": {"parse": []},
        }

    def fingerprint(self) -> object:
        """Equal for two contents that differ in nothing but their time stamp."""
        embed = {key: value for key, value in self.embed.to_dict().items() if key != "timestamp"}
        return self.force, self.content, embed, self.view.to_components()


class Dashboard:
    """One channel's message. One task may call `show` and `show_offline`; they raise nothing but FatalError.

    A step makes one search and two writes at most, whatever Discord answers; what is left to do is done in the
    next step, for which `redraw` asks.
    """

    def __init__(
        self, client: discord.Client, channel_id: int, clock: Clock, *, redraw: Callable[[], None] = lambda: None
    ) -> None:
        self._client = client
        self._clock = clock
        self._redraw = redraw
        self._channel = Channel(client, channel_id)
        self._access = AccessMonitor(self._channel, clock)
        self._leftovers = Leftovers(self._channel, clock)
        self._pins = PinKeeper(self._channel, self._access, self._leftovers, clock)
        self._writer = _Writer(self._channel)
        self._message_id: int | None = None
        self._gone: deque[int] = deque(maxlen=_GONE)
        self._search_due = True
        self._post_unanswered = False
        self._failures = 0
        self._shown: object = None
        self._quiet, self._spacing, self._heartbeat = Cooldown(clock), Cooldown(clock), Cooldown(clock)
        self._remake, self._reopen, self._young = Cooldown(clock), Cooldown(clock), Cooldown(clock)
        self._refused = StateLog(log, "Discord accepts the dashboard again")
        self.reached = asyncio.Event()
        """Set once there is a message whose buttons can be pressed."""
        self.accepted_at: float | None = None
        """When Discord last accepted an edit (monotonic seconds)."""

    @property
    def seconds_until_edit(self) -> float:
        """Seconds until the next edit may be made; 0 if it may now."""
        return max(self._quiet.remaining(), self._spacing.remaining())

    async def show(self, content: DashboardContent, *, fallback: DashboardContent, remake_after: float) -> None:
        """Make the message look like this, unless it does; or like `fallback`, if Discord finds fault with it.

        Found again first, created only if there is none, and a deleted one at most once in
        `remake_after` seconds. What Discord refuses is logged once, and tried again later.

        Raises:
            FatalError: Discord no longer knows the token.
        """
        try:
            async with asyncio.timeout(CALL_DEADLINE):
                await self._step(content, fallback, remake_after)
        except DISCORD_ERRORS as error:
            await self._hold_back(error)

    async def show_offline(self, content: DashboardContent) -> None:
        """One last edit, at once; never a new message, and never over one that another process keeps up to date."""
        if self._client.is_closed():
            return
        try:
            if self._message_id is None and self._post_unanswered:
                self._message_id = (await find_dashboard(self._channel, self._gone)).message_id
            if self._message_id is not None and not await self._is_kept_by_another(self._message_id):
                await self._channel.edit(self._message_id, content.payload())
        except DISCORD_ERRORS as error:
            log.warning("The last edit was not accepted: %s", describe(error))

    async def _is_kept_by_another(self, message_id: int) -> bool:
        ours = self._writer.changed_at
        if ours is None:
            return False
        try:
            async with asyncio.timeout(FETCH_DEADLINE):
                return (await self._channel.message(message_id)).changed_at > ours
        except DISCORD_ERRORS:
            return False

    async def _step(self, content: DashboardContent, fallback: DashboardContent, remake_after: float) -> None:
        if self._search_due:
            await (self._search() if self._message_id is None else self._search_again())
        if self._message_id is None:
            await self._post(content, fallback, remake_after)
        elif self._heartbeat.active() and self._shown == content.fingerprint():
            await self._tidy(self._message_id)
        else:
            await self._edit(self._message_id, content, fallback, remake_after)

    async def _search(self) -> None:
        """Find the message; without Read Message History nothing is found, although it may be there."""
        if (await self._access.access()).lacks(READ_HISTORY):
            return
        found = await find_dashboard(self._channel, self._gone)
        self._search_due = False
        self._take(found)

    async def _search_again(self) -> None:
        """Look for one that another process posted at the same moment. Without an answer it is left at that."""
        self._search_due = False
        try:
            async with asyncio.timeout(SEARCH_DEADLINE):
                self._take(await find_dashboard(self._channel, self._gone))
        except DISCORD_ERRORS as error:
            log.debug("Nobody knows whether there is a second dashboard: %s", type(error).__name__)

    def _take(self, found: Found) -> None:
        self._leftovers.add(found.leftovers)
        if found.message_id in (None, self._message_id):
            return
        log.info("The dashboard was found again")
        self._message_id = found.message_id
        self._shown = None
        self.reached.set()

    async def _post(self, content: DashboardContent, fallback: DashboardContent, remake_after: float) -> None:
        if self._remake.active():
            self._again(self._remake.remaining())
            return
        if (obstacle := (await self._access.access()).obstacle()) is not None:
            raise Refused(obstacle)
        self._remake.start(remake_after)
        self._pins.start_over()
        # Its answer may get lost, and another process may post one at the same moment.
        self._post_unanswered = self._search_due = True
        try:
            message = await self._writer.write(None, content, fallback)
        except discord.HTTPException as error:
            self._post_unanswered = self._search_due = error.status >= 500
            raise
        log.info("A new dashboard is posted")
        self._post_unanswered = False
        self._message_id = message.id
        self.reached.set()
        await self._accept(message, content)

    async def _edit(
        self, message_id: int, content: DashboardContent, fallback: DashboardContent, remake_after: float
    ) -> None:
        try:
            message = await self._writer.write(message_id, content, fallback)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:
                self._forget(message_id)
            elif error.code == ARCHIVED_THREAD and not self._reopen.active():
                self._reopen.start(remake_after)
                await self._channel.reopen()
                self._again(SPACING)
            else:
                raise
        else:
            await self._accept(message, content)

    def _forget(self, message_id: int) -> None:
        log.info("The dashboard was deleted; a new one follows")
        self._gone.append(message_id)
        self._message_id = None
        self._search_due = True
        self._quiet.start(SPACING)
        self._again(SPACING)

    async def _accept(self, message: Message, content: DashboardContent) -> None:
        """Take note of an edit that Discord accepted, and use the write that is left."""
        if self.accepted_at is None:
            self._young.start(SECOND_EDIT)
            self._again(SECOND_EDIT)
        self.accepted_at = self._clock.monotonic()
        self._shown = content.fingerprint()
        self._spacing.start(SPACING)
        self._heartbeat.start(self._young.remaining() or HEARTBEAT)
        self._failures = 0
        self._refused.recovered()
        self._pins.saw(message.pinned)
        if self._writer.writes < 2:
            await self._tidy(message.id)

    async def _tidy(self, message_id: int) -> None:
        """Do one thing beside the edit, in one write; the next one follows in the next step."""
        if self._leftovers.due():
            await self._leftovers.work()
        elif self._pins.due():
            await self._pins.work(message_id)
        if self._search_due or self._leftovers.due() or self._pins.due():
            self._again(SPACING)

    def _again(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._redraw)

    async def _hold_back(self, error: BaseException) -> None:
        """Log once what Discord refused, and be quiet for as long as it takes."""
        if isinstance(error, discord.HTTPException) and error.status == 401:
            raise FatalError("Discord no longer knows DISCORD_TOKEN: copy the bot's new token from its page") from error
        wait = backoff(error)
        self._quiet.start(max(wait, min(wait * 2**self._failures, DENIED)))
        self._failures += 1
        self._refused.failing(f"The dashboard could not be brought up to date: {await self._access.explanation(error)}")
        self._again(self._quiet.remaining())


class _Writer:
    """Sends the content, or the fallback in place of one that Discord finds fault with: two writes at most."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._faulty = StateLog(log, "Discord finds no fault with the dashboard any more")
        self._faulty_content: object = None
        self.writes = 0
        """Writes of the last call."""
        self.changed_at: datetime | None = None
        """When the last edit was made by Discord's clock; None if that is not known."""

    async def write(self, message_id: int | None, content: DashboardContent, fallback: DashboardContent) -> Message:
        """Post, or edit this message. Can raise DISCORD_ERRORS.

        Raises:
            NotShown: it was accepted, and the message shows something else.
        """
        self.writes = 0
        before, self.changed_at = self.changed_at, None
        try:
            message = await self._write_or(message_id, content, fallback)
        except discord.HTTPException as error:
            if error.status < 500:
                self.changed_at = before
            raise
        self.changed_at = message.changed_at
        return message

    async def _write_or(self, message_id: int | None, content: DashboardContent, fallback: DashboardContent) -> Message:
        if content.fingerprint() == self._faulty_content:
            return await self._send(message_id, fallback)
        try:
            message = await self._send(message_id, content)
        except discord.HTTPException as error:
            if error.code not in (INVALID_FORM, EMPTY_MESSAGE):
                raise
            self._faulty.failing(f"Discord finds fault with the dashboard, a bug of Discarr's: {describe(error)}")
            self._faulty_content = content.fingerprint()
            return await self._send(message_id, fallback)
        self._faulty.recovered()
        return message

    async def _send(self, message_id: int | None, content: DashboardContent) -> Message:
        payload = content.payload()
        self.writes += 1
        if message_id is None:
            message = await self._channel.post(payload)
        else:
            message = await self._channel.edit(message_id, payload)
        if message.embeds_hidden and self.writes < 2:
            log.info("The embed of the dashboard was removed; it is put back")
            self.writes += 1
            message = await self._channel.show_embeds(message.id)
        if message.visible != visible(payload):
            raise NotShown("it accepted the dashboard, and shows something else")
        return message
