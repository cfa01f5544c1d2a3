"""The routes of `/api/v3` that Discarr uses: from a request with the right key to an answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from discarr.demo.arr.app import REFRESH, App, PostedCommand, TaskDates
from discarr.demo.arr.items import Json
from discarr.demo.arr.records import Row, json_text, wire_span, wire_time
from discarr.demo.arr.removal import AppFailed, Flags, NotInQueue, grab, remove


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a body with its type; an empty body has none."""

    status: int
    body: str = ""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """The parts of a request: its query, the id in its path (if any) and its body."""

    query: Mapping[str, str]
    id: int
    body: bytes


class Page(BaseModel):
    """The query of a page, with the apps' defaults."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True)

    page: int = 1
    page_size: int = 10
    sort_key: str = ""
    sort_direction: Literal["default", "ascending", "descending"] = "descending"
    include_unknown_movie_items: bool = False
    include_unknown_series_items: bool = False
    download_id: str = ""


class NewCommand(BaseModel):
    """The body of a posted command."""

    name: str


def answer_to(app: App, method: str, path: str, query: Mapping[str, str], body: bytes) -> Answer:
    """Answer a request below `/api` that had the right key."""
    matches = [(route, match) for route in ROUTES if (match := re.fullmatch(f"/api/v3/{route.path}/?", path))]
    for route, match in matches:
        if route.method == method:
            return _guarded(
                app, route.endpoint, Call(query, int(match["id"]) if "id" in match.groupdict() else 0, body)
            )
    return Answer(405, headers={"Allow": ", ".join(route.method for route, _ in matches)}) if matches else Answer(404)


def queue_page(app: App, query: Page) -> Json:
    """Return one page of the queue, in the order of the snapshot unless it is asked for by `added`.

    Items of no known movie or series are omitted unless requested. Equal dates are sorted by progress. A page past the
    end is not empty: it is the page `total // size`, rounded down.
    """
    wants_unknown = {"radarr": query.include_unknown_movie_items, "sonarr": query.include_unknown_series_items}
    rows = [row for row in app.tracked_rows() if wants_unknown[app.service] or row.known]
    rows += app.pending_rows()
    if query.sort_key == "added":
        rows.sort(key=lambda row: -_progress(row))
        rows.sort(key=lambda row: str(row.record.get("added", "")), reverse=query.sort_direction != "ascending")
    last = max(len(rows) // max(query.page_size, 1), 1)
    page = query.page if (query.page - 1) * query.page_size < len(rows) else min(query.page, last)
    return _envelope(query, page, [row.record for row in rows])


def status_record(app: App) -> Json:
    """Return the `SystemResource`. It names the app, which tells a Radarr from a Sonarr on the wrong port."""
    return {
        "appName": app.app_name,
        "instanceName": app.app_name,
        "version": app.version,
        "authentication": app.authentication,
        "urlBase": app.url_base,
        "startTime": wire_time(app.start_time),
    }


def _envelope(query: Page, page: int, records: list[Json]) -> Json:
    first = max((page - 1) * query.page_size, 0)
    return {
        "page": page,
        "pageSize": query.page_size,
        "sortKey": query.sort_key or "timeleft",
        "sortDirection": query.sort_direction,
        "totalRecords": len(records),
        "records": records[first : first + query.page_size],
    }


def _progress(row: Row) -> float:
    size = row.record["size"]
    return 100 - row.record["sizeleft"] / size * 100 if size else 0


def _guarded(app: App, endpoint: "Endpoint", call: Call) -> Answer:
    """The apps' error pipeline, with its shapes of an error body."""
    try:
        return endpoint(app, call)
    except ValidationError as error:
        errors = {str(each["loc"][0]): [f"The value '{each['input']}' is not valid."] for each in error.errors()}
        return _problem(400, "One or more validation errors occurred.", errors=errors)
    except NotInQueue:
        return _ok({"message": "NotFound"}, status=404)
    except AppFailed as error:
        # The text and the stack trace can both contain a download client's credentials.
        place = f"{app.service.capitalize()}.Api.V3.Queue.QueueController.Remove in ./QueueController.cs:line 319"
        trace = f"{error.kind}: {error.message}\n   at {place}"
        return _ok({"message": error.message, "description": trace}, status=500)


def _ok(value: object, status: int = 200) -> Answer:
    return Answer(status, json_text(value), "application/json; charset=utf-8")


