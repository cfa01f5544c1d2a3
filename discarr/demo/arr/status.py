"""What the apps say of themselves."""

import re

from discarr.demo.arr.app import App
from discarr.demo.arr.tasks import REFRESH, TaskDates
from discarr.demo.arr.wire import Json, wire_span, wire_time


def status_record(app: App) -> Json:
    """The `SystemResource`. It names the app, which tells a Radarr from a Sonarr on the wrong port."""
    radarr = app.service == "radarr"
    record: Json = {
        "appName": app.app_name,
        "instanceName": app.app_name,
        "version": app.version,
        "buildTime": "2026-05-16T10:44:21Z",
        "isDebug": False,
        "isProduction": True,
        "isAdmin": False,
        "isUserInteractive": False,
        "startupPath": f"/app/{app.service}/bin",
        "appData": "/config",
        "osName": "alpine",
        "osVersion": "3.22.2",
        "isNetCore": True,
        "isLinux": True,
        "isOsx": False,
        "isWindows": False,
        "isDocker": True,
        "mode": "console",
        "branch": "master" if radarr else "main",
    }
    database = {"databaseType": "sqLite", "databaseVersion": "3.49.2"}
    record |= database if radarr else {}
    record |= {
        "authentication": app.authentication,
        "migrationVersion": 242 if radarr else 217,
        "urlBase": app.url_base,
        "runtimeVersion": "8.0.21" if radarr else "6.0.36",
        "runtimeName": "netcore" if radarr else ".NET",
        "startTime": wire_time(app.start_time),
        "packageUpdateMechanism": "docker",
    }
    return record if radarr else record | database


def task_records(app: App) -> list[Json]:
    """The `TaskResource`s (System/Tasks/TaskController.cs), sorted by name; `[]` until the app has started."""
    if app.clock() < app.start_time + app.startup_takes:
        return []
    app.tracked_rows()
    other = TaskDates(app.start_time, app.start_time)
    return [_task(2, "MessagingCleanup", 5, other), _task(1, REFRESH, 1, app.task)]


def _task(number: int, name: str, minutes: int, dates: TaskDates) -> Json:
    return {
        "name": re.sub(r"(?<!^)(?=[A-Z])", " ", name),
        "taskName": name,
        "interval": minutes,
        "lastExecution": wire_time(dates.ended_at),
        "lastStartTime": wire_time(dates.started_at),
        "nextExecution": wire_time(dates.ended_at + minutes * 60),
        "lastDuration": wire_span(dates.ended_at - dates.started_at),
        "id": number,
    }
