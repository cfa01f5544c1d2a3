"""Implements `discarr check`: explains what is wrong before the bot runs. Never connects to the gateway."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the check."""

    what: str
    """What was checked, in a word or two."""
    text: str
    """What was found, and what to do about it if it is wrong."""
    right: bool = True
    matters: bool = True
    """False if the bot works without it."""

    def __str__(self) -> str:
        return one_line(f"{'✓' if self.right else '✗' if self.matters else '–'} {self.what:<22} {self.text}")


async def check_discord(settings: Settings, clock: Clock, *, proxy: str | None = None) -> AsyncIterator[CheckResult]:
    """Yield results for the token, the application, the channel and the permissions in it, and the invite link."""
    if trouble := unwritable(health_file(settings.discord_channel_id)):
        yield CheckResult("Health file", trouble, right=False, matters=False)
    skew = ClockSkew(clock.now)
    async with discord.Client(intents=discord.Intents.none(), **client_options(proxy, skew)) as client:
        login = await _login(client, settings)
        yield login
        if not login.right:
            return
        if skew.sentence:
            yield CheckResult("Clock", skew.sentence, right=False)
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
            return CheckResult("Bot", "Discord rejects DISCORD_TOKEN: copy it again from the bot's page", right=False)
        return CheckResult("Bot", f"Discord cannot be reached: {describe(error)}", right=False)
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


def summary(results: Sequence[CheckResult]) -> str:
    """Return the last line: whether the bot can work."""
    wrong = sum(1 for result in results if not result.right and result.matters)
    if wrong == 0:
        return "Ready."
    return "1 thing to fix" if wrong == 1 else f"{wrong} things to fix"


def _application(application: discord.AppInfo | None) -> Iterator[CheckResult]:
    if application is not None and application.interactions_endpoint_url:
        what = "they go to the application's Interactions Endpoint URL: clear it on the application's page"
        yield CheckResult("Presses", what, right=False)
    if application is not None and application.bot_require_code_grant:
        what = "the application requires an OAuth2 code grant, so no link can invite the bot: turn that off"
        yield CheckResult("Invitation", what, right=False)


async def _channel(monitor: AccessMonitor) -> tuple[ChannelAccess | None, CheckResult]:
    """Ask what the bot asks before it posts."""
    try:
        async with asyncio.timeout(CHECK_DEADLINE):
            access = await monitor.access()
    except ChannelUnusable as error:
        return None, CheckResult("Channel", describe(error), right=False)
    except (discord.NotFound, discord.Forbidden):
        what = "not found, or hidden from the bot: check DISCORD_CHANNEL_ID, invite the bot, give it View Channel"
        return None, CheckResult("Channel", what, right=False)
    except DISCORD_ERRORS as error:
        return None, CheckResult("Channel", f"could not be checked: {describe(error)}", right=False)
    if access.type is None:
        what = "Discord's answer about it cannot be read; the bot tries anyway"
        return access, CheckResult("Channel", what, right=False, matters=False)
    if access.announcement:
        return access, CheckResult("Channel", f"found; {ANNOUNCEMENT_ADVICE}", right=False, matters=False)
    if access.hindrance is not None:
        return access, CheckResult("Channel", access.hindrance, right=False)
    return access, CheckResult("Channel", "found")


def _permissions(access: ChannelAccess) -> Iterator[CheckResult]:
    if access.permissions is None:
        yield CheckResult("Permissions", "Discord does not report them", right=False, matters=False)
        return
    for need in access.needed():
        right = not access.lacks(need)
        what = "" if right else f"give it to the bot in this channel: {need.why}"
        yield CheckResult(f"  {need.name}", what, right=right, matters=need.essential)


async def _dashboard(search: DashboardSearch) -> CheckResult:
    """Search as the bot does."""
    try:
        async with asyncio.timeout(CHECK_DEADLINE):
            found = await search.find()
    except DISCORD_ERRORS as error:
        return CheckResult("Dashboard", f"could not be searched for: {describe(error)}", right=False)
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
                yield await _missing_role(channel, access, id)
            if access.guild_id in settings.remove_role_ids:
                yield CheckResult(
                    "REMOVE_ROLE_IDS",
                    "@everyone is listed, which allows nobody: list a role that members are given",
                    right=False,
                )
            for id in sorted(settings.remove_user_ids):
                if (wrong := await _wrong_user(channel, access, id)) is not None:
                    yield CheckResult("REMOVE_USER_IDS", f"{id} {wrong}", right=False, matters=False)
    except DISCORD_ERRORS as error:
        yield CheckResult("May remove", f"could not be checked: {describe(error)}", right=False, matters=False)
        return
    names = [f"@{name}" for id, name in roles.items() if id in settings.remove_role_ids - {access.guild_id}]
    users = len(settings.remove_user_ids)
    parts = ["members with Manage Server", *names, *([f"{users} of REMOVE_USER_IDS"] if users else ())]
    yield CheckResult("May remove", ", ".join(parts))


async def _missing_role(channel: Channel, access: ChannelAccess, id: int) -> CheckResult:
    try:
        await channel.member(access.guild_id, id)
    except discord.NotFound:
        return CheckResult("REMOVE_ROLE_IDS", f"the server has no role {id}", right=False)
    return CheckResult("REMOVE_ROLE_IDS", f"{id} is a user: it belongs in REMOVE_USER_IDS", right=False)


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
