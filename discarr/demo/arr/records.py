"""How the apps write things: .NET's dates, time spans and hashed ids, and the records that Discarr reads.

Radarr has one queue record per download, Sonarr one per episode.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from discarr.demo.arr.items import DELAY, EpisodeMedia, FoundFile, Item, Json, MovieMedia, Service

TICKS = 10_000_000
"""Ticks in a second of .NET's TimeSpan."""
TIB = 2**40
LANGUAGES: list[Json] = [{"id": 1, "name": "English"}]


def wire_time(at: float) -> str:
    """Write a moment as both apps do: UTC, whole seconds, `Z`."""
    return datetime.fromtimestamp(at, UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def wire_span(seconds: float) -> str:
    """Write a duration as .NET's TimeSpan in "c" format: `[-][d.]hh:mm:ss[.fffffff]`."""
    whole, fraction = divmod(abs(round(seconds * TICKS)), TICKS)
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return ("-" if seconds < 0 else "") + (f"{days}." if days else "") + clock + (f".{fraction:07}" if fraction else "")


def json_text(value: object) -> str:
    """Write JSON as the apps do: indented, and not escaped."""
    return json.dumps(value, indent=2, ensure_ascii=False)


class Row(NamedTuple):
    """One queue record, and the item that it is about."""

    item: Item
    record: Json


def rows_of(items: Iterable[Item], service: Service, now: float) -> list[Row]:
    return [Row(item, record) for item in items for record in records_of(item, service, now)]


def records_of(item: Item, service: Service, now: float) -> list[Json]:
    """Return the records of an item: Sonarr has one per episode, each with the size of the whole download."""
    return [_record(item, episode, service, now) for episode in item.episodes or (None,)]


def _record(item: Item, episode: EpisodeMedia | None, service: Service, now: float) -> Json:
    seconds = max(item.due - now, 0.0) if item.pending else item.time_left
    formats = item.custom_formats
    record: Json = {
        **_media_ids(item, episode),
        "languages": LANGUAGES,
        "quality": quality(item.quality),
        "customFormats": None if formats is None else [{"id": 1, "name": name} for name in formats],
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
    return _without_nulls(record)


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
    """The first four bytes of SHA-1, little endian, without the sign bit (GetHashInt31).

    It changes when a pending release is grabbed and when Sonarr learns the episode.
    """
    tracked = f"trackedDownload-{item.client.id}-{item.download_id}"
    name = f"pending-{item.title}-{item.media}" if item.pending else tracked
    tail = "" if service == "radarr" else f"-ep{episode.id if episode else 0}"
    digest = hashlib.sha1(f"{name}{tail}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "little") & 0x7FFFFFFF


def _media_ids(item: Item, episode: EpisodeMedia | None) -> Json:
    """The ids at the start of a record; a series can be known while its episode is not."""
    if isinstance(item.media, MovieMedia):
        return {"movieId": item.media.id}
    if item.media is None:
        return {}
    ids = {"seriesId": item.media.id}
    return ids if episode is None else {**ids, "episodeId": episode.id, "seasonNumber": episode.season}


def _without_nulls(record: Json) -> Json:
    return {name: value for name, value in record.items() if value is not None}


def quality(name: str = "WEBDL-1080p") -> Json:
    """For Discarr the rest means nothing."""
    return {
        "quality": {"id": 3, "name": name, "source": "webdl", "resolution": 1080},
        "revision": {"version": 1, "real": 0, "isRepack": False},
    }


def root_folder(number: int, path: str, free: int | None) -> Json:
    """Return a folder of the library, missing if its free space is unknown (RootFolders/RootFolderController.cs)."""
    known = {"freeSpace": free} if free is not None else {}
    return {"path": path, "accessible": free is not None, **known, "unmappedFolders": [], "id": number}


def mount(path: str, free: int, total: int) -> Json:
    """Return a disk (DiskSpace/DiskSpaceController.cs)."""
    return {"path": path, "label": "", "freeSpace": free, "totalSpace": total}


def client_trouble(name: str) -> Json:
    """Return the health entry of a client that cannot be reached; SABnzbd's real one contains its API key."""
    url = "http://downloads.internal:8080/api?mode=queue&apikey=00112233445566778899aabbccddeeff&output=json"
    text = f"Unable to communicate with {name}. HTTP request failed: [403:Forbidden] [GET] at [{url}]"
    return {"source": "DownloadClientCheck", "type": "error", "message": text}


def file_record(file: FoundFile, download_id: str) -> Json:
    """Return a file as GET /manualimport lists it (ManualImport/ManualImportController.cs of both apps)."""
    record: Json = {
        "path": file.path,
        "folderName": file.path.split("/")[-2],
        "size": file.size,
        **_matched(file),
        "releaseGroup": "EXAMPLE",
        "downloadId": download_id,
        "indexerFlags": 0,
        "rejections": [{"reason": reason, "type": "permanent"} for reason in file.rejections],
    }
    return record | {"quality": quality(), "languages": LANGUAGES} if file.has_quality else record


def _matched(file: FoundFile) -> Json:
    file_id = 5 if file.replaces else 0
    if isinstance(file.media, MovieMedia):
        return {"movie": {**file.media.record(), "movieFileId": file_id}}
    if file.media is None:
        return {}
    episodes = [{**episode.record(), "episodeFileId": file_id} for episode in file.episodes]
    return {"series": file.media.record(), "episodes": episodes, "releaseType": "seasonPack"}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One event in an app's history. Sonarr writes one per episode; a removal without blocklisting leaves none."""

    at: float
    event: str
    """`grabbed`, `downloadFolderImported`, `downloadFailed`, `downloadIgnored`, `movieFileDeleted`, …"""
    item: Item
    episode: EpisodeMedia | None
    download_id: str | None
    """None for a deleted file, which cannot be found by the download (Core/History/HistoryService.cs)."""

    def record(self, number: int) -> Json:
        """`data` contains addresses and keys (Core/History/HistoryService.cs); these lead nowhere."""
        url = f"http://indexer.internal:9696/1/download?apikey=00112233445566778899aabbccddeeff&file={self.item.title}"
        record: Json = {
            **_media_ids(self.item, self.episode),
            "sourceTitle": self.item.title,
            "quality": quality(self.item.quality),
            "date": wire_time(self.at),
            "downloadId": self.download_id,
            "eventType": self.event,
            "data": {"downloadClientName": self.item.client.name, "downloadUrl": url},
            "id": number,
        }
        return _without_nulls(record)
