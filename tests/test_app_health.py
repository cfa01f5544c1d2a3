"""What an app reports about itself: read at times, believed with care, and never an outage."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from discarr.demo.arr import client_trouble
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from discarr.model.health import Health, HealthWarning, Level
from discarr.model.queue import IncompleteReason
from tests.stage import HEAT
from tests.support import faults
from tests.support.clocks import NOON, HandClock
from tests.support.watching import EVERY, Watched, client_of, monitoring, only_for, running

ROOT_FOLDER = HealthWarning("RootFolderCheck", Level.ERROR)
INDEXER = HealthWarning("IndexerStatusCheck", Level.WARNING)
SECRETS = "Unable to reach http://sab.internal:8080/api?apikey=00112233445566778899aabbccddeeff in /data/media/movies"


def reported(warning: HealthWarning) -> dict[str, str]:
    """What the app sends for it."""
    return {"source": warning.source, "type": warning.level, "message": SECRETS, "wikiUrl": SECRETS}


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """With an empty queue, not read yet."""
    clock = HandClock()
    async with running("radarr", clock) as arr, monitoring(client_of(arr), clock=clock) as monitor:
        yield Watched(arr, monitor, clock)


async def test_warnings_have_a_source_a_level_and_the_time_when_they_were_first_seen(radarr: Watched) -> None:
    radarr.arr.health = [reported(INDEXER)]
    first = (await radarr.read(after=0)).health
    radarr.arr.health += [reported(ROOT_FOLDER)]
    later = [(await radarr.read(after=EVERY)).health for _ in range(2)]

    new = HealthWarning("RootFolderCheck", Level.ERROR, NOON + timedelta(seconds=EVERY))
    assert first == Health((INDEXER,), NOON), "it may have been there for long"
    assert [each and each.warnings for each in later] == [(INDEXER, new), (INDEXER, new)]


async def test_no_text_of_the_app_is_kept_or_logged(radarr: Watched, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    radarr.arr.health = [reported(ROOT_FOLDER), client_trouble("SABnzbd")]

    queue = await radarr.read()

    assert queue.health is not None and len(queue.health.warnings) == 2
    seen = repr(queue) + caplog.text
    assert not [secret for secret in ("0011223344", "internal", "/data/media") if secret in seen]


@pytest.mark.parametrize(
    ("word", "level"),
    [("notice", Level.NOTICE), ("Warning", Level.WARNING), ("error", Level.ERROR), ("fatal", Level.WARNING)],
)
async def test_a_level_of_the_future_is_a_warning_and_one_that_says_that_all_is_well_is_none(
    radarr: Watched, word: str, level: Level
) -> None:
    radarr.arr.health = [{"source": "SomethingNewCheck", "type": word}, {"source": "RootFolderCheck", "type": "ok"}]

    assert (await radarr.read()).health == Health((HealthWarning("SomethingNewCheck", level),), radarr.clock.now())


@pytest.mark.parametrize(
    "fault",
    [
        faults.answering(404),
        faults.answering(500),
        faults.dropping(),
        faults.answering(200, '{"message": "Yes"}'),
        faults.answering(200, '["RootFolderCheck"]'),
        faults.answering(200, "[{},"),
        faults.answering(200, "[" + ",".join(["{}"] * 1001) + "]"),
    ],
)
async def test_a_bad_answer_is_neither_healthy_nor_an_outage(radarr: Watched, fault: Fault) -> None:
    radarr.arr.fault = only_for("/health", fault)

    queue = await radarr.read()

    assert (queue.health, queue.outage, queue.incomplete) == (None, None, None)
    assert queue.read_at is not None


async def test_an_answer_stands_for_ten_minutes_of_bad_ones(radarr: Watched) -> None:
    radarr.arr.health = [reported(INDEXER), client_trouble("SABnzbd")]
    before = (await radarr.read(after=0)).health
    radarr.arr.fault = only_for("/health", faults.answering(500))
    during = await radarr.read_for(540, every=EVERY)
    after = await radarr.read(after=EVERY)

    assert before is not None
    assert {queue.health for queue in during} == {before}
    assert after.health is None
    assert after.incomplete is IncompleteReason.CLIENT_AWAY, "until the app says otherwise"


async def test_an_app_that_has_just_started_takes_nothing_back(radarr: Watched) -> None:
    """Its checks run in the background (NzbDrone.Core/HealthCheck/HealthCheckService.cs)."""
    radarr.arr.health = [reported(ROOT_FOLDER)]
    before = (await radarr.read()).health
    radarr.arr.restart()
    radarr.arr.health = []
    during = (await radarr.read(after=EVERY)).health
    after = (await radarr.read(after=EVERY)).health

    assert [each and each.warnings for each in (before, during, after)] == [(ROOT_FOLDER,), (ROOT_FOLDER,), ()]


async def test_nothing_is_known_of_an_app_that_starts_with_the_bot_until_it_has_settled(radarr: Watched) -> None:
    radarr.arr.restart()
    healths = [(await radarr.read(after=after)).health for after in (0, 30, 40)]

    assert healths == [None, None, Health((), radarr.clock.now())]


async def asked(*, every: float, **health: object) -> list[int]:
    """At which seconds of ten minutes an app with this health is asked for it."""
    clock = HandClock()
    async with AsyncExitStack() as stack:
        arr = await stack.enter_async_context(running("radarr", clock, downloading(HEAT)))
        monitor = await stack.enter_async_context(monitoring(client_of(arr), clock=clock, status_every=every))
        app = Watched(arr, monitor, clock)
        for name, value in health.items():
            setattr(arr, name, value)
        await app.read(after=0)
        await app.read_for(600)
        return [round(each.at - NOON.timestamp()) for each in arr.requests if each.path.endswith("/health")]


async def test_a_healthy_app_is_asked_at_the_interval_of_the_settings() -> None:
    assert await asked(every=300) == [0, 300, 600]
    assert await asked(every=300, health=[reported(INDEXER)]) == [0, 300, 600]


@pytest.mark.parametrize(
    "trouble",
    [{"health": [trouble]} for trouble in (reported(ROOT_FOLDER), client_trouble("SABnzbd"))]
    + [{"fault": only_for("/health", faults.answering(500))}],
)
async def test_what_hides_rows_or_stops_imports_or_does_not_answer_is_asked_for_once_a_minute(
    trouble: dict[str, object],
) -> None:
    assert await asked(every=300, **trouble) == list(range(0, 601, 60))


async def test_an_app_that_was_asked_to_poll_its_clients_is_asked_again(radarr: Watched) -> None:
    await radarr.read(after=0)
    radarr.arr.health = [reported(ROOT_FOLDER)]
    await radarr.monitor.refresh_apps()

    assert (await radarr.read(after=5)).health == Health(
        (HealthWarning("RootFolderCheck", Level.ERROR, radarr.clock.now()),), radarr.clock.now()
    )


@pytest.mark.parametrize(
    ("source", "level", "hides_rows", "stops_imports"),
    [
        ("DownloadClientCheck", Level.ERROR, True, False),
        ("DownloadClientCheck", Level.WARNING, False, False),
        ("DownloadClientStatusCheck", Level.WARNING, True, False),
        ("DownloadClientStatusCheck", Level.ERROR, True, False),
        ("RootFolderCheck", Level.ERROR, False, True),
        ("RootFolderCheck", Level.WARNING, False, False),
        ("MountCheck", Level.ERROR, False, True),
        ("ImportMechanismCheck", Level.WARNING, False, True),
        ("IndexerStatusCheck", Level.ERROR, False, False),
        ("SomethingNewCheck", Level.ERROR, False, False),
    ],
)
def test_few_warnings_hide_rows_or_stop_imports(
    source: str, level: Level, hides_rows: bool, stops_imports: bool
) -> None:
    warning = HealthWarning(source, level)

    assert (warning.hides_rows, warning.stops_imports) == (hides_rows, stops_imports)
