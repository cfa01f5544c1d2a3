"""Radarr or Sonarr without a port: what it has, what it shows of it, and its commands."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from discarr.demo.arr.history import Blocked, HistoryEvent, events_of
from discarr.demo.arr.items import Item
from discarr.demo.arr.media import Library
from discarr.demo.arr.records import Row, rows_of
from discarr.demo.arr.wire import Json, Service

VERSIONS: dict[Service, str] = {"radarr": "6.0.4.10291", "sonarr": "4.0.19.2979"}


@dataclass(slots=True)
class Command:
    """A command that was posted; the apps run them on their own time."""

    id: int
    name: str
    queued_at: float
    done: bool = False


class App:
    """One Radarr or Sonarr with its download clients.

    What `GET /queue` shows is a snapshot, replaced as a whole by `refresh()`; only pending items are worked out anew
    for each request. With `refresh_every` None each request refreshes first, so the live state is shown.
    """

    def __init__(self, service: Service, clock: Callable[[], float] = time.time) -> None:
        self.service = service
        self.clock = clock
        self.app_name = service.capitalize()
        """What the app calls itself; set it to lie about which app answers on this port."""
        self.version = VERSIONS[service]
        self.start_time = clock()
        self.url_base = ""  # or "/radarr"
        self.authentication = "forms"
        """How the web interface lets people in: `none`, `basic`, `forms` or `external`. The API wants its key."""
        self.queue: list[Item] = []
        """What is in the download clients and in the list of pending releases."""
        self.untracked: list[Item] = []
        """Still in a download client, with its data, but the app no longer looks at it."""
        self.history: list[HistoryEvent] = []
        self.blocklist: list[Blocked] = []
        self.searches: list[Item] = []
        """What the app started to search another release for."""
        self.health: list[Json] = []
        self.library = Library()
        self.commands: list[Command] = []
        self.unreachable_clients: set[str] = set()
        """Names of clients that do not answer: their items vanish from the queue, which stays a 200."""
        self.redownload_failed = True  # without this setting blocklisting starts no search
        self.refresh_every: float | None = None
        """Seconds of the clock between refreshes; the real apps take 60 to 90."""
        self.command_takes = 0.0
        """Seconds of the clock until a command is completed."""
        self._snapshot: tuple[Row, ...] = ()
        self._refreshed_at: float | None = None

    @property
    def pending(self) -> list[Item]:
        """The items of the queue that wait in the app, not in a client."""
        return [item for item in self.queue if item.pending]

    def refresh(self) -> None:
        """Ask every client that answers, and replace the snapshot: soonest done last, unknown time first."""
        now = self.clock()
        tracked = [item for item in self.queue if not item.pending and self._reachable(item)]
        tracked.sort(key=lambda item: (item.time_left is not None, item.time_left or 0))
        self._snapshot = tuple(row for item in tracked for row in rows_of(item, self.service, now))
        self._refreshed_at = now

    def tracked_rows(self) -> tuple[Row, ...]:
        """The snapshot, made anew first if it is due."""
        self.run_due_commands()
        if self.refresh_every is None or self._refreshed_at is None:
            self.refresh()
        elif self.clock() - self._refreshed_at >= self.refresh_every:
            self.refresh()
        return self._snapshot

    def snapshot_rows(self) -> tuple[Row, ...]:
        """The snapshot as it stands, however old: what a DELETE looks its id up in."""
        self.run_due_commands()
        return self._snapshot if self.refresh_every is not None else self.tracked_rows()

    def pending_rows(self) -> tuple[Row, ...]:
        """Pending releases as of now."""
        now = self.clock()
        return tuple(row for item in self.pending for row in rows_of(item, self.service, now))

    def known_library(self) -> Library:
        """The library, including the media of everything that is in the queue."""
        for item in self.queue:
            self.library.learn(item.media, item.episodes)
        return self.library

    def stop_tracking(self, download_id: str) -> None:
        """Take a download's rows out of the snapshot; a refresh brings back what is still in the queue."""
        self._snapshot = tuple(row for row in self._snapshot if row.record.get("downloadId") != download_id)

    def remember(self, item: Item, event: str, message: str = "") -> None:
        """Write an event of an item into the history, now."""
        self.history += events_of(item, event, self.clock(), message)

    def block(self, item: Item, message: str) -> None:
        """Put a release on the blocklist."""
        self.blocklist.append(Blocked(self.clock(), item.title, message, item))

    def finish(self, item: Item) -> None:
        """Import an item: it leaves the queue and the history says so."""
        self.queue.remove(item)
        self.library.learn(item.media, item.episodes)
        self.remember(item, "downloadFolderImported")

    def post_command(self, name: str) -> Command:
        """Queue a command; an equal one that is not done yet is returned instead."""
        self.run_due_commands()
        waiting = [command for command in self.commands if command.name == name and not command.done]
        if waiting:
            return waiting[0]
        self.commands.append(Command(len(self.commands) + 184_213, name, self.clock()))
        return self.commands[-1]

    def run_due_commands(self) -> None:
        """Complete the commands whose time has come; RefreshMonitoredDownloads refreshes the snapshot."""
        for command in self.commands:
            if not command.done and self.clock() >= command.queued_at + self.command_takes:
                command.done = True
                if command.name.lower() == "refreshmonitoreddownloads":
                    self.refresh()

    def _reachable(self, item: Item) -> bool:
        return item.client.name not in self.unreachable_clients
