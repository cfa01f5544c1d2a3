"""How work is asked to end."""

import asyncio

import pytest

from discarr.signals import run_until


async def test_work_is_cancelled_when_the_stop_is_set_and_may_take_its_time() -> None:
    stop, ends = asyncio.Event(), []

    async def work() -> None:
        try:
            stop.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            stop.set()  # a second signal
            await asyncio.sleep(0)
            ends.append("farewell")

    await run_until(stop, work())

    assert ends == ["farewell"]


async def test_work_that_fails_ends_the_wait_with_its_error() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_until(asyncio.Event(), work())