def _problem(status: int, title: str, **more: object) -> Answer:
    """ASP.NET's own errors: a parameter it cannot parse, a movie that is not in the library."""
    problem = {"type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "title": title, "status": status, **more}
    return Answer(status, json_text(problem), "application/problem+json; charset=utf-8")


def _queue(app: App, call: Call) -> Answer:
    return _ok(queue_page(app, Page.model_validate(call.query)))


def _delete(app: App, call: Call) -> Answer:
    remove(app, call.id, Flags.model_validate(call.query))
    return Answer(200)


def _grab(app: App, call: Call) -> Answer:
    grab(app, call.id)
    return _ok({})


def _tasks(app: App, call: Call) -> Answer:
    """The `TaskResource`s, sorted by name (System/Tasks/TaskController.cs)."""
    if not app.has_tasks:
        return Answer(404)
    app.tracked_rows()
    return _ok([_task(2, "MessagingCleanup", TaskDates(app.start_time, app.start_time)), _task(1, REFRESH, app.task)])


def _task(number: int, name: str, dates: TaskDates) -> Json:
    return {
        "name": re.sub(r"(?<!^)(?=[A-Z])", " ", name),
        "taskName": name,
        "lastExecution": wire_time(dates.ended_at),
        "lastStartTime": wire_time(dates.started_at),
        "lastDuration": wire_span(dates.ended_at - dates.started_at),
        "id": number,
    }


def _history(app: App, call: Call) -> Answer:
    """Newest first; a page past the end is empty (History/HistoryController.cs)."""
    query = Page.model_validate({"sortKey": "date", **call.query})
    records = [event.record(number, app.service) for number, event in enumerate(app.history, start=1)]
    wanted = [record for record in records if query.download_id in ("", record.get("downloadId"))]
    newest_first = sorted(wanted, key=lambda record: (record["date"], record["id"]), reverse=True)
    return _ok(_envelope(query, query.page, newest_first))


def _resource(kind: str) -> "Endpoint":
    def endpoint(app: App, call: Call) -> Answer:
        app.learn_queue()
        record = app.library.get((kind, call.id))
        return _ok(record) if record else _problem(404, "Not Found")

    return endpoint


def _post_command(app: App, call: Call) -> Answer:
    """201 with a command that is queued, even if it is done a moment later."""
    name = NewCommand.model_validate_json(call.body).name
    if name == "ManualImport":
        app.import_by_hand(call.body)
    return _ok(_command_record(app.post_command(name), done=False), status=201)


def _manual_import(app: App, call: Call) -> Answer:
    """The files of one download; 500 while it is not complete in its client (ManualImportController.cs)."""
    download_id = call.query.get("downloadId", "")
    if not app.manual_imports.exists:
        return Answer(404)
    if any(item.download_id == download_id and item.situation.status != "completed" for item in app.queue):
        raise AppFailed("System.NullReferenceException", "Object reference not set to an instance of an object.")
    return _ok(app.manual_imports.listing(app.queue, download_id))


def _command(app: App, call: Call) -> Answer:
    app.catch_up()
    found = [command for command in app.commands if command.id == call.id]
    return _ok(_command_record(found[0], done=found[0].done)) if found else _problem(404, "Not Found")


def _command_record(command: PostedCommand, *, done: bool) -> Json:
    return {
        "name": command.name,
        "status": "completed" if done else "queued",
        "result": "successful" if done else "unknown",
        "queued": wire_time(command.queued_at),
        "id": command.id,
    }


Endpoint = Callable[[App, Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and the pattern of a path below `/api/v3/`."""

    method: str
    path: str
    endpoint: Endpoint


_ID = r"(?P<id>\d{1,10})"
ROUTES = (
    Route("GET", "queue", _queue),
    Route("DELETE", f"queue/{_ID}", _delete),
    Route("POST", f"queue/grab/{_ID}", _grab),
    Route("GET", "manualimport", _manual_import),
    Route("GET", "system/status", lambda app, call: _ok(status_record(app))),
    Route("GET", "system/task", _tasks),
    Route("GET", "health", lambda app, call: _ok(app.health_records())),
    Route("GET", "rootfolder", lambda app, call: _ok(app.storage.folders)),
    Route("GET", "diskspace", lambda app, call: _ok(app.storage.disks)),
    Route("GET", "history", _history),
    *(Route("GET", f"{kind}/{_ID}", _resource(kind)) for kind in ("movie", "series", "episode")),
    Route("POST", "command", _post_command),
    Route("GET", f"command/{_ID}", _command),
)
