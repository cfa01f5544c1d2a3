"""All instances read at once into a snapshot; what a failing one listed last stays, and is marked."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from logging import getLogger

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.download import Download
from discarr.model.progress import Now
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalRecord
from discarr.tracking.instance import InstanceTracker

log = getLogger(__name__)

SLOW_READ = 4.0
"""Seconds that a refresh waits for a slow instance. Its read goes on, and comes with a later one."""
APP_REFRESH_DEADLINE = 15.0
"""Seconds that an app is given to look at its download clients when somebody asks for it."""


class QueueMonitor:
    """All instances, in the order of the settings."""

    def __init__(
        self, clients: Sequence[ArrClient], clock: Clock, *, stalled_after: float, status_every: float
    ) -> None:
        """`stalled_after` and `status_every` are in seconds."""
        self._clock = clock
        self._stalled_after = stalled_after
        self.trackers = {
            client.instance.key: InstanceTracker(client, clock, stalled_after=stalled_after, status_every=status_every)
            for client in clients
        }
        self._reads: dict[str, asyncio.Task[None]] = {}

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        trackers = self.trackers.values()
        removed = (record for tracker in trackers for record in tracker.removals.recent(self._clock.monotonic()))
        return Snapshot(
            tuple(tracker.queue() for tracker in trackers),
            Now(self._clock.now(), self._clock.monotonic()),
            self._stalled_after,
            titles={key: title for tracker in trackers for key, title in tracker.titles.known().items()},
            outcomes=tuple(outcome for tracker in trackers for outcome in tracker.outcomes()),
            removed=tuple(sorted(removed, key=_newest_first)),
        )

    async def refresh(self) -> frozenset[asyncio.Task[None]]:
        """Read every instance, and wait for each as long as SLOW_READ; return the reads that go on."""
        waiting = [asyncio.create_task(self._read(tracker)) for tracker in self.trackers.values()]
        done, slow = await asyncio.wait(waiting, timeout=SLOW_READ)
        for task in slow:
            task.cancel()
        for task in done:
            task.result()  # an instance's fault is in its queue: what is raised here is the program's own
        return frozenset(self._reads.values())

    async def _read(self, tracker: InstanceTracker) -> None:
        """A read that begins now, or after a slow one of before: no instance is read twice at a time."""
        key = tracker.instance.key
        if (before := self._reads.get(key)) is not None:
            await asyncio.wait([before])
        self._reads[key] = reading = asyncio.create_task(tracker.read(), name=f"read {key}")
        reading.add_done_callback(partial(self._ended, key))
        await asyncio.wait([reading])
        reading.result()

    def _ended(self, key: str, reading: asyncio.Task[None]) -> None:
        if self._reads.get(key) is reading:
            del self._reads[key]

    async def refresh_apps(self) -> None:
        """Have every app look at its download clients now, and wait for it as long as APP_REFRESH_DEADLINE."""
        await asyncio.gather(*(self._refresh_app(tracker) for tracker in self.trackers.values()))

    async def _refresh_app(self, tracker: InstanceTracker) -> None:
        try:
            async with asyncio.timeout(APP_REFRESH_DEADLINE):
                await tracker.refresh_app()
        except (ArrError, TimeoutError) as error:
            log.debug("%s was asked to look at its clients, in vain: it %s", tracker.instance.label, error)

    def learn_titles(self, downloads: Iterable[Download]) -> set[asyncio.Task[None]]:
        """Ask for the titles of these that are not known; return the tasks that do so."""
        listed = tuple(downloads)
        return {
            task
            for key, tracker in self.trackers.items()
            for task in tracker.titles.learn(download for download in listed if download.key.instance == key)
        }

    async def close(self) -> None:
        """End what is under way."""
        reads = tuple(self._reads.values())
        for task in reads:
            task.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        for tracker in self.trackers.values():
            await tracker.close()


def _newest_first(record: RemovalRecord) -> float:
    return -record.seconds
