"""How the apps write things: .NET's dates, time spans and hashed ids, queue records and history records.

Radarr has one queue record per download, Sonarr one per episode. Fields are in the order of the apps' own classes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from discarr.demo.arr.items import DELAY, EpisodeMedia, Item, Json, MovieMedia, Service

TICKS = 10_000_000
"""Ticks in a second of .NET's TimeSpan."""
YEAR_ONE = -62_135_596_800.0
"""0001-01-01, .NET's date that was never set."""

QUALITIES: Mapping[str, tuple[int, str, str, int]] = {
    "Unknown": (0, "unknown", "unknown", 0),
    "DVD": (2, "dvd", "dvd", 0),
    "WEBDL-1080p": (3, "webdl", "web", 1080),
    "WEBDL-2160p": (18, "webdl", "web", 2160),
    "Bluray-1080p": (7, "bluray", "bluray", 1080),
}
"""Id, source in Radarr's word, source in Sonarr's, resolution."""


def wire_time(at: float) -> str:
    """Write a moment as both apps do: UTC, whole seconds, `Z`."""
    return datetime.fromtimestamp(at, UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def wire_span(seconds: float) -> str:
    """Write a duration as .NET's TimeSpan in "c" format: `[-][d.]hh:mm:ss[.fffffff]`.

    A day or more is `1.02:03:04`, and a fraction always has seven digits: both surprise parsers of `hh:mm:ss`.
    """
    whole, fraction = divmod(abs(round(seconds * TICKS)), TICKS)
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return ("-" if seconds < 0 else "") + (f"{days}." if days else "") + clock + (f".{fraction:07}" if fraction else "")


def hashed_id(text: str) -> int:
    """Return a queue id: the first four bytes of SHA-1, little endian, without the sign bit (GetHashInt31)."""
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "little") & 0x7FFFFFFF


def json_text(value: object) -> str:
    """Write JSON as the apps do: indented, and not escaped."""
    return json.dumps(value, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One queue record, and the item that it is about."""

    item: Item
    record: Json

    @property
    def known(self) -> bool:
        """Whether a movie or a series was matched."""
        return "movieId" in self.record or "seriesId" in self.record


def rows_of(item: Item, service: Service, now: float) -> list[Row]:
    """Return the rows of an item: Sonarr has one per episode, each with the size of the whole download."""
    episodes = item.episodes or (None,)
    return [Row(item, _record(item, episode, service, now)) for episode in episodes]


def records_of(item: Item, service: Service, now: float) -> list[Json]:
    """Return the records of an item, as `GET /api/v3/queue` contains them."""
    return [row.record for row in rows_of(item, service, now)]


def _record(item: Item, episode: EpisodeMedia | None, service: Service, now: float) -> Json:
    seconds = max(item.due - now, 0.0) if item.pending else item.time_left
    record: Json = {
        **_media_ids(item, episode),
        **_quality(item, service),
        "customFormats": None
        if item.custom_formats is None
        else [_custom_format(name) for name in item.custom_formats],
        "customFormatScore": 0,
        "size": item.size,
        "title": item.title,
        "estimatedCompletionTime": None if seconds is None else wire_time(item.due if item.pending else now + seconds),
        "added": None if item.added is None else wire_time(item.added),
        "status": item.situation.status,
        **({} if item.pending else _tracked_part(item)),
        "protocol": item.client.protocol,
        # Known for a pending release only if its indexer is tied to a client, or the client was tried.
        "downloadClient": None if item.situation == DELAY else item.client.name,
        "downloadClientHasPostImportCategory": item.client.has_category and not item.pending,
        "indexer": item.indexer,
        "outputPath": item.output_path,
        "sizeleft": item.left,
        "timeleft": None if seconds is None else wire_span(seconds),
        "id": _id(item, episode, service),
    }
    return {name: value for name, value in record.items() if value is not None}


def _tracked_part(item: Item) -> Json:
    """The fields of a download that its client has."""
    return {
        "trackedDownloadStatus": item.situation.tracked_status,
        "trackedDownloadState": item.situation.tracked_state,
        "statusMessages": [{"title": title, "messages": list(messages)} for title, messages in item.messages],
        "errorMessage": item.situation.error if item.error is None else item.error,
        "downloadId": item.download_id,
    }


def _id(item: Item, episode: EpisodeMedia | None, service: Service) -> int:
    """The hashed id; it changes when a pending release is grabbed and when Sonarr learns the episode."""
    number = episode.id if episode else 0
    if item.pending:
        pending_id = hashed_id(item.title) % 9_999 + 1
        movie = item.media.id if item.media else 0
        return hashed_id(f"pending-{pending_id}-" + (f"movie{movie}" if service == "radarr" else f"ep{number}"))
    tracked = f"trackedDownload-{item.client.id}-{item.download_id}"
    return hashed_id(tracked if service == "radarr" else f"{tracked}-ep{number}")


def _media_ids(item: Item, episode: EpisodeMedia | None) -> Json:
    """The ids at the start of a record; a series can be known while its episode is not."""
    if isinstance(item.media, MovieMedia):
        return {"movieId": item.media.id}
    if item.media is None:
        return {}
    ids = {"seriesId": item.media.id}
    return ids if episode is None else {**ids, "episodeId": episode.id, "seasonNumber": episode.season}


def _quality(item: Item, service: Service) -> Json:
    column = 0 if service == "radarr" else 1
    number, *sources, resolution = QUALITIES[item.quality]
    quality = {"id": number, "name": item.quality, "source": sources[column], "resolution": resolution}
    return {
        "languages": [{"id": 1, "name": "English"}],
        "quality": {"quality": quality, "revision": {"version": 1, "real": 0, "isRepack": False}},
    }


def _custom_format(name: str) -> Json:
    return {"id": hashed_id(name) % 90 + 1, "name": name}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event in an app's history. Sonarr writes one per episode.

    A plain removal (without blocklisting) leaves none in either app.
    """

    at: float
    event: str
    """`grabbed`, `downloadFolderImported`, `downloadFailed`, `downloadIgnored`, `movieFileDeleted`, …"""
    item: Item
    episode: EpisodeMedia | None
    download_id: str | None

    def record(self, number: int, service: Service) -> Json:
        """Return the `HistoryResource`. `number` is its database id, from 1.

        `data` contains addresses and keys (Core/History/HistoryService.cs); these lead nowhere.
        """
        url = f"http://indexer.internal:9696/1/download?apikey=00112233445566778899aabbccddeeff&file={self.item.title}"
        record: Json = {
            **_media_ids(self.item, self.episode),
            "sourceTitle": self.item.title,
            **_quality(self.item, service),
            "date": wire_time(self.at),
            "downloadId": self.download_id,
            "eventType": self.event,
            "data": {"downloadClientName": self.item.client.name, "downloadUrl": url, "guid": url},
            "id": number,
        }
        return {name: value for name, value in record.items() if value is not None}


def events_of(
    item: Item, event: str, at: float, episodes: tuple[EpisodeMedia, ...] | None = None
) -> list[HistoryEvent]:
    """Return the history of an item's event: none for an unknown item, one event per episode for a pack.

    A deleted file's event has no download id, so it cannot be found by the download. `episodes` limits it to some of
    the pack (Core/History/HistoryService.cs of Radarr and of Sonarr).
    """
    if item.media is None:
        return []
    download_id = None if event.endswith("FileDeleted") else item.download_id
    about = (None,) if isinstance(item.media, MovieMedia) else item.episodes if episodes is None else episodes
    return [HistoryEvent(at, event, item, episode, download_id) for episode in about]
