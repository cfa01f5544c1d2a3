"""The routes of `/api/v3`: from a request with a good key to an answer."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from discarr.demo.arr import answers, queue_views
from discarr.demo.arr.answers import Answer, ok
from discarr.demo.arr.app import App
from discarr.demo.arr.history import EVENT_NUMBERS
from discarr.demo.arr.manual_import import BadCommand
from discarr.demo.arr.media import EpisodeMedia
from discarr.demo.arr.query import BadQuery, Query
from discarr.demo.arr.removal import AppFailed, Flags, NotInQueue, grab, remove, remove_many
from discarr.demo.arr.status import status_record, task_records
from discarr.demo.arr.tasks import PostedCommand
from discarr.demo.arr.wire import Json, Service, wire_time


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its query, the number in its path (if any) and its body."""

    query: Query
    number: int
    body: bytes


Endpoint = Callable[[App, Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path; `#` stands for a whole number."""

    method: str
    path: str
    endpoint: Endpoint
    service: Service | None = None

    def match(self, path: str) -> re.Match[str] | None:
        """Paths are compared in any case and with or without a slash at the end."""
        pattern = re.escape(self.path).replace(r"\#", r"(-?\d{1,10})")
        return re.fullmatch(f"{pattern}/?", path, re.IGNORECASE)


def answer_to(app: App, method: str, path: str, query: Query, body: bytes) -> Answer:
    """The answer to a request below `/api` that had a good key."""
    mine = [route for route in ROUTES if route.service in (None, app.service)]
    found = [(route, match) for route in mine if (match := route.match(path))]
    if not found:
        return Answer(404)
    for route, match in found:
        if route.method == method:
            return _guarded(app, route.endpoint, Call(query, int(match[1]) if match.groups() else 0, body))
    return Answer(405, headers={"Allow": ", ".join(route.method for route, _ in found)})


def _guarded(app: App, endpoint: Endpoint, call: Call) -> Answer:
    """The apps' error pipeline."""
    try:
        return endpoint(app, call)
    except BadQuery as error:
        return answers.bad_query(error)
    except NotInQueue:
        return answers.not_in_queue()
    except BadCommand:
        return answers.bad_request("the command is not what it should be")
    except AppFailed as error:
        return answers.app_failed(error, app.service.capitalize())


def _delete(app: App, call: Call) -> Answer:
    if call.number <= 0:
        return answers.bad_request(f"{call.number} is not a valid ID")
    remove(app, call.number, _flags(call.query))
    return Answer(200)


def _delete_bulk(app: App, call: Call) -> Answer:
    body = _object(call.body)
    remove_many(app, [int(number) for number in body.get("ids", ())], _flags(call.query))
    return ok({})


def _grab(app: App, call: Call) -> Answer:
    grab(app, call.number)
    return ok({})


def _grab_bulk(app: App, call: Call) -> Answer:
    """One after the other: an unknown id is a 404 after the earlier ones were grabbed."""
    for number in _object(call.body).get("ids", ()):
        grab(app, int(number))
    return ok({})


def _tasks(app: App, call: Call) -> Answer:
    return ok(task_records(app)) if app.has_tasks else Answer(404)


def _task(app: App, call: Call) -> Answer:
    found = [record for record in task_records(app) if record["id"] == call.number and app.has_tasks]
    return ok(found[0]) if found else answers.no_such_model()


def _clients(app: App, call: Call) -> Answer:
    """What names a client; its settings are left out (DownloadClient/DownloadClientResource.cs)."""
    return ok(
        [
            {"enable": True, "protocol": client.protocol, "priority": 1, "name": client.name, "id": client.id}
            for client in app.known_clients
        ]
    )


def _test_clients(app: App, call: Call) -> Answer:
    """Test every client, paused or not: a success ends its pause, a failure counts (ProviderControllerBase.cs)."""
    results = app.test_clients()
    records = [{"id": number, "isValid": good, "validationFailures": []} for number, good in results.items()]
    return ok(records, status=200 if all(results.values()) else 400)


def _flags(query: Query) -> Flags:
    return Flags(
        remove_from_client=query.flag("removeFromClient", True),
        blocklist=query.flag("blocklist", False),
        skip_redownload=query.flag("skipRedownload", False),
        change_category=query.flag("changeCategory", False),
    )


def _history(app: App, call: Call) -> Answer:
    """Newest first, by numbers of events, by the exact download id (History/HistoryController.cs)."""
    numbers = EVENT_NUMBERS[app.service]
    asked = call.query.numbers("eventType")
    names = [name for name, number in numbers.items() if number in asked]
    download_id = call.query.text("downloadId") or ""
    records = [
        record
        for record in _history_records(app)
        if (not asked or record["eventType"] in names)
        and (not download_id.strip() or record.get("downloadId") == download_id)
    ]
    return ok(queue_views.paged(records, call.query))


def _history_since(app: App, call: Call) -> Answer:
    """A bare list, oldest first; the event is a name or a number (Core/History/HistoryRepository.cs, Since)."""
    text = call.query.text("date") or "0001-01-01T00:00:00Z"
    try:
        since = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuery("date", text) from None
    names = {str(number): name for name, number in EVENT_NUMBERS[app.service].items()}
    word = call.query.text("eventType")
    event = names.get(word or "") or call.query.word("eventType", names.values())
    moment = (since if since.tzinfo else since.replace(tzinfo=UTC)).timestamp()
    wanted = [
        record
        for at, record in zip((event.at for event in app.history), _history_records(app), strict=True)
        if at >= moment and event in (None, record["eventType"])
    ]
    return ok(sorted(wanted, key=lambda record: (record["date"], record["id"])))


def _history_records(app: App) -> list[Json]:
    return [event.record(number, app.service) for number, event in enumerate(app.history, start=1)]


def _blocklist(app: App, call: Call) -> Answer:
    records = [blocked.record(number, app.service) for number, blocked in enumerate(app.blocklist, start=1)]
    return ok(queue_views.paged(records, call.query))


def _movie(app: App, call: Call) -> Answer:
    movie = app.known_library().movies.get(call.number)
    return ok(movie.record()) if movie else answers.no_such_model()


def _series(app: App, call: Call) -> Answer:
    series = app.known_library().series.get(call.number)
    return ok(series.record()) if series else answers.no_such_model()


def _episode(app: App, call: Call) -> Answer:
    episode = app.known_library().episodes.get(call.number)
    return ok(episode.record()) if episode else answers.no_such_model()


def _episodes(app: App, call: Call) -> Answer:
    """A season, or episodes by their ids; one unknown id among them is a 500."""
    series, season, ids = (call.query.numbers(name) for name in ("seriesId", "seasonNumber", "episodeIds"))
    known = app.known_library().episodes
    if series:
        return _episode_list(
            episode
            for episode in known.values()
            if episode.series_id == series[0] and (not season or episode.season == season[0])
        )
    if not ids:
        return answers.bad_request("seriesId or episodeIds must be provided")
    found = [known[number] for number in ids if number in known]
    if len(found) != len(ids):
        counts = f"Expected query to return {len(ids)} rows but returned {len(found)}"
        raise AppFailed("System.ApplicationException", counts)
    return _episode_list(found)


def _episode_list(episodes: Iterable[EpisodeMedia]) -> Answer:
    return ok([episode.record() for episode in episodes])


def _post_command(app: App, call: Call) -> Answer:
    """201 with a command that is queued, even if it is done a moment later."""
    body = _object(call.body)
    name = str(body.get("name", ""))
    if name == "ManualImport":
        app.import_by_hand(body)
    if not name.isalnum():
        raise AppFailed("System.InvalidOperationException", "Sequence contains no matching element")
    return ok(_command_record(app.post_command(name), done=False), status=201)


def _manual_import(app: App, call: Call) -> Answer:
    """The files of one download; 500 while it is not complete in its client (ManualImportController.cs)."""
    download_id = call.query.text("downloadId") or ""
    if not app.manual_imports.exists:
        return Answer(404)
    if any(item.download_id == download_id and item.situation.status != "completed" for item in app.queue):
        raise AppFailed("System.NullReferenceException", "Object reference not set to an instance of an object.")
    return ok(app.manual_imports.listing(app.queue, download_id))


def _command(app: App, call: Call) -> Answer:
    app.catch_up()
    found = [command for command in app.commands if command.id == call.number]
    return ok(_command_record(found[0], done=found[0].done)) if found else answers.no_such_model()


def _command_record(command: PostedCommand, *, done: bool) -> Json:
    return {
        "name": command.name,
        "commandName": re.sub(r"(?<!^)(?=[A-Z])", " ", command.name),
        "body": {"sendUpdatesToClient": True, "updateScheduledTask": True, "name": command.name, "trigger": "manual"},
        "priority": "normal",
        "status": "completed" if done else "queued",
        "result": "successful" if done else "unknown",
        "queued": wire_time(command.queued_at),
        "trigger": "manual",
        "sendUpdatesToClient": True,
        "updateScheduledTask": True,
        "id": command.id,
    }


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise BadQuery("$", "body") from None
    return value if isinstance(value, dict) else {}


ROUTES = (
    Route("GET", "/api", lambda app, call: ok({"current": "v3", "deprecated": []})),
    Route("GET", "/api/v3/queue", lambda app, call: ok(queue_views.queue_answer(app, call.query))),
    Route("GET", "/api/v3/queue/details", lambda app, call: ok(queue_views.queue_details(app, call.query))),
    Route("GET", "/api/v3/queue/status", lambda app, call: ok(queue_views.queue_status(app, call.query))),
    Route("DELETE", "/api/v3/queue/#", _delete),
    Route("DELETE", "/api/v3/queue/bulk", _delete_bulk),
    Route("GET", "/api/v3/system/status", lambda app, call: ok(status_record(app))),
    Route("GET", "/api/v3/system/task", _tasks),
    Route("GET", "/api/v3/system/task/#", _task),
    Route("GET", "/api/v3/downloadclient", _clients),
    Route("POST", "/api/v3/downloadclient/testall", _test_clients),
    Route("POST", "/api/v3/queue/grab/#", _grab),
    Route("POST", "/api/v3/queue/grab/bulk", _grab_bulk),
    Route("GET", "/api/v3/manualimport", _manual_import),
    Route("GET", "/api/v3/health", lambda app, call: ok(app.health_records())),
    Route("GET", "/api/v3/rootfolder", lambda app, call: ok(app.storage.folders)),
    Route("GET", "/api/v3/diskspace", lambda app, call: ok(app.storage.disks)),
    Route("GET", "/api/v3/history", _history),
    Route("GET", "/api/v3/history/since", _history_since),
    Route("GET", "/api/v3/blocklist", _blocklist),
    Route("GET", "/api/v3/movie/#", _movie, "radarr"),
    Route("GET", "/api/v3/series/#", _series, "sonarr"),
    Route("GET", "/api/v3/episode/#", _episode, "sonarr"),
    Route("GET", "/api/v3/episode", _episodes, "sonarr"),
    Route("POST", "/api/v3/command", _post_command),
    Route("GET", "/api/v3/command/#", _command),
)
