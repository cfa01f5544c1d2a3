"""Knows the permissions that the bot needs and has. They only explain errors: Discord's answers decide."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
from discord import ChannelType

from discarr.bot.channel import Channel, Wire, objects
from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import (
    ANNOUNCEMENT_ADVICE,
    DENIED,
    DISCORD_ERRORS,
    MISSING_ACCESS,
    OPTIONAL_DEADLINE,
    THREAD_LOCKED,
    ChannelUnusable,
    NotShown,
    answer_from_discord,
    describe,
)
from discarr.clock import Clock

EXPLANATION_DEADLINE = 10.0
"""Seconds for finding out why something was rejected."""


@dataclass(frozen=True, slots=True)
class RequiredPermission:
    """One permission that the bot needs."""

    flag: str
    """Its name in discord.py."""
    name: str
    """Its name in Discord's own settings."""
    why: str
    """What the bot needs it for."""
    essential: bool = True
    """False if the dashboard works without it."""


VIEW_CHANNEL = RequiredPermission("view_channel", "View Channel", "to see its channel at all")
_SEND = RequiredPermission("send_messages", "Send Messages", "to post the dashboard")
_SEND_IN_THREADS = RequiredPermission(
    "send_messages_in_threads", "Send Messages in Threads", "to post the dashboard in a thread, and to reopen it"
)
READ_HISTORY = RequiredPermission(
    "read_message_history", "Read Message History", "to find its message again; Discord shows none otherwise"
)
_PIN = RequiredPermission(
    "pin_messages", "Pin Messages", "to pin the dashboard; Manage Messages no longer covers this", essential=False
)
REQUIRED_PERMISSIONS = (
    VIEW_CHANNEL,
    _SEND,
    RequiredPermission("embed_links", "Embed Links", "the dashboard is an embed, which Discord drops otherwise"),
    READ_HISTORY,
    _PIN,
)
_CONNECT = RequiredPermission(
    "connect", "Connect", "the chat of a voice channel can be closed to those without", essential=False
)

_VOICE, _ANNOUNCEMENT = ChannelType.voice.value, ChannelType.news.value
_THREADS = (ChannelType.news_thread.value, ChannelType.public_thread.value, ChannelType.private_thread.value)
_UNUSABLE = {
    ChannelType.private.value: "a direct message",
    ChannelType.group.value: "a group of direct messages",
    ChannelType.category.value: "a category",
    14: "a directory",
    ChannelType.stage_voice.value: "a stage",
    ChannelType.forum.value: "a forum (a post in it would do)",
    ChannelType.media.value: "a media channel (a post in it would do)",
}


def required_permissions(needed: tuple[RequiredPermission, ...] = REQUIRED_PERMISSIONS) -> discord.Permissions:
    """Return the permissions for the invite link."""
    return discord.Permissions(**{need.flag: True for need in needed})


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """The channel, and what the bot may do in it, according to Discord."""

    type: int | None
    """Discord's number for the type of channel; None if it does not describe the channel."""
    guild_id: int
    """0 if it is unknown."""
    guild: Wire
    """Discord's object of the server; empty if the bot may not see it."""
    overwrites: tuple[Wire, ...]
    """The permission overwrites of the channel; for a thread, those of its parent."""
    permissions: discord.Permissions | None
    """None if they are unknown."""
    hindrance: str | None
    """What overrides all permissions: a locked thread, a timeout of the bot."""

    @property
    def announcement(self) -> bool:
        """Whether this is an announcement channel, where Discord limits edits (error 20022)."""
        return self.type == _ANNOUNCEMENT

    def needed(self) -> tuple[RequiredPermission, ...]:
        """Return the permissions that a dashboard needs in this type of channel."""
        if self.type in _THREADS:
            return tuple(_SEND_IN_THREADS if need is _SEND else need for need in REQUIRED_PERMISSIONS)
        return (*REQUIRED_PERMISSIONS, _CONNECT) if self.type == _VOICE else REQUIRED_PERMISSIONS

    def obstacle(self, *, pinning: bool = False) -> str | None:
        """Return why Discord may reject a message here; None if no reason is known.

        Without View Channel all permissions are missing, so it is the only one named.
        """
        if self.hindrance is not None:
            return self.hindrance
        needed = (VIEW_CHANNEL,) if self.lacks(VIEW_CHANNEL) else self.needed()
        lacking = [need for need in needed if self.lacks(need) and (need.essential or (pinning and need is _PIN))]
        return "; ".join(f"{need.name} is missing in the channel: {need.why}" for need in lacking) or None

    def lacks(self, permission: RequiredPermission) -> bool:
        """Return whether this permission is known to be missing."""
        return self.permissions is not None and not getattr(self.permissions, permission.flag)

    def permissions_of(self, member: Wire) -> discord.Permissions:
        """Return the permissions of a member in the channel.

        Raises:
            Refused: Discord sent something that cannot be read.
        """
        with answer_from_discord():
            return _permissions(self.guild, self.overwrites, member)


