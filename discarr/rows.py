"""The order of the downloads, and which of them the dashboard has room for. Pure."""

from collections.abc import Iterable
from heapq import nsmallest

from discarr.downloads import Download, Group, Snapshot, State

ROWS = 10
"""Rows on the dashboard: readable on a phone, and within Discord's limits whatever they hold."""

_RANK = {group: rank for rank, group in enumerate(Group)}


def ordered(downloads: Iterable[Download]) -> list[Download]:
    """By group, then by the time of the grab, so that rows do not jump under a finger."""
    return sorted(downloads, key=_position)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """The first rows in order; every instance that has downloads has one of them, as far as `limit` allows."""
    firsts = [min(queue.downloads, key=_position) for queue in snapshot.queues if queue.downloads]
    rows = nsmallest(limit, firsts, key=_position)
    shown = {download.ref for download in rows}
    rows += [download for download in nsmallest(limit, snapshot, key=_position) if download.ref not in shown]
    return tuple(ordered(rows[:limit]))


def to_clean_up(snapshot: Snapshot) -> tuple[Download, ...]:
    """What needs somebody's decision: failed, import blocked, or without a byte for longer than the threshold.

    Not what an instance in trouble said last: nobody knows whether it is still so.
    """
    live = (download for queue in snapshot.queues if not queue.trouble for download in queue.downloads)
    return tuple(ordered(d for d in live if (d.still_for or d.state in _DECIDED) and not d.removing))


_DECIDED = (State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED)


def _position(download: Download) -> tuple[int, float, str, int]:
    added = download.added.timestamp() if download.added else float("inf")
    return _RANK[download.group], added, download.ref.instance, download.ref.id
