"""Chooses and sorts the rows of a snapshot. Pure."""

from collections.abc import Iterator, Sequence
from heapq import merge, nsmallest
from itertools import islice

from discarr.model.download import Download, Section
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Queue, Snapshot
from discarr.model.summary import ROWS, Row, place

CLEAN_UP_LIMIT = 20
"""Downloads that Clean up lists: two groups of ten checkboxes, Discord's limit per group."""

OUTCOMES_NAMED = 3
"""Outcomes of each kind that the dashboard names; it counts the others."""


def all_rows(queues: Sequence[Queue]) -> Iterator[Download]:
    """Yield all downloads in the order of their rows. A section is sorted when it is reached."""
    for section in Section:
        members = (download for queue in queues for download in queue.summary.members[section])
        yield from sorted(members, key=place)


def top_rows(snapshot: Snapshot, limit: int = ROWS) -> tuple[Download, ...]:
    """Return the first rows, in order.

    Every instance with downloads gets at least one, if there is room. Beyond that, those that need attention take half
    of the rows, or whatever the others leave, so that the others stay visible.
    """
    tops = [queue.summary.first for queue in snapshot.queues if queue.summary.first]
    rows = nsmallest(limit, (top[0] for top in tops))
    rest = sorted(row for top in tops for row in top[1:])
    needing, others = _split(rest)
    needing_first, others_first = _split(rows)
    room = max(limit // 2, limit - len(others_first) - len(others)) - len(needing_first)
    rows += [*needing[: max(room, 0)], *others][: limit - len(rows)]
    return tuple(row.download for row in sorted(rows))


def _split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return those that need attention, and the others."""
    return [row for row in rows if row.needs_attention], [row for row in rows if not row.needs_attention]


def attention(snapshot: Snapshot, limit: int | None = None) -> tuple[Download, ...]:
    """Return the first downloads that need attention and can be acted on, in order.

    Instances with an outage are left out: what they listed last may be outdated.
    """
    some = (queue.summary.attention for queue in snapshot.queues if not queue.outage)
    return tuple(islice(merge(*some, key=place), limit))


def named_outcomes(snapshot: Snapshot) -> Iterator[Outcome]:
    """Yield the newest outcomes of each kind, whose names the dashboard shows."""
    for kind in OutcomeKind:
        yield from islice((outcome for outcome in snapshot.outcomes if outcome.kind is kind), OUTCOMES_NAMED)
