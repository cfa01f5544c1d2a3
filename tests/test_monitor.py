"""All instances are read at once, and none waits for another."""

import asyncio
import gc
from datetime import timedelta

import pytest

from discarr.arr.http import READ_DEADLINE
from discarr.clock import Clock
from discarr.demo.arr import LoopbackArr, MovieMedia, SeriesMedia
from discarr.demo.arr.situations import downloading
from discarr.tracking.monitor import SLOW_READ
from discarr.tracking.outages import LOST_READS
from tests.support import faults
from tests.support.clocks import HandClock
from tests.support.watching import EVERY, client_of, monitoring, running
from tests.virtual_time import jumping, loop_clock

FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
SERIES = SeriesMedia(5, "The Lighthouse Archive")


async def test_a_snapshot_has_every_instance_in_the_order_of_the_settings_with_its_own_downloads() -> None:
    clock = HandClock()
    film, episode = downloading(FILM), downloading(SERIES)
    async with running("radarr", clock, film) as radarr, running("sonarr", clock, episode) as sonarr:
        clients = client_of(sonarr), client_of(radarr, "radarr-4k"), client_of(radarr)
        async with monitoring(*clients, clock=clock) as monitor:
            await monitor.refresh()
            snapshot = monitor.snapshot()

    keys = ["sonarr", "radarr-4k", "radarr"]
    assert [queue.instance.key for queue in snapshot.queues] == keys
    assert [[d.key.instance for d in queue.downloads] for queue in snapshot.queues] == [[key] for key in keys]


@jumping
async def test_a_slow_instance_holds_nobody_up_for_long_and_comes_later() -> None:
    clock = loop_clock()
    async with running("radarr", clock) as radarr, running("sonarr", clock) as sonarr:
        async with monitoring(client_of(radarr), client_of(sonarr), clock=clock) as monitor:
            await monitor.refresh()
            answering = asyncio.Event()
            sonarr.fault = faults.hanging(answering)
            radarr.queue, sonarr.queue = [downloading(FILM)], [downloading(SERIES)]
            began = clock.monotonic()

            slow = await monitor.refresh()
            took, waited = clock.monotonic() - began, monitor.snapshot()
            answering.set()
            await asyncio.wait(slow)
            later = monitor.snapshot()

    assert took == pytest.approx(SLOW_READ)
    assert [len(queue.downloads) for queue in waited.queues] == [1, 0]
    assert [queue.outage for queue in waited.queues] == [None, None]
    assert [len(queue.downloads) for queue in later.queues] == [1, 1]


@jumping
async def test_no_instance_is_read_twice_at_a_time() -> None:
    async with LoopbackArr("radarr") as radarr:
        clock = loop_clock()
        async with monitoring(client_of(radarr), clock=clock) as monitor:
            await monitor.refresh()
            number, answering = len(radarr.requests), asyncio.Event()
            radarr.fault = faults.hanging(answering)
            for _ in range(3):
                await monitor.refresh()
            last = asyncio.create_task(monitor.refresh())
            await asyncio.sleep(1)
            last.cancel()
            meanwhile = [request.path for request in radarr.requests[number:]]
            answering.set()
            await monitor.refresh()

    assert meanwhile == []
    assert [request.path for request in radarr.requests[number:]] == ["/api/v3/queue"] * 2


@jumping
async def test_an_instance_that_hangs_has_its_outage_since_its_first_lost_read_began_and_no_task_outlives_it() -> None:
    async with LoopbackArr("radarr") as radarr:
        clock = loop_clock()
        before = asyncio.all_tasks()
        async with monitoring(client_of(radarr), clock=clock) as monitor:
            await monitor.refresh()
            radarr.fault, began = faults.hanging(asyncio.Event()), clock.now()
            outage = None
            while outage is None:
                await monitor.refresh()
                (queue,) = monitor.snapshot().queues
                outage = queue.outage
                assert clock.now() - began < timedelta(seconds=LOST_READS * READ_DEADLINE + SLOW_READ)
            await asyncio.sleep(EVERY)
            await monitor.refresh()
            names = {task.get_name() for task in asyncio.all_tasks() - before}
        after = {task.get_name() for task in asyncio.all_tasks() - before}

    assert outage.since - began < timedelta(seconds=1)
    assert {"read radarr", "status of radarr", "health of radarr"} <= names
    assert not {"read radarr", "status of radarr", "health of radarr"} & after


async def test_a_bug_in_two_reads_at_once_is_raised_and_makes_no_noise() -> None:
    def fall_off_the_wall() -> float:
        raise ZeroDivisionError

    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    clients = client_of(LoopbackArr("radarr")), client_of(LoopbackArr("sonarr"))
    async with monitoring(*clients, clock=Clock(monotonic=fall_off_the_wall)) as monitor:
        with pytest.raises(ZeroDivisionError):
            await monitor.refresh()

    gc.collect()  # asyncio reports an exception that nobody looked at once its task is gone
    assert reported == []
