"""The figures beside what the project aims at, as one Markdown table. Pure."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.benchmark.figures import STILL_MINUTES, Figures
from tests.benchmark.queues import pages

SIZES = 40, 1000, 5000
"""The sizes that have aims; any other is held to that of the next larger one, or else of the largest."""


class Row(NamedTuple):
    """How a figure is written, and where something is aimed at, which number is held to which limit at each size."""

    text: Callable[[Figures], str]
    number: Callable[[Figures], float] = lambda _: 0.0
    limits: tuple[float, float, float] | None = None
    aim: str = "–"


def table(measured: Mapping[int, Figures]) -> str:
    """Everything, a column a size."""
    head = ["figure (two instances)", *(f"at {amount:,} records" for amount in measured), "aim"]
    lines = [head, ["---"] * len(head)]
    for name, row in ROWS.items():
        lines.append([name, *(_cell(row, amount, figures) for amount, figures in measured.items()), row.aim])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(row: Row, amount: int, figures: Figures) -> str:
    figures = {**figures, "records": amount}
    if row.limits is None:
        return row.text(figures)
    limit = next((limit for size, limit in zip(SIZES, row.limits, strict=True) if amount <= size), row.limits[-1])
    return f"{row.text(figures)} {'✓' if row.number(figures) <= limit else '✗'}"


def _start(each: Figures) -> str:
    return f"{each['start']:.2f} s (bare {each['bare']:.2f} + {each['start'] - each['bare']:.2f})"


def _megabytes(name: str) -> Callable[[Figures], str]:
    return lambda each: f"{each[name]:.1f} MB ({each[name] / each['bare_rss']:.2f} × bare)"


def _cpu(name: str, limits: tuple[float, float, float]) -> Row:
    """At the smallest size milliseconds are aimed at, at the others a multiple of `json.loads`."""

    def number(each: Figures) -> float:
        return each[name] * 1000 if each["records"] <= SIZES[0] else each[name] / each["loads"]

    aim = f"≤ {limits[0]} ms, from 1,000 on ≤ {limits[1]} × `json.loads`"
    return Row(lambda each: f"{_ms(each[name])} ({each[name] / each['loads']:.2f} ×)", number, limits, aim)


def _refresh(each: Figures) -> str:
    return f"{_ms(each['cpu'])} with {each['edits']:.1f} edits (unchanged {_ms(each['cpu_unchanged'])})"


def _requests(each: Figures) -> str:
    size = each["gzip"]
    return f"{each['queue']:.3g}, {f'{size / 1e6:.2f} MB' if size >= 1e6 else f'{size / 1e3:.0f} kB'}"


def _surplus_requests(each: Figures) -> float:
    amount = int(each["records"])
    needed = len(pages(amount - amount // 2)) + len(pages(amount // 2))
    return round(each["queue"] - needed, 1)


def _seconds(name: str, limit: float, aim: str) -> Row:
    return Row(lambda each: _ms(each[name]), lambda each: each[name], (limit,) * 3, aim)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.{1 if seconds < 0.02 else 0}f} ms"


ROWS: Mapping[str, Row] = {
    "process start → dashboard shows rows": Row(
        _start, lambda each: each["start"] - each["bare"], (0.5, 0.7, 1.2), "bare + 0.5 / 0.7 / 1.2 s"
    ),
    "memory of the process after 50 refreshes (RSS)": Row(
        _megabytes("rss"), lambda each: each["rss"] / each["bare_rss"], (1.15, 1.2, 1.35), "≤ 1.15 / 1.20 / 1.35 × bare"
    ),
    "the least that could be: bare, one model made, one answer read": Row(_megabytes("bare_used")),
    "CPU, packed bytes in memory → embed, every body changed": _cpu("changed", (3, 2.2, 2.2)),
    "the same, bodies unchanged": _cpu("unchanged", (0.5, 0.25, 0.25)),
    "CPU of the whole process a refresh, HTTP and edit included": Row(_refresh),
    "requests for the queue a refresh, with so many bytes on the wire": Row(
        _requests, _surplus_requests, (0, 0, 0), "1 an instance for each 1,000 records"
    ),
    f"edits a minute, nothing changing (in {STILL_MINUTES} virtual minutes)": Row(
        lambda each: f"{each['still']:.2f}", lambda each: each["still"], (0.25, 0.25, 0.25), "≤ 0.25"
    ),
    "longest wait of a press for its acknowledgement while refreshing": _seconds("press", 0.060, "≤ 60 ms"),
    "DELETE seen by the app after submit": _seconds("seen", 0.020, "≤ 20 ms"),
    "removed row gone from the dashboard after the DELETE's answer": _seconds(
        "gone", 1.0, "≤ 1 s, the last edit over 5 s ago"
    ),
    "longest stall of the event loop": _seconds("stall", 0.020, "a page's work: some 20 ms"),
}
