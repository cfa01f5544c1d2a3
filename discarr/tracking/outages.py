"""Decides when the failed reads of one instance are an outage, and logs its start and end."""

from dataclasses import replace
from logging import getLogger

from discarr.errors import ArrError
from discarr.logs import StateLog
from discarr.model.progress import Now
from discarr.model.queue import Outage

log = getLogger(__name__)

LOST_READS = 3
LOST_FOR = 60.0
"""A failed read alone is no outage: it takes this many in a row, or this many seconds."""


class OutageTracker:
    """Counts the reads of one instance that fail in a row."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._log = StateLog(log, f"{label} is read again")
        self._failing: Outage | None = None
        self._began = 0.0
        self._failures = 0
        self.outage: Outage | None = None
        """The current outage, or None."""

    def failed(self, error: ArrError, began: Now, *, never_read: bool) -> None:
        """Count a failed read that began at this moment. Without any good read before, it is an outage at once."""
        if self._failing is None:
            self._failing, self._began, self._failures = Outage(str(error), began.at), began.seconds, 0
        self._failing = replace(self._failing, sentence=str(error))
        self._failures += 1
        if self.outage or never_read or error.at_once or self._failures >= LOST_READS:
            self._start(self._failing)

    def judge(self, seconds: float) -> None:
        """Start the outage if reads have been failing for long enough, without waiting for the next one to fail."""
        if self._failing and seconds - self._began >= LOST_FOR:
            self._start(self._failing)

    def recovered(self) -> None:
        """End the outage: there was a good read."""
        self._failing = self.outage = None
        self._log.recovered()

    def _start(self, outage: Outage) -> None:
        if self.outage is None:
            self._log.failing(f"{self._label} {outage.sentence}")
        self.outage = outage
