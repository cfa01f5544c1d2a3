"""What the loopback apps do in time and the real ones do too: refreshes, restarts, clients that go away, histories."""

import json
from dataclasses import replace
from typing import Any

import pytest

from discarr.demo.arr import App, MovieMedia, SeriesMedia, items, situations
from discarr.demo.arr.items import NOON, Item
from discarr.demo.arr.query import Query
from discarr.demo.arr.records import records_of
from discarr.demo.arr.routes import answer_to
from discarr.demo.arr.situations import downloading
from discarr.demo.arr.wire import Service

FILM, OTHER = MovieMedia(11, "The Cartographer's Umbrella", 2024), MovieMedia(12, "Paper Boats at Noon", 2018)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
DAY = 86_400


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def radarr(clock: Clock) -> App:
    return _app("radarr", clock, [downloading(FILM), downloading(OTHER, client=items.SABNZBD)])


@pytest.fixture
def sonarr(clock: Clock) -> App:
    return _app("sonarr", clock, [downloading(SERIES, episodes=SERIES.season(2, 10))])


def _app(service: Service, clock: Clock, queue: list[Item]) -> App:
    """An app that has been up for a day and refreshes once a minute."""
    app = App(service, clock)
    app.start_time -= DAY
    app.queue, app.refresh_every, app.watches_clients = queue, 60, True
    app.refresh()
    return app


def _ask(app: App, path: str, method: str = "GET", **query: object) -> Any:
    answer = answer_to(app, method, f"/api/v3/{path}", Query((key, str(value)) for key, value in query.items()), b"{}")
    return json.loads(answer.body) if answer.status == 200 and answer.body else answer.status


def _listed(app: App) -> list[str]:
    return sorted({record["downloadId"] for record in _ask(app, "queue/details") if "downloadId" in record})


def _sources(app: App) -> list[str]:
    return [entry["source"] for entry in _ask(app, "health")]


def _task(app: App) -> dict[str, Any]:
    found: dict[str, Any] = _ask(app, "system/task")[1]
    return found


def _id(app: App, item: Item) -> int:
    number: int = records_of(item, app.service, app.clock())[0]["id"]
    return number


def test_the_refresh_task_has_dates_in_whole_seconds_and_moves_both_at_the_end(radarr: App, clock: Clock) -> None:
    radarr.refresh_takes, clock.now = 20, NOON + 70
    before = _task(radarr)
    clock.now += 20

    assert before["lastStartTime"] == before["lastExecution"] == "2026-07-01T12:00:00Z"
    assert (
        _task(radarr)
        == _ask(radarr, "system/task/1")
        == {
            "name": "Refresh Monitored Downloads",
            "taskName": "RefreshMonitoredDownloads",
            "interval": 1,
            "lastExecution": "2026-07-01T12:01:20Z",
            "lastStartTime": "2026-07-01T12:01:00Z",
            "nextExecution": "2026-07-01T12:02:20Z",
            "lastDuration": "00:00:20",
            "id": 1,
        }
    )


def test_a_failed_refresh_moves_the_dates_and_leaves_the_queue_as_it_was(radarr: App, clock: Clock) -> None:
    radarr.refresh_fails, clock.now = True, NOON + 60
    listed = _listed(radarr)
    radarr.queue.clear()
    clock.now += 60

    assert _task(radarr)["lastStartTime"] == "2026-07-01T12:02:00Z"
    assert _listed(radarr) == listed != []


def test_the_task_list_may_be_missing_and_is_empty_while_the_app_starts(radarr: App, clock: Clock) -> None:
    radarr.startup_takes = DAY + 10

    assert _ask(radarr, "system/task") == []
    clock.now += 10
    assert [task["id"] for task in _ask(radarr, "system/task")] == [2, 1]
    assert _ask(radarr, "system/task/7") == 404
    radarr.has_tasks = False
    assert (_ask(radarr, "system/task"), _ask(radarr, "system/task/1")) == (404, 404)


