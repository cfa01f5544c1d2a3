"""What becomes of an import is what the history says, however its command ends, or does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from aiohttp import web

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.items import FoundFile
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import BY_ID, delayed, import_blocked
from discarr.errors import ArrError
from discarr.model.action import Action, ActionStatus
from discarr.model.download import Download
from discarr.model.manual_import import ImportPlan
from discarr.tracking.actions import SHOWN_FOR, ActionTracker
from discarr.tracking.imports import FOLLOWED_FOR
from tests.support.apps import read
from tests.support.faults import after, answering, only_for
from tests.support.strict_arr import StrictArr
from tests.support.watching import FILM, OTHER, Crowd, client_of, running
from tests.virtual_time import jumping, loop_clock

type FaultOf = Callable[[LoopbackArr], Fault]
pytestmark = jumping


@dataclass(frozen=True)
class Asked:
    """An app with one blocked download, and the tracker of its actions."""

    arr: StrictArr
    tracker: ActionTracker
    download: Download

    async def import_files(self) -> Action | ImportPlan:
        plan = await self.tracker.plan(self.download)
        return await self.tracker.import_files(self.download, plan.digest(), by=1)


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    clock = loop_clock()
    async with (
        running("radarr", clock, import_blocked(FILM, messages=(("film.mkv", (BY_ID,)),))) as arr,
        client_of(arr) as client,
    ):
        (download,) = (await read(client)).downloads.values()
        tracker = ActionTracker(client, clock)
        yield Asked(arr, tracker, download)
        await tracker.close()


def posts(arr: LoopbackArr) -> int:
    return sum(request.method == "POST" for request in arr.requests)


def lost(arr: LoopbackArr) -> Fault:
    return only_for("/command", after(arr, answering(504, "<html>", "text/html")))


def unproved(arr: LoopbackArr) -> Fault:
    """The history cannot be read after the command."""

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=500) if "/history" in request.path and posts(arr) else None

    return fault


def said_to_have_failed(arr: LoopbackArr) -> Fault:
    return only_for("/command/", answering(200, '{"id": 184213, "status": "failed"}'))


@pytest.mark.parametrize(
    ("moves", "fault", "takes", "expected", "seconds"),
    [
        (True, lost, 0, ActionStatus.DONE, 0),
        (True, unproved, 0, ActionStatus.UNCERTAIN, 0),
        (True, said_to_have_failed, 0, ActionStatus.DONE, 0),
        (False, lost, 0, ActionStatus.UNCERTAIN, 0),
        (False, None, 0, ActionStatus.NOTHING, 0),
        (False, None, 1e9, ActionStatus.UNCERTAIN, FOLLOWED_FOR),
    ],
)
async def test_what_becomes_of_an_import_is_found_out_in_the_end(
    asked: Asked, moves: bool, fault: FaultOf | None, takes: float, expected: ActionStatus, seconds: float
) -> None:
    """What was imported before it was grabbed again proves nothing."""
    item = asked.arr.queue[0]
    asked.arr.remember(item, "downloadFolderImported", at=asked.arr.clock() + 3600)
    asked.arr.remember(item, "grabbed", at=asked.arr.clock() + 3601)
    if not moves:
        item.files = [FoundFile("/data/x/film.mkv", FILM, fails=True)]
    asked.arr.fault = fault(asked.arr) if fault else None
    asked.arr.command_takes = takes
    began = asyncio.get_running_loop().time()

    result = await asked.import_files()

    assert isinstance(result, Action) and result.status is expected
    assert seconds <= asyncio.get_running_loop().time() - began < seconds + 130


@pytest.mark.parametrize(("part", "status", "sent"), [("/history", 500, 0), ("/command", 400, 1)])
async def test_an_import_that_cannot_begin_leaves_no_trace(asked: Asked, part: str, status: int, sent: int) -> None:
    asked.arr.fault = only_for(part, answering(status, '{"message": "no"}'))

    with pytest.raises(ArrError):
        await asked.import_files()

    assert posts(asked.arr) == sent
    assert (asked.tracker.recent(0), asked.tracker.running) == ((), frozenset())


async def test_an_import_is_shown_for_ten_minutes_and_is_not_that_of_a_later_grab(asked: Asked) -> None:
    asked.arr.command_takes = 3600
    task = asyncio.create_task(asked.import_files())
    await asyncio.sleep(1800)
    now = loop_clock().monotonic()
    assert [action.status for action in asked.tracker.recent(now)] == [ActionStatus.RUNNING]

    await task
    ended = loop_clock().monotonic()

    assert asked.tracker.imported(asked.download) is not None
    assert asked.tracker.imported(asked.download._replace(grabbed_at=loop_clock().now())) is None
    assert [action.status for action in asked.tracker.recent(ended + SHOWN_FOR - 1)] == [ActionStatus.DONE]
    assert asked.tracker.recent(ended + SHOWN_FOR + 1) == ()


async def test_grabs_of_one_app_wait_for_each_other_and_two_of_one_release_are_one(asked: Asked) -> None:
    asked.arr.queue[:] = [delayed(FILM), delayed(OTHER)]
    async with client_of(asked.arr) as client:
        downloads = (await read(client)).downloads.values()
    crowd = Crowd()
    asked.arr.fault = only_for("/grab/", crowd)
    await asyncio.gather(*(asked.tracker.grab(download, by=1) for download in [*downloads, *downloads]))

    assert (crowd.count, crowd.most) == (2, 1)
