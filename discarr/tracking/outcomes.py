"""Finds out what became of downloads that their app no longer lists. Absent is not gone: that takes proof."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from logging import getLogger
from operator import attrgetter
from typing import NamedTuple

from discarr.arr.client import ArrClient
from discarr.arr.models import HistoryRecord
from discarr.errors import ArrError
from discarr.model.download import Download, DownloadKey, State
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.progress import Now
from discarr.tracking.app_status import AppStatus

log = getLogger(__name__)

SHOWN_FOR = 900.0
"""Seconds for which the dashboard reports an outcome."""
HISTORIES = 10
"""Histories requested per read."""
READS_WITHOUT_TASKS, SECONDS_WITHOUT_TASKS = 2, 150.0
"""Further reads and seconds after which absent means gone if the app cannot say when it polled its clients."""
HEALTH_LAG = 10.0
"""Seconds after a refresh of the app until its health reports a client that did not answer: the check is delayed by 5
(NzbDrone.Core/HealthCheck/HealthCheckService.cs)."""
GIVE_UP = 900.0
"""Seconds after the proof that it left by which a row is dropped without an outcome if its history cannot be read."""
_SAME_GRAB = 60.0
"""Seconds within which the app writes the grab events of all episodes of one release."""
_CLOCK_TOLERANCE = timedelta(minutes=2)
_KINDS = {
    "downloadFolderImported": OutcomeKind.IMPORTED,
    "movieFolderImported": OutcomeKind.IMPORTED,
    "seriesFolderImported": OutcomeKind.IMPORTED,
    "downloadFailed": OutcomeKind.FAILED,
    "downloadIgnored": OutcomeKind.UNTRACKED,
}
"""Source: the event types of NzbDrone.Core/History/History.cs and EpisodeHistory.cs."""
_OVER = (State.IMPORTED, State.IGNORED, State.FAILED, State.REJECTED)
"""States of what the app is done with. It lists all that its clients still have when a movie or series changes, for a
moment and however old (Download/TrackedDownloads/TrackedDownloadService.cs)."""


class _Baseline(NamedTuple):
    """The state of the app when a download was first absent without its client being away."""

    seconds: float
    knows_tasks: bool
    refresh: datetime | None
    """The app's last refresh of its clients that had ended by then; only a later one proves anything."""


@dataclass(slots=True)
class _Absence:
    """One absent download, since the first read without it."""

    download: Download
    last_seen: Now
    since: Now
    answered_at: datetime
    """When that read was answered, by the app's clock or by Discarr's, whichever is behind: the app's is a proxy's
    where one writes its own `Date`."""
    asked: bool = False
    """Whether its history was read."""
    questions: int = 0
    """How often its history was requested."""
    baseline: _Baseline | None = None
    reads: int = 0
    """Reads without it since the baseline."""
    missed_since: float | None = None
    """Since when it is certain that its client was polled and lacks it (monotonic seconds); None while it is not."""

    @property
    def first_seen(self) -> datetime:
        """When it was first seen, by the app's clock if that is known."""
        return self.answered_at - timedelta(seconds=self.since.seconds - self.download.progress.first_seen)

    def is_news(self, outcome: Outcome) -> bool:
        """Return whether this happened while it was listed, or may have: nobody wants to hear of last month's."""
        if self.download.state not in _OVER or outcome.at is None:
            return True
        return outcome.at > self.first_seen - _CLOCK_TOLERANCE

    def start_over(self) -> None:
        """Discard all proof: its client may be away."""
        self.baseline, self.reads, self.missed_since = None, 0, None

    def take_proof(self, refresh: datetime | None, now: Now) -> None:
        """Set `missed_since` if this read, or the time that passed, proves it.

        The app runs one refresh at a time, so one that differs from the baseline's began after that had ended.
        `refresh` is the last one that had ended before the current read.
        """
        if self.baseline is None or self.missed_since is not None:
            return
        lasts = now.seconds - self.baseline.seconds
        if not self.baseline.knows_tasks:
            if self.reads >= READS_WITHOUT_TASKS and lasts >= SECONDS_WITHOUT_TASKS:
                self.missed_since = self.baseline.seconds
        elif refresh is None:
            if lasts >= GIVE_UP:
                self.missed_since = self.baseline.seconds
        elif refresh != self.baseline.refresh:
            self.missed_since = now.seconds


