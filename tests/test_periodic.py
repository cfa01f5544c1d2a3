"""A periodic goes on for ever: at its interval, when woken, whatever happens in between."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from discarr.errors import ArrError, FatalError
from discarr.tracking.periodic import PeriodicTask
from tests.virtual_time import jumping

pytestmark = jumping


class Diary:
    """A step that writes down when it began and how many had failed by then, and then takes or raises what is next."""

    def __init__(self, *then: float | Exception) -> None:
        self.began: list[float] = []
        self.failures: list[int] = []
        self.periodic = PeriodicTask("Drawing", self._step, 30)
        self._start = asyncio.get_running_loop().time()
        self._then = [*then]

    async def _step(self) -> None:
        self.began.append(asyncio.get_running_loop().time() - self._start)
        self.failures.append(self.periodic.failures)
        now = self._then.pop(0) if self._then else 0
        if isinstance(now, Exception):
            raise now
        await asyncio.sleep(now)


@pytest.mark.parametrize(
    ("takes", "wishes", "began"),
    [
        pytest.param([0] * 9, [], [0, 30, 60, 90], id="at once, and then at the interval"),
        pytest.param([20] * 9, [], [0, 30, 60, 90], id="counted from beginning to beginning"),
        pytest.param([0] * 9, [10], [0, 10, 40, 70, 100], id="a wish moves those after it"),
        pytest.param([0] * 9, [10] * 100, [0, 10, 40, 70, 100], id="many wishes in a moment are one step"),
        pytest.param([8] * 9, [3], [0, 8, 38, 68, 98], id="a wish during a step causes another right after it"),
        pytest.param([0, 100], [], [0, 30, 130, 160], id="after a stall nothing is caught up with"),
    ],
)
async def test_steps_come_at_the_interval_and_when_they_are_wished_for(
    takes: Sequence[float], wishes: Sequence[float], began: Sequence[float]
) -> None:
    diary = Diary(*takes)
    for at in wishes:
        asyncio.get_running_loop().call_later(at, diary.periodic.request)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(began[-1] + 10):
            await diary.periodic.run()

    assert diary.began == pytest.approx(began)


async def test_a_failed_step_is_logged_and_counted_and_a_fatal_one_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    errors = ZeroDivisionError("a bug of ours"), ArrError("is away"), TimeoutError(), OSError()
    diary = Diary(*errors[:3], 0, errors[3], FatalError("the token was rejected"))

    with pytest.raises(FatalError, match="the token was rejected"):
        await diary.periodic.run()

    assert diary.began == pytest.approx([0, 30, 60, 90, 120, 150])
    assert diary.failures == [0, 1, 2, 3, 0, 1]
    logged = [(record.levelno, record.args, record.exc_info and record.exc_info[1]) for record in caplog.records]
    assert logged == [(logging.ERROR, ("Drawing",), error) for error in errors]
