"""Gone is not lost: what left the queues, and whether it was imported, failed or removed."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from discarr.downloads import Download
from discarr.records import HistoryRecord

TOLD = timedelta(minutes=15)
"""How long the dashboard tells of it."""


class Fate(Enum):
    """What became of a download."""

    IMPORTED = auto()
    FAILED = auto()
    UNTRACKED = auto()
    REMOVED = auto()
    """It left without a line in the app's history, as removals do."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One download that left its queue."""

    download: Download
    fate: Fate
    at: datetime


_FATES = {
    "downloadFolderImported": Fate.IMPORTED,
    "movieFolderImported": Fate.IMPORTED,
    "seriesFolderImported": Fate.IMPORTED,
    "downloadFailed": Fate.FAILED,
    "downloadIgnored": Fate.UNTRACKED,
}


def departed(before: Sequence[Download], after: Sequence[Download]) -> tuple[Download, ...]:
    """What was in the queue and no longer is. Pending releases are left out: they become downloads under new ids."""
    ids = {id for download in after for id in download.ids}
    client_ids = {download.download_id for download in after}
    return tuple(
        download for download in before
        if download.download_id and download.download_id not in client_ids and ids.isdisjoint(download.ids)
    )


def fates(downloads: Iterable[Download], history: Iterable[HistoryRecord], at: datetime) -> tuple[Departure, ...]:
    """What the history, newest first, says of each."""
    told: dict[str, Fate] = {}
    for record in history:
        if record.event_type in _FATES:
            told.setdefault(record.download_id.casefold(), _FATES[record.event_type])
    return tuple(
        Departure(download, told.get(download.download_id.casefold(), Fate.REMOVED), at) for download in downloads
    )


class Departures:
    """The last departures of all instances."""

    def __init__(self) -> None:
        self._kept: deque[Departure] = deque(maxlen=50)

    def add(self, departures: Iterable[Departure]) -> None:
        """Remember these, as the newest."""
        self._kept.extend(departures)

    def recent(self, now: datetime, listed: Iterable[Download]) -> tuple[Departure, ...]:
        """The last ones, newest first, but what is listed again: its client had only been away."""
        again = {(download.ref.instance, download.download_id) for download in listed}
        return tuple(
            departure for departure in reversed(self._kept)
            if now - departure.at < TOLD
            and (departure.download.ref.instance, departure.download.download_id) not in again
        )
