"""The demo's downloads have a pace that people can follow, as the bot itself sees it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise

import pytest

from discarr.demo.arr import Item, LoopbackArr, Service
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


@pytest.fixture(params=["radarr", "sonarr"])
def simulation(request: pytest.FixtureRequest) -> Simulation:
    return Simulation(LoopbackArr(request.param, clock=HandClock().monotonic))


def hours(simulation: Simulation, count: int) -> Iterator[list[Item]]:
    """The queue after each minute."""
    for _ in range(count * 60):
        simulation.advance(60)
        yield simulation.arr.queue


def test_it_goes_on_for_ever_and_the_queue_keeps_its_size(simulation: Simulation) -> None:
    sizes = {len(queue) for queue in hours(simulation, 6)}

    assert sizes <= {7, 8, 9, 10}
    assert {event.event for event in simulation.arr.history} == {"grabbed", "downloadFolderImported", "downloadFailed"}


def test_it_is_the_same_every_time_however_time_is_cut(simulation: Simulation) -> None:
    other = Simulation(LoopbackArr(simulation.arr.service, clock=HandClock().monotonic))

    simulation.advance(3600)
    for _ in range(360):
        other.advance(10)

    assert [(item.title, item.left) for item in simulation.arr.queue] == [
        (item.title, item.left) for item in other.arr.queue
    ]


def blocked_of(simulation: Simulation) -> Item:
    """The download at the start whose import is blocked because it was matched by its id."""
    return next(
        item for item in simulation.arr.queue if BY_ID in [text for _, texts in item.messages for text in texts]
    )


def test_a_stuck_import_can_be_imported_without_one_file_and_is_not_grabbed_again() -> None:
    simulation = Simulation(LoopbackArr("radarr", clock=HandClock().monotonic))
    item = blocked_of(simulation)
    film, bonus = item.found_files()
    assert (film.media, bonus.media) == (item.media, None)

    simulation.arr.finish(item)
    simulation.advance(1200)

    assert item.title not in [each.title for each in simulation.arr.queue]


def test_a_delayed_release_that_was_grabbed_becomes_a_download_and_goes_on() -> None:
    simulation = Simulation(LoopbackArr("radarr", clock=HandClock().monotonic))
    item = next(item for item in simulation.arr.queue if item.situation == DELAY)
    [row] = [row for row in simulation.arr.pending_rows() if row.item is item]
    grab(simulation.arr, row.record["id"])

    simulation.advance(60)

    assert item in simulation.arr.queue
    assert not item.pending and item.time_left and 0 < item.left < item.size
    assert [event.event for event in simulation.arr.history if event.item is item] == ["grabbed"]


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
