"""One instance over time: an outage keeps what was read last, and begins neither early nor twice.

What each failure means is proved in tests/test_failures.py, and shown by the whole bot in tests/faults.
"""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from discarr.demo.arr import client_trouble
from discarr.demo.arr.items import QBITTORRENT
from discarr.demo.arr.situations import downloading
from discarr.model.download import Section
from discarr.tracking.outages import LOST_FOR, LOST_READS
from tests.support import faults
from tests.support.clocks import NOON
from tests.support.situations import import_pending
from tests.support.watching import FILM, STALLED_AFTER, Watched, watched


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """With one download, not read yet."""
    async with watched("radarr", downloading(FILM), is_read=False) as app:
        yield app


async def test_a_quiet_read_asks_for_the_queue_alone_and_for_more_while_one_is_absent(radarr: Watched) -> None:
    before = radarr.queue
    more = ["health", "queue", "system/status"]

    assert [await radarr.asked() for _ in range(5)] == [[*more, "system/task"], ["queue"], more, ["queue"], more]
    assert (before.downloads, before.read_at, before.outage, before.incomplete) == ((), None, None, None)
    assert (radarr.queue.version, radarr.queue.read_at) == (radarr.arr.version, radarr.clock.now())
    radarr.arr.queue.clear()
    first, undecided = ["health", "history", *more[1:], "system/task"], [*more, "system/task"]
    in_other_letters = ["health", "history", "history", *undecided[1:]]
    assert [await radarr.asked() for _ in range(5)] == [first, undecided, in_other_letters, ["queue"], more]


async def test_what_was_never_read_has_an_outage_at_once_whose_cause_may_change(radarr: Watched) -> None:
    """That is noticed before its queue is shown."""
    radarr.arr.app_name = "Sonarr"
    queues = [await radarr.read(after=0)]
    await radarr.arr.stop()
    queues.append(await radarr.read(after=60))
    await radarr.arr.start()
    radarr.arr.fault = faults.answering(503)
    queues.append(await radarr.read(after=60))
    radarr.arr.fault, radarr.arr.app_name = None, "Radarr"
    right = (await radarr.read_for(10, every=5))[-1]

    assert [queue.outage and queue.outage.since for queue in queues] == [NOON] * 3
    assert [queue.outage and "another app" in queue.outage.sentence for queue in queues] == [True, False, False]
    assert len({queue.outage for queue in queues}) == 3
    assert {(queue.downloads, queue.read_at) for queue in queues} == {((), None)}
    assert (right.outage, len(right.downloads)) == (None, 1)


async def test_three_lost_reads_or_a_minute_is_an_outage(radarr: Watched, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "discarr")
    for lost in (False, True, True, False, True, True, False):
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

    radarr.arr.fault = faults.answering(503)
    await radarr.read()
    radarr.clock.set_wall(NOON + timedelta(hours=1))
    radarr.clock.pass_time(LOST_FOR - 1)
    assert radarr.queue.outage is None, "whatever the wall clock says"
    radarr.clock.pass_time(1)
    assert radarr.queue.outage is not None


@pytest.mark.parametrize("stalled_for", [0, STALLED_AFTER + 60])
async def test_what_cannot_be_seen_stays_in_its_section(radarr: Watched, stalled_for: float) -> None:
    """Nobody knows whether it has had progress since: not of a failing app, and not of a client that is away."""
    section = Section.ATTENTION if stalled_for else Section.DOWNLOADING
    await radarr.read()
    before = (await radarr.read(after=stalled_for)).summary.sections
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


async def test_what_was_grabbed_a_day_ago_needs_attention_at_that_moment_though_nothing_else_changes() -> None:
    """Complete, and waiting for import for less than the threshold."""
    item = import_pending(FILM, time_left=None, added=NOON.timestamp() - 85_000)
    async with watched("radarr", item, is_read=False) as radarr:
        await radarr.read_for(1200)
        for hours, section in ((1, Section.ATTENTION), (-1, Section.IMPORTING)):
            radarr.clock.set_wall(radarr.clock.now() + timedelta(hours=hours))
            assert radarr.queue.summary.sections == {section: 1}, "by the clock that the rows are shown by"
        await radarr.read_for(300)
        assert radarr.queue.summary.sections == {Section.ATTENTION: 1}
