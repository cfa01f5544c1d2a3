"""How fast and for how long not, from apps that refresh every 60 to 90 s and a bot that reads every 30."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from discarr.demo.arr import Item
from discarr.demo.arr.situations import downloading
from tests.faults.tools import ended
from tests.stage import CLEAN_UP, HEAT, Stage
from tests.support.phrases import RADARR_WELL
from tests.virtual_time import jumping

pytestmark = jumping

MB = 10**6
UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": MB, "GB": 10**9}


@asynccontextmanager
async def looking(stage: Stage, item: Item, speed: float, every: tuple[float, float]) -> AsyncIterator[list[float]]:
    """The client downloads at this speed (which may be changed); the app looks at it at its own pace."""
    pace, rate = random.Random(7), [speed]
    stage.radarr.refresh_every = 1e9

    async def look() -> None:
        while True:
            seconds = pace.uniform(*every)
            await asyncio.sleep(seconds)
            item.left = max(0, item.left - round(rate[0] * seconds))
            item.time_left = item.left / rate[0] if rate[0] else None
            stage.radarr.refresh()

    looks = asyncio.create_task(look())
    try:
        yield rate
    finally:
        await ended(looks)


def row_speed(stage: Stage) -> float | None:
    """Bytes a second of the first row."""
    found = re.search(r"· ([\d.]+) (\w+)/s", stage.text.partition("**1 ")[2])
    return float(found[1]) * UNITS[found[2]] if found else None


async def shown_speeds(stage: Stage, seconds: float) -> list[float | None]:
    """The speed, looked at every 30 s for so long."""
    speeds = []
    for _ in range(round(seconds / 30)):
        await stage.passes(30)
        speeds.append(row_speed(stage))
    return speeds


@pytest.mark.parametrize(
    ("every", "seconds"), [((60, 90), 7200), ((60, 60), 1500), ((61, 61), 1500), ((75, 75), 1500), ((89, 90), 1500)]
)
async def test_a_steady_speed_neither_flickers_nor_spikes(
    every: tuple[float, float], seconds: float, stage: Stage
) -> None:
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"
    item = downloading(HEAT, size=900_000 * MB, left=600_000 * MB)
    stage.radarr.queue.append(item)
    async with looking(stage, item, 40 * MB, every):
        await stage.up()
        await stage.passes(400)
        speeds = await shown_speeds(stage, seconds)

    assert None not in speeds
    known = [speed for speed in speeds if speed is not None]
    print(f"{every}: {min(known) / MB:.0f} to {max(known) / MB:.0f} MB/s")
    assert 30 * MB <= min(known) and max(known) <= 50 * MB


async def test_a_speed_that_changes_is_followed_within_minutes(stage: Stage) -> None:
    item = downloading(HEAT, size=900_000 * MB, left=600_000 * MB)
    stage.radarr.queue.append(item)
    async with looking(stage, item, 40 * MB, (60, 90)) as rate:
        await stage.up()
        await stage.passes(600)
        rate[0] = 4 * MB
        await stage.passes(540)
        assert 2.5 * MB <= (row_speed(stage) or 0) <= 6 * MB

        rate[0] = 0
        await stage.passes(420)
        assert row_speed(stage) is None, "nothing came for minutes"


async def test_no_progress_is_said_after_the_threshold_counted_from_the_last_byte(stage: Stage) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "20", "CHECK_INTERVAL": "60", "HEALTH_CHECK_INTERVAL": "3600"}
    item = downloading(HEAT, size=900_000 * MB, left=600_000 * MB)
    stage.radarr.queue.append(item)
    async with looking(stage, item, 40 * MB, (60, 60)) as rate:
        await stage.up()
        await stage.passes(3600)
        rate[0] = 0
        await stage.passes(19 * 60)
        assert stage.count(CLEAN_UP) == 0
        await stage.passes(4 * 60)
        assert stage.count(CLEAN_UP) == 1

        item.left -= 1
        await stage.passes(180)
        assert stage.count(CLEAN_UP) == 0, "any byte counts"


async def test_no_progress_is_counted_from_the_start_of_the_bot_at_the_earliest(stage: Stage) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "20", "HEALTH_CHECK_INTERVAL": "3600"}
    item = downloading(HEAT, added=0.0)
    stage.radarr.queue.append(item)

    await stage.up()
    await stage.passes(19 * 60)
    assert stage.count(CLEAN_UP) == 0
    await stage.passes(90)

    assert stage.count(CLEAN_UP) == 1 and "20 min" in stage.text


async def test_an_app_that_is_away_does_not_stall_its_downloads(stage: Stage) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "10", "HEALTH_CHECK_INTERVAL": "3600"}
    item = downloading(HEAT, size=900_000 * MB, left=600_000 * MB)
    stage.radarr.queue.append(item)
    async with looking(stage, item, 40 * MB, (60, 60)):
        await stage.up()
        await stage.passes(300)
        await stage.radarr.stop()
        await stage.passes(1800)
        assert stage.count(CLEAN_UP) == 0
        await stage.radarr.start()
        stage.radarr.start_time -= 86_400
        await stage.shows(RADARR_WELL)

        assert stage.count(CLEAN_UP) == 0
        speeds = await shown_speeds(stage, 600)
        assert max(speed or 0 for speed in speeds) <= 50 * MB
