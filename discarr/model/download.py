"""One download: what a person sees as one row, and what one DELETE removes."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from discarr.model.progress import Phase, Progress


class DownloadKey(NamedTuple):
    """Identifies a download: stable over reads, and over restarts of Discarr and of the app."""

    instance: str
    """The key of its instance."""
    id: str
    """The `downloadId`; for a pending release, which has none, an id made from what its records share."""


class State(StrEnum):
    """What a download is doing: the app's two status fields taken together."""

    DOWNLOADING = "downloading"
    STALLED = "stalled"
    """The client has a warning about it: no connections, an error, missing files."""
    METADATA = "metadata"
    """A magnet link whose size is not known yet."""
    QUEUED = "queued"
    PAUSED = "paused"
    DELAYED = "delayed"
    """Held back by a delay profile; not in a download client yet."""
    CLIENT_UNAVAILABLE = "client-unavailable"
    """The app could not reach the download client to hand the release over."""
    FINISHING = "finishing"
    """Complete, but the client is still verifying, unpacking or moving it."""
    IMPORT_WAITING = "import-waiting"
    IMPORTING = "importing"
    IMPORT_BLOCKED = "import-blocked"
    """The app cannot import it. It retries at each refresh, so its own word for this state changes."""
    FAILED = "failed"
    FAILED_FOREIGN = "failed-foreign"
    """Failed, and the app does nothing about it, because it did not grab it."""
    REJECTED = "rejected"
    """Downloaded, but rejected by the app: for example, a dangerous file."""
    IMPORTED = "imported"
    IGNORED = "ignored"
    UNKNOWN = "unknown"
    """A word that this version does not know."""


class Section(StrEnum):
    """The four kinds of rows, in the order in which they are shown."""

    ATTENTION = "attention"
    DOWNLOADING = "downloading"
    IMPORTING = "importing"
    WAITING = "waiting"


_SECTIONS = {
    State.DOWNLOADING: Section.DOWNLOADING,
    State.METADATA: Section.DOWNLOADING,
    State.FINISHING: Section.IMPORTING,
    State.IMPORT_WAITING: Section.IMPORTING,
    State.IMPORTING: Section.IMPORTING,
    State.IMPORTED: Section.IMPORTING,
}
"""Every other state waits."""
_PHASES = {
    State.DOWNLOADING: Phase.MOVING,
    State.STALLED: Phase.MOVING,
    State.METADATA: Phase.MOVING,
    State.FINISHING: Phase.FINISHING,
    State.IMPORT_WAITING: Phase.IMPORT,
    State.IMPORTING: Phase.IMPORT,
    State.IMPORT_BLOCKED: Phase.IMPORT,
    State.CLIENT_UNAVAILABLE: Phase.CLIENT,
}
"""In every other state nothing has to happen."""


def phase_of(state: State) -> Phase:
    """Return what has to happen next in this state."""
    return _PHASES.get(state, Phase.RESTING)


class Media(NamedTuple):
    """The movie or episodes of a download, as ids of the app. Empty if the app does not know."""

    movie: int | None = None
    series: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()


class Download(NamedTuple):
    """All records of one `downloadId`, or of one pending release.

    A named tuple, because a frozen dataclass with so many fields takes twice as long to create: `tests.benchmark`
    shows it for a changed page of 1,000 records.
    """

    key: DownloadKey
    queue_id: int
    """The id for DELETE: the smallest one of its records. It changes when the app matches it to another episode."""
    release: str
    """The release name. Untrusted: any text of any length."""
    media: Media
    quality: str
    client: str
    """The name of its download client; '' if the app does not send it."""
    indexer: str
    """The name of its indexer, which is never shown; '' if there is none."""
    state: State
    warned: bool
    """The app or the client reports a warning or an error."""
    reasons: tuple[str, ...]
    """The texts of the app or the client about the problem, the most specific first. Untrusted."""
    complete: bool
    """All bytes are downloaded."""
    size: int
    """Bytes of the whole download; 0 while unknown."""
    remaining: int
    """Bytes still to come, 0 to `size`."""
    done_at: datetime | None
    """When the client expects to finish it (aware); None if it cannot tell."""
    grabbed_at: datetime | None
    """When the app grabbed it (aware); None if it did not, or is too old to send it."""
    grabbed_by_app: bool
    """False if something else added it to the download client: it may belong to someone else."""
    parsed: bool
    """False if the app could not parse the release name."""
    can_change_category: bool
    """The download client has a post-import category for it."""
    pending: bool
    """The app has not handed it to a download client yet."""
    progress: Progress

    @property
    def fraction(self) -> float | None:
        """Fraction done, 0.0 to 1.0; None while the size is unknown."""
        return None if self.size <= 0 else 1 - self.remaining / self.size

    @property
    def episodes(self) -> int:
        """The number of its episodes; 0 for a movie, or if it is unknown."""
        return len(self.media.episodes)

    @property
    def section(self) -> Section:
        """The section of its row unless it needs attention."""
        return _SECTIONS.get(self.state, Section.WAITING)

    @property
    def dangerous(self) -> bool:
        """Whether the app found a file in it that could do harm, and rejected it.

        Source: Radarr's and Sonarr's RejectedImportService and the texts of their import specifications.
        """
        return self.state is State.REJECTED or any(reason.startswith("Caution: Found") for reason in self.reasons)
