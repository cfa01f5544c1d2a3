"""The demo's downloads have a pace that people can follow, and go on for ever."""

import pytest

from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.arr.items import DOWNLOADING, IMPORT_PENDING, IMPORTING, Item, Situation
from discarr.demo.simulation import Simulation
from tests.support.clocks import HandClock

HOURS = 6
ENDING = 2_000_000_000
"""Bytes of which the last may wait for a change of the list that is due."""


def started(service: Service) -> Simulation:
    return Simulation(LoopbackArr(service, clock=HandClock().monotonic))


def look(simulations: list[Simulation]) -> dict[Item, tuple[Situation, int]]:
    """The situation of each download, and the bytes to come. What is complete is imported, as far as people see."""
    queue = [item for simulation in simulations for item in simulation.arr.queue]
    return {item: (IMPORTING if item.situation == IMPORT_PENDING else item.situation, item.left) for item in queue}


def test_the_list_changes_at_a_calm_pace_for_ever_and_keeps_its_size() -> None:
    both = [started("radarr"), started("sonarr")]
    before, speeds, changes = look(both), list[float](), list[int]()
    for _ in range(HOURS * 60):
        for simulation in both * 12:
            simulation.advance(5)
        now = look(both)
        stayed = [item for item in now if item in before and now[item][0] == before[item][0]]
        changes.append(len(before | now) - len(stayed))
        moving = [item for item in stayed if item.situation == DOWNLOADING and item.left > ENDING]
        speeds += [(before[item][1] - item.left) / 60 for item in moving]
        assert all(7 <= len(simulation.arr.queue) <= 10 for simulation in both)
        before = now

    assert changes[0] == 0
    assert max(changes) <= 3
    assert len(changes) <= sum(changes) <= 2 * len(changes)
    assert 2e6 <= min(speeds) and max(speeds) <= 60e6
    for simulation in both:
        events = {event.event for event in simulation.arr.history}
        assert events == {"grabbed", "downloadFolderImported", "downloadFailed"}


@pytest.mark.parametrize("service", ["radarr", "sonarr"])
@pytest.mark.parametrize("is_search", [True, False])
def test_what_was_removed_comes_back_and_after_a_search_as_another_release(service: Service, is_search: bool) -> None:
    simulation = started(service)
    item = simulation.arr.queue.pop(0)
    if is_search:
        simulation.arr.blocklist.append(item)
        simulation.arr.searches.append(item)

    simulation.advance(1200)

    [back] = [each for each in simulation.arr.queue if (each.media, each.episodes) == (item.media, item.episodes)]
    assert (back.download_id == item.download_id) is not is_search
