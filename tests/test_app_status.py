"""What an app reports about itself: whether its queue is all there is, and its health; neither is ever an outage."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from discarr.demo.arr import client_trouble
from discarr.demo.arr.items import QBITTORRENT
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from discarr.model.health import Health, HealthWarning, Level
from discarr.model.queue import IncompleteReason
from tests.stage import HEAT
from tests.support import faults
from tests.support.clocks import NOON
from tests.support.watching import EVERY, NO_TASKS, Watched, only_for, unread_app

JUST_STARTED = IncompleteReason.JUST_STARTED
ROOT_FOLDER = HealthWarning("RootFolderCheck", Level.ERROR)
INDEXER = HealthWarning("IndexerStatusCheck", Level.WARNING)
SECRETS = "Unable to reach http://sab.internal:8080/api?apikey=00112233445566778899aabbccddeeff in /data/media/movies"


def reported(warning: HealthWarning) -> dict[str, str]:
    """What the app sends for it."""
    return {"source": warning.source, "type": warning.level, "message": SECRETS, "wikiUrl": SECRETS}


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """With an empty queue, not read yet."""
    async with unread_app("radarr") as app:
        yield app


# Its queue


async def test_a_queue_is_incomplete_from_the_read_that_lacks_the_rows_of_a_client_until_it_is_back(
    radarr: Watched,
) -> None:
    radarr.arr.queue = [downloading(HEAT)]
    await radarr.read()
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    radarr.arr.health = [client_trouble(QBITTORRENT.name)]
    away = (await radarr.read(after=5)).incomplete
    radarr.arr.unreachable_clients.clear()
    radarr.arr.health = []

    assert (away, (await radarr.read(after=EVERY)).incomplete) == (IncompleteReason.CLIENT_AWAY, None)


async def test_an_empty_queue_is_complete_once_the_app_has_asked_its_clients(radarr: Watched) -> None:
    radarr.arr.refresh_every = 60
    radarr.arr.catch_up()
    radarr.clock.pass_time(5)
    radarr.arr.restart(busy_for=300)
    seen = [queue.incomplete for queue in await radarr.read_for(420)]

    assert seen == [JUST_STARTED] * 9 + [None] * 5


async def test_a_restart_that_is_noticed_late_is_no_reason_for_doubt(radarr: Watched) -> None:
    """Nothing was listed, so that the start is noticed at the next look at the status."""
    radarr.arr.refresh_every = 60
    await radarr.read()
    radarr.arr.restart()
    seen = [queue.incomplete for queue in await radarr.read_for(180, every=45)]

    assert seen[1:] == [None, None, None]


@pytest.mark.parametrize("new_database", [True, False])
async def test_without_a_date_the_app_has_asked_its_clients_after_two_minutes(
    radarr: Watched, new_database: bool
) -> None:
    """Old apps have no `system/task`; in a new database it is of the year 1 (Core/Jobs/TaskManager.cs)."""
    radarr.arr.refresh_every, radarr.arr.fault = 1e9, None if new_database else NO_TASKS
    radarr.arr.restart(busy_for=1e9, new_database=new_database)
    seen = [queue.incomplete for queue in await radarr.read_for(180)]

    assert seen == [JUST_STARTED] * 3 + [None] * 3


async def test_an_app_that_no_longer_says_when_it_asked_its_clients_is_complete_in_the_end(radarr: Watched) -> None:
    """An older version was put in its place, or a proxy refuses the route."""
    radarr.arr.refresh_every = 60
    await radarr.read()
    radarr.clock.pass_time(5)
    radarr.arr.restart(busy_for=1e9)
    radarr.arr.fault = NO_TASKS
    seen = [queue.incomplete for queue in await radarr.read_for(240, every=60)]

    assert seen == [JUST_STARTED, JUST_STARTED, None, None]


@pytest.mark.parametrize("hours", [-20, -1, 1, 20])
async def test_a_restart_is_timed_by_no_other_clock(radarr: Watched, hours: int) -> None:
    """Neither by ours, if it was seen, nor by the app's, if it started with the bot."""
    radarr.arr.fault = NO_TASKS
    if hours > 0:
        radarr.arr.start_time = (NOON + timedelta(hours=hours)).timestamp()
    else:
        await radarr.read()
        radarr.clock.set_wall(NOON + timedelta(hours=hours))
        radarr.arr.restart()
    seen = [queue.incomplete for queue in await radarr.read_for(240, every=60)]

    assert seen == [JUST_STARTED, JUST_STARTED, None, None]


async def test_an_app_that_does_not_say_when_it_started_is_believed(radarr: Watched) -> None:
    radarr.arr.fault = only_for("/system/", faults.answering(500))

    assert (await radarr.read()).incomplete is None


# Its health


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


async def asked(**health: object) -> list[int]:
    """At which seconds of ten minutes an app with this health is asked for it, at an interval of five."""
    async with unread_app("radarr", downloading(HEAT), status_every=300) as app:
        for name, value in health.items():
            setattr(app.arr, name, value)
        await app.read(after=0)
        await app.read_for(600)
        return [round(each.at - NOON.timestamp()) for each in app.arr.requests if each.path.endswith("/health")]


async def test_a_healthy_app_is_asked_at_the_interval_of_the_settings() -> None:
    assert await asked() == [0, 300, 600]
    assert await asked(health=[reported(INDEXER)]) == [0, 300, 600]


@pytest.mark.parametrize(
    "trouble",
    [{"health": [trouble]} for trouble in (reported(ROOT_FOLDER), client_trouble("SABnzbd"))]
    + [{"fault": only_for("/health", faults.answering(500))}],
)
async def test_what_hides_rows_or_stops_imports_or_does_not_answer_is_asked_for_once_a_minute(
    trouble: dict[str, object],
) -> None:
    assert await asked(**trouble) == list(range(0, 601, 60))


async def test_an_app_that_was_asked_to_poll_its_clients_is_asked_again(radarr: Watched) -> None:
    await radarr.read(after=0)
    radarr.arr.health = [reported(ROOT_FOLDER)]
    await radarr.monitor.refresh_apps()

    assert (await radarr.read(after=5)).health == Health(
        (HealthWarning("RootFolderCheck", Level.ERROR, radarr.clock.now()),), radarr.clock.now()
    )


def test_few_warnings_hide_rows_or_stop_imports() -> None:
    sources = "DownloadClientCheck DownloadClientStatusCheck RootFolderCheck MountCheck ImportMechanismCheck".split()
    warnings = [
        HealthWarning(source, level)
        for source in (*sources, "IndexerStatusCheck", "SomethingNewCheck")
        for level in (Level.WARNING, Level.ERROR)
    ]

    assert {(each.source, each.level) for each in warnings if each.hides_rows} == {
        ("DownloadClientCheck", Level.ERROR),
        *(("DownloadClientStatusCheck", level) for level in (Level.WARNING, Level.ERROR)),
    }
    assert {(each.source, each.level) for each in warnings if each.stops_imports} == {
        *((source, Level.ERROR) for source in ("RootFolderCheck", "MountCheck")),
        *(("ImportMechanismCheck", level) for level in (Level.WARNING, Level.ERROR)),
    }
