"""The only loop for work that repeats. It ends only when cancelled, or on a FatalError."""

import asyncio
from collections.abc import Awaitable, Callable
from logging import getLogger

from discarr.errors import FatalError

log = getLogger(__name__)


class PeriodicTask:
    """Runs a step at once, then every `interval` seconds of the loop's monotonic clock, and on request.

    A step that fails is logged with its traceback, and the next one follows as usual.
    After a stall there is no catching up: the next step begins one interval after the last one began.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[None]], interval: float) -> None:
        self._name = name
        self._step = step
        self._interval = interval
        self._requested = asyncio.Event()
        self.failures = 0
        """Steps in a row that failed unexpectedly."""

    def request(self) -> None:
        """Begin a step now, or right after the running one."""
        self._requested.set()

    async def run(self) -> None:
        """Run until cancelled.

        Raises:
            FatalError: a step raised it; retrying cannot help.
        """
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            self._requested.clear()
            try:
                await self._step()
                self.failures = 0
            except FatalError:
                raise
            except Exception:  # broad on purpose: whatever goes wrong, the dashboard must stay alive
                self.failures += 1
                log.exception("%s failed; it goes on", self._name)
            try:
                async with asyncio.timeout_at(began + self._interval):
                    await self._requested.wait()
            except TimeoutError:
                pass
