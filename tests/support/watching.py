"""Loopback apps that the monitor reads, while time passes only as a test lets it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from discarr.arr.client import ArrClient
from discarr.arr.http import tls_context
from discarr.clock import Clock
from discarr.demo.arr import Item, LoopbackArr, MovieMedia, SeriesMedia
from discarr.demo.arr import Service as Word
from discarr.demo.arr.server import Fault
from discarr.model.download import Download, DownloadKey
from discarr.model.instance import Instance
from discarr.model.outcome import OutcomeKind
from discarr.model.queue import Queue, Snapshot
from discarr.model.removal_mode import RemovalMode
from discarr.tracking.monitor import QueueMonitor
from tests.support.clocks import HandClock
from tests.support.faults import answering, only_for
from tests.support.strict_arr import StrictArr

FILM, OTHER = MovieMedia(11, "The Cartographer's Umbrella", 2024), MovieMedia(12, "Salt and Thunder", 2019)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
STALLED_AFTER = 3600.0
EVERY = 60.0
"""Seconds between two looks at status and health."""
READ_EVERY = 30.0


def client_of(arr: LoopbackArr, key: str = "") -> ArrClient:
    """A client of this app, for the instance of this key."""
    return ArrClient(Instance.of(key or arr.service), arr.url, arr.api_key, tls=tls_context(True))


@asynccontextmanager
async def monitoring(*clients: ArrClient, clock: Clock, status_every: float = EVERY) -> AsyncIterator[QueueMonitor]:
    """A monitor of these, which are closed with it."""
    monitor = QueueMonitor(clients, clock, stalled_after=STALLED_AFTER, status_every=status_every)
    try:
        yield monitor
    finally:
        await monitor.close()
        for client in clients:
            await client.close()


@asynccontextmanager
async def running(word: Word, clock: Clock, *items: Item) -> AsyncIterator[StrictArr]:
    """An app that has run for a day, with these downloads."""
    async with StrictArr(word, clock=lambda: clock.now().timestamp()) as arr:
        arr.start_time -= 86_400
        arr.queue = list(items)
        yield arr


@asynccontextmanager
async def watched(
    word: Word, *items: Item, is_read: bool = True, status_every: float = EVERY, hours_ahead: float = 0
) -> AsyncIterator["Watched"]:
    """One app with these downloads, whose clock may be wrong, and a monitor that has read it once, or not yet."""
    clock, ahead = HandClock(), timedelta(hours=hours_ahead)
    theirs = Clock(now=lambda: clock.now() + ahead, monotonic=clock.monotonic)
    async with (
        running(word, theirs, *items) as arr,
        monitoring(client_of(arr), clock=clock, status_every=status_every) as monitor,
    ):
        app = Watched(arr, monitor, clock)
        if is_read:
            await app.read(after=0)
        yield app


@dataclass(frozen=True)
class Watched:
    """One app, the monitor that reads it, and their clock."""

    arr: StrictArr
    monitor: QueueMonitor
    clock: HandClock

    @property
    def snapshot(self) -> Snapshot:
        return self.monitor.snapshot()

    @property
    def queue(self) -> Queue:
        (queue,) = self.snapshot.queues
        return queue

    @property
    def outcomes(self) -> list[tuple[OutcomeKind, str]]:
        """What became of what, newest first."""
        return [(outcome.kind, outcome.download.release) for outcome in self.snapshot.outcomes]

    @property
    def kinds(self) -> list[OutcomeKind]:
        """What became of those that left, newest first."""
        return [outcome.kind for outcome in self.snapshot.outcomes]

    @property
    def requests(self) -> list[str]:
        """What was asked for so far, without the common part of the paths."""
        return [request.path.removeprefix("/api/v3/") for request in self.arr.requests]

    async def read(self, *, after: float = READ_EVERY) -> Queue:
        self.clock.pass_time(after)
        self.arr.catch_up()
        await self.monitor.refresh()
        return self.queue

    async def asked(self) -> list[str]:
        """Read, and return what that asked for."""
        number = len(self.requests)
        await self.read()
        return sorted(self.requests[number:])

    async def read_for(self, seconds: float, *, every: float = READ_EVERY) -> list[Queue]:
        return [await self.read(after=every) for _ in range(round(seconds / every))]

    async def remove(self, download: Download, mode: RemovalMode = RemovalMode.REMOVE, *, by: int = 1) -> None:
        tracker = self.monitor.trackers[download.key.instance]
        await tracker.removals.remove(download, mode, by=by)


def absent(queue: Queue) -> list[str]:
    """The releases that are shown and not listed."""
    return [download.release for download in queue.downloads if download.key in queue.absent]


def keys(queue: Queue) -> set[DownloadKey]:
    return {download.key for download in queue.downloads}


class Crowd:
    """A fault in which each request takes a second; how many came, and how many were there at once at most."""

    def __init__(self) -> None:
        self.count = self.most = self._now = 0

    async def __call__(self, request: web.Request) -> None:
        self.count, self._now = self.count + 1, self._now + 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(1)
        self._now -= 1


NO_TASKS = only_for("/system/task", answering(404))
"""As in very old versions, and behind strict proxies."""


def dated(app: Watched, minutes: float) -> Fault:
    """The app behind an nginx, which answers with its own `Date`: so many minutes ahead."""

    async def proxied(request: web.Request) -> web.StreamResponse | None:
        answer = await app.arr.respond(request)
        at = app.clock.now() + timedelta(minutes=minutes)
        answer.headers["Date"] = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answer

    return proxied
