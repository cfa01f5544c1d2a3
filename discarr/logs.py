"""Sets up the log of all commands: on stderr, one line for each message."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import _SysExcInfoType

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class LineFormatter(logging.Formatter):
    """Formats each message as one line, so that no untrusted text can begin a line; tracebacks are indented."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the local time with its zone, in ISO 8601 with a space for the T. `datefmt` is ignored."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the message as one line."""
        return one_line(super().formatMessage(record))

    def formatException(self, ei: _SysExcInfoType) -> str:
        """Return the traceback, indented so that no line looks like a message."""
        return "\n".join(f"    {one_line(line)}" for line in super().formatException(ei).splitlines())


def one_line(text: str) -> str:
    """Return the text with escapes for all characters that end a line, move the cursor or are invisible."""
    return (
        text
        if text.isprintable()
        else "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
        )
    )


def log_to_stderr(level: str) -> None:
    """Log messages of at least this level to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level, handlers=[handler])
    # At INFO it logs each request with its URL; Discarr logs failures itself.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Which variables and lines were ignored is of use wherever settings are read.
    for name in ("discarr.settings", "discarr.environment", "dotenv.main"):
        logging.getLogger(name).setLevel(logging.WARNING)


MOST_PROBLEMS = 20
"""Sentences logged about one failure, so that a text that changes each time does not fill the log."""


class StateLog:
    """Logs a failure when it starts, changes or ends, and not each time it is seen."""

    def __init__(self, log: logging.Logger, recovery: str = "") -> None:
        """`recovery` is the sentence to log when the failure ends."""
        self._log = log
        self._recovery = recovery
        self._problems: set[str] = set()

    def failing(self, problem: str, error: BaseException | None = None) -> None:
        """Log the problem as a WARNING, unless it was logged since the last recovery; with the traceback of `error`."""
        if problem not in self._problems and len(self._problems) < MOST_PROBLEMS:
            self._problems.add(problem)
            self._log.warning("%s", problem, exc_info=error)

    def recovered(self) -> None:
        """Log the recovery at INFO, if there was a problem."""
        if self._problems:
            self._problems.clear()
            self._log.info("%s", self._recovery)
