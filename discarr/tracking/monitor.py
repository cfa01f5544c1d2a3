"""All instances read at once into a snapshot; what a failing one said last is kept, and marked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from logging import getLogger

from discarr.arr.client import ArrClient
from discarr.arr.models import HealthItem, SystemStatus
from discarr.clock import Clock
from discarr.errors import ArrError, WrongApp
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Download, IncompleteReason, Instance, Outage, Queue, Snapshot
from discarr.tracking.outcomes import OUTCOME_SHOWN_FOR, Outcomes, departed, outcomes_from
from discarr.tracking.progress import Progress
from discarr.tracking.titles import Names

log = getLogger(__name__)

SLOW_READ = 4.0
"""Seconds that a snapshot waits for a slow instance. Its read goes on, and comes with a later one."""
APP_REFRESH_DEADLINE = 15.0
NAMED = 10
"""Of what left at once, how many are told under people's names although they never were among the visible rows."""
LOST_READS = 3
LOST_FOR = 60.0
"""One lost read is not an outage: it is said from the third on, or after these seconds."""
JUST_STARTED = timedelta(seconds=120)
"""An app asks its clients at the latest about 90 s after its start; until then its queue is empty."""


@dataclass(slots=True)
class _Outage:
    """Reads failing in a row."""

    outage: Outage
    began: float
    failures: int = 0
    said: bool = False


class InstanceTracker:
    """One instance over time."""

    def __init__(self, client: ArrClient, clock: Clock, *, stalled_after: timedelta, status_every: float) -> None:
        self._client = client
        self._clock = clock
        self.names = Names(client, clock)
        self.outcomes = Outcomes()
        self._untold: list[tuple[Download, float]] = []
        """What left, and when, as long as the history did not answer."""
        self._progress = Progress(stalled_after)
        self._read: tuple[Download, ...] = ()
        """As the last good read gave them; the very same if nothing had changed."""
        self._status_every = status_every
        self._status: SystemStatus | None = None
        self._status_at = float("-inf")
        self._client_away = False
        self._outage: _Outage | None = None
        self.queue = Queue(client.instance)
        """As last read, with its trouble while reads fail."""

    @property
    def instance(self) -> Instance:
        """Whose it is."""
        return self._client.instance

    async def read(self) -> None:
        """Read status and queue, and take in what they say. Whatever fails, the queue's trouble says so."""
        began = self._clock.now(), self._clock.monotonic()
        try:
            with self._client.isolation:
                await self._read_all()
        except ArrError as error:
            self._failed(error, *began)
        else:
            self._client.isolation.recovered()

    async def _read_all(self) -> None:
        if self._clock.monotonic() - self._status_at >= self._status_every:
            await self._look()
        queue = await self._client.queue()
        gone = departed(self._read, queue.downloads) if queue.downloads is not self._read else ()
        if gone:
            # Are they done, or is their download client away, or did the app just start?
            await self._look()
        self._succeeded(queue)
        if gone or self._untold:
            await self._tell(gone)

    async def _look(self) -> None:
        """Status and health. They only add to what the queue says, so that their failing is no trouble.

        Raises:
            WrongApp: it is not the app that it should be.
        """
        self._status_at = self._clock.monotonic()
        try:
            self._status = await self._client.status()
            self._client_away = _client_away(await self._client.health())
        except ArrError as error:
            log.debug("%s: no status or health: it %s", self.instance.label, error)
        if self._status and self._status.app_name.lower() != self.instance.service:
            self._status, self._status_at = None, float("-inf")  # looked at with each read, so that it heals
            raise WrongApp(f"is another app: {self.instance.variable('URL')} leads elsewhere. Are two of them swapped?")

    async def _tell(self, gone: Sequence[Download]) -> None:
        """Find out what became of these. Without a line in the history they were removed, unless there is a doubt."""
        now = self._clock.monotonic()
        await self.names.fetch(self.names.unknown(gone[:NAMED]))
        self._untold += [(self.names.named(download), now) for download in gone]
        try:
            history = await self._client.history()
        except ArrError as error:
            log.debug("%s: no history: it %s", self.instance.label, error)
            self._untold = [(download, at) for download, at in self._untold if now - at < OUTCOME_SHOWN_FOR]
            return
        for download, at in self._untold:
            found = outcomes_from([download], history, at)
            self.outcomes.add(d for d in found if d.kind is not OutcomeKind.REMOVED or self.queue.incomplete is None)
        self._untold = []

    def _failed(self, error: ArrError, at: datetime, began: float) -> None:
        if self._outage is None:
            self._outage = _Outage(Outage(str(error), at), began)
        self._outage.failures += 1
        self._outage.outage = replace(self._outage.outage, sentence=str(error))
        self.judge(at_once=error.at_once)

    def judge(self, *, at_once: bool = False) -> None:
        """Say that there is an outage, if it is one by now; a read that hangs can make it one without failing."""
        outage = self._outage
        if outage is None:
            return
        never = self.queue.read_at is None
        lasting = self._clock.monotonic() - outage.began >= LOST_FOR
        if not outage.said and (never or at_once or lasting or outage.failures >= LOST_READS):
            outage.said = True
            log.warning("%s %s", self.instance.label, outage.outage.sentence)
        if outage.said:
            self.queue = replace(self.queue, outage=outage.outage)

    def _succeeded(self, queue: Queue) -> None:
        self._read = queue.downloads
        if self._outage is not None and self._outage.said:
            log.info("%s is read again", self.instance.label)
        self._outage = None
        self.queue = replace(
            queue,
            downloads=self._progress.measured(queue.downloads, queue.began),
            incomplete=self._incomplete(queue),
            version=self._status.version if self._status else "",
        )

    def _incomplete(self, queue: Queue) -> IncompleteReason | None:
        if self._client_away:
            return IncompleteReason.CLIENT_AWAY
        started = self._status.start_time if self._status else None
        in_a_client = any(download.download_id for download in queue.downloads)
        if in_a_client or started is None or started.tzinfo is None:
            return None
        return IncompleteReason.JUST_STARTED if abs(self._clock.now() - started) < JUST_STARTED else None