@pytest.mark.parametrize(("since_refresh", "first_tick"), [(10, 60), (45, 30)])
def test_a_restarted_app_lists_nothing_until_it_has_asked(
    radarr: App, clock: Clock, since_refresh: int, first_tick: int
) -> None:
    radarr.queue.append(situations.import_blocked(MovieMedia(13, "Ostrom", 2016)))
    radarr.refresh()
    listed = _listed(radarr)
    clock.now += since_refresh
    radarr.restart()

    clock.now += first_tick - 1
    assert (_listed(radarr), _task(radarr)["lastStartTime"]) == ([], "2026-07-01T12:00:00Z")
    clock.now += 1
    assert (_listed(radarr), radarr.clock() - radarr.start_time) == (listed, first_tick)
    assert _task(radarr)["lastStartTime"] >= _ask(radarr, "system/status")["startTime"]


@pytest.mark.parametrize("refresh_every", [60, None])
def test_other_tasks_may_delay_the_first_refresh_and_posted_ones(
    radarr: App, clock: Clock, refresh_every: float | None
) -> None:
    radarr.refresh_every = refresh_every
    radarr.restart(busy_for=200)
    radarr.post_command("RefreshMonitoredDownloads")

    clock.now += 199
    assert _listed(radarr) == []
    clock.now += 1
    assert len(_listed(radarr)) == 2


def test_a_new_database_has_a_last_start_in_the_year_one_until_the_first_refresh(radarr: App, clock: Clock) -> None:
    clock.now += 5
    radarr.restart(new_database=True)

    task = _task(radarr)

    assert (task["lastStartTime"], task["lastExecution"]) == ("0001-01-01T00:00:00Z", "2026-07-01T12:00:05Z")
    assert task["lastDuration"] == "739797.12:00:05"
    clock.now += 90
    assert _task(radarr)["lastStartTime"] == "2026-07-01T12:01:35Z"


def test_health_is_empty_at_first_after_a_restart(radarr: App, clock: Clock) -> None:
    radarr.health = [{"source": "UpdateCheck", "type": "warning", "message": ""}]
    radarr.unreachable_clients = {"SABnzbd"}
    radarr.restart()

    assert _sources(radarr) == []
    clock.now += 5
    assert _sources(radarr) == ["UpdateCheck", "DownloadClientCheck"]


def test_rows_of_a_lost_client_vanish_at_the_end_of_the_first_failing_refresh(radarr: App, clock: Clock) -> None:
    film, lost = radarr.queue
    radarr.refresh_takes, radarr.unreachable_clients = 30, {"SABnzbd"}

    clock.now += 89
    assert len(_listed(radarr)) == 2
    clock.now += 1
    assert (_listed(radarr), _sources(radarr)) == ([film.download_id], [])
    clock.now += 5
    assert _sources(radarr) == ["DownloadClientCheck"]
    assert _ask(radarr, f"queue/{_id(radarr, lost)}", "DELETE") == 404


def test_a_short_outage_ends_with_the_next_refresh(radarr: App, clock: Clock) -> None:
    radarr.unreachable_clients = {"SABnzbd"}
    clock.now += 245
    assert (len(_listed(radarr)), _sources(radarr)) == (1, ["DownloadClientCheck"])
    radarr.unreachable_clients = set()

    clock.now += 55
    assert (len(_listed(radarr)), _sources(radarr)) == (2, ["DownloadClientCheck"])
    clock.now += 5
    assert _sources(radarr) == []


def test_pauses_of_a_client_that_stays_away_grow_to_an_hour(radarr: App, clock: Clock) -> None:
    radarr.unreachable_clients = {"SABnzbd"}
    asked = []
    for minute in range(1, 180):
        clock.now += 60
        if "SABnzbd" not in radarr.watch.paused(clock.now):
            asked.append(minute)
        radarr.catch_up()

    assert asked == [1, 2, 3, 4, 5, 6, 6 + 5, 11 + 15, 26 + 30, 56 + 60, 116 + 60]


def test_pauses_are_short_while_the_app_is_young(radarr: App, clock: Clock) -> None:
    radarr.unreachable_clients = {"SABnzbd"}
    radarr.restart()
    for _ in range(14):
        clock.now += 60
        radarr.catch_up()

    assert radarr.watch.paused(clock.now) == {"SABnzbd"}
    assert radarr.watch.paused(clock.now + 60) == set()


