"""The demo: the shipped bot between loopback servers, and a page that shows the channel."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Coroutine

from discarr.bot._discord_internals import redirected_to
from discarr.demo.address import LOOPBACK, no_address, opened
from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.scene import Scene, demo_scene
from discarr.demo.arr.wire import Service
from discarr.demo.counters import Counters
from discarr.demo.discord import LoopbackDiscord
from discarr.demo.page import ChannelPage
from discarr.demo.running import RunningBot
from discarr.demo.theatre import Theatre
from discarr.demo.trouble import Trouble
from discarr.settings import settings_from
from discarr.signals import run_until, stop_at_signals

PACE = 20.0
"""Simulated seconds in a real one at `--speed 1`: a film takes minutes, and one sees it move."""


async def show(*, host: str = LOOPBACK[0], port: int = 0, speed: float = 1.0, browser: bool = True) -> None:
    """Run the demo until it is cancelled or gets a signal.

    Raises:
        NoAddress: the port is taken, or the host is none of this machine's.
    """
    stop = stop_at_signals()
    async with theatre_at(host, port, speed) as theatre:
        if host not in LOOPBACK:
            print(f"Warning: everybody who can reach {host} can look on and press the demo's buttons.", file=sys.stderr)
        address = theatre.discord.page_url
        where = "It is open in your browser" if browser and opened(address) else "Open it in a browser"
        print(f"Discarr's demo is at {address}\n{where}; Ctrl-C ends it.", flush=True)
        await run_until(stop, theatre.bot.failure())


@contextlib.asynccontextmanager
async def theatre_at(host: str, port: int, speed: float) -> AsyncIterator[Theatre]:
    """Everything that plays, and the page that shows it.

    Raises:
        NoAddress: the port is taken, or the host is none of this machine's.
    """
    services: tuple[Service, ...] = ("radarr", "sonarr")
    scenes = {service: demo_scene(service, speed=speed * PACE) for service in services}
    apps = [scene.arr for scene in scenes.values()]
    async with contextlib.AsyncExitStack() as stack:
        for scene in scenes.values():
            await stack.enter_async_context(_playing(scene))
        server = LoopbackDiscord(host=host, port=port)
        bot = RunningBot(settings_from(settings_for(server, *apps)))
        theatre = Theatre(server, scenes, bot, Counters(server, apps))
        trouble = Trouble(theatre)
        server.add_routes([*ChannelPage(server, trouble.state).routes(), *trouble.routes()])
        await stack.enter_async_context(_listening(server))
        stack.enter_context(redirected_to(server.api_base, server.gateway_url))
        await stack.enter_async_context(_while(trouble.watch()))
        bot.start()
        try:
            yield theatre
        finally:
            # Whatever trouble was made, the bot's last edit is to be seen.
            theatre.faults.clear()
            await bot.stop()


def settings_for(server: LoopbackDiscord, *apps: LoopbackArr) -> dict[str, str]:
    """The variables that make a bot use these servers."""
    settings = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_CHANNEL_ID": str(server.channel_id),
        "CHECK_INTERVAL": "5",
        "REMOVE_ROLE_IDS": str(server.mods_role_id),
        "STUCK_THRESHOLD_MINUTES": "1",
    }
    for app in apps:
        settings[f"{app.service.upper()}_URL"] = app.url
        settings[f"{app.service.upper()}_API_KEY"] = app.api_key
    return settings


@contextlib.asynccontextmanager
async def _listening(server: LoopbackDiscord) -> AsyncIterator[None]:
    try:
        await server.start()
    except OSError as error:
        raise no_address(server.host, server.port, error) from error
    try:
        yield
    finally:
        await server.stop()


@contextlib.asynccontextmanager
async def _playing(scene: Scene) -> AsyncIterator[None]:
    """The scene's server listening, and its play going on."""
    async with scene.arr, _while(scene.run()):
        yield


@contextlib.asynccontextmanager
async def _while(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Something that goes on meanwhile."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
