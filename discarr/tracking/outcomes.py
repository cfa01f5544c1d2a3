"""What became of downloads that their app lists no longer. Absent is not gone: that takes proof."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from logging import getLogger

from discarr.arr.client import ArrClient
from discarr.arr.models import HistoryRecord
from discarr.errors import ArrError
from discarr.model.download import Download, DownloadKey
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.progress import Now
from discarr.tracking.app_status import AppStatus

log = getLogger(__name__)

SHOWN_FOR = 900.0
"""Seconds for which the dashboard reports an outcome."""
HISTORIES = 10
"""Histories asked for at one read."""
READS_WITHOUT_TASKS, SECONDS_WITHOUT_TASKS = 2, 150.0
"""Further reads and time after which absent is gone where the app cannot say when it asked its clients."""
GIVE_UP = 900.0
"""Seconds after which a row is dropped without an outcome if its history cannot be read."""
_SAME_GRAB = 60.0
"""Seconds within which the grab events of all episodes of one release are written."""
_CLOCK_TOLERANCE = timedelta(minutes=2)
_KINDS = {
    "downloadFolderImported": OutcomeKind.IMPORTED,
    "movieFolderImported": OutcomeKind.IMPORTED,
    "seriesFolderImported": OutcomeKind.IMPORTED,
    "downloadFailed": OutcomeKind.FAILED,
    "downloadIgnored": OutcomeKind.UNTRACKED,
}
"""Source: the event types of NzbDrone.Core/History/History.cs and EpisodeHistory.cs."""


@dataclass(slots=True)
class _Absence:
    """One download since the read that lacked it first."""

    download: Download
    since: Now
    answered_at: datetime | None
    """When that read was answered, by the app's clock; None where it does not say, or contradicts itself."""
    reads: int = 0
    """Further reads that lack it."""
    refreshes: list[datetime] = field(default_factory=list)
    """When those looks of the app at its clients began that are over and were seen since, each once."""
    asked: bool = False
    """Its history was read."""


