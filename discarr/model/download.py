"""One download: what a person sees as one row, and what one DELETE removes."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from discarr.model.progress import Phase, Progress


class DownloadKey(NamedTuple):
    """Which download: stable over reads, and over restarts of either side."""

    instance: str
    """The key of its instance."""
    id: str
    """The download client's own id; for a pending release, which has none, what its records have in common."""


class State(StrEnum):
    """What a download is doing: the app's two status fields taken together."""

    DOWNLOADING = "downloading"
    STALLED = "stalled"
    """The client warns about it: no connections, an error, missing files."""
    METADATA = "metadata"
    """A magnet link of which not even the size is known yet."""
    QUEUED = "queued"
    PAUSED = "paused"
    DELAYED = "delayed"
    """Held back by a delay profile; not in a download client yet."""
    CLIENT_UNAVAILABLE = "client-unavailable"
    """The download client was away when the app wanted to hand the release over."""
    FINISHING = "finishing"
    """All bytes are there, and the client is not done: it verifies, unpacks or moves them."""
    IMPORT_WAITING = "import-waiting"
    IMPORTING = "importing"
    IMPORT_BLOCKED = "import-blocked"
    """The app cannot import it. It tries again at each refresh, so that its own word for this changes."""
    FAILED = "failed"
    FAILED_FOREIGN = "failed-foreign"
    """Failed, and the app will do nothing about it, since it did not grab it."""
    REJECTED = "rejected"
    """Downloaded, and refused by the app: a dangerous file, for one."""
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
"""Nothing is expected of every other state."""


def phase_of(state: State) -> Phase:
    """Return what has to happen next in this state."""
    return _PHASES.get(state, Phase.RESTING)


class Media(NamedTuple):
    """Which movie or episodes a download is for, in the app's own ids. Empty where the app does not know."""

    movie: int | None = None
    series: int | None = None
    season: int | None = None
    episodes: tuple[int, ...] = ()


class Download(NamedTuple):
    """All records of one `downloadId`, or of one pending release.

    A named tuple: a frozen dataclass of so many fields takes twice as long to make, which a changed page of 1,000
    records shows (`tests.benchmark`).
    """

    key: DownloadKey
    queue_id: int
    """What DELETE takes: the smallest id among its records. It changes when the app matches it to another episode."""
    release: str
    """The release name. It comes from strangers: any text of any length."""
    media: Media
    quality: str
    client: str
    """The name of its download client; '' where the app does not say."""
    indexer: str
    """The name of the indexer it was grabbed from, which no person should read; '' if there is none."""
    state: State
    warned: bool
    """The app or the client complains about it."""
    reasons: tuple[str, ...]
    """Why, in the words of the app or the client, the most telling first. Hostile text."""
    complete: bool
    """All bytes are there."""
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
    progress: Progress

    @property
    def fraction(self) -> float | None:
        """Fraction done, 0.0 to 1.0; None while the size is unknown."""
        return None if self.size <= 0 else 1 - self.remaining / self.size

    @property
    def episodes(self) -> int:
        """How many episodes go with it; 0 for a movie or an unknown thing."""
        return len(self.media.episodes)

    @property
    def section(self) -> Section:
        """Where its row belongs unless it needs attention."""
        return _SECTIONS.get(self.state, Section.WAITING)

    @property
    def dangerous(self) -> bool:
        """The app found a file in it that it will not import since it could do harm.

        Source: Radarr's and Sonarr's RejectedImportService and the texts of their import specifications.
        """
        return self.state is State.REJECTED or any(reason.startswith("Caution: Found") for reason in self.reasons)
