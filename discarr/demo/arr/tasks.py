"""What an app does in its own time: it asks its download clients, runs commands and remembers when it did."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import floor, inf

from discarr.demo.arr.clients import ClientWatch
from discarr.demo.arr.items import DownloadClient, Item
from discarr.demo.arr.records import Row, rows_of
from discarr.demo.arr.wire import YEAR_ONE, Service

REFRESH = "RefreshMonitoredDownloads"
INTERVAL = 60.0
TICK = 30.0
"""Seconds between the ticks of Core/Jobs/Scheduler.cs, the first of which is 30 s after the start."""
DEBOUNCE = 5.0
"""Seconds from a grab or an import to the refresh it causes (Core/Download/…/DownloadMonitoringService.cs)."""
BACKLOG = 100
"""Refreshes that are worked out after the clock has jumped; earlier ones are skipped."""


@dataclass(slots=True)
class PostedCommand:
    """A command that was posted; the apps run them on their own time."""

    id: int
    name: str
    queued_at: float
    done: bool = False

    @property
    def refreshes(self) -> bool:
        """Whether it asks the download clients."""
        return self.name.lower() == REFRESH.lower()


@dataclass(slots=True)
class TaskDates:
    """When the refresh last ran: both dates are stored in the app's database (Core/Jobs/TaskManager.cs)."""

    ended_at: float
    """`lastExecution`; in a new database the time of the first start, although nothing ran."""
    started_at: float = YEAR_ONE
    """`lastStartTime`; in a new database 0001-01-01."""


@dataclass(frozen=True, slots=True)
class Round:
    """A refresh that is under way, with what the clients answered at its start."""

    started_at: float
    ends_at: float
    rows: tuple[Row, ...]
    answered: dict[str, bool]


