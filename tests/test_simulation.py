"""The demo's downloads have a pace that people can follow, and go on for ever."""

import pytest

from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.arr.items import DOWNLOADING, IMPORT_PENDING, IMPORTING, Item, Situation
from discarr.demo.simulation import Simulation
from tests.support.clocks import HandClock

EVERY, MINUTES = 5, 15
ENDING = 300_000_000
"""Bytes of which the last may wait for a change of the list that is due."""


def started(service: Service) -> Simulation:
    return Simulation(LoopbackArr(service, clock=HandClock().monotonic))


@pytest.fixture
def radarr() -> Simulation:
    return started("radarr")


@pytest.fixture(params=["radarr", "sonarr"])
def simulation(request: pytest.FixtureRequest) -> Simulation:
    return started(request.param)


def look(simulations: list[Simulation]) -> dict[Item, tuple[Situation, int]]:
    """The situation of each download, and the bytes to come. What is complete is imported, as far as people see."""
    queue = [item for simulation in simulations for item in simulation.arr.queue]
    return {item: (IMPORTING if item.situation == IMPORT_PENDING else item.situation, item.left) for item in queue}


def test_the_list_is_calm_for_a_minute_and_then_changes_once_or_twice_a_minute() -> None:
    both = [started("radarr"), started("sonarr")]
    before, speeds, minutes = look(both), list[float](), [0] * MINUTES
    for step in range(MINUTES * 60 // EVERY):
        for simulation in both:
            simulation.advance(EVERY)
        now = look(both)
        stayed = [item for item in now if item in before and now[item][0] == before[item][0]]
        minutes[step * EVERY // 60] += len(before | now) - len(stayed)
        moving = [item for item in stayed if item.situation == DOWNLOADING and item.left > ENDING]
        speeds += [(before[item][1] - item.left) / EVERY for item in moving]
        before = now

    assert minutes[0] == 0
    assert max(minutes) <= 3
    assert MINUTES <= sum(minutes) <= 2 * MINUTES
    assert 2e6 <= min(speeds) and max(speeds) <= 60e6


def test_it_goes_on_for_ever_and_the_queue_keeps_its_size(simulation: Simulation) -> None:
    for _ in range(6 * 60):
        simulation.advance(60)
        assert 7 <= len(simulation.arr.queue) <= 10

    assert {event.event for event in simulation.arr.history} == {"grabbed", "downloadFolderImported", "downloadFailed"}


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
