"""The one message: found, created, pinned, edited, healed, and never edited too often."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from logging import getLogger

import discord
from discord import ui

from discarr.bot.discord_errors import DENIED, DISCORD_ERRORS, SPACING, backoff, describe
from discarr.bot.permissions import VIEW_CHANNEL, RequiredPermission, cached_permissions, fetched_permissions, missing
from discarr.clock import Clock
from discarr.errors import FatalError
from discarr.logs import StateLog
from discarr.view.custom_ids import MARK

log = getLogger(__name__)

HEARTBEAT = 300.0
"""Seconds after which an edit is made although nothing changed."""
REPIN_COOLDOWN = 600.0
"""Seconds between two attempts to pin."""
CALL_DEADLINE = 40.0
"""Seconds for one call. discord.py sleeps inside of it for up to 30 when told to wait."""
NOTICE_ATTEMPTS = 3
NOTICE_AMONG = 50
"""The newest messages, among which the notice of a pin is looked for."""

_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE, _INVALID_BODY, _NO_ACCESS = 10003, 10008, 50035, 50001
_NOT_NEEDED_TO_EDIT = ("read_message_history",)


@dataclass(frozen=True, slots=True)
class DashboardContent:
    """What the message should be."""

    content: str
    embed: discord.Embed
    view: ui.View
    force: int = 0
    """Another number makes an edit although nothing else differs."""

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """Equal for two drawings that differ in nothing but their time stamp."""
        embed = {key: value for key, value in self.embed.to_dict().items() if key != "timestamp"}
        return self.force, self.content, embed, self.view.to_components()


class Dashboard:
    """One channel's message. One task may call `show` and `show_offline`; they raise nothing but FatalError."""

    def __init__(self, client: discord.Client, channel_id: int, clock: Clock, *, connected: Callable[[], bool]) -> None:
        self._client = client
        self._connected = connected
        self.reached = asyncio.Event()
        """Set once the channel is known to be there, with everything that the dashboard needs."""
        self._channel_id = channel_id
        self._clock = clock
        self._message: discord.PartialMessage | None = None
        self._shown: tuple[object, ...] = ()
        self._quiet_until = float("-inf")
        self._pin_next = float("-inf")
        self._pinned_once = False
        self._notices_to_try = 0
        self._created_at = float("-inf")
        self._look_again = False
        self._may_pin = True
        self._permissions_known: discord.Permissions | None = None
        self._permissions_at = float("-inf")
        self._lacking = StateLog(log, "All permissions are there")
        self._unpinned = StateLog(log, "The dashboard is pinned")
        self._refused = StateLog(log, "Discord accepts the dashboard again")
        self.accepted_at = float("-inf")
        """When Discord last accepted an edit (monotonic seconds)."""

    @property
    def seconds_until_edit(self) -> float:
        """Seconds until the next edit may be made."""
        return max(self._quiet_until, self.accepted_at + SPACING) - self._clock.monotonic()

    async def show(self, content: DashboardContent, *, fallback: DashboardContent, remake_after: float) -> None:
        """Make the message look like this, unless it does; or like `fallback`, if Discord finds fault with it.

        Found again first, created only if there is none, and a deleted one at most once in
        `remake_after` seconds. What Discord refuses is said in the log once, and tried again later.

        Raises:
            FatalError: Discord no longer knows the token.
        """
        try:
            async with asyncio.timeout(CALL_DEADLINE):
                if self._message is None or self._look_again or not self._is_shown(content):
                    await self._show_or(content, fallback, remake_after)
                elif self._notices_to_try:
                    await self._delete_notice(self._message)
        except DISCORD_ERRORS as error:
            self._hold_back(error)

    def _is_shown(self, content: DashboardContent) -> bool:
        fresh = self._clock.monotonic() - self.accepted_at < HEARTBEAT
        return fresh and self._shown == content.fingerprint

    async def show_offline(self, content: DashboardContent) -> None:
        """One last edit, at once, and never a new message."""
        if self._client.is_closed():
            return
        try:
            if self._message is None and self._created_at > float("-inf"):
                self._message = await self._find()  # it was posted, and the answer did not come in time
            if self._message is None:
                return
            await self._message.edit(content=content.content, embed=content.embed, view=content.view)
        except DISCORD_ERRORS as error:
            log.warning("The last edit was not accepted: %s", describe(error))

    async def _show_or(self, content: DashboardContent, fallback: DashboardContent, remake_after: float) -> None:
        try:
            await self._show(content, remake_after)
        except discord.HTTPException as error:
            if error.code != _INVALID_BODY:
                raise
            log.error("Discord finds fault with the dashboard, which is a bug of Discarr's: %s", describe(error))
            self._created_at = float("-inf")
            await self._show(fallback, remake_after)

    async def _show(self, content: DashboardContent, remake_after: float) -> None:
        if not await self._may():
            return
        if self._message is None or self._look_again:
            # Without Read Message History nothing is found, and the message that is known is there all the same.
            self._message = await self._find() or self._message
            self._look_again = False
        if self._message is None:
            await self._create(content, remake_after)
            return
        await self._edit(self._message, content, remake_after)

    async def _may(self) -> bool:
        """Whether the essential permissions are there. Those that are not are said once."""
        lacking = missing(await self._permissions())
        self._say_lacking(lacking)
        self._may_pin = not any(need.flag == "pin_messages" for need in lacking)
        needless = _NOT_NEEDED_TO_EDIT if self._message is not None else ()
        may = not any(need.essential and need.flag not in needless for need in lacking)
        if may:
            self.reached.set()
        return may

    def _say_lacking(self, lacking: Sequence[RequiredPermission]) -> None:
        if lacking:
            self._lacking.failing("; ".join(f"{need.name} is missing in the channel: {need.why}" for need in lacking))
        else:
            self._lacking.recovered()

    async def _permissions(self) -> discord.Permissions:
        """From the gateway's cache while that is kept true, or over REST at most once in DENIED seconds."""
        known = cached_permissions(self._client, self._channel_id) if self._connected() else None
        if known is not None:
            return known
        now = self._clock.monotonic()
        if self._permissions_known is None or now - self._permissions_at >= DENIED:
            self._permissions_at = now
            try:
                self._permissions_known = await fetched_permissions(self._client, self._channel_id)
            except (discord.NotFound, discord.Forbidden) as error:
                if error.code in (_UNKNOWN_CHANNEL, _NO_ACCESS):
                    raise
                # The channel is there, and its rights cannot be looked up: what is missing will show itself.
                self._permissions_known = discord.Permissions.all()
        return self._permissions_known

    def _channel(self) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(self._channel_id)

    async def _find(self) -> discord.PartialMessage | None:
        """Our message in this channel, pinned before unpinned, older before newer. Doubles of it are deleted.

        The order is the same for everybody, so that two processes with one token agree on one message.
        """
        pinned = [message async for message in self._marked(self._channel().pins(limit=None))]
        recent = [message async for message in self._marked(self._channel().history(limit=100))]
        pinned.sort(key=lambda message: message.id)
        recent.sort(key=lambda message: message.id)
        found = {message.id: message for message in [*pinned, *recent]}
        if not found:
            return None
        first, *doubles = found.values()
        for double in doubles:
            log.info("A second dashboard of ours is deleted")
            await double.delete()
        log.info("The dashboard was found again")
        self._notices_to_try = 1  # an end between the pin and the removal of its notice leaves it there
        return self._channel().get_partial_message(first.id)

    async def _marked(self, messages: AsyncIterable[discord.Message]) -> AsyncIterator[discord.Message]:
        async for message in messages:
            if self._client.user is not None and message.author.id == self._client.user.id and _is_marked(message):
                yield message

    async def _create(self, content: DashboardContent, remake_after: float) -> None:
        now = self._clock.monotonic()
        if now - self._created_at < remake_after:
            return
        self._created_at = now
        message = await self._channel().send(content.content, embed=content.embed, view=content.view, silent=True)
        log.info("A new dashboard is posted")
        self._look_again = True  # another process may have found nothing and posted one at the same moment
        self._pin_next = float("-inf")
        await self._accepted(message, content)

    async def _edit(self, partial: discord.PartialMessage, content: DashboardContent, remake_after: float) -> None:
        try:
            message = await partial.edit(content=content.content, embed=content.embed, view=content.view)
            if message.flags.suppress_embeds:
                log.info("The embed of the dashboard was removed; it is put back")
                message = await message.edit(suppress=False)
        except discord.NotFound as error:
            if error.code != _UNKNOWN_MESSAGE:
                raise
            log.info("The dashboard was deleted; it is made anew")
            self._message = None
            await self._show(content, remake_after)
        else:
            await self._accepted(message, content)

    async def _accepted(self, message: discord.Message, content: DashboardContent) -> None:
        self._message = self._channel().get_partial_message(message.id)
        self._shown = content.fingerprint
        self.accepted_at = self._clock.monotonic()
        self._refused.recovered()
        if not message.pinned and self._may_pin:
            await self._pin(self._message)
        if self._notices_to_try:
            await self._delete_notice(self._message)

    async def _pin(self, message: discord.PartialMessage) -> None:
        now = self._clock.monotonic()
        if now < self._pin_next:
            return
        self._pin_next = now + REPIN_COOLDOWN
        try:
            await message.pin()
        except discord.HTTPException as error:
            self._unpinned.failing(f"The dashboard stays unpinned, since Discord says {describe(error)}")
        else:
            self._unpinned.recovered()
            self._notices_to_try = NOTICE_ATTEMPTS
            if not self._pinned_once:  # the first one is not "again": one who unpins it sees it healed at once
                self._pinned_once = True
                self._pin_next = now

    async def _delete_notice(self, pinned: discord.PartialMessage) -> None:
        """Delete the line "… pinned a message". It comes a moment after the pin: a few tries."""
        pinned_by = self._client.user.id if self._client.user else 0
        async for message in self._channel().history(limit=NOTICE_AMONG):
            reference = message.reference
            if (
                message.type is discord.MessageType.pins_add
                and message.author.id == pinned_by
                and (reference is None or reference.message_id in (None, pinned.id))
            ):
                await message.delete()
                self._notices_to_try = 1
        self._notices_to_try -= 1

    def _hold_back(self, error: BaseException) -> None:
        """Say once what Discord refused, and be quiet for as long as it takes."""
        if isinstance(error, discord.HTTPException) and error.status == 401:
            raise FatalError("Discord no longer knows DISCORD_TOKEN: copy the bot's new token from its page") from error
        self._permissions_known = None
        if isinstance(error, discord.HTTPException) and error.code == _NO_ACCESS:
            self._say_lacking([VIEW_CHANNEL])
        else:
            self._refused.failing(f"The dashboard could not be brought up to date: {describe(error)}")
        self._quiet_until = self._clock.monotonic() + backoff(error)


def _is_marked(message: discord.Message) -> bool:
    return any(
        (getattr(component, "custom_id", None) or "").startswith(MARK)
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for component in row.children
    )
