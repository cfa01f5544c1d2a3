"""The API of one Radarr or Sonarr: its endpoints."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

import httpx
from pydantic import BaseModel
from pydantic_core import from_json

from discarr import errors
from discarr.arr.blocking import BlockingWork
from discarr.arr.disks import library_disks
from discarr.arr.failures import is_json
from discarr.arr.http import READ_DEADLINE, ArrHttp, Body, date_of
from discarr.arr.import_plan import command_for, plan_from
from discarr.arr.isolation import Isolation
from discarr.arr.manual_import import ImportItem
from discarr.arr.models import (
    Command,
    Disk,
    Episode,
    HealthItem,
    HistoryPage,
    HistoryRecord,
    Movie,
    QueuePage,
    RootFolder,
    Series,
    SystemStatus,
    Task,
)
from discarr.arr.pagination import PAGE_SIZE, QueueRead, QueueReader
from discarr.arr.parsing import ReadContext, queue_page
from discarr.model.disk import LibraryDisk
from discarr.model.download import Download
from discarr.model.instance import Instance, Service
from discarr.model.manual_import import ImportPlan
from discarr.model.removal_mode import RemovalMode

HISTORY_EVENTS = 1000
"""Events requested for one download: a pack has two for each episode."""
REMOVE_DEADLINE = 120.0
"""Seconds. The app waits for its download client for up to 100 before it answers."""
IMPORTABLE_DEADLINE = 120.0
"""Seconds. The app examines every file of the download before it answers."""
GRAB_DEADLINE = 200.0
"""Seconds. The app waits up to 100 for the indexer and up to 100 for the download client before it answers."""
MAX_VALUES = 500_000
"""Commas and opening brackets in an answer. A page of 1,000 records has about 70,000; millions of tiny values would
fit into MAX_BODY, and block the event loop for half a minute."""
MAX_ITEMS = 1000
"""Items of a list: an app's health, tasks, root folders and disks, episodes, and the files of one download."""
MAX_UNCOUNTED = 2_000_000
"""Bytes of an answer whose values are not counted: they cannot be many more, and counting costs as much as a fifth of
`json.loads`."""
COMMAND_POLL = 1.0
"""Seconds between two requests for the status of a command."""
_REFRESH = "RefreshMonitoredDownloads"
_UNKNOWN_ITEMS = {Service.RADARR: "includeUnknownMovieItems", Service.SONARR: "includeUnknownSeriesItems"}
_INVALID = "sent an incomplete or invalid answer"


