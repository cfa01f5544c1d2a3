"""One instance over time: an outage keeps what was read last, and begins neither early nor twice.

What each failure means is proved in tests/test_failures.py, and shown by the whole bot in tests/faults.
"""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from discarr.demo.arr import MovieMedia, client_trouble
from discarr.demo.arr.items import QBITTORRENT
from discarr.demo.arr.situations import downloading
from discarr.model.download import Section
from discarr.tracking.outages import LOST_FOR, LOST_READS
from tests.support import faults
from tests.support.clocks import NOON
from tests.support.situations import import_pending
from tests.support.watching import STALLED_AFTER, Watched, unread_app, watched

FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)


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


# Reading


async def asked(app: Watched, reads: int) -> list[list[str]]:
    """What each of these reads asked for."""
    paths = []
    for _ in range(reads):
        number = len(app.arr.requests)
        await app.read()
        paths.append(sorted(app.requests_since(number)))
    return paths


async def test_a_quiet_refresh_asks_for_the_queue_alone_and_now_and_then_for_status_and_health(unread: Watched) -> None:
    before = unread.queue
    more = ["health", "queue", "system/status"]

    assert await asked(unread, 6) == [[*more, "system/task"], ["queue"], more, ["queue"], more, ["queue"]]
    assert (before.downloads, before.read_at, before.outage, before.incomplete) == ((), None, None, None)
    assert (unread.queue.version, unread.queue.read_at) == (unread.arr.version, unread.clock.now())


async def test_what_is_absent_costs_few_requests_and_only_until_it_is_decided(radarr: Watched) -> None:
    radarr.arr.queue.clear()

    about = ["health", "queue", "system/status", "system/task"]
    in_other_letters = ["health", "history", "history", *about[1:]]
    first = ["health", "history", *about[1:]]
    assert await asked(radarr, 5) == [first, about, in_other_letters, ["queue"], about[:3]]


# Outages


async def test_an_instance_that_was_never_read_has_an_outage_at_once_whose_cause_may_change_and_its_start_may_not(
    unread: Watched,
) -> None:
    await unread.arr.stop()
    refused = (await unread.read(after=0)).outage
    await unread.arr.start()
    unread.arr.fault = faults.answering(503)
    starting = (await unread.read(after=60)).outage

    assert refused is not None and starting is not None and unread.queue.read_at is None
    assert refused.since == starting.since == NOON
    assert refused.sentence != starting.sentence


async def test_one_or_two_lost_reads_in_a_row_are_no_outage_and_the_third_one_is_and_is_logged_once(
    radarr: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "discarr")
    for lost in (True, True, False, True, True, False):
        radarr.arr.fault = faults.answering(500) if lost else None
        assert (await radarr.read(after=20)).outage is None
    assert caplog.records == [], "what is no outage has no recovery either"

    before, began = radarr.queue, radarr.clock.now() + timedelta(seconds=5)
    radarr.arr.fault = faults.answering(500)
    seen = [await radarr.read(after=5) for _ in range(LOST_READS)]
    for fault in (*[faults.answering(503)] * 8, None, None, None):
        radarr.arr.fault = fault
        await radarr.read()

    assert [queue.outage and queue.outage.since for queue in seen] == [None, None, began]
    assert {(queue.downloads, queue.read_at) for queue in seen} == {(before.downloads, before.read_at)}
    start, end = caplog.records
    assert (start.levelno, end.levelno) == (logging.WARNING, logging.INFO)
    assert start.getMessage().startswith("Radarr ") and "500" in start.getMessage() and "Radarr" in end.getMessage()


@pytest.mark.parametrize(("later", "is_one"), [(LOST_FOR - 1, False), (LOST_FOR, True)])
async def test_a_lost_read_is_an_outage_after_a_minute_whatever_the_wall_clock_says(
    radarr: Watched, later: float, is_one: bool
) -> None:
    radarr.arr.fault = faults.answering(503)
    await radarr.read()
    radarr.clock.set_wall(NOON + timedelta(hours=1))
    radarr.clock.pass_time(later)

    assert (radarr.queue.outage is not None) is is_one


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
    radarr.arr.unreachable_clients.clear()
    radarr.arr.refresh()
    queue = await radarr.read()

    assert before == in_outage == {section: 1}
    assert while_absent == ({} if stalled_for else before), "what is absent does not count as in need of attention"
    assert queue.summary.sections == {Section.ATTENTION: 1}, "and nothing has come meanwhile"


# Another app at the address


async def test_another_app_at_the_address_is_noticed_before_its_queue_is_shown_and_until_it_is_gone(
    unread: Watched,
) -> None:
    unread.arr.app_name = "Sonarr"
    wrong = await unread.read()
    await unread.arr.stop()
    stopped = await unread.read()
    await unread.arr.start()
    unread.arr.app_name = "Radarr"
    right = await unread.read(after=5)

    assert wrong.outage is not None and "another app" in wrong.outage.sentence
    assert stopped.outage is not None and "another app" not in stopped.outage.sentence
    assert (wrong.downloads, right.outage, len(right.downloads)) == ((), None, 1)


async def test_what_was_grabbed_a_day_ago_needs_attention_at_that_moment_though_nothing_else_changes() -> None:
    """Complete, and waiting for import for less than the threshold."""
    item = import_pending(FILM, time_left=None, added=NOON.timestamp() - 85_000)
    async with unread_app("radarr", item) as radarr:
        await radarr.read_for(1200)
        before = radarr.queue.summary.sections
        await radarr.read_for(300)

        assert (before, radarr.queue.summary.sections) == ({Section.IMPORTING: 1}, {Section.ATTENTION: 1})
