"""The benchmark measures what it says and tells all of it. How fast anything is, no test asks."""

import json

import aiohttp
import pytest

from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import Wire
from discarr.model.instance import Instance, Service
from tests.benchmark.queues import PAGE, ReadyQueue, body, records
from tests.benchmark.table import ROWS, table
from tests.support.clocks import NOON

NOW = NOON.timestamp()
FIGURES = dict.fromkeys(
    (
        *("start", "bare", "rss", "bare_rss", "bare_used", "changed", "unchanged", "loads", "cpu", "cpu_unchanged"),
        *("edits", "queue", "gzip", "still", "press", "seen", "gone", "stall"),
    ),
    1.0,
)


def cells(amount: int, **changes: float) -> dict[str, str]:
    """The cell of each line in a table of one size."""
    lines = [line.strip("| ").split(" | ") for line in table({amount: FIGURES | changes}).splitlines()[2:]]
    return {name: cell for name, cell, _ in lines}


def test_the_table_has_a_line_for_each_figure() -> None:
    assert list(cells(40)) == list(ROWS)


@pytest.mark.parametrize(
    ("line", "amount", "changes", "mark"),
    [
        ("process start", 40, {"start": 1.49}, "✓"),
        ("process start", 40, {"start": 1.51}, "✗"),
        ("process start", 1000, {"start": 1.69}, "✓"),
        ("process start", 1000, {"start": 1.71}, "✗"),
        ("process start", 5000, {"start": 2.19}, "✓"),
        ("process start", 20_000, {"start": 2.21}, "✗"),
        ("the same", 40, {"unchanged": 0.0005}, "✓"),
        ("the same", 1000, {"unchanged": 0.26}, "✗"),
        ("requests", 5000, {"queue": 6}, "✓"),
        ("requests", 5000, {"queue": 7}, "✗"),
    ],
)
def test_each_size_is_held_to_its_own_aim(line: str, amount: int, changes: dict[str, float], mark: str) -> None:
    [cell] = [cell for name, cell in cells(amount, **changes).items() if name.startswith(line)]

    assert cell.endswith(mark)


@pytest.mark.parametrize("service", list(Service))
def test_the_bodies_are_a_queue_in_mixed_situations_in_which_every_record_changes(service: Service) -> None:
    listed = records(service.value, 1001, NOW)

    before, after = ([json.loads(body(listed, number, variant)) for number in (1, 2)] for variant in (0, 1))
    left = [[record["sizeleft"] for page in pages for record in page["records"]] for pages in (before, after)]
    page = queue_page(body(listed, 1, 0))
    readable = [record for record in page.records if record]
    downloads = downloads_from(readable, ReadContext.alone(Instance(service.value, service))).values()

    assert {page["totalRecords"] for page in before + after} == {1001}
    assert [old == new for old, new in zip(*left, strict=True)] == [False] * 1001
    assert len(readable) == PAGE
    assert len({download.state for download in downloads}) >= 6
    assert (max(download.episodes for download in downloads) > 1) is (service is Service.SONARR)


async def test_a_ready_queue_answers_pages_and_removals_and_leaves_the_rest_to_the_app() -> None:
    async with LoopbackArr("sonarr") as sonarr:
        queue = ReadyQueue(sonarr, 40, NOW)
        async with aiohttp.ClientSession(f"{sonarr.url}/api/v3/", headers={"X-Api-Key": sonarr.api_key}) as http:
            before = await _json(http, "queue?page=1")
            pack = next(record["id"] for record in before["records"] if record["seasonNumber"] == 2)
            async with http.delete(f"queue/{pack}") as answer:
                assert answer.status == 200
            after = await _json(http, "queue?page=1")
            series = await _json(http, "series/1")

    assert (before["totalRecords"], after["totalRecords"]) == (40, 32)
    assert series["title"].startswith("Harbour Lights")
    assert queue.counted["queue"] == 2


async def _json(http: aiohttp.ClientSession, path: str) -> Wire:
    async with http.get(path) as answer:
        return dict(await answer.json())
