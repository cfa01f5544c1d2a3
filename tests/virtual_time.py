"""An event loop in which back-offs, deadlines and intervals pass in moments, also over real loopback sockets.

Every test with the fixture `stage` has it; another one opts in with a mark:

    @jumping
    async def test_an_hour_passes_in_a_moment() -> None: ...

Time stands still while anything is ready to run or on its way through a socket, and then jumps to the next
timer. Exact: what waits for 25 s sees 25.0 s pass. For tests whose servers live in the same loop.
"""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any

import pytest

from discarr.clock import Clock
from tests.support.clocks import NOON

_IN_FLIGHT = 0.001
"""Real seconds to wait for bytes that the kernel may still be moving from one of our sockets to another."""


class _JumpingSelector(selectors.DefaultSelector):
    now = 1000.0
    threads: set[asyncio.Future[Any]]
    """Jobs that run in threads: only real time brings their end."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            return super().select(None)
        has_sockets = len(self.get_map()) > 1  # one is the loop's own, for waking it up
        if self.threads or has_sockets:
            ready = super().select(timeout if self.threads else min(timeout, _IN_FLIGHT))
        if not ready:
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its clock stands still while there is something to do, and jumps to the next timer when there is nothing."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        self._jumping.threads = set()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]  # typeshed's own says less than a Future
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """As always; time does not jump over a thread at work, such as one that looks up a host name."""
        job = super().run_in_executor(executor, func, *args)
        self._jumping.threads.add(job)
        job.add_done_callback(self._jumping.threads.discard)
        return job

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """As always, but for the time-out: it would be over at once."""
        await super().shutdown_default_executor()


jumping = pytest.mark.asyncio(loop_factories=["jumping"])


def loop_clock() -> Clock:
    """A Clock of which both hands go with the running loop; it is noon now."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    return Clock(now=lambda: NOON + timedelta(seconds=loop.time() - began), monotonic=loop.time)
