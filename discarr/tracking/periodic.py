"""The one way in which something is done again and again, and never stops by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from logging import getLogger

from discarr.errors import FatalError

log = getLogger(__name__)


class PeriodicTask:
    """Runs a step at once, then each `interval` seconds of the loop's monotonic clock, or when woken.

    A step that fails is logged with its traceback, and the next one comes as if nothing had happened.
    After a stall there is no catching up: the next step is one interval after the last one began.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[None]], interval: float) -> None:
        self._name = name
        self._step = step
        self._interval = interval
        self._requested = asyncio.Event()
        self.failures = 0
        """Steps in a row that failed unexpectedly."""

    def request(self) -> None:
        """Have a step begin that has not begun yet: now, or right after the one under way."""
        self._requested.set()

    async def run(self) -> None:
        """Until cancelled.

        Raises:
            FatalError: a step raised it; going on is of no use.
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
            except Exception:  # the one broad one: whatever goes wrong, the dashboard must not go dark
                self.failures += 1
                log.exception("%s failed; it goes on", self._name)
            try:
                async with asyncio.timeout_at(began + self._interval):
                    await self._requested.wait()
            except TimeoutError:
                pass
