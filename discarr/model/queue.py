"""The downloads of all instances at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from types import MappingProxyType

from discarr.model.download import Download, DownloadKey, Media
from discarr.model.instance import Instance
from discarr.model.outcome import Outcome
from discarr.model.progress import Now
from discarr.model.removal_mode import RemovalRecord
from discarr.model.summary import NOTHING, Summary


@dataclass(frozen=True, slots=True)
class Outage:
    """Why an instance cannot be read."""

    sentence: str
    """In a person's words, with what to do; fit to be shown to anybody."""
    since: datetime
    """When the first of the failed reads began (UTC)."""


class IncompleteReason(Enum):
    """Why a queue that was read may not be all there is."""

    CLIENT_AWAY = auto()
    """The app cannot reach a download client, whose downloads vanish from a good answer."""
    JUST_STARTED = auto()
    """The app has not asked its clients since it started."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The downloads of one instance, as last read."""

    instance: Instance
    downloads: tuple[Download, ...] = ()
    """What is listed, and what is absent without anybody knowing yet why; without what was removed just now."""
    absent: frozenset[DownloadKey] = frozenset()
    """Those that the app lists no longer: imported, removed, or their client is away."""
    removing: frozenset[DownloadKey] = frozenset()
    """Those for which a DELETE is under way."""
    still_listed: Mapping[DownloadKey, RemovalRecord] = MappingProxyType({})
    """Those that were removed, and that the app lists all the same."""
    handed_over: Mapping[DownloadKey, Download | None] = MappingProxyType({})
    """Pending releases that left lately, and the download that each became; None where it is not listed yet, or was
    dropped."""
    unreadable: int = 0
    """Records that could not be understood and are missing from `downloads`."""
    read_at: datetime | None = None
    """When the read began (UTC); None if there was never a good one."""
    outage: Outage | None = None
    """Set while reads fail; `downloads` are then those of `read_at`."""
    incomplete: IncompleteReason | None = None
    version: str = ""
    """The app's version, '5.26.2.10099'; '' while unknown."""
    summary: Summary = NOTHING
    """What the downloads come to."""

    def find(self, key: DownloadKey) -> Download | None:
        """Return the download of this key, or None if it is not listed."""
        return next((download for download in self.downloads if download.key == key), None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All queues at one moment, in the order of the settings."""

    queues: tuple[Queue, ...]
    now: Now
    """When it was made."""
    stalled_after: float
    """Seconds without progress, or of waiting, after which a download needs attention."""
    titles: Mapping[tuple[str, Media], str] = field(default_factory=dict)
    """What people call the movie or the episodes, by instance key; only as far as it is known by now."""
    outcomes: tuple[Outcome, ...] = ()
    """What left the queues by itself lately, newest first."""
    removed: tuple[RemovalRecord, ...] = ()
    """What was removed here lately, newest first."""

    def __iter__(self) -> Iterator[Download]:
        return (download for queue in self.queues for download in queue.downloads)

    def queue(self, instance: str) -> Queue | None:
        """Return the queue of this instance key, or None if no such instance is configured."""
        return next((queue for queue in self.queues if queue.instance.key == instance), None)

    def find(self, key: DownloadKey) -> Download | None:
        """Return the download of this key, or None if it is not listed."""
        queue = self.queue(key.instance)
        return queue.find(key) if queue else None

    def title(self, download: Download) -> str:
        """Return what people call it, such as 'Dune (2021)'; the release name where that is not known."""
        return self.titles.get((download.key.instance, download.media)) or download.release
