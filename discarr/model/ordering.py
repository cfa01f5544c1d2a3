"""Chooses and sorts the rows of a snapshot. Pure."""

from datetime import datetime
from heapq import nsmallest

from discarr.model.download import Download, DownloadKey
from discarr.model.queue import Snapshot
from discarr.model.summary import ROWS, ordered, position, section_of


def all_rows(snapshot: Snapshot) -> list[Download]:
    """Return all downloads in the order of their rows."""
    return ordered(snapshot, snapshot.now, snapshot.stalled_after)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """Return the first rows, in order. Every instance with downloads gets at least one, if there is room."""

    def place(download: Download) -> tuple[int, datetime, DownloadKey]:
        return position(download, section_of(download, snapshot.now, snapshot.stalled_after))

    tops = [queue.summary.first for queue in snapshot.queues if queue.summary.first]
    rows = nsmallest(limit, (top[0] for top in tops), key=place)
    rest = (download for top in tops for download in top if download not in rows)
    return tuple(sorted([*rows, *nsmallest(limit - len(rows), rest, key=place)], key=place))


def attention(snapshot: Snapshot) -> tuple[Download, ...]:
    """Return the downloads that need attention and can be acted on, in order.

    Instances with an outage are left out: what they listed last may be outdated.
    """
    some = (queue.summary.attention for queue in snapshot.queues if not queue.outage)
    return tuple(ordered((d for each in some for d in each), snapshot.now, snapshot.stalled_after))