class OutcomeTracker:
    """The absent downloads of one instance, and what became of the last ones."""

    def __init__(self, client: ArrClient, status: AppStatus) -> None:
        self._client = client
        self._status = status
        self._absent: dict[DownloadKey, _Absence] = {}
        self._outcomes: list[Outcome] = []

    @property
    def absent(self) -> Mapping[DownloadKey, Download]:
        """What is absent and not decided yet."""
        return {key: absence.download for key, absence in self._absent.items()}

    def note(
        self, missing: Iterable[Download], listed: Collection[DownloadKey], now: Now, answered_at: datetime | None
    ) -> None:
        """Take in a read: what it lacks for the first time, and what it lists.

        Pending releases are in no client: what is absent of them is gone, or a download by now.
        """
        self._absent = {key: absence for key, absence in self._absent.items() if key not in listed}
        for absence in self._absent.values():
            absence.reads += 1
        for download in missing:
            if not download.pending:
                self._absent.setdefault(download.key, _Absence(download, now, answered_at))

    async def decide(self, clients: Collection[str], now: Now) -> dict[DownloadKey, Outcome | None]:
        """Find out what became of what is absent; return what is gone, with None where nobody can know.

        `clients` are the names of those download clients that have something in the queue.
        """
        knows_tasks = await self._status.ask_last_refresh(now)
        gone: dict[DownloadKey, Outcome | None] = {}
        histories = HISTORIES
        for key, absence in tuple(self._absent.items()):
            proved = self._is_proved(absence, now, knows_tasks=knows_tasks) and not self._is_away(absence, clients)
            if absence.asked and not proved:
                continue
            if not histories:
                break
            histories -= 1
            outcome = await self._outcome(absence, now, proved=proved)
            if outcome is None and not self._is_given_up(absence, now, proved=proved):
                continue
            gone[key] = outcome
            del self._absent[key]
        return gone

    def add(self, outcome: Outcome) -> None:
        """Remember this, as the newest."""
        self._outcomes.append(outcome)

    def recent(self, seconds: float, listed: Collection[DownloadKey]) -> tuple[Outcome, ...]:
        """Return the last outcomes, newest first, but of what is listed again."""
        self._outcomes = [outcome for outcome in self._outcomes if seconds - outcome.seconds < SHOWN_FOR]
        return tuple(outcome for outcome in reversed(self._outcomes) if outcome.download.key not in listed)

    async def _outcome(self, absence: _Absence, now: Now, *, proved: bool) -> Outcome | None:
        """What became of it; None while that is not known. Part of an import is no proof that the rest is gone."""
        try:
            history = await self._client.history(absence.download.key.id)
        except ArrError as error:
            log.debug("%s: no history: it %s", self._client.instance.label, error)
            return None
        absence.asked = True
        outcome = outcome_from(absence.download, history, now.seconds)
        if proved:
            return outcome or Outcome(absence.download, OutcomeKind.REMOVED, now.seconds)
        return outcome if outcome and (outcome.kind is not OutcomeKind.IMPORTED or outcome.is_whole_import) else None

    def _is_given_up(self, absence: _Absence, now: Now, *, proved: bool) -> bool:
        return proved and now.seconds - absence.since.seconds >= GIVE_UP

    def _is_away(self, absence: _Absence, clients: Collection[str]) -> bool:
        """Whether its client may be away, or was not asked; one that has other rows in the queue is there."""
        unknown = self._status.client_away and absence.download.client not in clients
        return unknown or not self._status.has_asked_clients

    def _is_proved(self, absence: _Absence, now: Now, *, knows_tasks: bool) -> bool:
        """Whether a look of the app at its clients that began after the absence lacks it too.

        Two further looks are such a proof by themselves: the first may have been under way, the second was not. Where
        the app says when it answered, by the same clock, one is enough.
        """
        refresh = self._status.last_refresh
        if not knows_tasks or refresh is None:
            lasts = now.seconds - absence.since.seconds
            return absence.reads >= READS_WITHOUT_TASKS and lasts >= SECONDS_WITHOUT_TASKS
        if not absence.refreshes and absence.answered_at is not None and refresh > absence.answered_at:
            absence.answered_at = None  # a look cannot be over before it begins: these are two clocks
        if refresh not in absence.refreshes:
            absence.refreshes.append(refresh)
        later = absence.answered_at is not None and refresh > absence.answered_at
        return absence.reads > 0 and (later or len(absence.refreshes) > 2)


def outcome_from(download: Download, history: Sequence[HistoryRecord], seconds: float) -> Outcome | None:
    """Return what the events of a download say became of it; None if nothing since its last grab.

    A release can be grabbed again under the same id, so that only what is newer than the last grab counts; of equal
    seconds the id tells which is newer. What the app did not grab has no such event: there it is what came after it
    was first seen.
    """
    events = sorted(history, key=_age, reverse=True)
    grabs = [event for event in events if event.event_type == "grabbed"]
    since = _age(grabs[0]) if grabs else ((download.progress.first_seen - _CLOCK_TOLERANCE).timestamp(), -1)
    known = [event for event in events if event.event_type in _KINDS and _age(event) > since]
    if not known:
        return None
    kind = _KINDS[known[0].event_type]
    imported = {event.episode_id for event in known if _KINDS[event.event_type] is OutcomeKind.IMPORTED}
    grabbed = {event.episode_id for event in grabs if since[0] - _age(event)[0] <= _SAME_GRAB}
    episodes = (grabbed or set(download.media.episodes)) - {None, 0}
    if kind is not OutcomeKind.IMPORTED or not episodes or episodes <= imported:
        return Outcome(download, kind, seconds)
    return Outcome(download, kind, seconds, len(imported & episodes), len(episodes))


def _age(event: HistoryRecord) -> tuple[float, int]:
    return event.date.timestamp() if event.date else 0.0, event.id
