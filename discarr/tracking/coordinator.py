"""Reads all instances on a schedule and on demand."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from discarr.clock import Clock
from discarr.memory import release_garbage
from discarr.model.disk import LibraryDisk
from discarr.model.download import Download
from discarr.model.ordering import CLEAN_UP_LIMIT, attention, named_outcomes, top_rows
from discarr.model.queue import Snapshot
from discarr.tracking.monitor import QueueMonitor
from discarr.tracking.periodic import PeriodicTask

COOLDOWN = 30.0
"""Seconds before the apps are asked to poll their clients again: it makes them parse every title again."""


class Coordinator:
    """Polls the instances. `changed` is called after each read, and when titles have arrived."""

    def __init__(self, monitor: QueueMonitor, clock: Clock, *, interval: float, changed: Callable[[], None]) -> None:
        self._monitor = monitor
        self._clock = clock
        self._changed = changed
        self.read_once = asyncio.Event()
        """Set when the first read has ended, so that the first edit can show it."""
        self.refreshed_at: float | None = None
        """When the last good refresh ended (monotonic seconds); None before the first."""
        self._waiting: list[asyncio.Future[None]] = []
        self._periodic = PeriodicTask("A refresh", self._refresh, interval)
        self._apps_refreshed_at: float | None = None
        self._learning: set[asyncio.Task[None]] = set()
        self._slow: set[asyncio.Task[None]] = set()
        """Reads that a refresh did not wait for, and that are still running."""
        self.force = 0
        """Changes when somebody asked for a refresh and should see an edit even if nothing else changed."""

    def snapshot(self) -> Snapshot:
        """Return the current snapshot."""
        return self._monitor.snapshot()

    @property
    def failures(self) -> int:
        """Refreshes in a row that failed because of a bug in Discarr."""
        return self._periodic.failures

    @property
    def cooldown(self) -> float:
        """Seconds until `refresh_apps` may be called again; 0 or less if it may now."""
        if self._apps_refreshed_at is None:
            return 0.0
        return self._apps_refreshed_at + COOLDOWN - self._clock.monotonic()

    async def run(self) -> None:
        """Read now, and then at each interval, until cancelled."""
        await self._periodic.run()

    async def refresh(self) -> None:
        """Read again, and return when that is over; a slow instance is not waited for (monitor.SLOW_READ)."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._periodic.request()
        await done

    def refresh_apps(self) -> asyncio.Task[None]:
        """Have the apps poll their clients, then read again; return the task. Starts the cooldown of everybody."""
        self._apps_refreshed_at = self._clock.monotonic()
        self.force += 1
        return asyncio.create_task(self._refresh_apps(), name="asking the apps")

    async def first_read(self, *, at_most: float) -> None:
        """Wait until the first read has ended, for at most this many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self.read_once.wait()

    async def disks(self, *, at_most: float) -> Mapping[str, tuple[LibraryDisk, ...] | None]:
        """Return the disks by instance key, waiting `at_most` seconds; None for an instance without an answer."""
        return await self._monitor.disks(at_most=at_most)

    def redraw(self) -> None:
        """Show the snapshot again, because something other than the queues has changed."""
        self._changed()

    def learn_titles(self, downloads: Iterable[Download]) -> set[asyncio.Task[None]]:
        """Fetch the missing titles in the background, and show them when they arrive; return the tasks."""
        learning = self._monitor.learn_titles(downloads)
        for task in learning - self._learning:
            task.add_done_callback(self._learned)
        self._learning |= learning
        return learning

    async def titles(self, downloads: Iterable[Download], *, at_most: float) -> bool:
        """Wait until the titles of these downloads are known, for at most these seconds; return whether one was not."""
        if learning := self.learn_titles(downloads):
            await asyncio.wait(learning, timeout=at_most)
        return bool(learning)

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
        self.learn_titles([*top_rows(snapshot), *(outcome.download for outcome in named_outcomes(snapshot))])
        self.learn_titles(attention(snapshot, CLEAN_UP_LIMIT))  # after those that are visible: few are fetched at once
        release_garbage()
