"""Radarr and Sonarr away: what the dashboard says then, and that it goes on."""

import pytest

from discarr.demo.arr.situations import downloading
from tests.approved import outage
from tests.stage import ALIEN, HARBOUR, HEAT, Stage, text_of
from tests.support.faults import answering, dropping
from tests.support.phrases import ALL_WELL, EMPTY, STALE
from tests.virtual_time import jumping

pytestmark = jumping


async def test_an_instance_that_is_down_keeps_its_rows_the_other_goes_on_and_it_is_told_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.up()
    await stage.shows("Heat (1995)", "Harbour Lights S01E01")

    stage.sonarr.fault = dropping()
    await stage.passes(35)
    stage.sonarr.fault = None
    await stage.passes(60)
    assert not [edit for edit in stage.edits if "**Sonarr**" in text_of(edit.body)], "one lost read is no outage"

    await stage.sonarr.stop()
    since = stage.clock.now()
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien (1979)", outage("nothing-listens", "Sonarr"))
    assert "Harbour Lights" in stage.text and STALE in stage.text
    assert 0 <= stage.since("Sonarr") - since.timestamp() <= 30

    stage.radarr.fault = answering(503)
    await stage.shows(outage("starting"))
    await stage.passes(300)
    await stage.sonarr.start()
    stage.radarr.fault = None
    await stage.shows(ALL_WELL)
    told = [(r.getMessage().split()[0], r.levelname) for r in caplog.records if r.name == "discarr.tracking.outages"]
    assert sorted(told) == [(app, level) for app in ("Radarr", "Sonarr") for level in ("INFO", "WARNING")]


async def test_an_instance_that_was_never_read_is_said_at_once_and_not_called_empty(stage: Stage) -> None:
    await stage.radarr.stop()
    await stage.sonarr.stop()

    await stage.up()

    first = text_of(stage.posts[0].body)
    assert outage("nothing-listens") in first and outage("nothing-listens", "Sonarr") in first
    assert EMPTY not in first
