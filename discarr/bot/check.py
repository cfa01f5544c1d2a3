"""`discarr check`: what is wrong, in words, before anything starts. It does not connect to the gateway."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import discord

from discarr.arr.client import ArrClient
from discarr.bot.discord_errors import WIRE_ERRORS, told
from discarr.bot.permissions import NEEDS, fetched_permissions, wanted_permissions
from discarr.errors import ArrError

DEADLINE = 40.0
"""Seconds for Discord to answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    told: str
    """What was found; if it is wrong, what to do about it."""
    right: bool = True
    matters: bool = True
    """False if the bot does its work without it."""

    def __str__(self) -> str:
        return f"{'✓' if self.right else '✗' if self.matters else '–'} {self.what:<22} {self.told}"


async def instance_findings(clients: Sequence[ArrClient]) -> AsyncIterator[Finding]:
    """Each instance: reachable, with the right key, the right app behind the right URL."""
    for client in clients:
        yield await _instance_finding(client)


async def _instance_finding(client: ArrClient) -> Finding:
    label, service = client.instance.label, client.instance.service
    try:
        status = await client.status()
        if status.app_name.lower() != service:
            url = client.instance.variable("URL")
            return Finding(label, f"another app answers there: {url} must be {service.app_name}'s", right=False)
        queue = await client.queue()
    except ArrError as error:
        return Finding(label, f"it {error}", right=False)
    return Finding(label, f"{status.app_name} {status.version}, {len(queue.downloads):,} in its queue")


async def discord_findings(token: str, channel_id: int) -> AsyncIterator[Finding]:
    """The token, the channel and each permission in it, over REST alone; and the invite link."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            async with asyncio.timeout(DEADLINE):
                await client.login(token)
        except discord.LoginFailure:
            yield Finding("Bot", "Discord rejects DISCORD_TOKEN: copy it anew from the bot's page", right=False)
            return
        except WIRE_ERRORS as error:
            yield Finding("Bot", f"Discord cannot be reached: {told(error)}", right=False)
            return
        yield Finding("Bot", f"logged in as {client.user}")
        application = client.application
        if application is not None and application.interactions_endpoint_url:
            what = "they go to the Interactions Endpoint URL of the application: empty it on its page"
            yield Finding("Presses", what, right=False)
        async for finding in _channel_findings(client, channel_id):
            yield finding
        if client.application_id is not None:
            link = discord.utils.oauth_url(client.application_id, permissions=wanted_permissions(), scopes=["bot"])
            yield Finding("Invite link", link)


async def _channel_findings(client: discord.Client, channel_id: int) -> AsyncIterator[Finding]:
    try:
        async with asyncio.timeout(DEADLINE):
            permissions = await fetched_permissions(client, channel_id)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        what = "not found, or closed to the bot: look at DISCORD_CHANNEL_ID, invite the bot, give it View Channel"
        yield Finding("Channel", what, right=False)
        return
    except WIRE_ERRORS as error:
        yield Finding("Channel", f"could not be looked at: {told(error)}", right=False)
        return
    yield Finding("Channel", "found")
    for need in NEEDS:
        right = bool(getattr(permissions, need.flag))
        what = "" if right else f"give it to the bot in this channel: {need.why}"
        yield Finding(f"  {need.name}", what, right=right, matters=need.essential)
