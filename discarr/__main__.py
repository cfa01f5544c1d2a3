"""The commands: builds everything, passes it in, chooses the exit code."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from discarr import __version__
from discarr.environment import env_file_absence, environment
from discarr.errors import ConfigurationError, FatalError
from discarr.logs import log_to_stderr, one_line

if TYPE_CHECKING:
    from discarr.settings import Settings

DONE, ILL, WRONG_SETTINGS = 0, 1, 2
"""Exit codes; a bug of ours ends with 1 as well, and its traceback."""

log = logging.getLogger("discarr")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return _commanded(given) if given else _run()
    except ConfigurationError as error:
        mistakes = (f"  - {one_line(mistake)}" for mistake in error.mistakes)
        print("The settings need a change:", *mistakes, sep="\n", file=sys.stderr)
        if absence := env_file_absence():
            print(one_line(absence), file=sys.stderr)
    except FatalError as error:
        print(one_line(str(error)), file=sys.stderr)
    return WRONG_SETTINGS


def _commanded(arguments: Sequence[str]) -> int:
    from discarr.arguments import arguments_from

    asked = arguments_from(arguments)
    match asked.command:
        case "demo":
            return _demo(asked.host, asked.port, asked.speed, browser=not asked.no_browser)
        case "check":
            return _check()
        case "healthcheck":
            return _healthcheck()
        case _:
            return _run()


def _settings() -> Settings:
    from discarr.settings import settings_from  # only now: a health check does without pydantic

    return settings_from(environment())


def _run() -> int:
    import asyncio  # here and below: it takes half of the time of a health check, which does without

    log_to_stderr("INFO")
    settings = _settings()
    _log_as_set(settings)
    asyncio.run(run(settings))
    return DONE


def _log_as_set(settings: Settings) -> None:
    # Ours alone may say more: at DEBUG the libraries log keys, addresses and the tokens of presses.
    log.setLevel(settings.log_level)
    logging.getLogger().setLevel(max(logging.INFO, logging.getLevelNamesMapping()[settings.log_level]))
    log.info(
        "Discarr %s shows %s in channel %s, read every %s s",
        __version__,
        ", ".join(each.instance.label for each in settings.instances),
        settings.discord_channel_id,
        settings.check_interval,
    )


def _demo(host: str, port: int, speed: float, *, browser: bool) -> int:
    # Only now: the demo's servers are of no use to the bot, and cost memory.
    import asyncio

    from discarr.demo.address import NoAddress
    from discarr.demo.show import show

    log_to_stderr("WARNING")
    try:
        asyncio.run(show(host=host, port=port, speed=speed, browser=browser))
    except KeyboardInterrupt:
        pass
    except NoAddress as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    return DONE


def _check() -> int:
    log_to_stderr("ERROR")
    import asyncio

    return asyncio.run(check(_settings()))


def _healthcheck() -> int:
    from discarr.health import configured_channel, health_file, illness

    try:
        wrong = illness(health_file(configured_channel()))
    except ConfigurationError as error:
        wrong = "; ".join(error.mistakes)
    print(f"Not well: {wrong}" if wrong else "Well")
    return ILL if wrong else DONE


async def run(settings: Settings) -> None:
    """The bot, until SIGTERM or Ctrl-C.

    Raises:
        FatalError: Discord refuses this bot for good.
    """
    import asyncio

    stopped = asyncio.create_task(_signal(), name="signal")
    await asyncio.sleep(0)  # it listens from here on, and not only after the imports
    # Only now, so that wrong settings and --version are told without loading half of the world.
    from discarr.bot.app import Bot, clients_of
    from discarr.clock import Clock
    from discarr.health import health_file
    from discarr.memory import freeze_loaded_objects

    freeze_loaded_objects()
    clock = Clock()
    async with clients_of(settings) as clients:
        file = health_file(settings.discord_channel_id)
        bot = asyncio.create_task(Bot(settings, clients, clock, health_file=file).run(), name="bot")
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
    import asyncio

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the main task instead
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


async def check(settings: Settings) -> int:
    """Look at everything there is to look at, and print what was found; returns the exit code."""
    from discarr.bot.app import clients_of
    from discarr.bot.check import check_discord, check_instances

    results = []
    async with clients_of(settings) as clients:
        token = settings.discord_token.get_secret_value()
        for looking in (check_instances(clients), check_discord(token, settings.discord_channel_id)):
            async for result in looking:
                print(result, flush=True)
                results.append(result)
    return DONE if all(result.right or not result.matters for result in results) else WRONG_SETTINGS


if __name__ == "__main__":
    sys.exit(main())
