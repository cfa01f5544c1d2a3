"""The benchmark measures a queue as apps have it. How fast anything is, no test asks."""

import json

import aiohttp
import pytest

from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import Wire
from discarr.model.instance import Instance, Service
from tests.benchmark.queues import PAGE, ReadyQueue, body, records
from tests.support.clocks import NOON

NOW = NOON.timestamp()


@pytest.mark.parametrize("service", list(Service))
def test_the_bodies_are_a_queue_in_mixed_situations_in_which_every_record_changes(service: Service) -> None:
    listed = records(service.value, 1001, NOW)

    before, after = ([json.loads(body(listed, page, variant)) for page in (1, 2)] for variant in (0, 1))
    left = [[record["sizeleft"] for page in pages for record in page["records"]] for pages in (before, after)]
    readable = [record for record in queue_page(body(listed, 1, 0)).records if record]
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
            await (await http.delete(f"queue/{pack}")).read()
            after = await _json(http, "queue?page=1")
            series = await _json(http, "series/1")

    assert (before["totalRecords"], after["totalRecords"]) == (40, 32)
    assert series["title"].startswith("Harbour Lights")
    assert queue.counted["queue"] == 2


async def _json(http: aiohttp.ClientSession, path: str) -> Wire:
    async with http.get(path) as answer:
        return dict(await answer.json())
