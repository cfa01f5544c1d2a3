"""What the apps say of themselves."""

from discarr.demo.arr.app import App
from discarr.demo.arr.wire import Json, wire_time


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


def client_trouble(name: str) -> Json:
    """The health entry of a download client that cannot be reached; SABnzbd's real one holds its API key."""
    url = "http://downloads.internal:8080/api?mode=queue&apikey=00112233445566778899aabbccddeeff&output=json"
    text = f"Unable to communicate with {name}. HTTP request failed: [403:Forbidden] [GET] at [{url}]"
    return {
        "source": "DownloadClientCheck",
        "type": "error",
        "message": text,
        "wikiUrl": "https://wiki.servarr.com/radarr/system#unable-to-communicate-with-download-client",
    }
