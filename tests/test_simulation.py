"""The demo's downloads have a pace that people can follow, as the bot itself sees it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise

import pytest

from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.arr.items import DELAY
from discarr.demo.arr.removal import grab
from discarr.demo.arr.situations import BY_ID
from discarr.demo.simulation import Simulation
from discarr.model.download import DownloadKey, Section
from discarr.model.ordering import all_rows
from discarr.model.queue import Snapshot
from discarr.model.summary import section_of
from discarr.tracking.monitor import QueueMonitor
from tests.support.clocks import HandClock
from tests.support.watching import client_of, monitoring

EVERY = 5
MINUTES = 15

type Rows = dict[DownloadKey, Section]
"""The rows in their order, and the section of each."""


@asynccontextmanager
async def simulated(clock: HandClock) -> AsyncIterator[tuple[list[Simulation], QueueMonitor]]:
    """Both apps with their simulations, and the bot's monitor of them."""
    words: tuple[Service, ...] = ("radarr", "sonarr")
    apps = [LoopbackArr(word, clock=lambda: clock.now().timestamp()) for word in words]
    async with AsyncExitStack() as stack:
        for app in apps:
            await stack.enter_async_context(app)
            app.start_time -= 86_400
        monitor = await stack.enter_async_context(monitoring(*map(client_of, apps), clock=clock))
        yield [Simulation(app) for app in apps], monitor


def rows_of(snapshot: Snapshot) -> Rows:
    return {each.key: section_of(each, snapshot.now, snapshot.stalled_after) for each in all_rows(snapshot)}


def changes(before: Rows, after: Rows) -> int:
    """How many downloads entered, left or moved to another section."""
    return sum(before.get(key) != after.get(key) for key in before | after)


def stayed(rows: Rows, other: Rows) -> list[DownloadKey]:
    """The order of those that are in the same section in both."""
    return [key for key, section in rows.items() if other.get(key) is section]


async def test_the_list_is_calm_for_a_minute_and_then_changes_once_or_twice_a_minute() -> None:
    clock, reads, speeds = HandClock(), list[Rows](), list[float]()
    async with simulated(clock) as (simulations, monitor):
        for _ in range(MINUTES * 60 // EVERY):
            await monitor.refresh()
            snapshot = monitor.snapshot()
            reads.append(rows_of(snapshot))
            speeds += [speed for each in snapshot if (speed := each.progress.speed(snapshot.now.seconds))]
            clock.pass_time(EVERY)
            for simulation in simulations:
                simulation.advance(EVERY)

    steps = [changes(*pair) for pair in pairwise(reads)]
    minutes = [sum(steps[first : first + 60 // EVERY]) for first in range(0, len(steps), 60 // EVERY)]
    assert minutes[0] == 0
    assert max(minutes) <= 3
    assert MINUTES <= sum(minutes) <= 2 * MINUTES
    assert 2e6 <= min(speeds) and max(speeds) <= 60e6
    assert all(stayed(before, after) == stayed(after, before) for before, after in pairwise(reads))


def started(service: Service) -> Simulation:
    return Simulation(LoopbackArr(service, clock=HandClock().monotonic))


@pytest.fixture
def radarr() -> Simulation:
    return started("radarr")


@pytest.fixture(params=["radarr", "sonarr"])
def simulation(request: pytest.FixtureRequest) -> Simulation:
    return started(request.param)


def test_it_goes_on_for_ever_and_the_queue_keeps_its_size(simulation: Simulation) -> None:
    for _ in range(6 * 60):
        simulation.advance(60)
        assert 7 <= len(simulation.arr.queue) <= 10

    assert {event.event for event in simulation.arr.history} == {"grabbed", "downloadFolderImported", "downloadFailed"}


def test_it_is_the_same_every_time_however_time_is_cut(simulation: Simulation) -> None:
    other = started(simulation.arr.service)
    simulation.advance(3600)
    for _ in range(360):
        other.advance(10)

    one, two = ([(item.title, item.left) for item in each.arr.queue] for each in (simulation, other))
    assert one == two


def test_a_stuck_import_can_be_imported_without_one_file_and_is_not_grabbed_again(radarr: Simulation) -> None:
    [item] = [item for item in radarr.arr.queue if BY_ID in [text for _, texts in item.messages for text in texts]]
    film, bonus = item.found_files()
    assert (film.media, bonus.media) == (item.media, None)

    radarr.arr.finish(item)
    radarr.advance(1200)

    assert item.title not in [each.title for each in radarr.arr.queue]


def test_a_delayed_release_that_was_grabbed_becomes_a_download_and_goes_on(radarr: Simulation) -> None:
    [row] = [row for row in radarr.arr.pending_rows() if row.item.situation == DELAY]
    item = row.item
    grab(radarr.arr, row.record["id"])

    radarr.advance(60)

    assert item in radarr.arr.queue
    assert not item.pending and item.time_left and 0 < item.left < item.size
    assert [event.event for event in radarr.arr.history if event.item is item] == ["grabbed"]


@pytest.mark.parametrize("is_search", [True, False])
def test_what_was_removed_comes_back_and_after_a_search_as_another_release(
    simulation: Simulation, is_search: bool
) -> None:
    item = simulation.arr.queue.pop(0)
    if is_search:
        simulation.arr.blocklist.append(item)
        simulation.arr.searches.append(item)

    simulation.advance(1200)

    [back] = [each for each in simulation.arr.queue if (each.media, each.episodes) == (item.media, item.episodes)]
    assert (back.download_id == item.download_id) is not is_search
