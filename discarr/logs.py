"""Logging: what is wrong is logged when it starts and when it ends, not each time it is seen."""

from logging import Logger


class StateLog:
    """Logs a condition when it starts, changes or ends."""

    def __init__(self, log: Logger, recovery: str = "") -> None:
        """`recovery` is the sentence logged when the condition ends."""
        self._log = log
        self._recovery = recovery
        self._problem: str | None = None

    def failing(self, problem: str, error: BaseException | None = None) -> None:
        """Log the problem as a WARNING, unless it is the one logged last; with the traceback of `error`, if given."""
        if problem != self._problem:
            self._problem = problem
            self._log.warning("%s", problem, exc_info=error)

    def recovered(self) -> None:
        """Log the recovery at INFO, if there was a problem."""
        if self._problem is not None:
            self._problem = None
            self._log.info("%s", self._recovery)
