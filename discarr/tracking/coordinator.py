"""The one reader: all instances, again and again, and at once when somebody asks."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from discarr.clock import Clock
from discarr.memory import collect_young_objects
from discarr.model.ordering import top_rows
from discarr.model.outcome import Outcome
from discarr.model.queue import Download, Snapshot
from discarr.tracking.monitor import QueueMonitor
from discarr.tracking.periodic import PeriodicTask

COOLDOWN = 30.0
"""Seconds between two times that the apps are asked to look at their clients: it makes them ask every
client and parse every title again."""


class Coordinator:
    """Keeps the newest snapshot. `changed` is called after each read, and when names have come in."""

    def __init__(self, monitor: QueueMonitor, clock: Clock, *, interval: float, changed: Callable[[], None]) -> None:
        self._monitor = monitor
        self._clock = clock
        self._changed = changed
        self._read = monitor.nothing_read(clock.now())
        self.read_once = asyncio.Event()
        """Set when the first read is over, so that the first drawing need not be an empty one."""
        self.refreshed_at = float("-inf")
        """When the last good refresh ended (monotonic seconds)."""
        self._waiting: list[asyncio.Future[None]] = []
        self._periodic = PeriodicTask("A refresh", self._refresh, interval)
        self._asked_at = float("-inf")
        self.force = 0
        """Another number whenever somebody asked, who wants to see an edit even if nothing changed."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest, under the names that are known by now."""
        return self._monitor.named(self._read)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What left the queues lately."""
        return self._monitor.outcomes(self._read)

    @property
    def failures(self) -> int:
        """Refreshes in a row that ended by a fault of ours."""
        return self._periodic.failures

    @property
    def cooldown(self) -> float:
        """Seconds until `ask_apps` may be called again."""
        return self._asked_at + COOLDOWN - self._clock.monotonic()

    async def run(self) -> None:
        """Read now and then at each interval, until cancelled."""
        await self._periodic.run()

    async def refresh(self) -> None:
        """Read anew: returns after a read that began after this call, or failed by a fault of ours."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._periodic.request()
        await done

    def ask_apps(self) -> asyncio.Task[None]:
        """Have the apps look at their clients, and read anew. For everybody at most once in COOLDOWN seconds."""
        self._asked_at = self._clock.monotonic()
        self.force += 1
        return asyncio.create_task(self._ask_apps(), name="asking the apps")

    async def first_read(self, *, at_most: float) -> None:
        """Wait for the first read, if it is not over yet; no longer than so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self.read_once.wait()

    def redraw(self) -> None:
        """Have what is known shown again, since something beside the queues has changed."""
        self._changed()

    def learn_names(self, downloads: Iterable[Download]) -> None:
        """Ask for the names of these beside everything else; they are shown when they are there."""
        self._monitor.learn_names(downloads, then=self._changed)

    async def _ask_apps(self) -> None:
        await self._monitor.ask_apps()
        await self.refresh()

    async def _refresh(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            self._read = await self._monitor.snapshot()
            self.refreshed_at = self._clock.monotonic()
        finally:
            self.read_once.set()
            for done in waiting:
                if not done.done():
                    done.set_result(None)
        self._changed()
        self.learn_names(top_rows(self._read))
        collect_young_objects()
