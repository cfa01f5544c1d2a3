"""Answers that no version of today sends: shown as far as they can be read, the rest counted, nothing else lost.

What each oddity becomes is proved in tests/test_parsing.py and tests/test_bodies.py; here some go through it all.
"""

import json
from typing import Any

import pytest
from aiohttp import web

from discarr.bot.content import TROUBLE
from discarr.demo.arr.items import NOON
from discarr.demo.arr.records import records_of
from discarr.demo.arr.situations import downloading
from discarr.tracking.outcomes import GIVE_UP
from discarr.view.instance_lines import outage_lines
from tests.approved import outage
from tests.stage import BROWSE, DUNE, HEAT, Stage
from tests.support.builders import queue, snapshot
from tests.support.faults import answering
from tests.support.phrases import SIZE_UNKNOWN, UNTITLED
from tests.support.watching import only_for

[RECORD] = json.loads(json.dumps(records_of(downloading(HEAT, size=4_000_000_000, left=2_000_000_000), "radarr", NOON)))
UNREADABLE: list[Any] = [None, 7, "record", [], {}, *({"id": id} for id in (None, 0, "x", 2**70)), {"title": "No id"}]


async def test_a_page_of_odd_records_shows_what_can_be_read_once_and_counts_the_rest(stage: Stage) -> None:
    records = [
        RECORD,
        RECORD,
        RECORD | {"sizeleft": 1_000_000_000},
        RECORD | {"id": 78},
        RECORD | {"id": 2, "movieId": 3, "title": "Dune", "downloadId": "D", "size": 1e300, "sizeleft": 1e299},
        dict.fromkeys(RECORD, {"?": 1}) | {"id": 3},
        {"id": 4},
        *UNREADABLE,
    ]
    page = {"page": None, "pageSize": 1000, "totalRecords": len(records), "records": records}
    stage.radarr.fault = only_for("/queue", answering(200, json.dumps(page)))
    for movie in (HEAT, DUNE):
        stage.radarr.learn(movie)

    await stage.up()

    await stage.shows("Heat (1995)", "Dune (2021)", SIZE_UNKNOWN, UNTITLED)
    assert outage_lines(snapshot(queue(unreadable=len(UNREADABLE))))[0] in stage.text
    assert stage.count(BROWSE) == 4 and TROUBLE not in stage.text


@pytest.mark.parametrize("body", ["[]", "{}", "[" * 100_000], ids=lambda body: body[:12])
async def test_an_answer_of_another_shape_is_an_outage_or_empty_and_no_fault_of_ours(body: str, stage: Stage) -> None:
    stage.radarr.fault = only_for("/queue", answering(200, body))

    await stage.up()
    await stage.passes(100)

    assert stage.tracebacks == [] and TROUBLE not in stage.text
    assert (outage("cut-off") in stage.text) == (body != "[]")


@pytest.mark.parametrize("body", ["null", '[{"source": 1}, 7]', "<html>"])
async def test_odd_answers_beside_the_queue_take_no_row_away(body: str, stage: Stage) -> None:
    item = downloading(HEAT)
    stage.radarr.queue += [item, downloading(DUNE)]
    beside = ("status", "health", "history", "movie/1")

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return await answering(200, body)(request) if request.path.endswith(beside) else None

    stage.radarr.fault = fault
    stage.settings["CHECK_INTERVAL"] = "60"
    await stage.up()
    await stage.shows("Heat", "Dune (2021)")
    stage.radarr.finish(item)
    await stage.passes(GIVE_UP)
    await stage.lacks("**1** Heat")

    assert "Dune (2021)" in stage.text
    assert stage.warnings == []
    assert stage.tracebacks == []
