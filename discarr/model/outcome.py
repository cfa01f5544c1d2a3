"""What became of a download that left its queue."""

from dataclasses import dataclass
from enum import Enum, auto

from discarr.model.queue import Download


class OutcomeKind(Enum):
    """What became of a download."""

    IMPORTED = auto()
    FAILED = auto()
    UNTRACKED = auto()
    REMOVED = auto()
    """It left without a line in the app's history, as removals do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One download that left its queue."""

    download: Download
    kind: OutcomeKind
    at: float
    """When it was noticed, in seconds of the monotonic clock."""
