"""Measures how long a download has been in its phase, and how fast it is, from read to read. Pure."""

from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

CHANGES = 5
"""Changes of the remaining size over which the speed is measured."""
QUIET = 240.0
"""Seconds without a change after which the last speed is outdated. The apps poll their clients every 60 to 90 s, so a
missed poll or two means nothing."""


class Now(NamedTuple):
    """One moment, on both clocks."""

    at: datetime
    """UTC, for people. It may jump."""
    seconds: float
    """The same on the monotonic clock, for durations."""

    def is_by_the_clock_of(self, other: "Now") -> bool:
        """Return whether nobody has set the clock for people between these moments."""
        return abs((self.at - other.at).total_seconds() - (self.seconds - other.seconds)) < 1


class Phase(Enum):
    """What has to happen next to a download. The time spent waiting for it is measured."""

    MOVING = auto()
    """Bytes have to arrive."""
    FINISHING = auto()
    """The client has to finish."""
    IMPORT = auto()
    """The app has to import it."""
    CLIENT = auto()
    """The app has to reach the download client again."""
    RESTING = auto()
    """Nothing: it is paused, queued, delayed or over."""


class Progress(NamedTuple):
    """The progress of a download over all reads so far. Times are monotonic seconds."""

    phase: Phase
    since: float
    """When bytes last arrived, or when the phase began; if it was in this phase from the start, the first read."""
    at_least: bool
    """It was already in this phase at the first read, so `since` is later than the truth."""
    first_seen: float
    remaining: int | None = None
    """Remaining bytes at the last read in which the size was known; None before that."""
    changes: tuple[tuple[float, int], ...] = ()
    """The last CHANGES of the remaining size, oldest first: when, and bytes remaining."""

    @staticmethod
    def first(phase: Phase, remaining: int | None, now: Now) -> "Progress":
        """Return the progress after the first read. It counts as no change: the number may be old."""
        return Progress(phase, now.seconds, True, now.seconds, remaining)

    def next(self, phase: Phase, remaining: int | None, at: float, before: float) -> "Progress":
        """Return the progress after another read, at this second; the read before it was at `before`.

        `remaining` is None while the size is unknown: such a read says nothing about progress.
        """
        known = self.remaining if remaining is None else remaining
        if phase is not self.phase:
            # A download that resumed without a new byte may have done so right after the last read.
            since = before if self.phase is Phase.RESTING and known == self.remaining else at
            return Progress(phase, since, False, self.first_seen, known)
        if known is None or known == self.remaining:
            return self
        if phase is not Phase.MOVING:
            return Progress(phase, self.since, self.at_least, self.first_seen, known)
        if self.remaining is None:  # the metadata of a magnet link have arrived
            return Progress(phase, at, False, self.first_seen, known)
        # More than before: it is rechecked or started over. After a stall: it would count into the speed.
        is_steady = known < self.remaining and bool(self.changes) and before - self.changes[-1][0] <= QUIET
        changes = self.changes if is_steady else ()
        return Progress(phase, at, False, self.first_seen, known, (*changes[1 - CHANGES :], (at, known)))

    def speed(self, now: float) -> float | None:
        """Return bytes per second from the oldest to the newest change; None before the second, or if outdated."""
        if len(self.changes) < 2 or now - self.changes[-1][0] > QUIET:
            return None
        (began, more), (ended, less) = self.changes[0], self.changes[-1]
        return (more - less) / (ended - began) if ended > began else None

    def lasts(self, now: float) -> float:
        """Return for how many seconds it has been waiting in its phase; 0 while resting."""
        return 0.0 if self.phase is Phase.RESTING else max(now - self.since, 0.0)