class Tasks:
    """The refreshes of one app.

    What `GET /queue` shows is a snapshot, replaced at the end of a refresh (Core/Queue/QueueService.cs). With
    `refresh_every` None each request refreshes first, so the live state is shown; then a refresh takes no time.
    Nothing runs in the background: what is due happens at the next request or `catch_up()`, with what is true then.
    """

    def __init__(self, service: Service, clock: Callable[[], float] = time.time) -> None:
        self.service = service
        self.clock = clock
        self.start_time = clock()
        self.queue: list[Item] = []
        """What is in the download clients and in the list of pending releases."""
        self.clients: list[DownloadClient] = []
        """Clients that are set up beside those of the items in the queue."""
        self.unreachable_clients: set[str] = set()
        """Names of clients that do not answer: their items vanish from the queue, which stays a 200."""
        self.watches_clients = False
        """Whether failures lead to pauses and health entries, as in the real apps; else `health` is all there is."""
        self.refresh_every: float | None = None
        """Seconds from the end of a refresh to the next; the real apps take 60 to 90."""
        self.refresh_takes = 0.0
        """Seconds from the start of a refresh to its end; until then the old snapshot is shown."""
        self.refresh_fails = False
        """Whether refreshes end with an exception: the dates move on, the snapshot does not."""
        self.busy_until = -inf
        """Until then all worker threads are busy (Core/Messaging/Commands/CommandExecutor.cs has three): no refresh."""
        self.commands: list[PostedCommand] = []
        self.command_takes = 0.0
        """Seconds from the post of a command to its end."""
        self.task = TaskDates(self.start_time, self.start_time)
        self.watch = ClientWatch()
        self._snapshot: tuple[Row, ...] = ()
        self._round: Round | None = None
        self._first_due: float | None = None
        """When the first refresh after a restart is due."""
        self._has_refreshed = False
        self._soon = inf

    @property
    def known_clients(self) -> list[DownloadClient]:
        """The clients that are set up, in the order in which they are asked."""
        found = {client.id: client for client in (*self.clients, *(item.client for item in self.queue))}
        return [found[number] for number in sorted(found)]

    def refresh(self) -> None:
        """A refresh from start to end, now, whatever is due or under way."""
        self.begin_refresh()
        self.end_refresh()

    def begin_refresh(self) -> None:
        """Ask the clients; a download removed from now on is still in what `end_refresh()` publishes."""
        self._begin(self.clock(), takes=inf)

    def end_refresh(self) -> None:
        """Publish what the clients answered at the start."""
        self._end(self.clock())

    def refresh_soon(self) -> None:
        """Refresh in 5 s: what a grab and an import cause (Core/Download/…/DownloadMonitoringService.cs)."""
        self._soon = min(self._soon, self.clock() + DEBOUNCE)

    def test_clients(self) -> dict[int, bool]:
        """Ask every client, paused or not, and count the answers (Core/Download/DownloadClientFactory.cs, Test)."""
        self.catch_up()
        clients = self.known_clients
        self._record(self._ask(client.name for client in clients), self.clock())
        return {client.id: client.name not in self.unreachable_clients for client in clients}

    def restart_tasks(self, *, busy_for: float = 0.0, new_database: bool = False) -> None:
        """The snapshot is in memory and lost; the dates are in the database and stay."""
        now = self.clock()
        self.catch_up()
        if new_database:
            self.task = TaskDates(now)
        # Due at the first tick that is more than a minute after the last run (Core/Jobs/TaskManager.cs, GetPending).
        ticks = max(floor((self.task.ended_at + INTERVAL - now) / TICK) + 1, 1)
        self.start_time, self.busy_until, self._first_due = now, now + busy_for, now + ticks * TICK
        self._snapshot, self._round, self._soon = (), None, inf
        self.watch.restart(now)

    def catch_up(self) -> None:
        """Let everything happen whose time has come."""
        now = self.clock()
        if self.refresh_every:
            self._run_refreshes(now)
        for command in self.commands:
            is_due = now >= max(command.queued_at + self.command_takes, self.busy_until)
            if is_due and not command.done and not (command.refreshes and self.refresh_every):
                command.done = True
                if command.refreshes:
                    self.refresh()
        self._check_clients(now)

    def tracked_rows(self) -> tuple[Row, ...]:
        """The snapshot as of now."""
        self.catch_up()
        if not self.refresh_every and self.clock() >= max(self._first_due or -inf, self.busy_until):
            self.refresh()
        return self._snapshot

    def stop_tracking(self, download_id: str) -> None:
        """Take a download's rows out of the snapshot; a refresh brings back what is still in its client."""
        self._snapshot = tuple(row for row in self._snapshot if row.record.get("downloadId") != download_id)

    def post_command(self, name: str) -> PostedCommand:
        """Queue a command; an equal one that is queued or running is returned instead.

        The scheduler's own refresh is such a command too: one that is under way answers for a post that came after
        its start (Core/Messaging/Commands/CommandQueueManager.cs, Push).
        """
        self.catch_up()
        waiting = [command for command in self.commands if command.name == name and not command.done]
        if waiting:
            return waiting[0]
        command = PostedCommand(len(self.commands) + 184_213, name, self.clock())
        if self._round and command.refreshes:
            command.queued_at = self._round.started_at
        self.commands.append(command)
        return command

    def _run_refreshes(self, now: float) -> None:
        if not self._has_refreshed and self._first_due is None:
            self.refresh()  # it has been running for long when a test begins
        while self._step(now):
            pass

    def _step(self, now: float) -> bool:
        """Begin or end one refresh, if one is due to."""
        at = self._round.ends_at if self._round else self._next_start()
        if at > now:
            return False
        if self._round:
            self._end(at)
        else:
            self._begin(max(at, now - BACKLOG * (self.refresh_every or inf)), self.refresh_takes)
        return True

    def _next_start(self) -> float:
        scheduled = self.task.ended_at + (self.refresh_every or inf)
        due = scheduled if self._first_due is None else self._first_due
        delay = max(self.command_takes - self.refresh_takes, 0.0)
        posted = [each.queued_at + delay for each in self.commands if each.refreshes and not each.done]
        return max(min(due, self._soon, *posted), self.busy_until)

    def _begin(self, at: float, takes: float) -> None:
        """Ask all clients that are not paused; one that does not answer has no items (DownloadMonitoringService.cs)."""
        self._check_clients(at)
        self._first_due, self._soon = None, inf
        answered = self._ask({client.name for client in self.known_clients} - self.watch.paused(at))
        tracked = [item for item in self.queue if not item.pending and answered.get(item.client.name)]
        # Soonest done last, unknown time first (Core/Queue/QueueService.cs).
        tracked.sort(key=lambda item: (item.time_left is not None, item.time_left or 0))
        rows = tuple(row for item in tracked for row in rows_of(item, self.service, at))
        self._round = Round(at, at + takes, rows, answered)

    def _end(self, at: float) -> None:
        """Both dates move at the end, also of a refresh that failed (Core/Messaging/Commands/CommandExecutor.cs)."""
        done, self._round = self._round, None
        if done is None:
            return
        self._has_refreshed = True
        self.task = TaskDates(at, done.started_at)
        if not self.refresh_fails:
            self._snapshot = done.rows
        self._record(done.answered, at)
        for command in self.commands:
            if command.refreshes and command.queued_at <= done.started_at:
                command.done |= at >= command.queued_at + self.command_takes

    def _ask(self, names: Iterable[str]) -> dict[str, bool]:
        return {name: name not in self.unreachable_clients for name in names}

    def _record(self, answered: dict[str, bool], at: float) -> None:
        if self.watches_clients:
            for name, good in answered.items():
                self.watch.record(name, at, self.start_time, answered=good)

    def _check_clients(self, now: float) -> None:
        if self.watches_clients:
            self.watch.run_due_checks(now, [client.name for client in self.known_clients], self.unreachable_clients)
