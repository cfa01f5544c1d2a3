"""What somebody had an app do with a download, other than removing it, and what came of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from discarr.model.download import Download, State
from discarr.model.import_reasons import may_import


class ActionKind(StrEnum):
    """What the app does. The value is that of the choice in the modal."""

    IMPORT = "import"
    GRAB = "grab"


class ActionStatus(Enum):
    """What came of it. Of an import the history of the app says so, and never its command."""

    RUNNING = auto()
    DONE = auto()
    PARTLY = auto()
    """Some files were imported, and the command has ended."""
    NOTHING = auto()
    """No file was imported, and the command has ended."""
    UNCERTAIN = auto()
    """The app did not say whether it began, or has not ended for hours."""


@dataclass(frozen=True, slots=True)
class Action:
    """One import or grab, from the press on."""

    download: Download
    kind: ActionKind
    by: int
    """The Discord id of the user who asked for it."""
    at: datetime
    """When its status was last known to change (UTC)."""
    seconds: float
    """The same on the monotonic clock."""
    status: ActionStatus = ActionStatus.RUNNING
    done: int = 0
    """Movies or episodes imported so far, of those `wanted`."""
    wanted: int = 0

    @property
    def total(self) -> int:
        """Movies or episodes of the complete download, with those that were left out."""
        return max(self.wanted, self.download.episodes)

    @property
    def is_whole_import(self) -> bool:
        """Whether everything was imported, and nothing was left out."""
        return self.kind is ActionKind.IMPORT and self.status is ActionStatus.DONE and self.done >= self.total


def actions_for(download: Download) -> tuple[ActionKind, ...]:
    """Return what an app can be asked to do with this download.

    Only a release that waits in the app can be grabbed (Queue/QueueActionController.cs of both apps).
    """
    if download.pending and download.state in (State.DELAYED, State.CLIENT_UNAVAILABLE):
        return (ActionKind.GRAB,)
    return (ActionKind.IMPORT,) if may_import(download) else ()
