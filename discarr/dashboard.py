"""The one message: found, created, pinned, edited, healed, and never edited too often."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from logging import getLogger

import aiohttp
import discord
from discord import ui

from discarr.actions import MARK
from discarr.clock import Clock
from discarr.complaint import Complaint
from discarr.errors import FatalError
from discarr.permissions import cached_permissions, fetched_permissions, missing

log = getLogger(__name__)

SPACING = 5.0
"""Seconds between two edits. Messages older than an hour allow about 3 in 6 s a channel (error 30046)."""
SIGN_OF_LIFE = 300.0
"""Seconds after which an edit is made although nothing changed."""
PIN_AGAIN = 600.0
"""Seconds between two attempts to pin."""
DENIED = 60.0
"""Seconds of quiet after Discord said no: 10,000 refusals in 10 minutes ban the address."""
DEADLINE = 40.0
"""Seconds for one call. discord.py sleeps inside of it for up to 30 when told to wait."""
NOTICE_TRIES = 3

_UNKNOWN_MESSAGE, _INVALID_BODY = 10008, 50035
_ADVICE = {
    10003: "DISCORD_CHANNEL_ID is unknown to Discord: copy it anew, and invite the bot to that server",
    50001: "the channel is closed to the bot: give it View Channel there",
}
_NEEDLESS_FOR_EDITS = ("send_messages", "read_message_history")
WIRE_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What a call to Discord can raise; TimeoutError is an OSError."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the message should be."""

    content: str
    embed: discord.Embed
    view: ui.View
    occasion: int = 0
    """Another number makes an edit although nothing else differs."""

    @property
    def looks(self) -> tuple[object, ...]:
        """Equal for two drawings that differ in nothing but their time stamp."""
        embed = {key: value for key, value in self.embed.to_dict().items() if key != "timestamp"}
        return self.occasion, self.content, embed, self.view.to_components()


