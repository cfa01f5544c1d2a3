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
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from tests.benchmark.figures import APART, Figures, Scene, bare, edits_a_minute, life, medians, parsed, removals, start
from tests.benchmark.table import table
from tests.virtual_time import JumpingLoop


async def _measured(amounts: Sequence[int], rounds: int) -> list[Figures]:
    async with AsyncExitStack() as stack:
        scenes = [await stack.enter_async_context(Scene(amount)) for amount in amounts]
        await bare()
        await start(scenes[0])  # from now on everything is compiled, and in the system's cache
        # In turns, so that a busy moment of the machine meets the yardstick and all sizes.
        starts = [(await bare(), [await start(scene) for scene in scenes]) for _ in range(rounds)]
        yardstick = medians([each for each, _ in starts])
        lives = [medians([await life(scene) for _ in range(rounds)]) for scene in scenes]
        removed = await asyncio.gather(*(removals(scene, n * APART, rounds) for n, scene in enumerate(scenes)))
        parsings = [await parsed(amount, rounds) for amount in amounts]
    return [
        {**yardstick, **medians([of_all[n] for _, of_all in starts]), **lives[n], **removed[n], **parsings[n]}
        for n in range(len(amounts))
    ]


def _still(amount: int) -> Figures:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(edits_a_minute(amount))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="What Discarr costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", default="40,1000,5000,20000", metavar="40,1000,…")
    options = parser.parse_args()
    amounts = [int(part) for part in options.records.split(",")]
    logging.disable(logging.CRITICAL)
    still = [_still(amount) for amount in amounts]
    measured = asyncio.run(_measured(amounts, options.rounds))
    print(table({amount: {**measured[n], **still[n]} for n, amount in enumerate(amounts)}))
    machine = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"\n{machine}; {datetime.now(UTC):%Y-%m-%d}; medians of {options.rounds} rounds; load {load}")


if __name__ == "__main__":
    main()
