"""Finds the download of a submitted modal, removes it once, and returns the result."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from logging import getLogger

from discarr.errors import AlreadyGone, ArrError
from discarr.model.download import Download
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus, has_data, modes_for
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import SLOW_READ, QueueMonitor
from discarr.view.custom_ids import Subject, Target, digest
from discarr.view.removal_text import not_read_text
from discarr.view.text import title_label

log = getLogger(__name__)

SHOWN_AFTER = 1.0
"""Seconds after which the dashboard shows that an action is going on."""


def find(target: Target, snapshot: Snapshot) -> Download | None:
    """Return the download of a button or a modal, or None if it is not listed; never another one."""
    queue = snapshot.queue(target.instance)
    downloads = queue.downloads if queue else ()
    return next((download for download in downloads if digest(download.key.id) == target.digest), None)


def is_absent(download: Download, snapshot: Snapshot) -> bool:
    """Return whether its app does not list it at the moment, so that it cannot be removed."""
    queue = snapshot.queue(download.key.instance)
    return queue is not None and download.key in queue.absent


@contextmanager
def shown_meanwhile(coordinator: Coordinator) -> Iterator[None]:
    """Show on the dashboard that an action is going on, unless it ends soon, and that it has ended.

    Most removals are quick: an edit before the answer would delay the one without the row.
    """
    showing = asyncio.get_running_loop().call_later(SHOWN_AFTER, coordinator.redraw)
    try:
        yield
    finally:
        showing.cancel()
        coordinator.redraw()


class Remover:
    """Removes downloads on request, and has the queues read again."""

    def __init__(self, monitor: QueueMonitor, coordinator: Coordinator) -> None:
        self._trackers = monitor.trackers
        self._coordinator = coordinator

    async def remove(self, subject: Subject, mode: RemovalMode, *, by: int) -> RemovalResult:
        """Remove a download for the user `by`; return after the queues were read again."""
        result = await self._remove(subject, mode, by)
        await self._coordinator.refresh()
        return result

    async def clean_up(
        self, subjects: Sequence[Subject], mode: RemovalMode, *, by: int
    ) -> AsyncIterator[RemovalResult]:
        """Remove downloads one by one for the user `by`; yield the result of each."""
        for subject in subjects:
            yield await self._remove(subject, mode, by)
        await self._coordinator.refresh()

    async def _remove(self, subject: Subject, mode: RemovalMode, by: int) -> RemovalResult:
        target = subject.target
        await self._coordinator.first_read(at_most=SLOW_READ)
        snapshot = self._coordinator.snapshot()
        download = find(target, snapshot)
        if download is None:
            return not_found(target, snapshot, mode)
        try:
            return await self._act(download, snapshot, mode, by, had_data=subject.had_data)
        except AlreadyGone:
            await self._coordinator.refresh()
        # Its queue id changes when the app matches it to another episode: then it is listed under the new one.
        snapshot = self._coordinator.snapshot()
        again = find(target, snapshot)
        if again is None:
            return not_found(target, snapshot, mode, download)
        if again.queue_id != download.queue_id:
            with suppress(AlreadyGone):
                return await self._act(again, snapshot, mode, by, had_data=subject.had_data)
        status = RemovalStatus.ABSENT if is_absent(again, snapshot) else RemovalStatus.GONE
        return RemovalResult(status, mode, self._trackers[target.instance].instance.label, snapshot.title(download))

    async def _act(
        self, download: Download, snapshot: Snapshot, mode: RemovalMode, by: int, *, had_data: bool
    ) -> RemovalResult:
        """Remove a listed download, and return the result.

        Raises:
            AlreadyGone: it is no longer there, or somebody else is removing it.
        """
        tracker = self._trackers[download.key.instance]
        name, app = snapshot.title(download), tracker.instance.label
        if is_absent(download, snapshot):
            return RemovalResult(RemovalStatus.ABSENT, mode, app, name)
        if snapshot.is_being_imported(download):
            return RemovalResult(RemovalStatus.BEING_IMPORTED, mode, app, name)
        if has_data(download) and not had_data:
            return RemovalResult(RemovalStatus.HAS_DATA, mode, app, name)
        if mode not in modes_for(download):
            return RemovalResult(RemovalStatus.IMPOSSIBLE, mode, app, name)
        try:
            with shown_meanwhile(self._coordinator):
                await tracker.removals.remove(download, mode, by=by)
        except ArrError as error:
            log.warning("Removing %r for user %s: %s %s", title_label(name, 150), by, app, error)
            return RemovalResult(RemovalStatus.FAILED, mode, app, name, str(error))
        log.info("User %s removed %r from %s (%s)", by, title_label(name, 150), app, mode)
        return RemovalResult(RemovalStatus.DONE, mode, app, name, pending=download.pending)


def not_found(target: Target, snapshot: Snapshot, mode: RemovalMode, known: Download | None = None) -> RemovalResult:
    """Return why a download is not there, as far as that can be known; `known` is what was listed until now."""
    queue = snapshot.queue(target.instance)
    if queue is None:
        return RemovalResult(RemovalStatus.NO_INSTANCE, mode, target.instance)
    label, name = queue.instance.label, snapshot.title(known) if known else ""
    if queue.read_at is None:
        return RemovalResult(RemovalStatus.NOT_READ, mode, label, problem=not_read_text(queue))
    pending = next((key for key in queue.handed_over if digest(key.id) == target.digest), None)
    started = queue.started(pending) if pending else None
    # After a restart of the bot only the name is known, which some clients keep.
    started = started or next((d for d in queue.downloads if digest(d.release) == target.release), None)
    if started is not None and not started.pending:
        return RemovalResult(RemovalStatus.STARTED, mode, label, snapshot.title(started))
    return RemovalResult(RemovalStatus.HANDED_OVER if pending else RemovalStatus.GONE, mode, label, name)
