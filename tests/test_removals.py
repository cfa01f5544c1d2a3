"""Whoever presses, and how often: a download is removed once, and its row goes when it is gone."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.errors import AlreadyGone, ArrError, ServerFailed
from discarr.model.outcome import OutcomeKind
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.tracking.removals import SHOWN_FOR
from tests.stage import Gate
from tests.support import faults
from tests.support.watching import FILM, OTHER, Watched, dated, keys, watched

ANNA, BERT = 1001, 1002


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """Two downloads, in an app whose refreshes come only when a test makes them."""
    async with watched("radarr", downloading(FILM), downloading(OTHER)) as app:
        app.arr.refresh_every = 1e9
        await app.read(after=1)
        yield app


def shown(app: Watched) -> list[str]:
    return [download.release for download in app.queue.downloads]


def removed(app: Watched) -> list[tuple[int, RemovalMode]]:
    return [(record.by, record.mode) for record in app.snapshot.removed]


def still_listed(app: Watched) -> list[int]:
    """Who removed what is listed all the same."""
    return [record.by for record in app.queue.still_listed.values()]


async def refreshed(app: Watched) -> None:
    """The app asks its clients before each of four reads."""
    for _ in range(4):
        app.arr.refresh()
        await app.read()


async def ended(*removing: asyncio.Task[None]) -> list[type[BaseException] | None]:
    """How each ended: None if it removed, else the kind of its error."""
    return [None if end is None else type(end) for end in await asyncio.gather(*removing, return_exceptions=True)]


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("error", [None, "Unable to connect"])
async def test_two_who_press_at_once_remove_once_though_one_leaves_and_what_fails_can_be_tried_again(
    radarr: Watched, caplog: pytest.LogCaptureFixture, leaves: bool, error: str | None
) -> None:
    subject, radarr.arr.queue[0].client_error = radarr.queue.downloads[0], error
    radarr.arr.fault = held = Gate("DELETE")
    one = asyncio.create_task(radarr.remove(subject, by=ANNA))
    await held.arrived.wait()
    two = asyncio.create_task(radarr.remove(subject, RemovalMode.BLOCK, by=BERT))
    await asyncio.wait([two], timeout=0)
    if leaves:
        one.cancel()
    held.opened.set()

    end = ServerFailed if error else None
    assert await ended(one, two) == [asyncio.CancelledError if leaves else end, end or AlreadyGone]
    assert removed(radarr) == ([] if error else [(ANNA, RemovalMode.REMOVE)])
    assert len(shown(radarr)) == (2 if error else 1)
    radarr.arr.queue[0].client_error = None
    again = asyncio.create_task(radarr.remove(subject, by=BERT))
    assert await ended(again) == [None if error else AlreadyGone]
    assert [request.method for request in radarr.arr.requests].count("DELETE") == (2 if error else 1)
    assert [record for record in caplog.records if record.name == "asyncio"] == [], "a failure makes no noise"


@pytest.mark.parametrize("minutes", [-600, -5, 0, 5, 600])
async def test_a_row_that_flickers_back_is_hidden_until_a_later_refresh(radarr: Watched, minutes: int) -> None:
    """What was asked before the DELETE is published after it (Core/Queue/QueueService.cs)."""
    subject, radarr.arr.fault = radarr.queue.downloads[0], dated(radarr, minutes)
    radarr.arr.begin_refresh()
    radarr.clock.pass_time(2)
    await radarr.remove(subject)
    await radarr.read(after=1)
    radarr.arr.end_refresh()
    assert [subject.key in keys(queue) for queue in await radarr.read_for(50, every=10)] == [False] * 5
    assert radarr.arr.queue[0].media == OTHER, "it is gone from its client"

    radarr.arr.refresh()
    await radarr.read_for(600)
    assert subject.key not in keys(radarr.queue)
    assert radarr.outcomes == []


async def test_what_is_listed_after_a_later_refresh_or_two_minutes_is_shown_again(radarr: Watched) -> None:
    """The client agreed to remove it and did not, or deletes its files for minutes."""
    radarr.arr.queue[0].survives_removal = True
    subject = radarr.queue.downloads[0]
    await radarr.remove(subject, by=ANNA)
    radarr.clock.pass_time(1)
    radarr.arr.refresh()
    await radarr.read()
    assert subject.key in keys(radarr.queue)
    assert (removed(radarr), still_listed(radarr)) == ([], [ANNA])
    radarr.arr.queue[0].added = radarr.clock.now().timestamp()
    radarr.arr.refresh()
    subject = next(each for each in (await radarr.read()).downloads if each.key == subject.key)
    assert still_listed(radarr) == [], "it was grabbed again"

    await radarr.remove(subject, by=BERT)
    radarr.arr.refresh()
    await radarr.read(after=1)
    radarr.clock.pass_time(118)
    assert subject.key not in keys(radarr.queue)
    assert (removed(radarr), still_listed(radarr)) == ([(BERT, RemovalMode.REMOVE)], [])
    radarr.clock.pass_time(1)
    assert subject.key in keys(radarr.queue), "though nobody has read since"
    assert (removed(radarr), still_listed(radarr)) == ([], [BERT])

    await radarr.read_for(SHOWN_FOR)
    assert still_listed(radarr) == [], "by then it is a download as any other"
    radarr.arr.queue.pop(0)
    await refreshed(radarr)
    assert (radarr.outcomes, still_listed(radarr)) == ([], [])
    assert (shown(radarr), removed(radarr)) == ([radarr.arr.queue[0].title], [(BERT, RemovalMode.REMOVE)])


@pytest.mark.parametrize("days", [0, 1, 30])
async def test_the_same_release_grabbed_again_is_a_new_download(radarr: Watched, days: int) -> None:
    subject = radarr.queue.downloads[0]
    await radarr.remove(subject)
    radarr.arr.refresh()
    await radarr.read(after=5)
    radarr.clock.pass_time(86_400 * days)
    again = downloading(FILM, added=radarr.clock.now().timestamp())
    radarr.arr.queue.append(again)
    radarr.arr.remember(again, "grabbed")
    radarr.arr.refresh()
    assert subject.key in keys(await radarr.read(after=5))
    assert still_listed(radarr) == []

    radarr.arr.finish(again)
    radarr.arr.refresh()
    await radarr.read(after=5)
    assert radarr.kinds == [OutcomeKind.IMPORTED]


@pytest.mark.parametrize(
    ("worked", "mode", "reads", "events", "kind"),
    [
        *((True, mode, 0, [], None) for mode in RemovalMode),
        (False, RemovalMode.REMOVE, 5, [], OutcomeKind.REMOVED),
        (False, RemovalMode.REMOVE, 0, ["downloadFolderImported"], OutcomeKind.IMPORTED),
        (False, RemovalMode.REMOVE, 0, ["downloadFailed"], OutcomeKind.FAILED),
    ],
)
async def test_a_removal_whose_answer_was_lost_is_theirs_if_it_worked_and_can_have_caused_the_outcome(
    radarr: Watched, worked: bool, mode: RemovalMode, reads: int, events: list[str], kind: OutcomeKind | None
) -> None:
    """What goes only after two minutes was removed by somebody else."""
    subject, item, fault = radarr.queue.downloads[0], radarr.arr.queue[0], faults.answering(504)
    radarr.arr.fault = faults.only_for("DELETE", faults.after(radarr.arr, fault) if worked else fault)
    with pytest.raises(ArrError):
        await radarr.remove(subject, mode, by=ANNA)
    radarr.arr.fault = None
    for _ in range(reads):
        assert subject.key in keys(await radarr.read())
    if not worked:
        radarr.arr.queue.remove(item)
    for event in events:
        radarr.arr.remember(item, event)
    await refreshed(radarr)

    assert subject.key not in keys(radarr.queue)
    assert (radarr.kinds, removed(radarr)) == ([kind] if kind else [], [(ANNA, mode)] if worked else [])


async def test_a_removal_whose_answer_was_lost_is_theirs_though_imports_are_off(radarr: Watched) -> None:
    radarr.arr.health = [{"source": "ImportMechanismCheck", "type": "warning", "message": "x"}]
    radarr.arr.fault = faults.only_for("DELETE", faults.after(radarr.arr, faults.answering(504)))
    with pytest.raises(ArrError):
        await radarr.remove(radarr.queue.downloads[0], by=ANNA)
    radarr.arr.fault = None
    await refreshed(radarr)

    assert (radarr.outcomes, removed(radarr)) == ([], [(ANNA, RemovalMode.REMOVE)])


async def test_a_read_between_the_removal_and_its_answer_makes_nothing_of_it(radarr: Watched) -> None:
    """The app blocklists first and answers later: its history says 'failed' already."""
    subject, held = radarr.queue.downloads[0], Gate("DELETE")

    async def late(request: web.Request) -> web.StreamResponse | None:
        answer = await radarr.arr.respond(request)
        await held(request)
        return answer

    radarr.arr.fault = late
    removing = asyncio.create_task(radarr.remove(subject, RemovalMode.BLOCK, by=ANNA))
    await held.arrived.wait()
    await radarr.read_for(60)
    held.opened.set()
    await removing
    radarr.arr.refresh()
    await radarr.read_for(300)

    assert (radarr.outcomes, removed(radarr)) == ([], [(ANNA, RemovalMode.BLOCK)])
    assert (radarr.queue.absent, len(shown(radarr))) == (frozenset(), 1)


async def test_what_was_removed_is_shown_for_ten_minutes_newest_first(radarr: Watched) -> None:
    one, two = radarr.queue.downloads
    await radarr.remove(one, by=ANNA)
    at, seconds = radarr.clock.now(), radarr.clock.monotonic()
    radarr.clock.pass_time(300)
    await radarr.remove(two, RemovalMode.BLOCK, by=BERT)

    assert radarr.snapshot.removed == (
        RemovalRecord(two, RemovalMode.BLOCK, BERT, radarr.clock.now(), seconds + 300),
        RemovalRecord(one, RemovalMode.REMOVE, ANNA, at, seconds),
    )
    radarr.clock.pass_time(SHOWN_FOR - 300)
    assert [by for by, _ in removed(radarr)] == [BERT]
    radarr.clock.pass_time(300)
    assert removed(radarr) == []
