"""Radarr and Sonarr away, slow or broken: what the dashboard says then, and that it goes on."""

import asyncio

import pytest
from aiohttp import web

from discarr.demo.arr.faults import answering, dropping
from discarr.demo.arr.situations import downloading
from tests.approved import outage
from tests.phrases import ALL_WELL, EMPTY, STALE
from tests.stage import ALIEN, HARBOUR, HEAT, Stage, text_of
from tests.virtual_time import jumping

pytestmark = jumping


async def test_an_instance_that_is_down_keeps_its_last_rows_and_the_other_goes_on(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.up()
    await stage.shows("Heat (1995)", "Harbour Lights S01E01")

    await stage.sonarr.stop()
    since = stage.clock.now()
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien (1979)", outage("nothing-listens", "Sonarr"))

    assert "Harbour Lights" in stage.text
    assert STALE in stage.text
    assert 0 <= stage.since("Sonarr") - since.timestamp() <= 30


async def test_one_lost_read_is_no_outage(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.up()
    await stage.shows("Harbour Lights")

    stage.sonarr.fault = dropping()
    await stage.passes(35)
    stage.sonarr.fault = None
    await stage.passes(60)

    assert not [edit for edit in stage.edits if "**Sonarr**" in text_of(edit.body)]
    assert "Sonarr" not in caplog.text


async def test_both_instances_down_and_back_are_told_once_each(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.shows("Heat")

    stage.radarr.fault = stage.sonarr.fault = answering(503)
    await stage.shows(outage("starting"), outage("starting", "Sonarr"))
    await stage.passes(300)
    stage.radarr.fault = stage.sonarr.fault = None
    await stage.shows(ALL_WELL)

    records = [record for record in caplog.records if record.name == "discarr.tracking.outages"]
    assert sorted((record.getMessage().split()[0], record.levelname) for record in records) == [
        ("Radarr", "INFO"),
        ("Radarr", "WARNING"),
        ("Sonarr", "INFO"),
        ("Sonarr", "WARNING"),
    ]


async def test_an_instance_that_was_never_read_is_said_at_once_and_not_called_empty(stage: Stage) -> None:
    await stage.radarr.stop()
    await stage.sonarr.stop()

    await stage.up()

    first = text_of(stage.posts[0].body)
    assert outage("nothing-listens") in first and outage("nothing-listens", "Sonarr") in first
    assert EMPTY not in first


async def test_a_slow_instance_does_not_hold_up_the_other(stage: Stage) -> None:
    async def slow(request: web.Request) -> web.StreamResponse | None:
        await asyncio.sleep(20)
        return None

    stage.sonarr.fault = slow
    stage.radarr.queue.append(downloading(HEAT))
    began = stage.clock.monotonic()

    await stage.up()

    assert "Heat" in stage.text
    assert stage.clock.monotonic() - began < 10
