"""Radarr or Sonarr without a port: its queue, its refreshes and commands, its history and health."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from discarr.demo.arr.items import EpisodeMedia, Item, Json, Media, MovieMedia, Service
from discarr.demo.arr.manual_import import ManualImports
from discarr.demo.arr.records import TIB, YEAR_ONE, HistoryEvent, Row, mount, root_folder, rows_of, wire_time

VERSIONS: dict[Service, str] = {"radarr": "6.0.4.10291", "sonarr": "4.0.19.2979"}
REFRESH = "RefreshMonitoredDownloads"
DEBOUNCE = 5.0
"""Seconds from a grab or an import to the refresh it causes (Core/Download/…/DownloadMonitoringService.cs)."""
BACKLOG = 100
"""Refreshes that are computed after the clock has jumped; earlier ones are skipped."""


@dataclass(slots=True)
class PostedCommand:
    """A command; the apps run them in their own time."""

    id: int
    name: str
    queued_at: float
    done: bool = False

    def record(self) -> Json:
        """Return the `CommandResource`."""
        status = "completed" if self.done else "queued"
        return {"name": self.name, "status": status, "queued": wire_time(self.queued_at), "id": self.id}


class TaskDates(NamedTuple):
    """When the refresh last ran: both dates are stored in the app's database (Core/Jobs/TaskManager.cs)."""

    ended_at: float
    """`lastExecution`; in a new database the time of the first start, although nothing ran."""
    started_at: float = YEAR_ONE
    """`lastStartTime`; in a new database 0001-01-01."""


class Round(NamedTuple):
    """A refresh in progress, with what the clients answered at its start."""

    started_at: float
    ends_at: float
    rows: tuple[Row, ...]
    answered: dict[str, bool]


