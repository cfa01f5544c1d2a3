"""`uv run python -m tests.benchmark [--rounds 5] [--records 40,1000]`: what Discarr costs, as one Markdown table.

The loopback servers are in this process, which does nothing else meanwhile; each bot, and what it is compared with, is
a process of its own, and a new one in each round. The figures are medians of the rounds.
"""

import argparse
import asyncio
import logging
import os
import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from discarr.demo.arr import LoopbackArr
from tests.benchmark.figures import Figures, Scene, bare, life, medians, parsed


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.{1 if seconds < 0.02 else 0}f} ms"


def _size(amount: float) -> str:
    return f"{amount / 1e6:.2f} MB" if amount >= 1e6 else f"{amount / 1e3:.0f} kB"


def _memory(name: str) -> Callable[[Figures], str]:
    return lambda each: f"{each[name]:.1f} MB ({each[name] / each['bare_rss']:.2f} × bare)"


def _parsing(name: str) -> Callable[[Figures], str]:
    return lambda each: f"{_ms(each[name])} ({each[name] / each['loads']:.2f} × `json.loads`)"


ROWS: Mapping[str, Callable[[Figures], str]] = {
    "from the start to rows on the dashboard": lambda each: f"bare + {each['start'] - each['bare']:.2f} s",
    "memory of the process after 50 refreshes (RSS)": _memory("rss"),
    "the least that could be: bare, one model made, one answer read": _memory("bare_used"),
    "CPU from packed bytes to the embed, every body changed": _parsing("changed"),
    "the same, bodies unchanged": _parsing("unchanged"),
    "CPU of the whole process a refresh, HTTP and edit included": lambda each: (
        f"{_ms(each['cpu'])} with {each['edits']:.1f} edits (unchanged {_ms(each['cpu_unchanged'])})"
    ),
    "requests a refresh, with so many bytes": lambda each: f"{each['requests']:.3g}, {_size(each['bytes'])}",
    "longest wait of a press for its acknowledgement while refreshing": lambda each: _ms(each["press"]),
    "longest stall of the event loop": lambda each: _ms(each["stall"]),
}
"""What each row of the table says of the figures of one size. The aims are in `docs/costs.md`."""


async def _measured(amount: int, rounds: int) -> Figures:
    async with LoopbackArr("radarr") as radarr, LoopbackArr("sonarr") as sonarr:
        scene = Scene(amount, radarr, sonarr)
        taken = [{**await bare(), **await life(scene)} for _ in range(rounds)]
        return {**medians(taken), **await parsed(amount, rounds)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="What Discarr costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", default="40,1000,5000,20000", metavar="40,1000,…")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    amounts = list(map(int, options.records.split(",")))
    measured = [asyncio.run(_measured(amount, options.rounds)) for amount in amounts]
    head = ["figure (two instances)", *(f"at {amount:,} records" for amount in amounts)]
    for line in (head, ["---"] * len(head), *([name, *map(cell, measured)] for name, cell in ROWS.items())):
        print(f"| {' | '.join(line)} |")
    machine = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{machine}; {datetime.now(UTC):%Y-%m-%d}; medians of {options.rounds} rounds; load {load}")


if __name__ == "__main__":
    main()
