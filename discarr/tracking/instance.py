"""Follows one instance over time: what it lists, what is absent, and whether it can be read."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from logging import getLogger
from typing import NamedTuple

from discarr.arr.client import ArrClient
from discarr.arr.pagination import QueueRead
from discarr.arr.parsing import ReadContext
from discarr.clock import Clock
from discarr.errors import ArrError, InternalFault
from discarr.model.download import Download, DownloadKey
from discarr.model.instance import Instance
from discarr.model.outcome import Outcome
from discarr.model.progress import Now, Phase
from discarr.model.queue import Queue
from discarr.model.summary import NOTHING, Summary, is_overdue, summary_of
from discarr.tracking.actions import ActionTracker
from discarr.tracking.app_status import AppStatus
from discarr.tracking.disks import Disks
from discarr.tracking.handed_over import HandedOverTracker
from discarr.tracking.outages import OutageTracker
from discarr.tracking.outcomes import OutcomeTracker
from discarr.tracking.removals import RemovalTracker
from discarr.tracking.titles import Titles

log = getLogger(__name__)


class _Rows(NamedTuple):
    """The rows of an instance, computed again only if the downloads, a mark or the passing of time changes one."""

    listed: Mapping[DownloadKey, Download] = QueueRead().downloads
    absent: frozenset[DownloadKey] = frozenset()
    removing: frozenset[DownloadKey] = frozenset()
    hidden: frozenset[DownloadKey] = frozenset()
    seen_at: Now | None = None
    """When all of them were last seen, during an outage."""
    made_at: Now = Now(datetime.min.replace(tzinfo=UTC), 0.0)
    downloads: tuple[Download, ...] = ()
    summary: Summary = NOTHING


class InstanceTracker:
    """Reads one instance, and provides its queue. Only one task at a time may call `read`."""

    def __init__(self, client: ArrClient, clock: Clock, *, stalled_after: float, status_every: float) -> None:
        """`stalled_after` and `status_every` are in seconds."""
        self._client = client
        self._clock = clock
        self._stalled_after = stalled_after
        self._status = AppStatus(client, every=status_every)
        self._outages = OutageTracker(client.instance.label)
        self._outcomes = OutcomeTracker(client, self._status)
        self._handed_over = HandedOverTracker()
        self.removals = RemovalTracker(client, clock)
        self.actions = ActionTracker(client, clock)
        self.titles = Titles(client, clock)
        self.disks = Disks(client, clock)
        self._read: QueueRead | None = None
        self._read_at: Now | None = None
        self._listed_or_absent: Mapping[DownloadKey, Download] = {}
        self._rows = _Rows()

    @property
    def instance(self) -> Instance:
        """The tracked instance."""
        return self._client.instance

    async def read(self) -> None:
        """Read the queue and update everything that depends on it. A failure becomes the outage."""
        now = self._now()
        try:
            with self._client.isolation:
                await self._take_in(now)
                await self._sum_up()
                self._read_at = now
                self._outages.recovered()
                await self._sum_up()  # an outage marks the rows
        except ArrError as error:
            self._log_read(now, f"it {error}")
            self._outages.failed(error, now, never_read=self._read is None)
        else:
            self._log_read(now, f"{len(self._listed_or_absent)} in its queue")
            self._client.isolation.recovered()

    def queue(self) -> Queue:
        """Return the current queue; with an outage and the rows before, if a bug prevents new ones."""
        self._outages.judge(self._clock.monotonic())
        self.removals.judge(self._clock.monotonic())
        try:
            with self._client.isolation:
                rows = self._current_rows()
        except InternalFault as fault:
            rows = self._rows
            self._outages.failed(fault, self._now(), never_read=False)
        return Queue(
            self.instance,
            rows.downloads,
            absent=rows.absent,
            removing=rows.removing,
            importing=self.actions.importing,
            still_listed=self.removals.still_listed,
            handed_over=self._handed_over.known,
            unreadable=self._read.unreadable if self._read else 0,
            read_at=self._read_at.at if self._read_at else None,
            outage=self._outages.outage,
            incomplete=self._status.incomplete,
            health=self._status.health.known,
            version=self._status.version,
            summary=rows.summary,
        )

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the recent outcomes, newest first."""
        return self._outcomes.recent(self._clock.monotonic(), self._listed_or_absent)

    async def refresh_app(self) -> None:
        """Have the app poll its download clients now; return when it has.

        Raises:
            ArrError: the app could not be asked.
        """
        self._status.look_soon()
        await self._client.refresh_downloads()

    async def close(self) -> None:
        """Cancel the removals, actions and requests in flight."""
        await self.removals.close()
        await self.actions.close()
        await self.titles.close()
        await self.disks.close()
        await self._status.close()

    async def _take_in(self, now: Now) -> None:
        unsettled = bool(self._outcomes.absent() or self.removals.hidden or not self._status.has_asked_clients)
        self._status.begin_if_due(now)
        if unsettled:
            # Before the queue: only a refresh of the app that had ended by then proves anything about this read.
            await self._status.ask_last_refresh(now)
        refresh = self._status.last_refresh
        before = self._read_at or now
        read = await self._client.queue(ReadContext(self.instance, now, before.seconds, self._listed_or_absent))
        await self._status.ensure_right_app()
        listed, hidden = read.downloads, self.removals.hidden
        missing = self._missing(listed, hidden)
        if missing or self._outcomes.absent() or (self._read is None and not listed):
            # Are they done, is their download client away, or did the app just start?
            await self._status.look(now)
        old = self._rows
        if listed is old.listed:
            self._accept(read, missing, refresh, now)
        else:
            async with self._client.blocking:  # summing up 10,000 rows takes 20 ms: a press is not to do it
                self._accept(read, missing, refresh, now)
                self._current_rows()
        del old  # not in the turn that summed up the new ones: freeing 10,000 downloads takes 8 ms
        await self._decide(listed, refresh, now)

    def _accept(self, read: QueueRead, missing: Collection[Download], refresh: datetime | None, now: Now) -> None:
        """Make this the last read."""
        listed, before = read.downloads, self._read_at or now
        self._handed_over.note(missing, listed, before=before, now=now)
        self._outcomes.note(missing, listed, before=before, now=now, answered_at=read.answered_at)
        self._read = read
        absent = self._outcomes.absent()
        self._listed_or_absent = {**listed, **absent} if absent else listed
        self.removals.settle(listed, now, refresh, read.answered_at)

    def _missing(self, listed: Mapping[DownloadKey, Download], hidden: Collection[DownloadKey]) -> list[Download]:
        """Return what the last read listed, or lacked without an explanation, and this one lacks."""
        if listed is self._listed_or_absent:  # the usual case
            return []
        return [download for key, download in self._listed_or_absent.items() if key not in listed and key not in hidden]

    async def _decide(self, listed: Mapping[DownloadKey, Download], refresh: datetime | None, now: Now) -> None:
        """Find out what became of the absent downloads."""
        self._outcomes.forget(self.removals.hidden)
        if not self._outcomes.absent():
            return
        # A pending release names its client although the app has not asked it.
        clients = {download.client for download in listed.values() if not download.pending} - {""}
        removing, unreadable = self.removals.removing, bool(self._read and self._read.unreadable)
        gone = await self._outcomes.decide(clients, refresh, now, removing=removing, unreadable=unreadable)
        self._listed_or_absent = {key: download for key, download in self._listed_or_absent.items() if key not in gone}
        for key, outcome in gone.items():
            is_explained = self.removals.confirm(key, outcome) or self.actions.explains(outcome)
            if outcome is not None and not is_explained:
                self._outcomes.add(outcome)

    def _log_read(self, began: Now, result: str) -> None:
        log.debug(
            "%s: read in %.0f ms: %s", self.instance.label, (self._clock.monotonic() - began.seconds) * 1000, result
        )

    async def _sum_up(self) -> None:
        if not self._rows_are_current():
            async with self._client.blocking:
                self._current_rows()

    def _current_rows(self) -> _Rows:
        if not self._rows_are_current():
            self._rows = self._new_rows()
        return self._rows

    def _rows_are_current(self) -> bool:
        """Return whether neither the downloads, nor a mark, nor the passing of time has changed one of them."""
        rows, now = self._rows, self._now()
        fresh = now.seconds < rows.summary.good_until and now.is_by_the_clock_of(rows.made_at)
        marks = rows.absent, rows.removing, rows.hidden, rows.seen_at
        return fresh and rows.listed is self._listed() and marks == self._marks()

    def _new_rows(self) -> _Rows:
        listed, absent, now = self._listed(), self._outcomes.absent(), self._now()
        marks = are_absent, removing, hidden, seen_at = self._marks()
        rows = [download for download in (*listed.values(), *absent.values()) if download.key not in hidden]
        if absent or seen_at:
            last_seen = self._outcomes.last_seen()
            rows = [self._as_seen(download, last_seen.get(download.key, seen_at), now) for download in rows]
        summary = summary_of(rows, now, self._stalled_after, absent=are_absent, removing=removing)
        return _Rows(listed, *marks, now, tuple(rows), summary)

    def _listed(self) -> Mapping[DownloadKey, Download]:
        return (self._read or QueueRead()).downloads

    def _marks(self) -> tuple[frozenset[DownloadKey], frozenset[DownloadKey], frozenset[DownloadKey], Now | None]:
        """Return which are absent, being removed and hidden, and during an outage when all of them were last seen."""
        seen_at = self._read_at if self._outages.outage else None
        return frozenset(self._outcomes.absent()), self.removals.removing, self.removals.hidden, seen_at

    def _as_seen(self, download: Download, at: Now | None, now: Now) -> Download:
        """Keep a download that was last seen at `at` in the section it had then: it may have made progress since."""
        if at is None or self._is_overdue(download, at) or not self._is_overdue(download, now):
            return download
        return download._replace(progress=download.progress._replace(phase=Phase.RESTING))

    def _is_overdue(self, download: Download, at: Now) -> bool:
        return is_overdue(download, at, self._stalled_after)

    def _now(self) -> Now:
        return Now(self._clock.now(), self._clock.monotonic())
