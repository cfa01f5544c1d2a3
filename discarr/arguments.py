"""Parses the command line."""

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from discarr import __version__


@dataclass(frozen=True, slots=True)
class Arguments:
    """The parsed command line."""

    command: str = "run"
    """`run`, `demo`, `check` or `healthcheck`."""
    host: str = ""
    """The address on which the demo serves its page. The other options are the demo's, too."""
    port: int = 0
    """0 for any free port."""
    speed: float = 1.0
    """How fast downloads go, 0.1 to 100."""
    no_browser: bool = False


def arguments_from(arguments: Sequence[str]) -> Arguments:
    """Parse the arguments. --help, --version and mistakes print their answer and raise SystemExit."""
    return Arguments(**vars(_parser().parse_args(arguments)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="discarr",
        usage="discarr [--help] [--version] [demo | check | healthcheck]",
        description="Keeps one pinned Discord message up to date with what Radarr and Sonarr are downloading.",
    )
    parser.add_argument("--version", action="version", version=f"discarr {__version__}")
    parser.set_defaults(command="run")
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", description="Without a command, the bot runs.", prog="discarr"
    )
    demo = commands.add_parser("demo", help="try it out: no account, no token, no network")
    demo.add_argument(
        "--host",
        type=_host,
        default="127.0.0.1",
        help="the address that the page is served on (default: this machine only)",
    )
    demo.add_argument(
        "--port", type=_port, default=0, help="the port that the page is served on (default: any free port)"
    )
    demo.add_argument("--speed", type=_speed, default=1.0, help="how fast downloads go, 0.1 to 100 (default: 1)")
    demo.add_argument("--no-browser", action="store_true", help="print the address without opening a browser")
    demo.set_defaults(command="demo")
    check = commands.add_parser("check", help="explain what is wrong with settings, instances and permissions")
    check.set_defaults(command="check")
    health = commands.add_parser("healthcheck", help="for containers: exits with 0 if the running bot is well")
    health.set_defaults(command="healthcheck")
    return parser


def _host(text: str) -> str:
    try:
        if not text.encode("idna"):  # as looking it up does
            raise ValueError
    except ValueError as error:
        raise argparse.ArgumentTypeError("a host is a name or an address of this machine") from error
    return text


def _port(text: str) -> int:
    return int(_number(text, 0, 65535, "a port is a whole number from 0 to 65535", int))


def _speed(text: str) -> float:
    return _number(text, 0.1, 100, "a speed is a number from 0.1 to 100", float)


def _number(text: str, low: float, high: float, meaning: str, kind: Callable[[str], float]) -> float:
    try:
        number = kind(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(meaning)
    return number
