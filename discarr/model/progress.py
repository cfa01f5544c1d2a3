"""How long a download has been in its phase and how fast it moves, from one read to the next. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

CHANGES = 5
"""Changes of the remaining size that a speed is taken over."""
QUIET = 240.0
"""Seconds without a change after which the last speed is no longer true. The apps look at their clients
every 60 to 90 s, so that two missed looks are no news."""


@dataclass(frozen=True, slots=True)
class Now:
    """The moment for which something is said."""

    at: datetime
    """UTC, for people. It may jump."""
    seconds: float
    """The same on the monotonic clock, for durations."""


class Phase(Enum):
    """What has to happen next to a download, which is what is timed."""

    MOVING = auto()
    """Bytes have to come."""
    FINISHING = auto()
    """The client has to finish."""
    IMPORT = auto()
    """The app has to import it."""
    CLIENT = auto()
    """The download client has to come back."""
    RESTING = auto()
    """Nothing: it is paused, queued, delayed or over."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was seen of a download until now. Times are seconds of the monotonic clock."""

    phase: Phase
    since: float
    """When the last byte came, or when the phase began; for what was never seen otherwise, when it was first seen."""
    at_least: bool
    """It was in this phase when it was first seen, so that `since` is later than the truth."""
    first_seen: float
    remaining: int | None = None
    """Bytes at the last read in which the size was known; None before that."""
    changes: tuple[tuple[float, int], ...] = ()
    """The last CHANGES of the remaining size, oldest first: seconds, and bytes."""

    @staticmethod
    def first(phase: Phase, remaining: int | None, now: Now) -> "Progress":
        """Return what is known after the first sight. It is no change: nobody knows how old the number is."""
        return Progress(phase, now.seconds, True, now.seconds, remaining)

    def next(self, phase: Phase, remaining: int | None, at: float, before: float) -> "Progress":
        """Return what is known after a read at this second; the read before it was at `before`.

        `remaining` is None while the size is unknown: such a read says nothing about movement.
        """
        known = self.remaining if remaining is None else remaining
        if phase is not self.phase:
            # What left its rest without a byte may have done so right after the last read.
            since = before if self.phase is Phase.RESTING and known == self.remaining else at
            return Progress(phase, since, False, self.first_seen, known)
        if phase is not Phase.MOVING or known == self.remaining or self.remaining is None or known is None:
            return (
                self if known == self.remaining else Progress(phase, self.since, self.at_least, self.first_seen, known)
            )
        # More than before: checked again, or started over. What it did before says nothing.
        changes = self.changes if known < self.remaining else ()
        return Progress(phase, at, False, self.first_seen, known, (*changes[1 - CHANGES :], (at, known)))

    def speed(self, now: float) -> float | None:
        """Return bytes a second between the oldest and the newest change; None until there are two, or when old."""
        if len(self.changes) < 2 or now - self.changes[-1][0] > QUIET:
            return None
        (began, more), (ended, less) = self.changes[0], self.changes[-1]
        return (more - less) / (ended - began) if ended > began else None

    def lasts(self, now: float) -> float:
        """Return for how many seconds it has waited for what its phase expects; 0 while resting."""
        return 0.0 if self.phase is Phase.RESTING else max(now - self.since, 0.0)