class App:
    """One Radarr or Sonarr with its download clients.

    `GET /queue` shows a snapshot, which is replaced at the end of a refresh (Core/Queue/QueueService.cs). With
    `refresh_every` 0 each request refreshes first, so the live state is shown.
    Nothing runs in the background: what is due happens at the next request or `catch_up()`, with what is true then.
    """

    def __init__(self, service: Service, clock: Callable[[], float] = time.time) -> None:
        self.service = service
        self.clock = clock
        self.start_time = clock()
        self.app_name = service.capitalize()
        """Set it to let another app answer on this port."""
        self.version = VERSIONS[service]
        self.queue: list[Item] = []
        """Everything in the download clients, and the pending releases."""
        self.untracked: list[Item] = []
        """Still in a download client, with its data, but no longer tracked by the app."""
        self.library: dict[tuple[str, int], Json] = {}
        """Movies, series and episodes by kind and id, also those that left the queue."""
        self.history: list[HistoryEvent] = []
        self.blocklist: list[Item] = []
        self.searches: list[Item] = []
        """Items for which the app started to search another release."""
        self.health: list[Json] = []
        self.root_folders = [root_folder(1, "/data/media", TIB)]
        self.disks = [mount("/", TIB // 50, TIB // 16), mount("/data", TIB, 16 * TIB)]
        self.unreachable_clients: set[str] = set()
        """Names of clients that do not answer: their items vanish from the queue, which stays a 200."""
        self.refresh_every = 0.0
        """Seconds from the end of a refresh to the next; the real apps take 60 to 90."""
        self.refresh_takes = 0.0
        """Seconds from the start of a refresh to its end; until then the old snapshot is shown."""
        self.has_tasks = True
        """Whether `GET /system/task` exists: without it a 404, as in very old versions and behind strict proxies."""
        self.manual_imports = ManualImports()
        self.commands: list[PostedCommand] = []
        self.command_takes = 0.0
        """Seconds from the post of a command to its end."""
        self.task = TaskDates(self.start_time, self.start_time)
        self._snapshot: tuple[Row, ...] = ()
        self._round: Round | None = None
        self._soon = self.start_time

    def refresh(self) -> None:
        """Refresh from start to end, now, whatever is due or in progress."""
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

    def catch_up(self) -> None:
        """Do everything that is due."""
        now = self.clock()
        while self._step(now) and (self.refresh_every or self._round):
            pass
        for command in self.commands:
            if command.name != REFRESH:
                command.done = now >= command.queued_at + self.command_takes

    def tracked_rows(self) -> tuple[Row, ...]:
        """Return the current snapshot."""
        self.catch_up()
        return self._snapshot

    def pending_rows(self) -> list[Row]:
        """Return the current pending releases, which are in the app, not in a client."""
        now = self.clock()
        return [row for item in self.queue if item.pending for row in rows_of(item, self.service, now)]

    def stop_tracking(self, download_id: str) -> None:
        """Take a download's rows out of the snapshot; a refresh brings back what is still in its client."""
        self._snapshot = tuple(row for row in self._snapshot if row.item.download_id != download_id)

    def post_command(self, name: str) -> PostedCommand:
        """Queue a command, or return an equal one that is queued or running.

        The scheduler's own refresh is such a command too: one in progress answers for a post that came after its
        start (Core/Messaging/Commands/CommandQueueManager.cs, Push).
        """
        self.catch_up()
        waiting = [command for command in self.commands if command.name == name and not command.done]
        if waiting:
            return waiting[0]
        command = PostedCommand(len(self.commands) + 184_213, name, self.clock())
        if self._round and name == REFRESH:
            command.queued_at = self._round.started_at
        self.commands.append(command)
        return command

    def health_records(self) -> list[Json]:
        """Return what `GET /health` reports."""
        self.catch_up()
        return self.health

    def learn(self, media: Media | None, episodes: Iterable[EpisodeMedia] = ()) -> None:
        """Add a movie, or a series with episodes, to the library."""
        for each in (media, *episodes):
            if each is not None:
                self.library[each.kind, each.id] = each.record()

    def remember(
        self, item: Item, event: str, *, at: float | None = None, episodes: tuple[EpisodeMedia, ...] | None = None
    ) -> None:
        """Write an item's event to the history, now or `at` an earlier moment; nothing for an unknown item.

        A pack has an event for each episode, or for some of them (Core/History/HistoryService.cs of both apps).
        """
        if item.media is None:
            return
        at = self.clock() if at is None else at
        download_id = None if event.endswith("FileDeleted") else item.download_id
        about = (None,) if isinstance(item.media, MovieMedia) else item.episodes if episodes is None else episodes
        self.history += [HistoryEvent(at, event, item, episode, download_id) for episode in about]

    def finish(self, item: Item, episodes: tuple[EpisodeMedia, ...] | None = None) -> None:
        """Import an item: the history has it at once, and it leaves the queue at the refresh that this causes."""
        self.queue.remove(item)
        self.remember(item, "downloadFolderImported", episodes=episodes)
        self.refresh_soon()

    def import_by_hand(self, body: bytes) -> None:
        """Do what the command `ManualImport` does, at once; what is complete leaves the queue at the next refresh.

        Raises:
            ValidationError: the body is not valid.
        """
        for item, episodes, is_done in self.manual_imports.imported(body, self.queue):
            if is_done:
                self.finish(item, episodes)
            else:
                self.remember(item, "downloadFolderImported", episodes=episodes)

    def _step(self, now: float) -> bool:
        """Begin or end one refresh if that is due; return whether it was."""
        at = self._round.ends_at if self._round else self._next_start()
        if at > now:
            return False
        if self._round:
            self._end(at)
        else:
            self._begin(max(at, now - BACKLOG * self.refresh_every), self.refresh_takes)
        return True

    def _next_start(self) -> float:
        delay = max(self.command_takes - self.refresh_takes, 0.0)
        posted = [each.queued_at + delay for each in self.commands if each.name == REFRESH and not each.done]
        return min(self._scheduled(), self._soon, *posted)

    def _scheduled(self) -> float:
        return self.task.ended_at + self.refresh_every

    def _begin(self, at: float, takes: float) -> None:
        """Ask the clients; one that does not answer has no items (DownloadMonitoringService.cs)."""
        self._soon = inf
        answered = {name: name not in self.unreachable_clients for name in self._asked(at)}
        tracked = [item for item in self.queue if not item.pending and answered.get(item.client.name)]
        rows = tuple(row for item in tracked for row in rows_of(item, self.service, at))
        self._round = Round(at, at + takes, rows, answered)

    def _asked(self, at: float) -> set[str]:
        """The names of the clients that are asked."""
        return {item.client.name for item in self.queue}

    def _end(self, at: float) -> None:
        """Both dates move at the end (Core/Messaging/Commands/CommandExecutor.cs)."""
        done, self._round = self._round, None
        if done is None:
            return
        self.task = TaskDates(at, done.started_at)
        self._snapshot = done.rows
        for command in self.commands:
            if command.name == REFRESH and command.queued_at <= done.started_at:
                command.done |= at >= command.queued_at + self.command_takes
