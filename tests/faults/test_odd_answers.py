"""Answers that no version of today sends: shown as far as they can be read, the rest counted, nothing else lost."""

import json
import time
from typing import Any

import pytest
from aiohttp import web

from discarr.bot.content import TROUBLE
from discarr.demo.arr.faults import answering
from discarr.demo.arr.situations import downloading
from discarr.model.download import State
from discarr.tracking.outcomes import GIVE_UP
from discarr.view.instance_lines import outage_lines
from discarr.view.row import WORDS
from tests.approved import outage
from tests.builders import queue, snapshot
from tests.faults.tools import said
from tests.phrases import RADARR_WELL, SIZE_UNKNOWN, UNTITLED
from tests.stage import BROWSE, DUNE, HARBOUR, HEAT, Stage, film
from tests.virtual_time import jumping

pytestmark = jumping

RECORD: dict[str, Any] = {
    "movieId": 1,
    "languages": [{"id": 1, "name": "English"}],
    "quality": {"quality": {"id": 3, "name": "WEBDL-1080p"}},
    "customFormats": [],
    "customFormatScore": 0,
    "size": 4_000_000_000,
    "title": "Heat.1995.1080p.WEB-DL-EXAMPLE",
    "estimatedCompletionTime": "2026-07-01T12:40:00Z",
    "added": "2026-07-01T11:00:00Z",
    "status": "downloading",
    "trackedDownloadStatus": "ok",
    "trackedDownloadState": "downloading",
    "statusMessages": [],
    "downloadId": "0123456789ABCDEF0123456789ABCDEF01234567",
    "protocol": "torrent",
    "downloadClient": "qBittorrent",
    "downloadClientHasPostImportCategory": True,
    "indexer": "Indexer One",
    "sizeleft": 2_000_000_000,
    "timeleft": "00:10:00",
    "id": 77,
}
NOTHING = object()

