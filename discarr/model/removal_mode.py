"""The ways to remove a download, which of them can work for it, and their flags on the wire. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from discarr.model.queue import Download, State


class Removal(StrEnum):
    """What happens to a download. The value is what a form carries."""

    REMOVE = "remove"
    BLOCK_AND_SEARCH = "search"
    BLOCK = "block"
    STOP_TRACKING = "untrack"
    CHANGE_CATEGORY = "category"

    @property
    def flags(self) -> dict[str, str]:
        """The query parameters of `DELETE /api/v3/queue/{id}`; left out, the app takes its own defaults."""
        return {name: "true" if set_ else "false" for name, set_ in zip(_NAMES, _FLAGS[self], strict=True)}


_NAMES = ("removeFromClient", "blocklist", "skipRedownload", "changeCategory")
_FLAGS = {
    Removal.REMOVE: (True, False, False, False),
    Removal.BLOCK_AND_SEARCH: (True, True, False, False),
    Removal.BLOCK: (True, True, True, False),
    Removal.STOP_TRACKING: (False, False, False, False),
    Removal.CHANGE_CATEGORY: (False, False, False, True),
}


@dataclass(frozen=True, slots=True)
class Removed:
    """One removal that was done."""

    download: Download
    how: Removal
    by: int
    """The Discord id of who pressed."""
    at: datetime
    since: float
    """The same on the monotonic clock, in seconds."""


def removals_for(download: Download) -> tuple[Removal, ...]:
    """The removals that can work for this download, in the order in which a form offers them.

    Read from the apps' source: a pending release is not in a client and starts no search; blocking
    needs a grab in the app's history; to stop tracking, the app must know what it is for (else it
    answers 500, or 200 and nothing happens); only some clients have a category to move it to.
    """
    if download.pending:
        return Removal.REMOVE, Removal.BLOCK
    known = download.parsed and (download.media.movie is not None or download.media.series is not None)
    possible = {
        Removal.REMOVE: True,
        Removal.BLOCK_AND_SEARCH: download.grabbed_by_app,
        Removal.BLOCK: download.grabbed_by_app,
        Removal.STOP_TRACKING: known,
        Removal.CHANGE_CATEGORY: download.can_change_category,
    }
    return tuple(removal for removal, can in possible.items() if can)


_BROKEN = (State.FAILED, State.REJECTED, State.STALLED)


def likely_removal(download: Download) -> Removal | None:
    """What a form has ticked at first; None is to leave it alone, for what may be somebody else's."""
    if not download.grabbed_by_app:
        return None
    broken = download.state in _BROKEN or download.stalled_for is not None
    return Removal.BLOCK_AND_SEARCH if broken and not download.pending else Removal.REMOVE
