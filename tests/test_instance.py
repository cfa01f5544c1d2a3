"""One instance over time: an outage keeps what was read last, and begins neither early nor twice."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from discarr.demo.arr import LoopbackArr, MovieMedia, client_trouble
from discarr.demo.arr.items import QBITTORRENT
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from discarr.model.download import Section
from discarr.tracking.outages import LOST_FOR, LOST_READS
from tests.approved import approved
from tests.support import faults
from tests.support.apps import TLS, app, certificate
from tests.support.clocks import NOON, HandClock
from tests.support.situations import import_pending
from tests.support.watching import EVERY, STALLED_AFTER, Watched, monitoring, unread_app, watched

FILM, OTHER = MovieMedia(11, "The Cartographer's Umbrella", 2024), MovieMedia(12, "Another", 2020)


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """With one download."""
    async with watched("radarr", downloading(FILM)) as app:
        yield app


@pytest.fixture
async def unread() -> AsyncIterator[Watched]:
    """The same before it is read for the first time."""
    async with unread_app("radarr", downloading(FILM)) as app:
        yield app


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [
        (record.levelno, record.getMessage())
        for record in caplog.records
        if record.name.startswith("discarr") and record.levelno >= logging.INFO
    ]


# Reading


async def test_a_queue_has_its_version_and_when_it_was_read_and_nothing_before(unread: Watched) -> None:
    before = unread.queue
    queue = await unread.read(after=7)

    assert (before.downloads, before.read_at, before.outage, before.incomplete) == ((), None, None, None)
    assert (queue.version, queue.read_at) == (unread.arr.version, NOON + timedelta(seconds=7))


async def asked(app: Watched, reads: int) -> list[list[str]]:
    """What each of these reads asked for."""
    paths = []
    for _ in range(reads):
        number = len(app.arr.requests)
        await app.read()
        paths.append(sorted(app.requests_since(number)))
    return paths


async def test_a_quiet_refresh_asks_for_the_queue_alone_and_now_and_then_for_status_and_health(unread: Watched) -> None:
    more = ["health", "queue", "system/status"]

    assert await asked(unread, 6) == [[*more, "system/task"], ["queue"], more, ["queue"], more, ["queue"]]


async def test_what_is_absent_costs_few_requests_and_only_until_it_is_decided(radarr: Watched) -> None:
    radarr.arr.queue.clear()

    about = ["health", "queue", "system/status", "system/task"]
    in_other_letters = ["health", "history", "history", *about[1:]]
    first = ["health", "history", *about[1:]]
    assert await asked(radarr, 5) == [first, about, in_other_letters, ["queue"], about[:3]]


async def test_a_status_or_health_that_fails_is_no_outage(unread: Watched, caplog: pytest.LogCaptureFixture) -> None:
    async def only_the_queue(request: web.Request) -> web.StreamResponse | None:
        return None if request.path.endswith("/queue") else web.Response(status=500)

    unread.arr.fault = only_the_queue
    caplog.set_level(logging.INFO)

    queue = await unread.read()

    assert (queue.outage, queue.version, len(queue.downloads)) == (None, "", 1)
    assert logged(caplog) == []


# Outages


@pytest.mark.parametrize("fault", [faults.answering(500), faults.starting_up("Radarr"), faults.dropping()])
async def test_an_instance_that_was_never_read_has_an_outage_at_once(unread: Watched, fault: Fault) -> None:
    unread.arr.fault = fault

    queue = await unread.read(after=0)

    assert queue.outage is not None
    assert (queue.outage.since, queue.read_at) == (NOON, None)


async def test_one_or_two_lost_reads_are_no_outage_and_the_third_one_is(radarr: Watched) -> None:
    before = radarr.queue
    radarr.arr.fault = faults.answering(500)
    seen = [await radarr.read(after=5) for _ in range(LOST_READS)]

    assert [queue.outage is None for queue in seen] == [True, True, False]
    assert {(queue.downloads, queue.read_at) for queue in seen} == {(before.downloads, NOON)}
    assert seen[-1].outage is not None
    assert seen[-1].outage.since == NOON + timedelta(seconds=5)


@pytest.mark.parametrize(("later", "is_one"), [(LOST_FOR - 1, False), (LOST_FOR, True)])
async def test_a_lost_read_is_an_outage_after_a_minute(radarr: Watched, later: float, is_one: bool) -> None:
    radarr.arr.fault = faults.answering(503)
    await radarr.read()
    radarr.clock.pass_time(later)

    assert (radarr.queue.outage is not None) is is_one


async def test_lost_reads_are_counted_in_a_row_only(radarr: Watched, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    seen = []
    for lost in (False, True, True, False, True, True, False):
        radarr.arr.fault = faults.answering(500) if lost else None
        seen.append((await radarr.read(after=20)).outage)

    assert seen == [None] * 7
    assert logged(caplog) == [], "what is no outage has no recovery either"


@pytest.mark.parametrize(
    "fault",
    [
        faults.answering(401),
        faults.answering(403),
        faults.answering(302, headers={"Location": "/login"}),
        faults.answering(200, "<html>", "text/html"),
        faults.answering(404),
    ],
)
async def test_what_one_answer_proves_is_an_outage_at_once(radarr: Watched, fault: Fault) -> None:
    before = radarr.queue
    radarr.arr.fault = fault

    queue = await radarr.read()

    assert queue.outage is not None
    assert (queue.downloads, queue.read_at) == (before.downloads, before.read_at)


async def test_an_app_that_stops_speaking_tls_is_an_outage_at_once() -> None:
    async with app(tls=certificate(), trust=TLS / "certificate.pem") as (arr, client):
        async with monitoring(client, clock=(clock := HandClock())) as monitor:
            radarr = Watched(arr, monitor, clock)
            good = (await radarr.read()).outage
            await arr.stop()
            async with LoopbackArr("radarr", port=urlsplit(arr.url).port or 0):
                bad = (await radarr.read()).outage

    assert good is None
    assert bad is not None and bad.sentence == approved("outage/no-tls")


async def test_an_outage_is_one_warning_and_a_recovery_one_line(
    radarr: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for fault in (None, faults.answering(500), *[faults.starting_up("Radarr")] * 8, None, None, None):
        radarr.arr.fault = fault
        await radarr.read()

    (first, start), (second, end) = logged(caplog)
    assert (first, second) == (logging.WARNING, logging.INFO)
    assert start.startswith("Radarr ") and "503" in start
    assert "Radarr" in end


async def test_the_sentence_changes_with_the_cause_and_the_moment_stays(unread: Watched) -> None:
    await unread.arr.stop()
    refused = (await unread.read(after=0)).outage
    await unread.arr.start()
    unread.arr.fault = faults.starting_up("Radarr")
    starting = (await unread.read(after=60)).outage

    assert refused is not None and starting is not None
    assert refused.since == starting.since == NOON
    assert refused.sentence != starting.sentence


async def test_a_wall_clock_that_jumps_makes_no_outage(radarr: Watched) -> None:
    radarr.arr.fault = faults.answering(500)
    await radarr.read()
    radarr.clock.set_wall(NOON + timedelta(hours=1))

    assert (await radarr.read(after=0)).outage is None


@pytest.mark.parametrize("stalled_for", [0, STALLED_AFTER + 60])
async def test_what_cannot_be_seen_stays_in_its_section_until_it_is_seen_again(
    radarr: Watched, stalled_for: float
) -> None:
    """Nobody knows whether it has had progress since: not of a failing app, and not of a client that is away."""
    section = Section.ATTENTION if stalled_for else Section.DOWNLOADING
    await radarr.read(after=stalled_for)
    before = radarr.queue.summary.sections
    radarr.arr.fault = faults.answering(503)
    in_outage = (await radarr.read_for(3 * STALLED_AFTER, every=900))[-1].summary.sections
    radarr.arr.fault = None
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    radarr.arr.health = [client_trouble(QBITTORRENT.name)]
    radarr.arr.refresh()
    while_absent = (await radarr.read_for(3 * STALLED_AFTER, every=900))[-1].summary.sections

    assert before == in_outage == {section: 1}
    assert while_absent == ({} if stalled_for else before), "what is absent does not count as in need of attention"


async def test_waiting_goes_on_once_it_is_seen_again(radarr: Watched) -> None:
    radarr.arr.fault = faults.answering(503)
    await radarr.read_for(STALLED_AFTER + 60, every=610)
    radarr.arr.fault = None
    queue = await radarr.read()

    assert queue.summary.sections == {Section.ATTENTION: 1}


# Another app at the address


async def test_another_app_at_the_address_is_noticed_before_its_queue_is_shown(unread: Watched) -> None:
    unread.arr.app_name = "Sonarr"
    wrong = await unread.read()
    unread.arr.app_name = "Radarr"
    right = await unread.read(after=5)

    assert wrong.outage is not None and "another app" in wrong.outage.sentence
    assert (wrong.downloads, right.outage, len(right.downloads)) == ((), None, 1)


@pytest.mark.parametrize("after", [5, EVERY])
async def test_an_app_that_becomes_another_one_has_removed_nothing(radarr: Watched, after: float) -> None:
    before = radarr.queue
    radarr.arr.app_name, radarr.arr.queue = "Sonarr", [downloading(OTHER)]

    queue = await radarr.read(after=after)

    assert queue.outage is not None
    assert (queue.downloads, queue.read_at, radarr.outcomes) == (before.downloads, NOON, [])


async def test_a_wrong_app_that_was_stopped_no_longer_answers(unread: Watched) -> None:
    unread.arr.app_name = "Sonarr"
    await unread.read()
    await unread.arr.stop()

    queue = await unread.read()

    assert queue.outage is not None and "another app" not in queue.outage.sentence


async def test_what_was_grabbed_a_day_ago_needs_attention_at_that_moment_though_nothing_else_changes() -> None:
    """Complete, and waiting for import for less than the threshold."""
    clock = HandClock()
    item = import_pending(FILM, time_left=None, added=clock.now().timestamp() - 85_000)
    async with unread_app("radarr", item, clock=clock) as radarr:
        await radarr.read_for(1200)
        before = radarr.queue.summary.sections
        await radarr.read_for(300)

        assert (before, radarr.queue.summary.sections) == ({Section.IMPORTING: 1}, {Section.ATTENTION: 1})
