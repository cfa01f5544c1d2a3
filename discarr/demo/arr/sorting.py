"""How the apps order their queue."""

from collections.abc import Callable, Mapping

from discarr.demo.arr.records import Row
from discarr.demo.arr.wire import Service

SortKey = Callable[[Row], tuple[int, float | str]]


def sort_key(name: str) -> SortKey:
    """How the apps order by one of their sort keys; ties and the direction are the caller's.

    Time left and completion time count an absent value as the largest, so that paused and stalled items come first in
    the apps' default direction, which is descending.
    """
    return _SORT_KEYS.get(name, _by_time_left)


def progress(row: Row) -> float:
    """Percent done; 0 for size 0, which breaks ties of every sort key."""
    size = row.record["size"]
    return 100 - row.record["sizeleft"] / size * 100 if size else 0


def _by_time_left(row: Row) -> tuple[int, float | str]:
    return (1, 0) if row.seconds is None else (0, row.seconds)


def _by_completion(row: Row) -> tuple[int, float | str]:
    at = row.record.get("estimatedCompletionTime")
    return (1, "") if at is None else (0, str(at))


def _by_text(field: str) -> SortKey:
    return lambda row: (0, str(row.record.get(field, "")).lower())


def _by_media_title(row: Row) -> tuple[int, float | str]:
    return (0, row.item.media.title.lower() if row.item.media else row.item.title.lower())


def _by_year(row: Row) -> tuple[int, float | str]:
    return (0, row.item.media.year if row.item.media else 0)


def _by_episode(row: Row) -> tuple[int, float | str]:
    return (0, row.episode.season * 10_000 + row.episode.number) if row.episode else (0, -1)


def _by_quality(row: Row) -> tuple[int, float | str]:
    return (0, row.record["quality"]["quality"]["resolution"])


_SORT_KEYS: Mapping[str, SortKey] = {
    "timeleft": _by_time_left,
    "estimatedCompletionTime": _by_completion,
    "title": _by_text("title"),
    "status": _by_text("status"),
    "added": _by_text("added"),
    "indexer": _by_text("indexer"),
    "downloadClient": _by_text("downloadClient"),
    "protocol": _by_text("protocol"),
    "size": lambda row: (0, row.record["size"]),
    "progress": lambda row: (0, progress(row)),
    "quality": _by_quality,
    "movies.sortTitle": _by_media_title,
    "series.sortTitle": _by_media_title,
    "year": _by_year,
    "episode": _by_episode,
}

SORT_KEYS: Mapping[Service, frozenset[str]] = {
    "radarr": frozenset(
        {
            "added",
            "downloadclient",
            "estimatedcompletiontime",
            "indexer",
            "languages",
            "movies.sorttitle",
            "progress",
            "protocol",
            "quality",
            "size",
            "status",
            "timeleft",
            "title",
            "year",
        }
    ),
    "sonarr": frozenset(
        {
            "added",
            "downloadclient",
            "episode",
            "episode.airdateutc",
            "episode.title",
            "episodes.airdateutc",
            "episodes.title",
            "estimatedcompletiontime",
            "indexer",
            "language",
            "languages",
            "progress",
            "protocol",
            "quality",
            "series.sorttitle",
            "size",
            "status",
            "timeleft",
            "title",
        }
    ),
}
"""The keys each app takes, in lower case: it compares them so, and then sorts by the exact word."""
