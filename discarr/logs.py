"""The log of all commands: on stderr, one line for each message."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logging import _SysExcInfoType

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class LineFormatter(logging.Formatter):
    """Times have their zone. No text from outside can begin a line, and a traceback's lines are indented."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Of this machine, in ISO 8601 but for the T."""
        return datetime.fromtimestamp(record.created).astimezone().isoformat(" ", "milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line."""
        return one_line(super().formatMessage(record))

    def formatException(self, ei: _SysExcInfoType) -> str:
        """The traceback, of which no line looks like a message."""
        return "\n".join(f"    {one_line(line)}" for line in super().formatException(ei).splitlines())


def one_line(text: str) -> str:
    """With an escape in place of each character that would end the line, move the cursor or be invisible."""
    return (
        text
        if text.isprintable()
        else "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
        )
    )


def log_to_stderr(level: str) -> None:
    """Log what is at least this grave."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level, handlers=[handler])
    # At INFO it logs each request with its address; what fails is said by us.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # Which variables were ignored is of use wherever settings are read.
    for name in ("discarr.settings", "discarr.environment"):
        logging.getLogger(name).setLevel(logging.WARNING)


MOST_PROBLEMS = 20
"""Sentences about one failure: a text that is another one each time does not fill the log."""


class StateLog:
    """Logs a condition when it starts, changes or ends."""

    def __init__(self, log: logging.Logger, recovery: str = "") -> None:
        """`recovery` is the sentence logged when the condition ends."""
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