def test_a_client_that_is_back_stays_away_until_its_pause_is_over(radarr: App, clock: Clock) -> None:
    _fail_for_an_hour(radarr, clock)
    radarr.unreachable_clients = set()

    clock.now += 1000
    assert (len(_listed(radarr)), _sources(radarr)) == (1, ["DownloadClientCheck", "DownloadClientStatusCheck"])
    clock.now += 2600
    assert len(_listed(radarr)) == 2
    clock.now += 5
    assert _sources(radarr) == []


def test_a_test_of_all_clients_ends_a_pause(radarr: App, clock: Clock) -> None:
    _fail_for_an_hour(radarr, clock)
    assert _ask(radarr, "downloadclient/testall", "POST") == 400
    radarr.unreachable_clients = set()

    answers = _ask(radarr, "downloadclient/testall", "POST")

    assert [(answer["id"], answer["isValid"]) for answer in answers] == [(1, True), (2, True)]
    assert [client["name"] for client in _ask(radarr, "downloadclient")] == ["qBittorrent", "SABnzbd"]
    clock.now += 60
    assert (len(_listed(radarr)), _sources(radarr)) == (2, [])


def test_health_says_so_differently_if_all_clients_are_paused(radarr: App, clock: Clock) -> None:
    _fail_for_an_hour(radarr, clock)
    one = _ask(radarr, "health")[1]
    radarr.unreachable_clients = {"SABnzbd", "qBittorrent"}
    for _ in range(60):
        clock.now += 60
        radarr.catch_up()

    assert (one["type"], "SABnzbd" in one["message"]) == ("warning", True)
    assert _ask(radarr, "health")[1]["type"] == "error"


def _fail_for_an_hour(app: App, clock: Clock) -> None:
    app.unreachable_clients = {"SABnzbd"}
    for _ in range(60):
        clock.now += 60
        app.catch_up()


def test_a_refresh_under_way_brings_a_removed_download_back_until_the_next(radarr: App, clock: Clock) -> None:
    film = radarr.queue[0]
    radarr.refresh_takes, clock.now = 10, NOON + 60
    radarr.catch_up()

    _ask(radarr, f"queue/{_id(radarr, film)}", "DELETE")
    posted = radarr.post_command("RefreshMonitoredDownloads")  # is the refresh that is under way

    assert film.download_id not in _listed(radarr)
    clock.now += 10
    assert film.download_id in _listed(radarr)
    assert posted.done
    clock.now += 70
    assert film.download_id not in _listed(radarr)


def test_a_refresh_may_be_begun_and_ended_by_hand(radarr: App) -> None:
    radarr.refresh_every = float("inf")
    film = radarr.queue[0]
    radarr.begin_refresh()
    _ask(radarr, f"queue/{_id(radarr, film)}", "DELETE")

    assert film.download_id not in _listed(radarr)
    radarr.end_refresh()
    assert film.download_id in _listed(radarr)


def test_a_client_that_went_away_a_moment_ago_refuses_a_removal(radarr: App) -> None:
    film = radarr.queue[0]
    radarr.unreachable_clients = {film.client.name}

    assert _ask(radarr, f"queue/{_id(radarr, film)}", "DELETE") == 500
    assert film.download_id in _listed(radarr)


def test_a_removal_may_be_agreed_to_and_not_take_place(radarr: App, clock: Clock) -> None:
    film = radarr.queue[0]
    film.survives_removal = True

    assert answer_to(radarr, "DELETE", f"/api/v3/queue/{_id(radarr, film)}", Query(()), b"").status == 200
    assert film.download_id not in _listed(radarr)
    clock.now += 60
    assert film.download_id in _listed(radarr)


def test_a_grabbed_release_is_a_download_with_another_id_after_the_next_refresh(sonarr: App, clock: Clock) -> None:
    pack = situations.delayed(SERIES, episodes=SERIES.season(1, 3))
    sibling = situations.delayed(SERIES, episodes=SERIES.season(1, 1, first=2), title="Sibling")
    other = situations.delayed(SERIES, episodes=SERIES.season(1, 1, first=9), title="Other")
    sonarr.queue += [pack, sibling, other]
    ids = [_id(sonarr, item) for item in (pack, sibling, other)]
    tracked = _id(sonarr, sonarr.queue[0])

    assert [_ask(sonarr, f"queue/grab/{number}", "POST") for number in (tracked, -1, 7)] == [404] * 3
    assert _ask(sonarr, f"queue/grab/{ids[0]}", "POST") == {}
    assert {record["id"] for record in _ask(sonarr, "queue/details") if "downloadId" not in record} == {ids[2]}
    assert _ask(sonarr, f"queue/grab/{ids[0]}", "POST") == 404
    assert pack.download_id not in _listed(sonarr)
    clock.now += 5
    assert pack.download_id in _listed(sonarr)
    assert _id(sonarr, pack) not in ids
    assert [event["eventType"] for event in _ask(sonarr, "history/since")] == ["grabbed"] * 3


