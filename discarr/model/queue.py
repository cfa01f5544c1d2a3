"""The values of the program: what is downloaded where, at one moment. Frozen, made whole, made once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, IntEnum, StrEnum, auto
from typing import NamedTuple


class Service(StrEnum):
    """The kind of server. The value is the word in a setting's or an instance's name."""

    RADARR = "radarr"
    SONARR = "sonarr"

    @property
    def app_name(self) -> str:
        """As the app writes itself: 'Radarr'. Its `system/status` says the same in `appName`."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, order=True)
class Instance:
    """One configured server."""

    key: str
    """`radarr`, `sonarr`, `radarr-4k`: unique, lower case, what a button's custom_id carries."""
    service: Service

    @property
    def label(self) -> str:
        """What people read: 'Radarr', or 'Radarr 4k' for a further instance."""
        return self.service.app_name + self.key.removeprefix(self.service).replace("-", " ")

    def variable(self, name: str) -> str:
        """The setting of this instance that ends in this name: 'RADARR_4K_URL'."""
        return f"{self.key.upper().replace('-', '_')}_{name}"


class DownloadRef(NamedTuple):
    """Which download: enough to remove it, stable over reads and restarts of either side."""

    instance: str
    id: int
    """The smallest queue id among the download's records."""


class State(IntEnum):
    """What a download is doing: the app's two status fields and its reason, taken together.

    A number, since an Enum's hash is worked out in Python, and states are looked up thousands of times a read.
    """

    DOWNLOADING = auto()
    STALLED = auto()
    """The client warns about it: no connections, an error, missing files."""
    METADATA = auto()
    """A magnet link of which not even the size is known yet."""
    QUEUED = auto()
    PAUSED = auto()
    DELAYED = auto()
    """Held back by a delay profile; not in a download client yet."""
    CLIENT_UNAVAILABLE = auto()
    """The download client was away when the app wanted to hand it over."""
    IMPORT_WAITING = auto()
    IMPORTING = auto()
    IMPORT_BLOCKED = auto()
    FAILED = auto()
    FAILED_FOREIGN = auto()
    """Failed, and the app will do nothing about it, since it did not grab it."""
    REJECTED = auto()
    """Downloaded, and refused by the app: a dangerous file, for one."""
    IMPORTED = auto()
    IGNORED = auto()
    UNKNOWN = auto()
    """A word that this version does not know."""


class Section(IntEnum):
    """The four kinds of rows, in the order in which they are shown."""

    ATTENTION = auto()
    DOWNLOADING = auto()
    IMPORTING = auto()
    WAITING = auto()


_SECTIONS = {
    State.STALLED: Section.ATTENTION,
    State.IMPORT_BLOCKED: Section.ATTENTION,
    State.FAILED: Section.ATTENTION,
    State.FAILED_FOREIGN: Section.ATTENTION,
    State.REJECTED: Section.ATTENTION,
    State.DOWNLOADING: Section.DOWNLOADING,
    State.METADATA: Section.DOWNLOADING,
    State.IMPORT_WAITING: Section.IMPORTING,
    State.IMPORTING: Section.IMPORTING,
    State.IMPORTED: Section.IMPORTING,
}
"""Every other state waits."""

MOVING = frozenset({State.DOWNLOADING, State.STALLED, State.METADATA})
"""The states in which bytes should come; only in these can a download be still."""


class Media(NamedTuple):
    """Which movie or episodes a download is for, in the app's own ids. Empty where the app does not know."""

    movie: int | None = None
    series: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()


