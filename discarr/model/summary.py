"""Sums up the downloads of one queue: sections, speed, what needs attention. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nsmallest
from math import inf
from typing import NamedTuple

from discarr.model.download import Download, DownloadKey, Section, State
from discarr.model.progress import QUIET, Now, Phase

ROWS = 10
"""Rows on the dashboard: readable on a phone, and within Discord's limits for any content."""
OLD = 24 * 3600.0
"""Seconds after the grab by which a complete download should long have been imported."""
SETTLED = 20.0
"""Seconds for which such a download must have been waiting: it may be about to be imported."""
_ORDER = {section: number for number, section in enumerate(Section)}
_NEVER = datetime.max.replace(tzinfo=UTC)


class Row(NamedTuple):
    """A download with its place; rows sort by it, since no two downloads share one."""

    position: tuple[int, datetime, DownloadKey]
    needs_attention: bool
    download: Download


@dataclass(frozen=True, slots=True)
class Summary:
    """The sections, counts and totals of one queue."""

    members: Mapping[Section, Sequence[Download]]
    """All downloads by the section of their rows, in the order of the queue."""
    sections: Counter[Section]
    """The number of downloads in each. ATTENTION counts only those in `attention`."""
    speed: float
    """Bytes per second, of all downloads together."""
    moving: int
    """The number of downloads that are making progress."""
    ends: tuple[datetime, ...]
    """When the first and the last of these should be done; empty if no client can tell."""
    foreseen: int
    """For how many of them the client can tell."""
    first: tuple[Row, ...]
    """The first ROWS of those that need attention, and of all others, in order."""
    attention: tuple[Download, ...]
    """Those that need attention, in order, without those that are absent or being removed."""
    good_until: float
    """When the passing of time alone changes some of this (monotonic seconds)."""


NOTHING = Summary({section: () for section in Section}, Counter(), 0.0, 0, (), 0, (), (), inf)


def is_overdue(download: Download, now: Now, stalled_after: float) -> bool:
    """Return whether it made no progress, or has been waiting, for longer than `stalled_after` seconds."""
    return now.seconds >= _overdue_at(download, _old_at(download, now), now, stalled_after)


def section_of(download: Download, now: Now, stalled_after: float) -> Section:
    """Return the section of its row at this moment."""
    if download.warned or is_overdue(download, now, stalled_after):
        return Section.ATTENTION
    return download.section


def place(download: Download) -> tuple[datetime, DownloadKey]:
    """Return the sort key of a row within its section."""
    return download.grabbed_at or _NEVER, download.key


def summary_of(
    downloads: Collection[Download],
    now: Now,
    stalled_after: float,
    *,
    absent: Collection[DownloadKey] = (),
    removing: Collection[DownloadKey] = (),
) -> Summary:
    """Sum up a queue. Absent downloads, and those being removed, keep their places but never need attention."""
    sections: dict[Section, list[Download]] = {section: [] for section in Section}
    gone = {*absent, *removing}
    moving = []
    good_until = inf
    for download in downloads:
        old_at = _old_at(download, now)
        overdue_at = _overdue_at(download, old_at, now, stalled_after)
        overdue = overdue_at <= now.seconds
        sections[Section.ATTENTION if download.warned or overdue else download.section].append(download)
        if download.state is State.DOWNLOADING and not overdue and download.remaining > 0 and download.key not in gone:
            moving.append(download)
        for at in (overdue_at, _quiet_at(download), old_at):
            if now.seconds < at < good_until:
                good_until = at
    ends = [download.done_at for download in moving if download.done_at is not None]
    actionable = [d for d in sections[Section.ATTENTION] if d.key not in gone]
    return Summary(
        members=sections,
        sections=_counts(sections, actionable),
        speed=sum(download.progress.speed(now.seconds) or 0.0 for download in moving),
        moving=len(moving),
        ends=(min(ends), max(ends)) if ends else (),
        foreseen=len(ends),
        first=_first(sections),
        attention=tuple(sorted(actionable, key=place)),
        good_until=good_until,
    )


def _counts(sections: dict[Section, list[Download]], actionable: list[Download]) -> Counter[Section]:
    counts = Counter({section: len(members) for section, members in sections.items()})
    counts[Section.ATTENTION] = len(actionable)
    return +counts


def _first(sections: dict[Section, list[Download]]) -> tuple[Row, ...]:
    """Return the first ROWS of attention, and of the others. A section is searched only if it is too long."""
    needing = _rows(sections, Section.ATTENTION, ROWS)
    others: list[Row] = []
    for section in (Section.DOWNLOADING, Section.IMPORTING, Section.WAITING):
        others += _rows(sections, section, ROWS - len(others))
    return (*needing, *others)


def _rows(sections: dict[Section, list[Download]], section: Section, limit: int) -> list[Row]:
    first = nsmallest(limit, sections[section], key=place)
    return [Row((_ORDER[section], *place(each)), section is Section.ATTENTION, each) for each in first]


def _overdue_at(download: Download, old_at: float, now: Now, stalled_after: float) -> float:
    """Return when it becomes overdue (monotonic seconds); infinity while resting."""
    progress = download.progress
    if progress.phase is Phase.RESTING:
        return inf
    return progress.since + (min(stalled_after, SETTLED) if old_at <= now.seconds else stalled_after)


def _old_at(download: Download, now: Now) -> float:
    """Return the second at which it should long have been imported; infinite if that cannot be known.

    What was seen to begin is timed from there: a copy after two days of downloading is none of these.
    """
    if not download.complete or download.grabbed_at is None or not download.progress.at_least:
        return inf
    return now.seconds + OLD - (now.at - download.grabbed_at).total_seconds()


def _quiet_at(download: Download) -> float:
    """Return when its speed becomes untrue."""
    changes = download.progress.changes
    return changes[-1][0] + QUIET if len(changes) > 1 else inf
