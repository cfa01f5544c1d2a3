"""Values with defaults, so that a test says only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from discarr.model.queue import Download, DownloadRef, Instance, Media, Outage, Queue, Service, Snapshot, State

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
RADARR = Instance("radarr", Service.RADARR)
SONARR = Instance("sonarr", Service.SONARR)
OUTAGE = Outage("does not answer in time: it is busy, or it hangs", NOW - timedelta(minutes=30))
LONGEST_INSTANCE = Instance("radarr-" + "w" * 24, Service.RADARR)

HOSTILE = {
    "long": "W" * 450,
    "escapes": "*_~|`[]\\" * 60,
    "backslashes": "\\" * 450,
    "markdown": "**a** _b_ `c` ~~d~~ ||e|| [f](https://evil.example) " * 10,
    "mentions": "<@123456789012345678> <@&1> <#1> @everyone @here <t:1:R> <:x:1> </r:1> " * 10,
    "links": "https://evil.example/path " * 20,
    "emoji": "\U0001f3ac" * 200,
    "flags": "\U0001f1e9\U0001f1ea\u2764\ufe0f" * 100,
    "accents": "a\u0301\u0302\u0303\u0304" * 100,
    "controls": "\u202e\u200b\n\r\t\0\u2066" * 60,
    "lines": "\n# heading\n> quote\n- item\n```" * 30,
    "surrogates": "\ud800\udfff" * 100,
    "paths": "/data/media/x.mkv http://sab:8080/?apikey=abc 10.0.0.1 C:\\x\\y " * 10,
}
"""What strangers may call a release, or a file in it."""


def instance(key: str) -> Instance:
    """The instance of this key, whose service stands at its beginning."""
    return Instance(key, Service(key.partition("-")[0]))


def download(id: int = 1, *, instance: str = "radarr", **changes: Any) -> Download:
    """A film, half done, grabbed and known, unless the changes say otherwise."""
    whole: dict[str, Any] = {
        "ref": DownloadRef(instance, id),
        "ids": (id,),
        "download_id": f"HASH{id}",
        "release": f"Some.Film.{id}.2024.1080p.WEB-DL-EXAMPLE",
        "name": f"Some Film {id} (2024)",
        "media": Media(movie=id),
        "quality": "WEBDL-1080p",
        "state": State.DOWNLOADING,
        "reason": "",
        "size": 4_000_000_000,
        "remaining": 2_000_000_000,
        "done_at": NOW + timedelta(minutes=10),
        "grabbed_at": NOW - timedelta(hours=1),
        "grabbed_by_app": True,
        "parsed": True,
        "can_change_category": True,
        "pending": False,
    }
    return Download(**{**whole, **changes})


def pack(id: int = 1, *, episodes: int = 10, instance: str = "sonarr", **changes: Any) -> Download:
    """A season pack: one download with several queue ids."""
    about: dict[str, Any] = {
        "ids": tuple(range(id, id + episodes)),
        "release": "The.Lighthouse.Archive.S02.1080p.WEB-DL-EXAMPLE",
        "name": f"The Lighthouse Archive S02 E01–E{episodes:02}",
        "media": Media(series=5, season=2, episodes=tuple(range(201, 201 + episodes))),
    }
    return download(id, instance=instance, **{**about, **changes})


def waiting(id: int = 1, **changes: Any) -> Download:
    """A pending release: in no download client yet."""
    about: dict[str, Any] = {
        "download_id": "",
        "state": State.DELAYED,
        "pending": True,
        "can_change_category": False,
        "remaining": 4_000_000_000,
    }
    return download(id, **{**about, **changes})


def queue(*downloads: Download, **changes: Any) -> Queue:
    """A queue that was just read, of the instance that its first download names (else of Radarr)."""
    of = instance(downloads[0].ref.instance) if downloads else RADARR
    whole: dict[str, Any] = {
        "instance": of,
        "downloads": downloads,
        "read_at": NOW,
        "began": 0.0,
        "version": "6.0.4.10291",
    }
    return Queue(**{**whole, **changes})


def snapshot(*queues: Queue, at: datetime = NOW) -> Snapshot:
    """All of these at one moment."""
    return Snapshot(queues, at)


EXPLAINED = (State.STALLED, State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED, State.UNKNOWN)
"""The states that have a reason."""


def worst(id: int, text: str, **changes: Any) -> Download:
    """A download that says this text wherever it can say something, with the longest of everything else."""
    state = changes.get("state", State.DOWNLOADING)
    about: dict[str, Any] = {
        "release": text,
        "name": text,
        "quality": text,
        "size": 2**63 - 1,
        "remaining": 1,
        "grabbed_by_app": False,
        "done_at": NOW + timedelta(days=300_000),
        "download_id": text,
        "reason": text if state in EXPLAINED else "",
        "speed": 987.4e15 if state is State.DOWNLOADING else None,
    }
    return download(id, instance=LONGEST_INSTANCE.key, **{**about, **changes})


def many_instances(count: int) -> list[Instance]:
    """So many instances, with names as long as settings allow."""
    return [Instance(f"{service}-{'w' * 22}{n:02}", service) for n in range(count // 2) for service in Service]
