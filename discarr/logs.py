"""Logging: what is wrong is logged when it starts and when it ends, not each time it is seen."""

from logging import Logger

MOST_PROBLEMS = 20
"""Sentences about one failure: a text that is another one each time does not fill the log."""


class StateLog:
    """Logs a condition when it starts, changes or ends."""

    def __init__(self, log: Logger, recovery: str = "") -> None:
        """`recovery` is the sentence logged when the condition ends."""
        self._log = log
        self._recovery = recovery
        self._problems: set[str] = set()

    def failing(self, problem: str) -> None:
        """Log the problem as a WARNING, unless it was logged since the last recovery."""
        if problem not in self._problems and len(self._problems) < MOST_PROBLEMS:
            self._problems.add(problem)
            self._log.warning("%s", problem)

    def recovered(self) -> None:
        """Log the recovery at INFO, if there was a problem."""
        if self._problems:
            self._problems.clear()
            self._log.info("%s", self._recovery)
