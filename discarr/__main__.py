"""The commands: builds everything, passes it in, chooses the exit code."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from dotenv import dotenv_values

from discarr.errors import ConfigurationError, FatalError
from discarr.settings import Settings, settings_from

DONE, ILL, WRONG_SETTINGS = 0, 1, 2
"""Exit codes; a bug of ours ends with 1 as well, and its traceback."""

log = logging.getLogger("discarr")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return _commanded(given) if given else _run()
    except ConfigurationError as error:
        mistakes = (f"  - {mistake}" for mistake in error.mistakes)
        print("The settings need a change:", *mistakes, sep="\n", file=sys.stderr)
    except FatalError as error:
        print(error, file=sys.stderr)
    return WRONG_SETTINGS


def _commanded(arguments: Sequence[str]) -> int:
    from discarr.options import options_from

    options = options_from(arguments)
    match options.command:
        case "demo":
            return _demo(options.host, options.port, options.speed, browser=not options.no_browser)
        case "check":
            return _check()
        case "healthcheck":
            return _healthcheck()
        case _:
            return _run()


def _environment() -> Mapping[str, str]:
    """`.env` of the working directory, with the environment over it."""
    try:
        from_file = {name: value for name, value in dotenv_values(".env", encoding="utf-8-sig").items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([".env cannot be read: save it as UTF-8, and let this user read it"]) from error
    return {**from_file, **os.environ}


def _run() -> int:
    _log_to_stderr("INFO")
    settings = settings_from(_environment())
    # Ours alone may say more: at DEBUG the libraries log keys, addresses and the tokens of presses.
    logging.getLogger("discarr").setLevel(settings.log_level)
    logging.getLogger().setLevel(max(logging.INFO, logging.getLevelNamesMapping()[settings.log_level]))
    asyncio.run(run(settings))
    return DONE


def _demo(host: str, port: int, speed: float, *, browser: bool) -> int:
    # Only now: the demo's servers are of no use to the bot, and cost memory.
    from discarr.demo.address import NoAddress
    from discarr.demo.show import show

    _log_to_stderr("WARNING")
    try:
        asyncio.run(show(host=host, port=port, speed=speed, browser=browser))
    except KeyboardInterrupt:
        pass
    except NoAddress as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    return DONE


def _check() -> int:
    _log_to_stderr("ERROR")
    settings = settings_from(_environment())
    return asyncio.run(check(settings))


def _healthcheck() -> int:
    from discarr.health import health_file, illness

    wrong = illness(health_file())
    print(f"Not well: {wrong}" if wrong else "Well")
    return ILL if wrong else DONE


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    # At INFO it logs each request with its address; what fails is said by us.
    logging.getLogger("httpx").setLevel(logging.WARNING)


async def run(settings: Settings) -> None:
    """The bot, until SIGTERM or Ctrl-C.

    Raises:
        FatalError: Discord refuses this bot for good.
    """
    stopped = asyncio.create_task(_signal(), name="signal")
    await asyncio.sleep(0)  # it listens from here on, and not only after the imports
    # Only now, so that wrong settings and --version are told without loading half of the world.
    from discarr.bot.app import Bot, clients_of
    from discarr.clock import Clock
    from discarr.health import health_file
    from discarr.memory import freeze_loaded_objects

    freeze_loaded_objects()
    clock = Clock()
    async with clients_of(settings, clock) as clients:
        bot = asyncio.create_task(Bot(settings, clients, clock, health_file=health_file()).run(), name="bot")
        try:
            await asyncio.wait([bot, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            bot.cancel()
            with suppress(asyncio.CancelledError):
                await bot
    log.info("Stopped")


async def _signal() -> None:
    """Wait for the first SIGTERM or SIGINT. Later ones do not disturb the end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the main task instead
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


async def check(settings: Settings) -> int:
    """Look at everything there is to look at, and print what was found; returns the exit code."""
    from discarr.bot.app import clients_of
    from discarr.bot.check import check_discord, check_instances, summary
    from discarr.clock import Clock

    results, clock = [], Clock()
    async with clients_of(settings, clock) as clients:
        for looking in (check_instances(clients), check_discord(settings, clock)):
            async for result in looking:
                print(result, flush=True)
                results.append(result)
    print(summary(results))
    return DONE if all(result.right or not result.matters for result in results) else WRONG_SETTINGS


if __name__ == "__main__":
    sys.exit(main())
