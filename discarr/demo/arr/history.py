"""What an app remembers: its history and its blocklist."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from discarr.demo.arr.items import Item
from discarr.demo.arr.media import EpisodeMedia, MovieMedia
from discarr.demo.arr.records import custom_format_records, language_records, media_ids, quality_record
from discarr.demo.arr.wire import Json, Service, wire_time

EVENT_NUMBERS: Mapping[Service, Mapping[str, int]] = {
    "radarr": {
        "unknown": 0,
        "grabbed": 1,
        "downloadFolderImported": 3,
        "downloadFailed": 4,
        "movieFileDeleted": 6,
        "movieFolderImported": 7,
        "movieFileRenamed": 8,
        "downloadIgnored": 9,
    },
    "sonarr": {
        "unknown": 0,
        "grabbed": 1,
        "seriesFolderImported": 2,
        "downloadFolderImported": 3,
        "downloadFailed": 4,
        "episodeFileDeleted": 5,
        "episodeFileRenamed": 6,
        "downloadIgnored": 7,
    },
}
"""The number by which `eventType` is asked for, in each app."""


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One line of an app's history. Sonarr writes one per episode.

    A plain removal (nothing blocklisted) leaves no line in either app.
    """

    at: float
    event: str
    """`grabbed`, `downloadFolderImported`, `downloadFailed`, `downloadIgnored`, `movieFileDeleted`, …"""
    title: str
    ids: Json
    quality: str
    languages: tuple[str, ...]
    download_id: str | None
    data: dict[str, str] = field(default_factory=dict)

    def record(self, number: int, service: Service) -> Json:
        """The `HistoryResource`; `data` holds only strings. `number` is its database id, from 1."""
        record: Json = {key: self.ids[key] for key in ("episodeId", "seriesId", "movieId") if key in self.ids}
        record |= {
            "sourceTitle": self.title,
            "languages": language_records(self.languages, service),
            "quality": quality_record(self.quality, service),
            "customFormats": [],
            "customFormatScore": 0,
            "qualityCutoffNotMet": False,
            "date": wire_time(self.at),
        }
        record |= {} if self.download_id is None else {"downloadId": self.download_id}
        return record | {"eventType": self.event, "data": self.data, "id": number}


def events_of(
    item: Item, event: str, at: float, message: str = "", episodes: tuple[EpisodeMedia, ...] | None = None
) -> list[HistoryEvent]:
    """The history lines that an item's event makes: none for an unknown item, one per episode for a pack.

    So do Core/History/HistoryService.cs of Radarr and of Sonarr; `episodes` limits it to some of the pack.

    A deleted file's line carries a path and no download id: it cannot be found by the download.
    """
    if item.media is None:
        return []
    deleted = event.endswith("FileDeleted")
    data = {"reason": message} if deleted else _data(item, event, message)
    return [
        HistoryEvent(
            at,
            event,
            f"/data/media/{item.title}.mkv" if deleted else item.title,
            media_ids(item, episode),
            item.quality,
            item.languages,
            None if deleted else item.download_id,
            data,
        )
        for episode in (_episodes(item) if episodes is None else episodes)
    ]


def _episodes(item: Item) -> tuple[EpisodeMedia | None, ...]:
    """A line needs an episode in Sonarr: a series without a matched one has no history."""
    return (None,) if isinstance(item.media, MovieMedia) else item.episodes


def _data(item: Item, event: str, message: str) -> dict[str, str]:
    """Keys and secrets as Core/History/HistoryService.cs writes them; the addresses and the key lead nowhere."""
    type_of_client = item.client.name.replace(" ", "")
    client = {"downloadClient": type_of_client, "downloadClientName": item.client.name}
    more = {**client, "releaseGroup": "EXAMPLE", "size": str(item.size), "indexer": item.indexer or ""}
    if event == "downloadFolderImported":
        path = f"/data/media/{item.title}.mkv"
        return {"fileId": "1", "droppedPath": f"/data/downloads/{item.title}.mkv", "importedPath": path, **more}
    if event == "grabbed":
        url = f"http://indexer.internal:9696/1/download?apikey=00112233445566778899aabbccddeeff&file={item.title}"
        return {
            "nzbInfoUrl": f"{url}&info=1",
            **more,
            "downloadUrl": url,
            "guid": url,
            "protocol": "2" if item.client.protocol == "torrent" else "1",
        }
    return {**more, "message": message}


@dataclass(frozen=True, slots=True)
class BlocklistEntry:
    """One line of the blocklist: a release that will not be grabbed again."""

    at: float
    title: str
    message: str
    item: Item

    def record(self, number: int, service: Service) -> Json:
        """The `BlocklistResource`; Sonarr lists a pack once, with all its episodes."""
        ids = {key: value for key, value in media_ids(self.item, None).items() if key != "seasonNumber"}
        if service == "sonarr":
            ids["episodeIds"] = [episode.id for episode in self.item.episodes]
        return {
            **ids,
            "sourceTitle": self.title,
            "languages": language_records(self.item.languages, service),
            "quality": quality_record(self.item.quality, service),
            "customFormats": custom_format_records(self.item.custom_formats or ()),
            "date": wire_time(self.at),
            "protocol": self.item.client.protocol,
            "indexer": self.item.indexer or "",
            "message": self.message,
            "id": number,
        }
