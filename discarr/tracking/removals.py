"""Tracks the removals of one instance, from the press to the read that confirms it. Each download is removed once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import AlreadyGone, ArrError
from discarr.model.download import Download, DownloadKey
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.progress import Now
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.tracking.shared_tasks import SharedTasks

HIDDEN_FOR = 120.0
"""Seconds for which a removed download stays hidden although it is listed: a poll of the download clients that was
running during the removal can bring it back for one round."""
SHOWN_FOR = 600.0
"""Seconds for which the dashboard reports a removal."""
CONFIRMED_WITHIN = 3600.0
"""Seconds for which a DELETE whose answer was lost can explain why a download is gone."""


class _Hidden(NamedTuple):
    record: RemovalRecord
    answered_at: datetime | None
    """When the app answered, by its own clock."""

    def is_before(self, refresh: datetime | None, answered_at: datetime | None) -> bool:
        """Whether the app has polled its clients since.

        `answered_at` is when it answered the read. A refresh that would begin after that shows that the dates of its
        answers are those of a proxy with another clock, and say nothing.
        """
        if self.answered_at is None or refresh is None or answered_at is None:
            return False
        return self.answered_at < refresh <= answered_at


class RemovalTracker:
    """The removals of one instance: in flight, hidden, and recent."""

    def __init__(self, client: ArrClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._tasks = SharedTasks[None]()
        self._hidden: dict[DownloadKey, _Hidden] = {}
        self._unconfirmed: dict[DownloadKey, RemovalRecord] = {}
        self._records: list[RemovalRecord] = []
        self._still_listed: dict[DownloadKey, RemovalRecord] = {}
        self._listed: Mapping[DownloadKey, Download] = {}
        self._read_at: float | None = None
        """When the read that listed these began (monotonic seconds); None before the first."""

    @property
    def removing(self) -> frozenset[DownloadKey]:
        """The downloads with a DELETE in flight."""
        return self._tasks.keys

    @property
    def hidden(self) -> frozenset[DownloadKey]:
        """The downloads that were removed and may still be listed for a while."""
        return frozenset(self._hidden)

    @property
    def still_listed(self) -> Mapping[DownloadKey, RemovalRecord]:
        """The recent removals that the app accepted, of downloads that it still lists."""
        now = self._clock.monotonic()
        return {key: record for key, record in self._still_listed.items() if now - record.seconds < SHOWN_FOR}

    def recent(self, seconds: float) -> tuple[RemovalRecord, ...]:
        """Return the removals of the last SHOWN_FOR seconds, newest first."""
        self._records = [record for record in self._records if seconds - record.seconds < SHOWN_FOR]
        return tuple(reversed(self._records))

    async def remove(self, download: Download, mode: RemovalMode, *, by: int) -> None:
        """Remove a download for the user `by`, unless somebody is removing it or has just done so.

        Raises:
            AlreadyGone: it was removed, but not by this call.
            ArrError: the app could not do it, or its answer was lost.
        """
        if download.key in self._hidden:
            raise AlreadyGone
        by_somebody_else = download.key in self._tasks.keys
        await self._tasks.result(download.key, partial(self._remove, download, mode, by))
        if by_somebody_else:
            raise AlreadyGone

    def settle(
        self,
        listed: Mapping[DownloadKey, Download],
        read: Now,
        last_refresh: datetime | None,
        answered_at: datetime | None,
    ) -> None:
        """Take in a read that began at this moment: what was removed and is listed for too long is shown again.

        `last_refresh` is when the app's last look at its clients began that was over before the read, and
        `answered_at` when it answered the read, both by its own clock.
        """
        self._listed, self._read_at = listed, read.seconds
        for key, hidden in tuple(self._hidden.items()):
            download = listed.get(key)
            if download is not None and _is_grabbed_again(download, hidden.record):
                del self._hidden[key]
            elif download is None or read.seconds <= hidden.record.seconds:
                continue
            elif hidden.is_before(last_refresh, answered_at):
                self._show_again(key)
        self.judge(read.seconds)
        # If it disappears after all, it was this removal.
        self._unconfirmed |= {
            key: record
            for key, record in self._still_listed.items()
            if key not in listed and read.seconds - record.seconds < CONFIRMED_WITHIN
        }
        self._still_listed = {
            key: record
            for key, record in self._still_listed.items()
            if key in listed and not _is_grabbed_again(listed[key], record)
        }

    def judge(self, seconds: float) -> None:
        """Show what was hidden for long enough and is still listed; forget what was never confirmed."""
        for key, hidden in tuple(self._hidden.items()):
            read_since = self._read_at is not None and self._read_at > hidden.record.seconds
            if read_since and seconds - hidden.record.seconds >= HIDDEN_FOR:
                self._show_again(key)
        self._unconfirmed = {
            key: record
            for key, record in self._unconfirmed.items()
            if seconds - record.seconds < (HIDDEN_FOR if key in self._listed else CONFIRMED_WITHIN)
        }

    def confirm(self, key: DownloadKey, outcome: Outcome | None) -> bool:
        """Return whether a download that left the queue was removed by a DELETE that was slow or got no answer."""
        record = self._unconfirmed.pop(key, None)
        if record is None or (outcome is not None and not _can_cause(record.mode, outcome)):
            return False
        # Shown from now on: this can have taken longer than a removal is shown.
        self._records.append(replace(record, seconds=self._clock.monotonic()))
        return True

    async def close(self) -> None:
        """Cancel the removals in flight."""
        await self._tasks.close()

    async def _remove(self, download: Download, mode: RemovalMode, by: int) -> None:
        key = download.key
        self._still_listed.pop(key, None)
        try:
            answered_at = await self._client.remove(download.queue_id, mode)
        except ArrError as error:
            if error.uncertain:
                self._unconfirmed[key] = self._record(download, mode, by)
            raise
        self._unconfirmed.pop(key, None)
        record = self._record(download, mode, by)
        self._records.append(record)
        self._hidden[key] = _Hidden(record, answered_at)

    def _show_again(self, key: DownloadKey) -> None:
        record = self._hidden.pop(key).record
        if key in self._listed:
            self._still_listed[key] = record
            self._records = [known for known in self._records if known is not record]

    def _record(self, download: Download, mode: RemovalMode, by: int) -> RemovalRecord:
        return RemovalRecord(download, mode, by, self._clock.now(), self._clock.monotonic())


def _is_grabbed_again(download: Download, record: RemovalRecord) -> bool:
    """Return whether this is a new grab of the release that was removed. Both times are by the app's clock."""
    before, now = record.download.grabbed_at, download.grabbed_at
    return now is not None and (before is None or now > before)


def _can_cause(mode: RemovalMode, outcome: Outcome) -> bool:
    """Return whether such a removal can cause this outcome. Most removals leave no event in the history."""
    match outcome.kind:
        case OutcomeKind.REMOVED:
            return True
        case OutcomeKind.FAILED:
            return mode in (RemovalMode.BLOCK, RemovalMode.BLOCK_AND_SEARCH)
        case OutcomeKind.UNTRACKED:
            return mode is RemovalMode.STOP_TRACKING or outcome.at is None  # the history does not say so
        case OutcomeKind.IMPORTED:
            return not outcome.is_whole_import
