"""The loopback Radarr and Sonarr answer as the real ones do: everything else is tested against them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from discarr.demo.arr import LoopbackArr, MovieMedia, SeriesMedia, demo_scene, faults, items, records_of, situations
from discarr.demo.arr.items import NOON, Item
from discarr.demo.arr.situations import downloading
from discarr.demo.arr.wire import Service, hashed_id, json_text, wire_span

FIXTURES = Path(__file__).parent / "fixtures"
FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
EVERYTHING = {"pageSize": "1000", "includeUnknownMovieItems": "true", "includeUnknownSeriesItems": "true"}


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Stage:
    """A loopback server with a client that has the right key."""

    def __init__(self, arr: LoopbackArr) -> None:
        self.arr = arr
        self.client = httpx.AsyncClient(base_url=arr.url, headers={"X-Api-Key": arr.api_key})

    async def records(self, **query: str) -> list[dict[str, Any]]:
        page = (await self.client.get("/api/v3/queue", params=query)).json()
        records: list[dict[str, Any]] = page["records"]
        return records

    async def delete(self, item: Item, **flags: str) -> httpx.Response:
        number = records_of(item, self.arr.service, self.arr.clock())[0]["id"]
        return await self.client.delete(f"/api/v3/queue/{number}", params=flags)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def _stage(service: Service, clock: Clock) -> AsyncIterator[Stage]:
    async with LoopbackArr(service, clock=clock) as arr:
        stage = Stage(arr)
        async with stage.client:
            yield stage


@pytest.fixture
async def radarr(clock: Clock) -> AsyncIterator[Stage]:
    async for stage in _stage("radarr", clock):
        yield stage


@pytest.fixture
async def sonarr(clock: Clock) -> AsyncIterator[Stage]:
    async for stage in _stage("sonarr", clock):
        yield stage


def films(count: int) -> list[Item]:
    return [downloading(MovieMedia(number, f"Film {number}", 2000), time_left=number) for number in range(1, count + 1)]


async def test_a_page_has_ten_records_longest_time_left_first_unless_asked_otherwise(radarr: Stage) -> None:
    radarr.arr.queue = [*films(12), situations.paused(FILM)]

    page = (await radarr.client.get("/api/v3/queue")).json()

    assert (page["page"], page["pageSize"], page["sortKey"], page["sortDirection"]) == (1, 10, "timeleft", "descending")
    assert (page["totalRecords"], len(page["records"])) == (13, 10)
    assert [record["movieId"] for record in page["records"]][:3] == [11, 12, 11]
    assert "timeleft" not in page["records"][0]


async def test_one_big_page_holds_everything(radarr: Stage) -> None:
    radarr.arr.queue = films(300)

    assert len(await radarr.records(pageSize="1000", sortDirection="ascending")) == 300


async def test_a_page_past_the_end_is_an_earlier_page(radarr: Stage) -> None:
    radarr.arr.queue = films(25)

    page = (await radarr.client.get("/api/v3/queue", params={"page": "4", "sortDirection": "ascending"})).json()

    assert page["page"] == 2
    assert [record["movieId"] for record in page["records"]] == list(range(11, 21))


async def test_unknown_items_are_listed_only_when_asked_for_but_always_in_details(radarr: Stage) -> None:
    radarr.arr.queue = [situations.unknown(), situations.unparsed()]

    assert await radarr.records() == []
    assert len(await radarr.records(includeUnknownMovieItems="true")) == 2
    details = (await radarr.client.get("/api/v3/queue/details")).json()
    assert ["customFormats" in record for record in details] == [False, True]
    status = (await radarr.client.get("/api/v3/queue/status")).json()
    assert (status["count"], status["unknownCount"], status["unknownWarnings"]) == (0, 2, True)


@pytest.mark.parametrize(("key", "status"), [("sortDirection", 400), ("page", 400), ("sortKey", 200)])
async def test_a_bad_enum_is_refused_and_a_bad_sort_key_is_not(radarr: Stage, key: str, status: int) -> None:
    answer = await radarr.client.get("/api/v3/queue", params={key: "desc"})

    assert answer.status_code == status


async def test_queues_may_be_filtered(radarr: Stage) -> None:
    radarr.arr.queue = [*films(3), situations.paused(FILM), situations.queued(FILM)]

    assert len(await radarr.records(status="paused")) == 1
    assert len(await radarr.records(protocol="usenet")) == 1
    assert len(await radarr.records(movieIds="2")) == 1


async def test_the_key_is_checked_before_the_path_and_the_query_wins(radarr: Stage) -> None:
    for path in ("/api", "/api/v3/nope"):
        refused = await radarr.client.get(path, headers={"X-Api-Key": "wrong"})
        assert (refused.status_code, refused.content, "content-type" in refused.headers) == (401, b"", False)
    assert (await radarr.client.get("/api", params={"apikey": ""})).status_code == 401
    assert (await radarr.client.get("/api/v3/nope")).status_code == 404
    del radarr.client.headers["X-Api-Key"]
    bearer = {"Authorization": f"Bearer {radarr.arr.api_key}"}
    assert (await radarr.client.get("/api", headers=bearer)).headers["x-application-version"] == radarr.arr.version
    assert (await radarr.client.get("/ping", headers={"X-Api-Key": "wrong"})).json() == {"status": "OK"}


async def test_a_url_base_that_is_left_out_is_a_307_and_one_too_many_is_a_login_page(radarr: Stage) -> None:
    surplus = await radarr.client.get("/radarr/api/v3/queue")
    radarr.arr.authentication = "none"
    page = await radarr.client.get("/radarr/api/v3/queue")
    radarr.arr.url_base = "/radarr"
    missing = await radarr.client.get("/api/v3/queue?page=1")

    assert surplus.status_code == 302
    assert "/login?returnUrl=%2Fradarr%2Fapi%2Fv3%2Fqueue" in surplus.headers["location"]
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
    assert (missing.status_code, missing.headers["location"]) == (307, "/radarr/api/v3/queue?page=1")
    assert (await radarr.client.get("/RADARR/api")).status_code == 200


async def test_sonarr_tells_one_record_for_each_episode_with_the_size_of_the_pack(sonarr: Stage) -> None:
    sonarr.arr.queue = [downloading(SERIES, episodes=SERIES.season(2, 10), size=42_949_672_960)]

    records = await sonarr.records(pageSize="100", includeSeries="true", includeEpisode="true")

    assert len({record["id"] for record in records}) == 10
    assert {record["size"] for record in records} == {42_949_672_960}
    assert len({record["downloadId"] for record in records}) == 1
    assert [record["episode"]["episodeNumber"] for record in records] == list(range(1, 11))
    assert records[0]["series"]["title"] == "The Lighthouse Archive"


async def test_removing_takes_the_siblings_along_and_a_second_time_is_not_found(sonarr: Stage) -> None:
    pack = downloading(SERIES, episodes=SERIES.season(2, 10))
    sonarr.arr.queue = [pack, downloading(SERIES, episodes=SERIES.season(1, 1))]

    first, second = await sonarr.delete(pack), await sonarr.delete(pack)

    assert (first.status_code, first.content) == (200, b"")
    assert (second.status_code, second.json()) == (404, {"message": "NotFound"})
    assert len(await sonarr.records()) == 1
    assert sonarr.arr.history == [], "a plain removal leaves no line in the history"


async def test_block_and_search_is_remembered_and_skip_redownload_searches_nothing(radarr: Stage) -> None:
    one, other = films(2)
    radarr.arr.queue = [one, other]

    await radarr.delete(one, blocklist="true")
    await radarr.delete(other, blocklist="true", skipRedownload="true")

    assert radarr.arr.searches == [one]
    blocked = (await radarr.client.get("/api/v3/blocklist")).json()["records"]
    assert {record["movieId"] for record in blocked} == {1, 2}
    history = (await radarr.client.get("/api/v3/history", params={"eventType": "4"})).json()
    assert [record["eventType"] for record in history["records"]] == ["downloadFailed"] * 2


async def test_blocking_what_the_app_did_not_grab_only_removes_it(radarr: Stage) -> None:
    item = downloading(FILM, added=None)
    radarr.arr.queue = [item]

    assert (await radarr.delete(item, blocklist="true")).status_code == 200
    assert (radarr.arr.queue, radarr.arr.blocklist, radarr.arr.searches) == ([], [], [])


async def test_ignoring_leaves_the_data_fails_for_the_unparsed_and_does_nothing_for_the_unknown(radarr: Stage) -> None:
    film, unknown, unparsed = downloading(FILM), situations.unknown(), situations.unparsed()
    radarr.arr.queue = [film, unknown, unparsed]

    answers = [await radarr.delete(item, removeFromClient="false") for item in (film, unknown, unparsed)]

    assert [answer.status_code for answer in answers] == [200, 200, 500]
    assert (radarr.arr.queue, radarr.arr.untracked) == ([unknown, unparsed], [film])
    assert [event.event for event in radarr.arr.history] == ["downloadIgnored"]


@pytest.mark.parametrize(
    ("client", "status", "left"), [(items.QBITTORRENT, 200, 0), (items.DELUGE, 200, 1), (items.SABNZBD, 500, 1)]
)
async def test_change_category_depends_on_the_client(
    radarr: Stage, client: items.DownloadClient, status: int, left: int
) -> None:
    item = downloading(FILM, client=client)
    radarr.arr.queue = [item]

    answer = await radarr.delete(item, removeFromClient="false", changeCategory="true")

    assert (answer.status_code, len(await radarr.records())) == (status, left)


async def test_a_client_that_refuses_is_a_500_with_its_text_and_nothing_is_removed(radarr: Stage) -> None:
    item = downloading(FILM, client_error="Unable to connect to SABnzbd, …apikey=0123456789abcdef…")
    radarr.arr.queue = [item]

    answer = await radarr.delete(item, blocklist="true")

    assert answer.status_code == 500
    assert "apikey=0123456789abcdef" in answer.json()["message"]
    assert (radarr.arr.queue, radarr.arr.blocklist) == ([item], [])


async def test_removing_a_pending_release_takes_all_of_that_film(radarr: Stage) -> None:
    one, other = situations.delayed(FILM, title="One"), situations.delayed(FILM, title="Other")
    radarr.arr.queue = [one, other, downloading(FILM)]

    assert (await radarr.delete(one, removeFromClient="false")).status_code == 200
    assert [record["status"] for record in await radarr.records()] == ["downloading"]
    assert radarr.arr.searches == []


async def test_ids_that_are_no_ids(radarr: Stage) -> None:
    answers = [await radarr.client.delete(f"/api/v3/queue/{text}") for text in ("0", "-3", "7", "seven")]

    assert [answer.status_code for answer in answers] == [400, 400, 404, 404]
    assert (await radarr.client.get("/api/v3/queue/7")).status_code == 405


async def test_an_id_that_is_there_twice_cannot_be_removed(radarr: Stage) -> None:
    item = situations.import_pending(FILM)
    radarr.arr.queue = [item, situations.import_pending(FILM)]

    assert (await radarr.delete(item)).status_code == 500


async def test_bulk_removes_nothing_if_one_id_is_unknown(radarr: Stage) -> None:
    radarr.arr.queue = films(2)
    ids = [record["id"] for record in await radarr.records()]

    refused = await radarr.client.request("DELETE", "/api/v3/queue/bulk", json={"ids": [*ids, 7]})
    done = await radarr.client.request("DELETE", "/api/v3/queue/bulk", json={"ids": ids})

    assert (refused.status_code, done.status_code, done.json()) == (404, 200, {})
    assert radarr.arr.queue == []


async def test_the_snapshot_stands_still_until_it_is_refreshed(radarr: Stage, clock: Clock) -> None:
    film, waiting = downloading(FILM, left=100), situations.delayed(MovieMedia(12, "Waiting", 2020), due=NOON + 90)
    radarr.arr.queue, radarr.arr.refresh_every = [film, waiting], 60
    before = await radarr.records()
    film.left, clock.now = 50, NOON + 30

    assert [record["sizeleft"] for record in await radarr.records()] == [100, waiting.left]
    assert (before[1]["timeleft"], (await radarr.records())[1]["timeleft"]) == ("00:01:30", "00:01:00")
    posted = await radarr.client.post("/api/v3/command", json={"name": "RefreshMonitoredDownloads"})
    assert (posted.status_code, posted.json()["status"]) == (201, "queued")
    done = await radarr.client.get(f"/api/v3/command/{posted.json()['id']}")
    assert done.json()["status"] == "completed"
    assert (await radarr.records())[0]["sizeleft"] == 50


async def test_a_client_that_is_away_takes_its_items_out_of_a_good_answer(radarr: Stage) -> None:
    scene = demo_scene("radarr", radarr.arr.clock)
    arr = scene.arr
    arr.refresh_every = None
    before = len(arr.tracked_rows())

    scene.lose_client("qBittorrent")

    assert len(arr.tracked_rows()) < before
    assert arr.health[0]["source"] == "DownloadClientCheck"


async def test_names_are_found_even_after_the_download_left(sonarr: Stage) -> None:
    sonarr.arr.queue = [downloading(SERIES, episodes=SERIES.season(2, 2))]
    first, second = SERIES.season(2, 2)
    sonarr.arr.finish(sonarr.arr.queue[0])

    assert (await sonarr.client.get("/api/v3/series/5")).json()["title"] == "The Lighthouse Archive"
    episodes = await sonarr.client.get("/api/v3/episode", params={"episodeIds": [first.id, second.id]})
    assert [record["episodeNumber"] for record in episodes.json()] == [1, 2]
    season = await sonarr.client.get("/api/v3/episode", params={"seriesId": 5, "seasonNumber": 2})
    assert season.json() == episodes.json()
    assert (await sonarr.client.get("/api/v3/episode", params={"episodeIds": [first.id, 9]})).status_code == 500
    assert (await sonarr.client.get("/api/v3/episode")).status_code == 400
    assert (await sonarr.client.get("/api/v3/movie/5")).status_code == 404


async def test_history_since_tells_each_episode_oldest_first(sonarr: Stage, clock: Clock) -> None:
    pack = downloading(SERIES, episodes=SERIES.season(2, 2))
    sonarr.arr.queue = [pack]
    sonarr.arr.remember(pack, "grabbed")
    clock.now += 60
    sonarr.arr.finish(pack)

    since = (await sonarr.client.get("/api/v3/history/since", params={"date": "2026-07-01T12:00:30Z"})).json()
    page = (await sonarr.client.get("/api/v3/history", params={"downloadId": pack.download_id})).json()

    assert [(record["eventType"], record["seriesId"]) for record in since] == [("downloadFolderImported", 5)] * 2
    assert (page["totalRecords"], page["records"][0]["eventType"]) == (4, "downloadFolderImported")


async def test_a_stopped_server_refuses_and_comes_back_on_the_same_port(radarr: Stage, clock: Clock) -> None:
    url = radarr.arr.url
    await radarr.arr.stop()
    with pytest.raises(httpx.ConnectError):
        await radarr.client.get("/ping")
    clock.now += 3600
    await radarr.arr.start()

    status = (await radarr.client.get("/api/v3/system/status")).json()

    assert radarr.arr.url == url
    assert (status["appName"], status["startTime"]) == ("Radarr", "2026-07-01T13:00:00Z")


async def test_requests_are_remembered_and_faults_come_first(radarr: Stage) -> None:
    radarr.arr.fault = faults.answering(502, "<html>", "text/html")
    assert (await radarr.client.get("/api/v3/queue", params={"page": "2"})).status_code == 502
    radarr.arr.fault = faults.dropping()
    with pytest.raises(httpx.RemoteProtocolError):
        await radarr.client.get("/api")
    radarr.arr.fault = faults.cut_short()
    with pytest.raises(httpx.RemoteProtocolError):
        await radarr.client.get("/api")
    radarr.arr.fault = None

    seen = radarr.arr.requests[0]

    assert (seen.method, seen.path, seen.query["page"], seen.status) == ("GET", "/api/v3/queue", "2", 502)
    assert seen.headers["x-api-key"] == radarr.arr.api_key
    assert (await radarr.client.get("/api")).status_code == 200


async def test_a_proxy_may_answer_504_for_a_removal_that_worked(radarr: Stage) -> None:
    film = downloading(FILM)
    radarr.arr.queue = [film]
    radarr.arr.fault = faults.on("DELETE", faults.after(radarr.arr, faults.answering(504, "<html>", "text/html")))

    answer = await radarr.delete(film)

    assert (answer.status_code, await radarr.records()) == (504, [])


async def test_a_hanging_server_can_be_stopped(radarr: Stage) -> None:
    radarr.arr.fault = faults.hanging(asyncio.Event())

    with pytest.raises(httpx.ReadTimeout):
        await radarr.client.get("/api", timeout=0.05)
    await radarr.arr.stop()

    assert [request.status for request in radarr.arr.requests] == [0]


def test_values_are_written_as_dot_net_writes_them() -> None:
    spans = [wire_span(seconds) for seconds in (754, -3, 273_906, 365 * 86_400, 2833.4829374)]

    assert spans == ["00:12:34", "-00:00:03", "3.04:05:06", "365.00:00:00", "00:47:13.4829374"]
    assert json_text({"title": "\U0001f3ac é"}) == '{\n  "title": "\\uD83C\\uDFAC é"\n}'
    assert hashed_id("trackedDownload-1-5573E39B6600496D40F493D00EC7658479A19607") < 2**31


@pytest.mark.parametrize("service", ["radarr", "sonarr"])
def test_a_play_is_the_same_every_time_however_it_is_cut(service: Service) -> None:
    one, other = (demo_scene(service, Clock(), speed=10) for _ in range(2))

    one.advance(3600)
    for _ in range(360):
        other.advance(10)

    def told(arr: LoopbackArr) -> list[Any]:
        return [records_of(item, service, NOON) for item in arr.queue]

    assert told(one.arr) == told(other.arr)
    assert [event.title for event in one.arr.history] == [event.title for event in other.arr.history]


@pytest.mark.parametrize("service", ["radarr", "sonarr"])
def test_a_play_goes_on_for_ever_and_stays_small(service: Service) -> None:
    scene = demo_scene(service, Clock(), speed=10)
    counts = []
    for _ in range(200):
        scene.advance(60)
        counts.append(len(scene.arr.queue))

    assert (min(counts) >= 7, max(counts) <= 20) == (True, True)
    assert {event.event for event in scene.arr.history} == {"grabbed", "downloadFolderImported", "downloadFailed"}


def test_what_was_blocked_comes_back_as_another_release() -> None:
    scene = demo_scene("radarr", Clock())
    film = scene.arr.queue[0]
    scene.arr.queue.remove(film)
    scene.arr.block(film, "")
    scene.arr.searches.append(film)

    scene.advance(120)

    back = [item for item in scene.arr.queue if item.media == film.media]
    assert len(back) == 1
    assert back[0].download_id != film.download_id


def test_what_was_only_removed_comes_back_as_the_same_release() -> None:
    scene = demo_scene("radarr", Clock())
    film = scene.arr.queue.pop(0)

    scene.advance(1400)
    before = [item for item in scene.arr.queue if item.media == film.media]
    scene.advance(200)

    assert before == []
    assert [item.download_id for item in scene.arr.queue if item.media == film.media] == [film.download_id]


async def test_a_slow_removal_goes_on_when_the_client_went_away(radarr: Stage) -> None:
    item = downloading(FILM)
    gate = asyncio.Event()
    radarr.arr.queue, radarr.arr.fault = [item], faults.on("DELETE", faults.hanging(gate))
    number = (await radarr.records())[0]["id"]

    with pytest.raises(httpx.ReadTimeout):
        await radarr.client.delete(f"/api/v3/queue/{number}", timeout=0.05)
    gate.set()

    assert await radarr.records() == []


def test_the_play_can_be_directed() -> None:
    scene = demo_scene("sonarr", Clock())
    pack = scene.add_pack(24)
    scene.stall(pack)
    many = scene.add_many(30)
    scene.fail(many[0])
    scene.finish(many[1])

    assert len(records_of(pack, "sonarr", NOON)) == 24
    assert [item.situation.status for item in (pack, *many[:2])] == ["warning", "failed", "completed"]
    assert len(scene.arr.queue) == 40


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: str(path.name))
def test_fixtures_are_json(path: Path) -> None:
    json.loads(path.read_text(encoding="utf-8"))
