"""How fast and for how long not, from an app that refreshes every 60 to 90 s and a bot that reads every 30.

Speeds and waits are proved in tests/test_progress.py; here they go through the whole bot.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from discarr.demo.arr.situations import downloading
from tests.faults.tools import ended
from tests.stage import CLEAN_UP, HEAT, Stage
from tests.support.phrases import RADARR_WELL

MB = 10**6
UNITS = {"B": 1, "kB": 10**3, "MB": MB, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


@asynccontextmanager
async def downloads(stage: Stage, *, every: tuple[float, float] = (60, 90)) -> AsyncIterator[list[float]]:
    """The bot is up, and Heat comes at 40 MB/s (which may be changed); the app looks at it at its own pace."""
    pace, rate = random.Random(7), [40.0 * MB]
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"
    stage.radarr.refresh_every = 1e9
    item = downloading(HEAT, size=900_000 * MB, left=600_000 * MB)
    stage.radarr.queue.append(item)

    async def look() -> None:
        while True:
            seconds = pace.uniform(*every)
            await asyncio.sleep(seconds)
            item.left = max(0, item.left - round(rate[0] * seconds))
            item.time_left = item.left / rate[0] if rate[0] else None
            stage.radarr.refresh()

    looks = asyncio.create_task(look())
    try:
        await stage.up()
        yield rate
    finally:
        await ended(looks)


def speed(stage: Stage) -> float:
    """Bytes a second of the first row; 0 if it has none."""
    found = re.search(r"· ([\d.]+) (\w+)/s", stage.text.partition("**1** ")[2])
    return float(found[1]) * UNITS[found[2]] if found else 0.0


@pytest.mark.parametrize("every", [(60, 90), (89, 90)])
async def test_a_steady_speed_neither_flickers_nor_spikes(every: tuple[float, float], stage: Stage) -> None:
    async with downloads(stage, every=every):
        await stage.passes(400)
        for _ in range(25):
            await stage.passes(30)
            assert 30 * MB <= speed(stage) <= 50 * MB


async def test_no_progress_is_said_after_the_threshold_counted_from_the_last_byte(stage: Stage) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "20", "CHECK_INTERVAL": "60"}
    async with downloads(stage, every=(60, 60)) as rate:
        await stage.passes(300)
        rate[0] = 0
        await stage.passes(19 * 60)
        assert stage.count(CLEAN_UP) == 0
        await stage.passes(4 * 60)
        assert stage.count(CLEAN_UP) == 1

        stage.radarr.queue[0].left -= 1
        await stage.passes(180)
        assert stage.count(CLEAN_UP) == 0, "any byte counts"


async def test_an_app_that_is_away_does_not_stall_its_downloads(stage: Stage) -> None:
    stage.settings["STUCK_THRESHOLD_MINUTES"] = "10"
    async with downloads(stage):
        await stage.passes(300)
        await stage.radarr.stop()
        await stage.passes(1800)
        assert stage.count(CLEAN_UP) == 0
        await stage.radarr.start()
        stage.radarr.start_time -= 86_400
        await stage.shows(RADARR_WELL)

        assert stage.count(CLEAN_UP) == 0
        for _ in range(20):
            await stage.passes(30)
            assert speed(stage) <= 50 * MB
