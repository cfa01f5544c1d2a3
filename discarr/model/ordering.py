"""The order of the downloads, which of them the dashboard has room for, and what they come to together. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from heapq import nsmallest

from discarr.model.queue import Download, Group, Snapshot, State

ROWS = 10
"""Rows on the dashboard: readable on a phone, and within Discord's limits whatever they hold."""

_DECIDED = (State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tally:
    """What the downloads of one queue come to."""

    groups: Counter[Group]
    left: int
    """Bytes."""
    speed: float
    """Bytes a second, of all together."""
    moving: int
    """How many are downloading with bytes to come."""
    ends: tuple[datetime, ...]
    """When the first and the last of these should be done, and of how many that is known is `foreseen`."""
    foreseen: int
    first: tuple[Download, ...]
    """The first ROWS in order."""
    unclean: tuple[Download, ...]
    """What needs somebody's decision, in order: failed, import blocked, or without a byte for too long."""


class Listing(tuple[Download, ...]):
    """The downloads of one queue. What they come to is worked out once, however often they are drawn."""

    @cached_property
    def tally(self) -> Tally:
        """See Tally."""
        return _tally(self)


def tally(downloads: tuple[Download, ...]) -> Tally:
    """What these come to."""
    return downloads.tally if isinstance(downloads, Listing) else _tally(downloads)


def ordered(downloads: Iterable[Download]) -> list[Download]:
    """By group, then by the time of the grab, so that rows do not jump under a finger."""
    return sorted(downloads, key=_position)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """The first rows in order, at most ROWS; every instance that has downloads has one of them, if there is room."""
    tops = [tally(queue.downloads).first for queue in snapshot.queues if queue.downloads]
    rows = nsmallest(limit, (top[0] for top in tops), key=_position)
    rest = (download for top in tops for download in top if download not in rows)
    return tuple(ordered([*rows, *nsmallest(limit - len(rows), rest, key=_position)]))


def to_clean_up(snapshot: Snapshot) -> tuple[Download, ...]:
    """What needs somebody's decision.

    Not what an instance in trouble said last: nobody knows whether it is still so.
    """
    unclean = (tally(queue.downloads).unclean for queue in snapshot.queues if not queue.trouble)
    return tuple(ordered(download for some in unclean for download in some))


def _tally(downloads: Sequence[Download]) -> Tally:
    groups: dict[Group, list[Download]] = {group: [] for group in Group}
    left, speed = 0, 0.0
    moving: list[Download] = []
    for download in downloads:
        groups[download.group].append(download)
        left += download.left
        if download.state is State.DOWNLOADING and download.left:
            moving.append(download)
            speed += download.speed or 0.0
    ends = [download.done_at for download in moving if download.done_at is not None]
    unclean = [d for d in groups[Group.ATTENTION] if (d.still_for or d.state in _DECIDED) and not d.removing]
    return Tally(
        Counter({group: len(members) for group, members in groups.items() if members}),
        left,
        speed,
        len(moving),
        (min(ends), max(ends)) if ends else (),
        len(ends),
        _first(groups),
        tuple(ordered(unclean)),
    )


def _first(groups: dict[Group, list[Download]]) -> tuple[Download, ...]:
    """The groups are in order already, so that only one that is too long must be searched."""
    first: list[Download] = []
    for members in groups.values():
        first += nsmallest(ROWS - len(first), members, key=_position)
    return tuple(first)


def _position(download: Download) -> tuple[Group, datetime, tuple[str, int]]:
    return download.group, download.added or _NEVER, download.ref
