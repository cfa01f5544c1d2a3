"""What an app says about itself: whether its queue is all there is, and whether it has asked its clients."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from discarr.demo.arr import MovieMedia, client_trouble
from discarr.demo.arr.items import QBITTORRENT
from discarr.demo.arr.situations import downloading
from discarr.model.queue import IncompleteReason
from tests.support import faults
from tests.support.clocks import NOON, HandClock
from tests.support.watching import EVERY, NO_TASKS, Watched, client_of, monitoring, only_for, running

FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
JUST_STARTED = IncompleteReason.JUST_STARTED


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """With an empty queue, not read yet."""
    clock = HandClock()
    async with running("radarr", clock) as arr, monitoring(client_of(arr), clock=clock) as monitor:
        yield Watched(arr, monitor, clock)


async def test_a_queue_is_incomplete_from_the_read_that_lacks_the_rows_of_a_client_until_it_is_back(
    radarr: Watched,
) -> None:
    radarr.arr.queue = [downloading(FILM)]
    await radarr.read()
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    radarr.arr.health = [client_trouble(QBITTORRENT.name)]
    away = (await radarr.read(after=5)).incomplete
    radarr.arr.unreachable_clients.clear()
    radarr.arr.health = []

    assert (away, (await radarr.read(after=EVERY)).incomplete) == (IncompleteReason.CLIENT_AWAY, None)


async def test_an_empty_queue_is_complete_once_the_app_has_asked_its_clients(radarr: Watched) -> None:
    radarr.arr.refresh_every = 60
    radarr.arr.catch_up()
    radarr.clock.pass_time(5)
    radarr.arr.restart(busy_for=300)
    seen = [queue.incomplete for queue in await radarr.read_for(420)]

    assert seen == [JUST_STARTED] * 9 + [None] * 5


async def test_a_restart_that_is_noticed_late_is_no_reason_for_doubt(radarr: Watched) -> None:
    """Nothing was listed, so that the start is noticed at the next look at the status."""
    radarr.arr.refresh_every = 60
    await radarr.read()
    radarr.arr.restart()
    seen = [queue.incomplete for queue in await radarr.read_for(180, every=45)]

    assert seen[1:] == [None, None, None]


@pytest.mark.parametrize("new_database", [True, False])
async def test_without_a_date_the_app_has_asked_its_clients_after_two_minutes(
    radarr: Watched, new_database: bool
) -> None:
    """Old apps have no `system/task`; in a new database it is of the year 1 (Core/Jobs/TaskManager.cs)."""
    radarr.arr.refresh_every, radarr.arr.fault = 1e9, None if new_database else NO_TASKS
    radarr.arr.restart(busy_for=1e9, new_database=new_database)
    seen = [queue.incomplete for queue in await radarr.read_for(180)]

    assert seen == [JUST_STARTED] * 3 + [None] * 3


async def test_an_app_that_no_longer_says_when_it_asked_its_clients_is_complete_in_the_end(radarr: Watched) -> None:
    """An older version was put in its place, or a proxy refuses the route."""
    radarr.arr.refresh_every = 60
    await radarr.read()
    radarr.clock.pass_time(5)
    radarr.arr.restart(busy_for=1e9)
    radarr.arr.fault = NO_TASKS
    seen = [queue.incomplete for queue in await radarr.read_for(240, every=60)]

    assert seen == [JUST_STARTED, JUST_STARTED, None, None]


@pytest.mark.parametrize("hours", [-20, -1, 1, 20])
async def test_a_restart_is_timed_by_no_other_clock(radarr: Watched, hours: int) -> None:
    """Neither by ours, if it was seen, nor by the app's, if it started with the bot."""
    radarr.arr.fault = NO_TASKS
    if hours > 0:
        radarr.arr.start_time = (NOON + timedelta(hours=hours)).timestamp()
    else:
        await radarr.read()
        radarr.clock.set_wall(NOON + timedelta(hours=hours))
        radarr.arr.restart()
    seen = [queue.incomplete for queue in await radarr.read_for(240, every=60)]

    assert seen == [JUST_STARTED, JUST_STARTED, None, None]


async def test_an_app_that_does_not_say_when_it_started_is_believed(radarr: Watched) -> None:
    radarr.arr.fault = only_for("/system/", faults.answering(500))

    assert (await radarr.read()).incomplete is None
