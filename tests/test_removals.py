"""Whoever presses, and how often: a download is removed once, and its row goes when it is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from discarr.arr.client import ArrClient, tls_context
from discarr.demo.arr import Item, LoopbackArr, MovieMedia, SeriesMedia, faults, situations
from discarr.errors import AlreadyGone, ArrError, ServerFailed, Unreachable
from discarr.model.queue import Download, Instance, Queue, Snapshot
from discarr.model.removal_mode import Removal, Removed
from discarr.tracking.removals import Removals
from tests.builders import download, instance, queue, snapshot
from tests.clocks import HandClock

FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
OTHER = MovieMedia(12, "Salt and Thunder", 2019)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
ANNA, BERT = 1001, 1002


class Stage:
    """A loopback app, our client of it, and the removals under test."""

    def __init__(self, arr: LoopbackArr, client: ArrClient, clock: HandClock, removals: Removals) -> None:
        self.arr = arr
        self.client = client
        self.clock = clock
        self.removals = removals
        self.arrived = asyncio.Event()
        self._go = asyncio.Event()

    async def listed(self) -> Queue:
        """The queue as the app tells it now."""
        return await self.client.queue()

    async def the_download(self) -> Download:
        """The first one that the app lists."""
        return (await self.listed()).downloads[0]

    async def remove(self, subject: Download, how: Removal = Removal.REMOVE, *, by: int = ANNA) -> None:
        await self.removals.remove(self.client, subject, how, by=by)

    def deletes(self) -> list[str]:
        """The paths of the DELETEs that came in and were answered."""
        return [request.path for request in self.arr.requests if request.method == "DELETE"]

    def hold(self) -> None:
        """DELETEs get no answer until `let_go`."""

        async def held(request: web.Request) -> web.StreamResponse | None:
            self.arrived.set()
            await self._go.wait()
            return None

        self.arr.fault = faults.on("DELETE", held)

    def let_go(self) -> None:
        self._go.set()

    async def shown(self) -> tuple[Download, ...]:
        """The rows that people see of what the app lists now."""
        return tuple(self.removals.applied(snapshot(await self.listed())))


@asynccontextmanager
async def staged(key: str, clock: HandClock, removals: Removals, *items: Item) -> AsyncIterator[Stage]:
    of = instance(key)
    async with LoopbackArr("radarr" if of.service == "radarr" else "sonarr") as arr:
        arr.queue = list(items)
        async with ArrClient(of, arr.url, arr.api_key, tls=tls_context(True), clock=clock) as client:
            yield Stage(arr, client, clock, removals)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def removals(clock: HandClock) -> Removals:
    return Removals(clock)


@pytest.fixture
async def radarr(clock: HandClock, removals: Removals) -> AsyncIterator[Stage]:
    items = situations.downloading(FILM), situations.downloading(OTHER, title="Salt.and.Thunder-X")
    async with staged("radarr", clock, removals, *items) as stage:
        yield stage


async def outcomes(*removing: asyncio.Task[None]) -> list[type[BaseException] | None]:
    """How each ended: None if it removed, else the kind of its error."""
    return [None if end is None else type(end) for end in await asyncio.gather(*removing, return_exceptions=True)]


# Once


async def test_a_removal_reaches_the_app_with_its_flags_and_no_body(radarr: Stage) -> None:
    subject = await radarr.the_download()

    await radarr.remove(subject, Removal.BLOCK)

    (request,) = [request for request in radarr.arr.requests if request.method == "DELETE"]
    assert request.path == f"/api/v3/queue/{subject.ref.id}"
    assert dict(request.query) == Removal.BLOCK.flags
    assert request.body == b""
    assert [item.media for item in radarr.arr.queue] == [OTHER]


async def test_two_who_press_at_once_remove_once_and_the_second_is_told(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.hold()
    first = asyncio.create_task(radarr.remove(subject, by=ANNA))
    await radarr.arrived.wait()
    second = asyncio.create_task(radarr.remove(subject, Removal.BLOCK, by=BERT))
    radarr.let_go()

    assert await outcomes(first, second) == [None, AlreadyGone]
    assert len(radarr.deletes()) == 1
    assert [(one.by, one.how) for one in radarr.removals.recent()] == [(ANNA, Removal.REMOVE)]


async def test_twenty_presses_at_once_remove_once(radarr: Stage) -> None:
    subject = await radarr.the_download()

    ends = await outcomes(*(asyncio.create_task(radarr.remove(subject, by=n)) for n in range(20)))

    assert sorted(map(str, ends)) == sorted(map(str, [None, *[AlreadyGone] * 19]))
    assert len(radarr.deletes()) == 1


async def test_a_press_after_it_is_told_without_asking_the_app(radarr: Stage) -> None:
    subject = await radarr.the_download()
    await radarr.remove(subject)

    with pytest.raises(AlreadyGone):
        await radarr.remove(subject, by=BERT)

    assert len(radarr.deletes()) == 1


async def test_a_download_under_a_new_queue_id_is_not_removed_twice(radarr: Stage) -> None:
    subject = await radarr.the_download()
    await radarr.remove(subject)

    with pytest.raises(AlreadyGone):
        await radarr.remove(download(999, download_id=subject.download_id))

    assert len(radarr.deletes()) == 1


async def test_a_pack_is_removed_by_one_delete_whichever_record_is_pressed(
    clock: HandClock, removals: Removals
) -> None:
    item = situations.downloading(SERIES, episodes=SERIES.season(2, 10))
    async with staged("sonarr", clock, removals, item) as sonarr:
        season = await sonarr.the_download()
        await sonarr.remove(season)

        with pytest.raises(AlreadyGone):
            await sonarr.remove(download(season.ids[7], instance="sonarr", download_id=""))

        assert sonarr.deletes() == [f"/api/v3/queue/{season.ids[0]}"]
        assert sonarr.arr.queue == []


async def test_different_downloads_are_removed_at_the_same_time(radarr: Stage) -> None:
    first, second = (await radarr.listed()).downloads
    radarr.hold()
    removing = [asyncio.create_task(radarr.remove(one)) for one in (first, second)]
    await radarr.arrived.wait()
    radarr.let_go()

    assert await outcomes(*removing) == [None, None]
    assert len(radarr.deletes()) == 2


async def test_equal_ids_of_two_instances_are_different_downloads(clock: HandClock, removals: Removals) -> None:
    item, same = situations.downloading(FILM), situations.downloading(FILM)
    async with staged("radarr", clock, removals, item) as one, staged("radarr-4k", clock, removals, same) as two:
        first, second = await one.the_download(), await two.the_download()
        assert first.ids == second.ids and first.download_id == second.download_id

        await one.remove(first)
        assert await two.shown() == (second,)
        await two.remove(second)

        assert (len(one.deletes()), len(two.deletes())) == (1, 1)
        assert (one.arr.queue, two.arr.queue) == ([], [])


# Failures


async def test_a_removal_that_the_app_cannot_do_is_told_to_all_who_wait_for_it(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.arr.queue[0].client_error = "Unable to connect to http://sab:8080?apikey=5ec4e7"
    radarr.hold()
    first = asyncio.create_task(radarr.remove(subject))
    await radarr.arrived.wait()
    second = asyncio.create_task(radarr.remove(subject, by=BERT))
    radarr.let_go()

    assert await outcomes(first, second) == [ServerFailed, ServerFailed]
    assert len(radarr.deletes()) == 1
    assert radarr.removals.recent() == ()


async def test_what_failed_is_shown_again_and_can_be_tried_again(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.arr.queue[0].client_error = "No"
    with pytest.raises(ServerFailed):
        await radarr.remove(subject)
    assert subject in await radarr.shown()

    radarr.arr.queue[0].client_error = None
    await radarr.remove(subject)

    assert len(radarr.deletes()) == 2
    assert subject not in await radarr.shown()


async def test_a_connection_that_breaks_off_proves_nothing(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.arr.fault = faults.on("DELETE", faults.dropping())

    with pytest.raises(Unreachable):
        await radarr.remove(subject)

    radarr.arr.fault = None
    assert subject in await radarr.shown()
    assert radarr.removals.recent() == ()


async def test_what_left_the_queue_before_is_gone_for_everybody_and_counted_for_nobody(radarr: Stage) -> None:
    subject = await radarr.the_download()
    before = await radarr.listed()
    radarr.arr.finish(radarr.arr.queue[0])

    ends = await outcomes(*(asyncio.create_task(radarr.remove(subject, by=n)) for n in range(3)))

    assert ends == [AlreadyGone] * 3
    assert len(radarr.deletes()) == 1
    assert radarr.removals.recent() == ()
    assert subject in tuple(radarr.removals.applied(snapshot(before))), "only the next read knows what is there"


async def test_a_removal_goes_on_though_the_one_who_pressed_is_gone(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.hold()
    first = asyncio.create_task(radarr.remove(subject))
    await radarr.arrived.wait()
    second = asyncio.create_task(radarr.remove(subject, by=BERT))
    first.cancel()
    radarr.let_go()

    assert await outcomes(first, second) == [asyncio.CancelledError, AlreadyGone]
    assert [item.media for item in radarr.arr.queue] == [OTHER]
    assert [one.by for one in radarr.removals.recent()] == [ANNA]


async def test_one_who_waits_and_goes_breaks_nothing_off(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.hold()
    first = asyncio.create_task(radarr.remove(subject))
    await radarr.arrived.wait()
    second = asyncio.create_task(radarr.remove(subject, by=BERT))
    await asyncio.wait([second], timeout=0)
    second.cancel()
    radarr.let_go()

    assert await outcomes(first, second) == [None, asyncio.CancelledError]
    assert [item.media for item in radarr.arr.queue] == [OTHER]


async def test_a_failure_that_nobody_waits_for_any_more_makes_no_noise(
    radarr: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    subject = await radarr.the_download()
    radarr.arr.queue[0].client_error = "No"
    radarr.hold()
    first = asyncio.create_task(radarr.remove(subject))
    await radarr.arrived.wait()
    first.cancel()
    second = asyncio.create_task(radarr.remove(subject, by=BERT))
    radarr.let_go()

    with pytest.raises(ArrError):
        await second
    assert [record for record in caplog.records if record.name == "asyncio"] == []


# What people see


async def test_a_row_says_that_it_is_on_its_way_out_while_the_app_works(radarr: Stage) -> None:
    subject = await radarr.the_download()
    radarr.hold()
    removing = asyncio.create_task(radarr.remove(subject))
    await radarr.arrived.wait()

    assert [row.removing for row in await radarr.shown()] == [True, False]
    radarr.let_go()
    await removing
    assert [row.release for row in await radarr.shown()] == ["Salt.and.Thunder-X"]


async def test_a_removed_row_stays_hidden_from_reads_that_may_not_know_of_it(radarr: Stage) -> None:
    subject = await radarr.the_download()
    early = await radarr.listed()
    radarr.clock.pass_time(1)
    await radarr.remove(subject)

    assert subject not in tuple(radarr.removals.applied(snapshot(early)))
    radarr.clock.pass_time(60)
    assert subject not in tuple(radarr.removals.applied(snapshot(early)))


def relisted(stage: Stage, subject: Download) -> Snapshot:
    """A read that begins now and lists it (again)."""
    return snapshot(queue(subject, began=stage.clock.monotonic()))


@pytest.mark.parametrize(("seconds", "hidden"), [(1, True), (60, True), (119, True), (120, False), (3600, False)])
async def test_a_row_that_comes_back_is_hidden_for_two_minutes_at_most(
    radarr: Stage, seconds: float, hidden: bool
) -> None:
    subject = await radarr.the_download()
    await radarr.remove(subject)
    radarr.clock.pass_time(seconds)

    assert (subject not in tuple(radarr.removals.applied(relisted(radarr, subject)))) is hidden


async def test_once_a_later_read_lacks_it_a_new_grab_of_the_same_is_shown_at_once(radarr: Stage) -> None:
    subject = await radarr.the_download()
    await radarr.remove(subject)
    radarr.clock.pass_time(1)
    assert subject not in await radarr.shown()
    radarr.clock.pass_time(1)

    assert subject in tuple(radarr.removals.applied(relisted(radarr, subject)))
    radarr.arr.queue.insert(0, situations.downloading(FILM))
    await radarr.remove(subject)
    assert len(radarr.deletes()) == 2


async def test_an_earlier_read_that_lacks_it_proves_nothing(radarr: Stage) -> None:
    subject = await radarr.the_download()
    began = radarr.clock.monotonic()
    radarr.clock.pass_time(5)
    await radarr.remove(subject)
    radarr.removals.applied(snapshot(queue(instance=subject_instance(radarr), began=began)))
    radarr.clock.pass_time(5)

    assert subject not in tuple(radarr.removals.applied(relisted(radarr, subject)))


def subject_instance(stage: Stage) -> Instance:
    return stage.client.instance


async def test_other_rows_and_other_queues_stay_as_they_are(radarr: Stage) -> None:
    subject, other = (await radarr.listed()).downloads
    episode = download(subject.ref.id, instance="sonarr", download_id=subject.download_id)
    await radarr.remove(subject)

    seen = radarr.removals.applied(snapshot(queue(subject, other, began=0.0), queue(episode)))

    assert [one.downloads for one in seen.queues] == [(other,), (episode,)]


async def test_without_removals_the_snapshot_is_the_same(removals: Removals) -> None:
    given = snapshot(queue(download()))

    assert removals.applied(given) is given


async def test_what_was_removed_from_an_instance_that_is_no_longer_there_is_forgotten(radarr: Stage) -> None:
    subject = await radarr.the_download()
    await radarr.remove(subject)

    radarr.removals.applied(snapshot())

    assert subject in tuple(radarr.removals.applied(snapshot(queue(subject, began=0.0))))


# The audit


async def test_what_was_removed_is_told_for_ten_minutes_newest_first(radarr: Stage) -> None:
    first, second = (await radarr.listed()).downloads
    await radarr.remove(first, Removal.REMOVE, by=ANNA)
    at, began = radarr.clock.now(), radarr.clock.monotonic()
    radarr.clock.pass_time(300)
    await radarr.remove(second, Removal.BLOCK, by=BERT)

    assert radarr.removals.recent() == (
        Removed(second, Removal.BLOCK, BERT, radarr.clock.now(), began + 300),
        Removed(first, Removal.REMOVE, ANNA, at, began),
    )
    radarr.clock.pass_time(299)
    assert len(radarr.removals.recent()) == 2
    radarr.clock.pass_time(1)
    assert [one.by for one in radarr.removals.recent()] == [BERT]
    radarr.clock.pass_time(600)
    assert radarr.removals.recent() == ()


async def test_a_day_of_removals_is_not_kept(radarr: Stage) -> None:
    radarr.arr.queue = [situations.downloading(MovieMedia(n, f"Film {n}", 2000)) for n in range(1, 31)]
    for subject in (await radarr.listed()).downloads:
        await radarr.remove(subject)

    assert 0 < len(radarr.removals.recent()) <= 20
    assert radarr.arr.queue == []
