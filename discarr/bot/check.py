"""`discarr check`: what is wrong, in words, before anything starts. It does not connect to the gateway."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import discord

from discarr.arr.client import ArrClient
from discarr.bot.discord_errors import DISCORD_ERRORS, describe
from discarr.bot.permissions import REQUIRED_PERMISSIONS, fetched_permissions, required_permissions
from discarr.errors import ArrError
from discarr.health import health_file, unwritable

CHECK_DEADLINE = 40.0
"""Seconds for Discord to answer."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was looked at."""

    what: str
    told: str
    """What was found; if it is wrong, what to do about it."""
    right: bool = True
    matters: bool = True
    """False if the bot does its work without it."""

    def __str__(self) -> str:
        return f"{'✓' if self.right else '✗' if self.matters else '–'} {self.what:<22} {self.told}"


async def check_instances(clients: Sequence[ArrClient]) -> AsyncIterator[CheckResult]:
    """Each instance: reachable, with the right key, the right app behind the right URL."""
    for client in clients:
        yield await _check_instance(client)


async def _check_instance(client: ArrClient) -> CheckResult:
    label, service = client.instance.label, client.instance.service
    try:
        status = await client.status()
        if status.app_name.lower() != service:
            url = client.instance.variable("URL")
            return CheckResult(label, f"another app answers there: {url} must be {service.app_name}'s", right=False)
        queue = await client.queue()
    except ArrError as error:
        return CheckResult(label, f"it {error}", right=False)
    return CheckResult(label, f"{status.app_name} {status.version}, {len(queue.downloads):,} in its queue")


async def check_discord(token: str, channel_id: int) -> AsyncIterator[CheckResult]:
    """The health file, if it cannot be written; the token, the channel and each permission in it, over REST alone."""
    if trouble := unwritable(health_file(channel_id)):
        yield CheckResult("Health file", trouble, right=False, matters=False)
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            async with asyncio.timeout(CHECK_DEADLINE):
                await client.login(token)
        except discord.LoginFailure:
            yield CheckResult("Bot", "Discord rejects DISCORD_TOKEN: copy it anew from the bot's page", right=False)
            return
        except DISCORD_ERRORS as error:
            yield CheckResult("Bot", f"Discord cannot be reached: {describe(error)}", right=False)
            return
        yield CheckResult("Bot", f"logged in as {client.user}")
        application = client.application
        if application is not None and application.interactions_endpoint_url:
            what = "they go to the Interactions Endpoint URL of the application: empty it on its page"
            yield CheckResult("Presses", what, right=False)
        async for result in _check_channel(client, channel_id):
            yield result
        if client.application_id is not None:
            link = discord.utils.oauth_url(client.application_id, permissions=required_permissions(), scopes=["bot"])
            yield CheckResult("Invite link", link)


async def _check_channel(client: discord.Client, channel_id: int) -> AsyncIterator[CheckResult]:
    try:
        async with asyncio.timeout(CHECK_DEADLINE):
            permissions = await fetched_permissions(client, channel_id)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        what = "not found, or closed to the bot: look at DISCORD_CHANNEL_ID, invite the bot, give it View Channel"
        yield CheckResult("Channel", what, right=False)
        return
    except DISCORD_ERRORS as error:
        yield CheckResult("Channel", f"could not be looked at: {describe(error)}", right=False)
        return
    yield CheckResult("Channel", "found")
    for need in REQUIRED_PERMISSIONS:
        right = bool(getattr(permissions, need.flag))
        what = "" if right else f"give it to the bot in this channel: {need.why}"
        yield CheckResult(f"  {need.name}", what, right=right, matters=need.essential)
