"""`uv run python -m tests.benchmark [--rounds 5] [--records 40,1000]`: what Discarr costs, as one Markdown table.

The loopback servers are in this process, which does nothing else meanwhile; each bot, and what it is compared with, is
a process of its own, and a new one in each round. The figures are medians of the rounds; the edits of a minute, in
virtual time, are the same each time and taken once.
"""

import argparse
import asyncio
import logging
import os
import platform
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.benchmark.figures import Bare, Removal, bare, edits_a_minute, life, middle, parsed, removals, start
from tests.benchmark.scene import Scene
from tests.benchmark.table import Figures, table
from tests.virtual_time import JumpingLoop

APART = 1.4
"""Seconds between the removals of two sizes, which wait most of the time and are measured in turns."""
FEWEST = 40


async def _measured(amounts: Sequence[int], rounds: int, still: Sequence[float]) -> list[Figures]:
    async with AsyncExitStack() as stack:
        _say("starts")
        scenes = [await stack.enter_async_context(Scene(amount)) for amount in amounts]
        bares, starts = await _starts(scenes, rounds)
        lives = []
        for scene in scenes:
            _say(f"refreshes of {scene.amount:,} records")
            lives.append(await life(scene, rounds))
        _say("removals")
        removed = await asyncio.gather(*(_removals(scene, n * APART, rounds) for n, scene in enumerate(scenes)))
    _say("parsing")
    parsings = [await parsed(amount, rounds) for amount in amounts]
    return [
        Figures(
            amount,
            middle(bares),
            median(round[number] for round in starts),
            parsings[number],
            lives[number],
            still[number],
            removed[number],
        )
        for number, amount in enumerate(amounts)
    ]


async def _starts(scenes: Sequence[Scene], rounds: int) -> tuple[list[Bare], list[list[float]]]:
    """The yardstick and each size in turns, so that a busy moment of the machine meets all of them."""
    await bare()
    await start(scenes[0])  # from now on everything is compiled, and in the system's cache
    bares, starts = [], []
    for _ in range(rounds):
        bares.append(await bare())
        starts.append([await start(scene) for scene in scenes])
    return bares, starts


async def _removals(scene: Scene, later: float, rounds: int) -> Removal:
    await asyncio.sleep(later)
    return await removals(scene, rounds)


def _say(what: str) -> None:
    print(f"{time.process_time():6.1f} s of CPU here; now: {what}", file=sys.stderr, flush=True)


def _still(amounts: Sequence[int]) -> list[float]:
    _say("nothing changing")
    edits = []
    for amount in amounts:
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            edits.append(runner.run(edits_a_minute(amount)))
    return edits


def _machine() -> str:
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    cpu = models[0] if models else platform.machine()
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _amounts(text: str) -> list[int]:
    amounts = [int(part) for part in text.split(",")]
    if min(amounts) < FEWEST:
        raise argparse.ArgumentTypeError(f"the dashboard is to be full: {FEWEST} records at least")
    return amounts


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="What Discarr costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", type=_amounts, default=[40, 1000, 5000, 20_000], metavar="40,1000,…")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    still = _still(options.records)
    print(table(asyncio.run(_measured(options.records, options.rounds, still))))
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{_machine()}; {datetime.now(UTC):%Y-%m-%d}; medians of {options.rounds} rounds; load {load}")


if __name__ == "__main__":
    main()
