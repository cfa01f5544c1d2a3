"""The one reader: all instances, again and again, and at once when somebody asks."""

import asyncio
from collections.abc import Callable

from discarr.clock import Clock
from discarr.downloads import Snapshot
from discarr.loops import Pulse
from discarr.monitor import Monitor


class Refresher:
    """Keeps the newest snapshot. `changed` is called after each read, and when names have come in."""

    def __init__(self, monitor: Monitor, clock: Clock, *, interval: float, changed: Callable[[], None]) -> None:
        self._monitor = monitor
        self._changed = changed
        self._read = monitor.nothing_read(clock.now())
        self.read_once = asyncio.Event()
        """Set when the first read is over, so that the first drawing need not be an empty one."""
        self._waiting: list[asyncio.Future[None]] = []
        self._pulse = Pulse("A refresh", self._refresh, interval)

    @property
    def snapshot(self) -> Snapshot:
        """The newest, under the names that are known by now."""
        return self._monitor.named(self._read)

    @property
    def failures(self) -> int:
        """Refreshes in a row that ended by a fault of ours."""
        return self._pulse.failures

    async def run(self) -> None:
        """Read now and then at each interval, until cancelled."""
        await self._pulse.run()

    async def refresh(self) -> None:
        """Read anew: returns after a read that began after this call, or failed by a fault of ours."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._pulse.wake()
        await done

    def redraw(self) -> None:
        """Have what is known shown again, since something beside the queues has changed."""
        self._changed()

    async def _refresh(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            self._read = await self._monitor.snapshot()
        finally:
            self.read_once.set()
            for done in waiting:
                if not done.done():
                    done.set_result(None)
        self._changed()
        self._monitor.learn_names(self._read, then=self._changed)
