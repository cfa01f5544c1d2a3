"""The ways to remove a download, which of them work for it, and their query parameters. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from discarr.model.download import Download, Section, State
from discarr.model.progress import Now, Phase
from discarr.model.summary import is_overdue


class RemovalMode(StrEnum):
    """What happens to a removed download. The value is that of the choice in the modal."""

    REMOVE = "remove"
    BLOCK_AND_SEARCH = "search"
    BLOCK = "block"
    STOP_TRACKING = "untrack"
    CHANGE_CATEGORY = "category"

    @property
    def flags(self) -> dict[str, str]:
        """The query parameters of `DELETE /api/v3/queue/{id}`. All are sent: the app has defaults of its own."""
        return {name: "true" if set_ else "false" for name, set_ in zip(_NAMES, _FLAGS[self], strict=True)}


_NAMES = ("removeFromClient", "blocklist", "skipRedownload", "changeCategory")
_FLAGS = {
    RemovalMode.REMOVE: (True, False, False, False),
    RemovalMode.BLOCK_AND_SEARCH: (True, True, False, False),
    RemovalMode.BLOCK: (True, True, True, False),
    RemovalMode.STOP_TRACKING: (False, False, False, False),
    RemovalMode.CHANGE_CATEGORY: (False, False, False, True),
}


@dataclass(frozen=True, slots=True)
class RemovalRecord:
    """One removal, after the answer of the app."""

    download: Download
    mode: RemovalMode
    by: int
    """The Discord id of the user who asked for it."""
    at: datetime
    """When the app answered (UTC)."""
    seconds: float
    """The same on the monotonic clock; when the download left, if the answer did not prove that."""


def modes_for(download: Download) -> tuple[RemovalMode, ...]:
    """Return the modes that work for this download, in the order of the modal.

    From the source of the apps: a pending release is in no client and starts no search; blocklisting needs a grab in
    the history; to stop tracking, the app must know the movie or series (otherwise it answers 500, or 200 without any
    effect); only some clients have a category to move it to.
    """
    if download.pending:
        return RemovalMode.REMOVE, RemovalMode.BLOCK
    known = download.parsed and (download.media.movie is not None or download.media.series is not None)
    possible = {
        RemovalMode.REMOVE: True,
        RemovalMode.BLOCK_AND_SEARCH: download.grabbed_by_app,
        RemovalMode.BLOCK: download.grabbed_by_app,
        RemovalMode.STOP_TRACKING: known,
        RemovalMode.CHANGE_CATEGORY: download.can_change_category,
    }
    return tuple(mode for mode, can in possible.items() if can)


def likely_mode(download: Download, now: Now, stalled_after: float) -> RemovalMode | None:
    """Return the mode that the modal preselects; None is to leave the download alone.

    It is None for complete data, which a search would download again, and for what may belong to somebody else.
    """
    if not download.grabbed_by_app:
        return None
    if download.dangerous and not download.pending:
        return RemovalMode.BLOCK_AND_SEARCH
    if has_data(download):
        return None
    if download.pending:
        return RemovalMode.REMOVE
    return RemovalMode.BLOCK_AND_SEARCH if is_broken(download, now, stalled_after) else RemovalMode.REMOVE


def is_broken(download: Download, now: Now, stalled_after: float) -> bool:
    """Return whether it failed, or made no progress for longer than `stalled_after` seconds."""
    if has_data(download) or download.pending:
        return False
    has_no_progress = download.progress.phase is Phase.MOVING and is_overdue(download, now, stalled_after)
    return has_no_progress or download.state in (State.FAILED, State.FAILED_FOREIGN)


def has_data(download: Download) -> bool:
    """Return whether all its data is there, according to the client or the app."""
    return download.complete or download.section is Section.IMPORTING or download.state is State.IMPORT_BLOCKED


class RemovalStatus(Enum):
    """The result of a request to remove a download."""

    DONE = auto()
    GONE = auto()
    """It had already left the queue, or someone else removed it."""
    ABSENT = auto()
    """Its app does not list it at the moment, for an unknown reason."""
    BEING_IMPORTED = auto()
    """Somebody had its app import it, and that is going on."""
    HAS_DATA = auto()
    """It was not complete when the form was opened, and is by now."""
    STARTED = auto()
    """It was pending when the form was opened, and is a download by now."""
    HANDED_OVER = auto()
    """It was pending, and is no longer; its app may not list the download yet, or has dropped it."""
    NOT_READ = auto()
    """Unknown: its instance has not been read since the bot started."""
    NO_INSTANCE = auto()
    """Its instance is no longer configured."""
    IMPOSSIBLE = auto()
    """This mode does not work for it."""
    FAILED = auto()
    """The app could not do it, or its answer was lost."""


@dataclass(frozen=True, slots=True)
class RemovalResult:
    """The result of a request to remove a download, for the user who made it."""

    status: RemovalStatus
    mode: RemovalMode
    instance: str
    """The label of its instance; the key if it is not configured."""
    title: str = ""
    """The title of the download; '' if it was not found. Untrusted."""
    problem: str = ""
    """Why it failed, as a sentence about the app without its name."""
    pending: bool = False
    """Whether it was in no download client yet."""