class ArrClient:
    """The API of one instance. Use it as an async context manager, or call `close`."""

    def __init__(
        self, instance: Instance, url: str, api_key: str, *, tls: ssl.SSLContext, blocking: BlockingWork | None = None
    ) -> None:
        """Clients that share `blocking` do one at a time of what blocks the event loop: see the attribute."""
        self.instance = instance
        self.blocking = blocking or BlockingWork()
        """Held while a page is parsed, or a queue summed up: two of these in one turn block the loop for too long."""
        self.isolation = Isolation(instance)
        self._http = ArrHttp(instance, url, api_key, tls, self.isolation)
        self._reader = QueueReader(self._page, self._parsed_page, self.blocking)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def queue(self, context: ReadContext) -> QueueRead:
        """Return all downloads in the queue.

        Raises:
            ArrError: it could not be read completely.
        """
        return await self._reader.read(context)

    async def _page(self, number: int) -> Body:
        parameters = {
            "page": str(number),
            "pageSize": str(PAGE_SIZE),
            "sortKey": "added",
            "sortDirection": "ascending",
            _UNKNOWN_ITEMS[self.instance.service]: "true",
        }
        return await self._http.body("GET", "queue", parameters)

    def _parsed_page(self, content: bytes) -> QueuePage:
        with self._checked(content):
            return queue_page(content)

    async def status(self) -> SystemStatus:
        """Return which app answers, and its version.

        Raises:
            ArrError: it could not be read.
        """
        return await self._value("system/status", SystemStatus)

    async def health(self) -> tuple[HealthItem, ...]:
        """Return the warnings and errors that the app reports about itself; empty when there are none.

        Raises:
            ArrError: it could not be read.
        """
        return await self._values("health", HealthItem)

    async def library_disks(self) -> tuple[LibraryDisk, ...]:
        """Return the disks of the root folders. The app takes up to 5 s for each, and lists all that is in them.

        Raises:
            ArrError: the root folders could not be read. Without the disks, no total is known.
        """
        folders = await self._values("rootfolder", RootFolder)
        try:
            disks = await self._values("diskspace", Disk)
        except errors.ArrError:
            disks = ()
        return library_disks(folders, disks)

    async def last_refresh_began(self) -> datetime | None:
        """Return when the app last began to poll its download clients, by its own clock; year 1 if it never did.

        None if it has no such task.

        The date is updated when that poll ends (NzbDrone.Core/Jobs/TaskManager.cs). It survives a restart.

        Raises:
            ArrError: it could not be read, as in versions without this route.
        """
        tasks = await self._values("system/task", Task)
        return next((task.last_start_time for task in tasks if task.task_name == _REFRESH), None)

    async def history(self, download_id: str) -> tuple[HistoryRecord, ...]:
        """Return the events of one download, newest first.

        Raises:
            ArrError: they could not be read.
        """
        parameters = {
            "page": "1",
            "pageSize": str(HISTORY_EVENTS),
            "sortKey": "date",
            "sortDirection": "descending",
            "downloadId": download_id,
        }
        body = await self._http.body("GET", "history", parameters)
        records = self._parsed(HistoryPage, body).records
        return tuple(record for record in records if record.download_id.lower() == download_id.lower())

    async def movie(self, id: int) -> Movie:
        """Return a movie of Radarr, with its title. Raises ArrError."""
        return _requested(await self._value(f"movie/{id}", Movie), id)

    async def series(self, id: int) -> Series:
        """Return a series of Sonarr, with its title. Raises ArrError."""
        return _requested(await self._value(f"series/{id}", Series), id)

    async def episodes(self, ids: Sequence[int]) -> tuple[Episode, ...]:
        """Return these episodes of Sonarr, in its order.

        The ids are repeated parameters: Sonarr 4 accepts nothing else, and for Sonarr 3 they are joined with commas
        (Nancy's StringExtensions.AsQueryDictionary), which is what its EpisodeModule.cs expects.

        Raises:
            ArrError: they could not be read, or Sonarr does not know one of them.
        """
        episodes = await self._values("episode", Episode, {"episodeIds": [str(id) for id in ids]})
        if {episode.id for episode in episodes} != set(ids):
            raise errors.BadAnswer("sent other episodes than those requested")
        return episodes

    async def remove(self, queue_id: int, mode: RemovalMode) -> datetime | None:
        """Remove a download, with all its records; return when the app answered, by its own clock.

        Takes up to REMOVE_DEADLINE.

        Raises:
            AlreadyGone: it had left the queue before.
            ArrError: the app could not do it, or did not say whether it did.
        """
        path = f"queue/{queue_id}"
        async with self._http.answer("DELETE", path, mode.flags, deadline=REMOVE_DEADLINE) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND and is_json(answer):
                raise errors.AlreadyGone
            await self._http.check(answer)
            return date_of(answer)

    async def importable(self, download: Download) -> ImportPlan:
        """Return what a manual import of a complete download would do. Takes up to IMPORTABLE_DEADLINE.

        Nothing but the `downloadId` is sent: with a `seriesId` beside it Sonarr lists the files of the library.

        Raises:
            ArrError: the app could not say.
        """
        parameters = {"downloadId": download.key.id, "filterExistingFiles": "true"}
        body = await self._http.body("GET", "manualimport", parameters, deadline=IMPORTABLE_DEADLINE)
        with self.isolation:
            return plan_from(self._items(ImportItem, body), download)

    async def import_files(self, plan: ImportPlan) -> Command:
        """Have the app import all files of the plan; return its command, which is only queued by then.

        Raises:
            ArrError: the app could not be asked, or did not say whether it accepted.
        """
        return self._parsed(Command, await self._http.body("POST", "command", json=command_for(plan)))

    async def is_over(self, command_id: int) -> bool:
        """Return whether a command has ended, or is no longer known, as after a day.

        Whether it succeeded only the history says.

        Raises:
            ArrError: it could not be read.
        """
        async with self._http.answer("GET", f"command/{command_id}", deadline=READ_DEADLINE) as answer:
            is_forgotten = answer.status_code == httpx.codes.NOT_FOUND and is_json(answer)
            return is_forgotten or self._parsed(Command, await self._http.read(answer)).is_over

    async def grab(self, queue_id: int) -> None:
        """Have the app hand a pending release to its download client now. Takes up to GRAB_DEADLINE.

        All pending releases of the same movie or episodes go, unless they are better.

        Raises:
            AlreadyGone: it is no longer pending.
            ArrError: the app could not do it, or did not say whether it did.
        """
        async with self._http.answer("POST", f"queue/grab/{queue_id}", deadline=GRAB_DEADLINE) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND and is_json(answer):
                raise errors.AlreadyGone
            await self._http.check(answer)

    async def refresh_downloads(self) -> None:
        """Have the app poll its download clients now; return when it has, which takes some seconds.

        Raises:
            ArrError: the app could not be asked.
        """
        command = self._parsed(Command, await self._http.body("POST", "command", json={"name": _REFRESH}))
        while not command.is_over:
            await asyncio.sleep(COMMAND_POLL)
            command = await self._value(f"command/{command.id}", Command)

    async def _value[Value: BaseModel](self, path: str, model: type[Value]) -> Value:
        return self._parsed(model, await self._http.body("GET", path))

    async def _values[Item: BaseModel](
        self, path: str, item: type[Item], parameters: Mapping[str, Sequence[str]] | None = None
    ) -> tuple[Item, ...]:
        return self._items(item, await self._http.body("GET", path, parameters))

    def _items[Item: BaseModel](self, item: type[Item], body: Body) -> tuple[Item, ...]:
        with self._checked(body.content):
            values = from_json(body.content)
            if isinstance(values, list) and len(values) <= MAX_ITEMS:
                return tuple(map(item.model_validate, values))
        raise errors.BadAnswer(_INVALID)

    def _parsed[Value: BaseModel](self, model: type[Value], body: Body) -> Value:
        with self._checked(body.content):
            return model.model_validate_json(body.content)

    @contextmanager
    def _checked(self, content: bytes) -> Iterator[None]:
        with self.isolation:
            if _values(content) > MAX_VALUES:
                raise errors.BadAnswer("sent too many values for a queue")
            try:
                yield
            except ValueError:  # pydantic's own, too
                # Not `from error`: its text quotes the answer.
                raise errors.BadAnswer(_INVALID) from None


def _requested[Found: Movie | Series](found: Found, id: int) -> Found:
    if found.id != id or not "".join(filter(str.isprintable, found.title)).strip():
        raise errors.BadAnswer("sent another title than the one requested")
    return found


def _values(content: bytes) -> int:
    """Return the number of values in a JSON text, at least roughly; 0 for a text that cannot have too many."""
    return 0 if len(content) <= MAX_UNCOUNTED else len(content) - len(content.translate(None, b",[{"))
