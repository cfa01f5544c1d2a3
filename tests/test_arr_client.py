"""The client of one app asks for what it needs, and says exactly what it read."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import pairwise
from operator import methodcaller

import httpx
import pytest
import respx
from aiohttp import web

from discarr import errors
from discarr.arr.blocking import BlockingWork
from discarr.arr.client import ArrClient
from discarr.arr.http import Body, tls_context
from discarr.arr.models import QueuePage
from discarr.arr.pagination import QueueReader
from discarr.arr.parsing import ReadContext, queue_page
from discarr.demo.arr import Item, LoopbackArr, MovieMedia, SeriesMedia, situations
from discarr.demo.arr import Service as Word
from discarr.demo.arr.items import NOON
from discarr.model.removal_mode import RemovalMode
from tests.support.apps import ODD_BODY, TLS, app, client_at, failure, films, read
from tests.support.builders import RADARR
from tests.support.records import record

SERIES = SeriesMedia(5, "The Lighthouse Archive")
URL = "http://radarr.internal.example:17878/base"
QUEUE = f"{URL}/api/v3/queue"


def pages_of(arr: LoopbackArr) -> list[str]:
    return [request.query["page"] for request in arr.requests]


@pytest.mark.parametrize(
    ("word", "unknown"), [("radarr", "includeUnknownMovieItems"), ("sonarr", "includeUnknownSeriesItems")]
)
async def test_one_big_page_is_asked_for_in_the_order_of_grabs_with_unknown_items(word: Word, unknown: str) -> None:
    async with app(word=word) as (arr, client):
        await read(client)

    query = {"page": "1", "pageSize": "1000", "sortKey": "added", "sortDirection": "ascending", unknown: "true"}
    assert [(each.method, each.path, dict(each.query)) for each in arr.requests] == [("GET", "/api/v3/queue", query)]


def test_instances_that_are_verified_alike_share_one_tls_context() -> None:
    settings = (True, False, TLS / "certificate.pem")

    assert [tls_context(each) is tls_context(each) for each in settings] == [True] * 3
    assert len({id(tls_context(each)) for each in settings}) == 3


NEW = situations.downloading(MovieMedia(5000, "New", 2024), added=NOON - 100_000)
leave, come = methodcaller("pop", 0), methodcaller("append", NEW)


@pytest.mark.parametrize(
    ("count", "changes", "expected", "asked"),
    [
        *((count, [], range(1, count + 1), "1") for count in (0, 1, 999, 1000)),
        *((count, [], range(1, count + 1), asked) for count, asked in ((1001, "12"), (2500, "123"))),
        pytest.param(1500, [leave], range(2, 1501), "1212", id="one leaves"),
        pytest.param(1001, [leave], range(2, 1002), "121", id="one leaves, and page 2 is page 1 again"),
        pytest.param(1001, [come], [5000, *range(1, 1002)], "1212", id="one comes"),
        pytest.param(1500, [leave] * 9, [*range(2, 1002), *range(1003, 1501)], "1212", id="it never keeps still"),
    ],
)
async def test_all_pages_are_read_and_once_more_if_the_queue_changes_between_two(
    count: int, changes: Sequence[Callable[[list[Item]], object]], expected: Iterable[int], asked: str
) -> None:
    left = iter(changes)

    async def changed_before_page_2(request: web.Request) -> web.StreamResponse | None:
        if request.query.get("page") == "2" and (change := next(left, None)):
            change(arr.queue)
        return None

    async with app(*films(count), fault=changed_before_page_2) as (arr, client):
        queue = await read(client)

    assert [download.media.movie for download in queue.downloads.values()] == list(expected)
    assert pages_of(arr) == list(asked) and queue.unreadable == 0


async def test_an_app_that_repeats_its_first_page_for_ever_is_not_asked_for_ever(respx_mock: respx.MockRouter) -> None:
    records = [record(id=number, downloadId=f"D{number}") for number in range(1, 11)]
    route = respx_mock.get(QUEUE).respond(json={"page": 1, "totalRecords": 5000, "records": records})

    async with client_at(URL) as client:
        queue = await read(client)

    assert len(queue.downloads) == 10
    assert route.call_count <= 4


async def test_a_pack_that_a_page_ends_in_is_one_download_with_its_size_counted_once() -> None:
    packs = [
        situations.downloading(SERIES, episodes=SERIES.season(season, count), size=1000, added=NOON + season)
        for season, count in ((1, 70), *((season, 100) for season in range(2, 26)))
    ]
    async with app(*packs, word="sonarr") as (arr, client):
        queue = await read(client)

    assert set(pages_of(arr)) == {"1", "2", "3"}
    assert [download.episodes for download in queue.downloads.values()] == [70, *[100] * 24]
    assert {download.size for download in queue.downloads.values()} == {1000}


async def test_the_very_same_bytes_are_the_very_same_downloads(respx_mock: respx.MockRouter) -> None:
    records = [record(id=id, downloadId=f"D{id}") for id in (1, 2, 2)]
    route = respx_mock.get(QUEUE).respond(json={"totalRecords": 3, "records": records})
    async with client_at(URL) as client:
        once, again = await read(client), await read(client)
        route.respond(json={"totalRecords": 3, "records": [*records[:2], record(id=3, downloadId="D3")]})
        changed = await read(client)

    assert [download.queue_id for download in once.downloads.values()] == [1, 2], "one id is one download"
    assert once.downloads is again.downloads
    assert len(changed.downloads) == 3


async def test_pages_that_arrive_at_once_leave_the_loop_time_for_a_press_between() -> None:
    loop, parsed_in, turn = asyncio.get_running_loop(), list[int](), 0

    def next_turn() -> None:
        nonlocal turn
        turn += 1
        loop.call_soon(next_turn)

    def parse(content: bytes) -> QueuePage:
        parsed_in.append(turn)
        return queue_page(content)

    async def get(_: int) -> Body:
        return Body(json.dumps({"totalRecords": 1, "records": [record()]}).encode(), None)

    next_turn()
    blocking, context = BlockingWork(), ReadContext.alone(RADARR)
    await asyncio.gather(*(QueueReader(get, parse, blocking).read(context) for _ in range(3)))
    assert all(later - earlier > 3 for earlier, later in pairwise(parsed_in)), parsed_in


async def test_the_history_of_one_download_is_read_newest_first() -> None:
    one, other = films(2)
    async with app(one, other) as (arr, client):
        arr.remember(one, "grabbed")
        arr.remember(other, "grabbed")
        arr.finish(one)
        history = await client.history(one.download_id)

    assert [record.event_type for record in history] == ["downloadFolderImported", "grabbed"]
    about = {"page": "1", "pageSize": "1000", "sortKey": "date", "sortDirection": "descending"}
    assert dict(arr.requests[-1].query) == {**about, "downloadId": one.download_id}


type Ask = Callable[[ArrClient], Awaitable[object]]
ASKS: tuple[Ask, ...] = (
    *(read, ArrClient.status, ArrClient.health, ArrClient.last_refresh_began, ArrClient.refresh_downloads),
    *(methodcaller(name, 1) for name in ("movie", "series")),
    *(methodcaller("history", "HASH"), methodcaller("episodes", [1])),
)


@pytest.mark.parametrize("ask", ASKS)
async def test_every_read_fails_with_an_arr_error(respx_mock: respx.MockRouter, ask: Ask) -> None:
    respx_mock.get(f"{URL}/ping").respond(json={"status": "OK"})
    answers = httpx.Response(401), httpx.Response(200, text='{"nothing": ')
    alert = ssl.SSLError()  # httpx lets it through
    alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    respx_mock.route(url__startswith=URL).mock(side_effect=[*answers, httpx.ConnectError(ODD_BODY), alert])

    async with client_at(URL) as client:
        kinds = [type(await failure(ask(client))) for _ in range(4)]

    assert kinds == [errors.KeyRejected, errors.BadAnswer, errors.Unreachable, errors.TlsTrouble]


@pytest.mark.parametrize(
    ("mode", "flags"),
    [
        (RemovalMode.REMOVE, {"removeFromClient"}),
        (RemovalMode.BLOCK_AND_SEARCH, {"removeFromClient", "blocklist"}),
        (RemovalMode.BLOCK, {"removeFromClient", "blocklist", "skipRedownload"}),
        (RemovalMode.STOP_TRACKING, set()),
        (RemovalMode.CHANGE_CATEGORY, {"changeCategory"}),
    ],
)
async def test_a_removal_is_one_delete_whose_flags_are_all_in_the_query(mode: RemovalMode, flags: set[str]) -> None:
    """One that is left out would take the app's own default."""
    async with app(*films(3)) as (arr, client):
        _, second, _ = (await read(client)).downloads.values()
        await client.remove(second.queue_id, mode)
        after = (await read(client)).downloads.values()

    (request,) = [each for each in arr.requests if each.method == "DELETE"]
    assert (request.path, request.body) == (f"/api/v3/queue/{second.queue_id}", b"")
    names = ("removeFromClient", "blocklist", "skipRedownload", "changeCategory")
    assert dict(request.query) == {name: "true" if name in flags else "false" for name in names}
    assert [download.media.movie for download in after] == [1, 3]
