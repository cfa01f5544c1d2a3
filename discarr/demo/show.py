"""The demo: the shipped bot between loopback servers, and a page that shows the channel."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import discord
import yarl

from discarr.__main__ import run
from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.scene import Scene, demo_scene
from discarr.demo.discord import LoopbackDiscord
from discarr.errors import ConfigurationError
from discarr.settings import settings_from

PACE = 20.0
"""Simulated seconds in a real one at `--speed 1`: a film takes minutes, and one sees it move."""


async def show(*, port: int, speed: float) -> None:
    """Run the demo until it is cancelled or gets a signal.

    Raises:
        ConfigurationError: the port is taken.
    """
    scenes = [demo_scene("radarr", speed=speed * PACE), demo_scene("sonarr", speed=speed * PACE)]
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(_discord_at(port))
        for scene in scenes:
            await stack.enter_async_context(_playing(scene))
        print(f"Discarr's demo: open {server.page_url} in a browser. Ctrl-C ends it.", flush=True)
        with redirected_to(server):
            await run(settings_from(settings_for(server, *(scene.arr for scene in scenes))))


def settings_for(server: LoopbackDiscord, *apps: LoopbackArr) -> dict[str, str]:
    """The variables that make a bot use these servers."""
    settings = {"DISCORD_TOKEN": server.token, "DISCORD_CHANNEL_ID": str(server.channel_id), "CHECK_INTERVAL": "5",
                "REMOVE_ROLE_IDS": str(server.mods_role_id), "STUCK_THRESHOLD_MINUTES": "1"}
    for app in apps:
        settings[f"{app.service.upper()}_URL"] = app.url
        settings[f"{app.service.upper()}_API_KEY"] = app.api_key
    return settings


@contextlib.contextmanager
def redirected_to(server: LoopbackDiscord) -> Iterator[None]:
    """Have discord.py talk to this Discord: these two addresses are all that differs from the real one."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = server.api_base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before


@contextlib.asynccontextmanager
async def _discord_at(port: int) -> AsyncIterator[LoopbackDiscord]:
    server = LoopbackDiscord(port=port)
    try:
        await server.start()
    except OSError as error:
        raise ConfigurationError([f"--port {port}: it is taken or not allowed; leave it out for a free one"]) from error
    try:
        yield server
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def _playing(scene: Scene) -> AsyncIterator[None]:
    """The scene's server listening, and its play going on."""
    async with scene.arr:
        play = asyncio.create_task(scene.run(), name=f"{scene.arr.service} scene")
        try:
            yield
        finally:
            play.cancel()
            await asyncio.wait([play])
