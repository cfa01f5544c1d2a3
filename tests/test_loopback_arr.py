"""What the loopback apps do as the real ones do: recorded answers or the apps' source prove each of these."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from discarr.demo.arr import App, Item, MovieMedia, SeriesMedia, Service, items, situations
from discarr.demo.arr.items import NOON
from discarr.demo.arr.records import records_of, wire_span
from discarr.demo.arr.routes import answer_to
from discarr.demo.arr.situations import downloading
from tests.support import faults
from tests.support.situations import unparsed
from tests.support.strict_arr import StrictArr

FILM, OTHER = MovieMedia(11, "The Cartographer's Umbrella", 2024), MovieMedia(12, "Paper Boats at Noon", 2018)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
ALL = {"pageSize": "1000", "includeUnknownMovieItems": "true", "includeUnknownSeriesItems": "true"}


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def radarr(clock: Clock) -> StrictArr:
    return _app("radarr", clock, downloading(FILM), downloading(OTHER, client=items.SABNZBD))


@pytest.fixture
def sonarr(clock: Clock) -> StrictArr:
    return _app("sonarr", clock, downloading(SERIES, episodes=SERIES.season(2, 10)))


@pytest.fixture
async def server() -> AsyncIterator[tuple[StrictArr, httpx.AsyncClient]]:
    async with StrictArr("radarr") as arr, httpx.AsyncClient(base_url=arr.url) as client:
        client.headers["X-Api-Key"] = arr.api_key
        yield arr, client


def _app(service: Service, clock: Clock, *queue: Item) -> StrictArr:
    """An app that has been up for a day and refreshes once a minute."""
    app = StrictArr(service, clock=clock)
    app.start_time -= 86_400
    app.queue, app.refresh_every, app.watches_clients = list(queue), 60, True
    app.refresh()
    return app


def _ask(app: App, path: str, method: str = "GET", **query: str) -> Any:
    """The JSON of a 200, else the status."""
    answer = answer_to(app, method, f"/api/v3/{path}", query, b"")
    return json.loads(answer.text) if answer.status == 200 and answer.text else answer.status


def _records(app: App) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = _ask(app, "queue", **ALL)["records"]
    return records


def _listed(app: App) -> set[str]:
    return {record["title"] for record in _records(app)}


def _delete(app: App, item: Item, **flags: str) -> Any:
    return _ask(app, f"queue/{records_of(item, app.service, app.clock())[0]['id']}", "DELETE", **flags)


def _sources(app: App) -> list[str]:
    return [entry["source"] for entry in _ask(app, "health")]


def _starts(app: App) -> str:
    return str(_ask(app, "system/task")[1]["lastStartTime"])


async def test_the_key_comes_before_the_path_and_a_url_base_too_many_is_a_login_page(
    server: tuple[StrictArr, httpx.AsyncClient],
) -> None:
    arr, client = server
    refused = await client.get("/api/v3/nope", headers={"X-Api-Key": "wrong"})
    surplus = await client.get("/radarr/api/v3/queue")
    arr.url_base = "/radarr"
    missing = await client.get("/api/v3/queue?page=1")

    assert (refused.status_code, refused.content, "content-type" in refused.headers) == (401, b"", False)
    assert (surplus.status_code, "/login?returnUrl=%2Fradarr" in surplus.headers["location"]) == (302, True)
    assert (missing.status_code, missing.headers["location"]) == (307, "/radarr/api/v3/queue?page=1")
    assert (await client.get("/radarr/api/v3/queue")).status_code == 200


async def test_a_slow_removal_goes_on_when_its_client_went_away(server: tuple[StrictArr, httpx.AsyncClient]) -> None:
    arr, client = server
    gate = asyncio.Event()
    arr.queue, arr.fault = [downloading(FILM)], faults.on("DELETE", faults.hanging(gate))
    number = _records(arr)[0]["id"]

    with pytest.raises(httpx.ReadTimeout):
        await client.delete(f"/api/v3/queue/{number}", timeout=0.05)
    gate.set()

    assert (await client.get("/api/v3/queue")).json()["records"] == []


def test_a_page_past_the_end_is_an_earlier_page(radarr: StrictArr) -> None:
    radarr.queue = [
        downloading(MovieMedia(number, f"Film {number}", 2000), added=NOON + number) for number in range(25)
    ]
    radarr.refresh()

    page = _ask(radarr, "queue", page="4", sortKey="added", sortDirection="ascending")

    assert (page["page"], page["totalRecords"]) == (2, 25)
    assert [record["movieId"] for record in page["records"]] == list(range(10, 20))
    assert _ask(radarr, "queue", page="desc") == 400


def test_unknown_items_are_listed_only_if_requested(radarr: StrictArr) -> None:
    radarr.queue = [situations.unknown(), unparsed()]
    radarr.refresh()

    assert _ask(radarr, "queue")["records"] == []
    assert ["customFormats" in record for record in _records(radarr)] == [False, True]


def test_removing_takes_the_siblings_and_leaves_no_history(sonarr: StrictArr) -> None:
    [pack] = sonarr.queue

    assert {(record["size"], record["downloadId"]) for record in _records(sonarr)} == {(pack.size, pack.download_id)}
    assert [_delete(sonarr, pack), _delete(sonarr, pack)] == [200, 404]
    assert (_records(sonarr), sonarr.history) == ([], [])


def test_blocklisting_starts_a_search_only_for_what_the_app_grabbed(radarr: StrictArr) -> None:
    film, other = radarr.queue
    foreign = downloading(MovieMedia(13, "Ostrom", 2016), added=None)
    radarr.queue.append(foreign)
    radarr.refresh()

    assert _delete(radarr, film, blocklist="true") == 200
    assert _delete(radarr, other, blocklist="true", skipRedownload="true") == 200
    assert _delete(radarr, foreign, blocklist="true") == 200
    assert (radarr.queue, radarr.blocklist, radarr.searches) == ([], [film, other], [film])


def test_a_client_that_refuses_or_is_away_is_a_500_and_nothing_is_removed(radarr: StrictArr) -> None:
    film, other = radarr.queue
    film.client_error, radarr.unreachable_clients = "No", {"SABnzbd"}

    assert [_delete(radarr, item, blocklist="true") for item in (film, other)] == [500, 500]
    assert (radarr.queue, radarr.blocklist) == ([film, other], [])


def test_removing_a_pending_release_takes_all_of_that_film(radarr: StrictArr) -> None:
    one, other = situations.delayed(FILM, title="One"), situations.delayed(FILM, title="Other")
    radarr.queue += [one, other]

    assert _delete(radarr, one, removeFromClient="false") == 200
    assert one not in radarr.queue and other not in radarr.queue


def test_a_grabbed_release_is_a_download_with_another_id_after_the_next_refresh(
    sonarr: StrictArr, clock: Clock
) -> None:
    pack = situations.delayed(SERIES, episodes=SERIES.season(1, 3))
    sonarr.queue += [pack, situations.delayed(SERIES, episodes=SERIES.season(1, 1, first=2), title="Sibling")]
    number = records_of(pack, "sonarr", clock.now)[0]["id"]

    assert [_ask(sonarr, f"queue/grab/{each}", "POST") for each in (7, number, number)] == [404, 200, 404]
    assert _listed(sonarr).isdisjoint({pack.title, "Sibling"})
    clock.now += 5
    assert number not in [record["id"] for record in _records(sonarr) if record["title"] == pack.title] != []


def test_the_refresh_moves_both_dates_at_its_end_in_whole_seconds(radarr: StrictArr, clock: Clock) -> None:
    radarr.refresh_takes, clock.now = 20, NOON + 70
    before = _starts(radarr)
    clock.now += 20

    assert (before, _starts(radarr)) == ("2026-07-01T12:00:00Z", "2026-07-01T12:01:00Z")


@pytest.mark.parametrize(("since_refresh", "first_tick"), [(10, 60), (45, 30)])
def test_a_restarted_app_lists_nothing_until_it_has_asked(
    radarr: StrictArr, clock: Clock, since_refresh: int, first_tick: int
) -> None:
    clock.now += since_refresh
    radarr.restart()
    clock.now += first_tick - 1

    assert (_listed(radarr), _starts(radarr)) == (set(), "2026-07-01T12:00:00Z")
    clock.now += 1
    assert len(_listed(radarr)) == 2


def test_other_tasks_delay_the_first_refresh_also_with_a_new_database(radarr: StrictArr, clock: Clock) -> None:
    radarr.restart(busy_for=200, new_database=True)
    radarr.post_command("RefreshMonitoredDownloads")
    clock.now += 199

    assert (_listed(radarr), _starts(radarr)) == (set(), "0001-01-01T00:00:00Z")
    clock.now += 1
    assert len(_listed(radarr)) == 2


def test_rows_of_a_lost_client_vanish_before_health_reports_it(radarr: StrictArr, clock: Clock) -> None:
    film, _ = radarr.queue
    radarr.unreachable_clients = {"SABnzbd"}
    clock.now += 60

    assert (_listed(radarr), _sources(radarr)) == ({film.title}, [])
    clock.now += 5
    assert _sources(radarr) == ["DownloadClientCheck"]


def test_pauses_of_a_client_that_stays_away_grow_to_an_hour(radarr: StrictArr, clock: Clock) -> None:
    radarr.unreachable_clients = {"SABnzbd"}
    asked = []
    for minute in range(1, 180):
        clock.now += 60
        if "SABnzbd" not in radarr.watch.paused(clock.now):
            asked.append(minute)
        radarr.catch_up()

    assert asked == [1, 2, 3, 4, 5, 6, 6 + 5, 11 + 15, 26 + 30, 56 + 60, 116 + 60]
    radarr.unreachable_clients = set()
    assert (len(_listed(radarr)), _sources(radarr)) == (1, ["DownloadClientCheck", "DownloadClientStatusCheck"])


def test_a_refresh_in_progress_brings_a_removed_download_back_until_the_next(radarr: StrictArr, clock: Clock) -> None:
    film, _ = radarr.queue
    radarr.refresh_takes, clock.now = 10, NOON + 60
    radarr.catch_up()
    _delete(radarr, film)

    assert film.title not in _listed(radarr)
    clock.now += 10
    assert film.title in _listed(radarr)
    clock.now += 70
    assert film.title not in _listed(radarr)


def test_values_are_written_as_dot_net_writes_them() -> None:
    spans = [wire_span(seconds) for seconds in (754, -3, 273_906, 365 * 86_400, 2833.4829374)]

    assert spans == ["00:12:34", "-00:00:03", "3.04:05:06", "365.00:00:00", "00:47:13.4829374"]
