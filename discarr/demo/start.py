"""Starts the demo: the shipped bot between loopback servers, and a page that shows the channel."""

import asyncio
import contextlib
import errno
import os
import sys
import webbrowser

from discarr.bot._discord_internals import redirected_to
from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.discord import LoopbackDiscord
from discarr.demo.fault_panel import FaultPanel
from discarr.demo.page import ChannelPage
from discarr.demo.session import Session
from discarr.demo.simulation import Simulation
from discarr.signals import run_until, stop_at_signals

DAY = 86_400.0
"""Seconds for which the apps seem to have been running."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NoAddress(Exception):
    """The page cannot be served there. The text is one sentence that says what to do instead."""


async def run_demo(*, host: str, port: int, speed: float, browser: bool) -> None:
    """Run the demo until it is cancelled or gets a signal; NoAddress if its page cannot be served there."""
    stop = stop_at_signals()
    async with contextlib.AsyncExitStack() as stack:
        session = await served(stack, host=host, port=port, speed=speed)
        if host not in LOOPBACK:
            print(f"Warning: everybody who can reach {host} can watch and press the demo's buttons.", file=sys.stderr)
        address = session.discord.page_url
        where = "It is open in your browser" if browser and _opened(address) else "Open it in a browser"
        print(f"Discarr's demo is at {address}\n{where}; Ctrl-C ends it.", flush=True)
        await run_until(stop, session.run_bot())


async def served(stack: contextlib.AsyncExitStack, *, host: str, port: int, speed: float) -> Session:
    """Start the servers, the simulations and the page, but not the bot; the stack ends them."""
    services: tuple[Service, ...] = ("radarr", "sonarr")
    simulations = {service: Simulation(LoopbackArr(service), speed=speed) for service in services}
    for simulation in simulations.values():
        await stack.enter_async_context(simulation.arr)
        simulation.arr.start_time -= DAY  # a young app's health is not believed
    server = LoopbackDiscord(host=host, port=port)
    session = Session(server, simulations)
    panel = FaultPanel(session)
    server.add_routes([*ChannelPage(server, panel.state).routes(), *panel.routes()])
    try:
        await server.start()
    except OSError as error:
        raise no_address(host, port, error) from error
    stack.push_async_callback(server.stop)
    stack.enter_context(redirected_to(server.api_base, server.gateway_url))
    stack.callback(asyncio.create_task(_tick(session, panel)).cancel)
    return session


async def _tick(session: Session, panel: FaultPanel) -> None:
    """Let the downloads go on, once a second, and watch the bot."""
    while True:
        await asyncio.sleep(1)
        for simulation in session.simulations.values():
            simulation.advance(1)
        panel.look()


def no_address(host: str, port: int, error: OSError) -> NoAddress:
    """Return why nothing could listen there, and what would work."""
    if error.errno not in (errno.EADDRINUSE, errno.EACCES):
        return NoAddress(f"--host {host} is not an address of this machine; leave it out for {LOOPBACK[0]}.")
    why = "is taken" if error.errno == errno.EADDRINUSE else "is not allowed"
    return NoAddress(f"Port {port} {why}; leave out --port for any free one.")


def _opened(url: str) -> bool:
    """Open it in a graphical browser, if there is a person at this terminal; return whether one was found."""
    # Without a screen, Python would start a browser inside of the terminal.
    has_screen = sys.platform in ("darwin", "win32") or any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY"))
    try:
        return sys.stdout.isatty() and has_screen and webbrowser.open(url)
    except webbrowser.Error:
        return False
