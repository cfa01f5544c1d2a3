"""Reads all instances concurrently into a snapshot."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from logging import getLogger
from typing import cast

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.action import Action
from discarr.model.disk import LibraryDisk
from discarr.model.download import Download
from discarr.model.outcome import Outcome
from discarr.model.progress import Now
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalRecord
from discarr.tracking.instance import InstanceTracker

log = getLogger(__name__)

SLOW_READ = 4.0
"""Seconds that a refresh waits for a slow instance, whose read then continues in the background."""
APP_REFRESH_DEADLINE = 15.0
"""Seconds that an app has to poll its download clients on demand."""


class QueueMonitor:
    """The trackers of all instances, in the order of the settings."""

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
        """Return the current snapshot."""
        trackers = self.trackers.values()
        seconds = self._clock.monotonic()
        removed = (record for tracker in trackers for record in tracker.removals.recent(seconds))
        outcomes = (outcome for tracker in trackers for outcome in tracker.outcomes())
        actions = (action for tracker in trackers for action in tracker.actions.recent(seconds))
        return Snapshot(
            tuple(tracker.queue() for tracker in trackers),
            Now(self._clock.now(), seconds),
            self._stalled_after,
            titles={key: title for tracker in trackers for key, title in tracker.titles.known().items()},
            outcomes=tuple(sorted(outcomes, key=_newest_first)),
            removed=tuple(sorted(removed, key=_newest_first)),
            actions=tuple(sorted(actions, key=_newest_first)),
        )

    async def refresh(self) -> frozenset[asyncio.Task[None]]:
        """Read every instance, waiting at most SLOW_READ for each; return the reads that are still running."""
        reads = [asyncio.create_task(self._read(key), name=f"read {key}") for key in self.trackers]
        try:
            done, _ = await asyncio.wait(reads, timeout=SLOW_READ)
        finally:
            running = frozenset(self._reads.values())
            for waiting in frozenset(reads) - running:
                waiting.cancel()
        # A fault of an instance becomes its outage: an exception here is a bug of Discarr.
        for error in [task.exception() for task in done]:
            if error is not None:
                raise error
        return running

    async def _read(self, key: str) -> None:
        """Read an instance, after the slow read before this one if there is any: never two at a time."""
        if (before := self._reads.get(key)) is not None:
            await asyncio.wait([before])
        self._reads[key] = cast("asyncio.Task[None]", asyncio.current_task())
        try:
            await self.trackers[key].read()
        finally:
            del self._reads[key]

    async def refresh_apps(self) -> None:
        """Have every app poll its download clients now, waiting at most APP_REFRESH_DEADLINE for each."""
        await asyncio.gather(*(self._refresh_app(tracker) for tracker in self.trackers.values()))

    async def _refresh_app(self, tracker: InstanceTracker) -> None:
        try:
            async with asyncio.timeout(APP_REFRESH_DEADLINE):
                await tracker.refresh_app()
        except (ArrError, TimeoutError) as error:
            log.debug("%s could not be asked to poll its clients: it %s", tracker.instance.label, error)

    async def disks(self, *, at_most: float) -> Mapping[str, tuple[LibraryDisk, ...] | None]:
        """Return the disks by instance key, waiting `at_most` seconds; None for an instance without an answer."""
        asking = [task for tracker in self.trackers.values() if (task := tracker.disks.ask())]
        if asking:
            await asyncio.wait(asking, timeout=at_most)
        return {key: tracker.disks.known for key, tracker in self.trackers.items()}

    def learn_titles(self, downloads: Iterable[Download]) -> set[asyncio.Task[None]]:
        """Fetch the titles of these downloads that are not known; return the tasks."""
        listed = tuple(downloads)
        return {
            task
            for key, tracker in self.trackers.items()
            for task in tracker.titles.learn(download for download in listed if download.key.instance == key)
        }

    async def close(self) -> None:
        """Cancel the reads, removals and requests in flight."""
        reads = tuple(self._reads.values())
        for task in reads:
            task.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        for tracker in self.trackers.values():
            await tracker.close()


def _newest_first(record: Outcome | RemovalRecord | Action) -> float:
    return -record.seconds
