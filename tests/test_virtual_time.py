"""The loop of `virtual_time` keeps its word, with timers and real sockets."""

import asyncio
import time

import httpx
import pytest

from discarr.demo.arr import LoopbackArr
from tests.support.clocks import NOON
from tests.virtual_time import JumpingLoop, jumping, loop_clock


@jumping
async def test_hours_pass_in_a_moment_exactly_and_only_where_nothing_can_run() -> None:
    loop, clock, real = asyncio.get_running_loop(), loop_clock(), time.monotonic()
    began, told = clock.monotonic(), list[float]()
    for _ in range(1000):
        await asyncio.sleep(0)
    stood_still = clock.monotonic() == began
    for delay in (90, 0.5, 100_000, 30):
        loop.call_later(delay, lambda: told.append(clock.monotonic() - began))

    await asyncio.sleep(200_000)

    assert stood_still
    assert told == pytest.approx([0.5, 30, 90, 100_000])
    assert clock.monotonic() - began == (clock.now() - NOON).total_seconds() == 200_000
    assert type(loop) is JumpingLoop
    assert time.monotonic() - real < 1


@jumping
@pytest.mark.parametrize("size", [1, 900_000])
async def test_no_deadline_passes_while_bytes_are_on_their_way_through_real_sockets(size: int) -> None:
    async with LoopbackArr("radarr") as arr:
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with httpx.AsyncClient(timeout=0.001) as http:
            answers = await asyncio.gather(*(http.post(f"{arr.url}/ping", content=b"x" * size) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}
        assert loop.time() - began < 0.001