ODD: dict[str, tuple[dict[str, Any], str]] = {
    "new fields": ({"newThing": {"deep": [1, None]}, "another": 2**80}, "50%"),
    "a new state": ({"trackedDownloadState": "teleporting", "status": "teleporting"}, WORDS[State.UNKNOWN]),
    "a new tracked state": ({"trackedDownloadState": "seeding"}, "Heat"),
    "a new status word": ({"trackedDownloadStatus": "splendid"}, "50%"),
    "numbers as words": (
        {"id": "77", "size": "4000000000", "sizeleft": "2000000000.0", "movieId": "1", "customFormatScore": "3"},
        "50%",
    ),
    "words as numbers": ({"title": 1995, "downloadId": 42, "indexer": 7}, "50%"),
    "fractions": ({"size": 4_000_000_000.5, "sizeleft": 2_000_000_000.25}, "50%"),
    "days": ({"timeleft": "3.04:05:06", "estimatedCompletionTime": NOTHING}, "50%"),
    "a year": ({"timeleft": "365.00:00:00.1234567", "estimatedCompletionTime": NOTHING}, "50%"),
    "more days than a calendar has": ({"timeleft": "9999999.23:59:59", "estimatedCompletionTime": NOTHING}, "50%"),
    "time below zero": ({"timeleft": "-00:00:03", "estimatedCompletionTime": "0001-01-01T00:00:00Z"}, "50%"),
    "the end of time": ({"estimatedCompletionTime": "9999-12-31T23:59:59.9999999Z"}, "50%"),
    "a moment without a zone": ({"estimatedCompletionTime": "2026-07-01T12:40:00", "added": "yesterday"}, "50%"),
    "less than nothing left": ({"sizeleft": -5_000_000}, WORDS[State.FINISHING]),
    "more left than there is": ({"sizeleft": 9_000_000_000}, " 0%"),
    "a size below zero": ({"size": -1, "sizeleft": -1}, SIZE_UNKNOWN),
    "a size beyond belief": ({"size": 1e300, "sizeleft": 1e299}, SIZE_UNKNOWN),
    "no number": ({"size": "lots", "sizeleft": [1]}, SIZE_UNKNOWN),
    "not a number left": ({"sizeleft": "NaN"}, "Heat"),
    "not a number": ({"size": "NaN", "sizeleft": "NaN"}, SIZE_UNKNOWN),
    "endlessly left": ({"sizeleft": "-Infinity"}, "Heat"),
    "endless": ({"size": "Infinity", "sizeleft": "Infinity"}, SIZE_UNKNOWN),
    "nulls": ({key: None for key in RECORD if key != "id"}, UNTITLED),
    "absent fields": ({key: NOTHING for key in RECORD if key != "id"}, UNTITLED),
    "lists for words": ({key: ["?"] for key in RECORD if key != "id"}, UNTITLED),
    "objects for words": ({key: {"?": 1} for key in RECORD if key != "id"}, UNTITLED),
    "messages of another shape": ({"statusMessages": ["text", 3, {"messages": "one"}], "errorMessage": {}}, "50%"),
    "a season below zero": ({"seasonNumber": -1, "episodeIds": ["x"]}, "50%"),
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
    stage.radarr.library.learn(HEAT)
    stage.radarr.library.learn(DUNE)


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_record_is_shown_beside_a_usual_one(
    name: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
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
    warnings = [record.name for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert warnings in ([], ["discarr.arr.states"]), "an unknown word is said once"


UNREADABLE: list[Any] = [
    None,
    7,
    "record",
    [],
    {},
    {"id": None},
    {"id": 0},
    {"id": "x"},
    {"id": 2**70},
    {"title": "No id"},
]


async def test_what_cannot_be_read_is_counted_and_nothing_else_is_lost(stage: Stage) -> None:
    queue_says(stage, page(*UNREADABLE[:5], RECORD, *UNREADABLE[5:]))

    await stage.up()

    await stage.shows("Heat (1995)", *outage_lines(snapshot(queue(unreadable=len(UNREADABLE)))))
    assert RADARR_WELL in stage.text


async def test_a_record_that_comes_twice_is_one_row(stage: Stage) -> None:
    queue_says(stage, page(RECORD, RECORD, odd(sizeleft=1_000_000_000), odd(id=78)))

    await stage.up()

    await stage.shows("Heat (1995)")
    assert stage.labels.count("✖ 1") == 1 and "✖ 2" not in stage.labels


@pytest.mark.parametrize(
    "changes",
    [
        {"page": NOTHING},
        {"totalRecords": NOTHING},
        {"totalRecords": "1"},
        {"totalRecords": -1},
        {"page": None},
        {"totalRecords": 10**9},
        {"pageSize": 10},
    ],
    ids=lambda changes: " ".join(f"{key} {'absent' if value is NOTHING else value}" for key, value in changes.items()),
)
async def test_a_page_that_counts_oddly_is_read_once_and_ends(changes: dict[str, Any], stage: Stage) -> None:
    queue_says(stage, page(RECORD, **changes))

    await stage.up()

    await stage.shows("Heat (1995)")
    assert stage.count(BROWSE) == 1


@pytest.mark.parametrize(
    "body",
    ["[]", "{}", "null", "7", '"queue"', '{"records": null}', '{"records": {}}', "[[[[[[", "\ufeff{}", "[" * 100_000],
    ids=lambda body: body[:12],
)
async def test_an_answer_of_another_shape_is_trouble_or_empty_and_no_fault_of_ours(
    body: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    queue_says(stage, body)

    await stage.up()
    await stage.passes(100)

    assert "Traceback" not in caplog.text and TROUBLE not in stage.text
    assert (outage("cut-off") in stage.text) == (body != "[]")


@pytest.mark.parametrize("path", ["status", "health", "history", "movie/1"])
@pytest.mark.parametrize("body", ["null", "[null]", "{}", '[{"source": 1}, 7]', '{"appName": null}', "<html>"])
async def test_odd_answers_beside_the_queue_take_no_row_away(
    path: str, body: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    item = downloading(HEAT)
    stage.radarr.queue += [item, downloading(DUNE)]

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return await answering(200, body)(request) if request.path.endswith(path) else None

    stage.radarr.fault = fault
    await stage.up()
    await stage.shows("Heat", "Dune (2021)")
    stage.radarr.finish(item)
    await stage.passes(GIVE_UP)
    await stage.lacks("**1** Heat")

    assert "Dune (2021)" in stage.text
    assert said(caplog, "WARNING", "ERROR") == []
    assert "Traceback" not in caplog.text


async def test_five_thousand_records_are_read_and_drawn_in_time(stage: Stage) -> None:
    stage.radarr.queue += [downloading(film(number)) for number in range(5000)]
    began = time.monotonic()

    await stage.up()
    await stage.until(lambda: stage.count(BROWSE) == 5000 and "4,990" in stage.text)

    assert stage.dashboard["pinned"]
    print(f"5,000 records: up after {time.monotonic() - began:.1f} s")
