"""The benchmark measures a queue as apps have it. How fast anything is, no test asks."""

import json

import pytest

from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.model.instance import Instance, Service
from tests.benchmark.queues import PAGE, body, records
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