async def channel_access(channel: Channel, now: datetime) -> ChannelAccess:
    """Ask Discord for the channel, its server and the bot as a member: three requests, four for a thread.

    Raises:
        ChannelUnusable: this type of channel cannot contain a dashboard.
        DISCORD_ERRORS: the channel is unknown or hidden, or Discord does not describe it.
    """
    async with asyncio.timeout(OPTIONAL_DEADLINE):
        facts = await channel.facts()
    with answer_from_discord():
        type = int(facts["type"])
        if type in _UNUSABLE:
            raise ChannelUnusable(
                f"DISCORD_CHANNEL_ID is the id of {_UNUSABLE[type]}: "
                "take that of a text channel, an announcement or voice channel, or a thread"
            )
        guild_id = int(facts["guild_id"])
        locked = type in _THREADS and bool(facts["thread_metadata"]["locked"])
    unknown = ChannelAccess(type, guild_id, {}, (), None, THREAD_LOCKED if locked else None)
    try:
        async with asyncio.timeout(OPTIONAL_DEADLINE):
            return await _with_permissions(channel, unknown, facts, now)
    except DISCORD_ERRORS:
        return unknown  # the channel exists: a missing permission will show itself


async def _with_permissions(channel: Channel, known: ChannelAccess, facts: Wire, now: datetime) -> ChannelAccess:
    guild = await channel.guild(known.guild_id)
    member = await channel.member(known.guild_id, channel.user_id)
    with answer_from_discord():
        ruling = await channel.facts(int(facts["parent_id"])) if known.type in _THREADS else facts
        overwrites = tuple(objects(ruling["permission_overwrites"]))
        permissions = _permissions(guild, overwrites, member)
        hindrance = _timed_out(member, now) or known.hindrance
        if permissions.administrator or (hindrance == THREAD_LOCKED and permissions.manage_threads):
            hindrance = None
        return ChannelAccess(known.type, known.guild_id, guild, overwrites, permissions, hindrance)


def _timed_out(member: Wire, now: datetime) -> str | None:
    """Return the obstacle if the bot is timed out and may only read. Administrators cannot be timed out.

    https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members
    """
    until = member.get("communication_disabled_until")
    if not until or (moment := datetime.fromisoformat(until)) <= now:
        return None
    return f"the bot is timed out until {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC: a moderator can end that"


def _permissions(guild: Wire, overwrites: tuple[Wire, ...], member: Wire) -> discord.Permissions:
    """Compute permissions by Discord's documented algorithm, without the implicit ones.

    https://docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    everyone, user_id = str(guild["id"]), str(member["user"]["id"])
    roles = {str(role) for role in member["roles"]}
    granted = {str(role["id"]): int(role["permissions"]) for role in guild["roles"]}
    value = granted[everyone]
    for role in roles & granted.keys():
        value |= granted[role]
    if user_id == str(guild["owner_id"]) or discord.Permissions(value).administrator:
        return discord.Permissions.all()
    for ids in ({everyone}, roles, {user_id}):
        rules = [rule for rule in overwrites if str(rule["id"]) in ids]
        for rule in rules:
            value &= ~int(rule["deny"])
        for rule in rules:
            value |= int(rule["allow"])
    return discord.Permissions(value)


class AccessMonitor:
    """Caches what the bot may do: asks Discord at most once in DENIED seconds."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel = channel
        self._clock = clock
        self._cooldown = Cooldown(clock)
        self._known: ChannelAccess | None = None

    async def access(self) -> ChannelAccess:
        """Return what the bot may do, at most DENIED seconds old, as far as Discord tells.

        Raises:
            ChannelUnusable: this type of channel cannot contain a dashboard.
            NotFound, Forbidden: the channel is unknown or hidden.
        """
        if self._known is None or not self._cooldown.active():
            self._known = await self._asked()
            self._cooldown.start(DENIED)
        return self._known

    def forget(self) -> None:
        """Ask Discord the next time."""
        self._cooldown.end()

    async def _asked(self) -> ChannelAccess:
        try:
            return await channel_access(self._channel, self._clock.now())
        except (ChannelUnusable, discord.NotFound, discord.Forbidden):
            raise
        except DISCORD_ERRORS:  # which says nothing about the messages in the channel
            return self._known or ChannelAccess(None, 0, {}, (), None, None)

    async def explanation(self, error: BaseException, *, pinning: bool = False) -> str:
        """Return why a request failed: the missing permission if that is the reason, otherwise the error itself."""
        if isinstance(error, discord.HTTPException) and error.code == MISSING_ACCESS:
            return f"{VIEW_CHANNEL.name} is missing in the channel: {VIEW_CHANNEL.why}"
        if isinstance(error, discord.RateLimited) and self._known is not None and self._known.announcement:
            return f"{ANNOUNCEMENT_ADVICE}; {describe(error)}"
        if not isinstance(error, discord.Forbidden | NotShown):
            return describe(error)
        self._cooldown.end()  # the cached permissions may be outdated
        try:
            async with asyncio.timeout(EXPLANATION_DEADLINE):
                return (await self.access()).obstacle(pinning=pinning) or describe(error)
        except DISCORD_ERRORS:
            return describe(error)


def roles_of(access: ChannelAccess) -> Mapping[int, str]:
    """Return the names of the server's roles by id; empty if they are unknown. Raises Refused."""
    with answer_from_discord():
        return {int(role["id"]): str(role["name"]) for role in objects(access.guild.get("roles"))}
