"""What an app reports about itself: whether its queue is all there is, and its health; neither is ever an outage."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from discarr.demo.arr import client_trouble
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from discarr.model.health import Health, HealthWarning, Level
from discarr.model.queue import IncompleteReason
from tests.stage import HEAT
from tests.support import faults
from tests.support.clocks import NOON
from tests.support.watching import EVERY, NO_TASKS, Watched, only_for, watched

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
    async with watched("radarr", is_read=False) as app:
        yield app


@pytest.mark.parametrize(
    ("is_read", "restart", "fault", "every", "seen"),
    [
        pytest.param(False, {"busy_for": 300}, None, 30, [9, 5], id="once it has asked its clients"),
        pytest.param(True, {}, None, 45, [0, 4], id="a restart that is noticed late"),
        pytest.param(False, {"busy_for": 1e9, "new_database": True}, None, 30, [3, 3], id="never, in the year 1"),
        pytest.param(False, {"busy_for": 1e9}, NO_TASKS, 30, [3, 3], id="without system/task"),
        pytest.param(True, {"busy_for": 1e9}, NO_TASKS, 60, [2, 2], id="without it from now on"),
    ],
)
async def test_an_empty_queue_is_complete_once_the_app_has_asked_its_clients_or_could_have(
    radarr: Watched, is_read: bool, restart: dict[str, Any], fault: Fault | None, every: float, seen: list[int]
) -> None:
    """Old apps have no `system/task`; in a new database it is of the year 1 (Core/Jobs/TaskManager.cs)."""
    radarr.arr.refresh_every = 60
    if is_read:
        await radarr.read()
    radarr.arr.catch_up()
    radarr.clock.pass_time(5)
    radarr.arr.restart(**restart)
    radarr.arr.fault = fault

    reasons = [queue.incomplete for queue in await radarr.read_for(sum(seen) * every, every=every)]

    assert reasons == [JUST_STARTED] * seen[0] + [None] * seen[1]


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


async def test_warnings_have_a_source_a_level_and_the_time_when_they_were_first_seen_and_no_text_of_the_app(
    radarr: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    radarr.arr.health = [reported(INDEXER)]
    first = (await radarr.read(after=0)).health
    radarr.arr.health += [reported(ROOT_FOLDER)]
    await radarr.monitor.refresh_apps()
    later = [(await radarr.read(after=after)).health for after in (5, EVERY)]

    new = HealthWarning("RootFolderCheck", Level.ERROR, NOON + timedelta(seconds=5))
    assert first == Health((INDEXER,), NOON), "it may have been there for long"
    assert [each and each.warnings for each in later] == [(INDEXER, new)] * 2, "also at once after a refresh of the app"
    assert not [secret for secret in ("0011223344", "internal", "/data/media") if secret in caplog.text]


async def test_an_unknown_level_is_a_warning_and_ok_is_none(radarr: Watched) -> None:
    radarr.arr.health = [
        {"source": f"{word} Check", "type": word} for word in ("ok", "fatal", "error", "Warning", "notice")
    ]

    levels = {"Warning": Level.WARNING, "error": Level.ERROR, "fatal": Level.WARNING, "notice": Level.NOTICE}
    warnings = tuple(HealthWarning(f"{word} Check", level) for word, level in levels.items())
    assert (await radarr.read()).health == Health(warnings, radarr.clock.now())


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("/system/", faults.answering(500)),
        ("/health", faults.answering(404)),
        ("/health", faults.dropping()),
        ("/health", faults.answering(200, '{"message": "Yes"}')),
        ("/health", faults.answering(200, '["RootFolderCheck"]')),
        ("/health", faults.answering(200, "[" + ",".join(["{}"] * 1001) + "]")),
    ],
)
async def test_an_app_that_does_not_say_how_it_is_is_believed_and_neither_healthy_nor_has_an_outage(
    radarr: Watched, part: str, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "discarr")
    radarr.arr.fault = only_for(part, fault)

    queue = await radarr.read()

    assert (queue.read_at, queue.outage, queue.incomplete, caplog.records) == (radarr.clock.now(), None, None, [])
    assert (queue.version == "", queue.health is None) == (part == "/system/", part == "/health")


async def test_an_answer_stands_for_ten_minutes_of_bad_ones(radarr: Watched) -> None:
    """A client that is away stays so until the app says otherwise."""
    radarr.arr.health = [reported(INDEXER), client_trouble("SABnzbd")]
    queues = [await radarr.read(after=0)]
    radarr.arr.fault = only_for("/health", faults.answering(500))
    queues += await radarr.read_for(600, every=EVERY)
    known = queues[0].health
    assert known is not None and [queue.health for queue in queues] == [*[known] * 10, None]
    assert {queue.incomplete for queue in queues} == {IncompleteReason.CLIENT_AWAY}

    radarr.arr.fault, radarr.arr.health = None, []
    assert (await radarr.read(after=EVERY)).incomplete is None


async def test_an_app_that_has_just_started_is_not_called_healthy_and_takes_no_warning_back(radarr: Watched) -> None:
    """Its checks run in the background (NzbDrone.Core/HealthCheck/HealthCheckService.cs)."""
    radarr.arr.restart()
    healths = [(await radarr.read(after=after)).health for after in (0, 30, 40)]
    assert healths == [None, None, Health((), NOON + timedelta(seconds=70))]

    radarr.arr.health = [reported(ROOT_FOLDER)]
    healths = [(await radarr.read(after=EVERY)).health]
    radarr.arr.restart()
    radarr.arr.health = []
    healths += [(await radarr.read(after=EVERY)).health for _ in range(2)]
    assert [len(health.warnings) if health else None for health in healths] == [1, 1, 0]


@pytest.mark.parametrize(
    ("health", "fault", "every"),
    [
        ([], None, 300),
        ([reported(INDEXER)], None, 300),
        ([reported(ROOT_FOLDER)], None, 60),
        ([client_trouble("SABnzbd")], None, 60),
        ([], only_for("/health", faults.answering(500)), 60),
    ],
)
async def test_an_app_is_asked_at_the_interval_of_the_settings_and_once_a_minute_if_something_is_wrong(
    health: list[dict[str, Any]], fault: Fault | None, every: int
) -> None:
    """What hides rows, stops imports or does not answer; other warnings may stay for days."""
    async with watched("radarr", downloading(HEAT), status_every=300, is_read=False) as app:
        app.arr.health, app.arr.fault = health, fault
        await app.read(after=0)
        await app.read_for(600)
        asked = [round(each.at - NOON.timestamp()) for each in app.arr.requests if each.path.endswith("/health")]

    assert asked == list(range(0, 601, every))


def test_few_warnings_hide_rows_or_stop_imports() -> None:
    hiding = {"DownloadClientCheck": {Level.ERROR}, "DownloadClientStatusCheck": {Level.WARNING, Level.ERROR}}
    stopping = {check: {Level.ERROR} for check in ("RootFolderCheck", "MountCheck")}
    stopping["ImportMechanismCheck"] = {Level.WARNING, Level.ERROR}
    for source in (*hiding, *stopping, "IndexerStatusCheck", "SomethingNewCheck"):
        for level in (Level.WARNING, Level.ERROR):
            warning = HealthWarning(source, level)
            assert warning.hides_rows is (level in hiding.get(source, ()))
            assert warning.stops_imports is (level in stopping.get(source, ()))
