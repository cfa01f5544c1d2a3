"""Answers that no version of today sends: shown as far as they can be read, the rest counted, nothing else lost.

What each oddity of a field becomes is proved in tests/test_parsing.py; here some go through the whole bot.
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
from tests.stage import BROWSE, DUNE, HARBOUR, HEAT, Stage
from tests.support.builders import queue, snapshot
from tests.support.faults import answering
from tests.support.phrases import RADARR_WELL, SIZE_UNKNOWN, UNTITLED

[RECORD] = json.loads(json.dumps(records_of(downloading(HEAT, size=4_000_000_000, left=2_000_000_000), "radarr", NOON)))
NOTHING = object()

EVERY_FIELD = [key for key in RECORD if key != "id"]

ODD: dict[str, tuple[dict[str, Any], str]] = {
    "new fields": ({"newThing": {"deep": [1, None]}, "another": 2**80}, "50%"),
    "more days than a calendar has": ({"timeleft": "9999999.23:59:59", "estimatedCompletionTime": NOTHING}, "50%"),
    "a size beyond belief": ({"size": 1e300, "sizeleft": 1e299}, SIZE_UNKNOWN),
    "absent fields": (dict.fromkeys(EVERY_FIELD, NOTHING), UNTITLED),
    "objects for words": (dict.fromkeys(EVERY_FIELD, {"?": 1}), UNTITLED),
    "messages of another shape": ({"statusMessages": ["text", 3, {"messages": "one"}], "errorMessage": {}}, "50%"),
}


def page(*records: Any, **changes: Any) -> str:
    """An answer of `/queue`."""
    whole = {"page": 1, "pageSize": 1000, "totalRecords": len(records), "records": list(records)}
    return json.dumps({key: value for key, value in (whole | changes).items() if value is not NOTHING})


def odd(**changes: Any) -> dict[str, Any]:
    """A record that differs from the usual one."""
    return {key: value for key, value in (RECORD | changes).items() if value is not NOTHING}


def queue_says(stage: Stage, body: str) -> None:
    """Radarr's queue is this, whatever it is asked for; all else is as always."""

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return await answering(200, body)(request) if request.path.endswith("/queue") else None

    stage.radarr.fault = fault
    stage.radarr.learn(HEAT)
    stage.radarr.learn(DUNE)


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_record_is_shown_beside_a_usual_one(name: str, stage: Stage) -> None:
    changes, seen = ODD[name]
    usual = RECORD | {"id": 5, "movieId": 3, "title": "Dune", "downloadId": "D", "size": 8e9, "sizeleft": 2e9}
    queue_says(stage, page(odd(**changes), usual))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))

    await stage.up()
    await stage.passes(65)

    assert "Dune (2021)" in stage.text and "75%" in stage.text
    assert "Harbour Lights S01E01" in stage.text
    assert seen in stage.text and len(stage.labels) == 5, stage.text
    assert TROUBLE not in stage.text and RADARR_WELL in stage.text
    warnings = [record.name for record in stage.log.records if record.levelname in ("WARNING", "ERROR")]
    assert warnings in ([], ["discarr.arr.states"]), "an unknown word is said once"


UNREADABLE: list[Any] = [None, 7, "record", [], {}, *({"id": id} for id in (None, 0, "x", 2**70)), {"title": "No id"}]


async def test_what_cannot_be_read_is_counted_and_nothing_else_is_lost(stage: Stage) -> None:
    queue_says(stage, page(*UNREADABLE[:5], RECORD, *UNREADABLE[5:]))

    await stage.up()

    await stage.shows("Heat (1995)", *outage_lines(snapshot(queue(unreadable=len(UNREADABLE)))))
    assert RADARR_WELL in stage.text


async def test_a_record_that_comes_twice_on_a_page_that_counts_oddly_is_one_row(stage: Stage) -> None:
    records = RECORD, RECORD, odd(sizeleft=1_000_000_000), odd(id=78)
    queue_says(stage, page(*records, page=None, totalRecords=10**9))

    await stage.up()

    await stage.shows("Heat (1995)")
    assert stage.labels.count("✖ 1") == 1 and "✖ 2" not in stage.labels
    assert stage.count(BROWSE) == 1


@pytest.mark.parametrize("body", ["[]", "{}", '{"records": {}}', "[" * 100_000], ids=lambda body: body[:12])
async def test_an_answer_of_another_shape_is_an_outage_or_empty_and_no_fault_of_ours(body: str, stage: Stage) -> None:
    queue_says(stage, body)

    await stage.up()
    await stage.passes(100)

    assert stage.tracebacks == [] and TROUBLE not in stage.text
    assert (outage("cut-off") in stage.text) == (body != "[]")


@pytest.mark.parametrize("body", ["null", "{}", '[{"source": 1}, 7]', "<html>"])
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
