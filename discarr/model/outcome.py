"""What became of a download that left its queue, unless somebody removed it with this bot."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from discarr.model.download import Download


class OutcomeKind(Enum):
    """The kinds of outcome."""

    IMPORTED = auto()
    FAILED = auto()
    UNTRACKED = auto()
    REMOVED = auto()
    """Removed, but not by this bot. The history of the app has no event for that."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one download."""

    download: Download
    kind: OutcomeKind
    seconds: float
    """When it was found out (monotonic seconds)."""
    imported: int = 0
    """The number of imported episodes if not all of the `grabbed` ones were; otherwise both are 0."""
    grabbed: int = 0
    at: datetime | None = None
    """When it happened, by the history of the app; None if that has no event, or no date."""

    @property
    def is_whole_import(self) -> bool:
        """Whether everything was imported."""
        return self.kind is OutcomeKind.IMPORTED and not self.grabbed