class OutcomeTracker:
    """Tracks the absent downloads of one instance, and its recent outcomes."""

    def __init__(self, client: ArrClient, status: AppStatus) -> None:
        self._client = client
        self._status = status
        self._absent: dict[DownloadKey, _Absence] = {}
        self._outcomes: list[Outcome] = []

    def absent(self) -> Mapping[DownloadKey, Download]:
        """The absent downloads without an outcome so far."""
        return {key: absence.download for key, absence in self._absent.items()}

    def last_seen(self) -> Mapping[DownloadKey, Now]:
        """When each absent download was last listed."""
        return {key: absence.last_seen for key, absence in self._absent.items()}

    def note(
        self,
        missing: Iterable[Download],
        listed: Collection[DownloadKey],
        *,
        before: Now,
        now: Now,
        answered_at: datetime | None,
    ) -> None:
        """Note a read: which downloads of the read `before` are missing, and which are listed.

        Pending releases are in no client: a missing one is gone, or is a download now.
        """
        self._absent = {key: absence for key, absence in self._absent.items() if key not in listed}
        for absence in self._absent.values():
            absence.reads += 1
        for download in missing:
            if not download.pending and download.key not in self._absent:
                # The later of two clocks that differ would hide an import.
                self._absent[download.key] = _Absence(download, before, now, min(answered_at or now.at, now.at))

    def forget(self, keys: Iterable[DownloadKey]) -> None:
        """Drop these without an outcome."""
        for key in keys:
            self._absent.pop(key, None)

    async def decide(
        self,
        clients: Collection[str],
        refresh: datetime | None,
        now: Now,
        *,
        removing: Collection[DownloadKey],
        unreadable: bool,
    ) -> dict[DownloadKey, Outcome | None]:
        """Find out what became of the absent downloads; return those that are gone, with None for an unknown outcome.

        `clients` are the names of those download clients that have something in the queue, `refresh` is the app's last
        one that was over before the read. What is `removing` waits for the answer to its DELETE. Where a record of the
        read was `unreadable`, it may be one of these.
        """
        for absence in self._absent.values():
            if unreadable or self._may_be_away(absence, clients):
                absence.start_over()
            absence.take_proof(refresh, now)
        absences = [absence for key, absence in self._absent.items() if key not in removing]
        due = sorted(
            (absence for absence in absences if not absence.asked or self._is_settled(absence)),
            key=attrgetter("questions"),
        )[:HISTORIES]
        outcomes = await asyncio.gather(*(self._outcome(absence, now) for absence in due))
        gone = {
            absence.download.key: outcome if outcome and absence.is_news(outcome) else None
            for absence, outcome in zip(due, outcomes, strict=True)
            if outcome or self._is_given_up(absence, now)
        }
        self.forget(gone)
        if not unreadable:
            await self._take_baselines(clients, now)
        return gone

    def add(self, outcome: Outcome) -> None:
        """Add the newest outcome, replacing an earlier one of the same download."""
        self._outcomes = [known for known in self._outcomes if known.download.key != outcome.download.key]
        self._outcomes.append(outcome)

    def recent(self, seconds: float, listed: Collection[DownloadKey]) -> tuple[Outcome, ...]:
        """Return the recent outcomes, newest first, except of downloads that are listed again."""
        self._outcomes = [outcome for outcome in self._outcomes if seconds - outcome.seconds < SHOWN_FOR]
        return tuple(outcome for outcome in reversed(self._outcomes) if outcome.download.key not in listed)

    async def _outcome(self, absence: _Absence, now: Now) -> Outcome | None:
        """Return its outcome; None while unknown. A partial import does not prove that the rest is gone."""
        settled, key = self._is_settled(absence), absence.download.key
        absence.questions += 1
        try:
            history = await self._history(key.id, in_other_letters=settled)
        except ArrError as error:
            log.debug("%s: no history: it %s", self._client.instance.label, error)
            return None
        absence.asked = True
        outcome = outcome_from(absence.download, history, now.seconds, first_seen=absence.first_seen)
        if settled:
            # Without imports, an app no longer lists what is complete (Download/DownloadMonitoringService.cs).
            unknown = OutcomeKind.UNTRACKED if self._status.health.imports_are_off else OutcomeKind.REMOVED
            return outcome or Outcome(absence.download, unknown, now.seconds)
        return outcome if outcome and (outcome.kind is not OutcomeKind.IMPORTED or outcome.is_whole_import) else None

    async def _history(self, id: str, *, in_other_letters: bool) -> Sequence[HistoryRecord]:
        """Return the history. The app compares ids case-sensitively, and both cases of an info hash are in use."""
        history = await self._client.history(id)
        for other in {id.upper(), id.lower()} - {id} if in_other_letters else ():
            history = history or await self._client.history(other)
        return history

    async def _take_baselines(self, clients: Collection[str], now: Now) -> None:
        """Give a baseline to each absent download without one, unless its client may be away."""
        fresh = [absence for absence in self._absent.values() if not absence.baseline]
        fresh = [absence for absence in fresh if not self._may_be_away(absence, clients)]
        if fresh:
            await self._status.ask_last_refresh(now)
        for absence in fresh:
            absence.baseline = _Baseline(now.seconds, self._status.knows_tasks, self._status.last_refresh)

    def _is_given_up(self, absence: _Absence, now: Now) -> bool:
        return absence.missed_since is not None and now.seconds - absence.missed_since >= GIVE_UP

    def _may_be_away(self, absence: _Absence, clients: Collection[str]) -> bool:
        """Return whether its client may be away or unpolled. A client with other rows in the queue is there."""
        if absence.baseline and absence.baseline.knows_tasks != self._status.knows_tasks:
            return True
        unknown = self._status.health.client_away and absence.download.client not in clients
        return unknown or not self._status.has_asked_clients

    def _is_settled(self, absence: _Absence) -> bool:
        """Return whether it is gone, confirmed by a health report that is newer than the proof."""
        since = absence.missed_since
        return since is not None and self._status.health.asked_at >= since + HEALTH_LAG


