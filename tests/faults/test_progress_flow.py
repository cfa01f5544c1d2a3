"""Speed and waiting, from an app that refreshes every 60 to 90 s and a bot that reads every 30.

Both are proved in tests/test_progress.py; here they go through the whole bot.
"""

import asyncio
import random
import re

from discarr.demo.arr.situations import downloading
from tests.faults.tools import ended
from tests.stage import CLEAN_UP, HEAT, Stage
from tests.support.phrases import RADARR_WELL

MB = 10**6
UNITS = {"B": 1, "kB": 10**3, "MB": MB, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def speed(stage: Stage) -> float:
    """Bytes a second of the first row; 0 if it has none."""
    found = re.search(r"· ([\d.]+) (\w+)/s", stage.text.partition("**1** ")[2])
    return float(found[1]) * UNITS[found[2]] if found else 0.0


async def test_a_speed_is_steady_and_only_a_download_that_rests_in_an_app_that_is_there_needs_attention(
    stage: Stage,
) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "20", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.radarr.refresh_every = 1e9
    item = downloading(HEAT, size=900_000 * MB, left=600_000 * MB)
    pace, rate = random.Random(7), 40.0 * MB

    async def look() -> None:
        while True:
            seconds = pace.uniform(60, 90)
            await asyncio.sleep(seconds)
            item.left -= round(rate * seconds)
            item.time_left = item.left / rate if rate else None
            stage.radarr.refresh()

    looks = asyncio.create_task(look())
    await stage.showing(item)
    await stage.passes(400)
    for _ in range(25):
        await stage.passes(30)
        assert 30 * MB <= speed(stage) <= 50 * MB, "it neither flickers nor spikes"

    await stage.radarr.stop()
    await stage.passes(1800)
    assert stage.count(CLEAN_UP) == 0
    await stage.radarr.start()
    stage.radarr.start_time -= 86_400
    await stage.shows(RADARR_WELL)
    for _ in range(10):
        await stage.passes(30)
        assert stage.count(CLEAN_UP) == 0 and speed(stage) <= 50 * MB

    rate = 0
    await stage.passes(19 * 60)
    assert stage.count(CLEAN_UP) == 0
    await stage.passes(4 * 60)
    assert stage.count(CLEAN_UP) == 1
    item.left -= 1
    await stage.passes(180)
    assert stage.count(CLEAN_UP) == 0, "any byte counts"
    await ended(looks)
