"""Gone is not lost: what left the queues, and whether it was imported, failed or removed."""

from collections import deque
from collections.abc import Iterable, Sequence

from discarr.arr.models import HistoryRecord
from discarr.model.outcome import Departure, Fate
from discarr.model.queue import Download, Queue

TOLD = 900.0
"""Seconds for which the dashboard tells of it."""


_FATES = {
    "downloadFolderImported": Fate.IMPORTED,
    "movieFolderImported": Fate.IMPORTED,
    "seriesFolderImported": Fate.IMPORTED,
    "downloadFailed": Fate.FAILED,
    "downloadIgnored": Fate.UNTRACKED,
}


def departed(before: Sequence[Download], after: Sequence[Download]) -> tuple[Download, ...]:
    """What was in the queue and no longer is. Pending releases are left out: they become downloads under new ids."""
    client_ids = {download.download_id for download in after}
    missing = [one for one in before if one.download_id and one.download_id not in client_ids]
    if not missing:
        return ()
    ids = {id for download in after for id in download.ids}
    return tuple(download for download in missing if ids.isdisjoint(download.ids))


def fates(downloads: Iterable[Download], history: Iterable[HistoryRecord], at: float) -> tuple[Departure, ...]:
    """What the history, newest first, says of each."""
    told: dict[str, Fate] = {}
    for record in history:
        if record.event_type in _FATES:
            told.setdefault(record.download_id.casefold(), _FATES[record.event_type])
    return tuple(
        Departure(download, told.get(download.download_id.casefold(), Fate.REMOVED), at) for download in downloads
    )


class Departures:
    """The last departures of one instance."""

    def __init__(self) -> None:
        self._kept: deque[Departure] = deque(maxlen=50)

    def add(self, departures: Iterable[Departure]) -> None:
        """Remember these, as the newest."""
        self._kept.extend(departures)

    def recent(self, now: float, queue: Queue) -> tuple[Departure, ...]:
        """The last ones, newest first, but what is listed again: its client had only been away.

        Nor is anything called removed while there is a doubt that its client is there.
        """
        if not self._kept:
            return ()
        again = {download.download_id for download in queue.downloads}
        return tuple(
            departure
            for departure in reversed(self._kept)
            if now - departure.at < TOLD
            and departure.download.download_id not in again
            and (departure.fate is not Fate.REMOVED or queue.doubt is None)
        )
