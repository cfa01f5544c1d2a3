"""Keeps the dashboard message: finds, posts, edits, pins and restores it, and never edits it too often."""

import asyncio
from collections.abc import Callable
from logging import getLogger

import discord

from discarr.bot.channel import Channel, Message
from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import ARCHIVED_THREAD, DISCORD_ERRORS, UNKNOWN_MESSAGE, Refused, describe
from discarr.bot.leftovers import Leftovers
from discarr.bot.network_errors import is_page
from discarr.bot.permissions import AccessMonitor
from discarr.bot.pins import PinKeeper
from discarr.bot.schedule import EditSchedule
from discarr.bot.search import DashboardSearch
from discarr.bot.writer import DashboardContent, MessageWriter
from discarr.clock import Clock
from discarr.errors import FatalError
from discarr.logs import StateLog

log = getLogger(__name__)

CALL_DEADLINE = 40.0
"""Seconds for one step. Within a request discord.py waits up to 30 for a rate limit."""
FETCH_DEADLINE = 1.0
"""Seconds for fetching the message before the farewell."""


class Dashboard:
    """The dashboard message of one channel. Only one task at a time may call `show` or `show_offline`.

    A step performs at most one search and two writes, whatever Discord answers. The rest is done in the next step,
    which `redraw` requests.
    """

    def __init__(
        self,
        client: discord.Client,
        channel_id: int,
        clock: Clock,
        *,
        fallback: Callable[[], DashboardContent],
        remake_after: float,
        redraw: Callable[[], None],
    ) -> None:
        """`fallback` is shown if Discord rejects the content; a message is posted once in `remake_after` seconds."""
        self._channel = Channel(client, channel_id)
        self._access = AccessMonitor(self._channel, clock)
        self._search = DashboardSearch(self._channel, self._access, clock)
        self._writer = MessageWriter(self._channel, fallback)
        self._leftovers = Leftovers(self._channel, clock)
        self._pins = PinKeeper(self._channel, self._access, self._leftovers, clock)
        self.schedule = EditSchedule(clock, redraw)
        self._remake_after = remake_after
        self._remake, self._reopen = Cooldown(clock), Cooldown(clock)
        self._refused = StateLog(log, "Discord accepts the dashboard again")
        self._message_id: int | None = None
        self._may_have_posted = False
        """Whether a message was posted, or may have been without a confirmation."""
        self._denied = False
        """The last step was refused for what the bot may not do."""
        self._unknown = 0
        """Messages in a row that Discord did not know when they were edited."""
        self.reached = asyncio.Event()
        """Set once there is a message with buttons to press."""

    async def show(self, content: DashboardContent) -> None:
        """Make the message show the content. First find the message; post one only if there is none.

        A failure is logged once, and retried later.

        Raises:
            FatalError: Discord no longer knows the token.
        """
        try:
            async with asyncio.timeout(CALL_DEADLINE):
                await self._step(content)
        except DISCORD_ERRORS as error:
            await self._hold_back(error)

    def access_changed(self) -> None:
        """Try again soon what was denied: a permission may have been given."""
        if self._denied:
            self._denied = False
            self._access.forget()
            self.schedule.pause()

    async def show_offline(self, content: DashboardContent) -> None:
        """Make the last edit, at once, unless there is no message or another process has edited it since."""
        try:
            if self._message_id is None and self._may_have_posted:
                self._message_id = (await self._search.find()).message_id
            if self._message_id is not None and not await self._is_kept_by_another(self._message_id):
                await self._channel.edit(self._message_id, content.payload())
        except DISCORD_ERRORS as error:
            log.warning("The last edit was not accepted: %s", describe(error))

    async def _is_kept_by_another(self, message_id: int) -> bool:
        last_edit = self._writer.changed_at
        if last_edit is None:
            return False
        try:
            async with asyncio.timeout(FETCH_DEADLINE):
                return (await self._channel.message(message_id)).changed_at > last_edit
        except DISCORD_ERRORS:
            return False

    async def _step(self, content: DashboardContent) -> None:
        if self._search.due:
            await self._locate()
        if self._message_id is None:
            await self._post(content)
        elif self.schedule.heartbeat_due() or not self._writer.shows(self._message_id, content):
            await self._edit(self._message_id, content)
        else:
            await self._tidy(self._message_id)

    async def _locate(self) -> None:
        found = await (self._search.find() if self._message_id is None else self._search.look_for_doubles())
        self._leftovers.add(found.leftovers)
        if found.message_id is not None and found.message_id != self._message_id:
            if not self._unknown:
                log.info("The dashboard was found again")
            self._set_message(found.message_id)

    def _set_message(self, message_id: int) -> None:
        self._message_id = message_id
        self.reached.set()

    async def _post(self, content: DashboardContent) -> None:
        if self._remake.active():
            self.schedule.step_after(self._remake.remaining())
            return
        if (obstacle := (await self._access.access()).obstacle()) is not None:
            raise Refused(obstacle)
        self._remake.start(self._remake_after)
        self._pins.start_over()
        self._may_have_posted = True
        try:
            message = await self._writer.write(None, content)
        except discord.HTTPException as error:
            self._may_have_posted = error.status >= 500
            raise
        finally:
            # The answer may get lost, and another process may post one at the same time.
            if self._may_have_posted:
                self._search.request()
        if self._unknown <= 1:
            log.info("Posted a new dashboard")
        self._set_message(message.id)
        await self._accept(message)

    async def _edit(self, message_id: int, content: DashboardContent) -> None:
        try:
            message = await self._writer.write(message_id, content)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_MESSAGE:
                self._forget(message_id)
            elif error.code == ARCHIVED_THREAD and not self._reopen.active():
                self._reopen.start(self._remake_after)
                await self._channel.reopen()
                self.schedule.pause()
            else:
                raise
        else:
            self._trust_again()
            await self._accept(message)

    def _trust_again(self) -> None:
        """Look again for what Discord listed and did not know: it may be there after all."""
        if self._unknown and self._leftovers.gave_up:
            self._leftovers.start_over()
            self._search.request()
        self._unknown = 0

    def _forget(self, message_id: int) -> None:
        self._unknown += 1
        if self._unknown == 1:
            log.info("The dashboard was deleted; a new one follows")
        self._search.forget(message_id)
        self._message_id = None
        self.schedule.pause()

    async def _accept(self, message: Message) -> None:
        """Note an accepted edit, and use the remaining write."""
        self.schedule.accepted()
        self._refused.recovered()
        self._pins.saw(message.pinned)
        if self._writer.writes < 2:
            await self._tidy(message.id)

    async def _tidy(self, message_id: int) -> None:
        """Do one thing besides the edit, with one write; the next one follows in the next step."""
        if self._pins.notice_due():
            await self._pins.find_notice(message_id)
        if self._leftovers.due():
            await self._leftovers.work()
        elif self._pins.pin_due():
            await self._pins.pin(message_id)
        if self._search.due or self._leftovers.due() or self._pins.notice_due() or self._pins.pin_due():
            self.schedule.pause()

    async def _hold_back(self, error: BaseException) -> None:
        """Log once what Discord refused, and be quiet for as long as it takes."""
        if isinstance(error, discord.HTTPException) and error.status == 401 and not is_page(error):
            raise FatalError("Discord no longer knows DISCORD_TOKEN: copy the bot's new token from its page") from error
        self._denied = isinstance(error, discord.Forbidden | discord.NotFound | Refused)
        self.schedule.refused(error)
        self._refused.failing(f"The dashboard could not be updated: {await self._access.explanation(error)}")
