"""Records of a queue as an app sends them, and the downloads that are made of them."""

import json
from typing import Any

from discarr.arr.models import QueuePage, QueueRecord
from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.model.download import Download
from discarr.model.progress import Now
from tests.support.builders import NOW, SECONDS, SONARR

type Json = dict[str, Any]

GRABBED: Json = {"added": "2026-07-01T11:00:00Z", "indexer": "Indexer One"}
"""What the app knows of a download that it grabbed itself."""


def record(
    status: object = "downloading", tracked: object = "downloading", complaint: object = "ok", **fields: object
) -> Json:
    """A download that goes well, but for these words and fields; `...` leaves a field out."""
    well: Json = {
        "id": 1,
        "downloadId": "HASH",
        "movieId": 1,
        "title": "A.Film.2024-EXAMPLE",
        "protocol": "torrent",
        "size": 1000,
        "sizeleft": 500,
        "status": status,
        "trackedDownloadState": tracked,
        "trackedDownloadStatus": complaint,
        "statusMessages": [],
        "customFormats": [],
    }
    return {name: value for name, value in {**well, **fields}.items() if value is not ...}


def page(*records: object) -> QueuePage:
    return queue_page(json.dumps({"records": records}).encode())


def readable(page: QueuePage) -> list[QueueRecord]:
    return [record for record in page.records if record is not None]


def made_of(page: QueuePage, *, before: Download | None = None, at: float = SECONDS) -> tuple[Download, ...]:
    """The downloads of a page that is read at this second, 30 s after the one before."""
    known = {before.key: before} if before else {}
    return tuple(downloads_from(readable(page), ReadContext(SONARR, Now(NOW, at), at - 30, known)).values())


def downloads(*records: object) -> tuple[Download, ...]:
    return made_of(page(*records))


def one(record: Json, *, before: Download | None = None, at: float = SECONDS) -> Download:
    (found,) = made_of(page(record), before=before, at=at)
    return found