class Download(NamedTuple):
    """One row of the dashboard, and what one DELETE removes: all records of one `downloadId`.

    A named tuple, as a frozen dataclass of so many fields takes six times as long to make, and
    thousands are made at each read.
    """

    ref: DownloadRef
    ids: tuple[int, ...]
    """The queue ids of all its records, ascending; the first is `ref.id`."""
    download_id: str
    """The download client's own id, '' for a pending one: it is in no client yet."""
    release: str
    """The release name. It comes from strangers: any text of any length."""
    name: str
    """What a person calls it, such as 'Dune (2021)'; the release name where that is not known."""
    media: Media
    quality: str
    state: State
    reason: str
    """Why it is in this state, in the words of the app or the client; '' if they say nothing. Hostile text."""
    size: int
    """Bytes of the whole download; 0 while unknown."""
    remaining: int
    """Bytes still to come, 0 to `size`."""
    done_at: datetime | None
    """When the client expects to be done (UTC); None while it cannot say."""
    grabbed_at: datetime | None
    """When the app grabbed it (UTC); None for what the app did not grab, or is too old to say."""
    grabbed_by_app: bool
    """False if it is in the app's client without the app having put it there: it may be somebody else's."""
    parsed: bool
    """False if the app could make nothing of the release name."""
    can_change_category: bool
    """Its client has a post-import category to move it to."""
    pending: bool
    """Known to the app and not yet in a download client."""
    speed: float | None = None
    """Bytes a second over the last minutes; None while not measured."""
    stalled_for: timedelta | None = None
    """How long no byte has come, once that is over the threshold; None below it."""
    removing: bool = False
    """A DELETE for it is under way."""

    def measured(self, speed: float | None, stalled_for: timedelta | None) -> "Download":
        """The same with these. `_replace` takes three times as long, and its scrap pads Python's store of tuples."""
        return Download._make((*self[:_MEASURED_FROM], speed, stalled_for, self.removing))

    @property
    def progress(self) -> float | None:
        """Fraction done, 0.0 to 1.0; None while the size is unknown."""
        return None if self.size <= 0 else 1 - self.remaining / self.size

    @property
    def section(self) -> Section:
        """Which kind of row it is."""
        return Section.ATTENTION if self.stalled_for is not None else _SECTIONS.get(self.state, Section.WAITING)

    @property
    def episodes(self) -> int:
        """How many episodes go with it; 0 for a movie or an unknown thing."""
        return len(self.media.episodes)

    def is_also(self, other: "Download") -> bool:
        """Whether both are the same download, though its records may have come under new ids."""
        if self.ref.instance != other.ref.instance:
            return False
        same_client_id = bool(self.download_id) and self.download_id == other.download_id
        return same_client_id or not set(self.ids).isdisjoint(other.ids)


_MEASURED_FROM = Download._fields.index("speed")


@dataclass(frozen=True, slots=True)
class Outage:
    """Why an instance could not be read."""

    sentence: str
    """In a person's words, with what to do; fit to be shown to anybody."""
    since: datetime
    """When the first of the failed reads began (UTC)."""


class IncompleteReason(Enum):
    """Why a queue that was read may not be all there is."""

    CLIENT_AWAY = auto()
    """The app cannot reach a download client, whose downloads vanish from a good answer."""
    JUST_STARTED = auto()
    """The app started moments ago and has not asked its clients yet."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The downloads of one instance, as last read."""

    instance: Instance
    downloads: tuple[Download, ...] = ()
    unreadable: int = 0
    """Records that could not be understood and are missing from `downloads`."""
    read_at: datetime | None = None
    """When the read began (UTC); None if there was never a good one."""
    began: float = float("-inf")
    """The same on the monotonic clock, in seconds: tells what a read can know of."""
    outage: Outage | None = None
    """Set while reads fail; `downloads` are then those of `read_at`."""
    incomplete: IncompleteReason | None = None
    version: str = ""
    """The app's version, '5.26.2.10099'; '' while unknown."""

    def with_downloads(self, downloads: tuple[Download, ...]) -> "Queue":
        """The same queue, showing these."""
        return replace(self, downloads=downloads)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All queues at one moment, in the order of the settings."""

    queues: tuple[Queue, ...]
    at: datetime
    """When it was made (UTC)."""

    def __iter__(self) -> Iterator[Download]:
        return (download for queue in self.queues for download in queue.downloads)

    def queue(self, instance: str) -> Queue | None:
        """The queue of this instance key, or None if no such instance is configured."""
        return next((queue for queue in self.queues if queue.instance.key == instance), None)

    def find(self, ref: DownloadRef) -> Download | None:
        """The download that one of whose records has this id, or None if it is not listed."""
        queue = self.queue(ref.instance)
        return next((d for d in queue.downloads if ref.id in d.ids), None) if queue else None
