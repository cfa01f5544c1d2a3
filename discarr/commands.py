"""Implements the commands: reads the settings, builds everything, and runs it."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from discarr import __version__
from discarr.bot.proxy import PROXY_VARIABLES, proxy_from
from discarr.clock import Clock
from discarr.environment import environment
from discarr.errors import ConfigurationError
from discarr.settings import Settings, ca_file, settings_from
from discarr.signals import run_until, stop_at_signals

log = logging.getLogger("discarr")

_CA_FILE = "SSL_CERT_FILE"
_OF_NETWORK = (*PROXY_VARIABLES, _CA_FILE, "SSL_CERT_DIR")
DONE, WRONG_SETTINGS = 0, 2


def run() -> int:
    """Run the bot until a signal ends it; return the exit code.

    Raises:
        ConfigurationError: the settings are wrong.
        FatalError: Discord refuses this bot, and retrying cannot help.
    """
    settings, proxy = configuration()
    log_as_set(settings)
    asyncio.run(run_bot(settings, proxy))
    return DONE


def check() -> int:
    """Check everything and print the results; return the exit code.

    Raises:
        ConfigurationError: the settings are wrong.
    """
    settings, proxy = configuration()
    return asyncio.run(check_all(settings, Clock(), proxy))


def demo(*, host: str, port: int, speed: float, browser: bool) -> int:
    """Run the demo until a signal ends it; return the exit code."""
    # Imported only here: the bot does not need the demo, which takes memory.
    from discarr.demo.start import NoAddress, run_demo

    try:
        asyncio.run(run_demo(host=host, port=port, speed=speed, browser=browser))
    except NoAddress as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    return DONE


def configuration() -> tuple[Settings, str | None]:
    """Return the settings, and the URL of the proxy to Discord.

    What `.env` says about the network is in `os.environ` from now on, where OpenSSL and the sentences about it look.

    Raises:
        ConfigurationError: the settings, the proxy or its CA file are wrong; it contains all mistakes.
    """
    variables = environment()
    for name in _OF_NETWORK:
        os.environ.pop(name, None)  # an empty one would count for OpenSSL
    os.environ.update({name: variables[name] for name in _OF_NETWORK if name in variables})
    mistakes: list[str] = []
    with _collected(mistakes):
        settings = settings_from(variables)
    with _collected(mistakes):
        proxy = proxy_from(variables)
    with _collected(mistakes):
        _require_ca_file(variables)
    if mistakes:
        raise ConfigurationError(mistakes)
    return settings, proxy


@contextmanager
def _collected(mistakes: list[str]) -> Iterator[None]:
    try:
        yield
    except ConfigurationError as error:
        mistakes += error.mistakes


def _require_ca_file(variables: Mapping[str, str]) -> None:
    """Check the CA file for Discord, which httpx reads as well, without catching its errors."""
    try:
        if _CA_FILE in variables:
            ca_file(variables[_CA_FILE])
    except ValueError:
        raise ConfigurationError([f"{_CA_FILE} must be the path of a CA file that this user can read"]) from None


async def run_bot(settings: Settings, proxy: str | None) -> None:
    """Run the bot until SIGTERM, SIGINT or SIGHUP.

    Raises:
        FatalError: Discord refuses this bot, and retrying cannot help.
    """
    stop = stop_at_signals()  # before the slow imports
    # Imported only here: mistakes in the settings are reported without loading discord.py.
    from discarr.bot.app import Bot, clients_of
    from discarr.health import health_file
    from discarr.memory import freeze_loaded_objects

    freeze_loaded_objects()
    async with clients_of(settings) as clients:
        file = health_file(settings.discord_channel_id)
        await run_until(stop, Bot(settings, clients, Clock(), health_file=file, proxy=proxy).run())
    log.info("Stopped")


async def check_all(settings: Settings, clock: Clock, proxy: str | None = None) -> int:
    """Print the results; return the exit code."""
    # Imported only here, as above.
    from discarr.bot.app import clients_of
    from discarr.bot.check import Mark, check_discord, summary
    from discarr.bot.check_apps import check_instances

    wrong = 0
    async with clients_of(settings) as clients:
        for checking in (check_instances(clients, clock), check_discord(settings, clock, proxy=proxy)):
            async for result in checking:
                print(result, flush=True)
                wrong += result.mark is Mark.WRONG
    print(summary(wrong))
    return WRONG_SETTINGS if wrong else DONE


def log_as_set(settings: Settings) -> None:
    """Log at the level of the settings, and say what was set.

    DEBUG applies only to Discarr's own loggers: the libraries would log keys, addresses and interaction tokens.
    """
    log.setLevel(settings.log_level)
    logging.getLogger().setLevel(max(logging.INFO, logging.getLevelNamesMapping()[settings.log_level]))
    log.info(
        "Discarr %s shows %s in channel %s, read every %s s",
        __version__,
        ", ".join(each.instance.label for each in settings.instances),
        settings.discord_channel_id,
        settings.check_interval,
    )
