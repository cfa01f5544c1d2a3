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


@pytest.mark.parametrize(
    ("takes", "wishes", "began"),
    [
        pytest.param(0, {}, [0, 30, 60, 90], id="at once, and then at the interval"),
        pytest.param(20, {}, [0, 30, 60, 90], id="counted from beginning to beginning"),
        pytest.param(0, {10: 1}, [0, 10, 40, 70, 100], id="a wish moves those after it"),
        pytest.param(0, {10: 100}, [0, 10, 40, 70, 100], id="many wishes in a moment are one step"),
        pytest.param(8, {3: 1}, [0, 8, 38, 68, 98], id="a wish during a step causes another right after it"),
        pytest.param(0, {0: 1}, [0, 30, 60, 90], id="a wish from before the start is met by the first step"),
        pytest.param({2: 100}, {}, [0, 30, 130, 160], id="after a stall nothing is caught up with"),
    ],
)
async def test_steps_come_at_the_interval_and_when_they_are_wished_for(
    takes: float | dict[int, float], wishes: dict[int, int], began: list[float]
) -> None:
    async def take(number: int) -> None:
        await asyncio.sleep(takes.get(number, 0) if isinstance(takes, dict) else takes)

    diary = Diary(take)
    periodic = PeriodicTask("A test", diary, INTERVAL)
    for _ in range(wishes.pop(0, 0)):
        periodic.request()

    async with running(periodic):
        for at, count in wishes.items():
            await asyncio.sleep(at)
            for _ in range(count):
                periodic.request()
        await asyncio.sleep(began[-1] + 10 - sum(wishes))

    assert diary.began == pytest.approx(began)


async def test_a_step_that_fails_is_logged_with_its_traceback_and_counted_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    errors = ZeroDivisionError("a bug of ours"), ArrError("is away"), TimeoutError(), None, OSError(), None

    async def stumble(number: int) -> None:
        if error := errors[number - 1]:
            raise error

    periodic = PeriodicTask("Drawing", Diary(stumble), INTERVAL)
    counts = []

    async with running(periodic):
        for _ in range(5):
            await asyncio.sleep(1)
            counts.append(periodic.failures)
            await asyncio.sleep(INTERVAL - 1)

    assert counts == [1, 2, 3, 0, 1]
    logged = [(record.levelno, record.args, record.exc_info and record.exc_info[1]) for record in caplog.records]
    assert logged == [(logging.ERROR, ("Drawing",), error) for error in errors if error]


async def test_what_is_fatal_ends_it() -> None:
    async def give_up(number: int) -> None:
        if number == 2:
            raise FatalError("the token was rejected")

    diary = Diary(give_up)

    with pytest.raises(FatalError, match="the token was rejected"):
        await PeriodicTask("A test", diary, INTERVAL).run()

    assert diary.began == pytest.approx([0, 30])
