"""The benchmark measures what it says and tells all of it. How fast anything is, no test asks."""

import json

import aiohttp
import pytest

from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import Wire
from discarr.model.instance import Instance, Service
from tests.benchmark.figures import Figures
from tests.benchmark.queues import PAGE, ReadyQueue, body, records
from tests.benchmark.table import ROWS, table
from tests.support.clocks import NOON

NOW = NOON.timestamp()


def figures(start: float = 1.1) -> Figures:
    names = "bare_used rss plain gzip queue other only_plain cpu cpu_unchanged edits stall press seen gone still page"
    return dict.fromkeys([*names.split(), "changed", "unchanged", "loads", "bare", "bare_rss"], 1.0) | {"start": start}


def rows(text: str) -> dict[str, list[str]]:
    lines = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()[2:]]
    return {line[0]: line[1:] for line in lines}


def test_the_table_has_every_promised_row_with_a_cell_for_each_size_and_a_target() -> None:
    told = rows(table({40: figures(), 5000: figures()}))

    assert list(ROWS) == list(told)
    assert {len(cells) for cells in told.values()} == {3}
    assert all(cell for cells in told.values() for cell in cells)


@pytest.mark.parametrize(
    ("amount", "seconds", "mark"),
    [(40, 1.49, "✓"), (40, 1.51, "✗"), (1000, 1.69, "✓"), (1000, 1.71, "✗"), (5000, 2.19, "✓"), (20_000, 2.21, "✗")],
)
def test_each_size_is_held_to_its_own_target(amount: int, seconds: float, mark: str) -> None:
    cell, _ = rows(table({amount: figures(seconds)}))[next(iter(ROWS))]

    assert cell.endswith(mark)


@pytest.mark.parametrize("service", list(Service))
def test_the_bodies_are_a_queue_in_mixed_situations_in_which_every_record_changes(service: Service) -> None:
    listed = records(service.value, 1001, NOW)

    pages = [[json.loads(body(listed, number, variant)) for number in (1, 2)] for variant in (0, 1)]
    before, after = ([record for page in pair for record in page["records"]] for pair in pages)
    page = queue_page(body(listed, 1, 0))
    readable = [record for record in page.records if record]
    downloads = downloads_from(readable, ReadContext.alone(Instance(service.value, service))).values()

    assert len(before) == len(after) == 1001
    assert {page["totalRecords"] for pair in pages for page in pair} == {1001}
    assert not any(old["sizeleft"] == new["sizeleft"] for old, new in zip(before, after, strict=True))
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
    assert (queue.counted["queue"], queue.counted["other"]) == (2, 1)


async def _json(http: aiohttp.ClientSession, path: str) -> Wire:
    async with http.get(path) as answer:
        return dict(await answer.json())
