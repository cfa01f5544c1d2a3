"""The downloads of all instances at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from discarr.model.action import Action
from discarr.model.download import Download, DownloadKey, Media
from discarr.model.health import Health
from discarr.model.instance import Instance
from discarr.model.outcome import Outcome
from discarr.model.progress import Now
from discarr.model.removal_mode import RemovalRecord
from discarr.model.summary import NOTHING, Summary


@dataclass(frozen=True, slots=True)
class Outage:
    """Why an instance cannot be read."""

    sentence: str
    """The reason in plain words, with advice; safe to show to anybody."""
    since: datetime
    """When the first failed read began (UTC)."""


class IncompleteReason(Enum):
    """Why a queue that was read may be incomplete."""

    CLIENT_AWAY = auto()
    """The app cannot reach a download client, whose downloads are then missing from the answer."""
    JUST_STARTED = auto()
    """The app has not polled its download clients since it started."""


class HandedOver(NamedTuple):
    """A pending release that is listed no longer: its app handed it to a client, or dropped it."""

    release: Download
    last_seen: float
    """When the last read began that listed it (monotonic seconds)."""

    def became(self, download: Download) -> bool:
        """Return whether this is it: a client gives the release a name and an id of its own."""
        is_new = not download.pending and download.progress.first_seen > self.last_seen
        return is_new and _overlap(download.media, self.release.media)


def _overlap(one: Media, other: Media) -> bool:
    if one.movie is not None:
        return one.movie == other.movie
    return one.series is not None and one.series == other.series and not set(one.episodes).isdisjoint(other.episodes)


@dataclass(frozen=True, slots=True)
class Queue:
    """The downloads of one instance, as last read."""

    instance: Instance
    downloads: tuple[Download, ...] = ()
    """Those listed, and those absent for an unknown reason; not those that were just removed."""
    absent: frozenset[DownloadKey] = frozenset()
    """Those that the app no longer lists: imported, removed, or their download client is away."""
    removing: frozenset[DownloadKey] = frozenset()
    """Those with a DELETE in flight."""
    importing: frozenset[DownloadKey] = frozenset()
    """Those with an import in flight that somebody asked for, from the list of its files on."""
    still_listed: Mapping[DownloadKey, RemovalRecord] = MappingProxyType({})
    """Those that were removed, and that the app lists all the same."""
    handed_over: Mapping[DownloadKey, HandedOver] = MappingProxyType({})
    """The pending releases that left lately."""
    unreadable: int = 0
    """Records that could not be read and are missing from `downloads`."""
    read_at: datetime | None = None
    """When the last good read began (UTC); None if there was none."""
    outage: Outage | None = None
    """Set while reads fail; `downloads` are then those of `read_at`."""
    incomplete: IncompleteReason | None = None
    health: Health | None = None
    """What the app reports about itself; None while unknown."""
    version: str = ""
    """The app's version, '5.26.2.10099'; '' while unknown."""
    summary: Summary = NOTHING
    """The counts and totals of `downloads`."""

    def started(self, pending: DownloadKey) -> Download | None:
        """Return the download that a pending release became; None where it is not listed yet, or was dropped."""
        handed_over = self.handed_over.get(pending)
        return next(filter(handed_over.became, self.downloads), None) if handed_over else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All queues at one moment, in the order of the settings."""

    queues: tuple[Queue, ...]
    now: Now
    """When it was made."""
    stalled_after: float
    """Seconds without progress, or of waiting, after which a download needs attention."""
    titles: Mapping[tuple[str, Media], str] = field(default_factory=dict)
    """The titles known so far, by instance key and media."""
    outcomes: tuple[Outcome, ...] = ()
    """The recent outcomes, newest first."""
    removed: tuple[RemovalRecord, ...] = ()
    """The recent removals with this bot, newest first."""
    actions: tuple[Action, ...] = ()
    """The imports and grabs with this bot, in flight and recent, newest first."""

    def __iter__(self) -> Iterator[Download]:
        return (download for queue in self.queues for download in queue.downloads)

    def queue(self, instance: str) -> Queue | None:
        """Return the queue of the instance with this key, or None if it is not configured."""
        for queue in self.queues:  # a third of the time of a generator: each row asks several times
            if queue.instance.key == instance:
                return queue
        return None

    def is_being_imported(self, download: Download) -> bool:
        """Return whether somebody had the app import it, and the import is going on."""
        queue = self.queue(download.key.instance)
        return queue is not None and download.key in queue.importing

    def title(self, download: Download) -> str:
        """Return its title, such as 'Dune (2021)', or the release name while that is unknown. Untrusted."""
        return self.titles.get((download.key.instance, download.media)) or download.release
