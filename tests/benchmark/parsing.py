"""The CPU from packed bytes to the embed, beside that of `json.loads` of the unpacked ones.

    python -m tests.benchmark.parsing RECORDS ROUNDS

writes the seconds.
"""

import asyncio
import json
import sys
import time
import zlib
from collections.abc import Sequence
from itertools import cycle
from statistics import mean

from discarr.arr.client import ArrClient
from discarr.arr.http import Body, tls_context
from discarr.arr.models import HealthItem, SystemStatus
from discarr.demo.arr import LoopbackArr
from discarr.memory import freeze_loaded_objects
from discarr.view.dashboard import dashboard_embed
from tests.benchmark.figures import Figures, medians
from tests.benchmark.queues import ReadyQueue, ready_queues
from tests.support.builders import RADARR, SONARR
from tests.support.clocks import NOON, HandClock
from tests.support.watching import READ_EVERY, monitoring

ENOUGH = 20_000
"""Records that a round reads at least: with few of them it reads several times."""


class _InMemory(ArrClient):
    """All of the client but the wire: each page comes packed, and is unpacked as httpx does it."""

    packed: list[bytes]

    async def status(self) -> SystemStatus:
        return SystemStatus(app_name=self.instance.service.app_name)

    async def health(self) -> tuple[HealthItem, ...]:
        return ()

    async def _page(self, number: int) -> Body:
        return Body(_unpacked(self.packed[number - 1]), None)


def _unpacked(page: bytes) -> bytes:
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(page)


async def _measured(queues: Sequence[ReadyQueue], amount: int, rounds: int) -> Figures:
    """Seconds of CPU, by what was done; the first round only warms up."""
    freeze_loaded_objects()  # as a real start does
    clients = [_InMemory(one, "http://localhost", "key", tls=tls_context(True)) for one in (RADARR, SONARR)]
    radarr, sonarr = clients
    variants = cycle(zip(*(queue.pages for queue in queues), strict=True))
    clock, taken = HandClock(), []
    async with monitoring(*clients, clock=clock, status_every=1e9) as monitor:

        async def refreshed() -> float:
            clock.pass_time(READ_EVERY)
            began = time.process_time()
            await monitor.refresh()
            dashboard_embed(monitor.snapshot())
            return time.process_time() - began

        for _ in range(rounds + 1):
            changed, unchanged, loads = [], [], []
            for _ in range(max(1, ENOUGH // amount)):
                radarr.packed, sonarr.packed = next(variants)
                changed.append(await refreshed())
                unchanged.append(await refreshed())
                # The yardstick: all values are there together before they are freed, as those of a refresh are.
                bodies = [_unpacked(page) for client in clients for page in client.packed]
                began = time.process_time()
                loaded = list(map(json.loads, bodies))
                del loaded
                loads.append(time.process_time() - began)
            taken.append({"changed": mean(changed), "unchanged": mean(unchanged), "loads": mean(loads)})
    return medians(taken[1:])


if __name__ == "__main__":
    amount, rounds = map(int, sys.argv[1:])
    queues = ready_queues(amount, LoopbackArr("radarr"), LoopbackArr("sonarr"), now=NOON.timestamp())
    print(json.dumps(asyncio.run(_measured(queues, amount, rounds))))