@pytest.mark.parametrize("error", [None, "Unable to connect to SABnzbd, …apikey=0123456789abcdef…"])
def test_a_grab_that_the_client_refuses_leaves_the_release_pending(radarr: App, error: str | None) -> None:
    item = situations.client_unavailable(MovieMedia(13, "Ostrom", 2016), client_error=error)
    radarr.queue.append(item)
    radarr.unreachable_clients = set() if error else {item.client.name}

    assert _ask(radarr, f"queue/grab/{_id(radarr, item)}", "POST") == 500
    assert (item.pending, radarr.history) == (True, [])


def test_a_history_is_scripted_event_by_event(sonarr: App) -> None:
    [pack] = sonarr.queue
    for event, at, episodes in (
        ("grabbed", NOON - 900, None),
        ("downloadFolderImported", NOON - 600, pack.episodes[:1]),
        ("downloadFailed", NOON - 300, pack.episodes[1:]),
        ("grabbed", NOON - 299.5, None),
    ):
        sonarr.remember(pack, event, at=at, episodes=episodes)
    sonarr.remember(replace(pack, download_id=pack.download_id.lower()), "downloadIgnored")

    records = _ask(sonarr, "history", downloadId=pack.download_id, pageSize=100)["records"]
    events = [(record["eventType"], record["date"]) for record in records]

    assert [events.count(each) for each in dict.fromkeys(events)] == [10, 9, 1, 10]
    assert events[0] == ("grabbed", "2026-07-01T11:55:00Z")
    assert [record["id"] for record in records] == sorted((record["id"] for record in records), reverse=True)
    assert _ask(sonarr, "history", downloadId=pack.download_id, page=2, pageSize=4)["records"] == records[4:8]
    imported = _ask(sonarr, "history", eventType=3, sortKey="date", sortDirection="ascending")["records"]
    assert [record["episodeId"] for record in imported] == [pack.episodes[0].id]
    assert len(_ask(sonarr, "history/since", date="2026-07-01T11:55:00Z", eventType="4")) == 9
    assert _ask(sonarr, "history/since", eventType="downloadFailed") == _ask(sonarr, "history/since", eventType=4)
    assert _ask(sonarr, "history", eventType="grabbed") == 400


def test_history_data_holds_secrets_as_the_real_one_does(radarr: App) -> None:
    radarr.remember(radarr.queue[0], "grabbed")

    [record] = _ask(radarr, "history")["records"]

    assert "apikey=" in record["data"]["downloadUrl"]
    assert {type(value) for value in record["data"].values()} == {str}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (situations.matched_by_id(FILM), ("completed", "warning", "downloading", 0)),
        (situations.import_waiting(FILM), ("completed", "warning", "importPending", 0)),
        (situations.title_only(FILM), ("completed", "warning", "importBlocked", 0)),
        (situations.import_failed(FILM), ("completed", "warning", "importFailed", 0)),
        (situations.importing_with_warning(FILM), ("completed", "warning", "importing", 0)),
        (situations.paused_unknown(), ("paused", "ok", "downloading", 560_594_943)),
        (situations.complete_with_warning(FILM), ("warning", "ok", "downloading", 0)),
        (situations.finishing(FILM), ("downloading", "ok", "downloading", 0)),
        (situations.queued_complete(FILM), ("queued", "ok", "downloading", 0)),
    ],
)
def test_recorded_situations_have_their_words(item: Item, words: tuple[str, str, str, int]) -> None:
    [record] = records_of(item, "radarr", NOON)

    keys = ("status", "trackedDownloadStatus", "trackedDownloadState", "sizeleft")
    assert tuple(record[key] for key in keys) == words
