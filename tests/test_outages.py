"""Radarr and Sonarr away, slow or broken: what the dashboard says then, and that it goes on."""

import asyncio

import pytest
from aiohttp import web

from discarr.demo.arr.faults import answering, dropping
from discarr.demo.arr.situations import downloading
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
    await stage.shows("Alien (1979)", "Sonarr** is not reachable", "SONARR\\_URL")

    assert "Harbour Lights" in stage.text
    assert "was downloading" in stage.text
    told = int(stage.text.split("Since <t:")[1].split(":")[0])
    assert 0 <= told - since.timestamp() <= 30


async def test_one_lost_read_is_no_outage(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.up()
    await stage.shows("Harbour Lights")

    stage.sonarr.fault = dropping()
    await stage.passes(35)
    stage.sonarr.fault = None
    await stage.passes(60)

    assert "is not reachable" not in str([edit.body for edit in stage.edits])
    assert "Sonarr" not in caplog.text


async def test_both_instances_down_and_back_are_told_once_each(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.shows("Heat")

    stage.radarr.fault = stage.sonarr.fault = answering(503)
    await stage.shows("Radarr** is starting up", "Sonarr** is starting up")
    await stage.passes(300)
    stage.radarr.fault = stage.sonarr.fault = None
    await stage.shows("Radarr 6.0 ✓ · Sonarr 4.0 ✓")

    texts = [record.getMessage() for record in caplog.records]
    said = [text for text in texts if "read again" in text or "(503)" in text]
    assert sorted(said) == [
        "Radarr is read again",
        "Radarr is starting up, or the proxy before it finds it away (503)",
        "Sonarr is read again",
        "Sonarr is starting up, or the proxy before it finds it away (503)",
    ]


async def test_an_instance_that_was_never_read_is_said_at_once_and_not_called_empty(stage: Stage) -> None:
    await stage.radarr.stop()
    await stage.sonarr.stop()

    await stage.up()

    first = text_of(stage.posts[0].body)
    assert "Radarr** is not reachable" in first and "Sonarr** is not reachable" in first
    assert "Nothing in the queue" not in first


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
