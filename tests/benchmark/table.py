"""The figures and what was promised of them, as one Markdown table. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from tests.benchmark.figures import STILL_MINUTES, Bare, Life, Parsed, Removal
from tests.benchmark.queues import PAGE

SIZES = (40, 1000, 5000)
"""The sizes that something is promised for; any other is held to the next larger one, or else to the largest."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured at one size."""

    amount: int
    bare: Bare
    start: float
    parsed: Parsed
    life: Life
    edits_a_minute: float
    removal: Removal


type Cell = tuple[str, bool | None]
"""A figure in words, and whether it is as promised; None if nothing was."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the table."""

    name: str
    target: Callable[[int], str]
    cell: Callable[[Figures], Cell]


def table(measured: Sequence[Figures]) -> str:
    """Everything, a column a size."""
    head = ["figure (two instances)", *(f"at {each.amount:,} records" for each in measured), "target"]
    lines = [head, ["---"] * len(head)]
    for row in ROWS:
        targets = dict.fromkeys(row.target(each.amount) for each in measured)
        lines.append([row.name, *(_text(*row.cell(each)) for each in measured), " / ".join(targets)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(figure: str, right: bool | None) -> str:
    return figure if right is None else f"{figure} {'✓' if right else '✗'}"


def _of(amount: int, *limits: float) -> float:
    return next((limit for size, limit in zip(SIZES, limits, strict=True) if amount <= size), limits[-1])


def _later(amount: int) -> float:
    return _of(amount, 0.5, 0.7, 1.2)


def _heavier(amount: int) -> float:
    return _of(amount, 1.15, 1.20, 1.35)


def _pages(amount: int) -> int:
    """Of two instances that have half of the records each."""
    return max(1, ceil((amount - amount // 2) / PAGE)) + max(1, ceil(amount // 2 / PAGE))


def _is_small(amount: int) -> bool:
    return amount <= SIZES[0]


def _start(each: Figures) -> Cell:
    more = each.start - each.bare.seconds
    return f"{each.start:.2f} s (bare {each.bare.seconds:.2f} + {more:.2f})", more <= _later(each.amount)


def _memory(each: Figures) -> Cell:
    return _megabytes(each, each.life.rss), each.life.rss / each.bare.rss <= _heavier(each.amount)


def _megabytes(each: Figures, rss: float) -> str:
    return f"{rss:.1f} MB ({rss / each.bare.rss:.2f} × bare)"


def _parsing(each: Figures, seconds: float, milliseconds: float, times: float) -> Cell:
    relative = seconds / each.parsed.loads
    right = seconds * 1000 <= milliseconds if _is_small(each.amount) else relative <= times
    return f"{_ms(seconds)} ({relative:.2f} ×)", right


def _parsing_target(amount: int, milliseconds: float, times: float) -> str:
    return f"≤ {milliseconds} ms" if _is_small(amount) else f"≤ {times} × `json.loads`"


def _whole(each: Figures) -> Cell:
    return f"{_ms(each.life.cpu)} with {each.life.edits:.1f} edits (unchanged {_ms(each.life.cpu_unchanged)})", None


def _bytes(each: Figures) -> Cell:
    return f"{_size(each.life.plain)} ({_size(each.life.packed)} on the wire)", each.life.only_plain


def _requests(each: Figures) -> Cell:
    requests = f"{each.life.requests:.3g} (and {each.life.others:.1f} of status and health)"
    return requests, round(each.life.requests, 1) <= _pages(each.amount)


def _limited(seconds: float, limit: float) -> Cell:
    return _ms(seconds), seconds <= limit


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.{1 if seconds < 0.02 else 0}f} ms"


def _size(amount: float) -> str:
    return f"{amount / 1e6:.2f} MB" if amount >= 1e6 else f"{amount / 1e3:.0f} kB"


ROWS = (
    Row("process start → dashboard shows rows", lambda amount: f"bare + {_later(amount)} s", _start),
    Row("memory of the process after 50 refreshes (RSS)", lambda amount: f"≤ {_heavier(amount):.2f} × bare", _memory),
    Row(
        "the least that could be: bare, one model made, one answer read",
        lambda _: "reported",
        lambda each: (_megabytes(each, each.bare.used), None),
    ),
    Row(
        "CPU, packed bytes in memory → embed, every body changed",
        lambda amount: _parsing_target(amount, 3, 2.2),
        lambda each: _parsing(each, each.parsed.changed, 3, 2.2),
    ),
    Row(
        "the same, bodies unchanged",
        lambda amount: _parsing_target(amount, 0.5, 0.25),
        lambda each: _parsing(each, each.parsed.unchanged, 0.5, 0.25),
    ),
    Row("CPU of the whole process a refresh, HTTP and edit included", lambda _: "reported", _whole),
    Row("bytes read a refresh", lambda _: "the plain queue only, gzip accepted", _bytes),
    Row("requests a refresh", lambda _: "1 an instance for each 1,000 records", _requests),
    Row(
        f"edits a minute, nothing changing (in {STILL_MINUTES} virtual minutes)",
        lambda _: "≤ 0.25",
        lambda each: (f"{each.edits_a_minute:.2f}", each.edits_a_minute <= 0.25),
    ),
    Row(
        "longest wait of a press for its acknowledgement while refreshing",
        lambda _: "≤ 60 ms",
        lambda each: _limited(each.life.press, 0.060),
    ),
    Row("DELETE seen by the app after submit", lambda _: "≤ 20 ms", lambda each: _limited(each.removal.seen, 0.020)),
    Row(
        "removed row gone from the dashboard after the DELETE's answer",
        lambda _: "≤ 1 s, the last edit over 5 s ago",
        lambda each: _limited(each.removal.gone, 1.0),
    ),
    Row(
        "longest stall of the event loop",
        lambda _: "one page's work (the time to parse one of 1,000 is in brackets)",
        lambda each: (f"{_ms(each.life.stall)} ({_ms(each.parsed.page)})", None),
    ),
)
