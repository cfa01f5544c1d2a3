"""The removals under way and the last ones done: each download is removed once, whoever presses."""

import asyncio
from collections import deque
from dataclasses import dataclass, replace

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import AlreadyGone
from discarr.model.queue import Download, Queue, Snapshot
from discarr.model.removal_mode import Removal, Removed

HIDDEN = 120.0
"""Seconds for which a removed row stays hidden although it is still listed: a read of the app's own
that was under way can bring it back for one round."""
REMOVAL_SHOWN_FOR = 600.0
"""Seconds for which the dashboard tells of a removal."""


@dataclass(frozen=True, slots=True)
class _Gone:
    download: Download
    since: float


class Removals:
    """Who removes what, from the press to the read that shows it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: list[tuple[Download, asyncio.Task[None]]] = []
        self._gone: list[_Gone] = []
        self._done: deque[Removed] = deque(maxlen=20)

    async def remove(self, client: ArrClient, download: Download, how: Removal, *, by: int) -> None:
        """Remove it, unless somebody is at it or has just done it.

        Raises:
            AlreadyGone: it is removed, and not by this call.
            ArrError: the app could not do it, or did not say whether it did.
        """
        if any(download.is_also(gone.download) for gone in self._gone):
            raise AlreadyGone
        for other, task in self._running:
            if download.is_also(other):
                await asyncio.shield(task)
                raise AlreadyGone
        task = asyncio.create_task(self._remove(client, download, how, by))
        self._running.append((download, task))
        task.add_done_callback(_seen)
        # Whoever pressed may be gone before the app answers; the removal is not to be broken off half-way.
        await asyncio.shield(task)

    async def _remove(self, client: ArrClient, download: Download, how: Removal, by: int) -> None:
        try:
            await client.remove(download.ref, how)
        finally:
            self._running = [entry for entry in self._running if entry[0] is not download]
        now = self._clock.monotonic()
        self._gone.append(_Gone(download, now))
        self._done.append(Removed(download, how, by, self._clock.now(), now))

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot as people should see it: removed rows left out, those under way marked."""
        self._forget(snapshot)
        if not self._gone and not self._running:
            return snapshot
        return replace(snapshot, queues=tuple(self._applied(queue) for queue in snapshot.queues))

    def recent(self) -> tuple[Removed, ...]:
        """What was removed in the last minutes, newest first."""
        since = self._clock.monotonic() - REMOVAL_SHOWN_FOR
        return tuple(removed for removed in reversed(self._done) if removed.since > since)

    def was_removed(self, download: Download) -> bool:
        """Whether this one was removed by somebody here."""
        return any(download.is_also(removed.download) for removed in self._done)

    def _applied(self, queue: Queue) -> Queue:
        gone = [entry.download for entry in self._gone]
        running = [download for download, _ in self._running]
        shown = [download for download in queue.downloads if not _among(download, gone)]
        return queue.with_downloads(tuple(d._replace(removing=True) if _among(d, running) else d for d in shown))

    def _forget(self, snapshot: Snapshot) -> None:
        """Drop what a later read lacks, and what has been hidden for too long."""
        now = self._clock.monotonic()
        self._gone = [
            gone for gone in self._gone if now - gone.since < HIDDEN and not self._read_without(snapshot, gone)
        ]

    def _read_without(self, snapshot: Snapshot, gone: _Gone) -> bool:
        queue = snapshot.queue(gone.download.ref.instance)
        return queue is None or (queue.began > gone.since and not _among(gone.download, queue.downloads))


def _among(download: Download, downloads: tuple[Download, ...] | list[Download]) -> bool:
    return any(download.is_also(other) for other in downloads)


def _seen(task: asyncio.Task[None]) -> None:
    """Take note of the exception, so that asyncio does not complain when nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
