"""Reads all instances on a schedule, and at once when somebody asks."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from discarr.clock import Clock
from discarr.memory import release_garbage
from discarr.model.download import Download
from discarr.model.ordering import top_rows
from discarr.model.queue import Snapshot
from discarr.tracking.monitor import QueueMonitor
from discarr.tracking.periodic import PeriodicTask

COOLDOWN = 30.0
"""Seconds between two times that the apps are asked to look at their clients: it makes them ask every
client and parse every title again."""


class Coordinator:
    """Keeps what is known fresh. `changed` is called after each read, and when titles have come in."""

    def __init__(self, monitor: QueueMonitor, clock: Clock, *, interval: float, changed: Callable[[], None]) -> None:
        self._monitor = monitor
        self._clock = clock
        self._changed = changed
        self.read_once = asyncio.Event()
        """Set when the first read is over, so that the first drawing need not be an empty one."""
        self.refreshed_at: float | None = None
        """When the last good refresh ended (monotonic seconds); None before the first."""
        self._waiting: list[asyncio.Future[None]] = []
        self._periodic = PeriodicTask("A refresh", self._refresh, interval)
        self._apps_refreshed_at: float | None = None
        self._learning: set[asyncio.Task[None]] = set()
        self._slow: set[asyncio.Task[None]] = set()
        """Reads that a refresh did not wait for."""
        self.force = 0
        """Another number whenever somebody asked, who wants to see an edit even if nothing changed."""

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        return self._monitor.snapshot()

    @property
    def failures(self) -> int:
        """Refreshes in a row that ended by a fault of the program."""
        return self._periodic.failures

    @property
    def cooldown(self) -> float:
        """Seconds until `refresh_apps` may be called again."""
        if self._apps_refreshed_at is None:
            return 0.0
        return self._apps_refreshed_at + COOLDOWN - self._clock.monotonic()

    async def run(self) -> None:
        """Read now and then at each interval, until cancelled."""
        await self._periodic.run()

    async def refresh(self) -> None:
        """Read again: returns after a read that began after this call, or failed by a fault of the program."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._periodic.request()
        await done

    def refresh_apps(self) -> asyncio.Task[None]:
        """Have the apps look at their clients, and read again. For everybody at most once in COOLDOWN seconds."""
        self._apps_refreshed_at = self._clock.monotonic()
        self.force += 1
        return asyncio.create_task(self._refresh_apps(), name="asking the apps")

    async def first_read(self, *, at_most: float) -> None:
        """Wait for the first read, if it is not over yet; no longer than so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self.read_once.wait()

    def redraw(self) -> None:
        """Have what is known shown again, since something beside the queues has changed."""
        self._changed()

    def learn_titles(self, downloads: Iterable[Download]) -> set[asyncio.Task[None]]:
        """Ask for the titles of these beside everything else, and show them when they are there; return the tasks."""
        learning = self._monitor.learn_titles(downloads)
        for task in learning - self._learning:
            task.add_done_callback(self._learned)
        self._learning |= learning
        return learning

    async def titles(self, downloads: Iterable[Download], *, at_most: float) -> None:
        """Wait until the titles of these are known; no longer than so many seconds."""
        if learning := self.learn_titles(downloads):
            await asyncio.wait(learning, timeout=at_most)

    def _learned(self, task: asyncio.Task[None]) -> None:
        self._learning.discard(task)
        if not self._learning:
            self._changed()

    async def _refresh_apps(self) -> None:
        await self._monitor.refresh_apps()
        await self.refresh()

    async def _refresh(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            slow = await self._monitor.refresh()
            self.refreshed_at = self._clock.monotonic()
        finally:
            self.read_once.set()
            for done in waiting:
                if not done.done():
                    done.set_result(None)
        for read in slow - self._slow:
            read.add_done_callback(self._read_late)
        self._slow |= slow
        self._show()

    def _read_late(self, read: asyncio.Task[None]) -> None:
        self._slow.discard(read)
        if not read.cancelled():
            self._show()

    def _show(self) -> None:
        self._changed()
        snapshot = self.snapshot()
        self.learn_titles([*top_rows(snapshot), *(outcome.download for outcome in snapshot.outcomes)])
        release_garbage()
