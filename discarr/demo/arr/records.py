"""An item as the apps tell it: one record for Radarr, one per episode for Sonarr.

Fields stand in the order of the apps' own classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from discarr.demo.arr.items import Item
from discarr.demo.arr.media import EpisodeMedia, MovieMedia, SeriesMedia
from discarr.demo.arr.wire import Json, Service, hashed_id, wire_span, wire_time

QUALITIES: Mapping[str, tuple[int, str, str, int, str]] = {
    "Unknown": (0, "unknown", "unknown", 0, "none"),
    "CAM": (25, "cam", "unknown", 0, "none"),
    "SDTV": (1, "tv", "television", 480, "none"),
    "DVD": (2, "dvd", "dvd", 0, "none"),
    "HDTV-720p": (4, "tv", "television", 720, "none"),
    "HDTV-1080p": (9, "tv", "television", 1080, "none"),
    "WEBDL-720p": (5, "webdl", "web", 720, "none"),
    "WEBDL-1080p": (3, "webdl", "web", 1080, "none"),
    "WEBRip-1080p": (15, "webrip", "webRip", 1080, "none"),
    "WEBDL-2160p": (18, "webdl", "web", 2160, "none"),
    "Bluray-1080p": (7, "bluray", "bluray", 1080, "none"),
    "Bluray-2160p": (19, "bluray", "bluray", 2160, "none"),
    "Remux-2160p": (31, "bluray", "blurayRaw", 2160, "remux"),
}
"""Id, source in Radarr's word, source in Sonarr's, resolution, and the modifier that only Radarr has."""

LANGUAGES: Mapping[str, tuple[int, int]] = {
    "Unknown": (0, 0),
    "English": (1, 1),
    "French": (2, 2),
    "Spanish": (3, 3),
    "German": (4, 4),
    "Japanese": (8, 8),
    "Hindi": (26, 27),
    "Arabic": (31, 26),
}
"""Ids in Radarr and in Sonarr: the two differ."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record, with what the server needs beside it to sort, to filter and to remove."""

    item: Item
    episode: EpisodeMedia | None
    seconds: float | None
    """The time left; None where the record has none."""
    record: Json

    @property
    def id(self) -> int:
        """The queue id."""
        return int(self.record["id"])

    @property
    def known(self) -> bool:
        """Whether a film or a series was matched when the snapshot was made."""
        return "movieId" in self.record or "seriesId" in self.record

    @property
    def pending(self) -> bool:
        """Whether it was pending when the snapshot was made."""
        return "trackedDownloadState" not in self.record


def records_of(item: Item, service: Service, now: float) -> list[Json]:
    """The records of an item at a moment, as `GET /api/v3/queue` would have them without include flags."""
    return [row.record for row in rows_of(item, service, now)]


def rows_of(item: Item, service: Service, now: float) -> list[Row]:
    """The rows of an item: Sonarr has one per episode, each with the size of the whole download."""
    seconds = max(item.due - now, 0.0) if item.pending else item.time_left
    return [
        Row(item, episode, seconds, _record(item, episode, service, now, seconds))
        for episode in (item.episodes or (None,))
    ]


def with_media(row: Row, *, movie: bool = False, series: bool = False, episode: bool = False) -> Json:
    """A row's record with the objects that the include flags ask for, in their place after the ids."""
    media = row.item.media
    extra: Json = {}
    if movie and isinstance(media, MovieMedia):
        extra["movie"] = media.record()
    if series and isinstance(media, SeriesMedia):
        extra["series"] = media.record()
    if episode and row.episode:
        extra["episode"] = row.episode.record()
    ids = ("movieId", "seriesId", "episodeId", "seasonNumber")
    first: Json = {key: row.record[key] for key in ids if key in row.record}
    return {**first, **extra, **row.record}


def language_records(names: tuple[str, ...], service: Service) -> list[Json]:
    """Languages with the ids of the app in question."""
    column = 0 if service == "radarr" else 1
    return [{"id": LANGUAGES[name][column], "name": name} for name in names]


def quality_record(name: str, service: Service) -> Json:
    """A `QualityModel`, in the app's own words."""
    number, movie_source, series_source, resolution, modifier = QUALITIES[name]
    source = movie_source if service == "radarr" else series_source
    quality: Json = {"id": number, "name": name, "source": source, "resolution": resolution}
    if service == "radarr":
        quality["modifier"] = modifier
    return {"quality": quality, "revision": {"version": 1, "real": 0, "isRepack": False}}


def custom_format_records(names: tuple[str, ...]) -> list[Json]:
    """Custom formats with made-up ids that stay the same."""
    return [{"id": hashed_id(name) % 90 + 1, "name": name} for name in names]


def media_ids(item: Item, episode: EpisodeMedia | None) -> Json:
    """The ids that begin a record; a series may be known while its episode is not."""
    if isinstance(item.media, MovieMedia):
        return {"movieId": item.media.id}
    if item.media is None:
        return {}
    ids = {"seriesId": item.media.id}
    return ids if episode is None else {**ids, "episodeId": episode.id, "seasonNumber": episode.season}


def _record(item: Item, episode: EpisodeMedia | None, service: Service, now: float, seconds: float | None) -> Json:
    record = media_ids(item, episode)
    record["languages"] = language_records(item.languages, service)
    record["quality"] = quality_record(item.quality, service)
    if item.custom_formats is not None:
        record["customFormats"] = custom_format_records(item.custom_formats)
    record |= {"customFormatScore": item.score, "size": item.size, "title": item.title}
    if seconds is not None:
        record["estimatedCompletionTime"] = wire_time(item.due if item.pending else now + seconds)
    if item.added is not None:
        record["added"] = wire_time(item.added)
    record["status"] = item.situation.status
    record |= {} if item.pending else _tracked_part(item)
    record["protocol"] = item.client.protocol
    if item.tied or not item.pending:
        record["downloadClient"] = item.client.name
    record["downloadClientHasPostImportCategory"] = item.client.has_category and not item.pending
    record |= {} if item.indexer is None else {"indexer": item.indexer}
    record |= {} if item.output_path is None else {"outputPath": item.output_path}
    record |= {"episodeHasFile": item.has_file} if service == "sonarr" else {}
    record["sizeleft"] = item.left
    if seconds is not None:
        record["timeleft"] = wire_span(seconds)
    record["id"] = _id(item, episode, service)
    return record


def _tracked_part(item: Item) -> Json:
    """What only an item in a client has."""
    part: Json = {
        "trackedDownloadStatus": item.situation.tracked_status,
        "trackedDownloadState": item.situation.tracked_state,
        "statusMessages": [{"title": title, "messages": list(messages)} for title, messages in item.messages],
    }
    error = item.situation.error if item.error is None else item.error
    if error is not None:
        part["errorMessage"] = error
    return part | {"downloadId": item.download_id}


def _id(item: Item, episode: EpisodeMedia | None, service: Service) -> int:
    """The hashed id; it changes when a pending item is grabbed and when Sonarr learns the episode."""
    number = episode.id if episode else 0
    if item.pending:
        movie = item.media.id if item.media else 0
        return hashed_id(f"pending-{item.pending_id}-" + (f"movie{movie}" if service == "radarr" else f"ep{number}"))
    tracked = f"trackedDownload-{item.client.id}-{item.download_id}"
    return hashed_id(tracked if service == "radarr" else f"{tracked}-ep{number}")
