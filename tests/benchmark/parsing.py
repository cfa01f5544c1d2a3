"""The CPU from packed bytes to the embed, beside that of `json.loads` of the unpacked ones.

    python -m tests.benchmark.parsing RECORDS ROUNDS

writes the seconds of each round. Every answer is packed anew, as on the wire: of an object that comes again, Python
would know the hash.
"""

import asyncio
import gzip
import json
import sys
import time
from collections.abc import Callable
from statistics import mean

from discarr.arr.client import ArrClient
from discarr.arr.http import Body, tls_context
from discarr.arr.models import HealthItem, SystemStatus
from discarr.arr.parsing import queue_page
from discarr.memory import freeze_loaded_objects
from discarr.model.instance import Instance, Service
from discarr.tracking.monitor import QueueMonitor
from discarr.view.dashboard import dashboard_embed
from tests.benchmark.queues import PAGE, VARIANTS, body, pages, records
from tests.support.clocks import NOON, HandClock

INTERVAL = 30.0
ENOUGH = 2000
"""Records that a round reads at least: with few of them it reads several times."""


class _InMemory(ArrClient):
    """All of the client but the wire: each page comes packed, and is unpacked as httpx does it."""

    def __init__(self, service: Service, amount: int) -> None:
        super().__init__(Instance(service.value, service), "http://localhost", "key", tls=tls_context(True))
        listed = records(service.value, amount, NOON.timestamp())
        self._bodies = [[body(listed, number, variant) for number in pages(amount)] for variant in range(VARIANTS)]
        self._packed: list[bytes] = []
        self.variant = 0

    @property
    def bodies(self) -> list[bytes]:
        """The pages as they are now, unpacked."""
        return self._bodies[self.variant]

    def pack(self) -> None:
        """Get the next answers ready."""
        self._packed = [gzip.compress(page, compresslevel=1) for page in self.bodies]

    async def status(self) -> SystemStatus:
        return SystemStatus(app_name=self.instance.service.app_name)

    async def health(self) -> tuple[HealthItem, ...]:
        return ()

    async def _page(self, number: int) -> Body:
        return Body(gzip.decompress(self._packed[number - 1]), None)


class Parsing:
    """Two instances, and what a refresh does with their answers."""

    def __init__(self, amount: int) -> None:
        self._clock = HandClock()
        halves = (amount - amount // 2, amount // 2)
        self._clients = [_InMemory(service, half) for service, half in zip(Service, halves, strict=True)]
        self._monitor = QueueMonitor(self._clients, self._clock, stalled_after=3600.0, status_every=1e9)
        self._times = max(1, ENOUGH // amount)
        self._one_page = body(records(Service.RADARR.value, PAGE, NOON.timestamp()), 1, 0)

    async def measured(self, rounds: int) -> dict[str, list[float]]:
        """Seconds of CPU in each round, by what was done; the first round only warms up."""
        taken: dict[str, list[float]] = {"changed": [], "unchanged": [], "loads": [], "page": []}
        for _ in range(rounds + 1):
            for kind, seconds in (await self._round()).items():
                taken[kind].append(seconds)
        await self._monitor.close()
        await asyncio.gather(*(client.close() for client in self._clients))
        return {kind: seconds[1:] for kind, seconds in taken.items()}

    async def _round(self) -> dict[str, float]:
        changed, unchanged, loads = [], [], []
        for _ in range(self._times):
            for client in self._clients:
                client.variant = (client.variant + 1) % VARIANTS
            changed.append(await self._refreshed())
            unchanged.append(await self._refreshed())
            loads.append(_cpu(lambda: [json.loads(page) for client in self._clients for page in client.bodies]))
        page = _cpu(lambda: queue_page(self._one_page))
        return {"changed": mean(changed), "unchanged": mean(unchanged), "loads": mean(loads), "page": page}

    async def _refreshed(self) -> float:
        self._clock.pass_time(INTERVAL)
        for client in self._clients:
            client.pack()
        began = time.process_time()
        await self._monitor.refresh()
        dashboard_embed(self._monitor.snapshot())
        return time.process_time() - began


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    freeze_loaded_objects()  # as a real start does
    print(json.dumps(asyncio.run(Parsing(int(sys.argv[1])).measured(int(sys.argv[2])))))
