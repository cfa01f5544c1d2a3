"""Chooses and sorts the rows of a snapshot. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from heapq import nsmallest

from discarr.model.download import Download, DownloadKey, Section
from discarr.model.queue import Snapshot
from discarr.model.summary import ROWS, ordered, position, section_of


def all_rows(snapshot: Snapshot) -> list[Download]:
    """Return all downloads in the order of their rows."""
    return ordered(snapshot, snapshot.now, snapshot.stalled_after)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """Return the first rows, in order.

    Every instance with downloads gets at least one, if there is room. Beyond that, those that need attention take half
    of the rows, or whatever the others leave, so that the others stay visible.
    """
    tops = [queue.summary.first for queue in snapshot.queues if queue.summary.first]
    place = partial(_place, snapshot)
    rows = nsmallest(limit, (top[0] for top in tops), key=place)
    rest = sorted((download for top in tops for download in top if download not in rows), key=place)
    needing, others = _split(rest, snapshot)
    needing_first, others_first = _split(rows, snapshot)
    room = max(limit // 2, limit - len(others_first) - len(others)) - len(needing_first)
    rows += [*needing[: max(room, 0)], *others][: limit - len(rows)]
    return tuple(sorted(rows, key=place))


def _place(snapshot: Snapshot, download: Download) -> tuple[int, datetime, DownloadKey]:
    return position(download, section_of(download, snapshot.now, snapshot.stalled_after))


def _split(downloads: Sequence[Download], snapshot: Snapshot) -> tuple[list[Download], list[Download]]:
    """Return those that need attention, and the others."""
    needing: list[Download] = []
    others: list[Download] = []
    for download in downloads:
        section = section_of(download, snapshot.now, snapshot.stalled_after)
        (needing if section is Section.ATTENTION else others).append(download)
    return needing, others


def attention(snapshot: Snapshot) -> tuple[Download, ...]:
    """Return the downloads that need attention and can be acted on, in order.

    Instances with an outage are left out: what they listed last may be outdated.
    """
    some = (queue.summary.attention for queue in snapshot.queues if not queue.outage)
    return tuple(ordered((d for each in some for d in each), snapshot.now, snapshot.stalled_after))
