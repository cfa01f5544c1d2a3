"""A periodic goes on for ever: at its interval, when woken, whatever happens in between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from discarr.errors import ArrError, FatalError
from discarr.tracking.periodic import PeriodicTask
from tests.virtual_time import jumping

pytestmark = jumping
INTERVAL = 30.0


class Diary:
    """A step that writes down when it began, in seconds since the start, and then does what it is told."""

    def __init__(self, then: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.began: list[float] = []
        self._start = asyncio.get_running_loop().time()
        self._then = then

    async def __call__(self) -> None:
        self.began.append(asyncio.get_running_loop().time() - self._start)
        if self._then is not None:
            await self._then(len(self.began))


@asynccontextmanager
async def running(periodic: PeriodicTask) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(periodic.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_first_step_is_at_once_and_the_others_at_the_interval() -> None:
    diary = Diary()

    async with running(PeriodicTask("A test", diary, INTERVAL)):
        await asyncio.sleep(100)

    assert diary.began == pytest.approx([0, 30, 60, 90])


async def test_the_interval_is_counted_from_beginning_to_beginning() -> None:
    diary = Diary(lambda number: asyncio.sleep(20))

    async with running(PeriodicTask("A test", diary, INTERVAL)):
        await asyncio.sleep(100)

    assert diary.began == pytest.approx([0, 30, 60, 90])


async def test_waking_brings_the_next_step_at_once_and_moves_those_after_it() -> None:
    diary = Diary()
    periodic = PeriodicTask("A test", diary, INTERVAL)

    async with running(periodic):
        await asyncio.sleep(10)
        periodic.request()
        await asyncio.sleep(50)

    assert diary.began == pytest.approx([0, 10, 40])


async def test_many_wishes_in_a_moment_are_one_step() -> None:
    diary = Diary()
    periodic = PeriodicTask("A test", diary, INTERVAL)

    async with running(periodic):
        await asyncio.sleep(10)
        for _ in range(100):
            periodic.request()
        await asyncio.sleep(5)

    assert diary.began == pytest.approx([0, 10])


async def test_a_wish_during_a_step_causes_another_one_right_after_it() -> None:
    diary = Diary(lambda number: asyncio.sleep(8))
    periodic = PeriodicTask("A test", diary, INTERVAL)

    async with running(periodic):
        await asyncio.sleep(3)
        periodic.request()
        await asyncio.sleep(30)

    assert diary.began == pytest.approx([0, 8])


async def test_a_wish_from_before_the_start_is_met_by_the_first_step() -> None:
    diary = Diary()
    periodic = PeriodicTask("A test", diary, INTERVAL)
    periodic.request()

    async with running(periodic):
        await asyncio.sleep(20)

    assert diary.began == pytest.approx([0])


async def test_after_a_stall_nothing_is_caught_up_with() -> None:
    diary = Diary(lambda number: asyncio.sleep(100 if number == 2 else 0))

    async with running(PeriodicTask("A test", diary, INTERVAL)):
        await asyncio.sleep(200)

    assert diary.began == pytest.approx([0, 30, 130, 160, 190])


async def test_a_step_that_fails_is_logged_with_its_traceback_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def stumble(number: int) -> None:
        if number == 2:
            raise ZeroDivisionError("a bug of ours")

    diary = Diary(stumble)

    async with running(PeriodicTask("Drawing", diary, INTERVAL)):
        await asyncio.sleep(100)

    assert diary.began == pytest.approx([0, 30, 60, 90])
    (record,) = caplog.records
    assert (record.levelno, record.args) == (logging.ERROR, ("Drawing",))
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize("error", [ArrError("is away"), TimeoutError(), OSError(), AssertionError(), KeyError("x")])
async def test_no_error_ends_it(error: Exception) -> None:
    async def fail(number: int) -> None:
        raise error

    diary = Diary(fail)

    async with running(PeriodicTask("A test", diary, INTERVAL)) as task:
        await asyncio.sleep(100)
        assert not task.done()

    assert len(diary.began) == 4


async def test_failures_are_counted_in_a_row() -> None:
    async def stumble(number: int) -> None:
        if number != 4:
            raise ZeroDivisionError

    periodic = PeriodicTask("A test", Diary(stumble), INTERVAL)
    counts = []

    async with running(periodic):
        for _ in range(5):
            await asyncio.sleep(1)
            counts.append(periodic.failures)
            await asyncio.sleep(INTERVAL - 1)

    assert counts == [1, 2, 3, 0, 1]


async def test_what_is_fatal_ends_it() -> None:
    async def give_up(number: int) -> None:
        if number == 2:
            raise FatalError("the token was rejected")

    diary = Diary(give_up)

    with pytest.raises(FatalError, match="the token was rejected"):
        await PeriodicTask("A test", diary, INTERVAL).run()

    assert diary.began == pytest.approx([0, 30])


@pytest.mark.parametrize("after", [0, 5, 20])
async def test_it_can_be_cancelled_in_a_step_and_between_two(after: float) -> None:
    diary = Diary(lambda number: asyncio.sleep(10))
    task = asyncio.create_task(PeriodicTask("A test", diary, INTERVAL).run())
    await asyncio.sleep(after)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(100)
    assert len(diary.began) <= 1
