"""What an app's library and its download clients contain: movies, series and downloads."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Literal

Service = Literal["radarr", "sonarr"]
Json = dict[str, Any]
"""One JSON object as the apps send it: null properties are omitted."""

NOON = 1_782_907_200.0
"""2026-07-01T12:00:00Z, the time of sample data that is made without a clock."""

StatusMessage = tuple[str, tuple[str, ...]]
"""A title (a file, or the text itself), and the reasons under it, possibly none."""


@dataclass(frozen=True, slots=True)
class MovieMedia:
    kind: ClassVar = "movie"
    id: int
    title: str
    year: int

    def record(self) -> Json:
        return {"title": self.title, "year": self.year, "id": self.id}


@dataclass(frozen=True, slots=True)
class EpisodeMedia:
    """An episode in Sonarr's library; season 0 has the specials."""

    kind: ClassVar = "episode"
    id: int
    series_id: int
    season: int
    number: int
    title: str

    def record(self) -> Json:
        return {"title": self.title, "seasonNumber": self.season, "episodeNumber": self.number, "id": self.id}


@dataclass(frozen=True, slots=True)
class SeriesMedia:
    kind: ClassVar = "series"
    id: int
    title: str

    def season(self, season: int, count: int, *, first: int = 1) -> tuple[EpisodeMedia, ...]:
        """Return `count` episodes of a season from number `first` on; equal numbers give equal ids."""
        return tuple(
            EpisodeMedia(self.id * 10_000 + season * 100 + number, self.id, season, number, f"Chapter {number}")
            for number in range(first, first + count)
        )

    def record(self) -> Json:
        return {"title": self.title, "id": self.id}


Media = MovieMedia | SeriesMedia


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One video file in the folder of a download, as the app judges it."""

    path: str
    media: Media | None = None
    """None: matched to nothing, which comes without any rejection."""
    episodes: tuple[EpisodeMedia, ...] = ()
    rejections: tuple[str, ...] = ()
    has_quality: bool = True
    size: int = 4_000_000_000
    replaces: bool = False
    fails: bool = False
    """Whether it cannot be moved: the command then says `successful` all the same, and writes no event."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What client and app report about a download together; the named ones are all that occur in practice."""

    status: str
    tracked_status: str | None = "ok"
    tracked_state: str | None = "downloading"
    """None for a pending release, which no client has yet."""
    error: str | None = None
    left: float = 0.0
    """The share of the size that is usually still to come."""


DOWNLOADING = Situation("downloading", left=0.5)
QUEUED = Situation("queued", left=1)
PAUSED = Situation("paused", left=0.5)
METADATA = Situation("queued", error="qBittorrent is downloading metadata")
STALLED = Situation("warning", error="The download is stalled with no connections", left=0.65)
IMPORT_PENDING = Situation("completed", tracked_state="importPending")
IMPORTING = Situation("completed", tracked_state="importing")
IMPORT_BLOCKED = Situation("completed", "warning", "importBlocked")
FAILED = Situation("failed", tracked_state="failedPending", error="Aborted, cannot be completed")
DELAY = Situation("delay", None, None, left=1)
CLIENT_UNAVAILABLE = Situation("downloadClientUnavailable", None, None, left=1)


@dataclass(frozen=True, slots=True)
class DownloadClient:
    """One download client as it is configured in the app."""

    id: int
    name: str
    protocol: Literal["torrent", "usenet"]
    has_category: bool = False
    """Whether a post-import category is set: only then does changeCategory do anything."""
    ignores_category: bool = False
    """Whether changeCategory without such a category does nothing, instead of answering 500."""


QBITTORRENT = DownloadClient(1, "qBittorrent", "torrent", has_category=True, ignores_category=True)
SABNZBD = DownloadClient(2, "SABnzbd", "usenet")


@dataclass(slots=True, eq=False)
class Item:
    """One download, equal to no other. Without a title and a download id of its own it gets some that fit."""

    media: Media | None = None
    """None: the app does not know what it is (only listed with includeUnknown…Items)."""
    _: KW_ONLY
    episodes: tuple[EpisodeMedia, ...] = ()
    situation: Situation = DOWNLOADING
    title: str = ""
    size: int = 4_000_000_000
    left: int = -1
    """Bytes to come; by default as many as is usual in its situation."""
    time_left: float | None = None
    """Seconds; None if the client cannot tell (paused, stalled)."""
    due: float = NOON + 2833.4829374
    """When a pending release will be grabbed."""
    added: float | None = NOON - 3600
    """When the app grabbed it; None: it was added to the client by hand, so blocklisting does nothing."""
    quality: str = "WEBDL-1080p"
    custom_formats: tuple[str, ...] | None = ()
    """None: the title could not be parsed, so ignoring the item is a 500."""
    client: DownloadClient = QBITTORRENT
    download_id: str = ""
    indexer: str | None = "Indexer One (Prowlarr)"
    output_path: str | None = None
    files: Sequence[FoundFile] | None = None
    """What is in its folder, if that is not simply one video, or one for each episode."""
    error: str | None = None
    """The client's message, instead of the situation's."""
    messages: tuple[StatusMessage, ...] = ()
    client_error: str | None = None
    """The client's refusal to add or remove the item: the app answers 500 with this text."""
    survives_removal: bool = False
    """Whether the client accepts the removal and keeps the item, which no app checks (Clients/…/QBittorrent.cs)."""

    def __post_init__(self) -> None:
        self.title = self.title or _release_name(self.media, self.episodes, self.quality)
        self.download_id = self.download_id or _download_id(self.title, self.client)
        self.left = int(self.size * self.situation.left) if self.left < 0 else self.left

    @property
    def pending(self) -> bool:
        """Whether it waits in the app: no client has it, and it has no download id."""
        return self.situation.tracked_state is None

    def found_files(self) -> Sequence[FoundFile]:
        if self.files is not None:
            return self.files
        start = f"/data/downloads/{self.title}/{self.title}"
        if not self.episodes:
            return [FoundFile(f"{start}.mkv", self.media, size=self.size)]
        return [FoundFile(f"{start}.E{each.number:02}.mkv", self.media, (each,)) for each in self.episodes]


def _download_id(title: str, client: DownloadClient) -> str:
    """An id in the form of the client: an info hash, or SABnzbd's."""
    digest = hashlib.sha1(title.encode(), usedforsecurity=False).hexdigest()
    return digest.upper() if client.protocol == "torrent" else f"SABnzbd_nzo_{digest[:8]}"


def _release_name(media: Media | None, episodes: Sequence[EpisodeMedia], quality: str) -> str:
    tail = f"{quality.replace('WEBDL-1080p', '1080p.WEB-DL')}-EXAMPLE"
    if media is None:
        return f"Somebody.Elses.Holiday.{tail}"
    dotted = re.sub(r"\W+", ".", media.title).strip(".")
    part = str(media.year) if isinstance(media, MovieMedia) else _episode_numbers(episodes)
    return f"{dotted}.{part}.{tail}"


def _episode_numbers(episodes: Sequence[EpisodeMedia]) -> str:
    if not episodes:
        return "S09E99"  # a known series with an unknown episode
    season = f"S{episodes[0].season:02}"
    return season if len(episodes) > 2 else season + "".join(f"E{episode.number:02}" for episode in episodes)
