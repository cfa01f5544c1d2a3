"""Implements `discarr check`: explains what is wrong before the bot runs. Never connects to the gateway."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum

import discord

from discarr.bot.channel import PAGE, Channel
from discarr.bot.client import rejects_token
from discarr.bot.discord_errors import ANNOUNCEMENT_ADVICE, DISCORD_ERRORS, LOGIN_ERRORS, ChannelUnusable, describe
from discarr.bot.network import ClockSkew, client_options
from discarr.bot.permissions import (
    READ_HISTORY,
    REQUIRED_PERMISSIONS,
    AccessMonitor,
    ChannelAccess,
    required_permissions,
    roles_of,
)
from discarr.bot.search import HISTORY_PAGES, DashboardSearch
from discarr.clock import Clock
from discarr.health import health_file, unwritable
from discarr.logs import one_line
from discarr.settings import Settings

CHECK_DEADLINE = 40.0
"""Seconds for Discord to answer."""


class Mark(StrEnum):
    """Whether what was checked is right."""

    RIGHT = "✓"
    WRONG = "✗"
    MINOR = "–"
    """It is wrong, but the bot works without it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the check."""

    what: str
    """What was checked, in a word or two."""
    text: str
    """What was found, and what to do about it if it is wrong."""
    mark: Mark = Mark.RIGHT

    def __str__(self) -> str:
        return one_line(f"{self.mark} {self.what:<22} {self.text}")


async def check_discord(settings: Settings, clock: Clock, *, proxy: str | None = None) -> AsyncIterator[CheckResult]:
    """Yield results for the token, the application, the channel and the permissions in it, and the invite link."""
    if trouble := unwritable(health_file(settings.discord_channel_id)):
        yield CheckResult("Health file", trouble, Mark.MINOR)
    skew = ClockSkew(clock.now)
    async with discord.Client(intents=discord.Intents.none(), **client_options(proxy, skew)) as client:
        login = await _login(client, settings)
        yield login
        if login.mark is not Mark.RIGHT:
            return
        if skew.sentence:
            yield CheckResult("Clock", skew.sentence, Mark.WRONG)
        for result in _application(client.application):
            yield result
        channel = Channel(client, settings.discord_channel_id)
        monitor = AccessMonitor(channel, clock)
        access, result = await _channel(monitor)
        yield result
        if access is not None:
            async for result in _in_channel(channel, access, DashboardSearch(channel, monitor, clock), settings):
                yield result
        if client.application_id is not None:
            needed = required_permissions(REQUIRED_PERMISSIONS if access is None else access.needed())
            link = discord.utils.oauth_url(client.application_id, permissions=needed, scopes=["bot"])
            yield CheckResult("Invite link", link)


async def _login(client: discord.Client, settings: Settings) -> CheckResult:
    try:
        async with asyncio.timeout(CHECK_DEADLINE):
            await client.login(settings.discord_token.get_secret_value())
    except LOGIN_ERRORS as error:
        if rejects_token(error):
            return CheckResult("Bot", "Discord rejects DISCORD_TOKEN: copy it again from the bot's page", Mark.WRONG)
        return CheckResult("Bot", f"Discord cannot be reached: {describe(error)}", Mark.WRONG)
    return CheckResult("Bot", f"logged in as {client.user}")


async def _in_channel(
    channel: Channel, access: ChannelAccess, search: DashboardSearch, settings: Settings
) -> AsyncIterator[CheckResult]:
    for result in _permissions(access):
        yield result
    if not access.lacks(READ_HISTORY):  # the run does not look without it, and posts nothing
        yield await _dashboard(search)
    if access.type is not None:
        async for result in _removers(channel, access, settings):
            yield result


def summary(wrong: int) -> str:
    """Return the last line: whether the bot can work."""
    if wrong == 0:
        return "Ready."
    return "1 thing to fix" if wrong == 1 else f"{wrong} things to fix"


def _application(application: discord.AppInfo | None) -> Iterator[CheckResult]:
    if application is not None and application.interactions_endpoint_url:
        text = "they go to the application's Interactions Endpoint URL: clear it on the application's page"
        yield CheckResult("Presses", text, Mark.WRONG)
    if application is not None and application.bot_require_code_grant:
        text = "the application requires an OAuth2 code grant, so no link can invite the bot: turn that off"
        yield CheckResult("Invitation", text, Mark.WRONG)


async def _channel(monitor: AccessMonitor) -> tuple[ChannelAccess | None, CheckResult]:
    """Ask what the bot asks before it posts."""
    try:
        access = await monitor.access()
    except ChannelUnusable as error:
        return None, CheckResult("Channel", describe(error), Mark.WRONG)
    except (discord.NotFound, discord.Forbidden):
        text = "not found, or hidden from the bot: check DISCORD_CHANNEL_ID, invite the bot, give it View Channel"
        return None, CheckResult("Channel", text, Mark.WRONG)
    if access.type is None:
        text = "Discord's answer about it is missing or cannot be read; the bot tries anyway"
        return access, CheckResult("Channel", text, Mark.MINOR)
    if access.announcement:
        return access, CheckResult("Channel", f"found; {ANNOUNCEMENT_ADVICE}", Mark.MINOR)
    if access.hindrance is not None:
        return access, CheckResult("Channel", access.hindrance, Mark.WRONG)
    return access, CheckResult("Channel", "found")


def _permissions(access: ChannelAccess) -> Iterator[CheckResult]:
    if access.permissions is None:
        yield CheckResult("Permissions", "Discord does not report them", Mark.MINOR)
        return
    for need in access.needed():
        if access.lacks(need):
            text = f"give it to the bot in this channel: {need.why}"
            yield CheckResult(f"  {need.name}", text, Mark.WRONG if need.essential else Mark.MINOR)
        else:
            yield CheckResult(f"  {need.name}", "")


async def _dashboard(search: DashboardSearch) -> CheckResult:
    """Search as the bot does."""
    try:
        async with asyncio.timeout(CHECK_DEADLINE):
            found = await search.find()
    except DISCORD_ERRORS as error:
        return CheckResult("Dashboard", f"could not be searched for: {describe(error)}", Mark.WRONG)
    if found.message_id is not None:
        return CheckResult("Dashboard", "found")
    among = f"{HISTORY_PAGES * PAGE:,}"
    return CheckResult("Dashboard", f"none among the pins and the last {among} messages: the bot will post one")


async def _removers(channel: Channel, access: ChannelAccess, settings: Settings) -> AsyncIterator[CheckResult]:
    """Yield who may remove downloads, and each id of the settings that matches nobody."""
    try:
        async with asyncio.timeout(CHECK_DEADLINE):
            roles = roles_of(access)
            for id in sorted(settings.remove_role_ids - roles.keys() if access.guild else ()):
                yield CheckResult("REMOVE_ROLE_IDS", await _missing_role(channel, access, id), Mark.WRONG)
            if access.guild_id in settings.remove_role_ids:
                text = "@everyone is listed, which allows nobody: list a role that members are given"
                yield CheckResult("REMOVE_ROLE_IDS", text, Mark.WRONG)
            for id in sorted(settings.remove_user_ids):
                if (wrong := await _wrong_user(channel, access, id)) is not None:
                    yield CheckResult("REMOVE_USER_IDS", f"{id} {wrong}", Mark.MINOR)
    except DISCORD_ERRORS as error:
        yield CheckResult("May remove", f"could not be checked: {describe(error)}", Mark.MINOR)
        return
    names = [f"@{name}" for id, name in roles.items() if id in settings.remove_role_ids - {access.guild_id}]
    users = len(settings.remove_user_ids)
    parts = ["members with Manage Server", *names, *([f"{users} of REMOVE_USER_IDS"] if users else ())]
    yield CheckResult("May remove", ", ".join(parts))


async def _missing_role(channel: Channel, access: ChannelAccess, id: int) -> str:
    try:
        await channel.member(access.guild_id, id)
    except discord.NotFound:
        return f"the server has no role {id}"
    return f"{id} is a user: it belongs in REMOVE_USER_IDS"


async def _wrong_user(channel: Channel, access: ChannelAccess, id: int) -> str | None:
    if id in roles_of(access):
        return "is a role: it belongs in REMOVE_ROLE_IDS"
    try:
        member = await channel.member(access.guild_id, id)
    except discord.NotFound:
        return "is not a member of the server"
    if access.guild and not access.permissions_of(member).view_channel:
        return "cannot see the channel"
    return None
