"""The order of the downloads, and which of them the dashboard has room for. Pure."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest

from discarr.downloads import Download, Group, Snapshot

ROWS = 10
"""Rows on the dashboard: readable on a phone, and within Discord's limits whatever they hold."""

_RANK = {group: rank for rank, group in enumerate(Group)}


def ordered(downloads: Iterable[Download]) -> list[Download]:
    """By group, then by the time of the grab, so that rows do not jump under a finger."""
    return sorted(downloads, key=_position)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """The first rows in order; every instance that has downloads has one of them, as far as `limit` allows."""
    rows = nsmallest(limit, snapshot, key=_position)
    for queue in snapshot.queues:
        shown = {download.ref.instance for download in rows}
        if queue.downloads and queue.instance.key not in shown:
            rows = _with_room_made(rows)
            rows.append(min(queue.downloads, key=_position))
    return tuple(ordered(rows))


def _with_room_made(rows: Sequence[Download]) -> list[Download]:
    """Without the last row whose instance has another one."""
    instances = [download.ref.instance for download in rows]
    last = max((i for i, key in enumerate(instances) if instances.count(key) > 1), default=len(rows))
    return [*rows[:last], *rows[last + 1:]]


def _position(download: Download) -> tuple[int, float, str, int]:
    added = download.added.timestamp() if download.added else float("inf")
    return _RANK[download.group], added, download.ref.instance, download.ref.id
