"""Renders rows below the headings of their sections. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from discarr.model.download import Download, Section
from discarr.model.queue import Snapshot
from discarr.model.summary import section_of
from discarr.view.row import SMALL, dashboard_row, detailed_row, marked_text, reason_text
from discarr.view.text import joined, needing_text

type _Numbered = Sequence[tuple[int, Download]]

_ICONS = {Section.ATTENTION: "⚠️", Section.DOWNLOADING: "⬇", Section.IMPORTING: "📥", Section.WAITING: "🕒"}


def counted_sections(
    rows: Sequence[Download], snapshot: Snapshot, counts: Mapping[Section, int], downloading: str
) -> list[str]:
    """Return short rows below headings with the counts of their sections; `downloading` completes that heading.

    A section without a row shares the line of the next heading, or of the others at the end.
    """
    lines, headings = list[str](), list[str]()
    by_section = _by_section(rows, 1, snapshot)
    for section in Section:
        mine = by_section.get(section, ())
        if mine or counts.get(section):
            detail = downloading if section is Section.DOWNLOADING else ""
            headings.append(joined(_heading(section, counts.get(section, 0)), detail))
        if mine:
            lines += [joined(*headings), *_short_rows(mine, section, snapshot)]
            headings.clear()
    return [*lines, *([joined(*headings)] if headings else [])]


def detailed_sections(rows: Sequence[Download], first: int, snapshot: Snapshot) -> list[str]:
    """Return rows with everything that is known, numbered from `first`, below plain headings."""
    lines: list[str] = []
    for section, mine in _by_section(rows, first, snapshot).items():
        words = "needs attention" if section is Section.ATTENTION else section.value
        lines.append(f"{_ICONS[section]} **{words.capitalize()}**")
        lines += [detailed_row(download, number, snapshot) for number, download in mine]
    return lines


def _by_section(rows: Sequence[Download], first: int, snapshot: Snapshot) -> Mapping[Section, _Numbered]:
    """Return the numbered rows of each section."""
    by_section: dict[Section, list[tuple[int, Download]]] = {}
    for number, row in enumerate(rows, first):
        by_section.setdefault(section_of(row, snapshot.now, snapshot.stalled_after), []).append((number, row))
    return by_section


def _heading(section: Section, count: int) -> str:
    if section is not Section.ATTENTION:
        words = f"{count:,} {section.value}"
    else:  # rows of an outage, and those that left the queue, are not counted
        words = needing_text(count) if count else "Needed attention"
    return f"{_ICONS[section]} **{words}**"


def _short_rows(rows: _Numbered, section: Section, snapshot: Snapshot) -> list[str]:
    """Return the rows, and below them each reason that several of them share."""
    reasons = {
        number: reason_text(download)
        for number, download in rows
        if section is Section.ATTENTION and not marked_text(download, snapshot)
    }
    shared = [reason for reason, times in Counter(reasons.values()).items() if reason and times > 1]
    lines = [
        dashboard_row(download, number, section, snapshot, with_reason=reasons.get(number) not in shared)
        for number, download in rows
    ]
    for reason in shared:
        numbers = ", ".join(str(number) for number, its_own in reasons.items() if its_own == reason)
        lines.append(f"{SMALL}{numbers}: {reason}")
    return lines
