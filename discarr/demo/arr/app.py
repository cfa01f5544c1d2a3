"""Radarr or Sonarr without a port: what it has, what it shows of it, and its commands."""

import time
from collections.abc import Callable

from discarr.demo.arr.clients import CHECK_DELAY
from discarr.demo.arr.disks import Storage
from discarr.demo.arr.history import BlocklistEntry, HistoryEvent, events_of
from discarr.demo.arr.items import Item
from discarr.demo.arr.manual_import import ManualImports
from discarr.demo.arr.media import EpisodeMedia, Library
from discarr.demo.arr.records import Row, rows_of
from discarr.demo.arr.tasks import Tasks
from discarr.demo.arr.wire import Json, Service

VERSIONS: dict[Service, str] = {"radarr": "6.0.4.10291", "sonarr": "4.0.19.2979"}


class App(Tasks):
    """One Radarr or Sonarr with its download clients."""

    def __init__(self, service: Service, clock: Callable[[], float] = time.time) -> None:
        super().__init__(service, clock)
        self.app_name = service.capitalize()
        """What the app calls itself; set it to lie about which app answers on this port."""
        self.version = VERSIONS[service]
        self.url_base = ""  # or "/radarr"
        self.authentication = "forms"
        """How the web interface lets people in: `none`, `basic`, `forms` or `external`. The API wants its key."""
        self.untracked: list[Item] = []
        """Still in a download client, with its data, but the app no longer looks at it."""
        self.history: list[HistoryEvent] = []
        self.blocklist: list[BlocklistEntry] = []
        self.searches: list[Item] = []
        """What the app started to search another release for."""
        self.health: list[Json] = []
        """Health entries that a test has written; those of watched clients come on top."""
        self.storage = Storage()
        self.has_tasks = True
        """Whether `GET /system/task` exists: without it a 404, as in very old versions and behind strict proxies."""
        self.startup_takes = 0.0
        """Seconds from `start_time` until the app has started; its task list is empty until then."""
        self.library = Library()
        self.manual_imports = ManualImports()
        self.redownload_failed = True  # without this setting blocklisting starts no search
        self._restarted_at: float | None = None

    @property
    def pending(self) -> list[Item]:
        """The items of the queue that wait in the app, not in a client."""
        return [item for item in self.queue if item.pending]

    def pending_rows(self) -> tuple[Row, ...]:
        """Pending releases as of now."""
        now = self.clock()
        return tuple(row for item in self.pending for row in rows_of(item, self.service, now))

    def known_library(self) -> Library:
        """The library, including the media of everything that is in the queue."""
        for item in self.queue:
            self.library.learn(item.media, item.episodes)
        return self.library

    def restart(self, *, busy_for: float = 0.0, new_database: bool = False) -> None:
        """A new process: the queue is empty until the first refresh, `health` until its first checks.

        The first refresh comes with the scheduler's tick 30 or 60 s later (Core/Jobs/Scheduler.cs), and not before
        `busy_for` seconds have passed, for which other tasks occupy the app.
        """
        self.restart_tasks(busy_for=busy_for, new_database=new_database)
        self._restarted_at = self.start_time
        if new_database:
            self.history.clear()
            self.blocklist.clear()

    def health_records(self) -> list[Json]:
        """What `GET /health` says; checks run shortly after a restart (Core/HealthCheck/HealthCheckService.cs)."""
        self.catch_up()
        if self._restarted_at is not None and self.clock() < self._restarted_at + CHECK_DELAY:
            return []
        return [*self.health, *self.watch.health]

    def remember(
        self,
        item: Item,
        event: str,
        message: str = "",
        *,
        at: float | None = None,
        episodes: tuple[EpisodeMedia, ...] | None = None,
    ) -> None:
        """Write an event of an item into the history, now or `at` an earlier moment; ids rise with each call.

        `episodes` are those of the item that the event is about; without it all. A grab of an item that was
        grabbed before is simply written once more: the same torrent has the same download id.
        """
        self.history += events_of(item, event, self.clock() if at is None else at, message, episodes)

    def block(self, item: Item, message: str) -> None:
        """Put a release on the blocklist."""
        self.blocklist.append(BlocklistEntry(self.clock(), item.title, message, item))

    def import_by_hand(self, body: object) -> None:
        """Do what the command `ManualImport` does, at once; what is done leaves the queue at the next refresh.

        Raises:
            BadCommand: the body is not what it should be.
        """
        for item, episodes, is_done in self.manual_imports.imported(body, self.queue):
            self.remember(item, "downloadFolderImported", episodes=episodes)
            if is_done:
                self.queue.remove(item)
                self.library.learn(item.media, item.episodes)
                self.refresh_soon()

    def finish(self, item: Item) -> None:
        """Import an item: the history says so at once, and it leaves the queue at the refresh that this causes."""
        self.queue.remove(item)
        self.library.learn(item.media, item.episodes)
        self.remember(item, "downloadFolderImported")
        self.refresh_soon()
