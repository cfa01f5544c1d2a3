"""Values with defaults, so that a test says only what it is about."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from discarr.model.download import Download, DownloadKey, Media, State, phase_of
from discarr.model.health import Health
from discarr.model.instance import Instance, Service
from discarr.model.progress import Now, Progress
from discarr.model.queue import Outage, Queue, Snapshot
from discarr.model.summary import summary_of

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SECONDS = 1_000_000.0
"""What the monotonic clock shows at NOW."""
AT = Now(NOW, SECONDS)
STALLED_AFTER = 3600.0
"""The threshold of all snapshots."""
RADARR, SONARR = Instance.of("radarr"), Instance.of("sonarr")
OUTAGE = Outage("does not answer in time: it is busy or hanging", NOW - timedelta(minutes=30))
LONGEST_INSTANCE = Instance.of("radarr-" + "w" * 24)

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


WARNED = frozenset({State.STALLED, State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED})
"""The states that are always complained about."""
COMPLETE = frozenset(
    {State.FINISHING, State.IMPORT_WAITING, State.IMPORTING, State.IMPORT_BLOCKED, State.REJECTED, State.IMPORTED}
)
"""The states in which all bytes are there."""


def progress(
    state: State, remaining: int | None, *, lasts: float = 0.0, speed: float | None = None, at_least: bool = False
) -> Progress:
    """What was seen of a download that has been in its phase for so many seconds, or moves at this speed."""
    changes: tuple[tuple[float, int], ...] = ()
    if speed is not None:
        changes = ((SECONDS - 60, int((remaining or 0) + 60 * speed)), (SECONDS, remaining or 0))
    return Progress(phase_of(state), SECONDS - lasts, at_least, SECONDS - lasts, remaining, changes)


def download(
    id: int = 1,
    *,
    instance: str = "radarr",
    state: State = State.DOWNLOADING,
    lasts: float = 0.0,
    speed: float | None = None,
    **changes: Any,
) -> Download:
    """A film, half done, grabbed and known, unless the changes say otherwise.

    `lasts` are the seconds since its last progress, or since it began to wait.
    """
    complete = changes.get("complete", state in COMPLETE)
    remaining = changes.get("remaining", 0 if complete else 2_000_000_000)
    fields: dict[str, Any] = {
        "key": DownloadKey(instance, f"HASH{id}"),
        "queue_id": id,
        "release": f"Some.Film.{id}.2024.1080p.WEB-DL-EXAMPLE",
        "media": Media(movie=id),
        "quality": "WEBDL-1080p",
        "client": "qBittorrent",
        "indexer": "Indexer One",
        "state": state,
        "warned": state in WARNED,
        "reasons": (),
        "complete": complete,
        "size": 4_000_000_000,
        "remaining": remaining,
        "done_at": NOW + timedelta(minutes=10),
        "grabbed_at": NOW - timedelta(hours=1),
        "grabbed_by_app": True,
        "parsed": True,
        "can_change_category": True,
        "pending": False,
        "progress": progress(state, remaining, lasts=lasts, speed=speed),
    }
    return Download(**{**fields, **changes})


def pack(id: int = 1, *, episodes: int = 10, instance: str = "sonarr", **changes: Any) -> Download:
    media = Media(series=5, season=2, episodes=tuple(range(201, 201 + episodes)))
    about = {"release": "The.Lighthouse.Archive.S02.1080p.WEB-DL-EXAMPLE", "media": media, **changes}
    return download(id, instance=instance, **about)


def waiting(id: int = 1, **changes: Any) -> Download:
    """A pending release: in no download client yet."""
    about: dict[str, Any] = {
        "key": DownloadKey(changes.get("instance", "radarr"), f"pending:{id}"),
        "state": State.DELAYED,
        "pending": True,
        "client": "",
        "can_change_category": False,
        "remaining": 4_000_000_000,
    }
    return download(id, **{**about, **changes})


def queue(*downloads: Download, **changes: Any) -> Queue:
    """A queue that was just read, of the instance that its first download names (else of Radarr)."""
    of = Instance.of(downloads[0].key.instance) if downloads else RADARR
    marks = {name: changes.get(name, frozenset()) for name in ("absent", "removing")}
    fields: dict[str, Any] = {
        "instance": of,
        "downloads": downloads,
        "read_at": NOW,
        "version": "6.0.4.10291",
        "health": Health((), NOW),
        "summary": summary_of(downloads, AT, STALLED_AFTER, **marks),
    }
    return Queue(**{**fields, **changes})


def snapshot(
    *queues: Queue, at: datetime = NOW, titles: Mapping[tuple[str, Media], str] | None = None, **changes: Any
) -> Snapshot:
    """All of these at one moment. Films are called 'Some Film 1 (2024)', unless `titles` say otherwise."""
    shown = Snapshot(queues, Now(at, SECONDS), STALLED_AFTER, titles=titles or {}, **changes)
    if titles is not None:
        return shown
    gone = [*(outcome.download for outcome in shown.outcomes), *(record.download for record in shown.removed)]
    known = {(d.key.instance, d.media): _title(d.media) for d in (*shown, *gone) if d.media != Media()}
    return replace(shown, titles=known)


def _title(media: Media) -> str:
    if media.movie is not None:
        return f"Some Film {media.movie} (2024)"
    return f"The Lighthouse Archive S02 E01–E{len(media.episodes):02}"


def worst(id: int, text: str, **changes: Any) -> Download:
    """A download that says this text wherever it can say something, with the longest of everything else."""
    about: dict[str, Any] = {
        "key": DownloadKey(LONGEST_INSTANCE.key, text or str(id)),
        "media": Media(),
        "release": text,
        "quality": text,
        "client": text,
        "indexer": text[:20],
        "size": 2**63 - 1,
        "remaining": 1,
        "grabbed_by_app": False,
        "done_at": NOW + timedelta(days=300_000),
        "reasons": (text,) if changes.get("state", State.DOWNLOADING) in WARNED else (),
        "speed": 987.4e15 if changes.get("state", State.DOWNLOADING) is State.DOWNLOADING else None,
    }
    return download(id, instance=LONGEST_INSTANCE.key, **{**about, **changes})


def many_instances(count: int) -> list[Instance]:
    """So many instances, with names as long as settings allow."""
    return [Instance.of(f"{service}-{'w' * 22}{n:02}") for n in range(count // 2) for service in Service]
