"""Many refreshes among faults, run by hand: `uv run python -m tests.soak [--refreshes 20000] [--seed N]`.

Radarr, Sonarr and Discord are loopback servers, time jumps, and a fault of an app or one of `DAY` strikes every few
refreshes. At the end there must be one message with the right rows, and the memory that is reachable from Python
(tracemalloc) must be within 2 MB of what it was after the first refreshes.
"""

import argparse
import asyncio
import gc
import logging
import random
import re
import sys
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from discarr.demo.arr import client_trouble
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading, failed, stalled
from tests.faults.test_day import Trouble, day
from tests.stage import BROWSE, CLEAN_UP, REFRESH, Stage, film, text_of
from tests.support.any_guild import PUBLIC_THREAD
from tests.support.faults import answering, cut_short, dropping, hanging, starting_up
from tests.support.phrases import ALL_WELL
from tests.virtual_time import JumpingLoop

FIRST = 500
"""Refreshes after which memory is measured for the first time."""
SPARE = 2 * 2**20
LASTS = (5.0, 60.0)
"""Seconds of a fault."""
FRAMES = 8
"""Frames of each allocation that tell whether it is a server's."""


def of_app(make: Callable[[], Fault]) -> Callable[[Stage], Trouble]:
    """A fault of one of the two apps."""

    @asynccontextmanager
    async def trouble(stage: Stage) -> AsyncIterator[None]:
        app = random.choice((stage.radarr, stage.sonarr))
        app.fault = make()
        yield
        app.fault = None

    return trouble


@asynccontextmanager
async def client_away(stage: Stage) -> AsyncIterator[None]:
    """One of Radarr's download clients does not answer."""
    stage.radarr.unreachable_clients.add("qBittorrent")
    stage.radarr.health = [client_trouble("qBittorrent")]
    yield
    stage.radarr.unreachable_clients.clear()
    stage.radarr.health = []


FAULTS = (
    of_app(lambda: hanging(asyncio.Event())),
    of_app(dropping),
    of_app(cut_short),
    of_app(lambda: answering(200)),
    of_app(lambda: answering(200, "<html>", "text/html")),
    of_app(lambda: answering(401)),
    of_app(lambda: answering(500, '{"message": "x"}')),
    of_app(lambda: starting_up("Radarr")),
    of_app(lambda: answering(307, headers={"Location": "/radarr/api/v3/queue"})),
    client_away,
)


class Soak:
    """What happens, and how many refreshes there were."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.refreshes = 0

    async def until(self, refreshes: int) -> int:
        """Go on until there were so many refreshes; the memory then."""
        while self.refreshes < refreshes:
            with suppress(AssertionError, IndexError):  # the message that a fault is about is not there just now
                async with random.choice(
                    (random.choice(FAULTS)(self.stage), random.choice(list(day(self.stage).values())))
                ):
                    await self.stage.passes(random.uniform(*LASTS))
            self._move()
            await self.stage.passes(random.uniform(0, 40))
            if random.random() < 0.3:
                await self._press()
            self._forget()
        await self.stage.passes(4000)
        self._forget()
        gc.collect()
        servers = ("*/discarr/demo/*", "*/tests/*", "*/aiohttp/web*")
        ours = [tracemalloc.Filter(False, path, all_frames=True) for path in (tracemalloc.__file__, *servers)]
        return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces(ours).traces)

    def _move(self) -> None:
        """Things move, come and go."""
        queue = self.stage.radarr.queue
        for item in queue:
            item.left = max(0, item.left - random.randrange(10**8))
        if len(queue) > 5 and random.random() < 0.6:
            self.stage.radarr.finish(queue[0])
        if len(queue) < 25:
            queue.append(random.choice((downloading, stalled, failed))(film(random.randrange(5000))))

    async def _press(self) -> None:
        with suppress(LookupError, TimeoutError):  # no such button now, or nobody there to answer
            press = await self.stage.discord.press(self.stage.discord.admin, random.choice((REFRESH, BROWSE, CLEAN_UP)))
            await press.acknowledged()

    def _forget(self) -> None:
        """The servers remember everything; the refreshes are counted, and all is let go."""
        stage, discord = self.stage, self.stage.discord
        self.refreshes += sum(request.path.endswith("/queue") for request in stage.sonarr.requests)
        for requests in (stage.radarr.requests, stage.sonarr.requests, discord.requests):
            requests.clear()
        discord.identifies.clear()
        discord.gateway.resumes.clear()
        del stage.radarr.history[:-20]
        for message in [each for each in discord.channel.all.values() if each.private_to is not None]:
            del discord.channel.all[message.id]


async def soak(refreshes: int) -> bool:
    """Go through it, and tell; whether all is as it must be."""
    async with Stage(CHECK_INTERVAL="5", HEALTH_CHECK_INTERVAL="60") as stage:
        stage.discord.guild.channel_type = PUBLIC_THREAD
        stage.radarr.queue += [downloading(film(number)) for number in range(20)]
        await stage.up()
        life = Soak(stage)
        first, last = await life.until(FIRST), await life.until(refreshes)
        names = {item.media.title for item in stage.radarr.queue if item.media is not None}
        rows = re.findall(r"\*\*\d+\*\* (.*) \(2020\)", text := text_of(stage.dashboard))
        posts = [message for message in stage.discord.messages if message["type"] == 0]
        checks = {
            "one message, pinned": len(posts) == len(stage.discord.pinned) == 1,
            "right rows": len(rows) > 5 and set(rows) <= names and stage.count(BROWSE) == len(names),
            "both apps well": ALL_WELL in text,
            "memory within 2 MB": last - first <= SPARE,
        }
    memory = [f"{size / 2**20:.2f} MB" for size in (first, last)]
    print(f"{life.refreshes:,} refreshes; tracemalloc {memory[0]} after the first {FIRST}, {memory[1]} at the end")
    print(*(f"{'✓' if right else '✗'} {what}" for what, right in checks.items()), sep="\n")
    return all(checks.values())


def main() -> int:
    """Run it; 0 if all is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refreshes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    random.seed(options.seed)
    logging.disable(logging.CRITICAL)
    tracemalloc.start(FRAMES)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return 0 if runner.run(soak(max(options.refreshes, FIRST + 1))) else 1


if __name__ == "__main__":
    sys.exit(main())
