"""The CPU from bytes in memory to the embed, beside that of `json.loads` of the same bytes.

    python -m tests.benchmark.parsing RECORDS ROUNDS

writes the seconds of each round.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from statistics import mean

from discarr.arr.bodies import Packed

from discarr.arr.client import ArrClient, tls_context
from discarr.arr.parsing import queue_page
from discarr.memory import freeze_loaded_objects
from discarr.model.queue import Instance, Service
from discarr.tracking.monitor import QueueMonitor
from discarr.view.dashboard import dashboard_embed
from tests.benchmark.queues import PAGE, VARIANTS, body, pages, records
from tests.clocks import NOON, HandClock

INTERVAL = 30.0
ENOUGH = 2000
"""Records that a round reads at least: with few of them it reads several times."""


class _InMemory(ArrClient):
    """All of the client but the wire."""

    def __init__(self, service: Service, amount: int, clock: HandClock) -> None:
        instance = Instance(service.value, service)
        super().__init__(instance, "http://localhost", "key", tls=tls_context(True), clock=clock)
        listed = records(service.value, amount, NOON.timestamp())
        self._bodies = [[body(listed, number, variant) for number in pages(amount)] for variant in range(VARIANTS)]
        self.variant = 0

    @property
    def bodies(self) -> list[bytes]:
        """The pages as they are now."""
        return self._bodies[self.variant]

    async def _packed(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        json: Mapping[str, str] | None = None,
    ) -> Packed:
        if path == "queue":
            return Packed(self.bodies[int((parameters or {})["page"]) - 1], "")
        app_name = self.instance.service.app_name.encode()
        return Packed(b"[]" if path == "health" else b'{"appName": "%s"}' % app_name, "")


class Parsing:
    """Two instances, and what a refresh does with their answers."""

    def __init__(self, amount: int) -> None:
        self._clock = HandClock()
        halves = (amount - amount // 2, amount // 2)
        self._clients = [_InMemory(service, half, self._clock) for service, half in zip(Service, halves, strict=True)]
        self._monitor = QueueMonitor(self._clients, self._clock, stalled_after=timedelta(hours=1), status_every=1e9)
        self._times = max(1, ENOUGH // amount)
        self._page = body(records(Service.RADARR.value, PAGE, NOON.timestamp()), 1, 0)

    async def measured(self, rounds: int) -> dict[str, list[float]]:
        """Seconds of CPU in each round, by what was done; the first round only warms up."""
        taken: dict[str, list[float]] = {"changed": [], "unchanged": [], "loads": [], "page": []}
        for _ in range(rounds + 1):
            for kind, seconds in (await self._round()).items():
                taken[kind].append(seconds)
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
        page = _cpu(lambda: queue_page(self._page))
        return {"changed": mean(changed), "unchanged": mean(unchanged), "loads": mean(loads), "page": page}

    async def _refreshed(self) -> float:
        self._clock.pass_time(INTERVAL)
        began = time.process_time()
        dashboard_embed(self._monitor.named(await self._monitor.snapshot()))
        return time.process_time() - began


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    freeze_loaded_objects()  # as a real start does
    print(json.dumps(asyncio.run(Parsing(int(sys.argv[1])).measured(int(sys.argv[2])))))
