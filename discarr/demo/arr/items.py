"""What is in the apps' download clients, and in which situation it is.

`Situation` is what the two halves (client and app) say of an item together; the named ones are all that Radarr 6.0 and
Sonarr 4.0 can say in practice. `Item` is one download, mutable because downloads progress.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, TypedDict

from discarr.demo.arr.media import EpisodeMedia, Media, release_name
from discarr.demo.arr.wire import hashed_id

NOON = 1_782_907_200.0
"""2026-07-01T12:00:00Z, the moment that data made without a clock plays at."""

StatusMessage = tuple[str, tuple[str, ...]]
"""A title (a file, or the text itself) and the reasons under it, which may be none."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The three status words of a queue record, and the client's error text."""

    status: str
    tracked_status: str | None = "ok"
    tracked_state: str | None = "downloading"
    """None for a pending item: the release waits in the app and no client has it yet."""
    error: str | None = None


DOWNLOADING = Situation("downloading")
QUEUED = Situation("queued")
PAUSED = Situation("paused")
METADATA = Situation("queued", error="qBittorrent is downloading metadata")
STALLED = Situation("warning", error="The download is stalled with no connections")
IMPORT_PENDING = Situation("completed", tracked_state="importPending")
IMPORTING = Situation("completed", tracked_state="importing")
IMPORT_BLOCKED = Situation("completed", "warning", "importBlocked")
FAILED = Situation("failed", tracked_state="failedPending", error="Aborted, cannot be completed")
FAILED_NOT_GRABBED = Situation("failed", "warning")
REJECTED = Situation("completed", "error", "failedPending")
DELAY = Situation("delay", None, None)
CLIENT_UNAVAILABLE = Situation("downloadClientUnavailable", None, None)


@dataclass(frozen=True, slots=True)
class DownloadClient:
    """One download client as it is set up in the app."""

    id: int
    name: str
    protocol: Literal["torrent", "usenet"]
    has_category: bool = False
    """Whether a post-import category is set: only then does changeCategory do anything."""
    shrugs: bool = False
    """Whether the client takes changeCategory without a category and does nothing, instead of being a 500."""


QBITTORRENT = DownloadClient(1, "qBittorrent", "torrent", has_category=True, shrugs=True)
SABNZBD = DownloadClient(2, "SABnzbd", "usenet")
NZBGET = DownloadClient(3, "NZBGet", "usenet")
DELUGE = DownloadClient(4, "Deluge", "torrent", shrugs=True)
BLACKHOLE = DownloadClient(5, "Torrent Blackhole", "torrent")


class ItemFields(TypedDict, total=False):
    """What may be said of an item beside its media and its situation."""

    title: str
    episodes: tuple[EpisodeMedia, ...]
    size: int
    left: int
    time_left: float | None
    due: float
    added: float | None
    quality: str
    languages: tuple[str, ...]
    custom_formats: tuple[str, ...] | None
    score: int
    client: DownloadClient
    download_id: str
    indexer: str | None
    output_path: str | None
    has_file: bool
    error: str | None
    messages: tuple[StatusMessage, ...]
    tied: bool
    client_error: str | None
    survives_removal: bool


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """One download. Two items are the same only if they are the same object.

    A release name and a download id are made up from the media and the title where none is given, always the same.
    """

    media: Media | None = None
    """None: the app does not know what it is (only listed with includeUnknown…Items)."""
    episodes: tuple[EpisodeMedia, ...] = ()
    situation: Situation = DOWNLOADING
    title: str = ""
    size: int = 4_000_000_000
    left: int = 0
    time_left: float | None = None
    """Seconds; None where the client cannot say (paused, stalled)."""
    due: float = NOON + 2833.4829374
    """When a pending item will be grabbed."""
    added: float | None = NOON - 3600
    """When the app grabbed it; None: somebody put it into the client, so blocklisting it silently does nothing."""
    quality: str = "WEBDL-1080p"
    languages: tuple[str, ...] = ("English",)
    custom_formats: tuple[str, ...] | None = ()
    """None: the title could not be parsed, so ignoring the item is a 500."""
    score: int = 0
    client: DownloadClient = QBITTORRENT
    download_id: str = ""
    indexer: str | None = "Indexer One (Prowlarr)"
    output_path: str | None = None
    has_file: bool = False
    error: str | None = None
    """The client's text; it wins over the situation's."""
    messages: tuple[StatusMessage, ...] = ()
    tied: bool = True
    """Whether a pending item's indexer is tied to its client, so that the record names the client."""
    client_error: str | None = None
    """What the client says when it is asked to add or remove the item: then the app answers 500 with this text."""
    survives_removal: bool = False
    """Whether the client agrees to remove the item and keeps it: DELETE is a 200, the next refresh lists it again.

    The apps do not look whether it is gone (Core/Download/Clients/QBittorrent/QBittorrent.cs, RemoveItem).
    """

    def __post_init__(self) -> None:
        self.title = self.title or release_name(self.media, self.episodes, self.quality)
        self.download_id = self.download_id or made_up_download_id(self.title, self.client)

    @property
    def pending(self) -> bool:
        """Whether it waits in the app, with no client (and no download id) yet."""
        return self.situation.tracked_state is None

    @property
    def pending_id(self) -> int:
        """The database id of a pending release; real ones count from 1."""
        return hashed_id(self.title) % 9_999 + 1

    @property
    def grabbed(self) -> bool:
        """Whether the app's history knows that it asked for this download."""
        return self.added is not None


def made_up_download_id(title: str, client: DownloadClient) -> str:
    """An id in the form of the client: an info hash, SABnzbd's, or 32 hex digits for NZBGet."""
    digest = hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest()
    if client.protocol == "torrent":
        return digest.upper()
    return f"SABnzbd_nzo_{digest[:8]}" if client.name == "SABnzbd" else digest[:32]
