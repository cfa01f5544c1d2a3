"""The command line: runs the command, and decides the exit code."""

import logging
import sys
from collections.abc import Sequence

from discarr.environment import env_file_absence
from discarr.errors import ConfigurationError, FatalError
from discarr.health import configured_channel, health_file, illness
from discarr.logs import log_to_stderr, one_line
from discarr.output import tolerate_bad_output
from discarr.signals import exit_at_interrupt, exit_at_signals

DONE, UNHEALTHY, WRONG_SETTINGS, INTERRUPTED = 0, 1, 2, 130
"""Exit codes. A bug ends with 1 as well, and a traceback."""

log = logging.getLogger("discarr")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command of these arguments, those of the process by default; return the exit code."""
    tolerate_bad_output()
    try:
        return _command(sys.argv[1:] if arguments is None else arguments)
    except ConfigurationError as error:
        mistakes = (f"  - {one_line(mistake)}" for mistake in error.mistakes)
        print("The settings need changes:", *mistakes, sep="\n", file=sys.stderr)
        if absence := env_file_absence():
            print(one_line(absence), file=sys.stderr)
    except FatalError as error:
        print(one_line(str(error)), file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return WRONG_SETTINGS


def _command(given: Sequence[str]) -> int:
    if list(given) == ["healthcheck"]:
        return _healthcheck()  # before everything that takes time to load: a container asks once a minute
    if not given:
        exit_at_signals()
        return _run()
    from discarr import commands
    from discarr.arguments import arguments_from

    asked = arguments_from(given)
    match asked.command:
        case "demo":
            log_to_stderr("WARNING")
            return commands.demo(host=asked.host, port=asked.port, speed=asked.speed, browser=not asked.no_browser)
        case "check":
            exit_at_interrupt(INTERRUPTED)  # all that it prints is flushed, and it leaves nothing open
            log_to_stderr("ERROR")
            return commands.check()
        case "healthcheck":
            return _healthcheck()
        case _:
            return _run()


def _run() -> int:
    from discarr import commands

    log_to_stderr("INFO")
    return commands.run()


def _healthcheck() -> int:
    try:
        wrong = illness(health_file(configured_channel()))
    except ConfigurationError as error:
        wrong = "; ".join(error.mistakes)
    print(f"Not well: {wrong}" if wrong else "Well")
    return UNHEALTHY if wrong else DONE


if __name__ == "__main__":
    sys.exit(main())
