"""The figures and what was promised of them, as one Markdown table. Pure."""

from collections.abc import Callable, Mapping
from math import ceil

from tests.benchmark.figures import STILL_MINUTES, Figures
from tests.benchmark.queues import PAGE

SIZES = (40, 1000, 5000)
"""The sizes that something is promised for; any other is held to the next larger one, or else to the largest."""

type Cell = tuple[str, bool | None, str]
"""A figure in words, whether it is as promised (None if nothing was), and the promise."""


def table(measured: Mapping[int, Figures]) -> str:
    """Everything, a column a size."""
    head = ["figure (two instances)", *(f"at {amount:,} records" for amount in measured), "target"]
    lines = [head, ["---"] * len(head)]
    for name, cell_of in ROWS.items():
        cells = [cell_of(amount, figures) for amount, figures in measured.items()]
        marked = [text if right is None else f"{text} {'✗✓'[right]}" for text, right, _ in cells]
        lines.append([name, *marked, " / ".join(dict.fromkeys(target for _, _, target in cells))])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _of(amount: int, *limits: float) -> float:
    return next((limit for size, limit in zip(SIZES, limits, strict=True) if amount <= size), limits[-1])


def _start(amount: int, each: Figures) -> Cell:
    more, limit = each["start"] - each["bare"], _of(amount, 0.5, 0.7, 1.2)
    return f"{each['start']:.2f} s (bare {each['bare']:.2f} + {more:.2f})", more <= limit, f"bare + {limit} s"


def _memory(amount: int, each: Figures) -> Cell:
    limit = _of(amount, 1.15, 1.20, 1.35)
    return _megabytes(each, "rss"), each["rss"] / each["bare_rss"] <= limit, f"≤ {limit:.2f} × bare"


def _megabytes(each: Figures, name: str) -> str:
    return f"{each[name]:.1f} MB ({each[name] / each['bare_rss']:.2f} × bare)"


def _parsing(name: str, milliseconds: float, times: float) -> Callable[[int, Figures], Cell]:
    def cell(amount: int, each: Figures) -> Cell:
        seconds, relative = each[name], each[name] / each["loads"]
        text = f"{_ms(seconds)} ({relative:.2f} ×)"
        if amount <= SIZES[0]:
            return text, seconds * 1000 <= milliseconds, f"≤ {milliseconds} ms"
        return text, relative <= times, f"≤ {times} × `json.loads`"

    return cell


def _refresh(_: int, each: Figures) -> Cell:
    text = f"{_ms(each['cpu'])} with {each['edits']:.1f} edits (unchanged {_ms(each['cpu_unchanged'])})"
    return text, None, "reported"


def _bytes(_: int, each: Figures) -> Cell:
    text = f"{_size(each['plain'])} ({_size(each['gzip'])} on the wire)"
    return text, bool(each["only_plain"]), "the plain queue only, gzip accepted"


def _requests(amount: int, each: Figures) -> Cell:
    pages = sum(max(1, ceil(half / PAGE)) for half in (amount - amount // 2, amount // 2))
    text = f"{each['queue']:.3g} (and {each['other']:.1f} of status and health)"
    return text, round(each["queue"], 1) <= pages, "1 an instance for each 1,000 records"


def _limited(name: str, limit: float, target: str) -> Callable[[int, Figures], Cell]:
    return lambda _, each: (_ms(each[name]), each[name] <= limit, target)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.{1 if seconds < 0.02 else 0}f} ms"


def _size(amount: float) -> str:
    return f"{amount / 1e6:.2f} MB" if amount >= 1e6 else f"{amount / 1e3:.0f} kB"


ROWS: Mapping[str, Callable[[int, Figures], Cell]] = {
    "process start → dashboard shows rows": _start,
    "memory of the process after 50 refreshes (RSS)": _memory,
    "the least that could be: bare, one model made, one answer read": lambda _, each: (
        _megabytes(each, "bare_used"),
        None,
        "reported",
    ),
    "CPU, packed bytes in memory → embed, every body changed": _parsing("changed", 3, 2.2),
    "the same, bodies unchanged": _parsing("unchanged", 0.5, 0.25),
    "CPU of the whole process a refresh, HTTP and edit included": _refresh,
    "bytes read a refresh": _bytes,
    "requests a refresh": _requests,
    f"edits a minute, nothing changing (in {STILL_MINUTES} virtual minutes)": lambda _, each: (
        f"{each['still']:.2f}",
        each["still"] <= 0.25,
        "≤ 0.25",
    ),
    "longest wait of a press for its acknowledgement while refreshing": _limited("press", 0.060, "≤ 60 ms"),
    "DELETE seen by the app after submit": _limited("seen", 0.020, "≤ 20 ms"),
    "removed row gone from the dashboard after the DELETE's answer": _limited(
        "gone", 1.0, "≤ 1 s, the last edit over 5 s ago"
    ),
    "longest stall of the event loop": lambda _, each: (
        f"{_ms(each['stall'])} ({_ms(each['page'])})",
        None,
        "one page's work (the time to parse one of 1,000 is in brackets)",
    ),
}
