"""The order of the downloads, which of them the dashboard has room for, and what they come to together. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from heapq import nsmallest

from discarr.model.queue import Download, Section, Snapshot, State

ROWS = 10
"""Rows on the dashboard: readable on a phone, and within Discord's limits whatever they hold."""

_DECIDED = (State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the downloads of one queue come to."""

    sections: Counter[Section]
    remaining: int
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
    needs_decision: tuple[Download, ...]
    """What needs somebody's decision, in order: failed, import blocked, or without a byte for too long."""


class Listing(tuple[Download, ...]):
    """The downloads of one queue. What they come to is worked out once, however often they are drawn."""

    @cached_property
    def summary(self) -> Summary:
        """See Summary."""
        return _summary_of(self)


def summary_of(downloads: tuple[Download, ...]) -> Summary:
    """What these come to."""
    return downloads.summary if isinstance(downloads, Listing) else _summary_of(downloads)


def ordered(downloads: Iterable[Download]) -> list[Download]:
    """By section, then by the time of the grab, so that rows do not jump under a finger."""
    return sorted(downloads, key=_position)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """The first rows in order, at most ROWS; every instance that has downloads has one of them, if there is room."""
    tops = [summary_of(queue.downloads).first for queue in snapshot.queues if queue.downloads]
    rows = nsmallest(limit, (top[0] for top in tops), key=_position)
    rest = (download for top in tops for download in top if download not in rows)
    return tuple(ordered([*rows, *nsmallest(limit - len(rows), rest, key=_position)]))


def needing_decision(snapshot: Snapshot) -> tuple[Download, ...]:
    """What needs somebody's decision.

    Not what an instance in trouble said last: nobody knows whether it is still so.
    """
    needs_decision = (summary_of(queue.downloads).needs_decision for queue in snapshot.queues if not queue.outage)
    return tuple(ordered(download for some in needs_decision for download in some))


def _summary_of(downloads: Sequence[Download]) -> Summary:
    sections: dict[Section, list[Download]] = {section: [] for section in Section}
    left, speed = 0, 0.0
    moving: list[Download] = []
    for download in downloads:
        sections[download.section].append(download)
        left += download.remaining
        if download.state is State.DOWNLOADING and download.remaining:
            moving.append(download)
            speed += download.speed or 0.0
    ends = [download.done_at for download in moving if download.done_at is not None]
    needs_decision = [
        d for d in sections[Section.ATTENTION] if (d.stalled_for or d.state in _DECIDED) and not d.removing
    ]
    return Summary(
        Counter({section: len(members) for section, members in sections.items() if members}),
        left,
        speed,
        len(moving),
        (min(ends), max(ends)) if ends else (),
        len(ends),
        _first(sections),
        tuple(ordered(needs_decision)),
    )


def _first(sections: dict[Section, list[Download]]) -> tuple[Download, ...]:
    """The sections are in order already, so that only one that is too long must be searched."""
    first: list[Download] = []
    for members in sections.values():
        first += nsmallest(ROWS - len(first), members, key=_position)
    return tuple(first)


def _position(download: Download) -> tuple[Section, datetime, tuple[str, int]]:
    return download.section, download.grabbed_at or _NEVER, download.ref
