"""The command line: builds everything, passes it in, chooses the exit code."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress

from dotenv import dotenv_values

from discarr import __version__
from discarr.errors import ConfigurationError, FatalError
from discarr.settings import InstanceSettings, Settings, settings_from

DONE, WRONG_SETTINGS = 0, 2
"""Exit codes; 1 is a bug of ours, with its traceback."""

log = logging.getLogger("discarr")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except ConfigurationError as error:
        print("The settings need a change:", *(f"  - {mistake}" for mistake in error.mistakes), sep="\n", file=sys.stderr)
    except FatalError as error:
        print(error, file=sys.stderr)
    return WRONG_SETTINGS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="discarr", description="Keeps one pinned Discord message true about what Radarr and Sonarr are downloading.",
    )
    parser.add_argument("--version", action="version", version=f"discarr {__version__}")
    parser.set_defaults(command=_run)
    commands = parser.add_subparsers(title="commands", metavar="", description="Without one, the bot runs.")
    demo = commands.add_parser("demo", help="show it at work: no account, no token, no network")
    demo.add_argument("--port", type=_port, default=0, help="where the page is served (default: a free port)")
    demo.add_argument("--speed", type=_speed, default=1.0, help="how fast downloads go, 0.1 to 100 (default: 1)")
    demo.set_defaults(command=_demo)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError("a speed is a number from 0.1 to 100")
    return speed


def _environment() -> Mapping[str, str]:
    """`.env` of the working directory, with the environment over it."""
    from_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**from_file, **os.environ}


def _run(_: argparse.Namespace) -> int:
    _log_to_stderr("INFO")
    settings = settings_from(_environment())
    logging.getLogger().setLevel(settings.log_level)
    asyncio.run(run(settings))
    return DONE


def _demo(options: argparse.Namespace) -> int:
    # Only now: the demo's servers are of no use to the bot, and cost memory.
    from discarr.demo.show import show

    _log_to_stderr("WARNING")
    with suppress(KeyboardInterrupt):
        asyncio.run(show(port=options.port, speed=options.speed))
    return DONE


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    # httpx logs each request with its URL at INFO; what fails is said by us.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)


async def run(settings: Settings) -> None:
    """The bot, until SIGTERM or Ctrl-C.

    Raises:
        FatalError: Discord refuses this bot for good.
    """
    # Only now, so that wrong settings and --version are told without loading half of the world.
    from discarr.arr import ArrClient, tls_context
    from discarr.bot import Bot
    from discarr.clock import Clock

    clock = Clock()

    def client(server: InstanceSettings) -> ArrClient:
        tls = tls_context(server.verify_tls)
        return ArrClient(server.instance, server.url, server.api_key.get_secret_value(), tls=tls, clock=clock)

    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(server)) for server in settings.instances]
        await _until_signal(asyncio.create_task(Bot(settings, clients, clock).run(), name="bot"))


async def _until_signal(bot: asyncio.Task[None]) -> None:
    """Wait for the bot, and end it once at the first signal; a second one does not disturb the end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels this task instead
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([bot, stopped], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot
    log.info("Stopped")


if __name__ == "__main__":
    sys.exit(main())
