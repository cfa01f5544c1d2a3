"""The routes of `/api/v3` that Discarr uses: from a request with the right key to an answer."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from discarr.demo.arr.app import REFRESH, App
from discarr.demo.arr.items import Json
from discarr.demo.arr.records import Row, file_record, json_text, wire_time
from discarr.demo.arr.removal import AppFailed, Flags, NotFound, Refused, grab, remove


class Call(NamedTuple):
    """The parts of a request: its query, the id in its path (if any) and its body."""

    query: MultiMapping[str]
    id: int
    body: bytes


class Page(BaseModel):
    """The query of a page, with the apps' defaults. Sorted it always is as Discarr wants it."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True)

    page: int = 1
    page_size: int = 10
    include_unknown_movie_items: bool = False
    include_unknown_series_items: bool = False
    download_id: str = ""


def answer_to(app: App, method: str, path: str, query: MultiMapping[str], body: bytes) -> web.Response:
    """Answer a request below `/api` that had the right key."""
    place, _, last = path.removeprefix("/api/v3").rpartition("/")
    has_id = last.isdecimal()
    endpoint = ROUTES.get(f"{method} {place}/{'#' if has_id else last}")
    if endpoint is None:
        return web.Response(status=404)
    try:
        value = endpoint(app, Call(query, int(last) if has_id else 0, body))
    except ValidationError:
        return _json({"title": "One or more validation errors occurred.", "status": 400}, 400)
    except Refused as refused:
        return _json(refused.body, refused.status)
    return _json(value, 201 if endpoint is _post_command else 200)


def _json(value: object, status: int) -> web.Response:
    if value is None:
        return web.Response(status=status)
    return web.json_response(value, status=status, dumps=json_text)


def queue_page(app: App, query: Page) -> Json:
    """Return one page of the queue, the oldest downloads first; equal dates are sorted by progress.

    Items of no known movie or series are omitted unless requested. A page past the end is not empty: it is the page
    `total // size`, rounded down.
    """
    wants_unknown = {"radarr": query.include_unknown_movie_items, "sonarr": query.include_unknown_series_items}
    rows = [row for row in app.tracked_rows() if wants_unknown[app.service] or row.item.media]
    rows += app.pending_rows()
    for item in app.queue:
        app.learn(item.media, item.episodes)
    rows.sort(key=lambda row: (str(row.record.get("added", "")), -_progress(row)))
    last = max(len(rows) // query.page_size, 1)
    page = query.page if (query.page - 1) * query.page_size < len(rows) else min(query.page, last)
    first = (page - 1) * query.page_size
    records = [row.record for row in rows[first : first + query.page_size]]
    return {"page": page, "pageSize": query.page_size, "totalRecords": len(rows), "records": records}


def _progress(row: Row) -> float:
    size = row.record["size"]
    return 100 - row.record["sizeleft"] / size * 100 if size else 0


def _status(app: App, call: Call) -> Json:
    """The `SystemResource`. It names the app, which tells a Radarr from a Sonarr on the wrong port."""
    return {"appName": app.app_name, "version": app.version, "startTime": wire_time(app.start_time)}


def _tasks(app: App, call: Call) -> list[Json]:
    """The `TaskResource`s, sorted by name (System/Tasks/TaskController.cs)."""
    app.tracked_rows()
    other = {"taskName": "MessagingCleanup", "lastStartTime": wire_time(app.start_time)}
    return [other, {"taskName": REFRESH, "lastStartTime": wire_time(app.refreshed_at)}]


def _history(app: App, call: Call) -> Json:
    """The events of one download, newest first (History/HistoryController.cs)."""
    query = Page.model_validate(call.query)
    events = [(number, event) for number, event in enumerate(app.history, 1) if event.download_id == query.download_id]
    records = [event.record(number) for number, event in events]
    records.sort(key=lambda record: (record["date"], record["id"]), reverse=True)
    return {"page": 1, "totalRecords": len(records), "records": records[: query.page_size]}


def _resource(kind: str) -> "Endpoint":
    def endpoint(app: App, call: Call) -> Json:
        if (kind, call.id) not in app.library:
            raise NotFound
        return app.library[kind, call.id]

    return endpoint


def _episodes(app: App, call: Call) -> list[Json]:
    """The episodes of the repeated `episodeIds` (EpisodeController.cs); 500 if one is unknown (BasicRepository.cs)."""
    ids = list(map(int, call.query.getall("episodeIds", [])))
    found = [app.library["episode", id] for id in sorted(ids) if ("episode", id) in app.library]
    if len(found) != len(ids):
        raise AppFailed("System.ApplicationException", "Expected query to return a row for each id.")
    return found


def _post_command(app: App, call: Call) -> Json:
    """A command that is queued, even if it is done a moment later."""
    name = json.loads(call.body)["name"]
    if name == "ManualImport":
        app.import_by_hand(call.body)
    return app.post_command(name).record()


def _command(app: App, call: Call) -> Json:
    app.catch_up()
    found = [command for command in app.commands if command.id == call.id]
    if not found:
        raise NotFound
    return found[0].record()


def _manual_import(app: App, call: Call) -> list[Json]:
    """The files of one download; 500 while it is not complete in its client (ManualImportController.cs)."""
    asked = [item for item in app.queue if item.download_id == call.query["downloadId"] and not item.pending]
    if any(item.situation.status != "completed" for item in asked):
        raise AppFailed("System.NullReferenceException", "Object reference not set to an instance of an object.")
    return [file_record(file, item.download_id) for item in asked for file in item.found_files()]


type Endpoint = Callable[[App, Call], object]
"""Returns what is sent as JSON; None for an empty answer. Raises Refused, and ValidationError for a bad request."""

ROUTES: Mapping[str, Endpoint] = {
    "GET /queue": lambda app, call: queue_page(app, Page.model_validate(call.query)),
    "DELETE /queue/#": lambda app, call: remove(app, call.id, Flags.model_validate(call.query)),
    "POST /queue/grab/#": lambda app, call: grab(app, call.id),
    "GET /manualimport": _manual_import,
    "GET /system/status": _status,
    "GET /system/task": _tasks,
    "GET /health": lambda app, call: app.health_records(),
    "GET /rootfolder": lambda app, call: app.root_folders,
    "GET /diskspace": lambda app, call: app.disks,
    "GET /history": _history,
    "GET /movie/#": _resource("movie"),
    "GET /series/#": _resource("series"),
    "GET /episode": _episodes,
    "POST /command": _post_command,
    "GET /command/#": _command,
}
"""By method and path below `/api/v3`; `#` is an id."""
