"""Gone is not lost: what left the queues, and whether it was imported, failed or removed."""

from collections import deque
from collections.abc import Iterable, Sequence

from discarr.arr.models import HistoryRecord
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Download, Queue

OUTCOME_SHOWN_FOR = 900.0
"""Seconds for which the dashboard tells of it."""


_KINDS = {
    "downloadFolderImported": OutcomeKind.IMPORTED,
    "movieFolderImported": OutcomeKind.IMPORTED,
    "seriesFolderImported": OutcomeKind.IMPORTED,
    "downloadFailed": OutcomeKind.FAILED,
    "downloadIgnored": OutcomeKind.UNTRACKED,
}


def departed(before: Sequence[Download], after: Sequence[Download]) -> tuple[Download, ...]:
    """What was in the queue and no longer is. Pending releases are left out: they become downloads under new ids."""
    client_ids = {download.download_id for download in after}
    missing = [one for one in before if one.download_id and one.download_id not in client_ids]
    if not missing:
        return ()
    ids = {id for download in after for id in download.ids}
    return tuple(download for download in missing if ids.isdisjoint(download.ids))


def outcomes_from(downloads: Iterable[Download], history: Iterable[HistoryRecord], at: float) -> tuple[Outcome, ...]:
    """What the history, newest first, says of each."""
    told: dict[str, OutcomeKind] = {}
    for record in history:
        if record.event_type in _KINDS:
            told.setdefault(record.download_id.casefold(), _KINDS[record.event_type])
    return tuple(
        Outcome(download, told.get(download.download_id.casefold(), OutcomeKind.REMOVED), at) for download in downloads
    )


class Outcomes:
    """The last outcomes of one instance."""

    def __init__(self) -> None:
        self._kept: deque[Outcome] = deque(maxlen=50)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Remember these, as the newest."""
        self._kept.extend(outcomes)

    def recent(self, now: float, queue: Queue) -> tuple[Outcome, ...]:
        """The last ones, newest first, but what is listed again: its client had only been away.

        Nor is anything called removed while there is a doubt that its client is there.
        """
        if not self._kept:
            return ()
        again = {download.download_id for download in queue.downloads}
        return tuple(
            outcome
            for outcome in reversed(self._kept)
            if now - outcome.at < OUTCOME_SHOWN_FOR
            and outcome.download.download_id not in again
            and (outcome.kind is not OutcomeKind.REMOVED or queue.incomplete is None)
        )
