"""Whoever asks for a refresh gets what is true after the asking; everybody shares the one reader."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from discarr.demo.arr import LoopbackArr, situations
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import SLOW_READ
from tests.support import faults
from tests.support.watching import FILM, OTHER, client_of, monitoring, running
from tests.virtual_time import jumping, loop_clock

pytestmark = jumping
INTERVAL = 30.0


@dataclass
class Reader:
    """A coordinator over one Radarr, and when it called `changed`, in seconds since the start."""

    arr: LoopbackArr
    coordinator: Coordinator
    changes: list[float]

    @property
    def reads(self) -> int:
        """How often the queue was asked for."""
        return [request.path for request in self.arr.requests].count("/api/v3/queue")


@asynccontextmanager
async def reader(*, started: bool = True, fails_at: int = 0) -> AsyncIterator[Reader]:
    """What is to be called after each read fails at this call."""
    clock = loop_clock()
    start = clock.monotonic()
    changes: list[float] = []

    def changed() -> None:
        changes.append(clock.monotonic() - start)
        if len(changes) == fails_at:
            raise ZeroDivisionError("a bug in drawing")

    async with (
        running("radarr", clock, situations.downloading(FILM)) as arr,
        monitoring(client_of(arr), clock=clock) as monitor,
    ):
        coordinator = Coordinator(monitor, clock, interval=INTERVAL, changed=changed)
        run = asyncio.create_task(coordinator.run())
        if started:
            await coordinator.read_once.wait()
            await asyncio.sleep(1)
        yield Reader(arr, coordinator, changes)
        run.cancel()


async def test_who_asks_shares_a_read_that_began_later_and_takes_nothing_from_others() -> None:
    async with reader() as radarr:
        radarr.arr.queue.append(situations.paused(OTHER))
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(radarr.coordinator.refresh() for _ in range(50)))
        assert (len(list(radarr.coordinator.snapshot())), radarr.reads) == (2, 2), "many share one read"
        assert asyncio.get_running_loop().time() == began, "it takes no longer than its read"

        answering = asyncio.Event()
        radarr.arr.fault = faults.hanging(answering)
        impatient, first = (asyncio.create_task(radarr.coordinator.refresh()) for _ in range(2))
        await asyncio.sleep(1)
        second = asyncio.create_task(radarr.coordinator.refresh())
        impatient.cancel()
        await asyncio.sleep(1)
        assert (first.done(), second.done()) == (False, False)
        answering.set()
        await asyncio.gather(first, second)

        assert impatient.cancelled()
        assert (radarr.reads, radarr.coordinator.failures) == (4, 0)


async def test_a_slow_read_is_shown_when_it_is_over_and_then_its_titles_and_the_next_one() -> None:
    """It takes no longer than one answer: everything is asked at once."""
    async with reader(started=False) as radarr:
        began = asyncio.get_running_loop().time()
        radarr.arr.fault = faults.slow(12)
        await asyncio.sleep(25)
        radarr.arr.fault = None
        await asyncio.sleep(6)
        [download] = snapshot = radarr.coordinator.snapshot()

    assert snapshot.title(download) == "The Cartographer's Umbrella (2024)"
    assert radarr.changes == pytest.approx([SLOW_READ, 12, 24, INTERVAL], abs=0.5)
    assert radarr.coordinator.refreshed_at == pytest.approx(began + INTERVAL, abs=0.5)


async def test_a_fault_of_ours_wakes_the_callers_and_the_next_read_comes(caplog: pytest.LogCaptureFixture) -> None:
    async with reader(fails_at=3) as radarr:
        await radarr.coordinator.refresh()
        await asyncio.sleep(0)
        assert radarr.coordinator.failures == 1
        await radarr.coordinator.refresh()
        await asyncio.sleep(1)
        assert radarr.coordinator.failures == 0

    assert [(record.levelno, record.exc_info is not None) for record in caplog.records] == [(logging.ERROR, True)]