def outcome_from(
    download: Download, history: Sequence[HistoryRecord], seconds: float, *, first_seen: datetime
) -> Outcome | None:
    """Return the outcome according to the events of a download; None if there is none since its last grab.

    A release can be grabbed again under the same id, so only events newer than the last grab count; within the same
    second the greater id is newer. A download that the app did not grab has no such event: then the events since it
    was first seen count, by the app's clock.
    """
    events = sorted(_dated(history), key=_age, reverse=True)
    grabs = [event for event in events if event.event_type == "grabbed"]
    earliest = download.grabbed_at or first_seen - _CLOCK_TOLERANCE
    since = _age(grabs[0]) if grabs else (earliest.timestamp(), -1)
    known = [event for event in events if event.event_type in _KINDS and _age(event) > since]
    if not known:
        return None
    kind = _KINDS[known[0].event_type]
    imported = {event.episode_id for event in known if _KINDS[event.event_type] is OutcomeKind.IMPORTED}
    grabbed = {event.episode_id for event in grabs if since[0] - _age(event)[0] <= _SAME_GRAB}
    episodes = (grabbed or set(download.media.episodes)) - {None, 0}
    missing = episodes - imported
    # Where none of them was imported, it was imported as others, or the history does not name them.
    if kind is not OutcomeKind.IMPORTED or not missing or missing == episodes:
        return Outcome(download, kind, seconds, at=known[0].date)
    return Outcome(download, kind, seconds, len(imported & episodes), len(episodes), known[0].date)


def _dated(history: Sequence[HistoryRecord]) -> list[HistoryRecord]:
    """An event without a date has that of the one before it: the ids rise with time."""
    dated, last = [], None
    for event in sorted(history, key=attrgetter("id")):
        last = event.date or last
        dated.append(event if event.date else event.model_copy(update={"date": last}))
    return dated


def _age(event: HistoryRecord) -> tuple[float, int]:
    return event.date.timestamp() if event.date else 0.0, event.id
