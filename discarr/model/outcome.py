"""What became of a download that left its queue by itself."""

from dataclasses import dataclass
from enum import Enum, auto

from discarr.model.download import Download


class OutcomeKind(Enum):
    """What became of a download."""

    IMPORTED = auto()
    FAILED = auto()
    UNTRACKED = auto()
    REMOVED = auto()
    """Not by this program, and without a line in the app's history, as removals are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One download that left its queue."""

    download: Download
    kind: OutcomeKind
    seconds: float
    """When it was decided, on the monotonic clock."""
    imported: int = 0
    """Episodes that were imported, of `grabbed` ones; both 0 where all were, or where it has none."""
    grabbed: int = 0

    @property
    def is_whole_import(self) -> bool:
        """All of it was imported."""
        return self.kind is OutcomeKind.IMPORTED and not self.grabbed
