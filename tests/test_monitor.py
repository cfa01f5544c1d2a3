"""All instances are read at once, and none waits for another."""

import asyncio
import gc
from datetime import timedelta

import pytest

from discarr.arr.http import READ_DEADLINE
from discarr.clock import Clock
from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading
from discarr.tracking.monitor import SLOW_READ
from discarr.tracking.outages import LOST_READS
from tests.stage import Gate
from tests.support import faults
from tests.support.clocks import HandClock
from tests.support.watching import EVERY, FILM, SERIES, client_of, monitoring, running
from tests.virtual_time import jumping, loop_clock


@jumping
async def test_an_instance_that_hangs_holds_nobody_up_is_read_once_at_a_time_and_comes_later_or_has_an_outage() -> None:
    clock = loop_clock()
    async with running("radarr", clock) as radarr, running("sonarr", clock) as sonarr:
        before = asyncio.all_tasks()
        async with monitoring(client_of(sonarr), client_of(radarr, "radarr-4k"), clock=clock) as monitor:
            await monitor.refresh()
            number = len(sonarr.requests)
            sonarr.fault = gate = Gate("GET")
            radarr.queue, sonarr.queue = [downloading(FILM)], [downloading(SERIES)]
            began = clock.monotonic()

            slow = await monitor.refresh()
            took = clock.monotonic() - began
            await monitor.refresh()
            waiting = asyncio.create_task(monitor.refresh())
            await asyncio.sleep(1)
            waiting.cancel()
            waited = monitor.snapshot()
            gate.opened.set()
            await asyncio.wait(slow)
            later = monitor.snapshot()
            await monitor.refresh()

            assert took == pytest.approx(SLOW_READ)
            assert [(len(queue.downloads), queue.outage) for queue in waited.queues] == [(0, None), (1, None)]
            assert [queue.instance.key for queue in later.queues] == ["sonarr", "radarr-4k"], "as in the settings"
            assert [d.key.instance for queue in later.queues for d in queue.downloads] == ["sonarr", "radarr-4k"]
            assert [request.path for request in sonarr.requests[number:]] == ["/api/v3/queue"] * 2

            sonarr.fault, hanging_since, outage = faults.hanging, clock.now(), None
            while outage is None:
                await monitor.refresh()
                outage = monitor.snapshot().queues[0].outage
                assert clock.now() - hanging_since < timedelta(seconds=LOST_READS * READ_DEADLINE + SLOW_READ)
            await asyncio.sleep(EVERY)
            await monitor.refresh()
            names = {task.get_name() for task in asyncio.all_tasks() - before}
        after = {task.get_name() for task in asyncio.all_tasks() - before}

    assert outage.since - hanging_since < timedelta(seconds=1)
    tasks = {"read sonarr", "status of sonarr", "health of sonarr"}
    assert (tasks - names, tasks & after) == (set(), set())


async def test_the_newest_outcome_comes_first_whichever_app_has_it() -> None:
    clock, episode = HandClock(), downloading(SERIES, episodes=SERIES.season(1, 1))
    async with running("radarr", clock, downloading(FILM)) as radarr, running("sonarr", clock, episode) as sonarr:
        async with monitoring(client_of(radarr), client_of(sonarr), clock=clock) as monitor:
            await monitor.refresh()
            for app in (radarr, sonarr):
                app.finish(app.queue[0])
                clock.pass_time(30)
                await monitor.refresh()

            assert [each.download.key.instance for each in monitor.snapshot().outcomes] == ["sonarr", "radarr"]


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