class Dashboard:
    """One channel's message. One task may call `show` and `bid_farewell`; they raise nothing but FatalError."""

    def __init__(self, client: discord.Client, channel_id: int, clock: Clock) -> None:
        self._client = client
        self._channel_id = channel_id
        self._clock = clock
        self._message: discord.PartialMessage | None = None
        self._shown: tuple[object, ...] = ()
        self._quiet_until = float("-inf")
        self._pin_next = float("-inf")
        self._notices_to_try = 0
        self._created_at = float("-inf")
        self._permissions_known: discord.Permissions | None = None
        self._permissions_at = float("-inf")
        self._lacking = Complaint(log, "All permissions are there")
        self._unpinned = Complaint(log, "The dashboard is pinned")
        self._refused = Complaint(log, "Discord accepts the dashboard again")
        self.accepted_at = float("-inf")
        """When Discord last accepted an edit (monotonic seconds)."""

    @property
    def wait(self) -> float:
        """Seconds until the next edit may be made."""
        return max(self._quiet_until, self.accepted_at + SPACING) - self._clock.monotonic()

    async def show(self, drawing: Drawing, *, plainer: Drawing, remake_after: float) -> None:
        """Make the message look like this, unless it does; or like `plainer`, if Discord finds fault with it.

        Found again first, created only if there is none, and a deleted one at most once in
        `remake_after` seconds. What Discord refuses is said in the log once, and tried again later.

        Raises:
            FatalError: Discord no longer knows the token.
        """
        try:
            async with asyncio.timeout(DEADLINE):
                if self._message is None or not self._looks_like(drawing):
                    await self._show_or(drawing, plainer, remake_after)
                elif self._notices_to_try:
                    await self._delete_notice(self._message)
        except WIRE_ERRORS as error:
            self._hold_back(error)

    def _looks_like(self, drawing: Drawing) -> bool:
        fresh = self._clock.monotonic() - self.accepted_at < SIGN_OF_LIFE
        return fresh and self._shown == drawing.looks

    async def bid_farewell(self, drawing: Drawing) -> None:
        """One last edit, at once, and never a new message."""
        if self._message is None:
            return
        try:
            await self._message.edit(content=drawing.content, embed=drawing.embed, view=drawing.view)
        except WIRE_ERRORS as error:
            log.warning("The last edit was not accepted: %s", told(error))

    async def _show_or(self, drawing: Drawing, plainer: Drawing, remake_after: float) -> None:
        try:
            await self._show(drawing, remake_after)
        except discord.HTTPException as error:
            if error.code != _INVALID_BODY:
                raise
            log.error("Discord finds fault with the dashboard, which is a bug of Discarr's: %s", told(error))
            self._created_at = float("-inf")
            await self._show(plainer, remake_after)

    async def _show(self, drawing: Drawing, remake_after: float) -> None:
        if not await self._may():
            return
        if self._message is None:
            self._message = await self._find()
        if self._message is None:
            await self._create(drawing, remake_after)
            return
        await self._edit(self._message, drawing, remake_after)

    async def _may(self) -> bool:
        """Whether the essential permissions are there. Those that are not are said once."""
        lacking = missing(await self._permissions())
        self._lacking.say("; ".join(f"{need.name} is missing in the channel: {need.why}" for need in lacking))
        needless = _NEEDLESS_FOR_EDITS if self._message is not None else ()
        return not any(need.essential and need.flag not in needless for need in lacking)

    async def _permissions(self) -> discord.Permissions:
        """From the gateway's cache, or over REST at most once in DENIED seconds."""
        known = cached_permissions(self._client, self._channel_id)
        if known is not None:
            return known
        now = self._clock.monotonic()
        if self._permissions_known is None or now - self._permissions_at >= DENIED:
            self._permissions_at = now
            self._permissions_known = await fetched_permissions(self._client, self._channel_id)
        return self._permissions_known

    def _channel(self) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(self._channel_id)

    async def _find(self) -> discord.PartialMessage | None:
        """Our message in this channel, pinned before unpinned, newer before older. Doubles of it are deleted."""
        pinned = [message async for message in self._marked(self._channel().pins(limit=None))]
        recent = [message async for message in self._marked(self._channel().history(limit=100))]
        recent.sort(key=lambda message: message.id, reverse=True)
        found = {message.id: message for message in [*pinned, *recent]}
        if not found:
            return None
        first, *doubles = found.values()
        for double in doubles:
            log.info("A second dashboard of ours is deleted")
            await double.delete()
        log.info("The dashboard was found again")
        return self._channel().get_partial_message(first.id)

    async def _marked(self, messages: AsyncIterable[discord.Message]) -> AsyncIterator[discord.Message]:
        async for message in messages:
            if self._client.user is not None and message.author.id == self._client.user.id and _is_marked(message):
                yield message

    async def _create(self, drawing: Drawing, remake_after: float) -> None:
        now = self._clock.monotonic()
        if now - self._created_at < remake_after:
            return
        self._created_at = now
        message = await self._channel().send(
            drawing.content, embed=drawing.embed, view=drawing.view, silent=True,
        )
        log.info("A new dashboard is posted")
        self._pin_next = float("-inf")
        await self._accepted(message, drawing)

    async def _edit(self, partial: discord.PartialMessage, drawing: Drawing, remake_after: float) -> None:
        try:
            message = await partial.edit(content=drawing.content, embed=drawing.embed, view=drawing.view)
            if message.flags.suppress_embeds:
                log.info("The embed of the dashboard was removed; it is put back")
                message = await message.edit(suppress=False)
        except discord.NotFound as error:
            if error.code != _UNKNOWN_MESSAGE:
                raise
            log.info("The dashboard was deleted; it is made anew")
            self._message = None
            await self._show(drawing, remake_after)
        else:
            await self._accepted(message, drawing)

    async def _accepted(self, message: discord.Message, drawing: Drawing) -> None:
        self._message = self._channel().get_partial_message(message.id)
        self._shown = drawing.looks
        self.accepted_at = self._clock.monotonic()
        self._refused.say("")
        if not message.pinned:
            await self._pin(self._message)
        if self._notices_to_try:
            await self._delete_notice(self._message)

    async def _pin(self, message: discord.PartialMessage) -> None:
        now = self._clock.monotonic()
        if now < self._pin_next:
            return
        self._pin_next = now + PIN_AGAIN
        try:
            await message.pin()
        except discord.HTTPException as error:
            self._unpinned.say(f"The dashboard stays unpinned, since Discord says {told(error)}")
        else:
            self._unpinned.say("")
            self._notices_to_try = NOTICE_TRIES

    async def _delete_notice(self, pinned: discord.PartialMessage) -> None:
        """Delete the line "… pinned a message". It comes a moment after the pin: a few tries."""
        self._notices_to_try -= 1
        pinned_by = self._client.user.id if self._client.user else 0
        async for message in self._channel().history(limit=10, after=pinned):
            if message.type is discord.MessageType.pins_add and message.author.id == pinned_by:
                await message.delete()
                self._notices_to_try = 0

    def _hold_back(self, error: BaseException) -> None:
        """Say once what Discord refused, and be quiet for as long as it takes."""
        if isinstance(error, discord.HTTPException) and error.status == 401:
            raise FatalError("Discord no longer knows DISCORD_TOKEN: copy the bot's new token from its page") from error
        self._permissions_known = None
        advice = _ADVICE.get(error.code) if isinstance(error, discord.HTTPException) else None
        self._refused.say(f"The dashboard could not be brought up to date: {advice or told(error)}")
        self._quiet_until = self._clock.monotonic() + _quiet_after(error)


def told(error: BaseException) -> str:
    """What went wrong with Discord, in few words and without anything that was sent."""
    if isinstance(error, discord.RateLimited):
        return f"wait {error.retry_after:.0f} s (too many requests)"
    if isinstance(error, discord.HTTPException):
        return f"{error.status} (code {error.code}) {error.text}"[:300]
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__


def _quiet_after(error: BaseException) -> float:
    """Seconds in which no edit is tried."""
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if not isinstance(error, discord.HTTPException):
        return SPACING
    if error.status == 429:  # without a Via header: Cloudflare's, which discord.py does not wait for
        return float(error.response.headers.get("Retry-After", 600))
    return DENIED if error.status in (400, 403, 404) else SPACING


def _is_marked(message: discord.Message) -> bool:
    return any(
        (getattr(component, "custom_id", None) or "").startswith(MARK)
        for row in message.components if isinstance(row, discord.ActionRow)
        for component in row.children
    )
