"""Radarr or Sonarr without a port: its queue, its refreshes and commands, its history and health."""

import json
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import inf

from discarr.demo.arr.items import EpisodeMedia, Item, Json, Media, MovieMedia, Service
from discarr.demo.arr.records import TIB, HistoryEvent, Row, mount, root_folder, rows_of, wire_time

VERSIONS: dict[Service, str] = {"radarr": "6.0.4.10291", "sonarr": "4.0.19.2979"}
REFRESH = "RefreshMonitoredDownloads"
DEBOUNCE = 5.0
"""Seconds from a grab or an import to the refresh it causes (Core/Download/…/DownloadMonitoringService.cs)."""


@dataclass(slots=True)
class PostedCommand:
    """A command; the apps run them in their own time."""

    id: int
    name: str
    queued_at: float
    done: bool = False

    def record(self) -> Json:
        status = "completed" if self.done else "queued"
        return {"name": self.name, "status": status, "queued": wire_time(self.queued_at), "id": self.id}


class App:
    """One Radarr or Sonarr with its download clients.

    `GET /queue` shows a snapshot, which a refresh replaces (Core/Queue/QueueService.cs).
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
        """Seconds from one refresh to the next, 60 to 90 in the real apps; with 0 each request refreshes first."""
        self.refreshed_at = self.start_time
        """When the last refresh began."""
        self.commands: list[PostedCommand] = []
        self._snapshot: tuple[Row, ...] = ()
        self._soon = self.start_time

    def refresh(self) -> None:
        """Ask the clients now, whatever is due."""
        self.refreshed_at, self._soon = self.clock(), inf
        self._snapshot = self._rows(self.unreachable_clients)

    def refresh_soon(self) -> None:
        self._soon = min(self._soon, self.clock() + DEBOUNCE)

    def catch_up(self) -> None:
        is_posted = any(command.name == REFRESH and not command.done for command in self.commands)
        if is_posted or self.clock() >= min(self.refreshed_at + self.refresh_every, self._soon):
            self.refresh()
        for command in self.commands:
            command.done = True

    def _rows(self, away: Collection[str]) -> tuple[Row, ...]:
        """What the clients have; one that is away has no items (DownloadMonitoringService.cs)."""
        tracked = [item for item in self.queue if not item.pending and item.client.name not in away]
        return tuple(rows_of(tracked, self.service, self.clock()))

    def tracked_rows(self) -> tuple[Row, ...]:
        self.catch_up()
        return self._snapshot

    def pending_rows(self) -> list[Row]:
        """Return the current pending releases, which are in the app, not in a client."""
        return rows_of([item for item in self.queue if item.pending], self.service, self.clock())

    def stop_tracking(self, download_id: str) -> None:
        """Take a download's rows out of the snapshot; a refresh brings back what is still in its client."""
        self._snapshot = tuple(row for row in self._snapshot if row.item.download_id != download_id)

    def post_command(self, name: str) -> PostedCommand:
        self.catch_up()
        self.commands.append(PostedCommand(len(self.commands) + 184_213, name, self.clock()))
        return self.commands[-1]

    def health_records(self) -> list[Json]:
        self.catch_up()
        return self.health

    def learn(self, media: Media | None, episodes: Iterable[EpisodeMedia] = ()) -> None:
        for each in (media, *episodes):
            if each is not None:
                self.library[each.kind, each.id] = each.record()

    def remember(
        self, item: Item, event: str, *, at: float | None = None, episodes: tuple[EpisodeMedia, ...] | None = None
    ) -> None:
        """Write an item's events to the history, one for each episode (HistoryService.cs); none for an unknown item."""
        if item.media is None:
            return
        at = self.clock() if at is None else at
        download_id = None if event.endswith("FileDeleted") else item.download_id
        about = (None,) if isinstance(item.media, MovieMedia) else item.episodes if episodes is None else episodes
        self.history += [HistoryEvent(at, event, item, episode, download_id) for episode in about]

    def finish(self, item: Item, episodes: tuple[EpisodeMedia, ...] | None = None) -> None:
        """Import an item: the history has it at once, and the refresh that this causes takes it off the list."""
        self.queue.remove(item)
        self.remember(item, "downloadFolderImported", episodes=episodes)
        self.refresh_soon()

    def import_by_hand(self, body: bytes) -> None:
        """Do what the command `ManualImport` does (ManualImportService.cs of both apps); it looks at no rejection."""
        posted = {(file["downloadId"], file["path"]) for file in json.loads(body)["files"]}
        for item in list(self.queue):
            files = [file for file in item.found_files() if (item.download_id, file.path) in posted]
            moved = [file for file in files if not file.fails]
            episodes = tuple(episode for file in moved for episode in file.episodes)
            # Radarr is done with a download after any file, Sonarr after as many episodes as there are.
            if moved and len(episodes) >= len(item.episodes):
                self.finish(item, episodes or None)
            elif moved:
                self.remember(item, "downloadFolderImported", episodes=episodes)