def _client_away(health: Iterable[HealthItem]) -> bool:
    """DownloadClientCheck also warns of there being no client at all; only its error means one is away."""
    return any(
        item.source == "DownloadClientStatusCheck" or (item.source == "DownloadClientCheck" and item.type == "error")
        for item in health
    )


async def _all_and(asking: Iterable[Awaitable[None]], then: Callable[[], None]) -> None:
    await asyncio.gather(*asking)
    then()


class QueueMonitor:
    """All instances, in the order of the settings."""

    def __init__(
        self, clients: Sequence[ArrClient], clock: Clock, *, stalled_after: timedelta, status_every: float
    ) -> None:
        self._clock = clock
        self._clients = tuple(clients)
        self._trackers = [
            InstanceTracker(client, clock, stalled_after=stalled_after, status_every=status_every) for client in clients
        ]
        self._names = {tracker.instance.key: tracker.names for tracker in self._trackers}
        self._reads: dict[str, asyncio.Task[None]] = {}
        self._naming: set[asyncio.Task[None]] = set()

    def nothing_read(self, at: datetime) -> Snapshot:
        """What is known before the first read."""
        return Snapshot(tuple(tracker.queue for tracker in self._trackers), at)

    async def snapshot(self) -> Snapshot:
        """Read every instance, and wait for each as long as SLOW_READ.

        An instance that takes longer is shown as it was; its read goes on, and comes with a later snapshot.
        """
        waiting = [asyncio.create_task(self._read(tracker)) for tracker in self._trackers]
        done, slow = await asyncio.wait(waiting, timeout=SLOW_READ)
        for task in slow:
            task.cancel()
        for tracker in self._trackers:
            tracker.judge()
        for task in done:
            task.result()  # an instance's fault is in its queue: what is raised here is the program's own
        return Snapshot(tuple(tracker.queue for tracker in self._trackers), self._clock.now())

    async def _read(self, tracker: InstanceTracker) -> None:
        """A read that begins now, or after a slow one of before: no instance is read twice at a time."""
        key = tracker.instance.key
        if (before := self._reads.get(key)) is not None:
            await asyncio.wait([before])
        self._reads[key] = reading = asyncio.create_task(tracker.read(), name=f"read {key}")
        await asyncio.wait([reading])
        del self._reads[key]
        reading.result()

    def outcomes(self, snapshot: Snapshot) -> tuple[Outcome, ...]:
        """What left the queues lately, newest first of each instance."""
        now = self._clock.monotonic()
        return tuple(
            outcome
            for tracker, queue in zip(self._trackers, snapshot.queues, strict=True)
            for outcome in tracker.outcomes.recent(now, queue)
        )

    def named(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with people's names for things, as far as they are known by now."""
        queues = zip(self._trackers, snapshot.queues, strict=True)
        return replace(
            snapshot,
            queues=tuple(queue.with_downloads(tracker.names.listed(queue.downloads)) for tracker, queue in queues),
        )

    async def ask_apps(self) -> None:
        """Have every app look at its download clients now, and wait for it as long as APP_REFRESH_DEADLINE."""
        await asyncio.gather(*(self._ask(client) for client in self._clients))

    async def _ask(self, client: ArrClient) -> None:
        try:
            async with asyncio.timeout(APP_REFRESH_DEADLINE):
                await client.refresh_downloads()
        except (ArrError, TimeoutError) as error:
            log.debug("%s was asked to look at its clients, in vain: it %s", client.instance.label, error)

    def learn_names(self, downloads: Iterable[Download], then: Callable[[], None]) -> None:
        """Ask for these names beside everything else; `then` is called if there are new ones."""
        listed = tuple(downloads)
        asking = [
            names.fetch(unknown)
            for key, names in self._names.items()
            if (unknown := names.unknown(download for download in listed if download.ref.instance == key))
        ]
        if asking:
            naming = asyncio.create_task(_all_and(asking, then), name="names")
            self._naming.add(naming)
            naming.add_done_callback(self._naming.discard)

    async def close(self) -> None:
        """End what is under way."""
        tasks = [*self._reads.values(), *self._naming]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
