"""All apps are read at once; a failing one keeps what it said last, and is said to fail neither early nor twice."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from discarr.arr.client import READ_DEADLINE, ArrClient, tls_context
from discarr.clock import Clock
from discarr.demo.arr import LoopbackArr, MovieMedia, SeriesMedia, client_trouble, faults, situations
from discarr.demo.arr.items import QBITTORRENT
from discarr.demo.arr.server import Fault
from discarr.model.outcome import OutcomeKind
from discarr.model.queue import IncompleteReason, Instance, Queue, Service, Snapshot
from discarr.tracking.monitor import APP_REFRESH_DEADLINE, LOST_FOR, LOST_READS, SLOW_READ, QueueMonitor
from tests.approved import approved
from tests.clocks import NOON, HandClock
from tests.virtual_time import jumping, loop_clock

TLS = Path(__file__).parent / "fixtures/tls"
FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
STILL_AFTER = timedelta(minutes=60)
EVERY = 60.0


def client_of(arr: LoopbackArr, clock: Clock, key: str = "") -> ArrClient:
    instance = Instance(key or arr.service, Service(arr.service))
    return ArrClient(instance, arr.url, arr.api_key, tls=tls_context(True), clock=clock)


@asynccontextmanager
async def watching(*clients: ArrClient, clock: Clock) -> AsyncIterator[QueueMonitor]:
    monitor = QueueMonitor(clients, clock, stalled_after=STILL_AFTER, status_every=EVERY)
    try:
        yield monitor
    finally:
        await monitor.close()
        for client in clients:
            await client.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def radarr(clock: HandClock) -> AsyncIterator[LoopbackArr]:
    async with LoopbackArr("radarr", clock=lambda: clock.now().timestamp()) as arr:
        arr.start_time -= 86_400
        arr.queue = [situations.downloading(FILM)]
        yield arr


@pytest.fixture
async def sonarr(clock: HandClock) -> AsyncIterator[LoopbackArr]:
    async with LoopbackArr("sonarr", clock=lambda: clock.now().timestamp()) as arr:
        arr.start_time -= 86_400
        arr.queue = [situations.downloading(SERIES, episodes=SERIES.season(2, 10))]
        yield arr


@pytest.fixture
async def monitor(radarr: LoopbackArr, sonarr: LoopbackArr, clock: HandClock) -> AsyncIterator[QueueMonitor]:
    async with watching(client_of(radarr, clock), client_of(sonarr, clock), clock=clock) as monitor:
        yield monitor


def of_radarr(snapshot: Snapshot) -> Queue:
    queue = snapshot.queue("radarr")
    assert queue is not None
    return queue


def troubles(snapshot: Snapshot) -> list[str | None]:
    return [queue.outage.sentence if queue.outage else None for queue in snapshot.queues]


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [
        (record.levelno, record.getMessage())
        for record in caplog.records
        if record.name.startswith("discarr") and record.levelno >= logging.INFO
    ]


# Reading


async def test_a_snapshot_has_every_instance_in_the_order_of_the_settings(
    radarr: LoopbackArr, sonarr: LoopbackArr, clock: HandClock
) -> None:
    clients = [client_of(sonarr, clock), client_of(radarr, clock, "radarr-4k"), client_of(radarr, clock)]
    async with watching(*clients, clock=clock) as monitor:
        snapshot = await monitor.snapshot()

    assert [queue.instance.key for queue in snapshot.queues] == ["sonarr", "radarr-4k", "radarr"]
    assert [len(queue.downloads) for queue in snapshot.queues] == [1, 1, 1]
    assert {download.ref.instance for download in snapshot} == {"sonarr", "radarr-4k", "radarr"}
    assert snapshot.at == NOON


async def test_before_the_first_read_nothing_is_known_and_nothing_is_wrong(monitor: QueueMonitor) -> None:
    snapshot = monitor.nothing_read(NOON)

    assert [(queue.downloads, queue.read_at, queue.outage) for queue in snapshot.queues] == [((), None, None)] * 2


async def test_a_queue_tells_its_version_and_when_it_was_read(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    clock.pass_time(7)

    queue = of_radarr(await monitor.snapshot())

    assert (queue.version, queue.read_at, queue.began) == (radarr.version, NOON + timedelta(seconds=7), 1007.0)


async def test_the_status_is_asked_for_only_as_often_as_the_settings_say(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    for _ in range(5):
        await monitor.snapshot()
        clock.pass_time(30)

    paths = [request.path.removeprefix("/api/v3/") for request in radarr.requests]
    assert [paths.count(path) for path in ("queue", "system/status", "health")] == [5, 3, 3]


async def test_a_status_or_health_that_fails_is_no_trouble(
    monitor: QueueMonitor, radarr: LoopbackArr, caplog: pytest.LogCaptureFixture
) -> None:
    async def only_the_queue(request: web.Request) -> web.StreamResponse | None:
        return None if request.path.endswith("/queue") else web.Response(status=500)

    radarr.fault = only_the_queue
    caplog.set_level(logging.INFO)

    queue = of_radarr(await monitor.snapshot())

    assert (queue.outage, queue.version, len(queue.downloads)) == (None, "", 1)
    assert said(caplog) == []


async def test_speeds_appear_once_the_left_size_has_changed_twice(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    speeds = []
    for left in (4_000, 3_000, 2_000, 1_400):
        radarr.queue[0].left = left * 1_000_000
        speeds.append([download.speed for download in of_radarr(await monitor.snapshot()).downloads])
        clock.pass_time(100)

    assert speeds == [[None], [None], [10_000_000.0], [8_000_000.0]]


async def test_a_download_without_a_byte_for_an_hour_is_still(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    still = []
    for _ in range(3):
        still += [download.stalled_for for download in of_radarr(await monitor.snapshot()).downloads]
        clock.pass_time(1800)

    assert still == [None, None, timedelta(hours=1)]


# One instance fails


async def test_a_failing_sonarr_leaves_radarr_live(
    monitor: QueueMonitor, radarr: LoopbackArr, sonarr: LoopbackArr
) -> None:
    sonarr.fault = faults.answering(500, "apikey=5ec4e7")
    radarr.queue.append(situations.paused(MovieMedia(12, "Another", 2020)))

    snapshot = await monitor.snapshot()

    assert [len(queue.downloads) for queue in snapshot.queues] == [2, 0]
    assert [sentence is None for sentence in troubles(snapshot)] == [True, False]
    assert "5ec4e7" not in str(troubles(snapshot))


@pytest.mark.parametrize("fault", [faults.answering(500), faults.starting_up("Radarr"), faults.dropping()])
async def test_an_instance_that_was_never_read_is_in_trouble_at_once(
    monitor: QueueMonitor, radarr: LoopbackArr, fault: Fault
) -> None:
    radarr.fault = fault

    queue = of_radarr(await monitor.snapshot())

    assert queue.outage is not None
    assert (queue.outage.since, queue.read_at) == (NOON, None)


async def test_one_or_two_lost_reads_are_no_outage_and_the_third_one_is(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    before = of_radarr(await monitor.snapshot())
    radarr.fault = faults.answering(500)
    seen = []
    for _ in range(LOST_READS):
        clock.pass_time(5)
        seen.append(of_radarr(await monitor.snapshot()))

    assert [queue.outage is None for queue in seen] == [True, True, False]
    assert {(queue.downloads, queue.read_at) for queue in seen} == {(before.downloads, NOON)}
    assert seen[-1].outage is not None
    assert seen[-1].outage.since == NOON + timedelta(seconds=5)


@pytest.mark.parametrize(("later", "is_said"), [(LOST_FOR - 1, False), (LOST_FOR, True)])
async def test_a_second_lost_read_is_an_outage_after_a_minute(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock, later: float, is_said: bool
) -> None:
    await monitor.snapshot()
    radarr.fault = faults.answering(503)
    await monitor.snapshot()
    clock.pass_time(later)

    queue = of_radarr(await monitor.snapshot())

    assert (queue.outage is not None) is is_said


async def test_lost_reads_are_counted_in_a_row_only(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    seen = []
    for lost in (False, True, True, False, True, True, False):
        radarr.fault = faults.answering(500) if lost else None
        seen.append(of_radarr(await monitor.snapshot()).outage)
        clock.pass_time(20)

    assert seen == [None] * 7
    assert said(caplog) == [], "what is no outage has no recovery either"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (faults.answering(401), "key-rejected"),
        (faults.answering(403), "forbidden"),
        (faults.answering(302, headers={"Location": "/login"}), "login-page"),
        (faults.answering(200, "<html>", "text/html"), "web-page"),
        (faults.answering(404), "not-found"),
    ],
)
async def test_what_one_answer_proves_is_said_at_once(
    monitor: QueueMonitor, radarr: LoopbackArr, fault: Fault, key: str
) -> None:
    before = of_radarr(await monitor.snapshot())
    radarr.fault = fault

    queue = of_radarr(await monitor.snapshot())

    assert queue.outage is not None
    assert queue.outage.sentence == approved(f"outage/{key}")
    assert (queue.downloads, queue.read_at) == (before.downloads, before.read_at)


async def test_a_certificate_that_is_no_longer_there_is_said_at_once(clock: HandClock) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    async with LoopbackArr("radarr", ssl_context=context) as arr:
        tls = tls_context(TLS / "certificate.pem")
        client = ArrClient(Instance("radarr", Service.RADARR), arr.url, arr.api_key, tls=tls, clock=clock)
        async with watching(client, clock=clock) as monitor:
            good = troubles(await monitor.snapshot())
            await arr.stop()
            async with LoopbackArr("radarr", port=urlsplit(arr.url).port or 0):
                (bad,) = troubles(await monitor.snapshot())

    assert good == [None]
    assert bad is not None
    assert "certificate" in bad


async def test_the_rows_stay_through_an_outage_and_their_age_with_them(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    before = of_radarr(await monitor.snapshot())
    await radarr.stop()
    for _ in range(20):
        clock.pass_time(30)
        snapshot = await monitor.snapshot()

    after = of_radarr(snapshot)
    assert (after.downloads, after.read_at, after.began) == (before.downloads, NOON, before.began)
    assert after.outage is not None
    assert after.outage.since == NOON + timedelta(seconds=30)
    assert snapshot.at == NOON + timedelta(seconds=600)


async def test_a_recovered_instance_is_live_and_without_trouble(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await monitor.snapshot()
    await radarr.stop()
    for _ in range(3):
        await monitor.snapshot()
    await radarr.start()
    radarr.queue.append(situations.paused(MovieMedia(12, "Another", 2020)))
    clock.pass_time(30)

    queue = of_radarr(await monitor.snapshot())

    assert (queue.outage, len(queue.downloads), queue.read_at) == (None, 2, NOON + timedelta(seconds=30))


async def test_an_outage_is_one_warning_and_a_recovery_one_line(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for fault in (None, faults.answering(500), *[faults.starting_up("Radarr")] * 8, None, None, None):
        radarr.fault = fault
        await monitor.snapshot()
        clock.pass_time(30)

    (first, start), (second, end) = said(caplog)
    assert (first, second) == (logging.WARNING, logging.INFO)
    assert start == f"Radarr {approved('outage/starting')}"
    assert "Radarr" in end


async def test_the_sentence_goes_with_the_cause_and_the_moment_stays(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await radarr.stop()
    refused = of_radarr(await monitor.snapshot()).outage
    clock.pass_time(60)
    await radarr.start()
    radarr.fault = faults.starting_up("Radarr")
    starting = of_radarr(await monitor.snapshot()).outage

    assert refused is not None and starting is not None
    assert refused.since == starting.since == NOON
    assert (refused.sentence, starting.sentence) == (approved("outage/nothing-listens"), approved("outage/starting"))


async def test_a_wall_clock_that_jumps_makes_no_outage(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await monitor.snapshot()
    radarr.fault = faults.answering(500)
    await monitor.snapshot()
    clock.set_wall(NOON + timedelta(hours=1))

    assert of_radarr(await monitor.snapshot()).outage is None


# One instance is slow


@jumping
async def test_a_slow_instance_holds_nobody_up_for_long_and_comes_with_a_later_snapshot() -> None:
    async with LoopbackArr("radarr") as radarr, LoopbackArr("sonarr") as sonarr:
        radarr.queue, sonarr.queue = [situations.downloading(FILM)], [situations.downloading(SERIES)]
        clock = loop_clock()
        async with watching(client_of(radarr, clock), client_of(sonarr, clock), clock=clock) as monitor:
            await monitor.snapshot()
            answering = asyncio.Event()
            sonarr.fault = faults.hanging(answering)
            radarr.queue, sonarr.queue = [], []
            began = clock.monotonic()

            waited = await monitor.snapshot()
            took = clock.monotonic() - began
            answering.set()
            later = await monitor.snapshot()

    assert took == pytest.approx(SLOW_READ)
    assert [len(queue.downloads) for queue in waited.queues] == [0, 1]
    assert troubles(waited) == [None, None]
    assert [len(queue.downloads) for queue in later.queues] == [0, 0]


@jumping
async def test_a_read_under_way_is_not_asked_for_again() -> None:
    async with LoopbackArr("radarr") as radarr:
        clock = loop_clock()
        async with watching(client_of(radarr, clock), clock=clock) as monitor:
            await monitor.snapshot()
            asked = len(radarr.requests)
            answering = asyncio.Event()
            radarr.fault = faults.hanging(answering)
            for _ in range(3):
                await monitor.snapshot()
            meanwhile = [request.path for request in radarr.requests[asked:]]
            answering.set()
            await monitor.snapshot()

    assert meanwhile == []
    assert [request.path for request in radarr.requests[asked:]] == ["/api/v3/queue"] * 2


@jumping
async def test_an_instance_that_hangs_is_in_trouble_since_its_first_lost_read_began() -> None:
    async with LoopbackArr("radarr") as radarr:
        clock = loop_clock()
        async with watching(client_of(radarr, clock), clock=clock) as monitor:
            await monitor.snapshot()
            radarr.fault = faults.hanging(asyncio.Event())
            began = clock.now()
            while (trouble := of_radarr(await monitor.snapshot()).outage) is None:
                assert clock.now() - began < timedelta(seconds=LOST_READS * READ_DEADLINE + SLOW_READ)

    assert "in time" in trouble.sentence
    assert trouble.since - began < timedelta(seconds=1)


@jumping
async def test_a_monitor_that_is_closed_leaves_no_read_behind() -> None:
    async with LoopbackArr("radarr") as radarr:
        clock = loop_clock()
        radarr.fault = faults.hanging(asyncio.Event())
        async with watching(client_of(radarr, clock), clock=clock) as monitor:
            await monitor.snapshot()
            assert "read radarr" in [task.get_name() for task in asyncio.all_tasks()]
        assert "read radarr" not in [task.get_name() for task in asyncio.all_tasks()]


# An empty answer is not always an empty queue


async def test_a_queue_that_is_done_is_without_doubt(monitor: QueueMonitor, radarr: LoopbackArr) -> None:
    await monitor.snapshot()
    radarr.finish(radarr.queue[0])

    queue = of_radarr(await monitor.snapshot())

    assert (queue.downloads, queue.incomplete) == ((), None)


async def test_a_queue_that_is_empty_since_its_client_is_away_is_in_doubt_at_once(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await monitor.snapshot()
    radarr.unreachable_clients.add(QBITTORRENT.name)
    radarr.health = [client_trouble(QBITTORRENT.name)]
    clock.pass_time(5)

    queue = of_radarr(await monitor.snapshot())

    assert (queue.downloads, queue.incomplete) == ((), IncompleteReason.CLIENT_AWAY)


async def test_a_client_that_came_back_ends_the_doubt(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    radarr.unreachable_clients.add(QBITTORRENT.name)
    radarr.health = [client_trouble(QBITTORRENT.name)]
    away = of_radarr(await monitor.snapshot())
    radarr.unreachable_clients.clear()
    radarr.health = []
    clock.pass_time(EVERY)

    back = of_radarr(await monitor.snapshot())

    assert (away.incomplete, len(away.downloads)) == (IncompleteReason.CLIENT_AWAY, 0)
    assert (back.incomplete, len(back.downloads)) == (None, 1)


@pytest.mark.parametrize(
    ("source", "kind", "incomplete"),
    [
        ("DownloadClientCheck", "error", IncompleteReason.CLIENT_AWAY),
        ("DownloadClientStatusCheck", "warning", IncompleteReason.CLIENT_AWAY),
        ("DownloadClientStatusCheck", "error", IncompleteReason.CLIENT_AWAY),
        ("DownloadClientCheck", "warning", None),
        ("IndexerStatusCheck", "error", None),
        ("RootFolderCheck", "error", None),
    ],
)
async def test_only_a_complaint_about_a_client_that_is_away_makes_doubt(
    monitor: QueueMonitor, radarr: LoopbackArr, source: str, kind: str, incomplete: IncompleteReason | None
) -> None:
    radarr.health = [{"source": source, "type": kind, "message": "Xyzzy"}]

    assert of_radarr(await monitor.snapshot()).incomplete is incomplete


async def test_an_app_that_restarted_with_an_empty_queue_is_in_doubt_for_two_minutes(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await monitor.snapshot()
    held, radarr.queue = radarr.queue, []
    await radarr.stop()
    await radarr.start()
    doubts = []
    for _ in range(5):
        clock.pass_time(30)
        doubts.append(of_radarr(await monitor.snapshot()).incomplete)
    radarr.queue = held

    assert doubts == [*[IncompleteReason.JUST_STARTED] * 3, None, None]


async def test_an_app_that_restarted_and_has_downloads_is_without_doubt(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await radarr.stop()
    await radarr.start()
    clock.pass_time(5)

    assert of_radarr(await monitor.snapshot()).incomplete is None


# Another app at the address


async def test_another_app_at_the_address_is_noticed_at_once_and_its_queue_is_not_shown(
    monitor: QueueMonitor, radarr: LoopbackArr
) -> None:
    radarr.app_name = "Sonarr"

    queue = of_radarr(await monitor.snapshot())

    assert queue.outage is not None
    assert queue.outage.sentence == approved("outage/wrong-app")
    assert queue.downloads == ()


async def test_the_right_app_is_taken_at_the_next_read(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    radarr.app_name = "Lidarr"
    await monitor.snapshot()
    radarr.app_name = "Radarr"
    clock.pass_time(5)

    queue = of_radarr(await monitor.snapshot())

    assert (queue.outage, len(queue.downloads)) == (None, 1)


async def test_an_app_that_becomes_another_one_keeps_its_old_rows(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    before = of_radarr(await monitor.snapshot())
    radarr.app_name = "Sonarr"
    clock.pass_time(EVERY)

    queue = of_radarr(await monitor.snapshot())

    assert queue.outage is not None
    assert (queue.downloads, queue.read_at) == (before.downloads, NOON)


async def test_a_wrong_app_that_was_stopped_is_no_longer_said_to_answer(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    radarr.app_name = "Sonarr"
    await monitor.snapshot()
    await radarr.stop()
    clock.pass_time(30)

    queue = of_radarr(await monitor.snapshot())

    assert queue.outage is not None
    assert queue.outage.sentence == approved("outage/nothing-listens")


# Names


async def test_names_come_beside_the_reads_and_are_told_once(
    monitor: QueueMonitor, radarr: LoopbackArr, sonarr: LoopbackArr
) -> None:
    snapshot = await monitor.snapshot()
    learned = asyncio.Event()

    before = [download.name for download in monitor.named(snapshot)]
    monitor.learn_names(snapshot, then=learned.set)
    monitor.learn_names(snapshot, then=learned.set)
    await learned.wait()

    assert before == [download.release for download in snapshot]
    assert [download.name for download in monitor.named(snapshot)] == [
        "The Cartographer's Umbrella (2024)",
        "The Lighthouse Archive S02 E01–E10",
    ]
    assert [request.path for request in radarr.requests].count("/api/v3/movie/11") == 1
    assert [request.path for request in sonarr.requests].count("/api/v3/series/5") == 1


@jumping
async def test_names_that_take_long_hold_no_snapshot_up_and_are_asked_for_once() -> None:
    async with LoopbackArr("radarr") as radarr:
        radarr.queue = [situations.downloading(FILM)]
        clock = loop_clock()
        async with watching(client_of(radarr, clock), clock=clock) as monitor:
            snapshot = await monitor.snapshot()
            named, learned = asyncio.Event(), asyncio.Event()
            radarr.fault = _only_for("/movie/", faults.hanging(named))
            began = clock.monotonic()
            for _ in range(3):
                monitor.learn_names(snapshot, then=learned.set)
                snapshot = await monitor.snapshot()
            took = clock.monotonic() - began
            named.set()
            await learned.wait()
            told = [download.name for download in monitor.named(snapshot)]

    assert took == 0
    assert told == ["The Cartographer's Umbrella (2024)"]
    assert [request.path for request in radarr.requests].count("/api/v3/movie/11") == 1


async def test_where_all_names_are_known_nothing_is_asked_and_nobody_is_told(
    monitor: QueueMonitor, radarr: LoopbackArr
) -> None:
    snapshot = await monitor.snapshot()
    learned = asyncio.Event()
    monitor.learn_names(snapshot, then=learned.set)
    await learned.wait()
    asked, told = len(radarr.requests), list[str]()

    monitor.learn_names(snapshot, then=lambda: told.append("again"))
    await monitor.snapshot()

    assert told == []
    assert [request.path for request in radarr.requests[asked:]] == ["/api/v3/queue"]


async def test_an_app_that_cannot_tell_its_names_leaves_the_names_of_the_other(
    monitor: QueueMonitor, radarr: LoopbackArr
) -> None:
    snapshot = await monitor.snapshot()
    radarr.fault = faults.dropping()
    learned = asyncio.Event()
    monitor.learn_names(snapshot, then=learned.set)
    await learned.wait()

    film, pack = monitor.named(snapshot)

    assert film.name == film.release
    assert pack.name == "The Lighthouse Archive S02 E01–E10"


# What left


async def test_the_history_is_asked_only_when_something_left(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    await monitor.snapshot()
    await monitor.snapshot()
    asked_before = [request.path for request in radarr.requests].count("/api/v3/history")
    radarr.finish(radarr.queue[0])

    snapshot = await monitor.snapshot()

    assert asked_before == 0
    assert [request.path for request in radarr.requests].count("/api/v3/history") == 1
    assert [outcome.kind for outcome in monitor.outcomes(snapshot)] == [OutcomeKind.IMPORTED]


async def test_what_left_under_its_name_is_told_under_its_name(monitor: QueueMonitor, radarr: LoopbackArr) -> None:
    learned = asyncio.Event()
    monitor.learn_names(await monitor.snapshot(), then=learned.set)
    await learned.wait()
    radarr.queue.clear()

    (outcome,) = monitor.outcomes(await monitor.snapshot())

    assert (outcome.kind, outcome.download.name) == (OutcomeKind.REMOVED, "The Cartographer's Umbrella (2024)")


async def test_a_history_that_fails_costs_only_the_telling(monitor: QueueMonitor, radarr: LoopbackArr) -> None:
    await monitor.snapshot()
    radarr.queue.clear()
    radarr.fault = _only_for("/history", faults.answering(500))

    snapshot = await monitor.snapshot()

    assert (of_radarr(snapshot).downloads, of_radarr(snapshot).outage) == ((), None)
    assert monitor.outcomes(snapshot) == ()


async def test_what_vanished_with_its_client_is_not_told_as_removed(monitor: QueueMonitor, radarr: LoopbackArr) -> None:
    await monitor.snapshot()
    radarr.unreachable_clients.add(QBITTORRENT.name)
    radarr.health = [client_trouble(QBITTORRENT.name)]

    snapshot = await monitor.snapshot()

    assert monitor.outcomes(snapshot) == ()


async def test_an_app_that_becomes_another_one_between_two_looks_has_removed_nothing(
    monitor: QueueMonitor, radarr: LoopbackArr, clock: HandClock
) -> None:
    before = of_radarr(await monitor.snapshot())
    radarr.app_name, radarr.queue = "Lidarr", [situations.downloading(MovieMedia(12, "Another", 2020))]
    clock.pass_time(5)

    snapshot = await monitor.snapshot()

    assert monitor.outcomes(snapshot) == ()
    assert of_radarr(snapshot).downloads == before.downloads
    assert of_radarr(snapshot).outage is not None


# Asking the apps to look


@jumping
async def test_every_app_is_asked_to_look_at_its_clients_and_one_that_cannot_is_no_error(
    monitor: QueueMonitor, radarr: LoopbackArr, sonarr: LoopbackArr
) -> None:
    radarr.fault = faults.answering(500)

    await monitor.ask_apps()

    assert [request.method for request in radarr.requests] == ["POST"]
    assert [(command.name, command.done) for command in sonarr.commands] == [("RefreshMonitoredDownloads", True)]


@jumping
async def test_an_app_that_takes_long_to_look_is_left_alone() -> None:
    async with LoopbackArr("radarr") as radarr:
        clock = loop_clock()
        radarr.command_takes = float("inf")
        async with watching(client_of(radarr, clock), clock=clock) as monitor:
            began = clock.monotonic()
            await monitor.ask_apps()
            took = clock.monotonic() - began

    assert took == pytest.approx(APP_REFRESH_DEADLINE)


def _only_for(part: str, fault: Fault) -> Fault:
    async def chosen(request: web.Request) -> web.StreamResponse | None:
        return await fault(request) if part in request.path else None

    return chosen
