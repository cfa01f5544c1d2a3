"""The client of one app says exactly what it read, and names each failure in a sentence of its own."""

import asyncio
import gzip
import json
import re
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from aiohttp import web

from discarr import errors
from discarr.arr.client import REMOVE_DEADLINE, ArrClient
from discarr.arr.http import MAX_BODY, READ_DEADLINE, tls_context
from discarr.arr.models import SystemStatus
from discarr.arr.pagination import QueueRead
from discarr.arr.parsing import ReadContext
from discarr.bot.app import clients_of
from discarr.demo.arr import API_KEYS, Json, LoopbackArr, MovieMedia, SeriesMedia, faults, situations
from discarr.demo.arr import Service as Word
from discarr.demo.arr.items import NOON, Item
from discarr.demo.arr.server import Fault
from discarr.errors import ArrError
from discarr.model.instance import Instance, Service
from discarr.model.removal_mode import RemovalMode
from discarr.settings import settings_from
from tests.approved import approved
from tests.virtual_time import jumping

FIXTURES = Path(__file__).parent / "fixtures"
RADARR = Instance("radarr", Service.RADARR)
SONARR = Instance("sonarr", Service.SONARR)
KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
URL = "http://radarr.internal.example:17878/base"
QUEUE = f"{URL}/api/v3/queue"
FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
QUEUE_ID = 77
ODD_BODY = "Xyzzy plugh at /config/frotz.db, apikey=5ec4e7 on http://sab.internal:8080"

RawAnswer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def client_of(
    url: str = URL, *, instance: Instance = RADARR, key: str = KEY, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ArrClient]:
    async with ArrClient(instance, url, key, tls=tls or tls_context(True)) as client:
        yield client


@asynccontextmanager
async def loopback(
    word: Word = "radarr", *items: Item, fault: Fault | None = None
) -> AsyncIterator[tuple[LoopbackArr, ArrClient]]:
    """A server that holds these items, and a client of it with the right key."""
    async with LoopbackArr(word, clock=lambda: NOON) as arr:
        arr.queue, arr.fault = list(items), fault
        async with client_of(arr.url, instance=Instance(word, Service(word)), key=arr.api_key) as client:
            yield arr, client


@asynccontextmanager
async def raw_server(answer: RawAnswer, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port on which anything may be said, for what no web server says; its number."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def read(client: ArrClient) -> QueueRead:
    return await client.queue(ReadContext.alone(client.instance))


def open_to_all(respx_mock: respx.MockRouter) -> None:
    """The app answers its `/ping` to whoever has no key (PingController.cs), as it does where a key is refused."""
    respx_mock.get(f"{URL}/ping").respond(json={"status": "OK"})


async def failure(reading: Awaitable[object]) -> ArrError:
    with pytest.raises(ArrError) as caught:
        await reading
    assert_tells_nothing(caught.value)
    return caught.value


def assert_tells_nothing(error: ArrError, *secrets: str) -> None:
    """The sentence holds no host, port, path, key or address, and none of these."""
    sentence = str(error)
    never = (KEY, *API_KEYS.values(), "internal", "127.0.0.1", "17878", "/api", "/base", "://", "apikey", "Xyzzy")
    assert [word for word in (*never, *secrets) if word in sentence] == []
    assert re.search(r":\d{2,5}\b", sentence) is None
    assert re.match(r"[a-z]", sentence), "it goes on after the name of the instance"


def films(count: int) -> list[Item]:
    """Films grabbed one after the other, so that an order by `added` is theirs."""
    return [
        situations.downloading(MovieMedia(number, f"Film {number}", 2000), added=NOON - 90_000 + number)
        for number in range(1, count + 1)
    ]


def page_of(*records: object, total: int | None = None, page: int = 1) -> Json:
    return {"page": page, "totalRecords": len(records) if total is None else total, "records": list(records)}


def record(id: object, **fields: object) -> Json:
    return {"id": id, "title": f"Some.Film.{id}", "downloadId": f"D{id}", "status": "downloading", **fields}


# How it asks


@pytest.mark.parametrize(
    ("word", "unknown"), [("radarr", "includeUnknownMovieItems"), ("sonarr", "includeUnknownSeriesItems")]
)
async def test_one_big_page_is_asked_for_in_the_order_of_grabs_with_unknown_items(word: Word, unknown: str) -> None:
    async with loopback(word) as (arr, client):
        await read(client)

    assert [(request.method, request.path, dict(request.query)) for request in arr.requests] == [
        (
            "GET",
            "/api/v3/queue",
            {"page": "1", "pageSize": "1000", "sortKey": "added", "sortDirection": "ascending", unknown: "true"},
        )
    ]


async def test_the_key_is_in_the_header_and_never_in_the_address() -> None:
    async with loopback() as (arr, client):
        await read(client)
        await client.status()
        with pytest.raises(errors.AlreadyGone):
            await client.remove(QUEUE_ID, RemovalMode.REMOVE)

    assert {request.headers["X-Api-Key"] for request in arr.requests} == {arr.api_key}
    assert not any(arr.api_key in request.path or arr.api_key in str(request.query) for request in arr.requests)


async def test_a_url_base_stands_before_the_path(respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(QUEUE).respond(json=page_of())

    async with client_of() as client:
        await read(client)

    assert route.calls.last.request.url.path == "/base/api/v3/queue"


@pytest.mark.parametrize("verify", [True, False])
def test_all_instances_that_are_verified_alike_share_one_tls_context(verify: bool) -> None:
    assert tls_context(verify) is tls_context(verify)
    assert tls_context(verify) is not tls_context(not verify)


def test_a_ca_file_has_a_context_of_its_own() -> None:
    context = tls_context(FIXTURES / "tls/certificate.pem")

    assert context is tls_context(FIXTURES / "tls/certificate.pem")
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert [ca["subject"] for ca in context.get_ca_certs()] == [((("commonName", "Discarr tests"),),)]


# Pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (2500, 3)])
async def test_all_pages_are_read_and_none_that_does_not_exist(count: int, pages: int) -> None:
    async with loopback("radarr", *films(count)) as (arr, client):
        queue = await read(client)

    assert [download.media.movie for download in queue.downloads] == list(range(1, count + 1))
    assert [request.query["page"] for request in arr.requests] == [str(page) for page in range(1, pages + 1)]
    assert queue.unreadable == 0


def before_page_2(change: Callable[[], None], *, times: int) -> Fault:
    """Change the queue in the moment in which its second page is asked for."""
    left = iter(range(times))

    async def fault(request: web.Request) -> web.StreamResponse | None:
        if request.query.get("page") == "2" and next(left, None) is not None:
            change()
        return None

    return fault


async def test_a_download_that_leaves_between_two_pages_hides_no_other() -> None:
    async with loopback("radarr", *films(1500)) as (arr, client):
        arr.fault = before_page_2(lambda: arr.queue.__delitem__(0), times=1)

        queue = await read(client)

    assert [download.media.movie for download in queue.downloads] == list(range(2, 1501))
    assert [request.query["page"] for request in arr.requests] == ["1", "2", "1", "2"]


async def test_a_download_that_comes_between_two_pages_is_there_once_with_all_others() -> None:
    new = situations.downloading(FILM, added=NOON - 100_000)
    async with loopback("radarr", *films(1001)) as (arr, client):
        arr.fault = before_page_2(lambda: arr.queue.append(new), times=1)

        queue = await read(client)

    assert sorted(download.media.movie or 0 for download in queue.downloads) == sorted([11, *range(1, 1002)])


async def test_a_page_past_the_end_is_not_taken_for_a_new_one() -> None:
    async with loopback("radarr", *films(1001)) as (arr, client):
        arr.fault = before_page_2(lambda: arr.queue.__delitem__(slice(0, 1)), times=1)

        queue = await read(client)

    assert [download.media.movie for download in queue.downloads] == list(range(2, 1002))
    assert [request.query["page"] for request in arr.requests] == ["1", "2", "1"]


async def test_a_queue_that_never_keeps_still_is_read_twice_and_no_more() -> None:
    async with loopback("radarr", *films(1500)) as (arr, client):
        arr.fault = before_page_2(lambda: arr.queue.__delitem__(0), times=100)

        queue = await read(client)

    assert len(arr.requests) == 4
    ids = [download.queue_id for download in queue.downloads]
    assert len(ids) == len(set(ids)) == 1498


async def test_an_app_that_repeats_its_first_page_for_ever_is_not_asked_for_ever(respx_mock: respx.MockRouter) -> None:
    same = page_of(*(record(number) for number in range(1, 11)), total=5000)
    route = respx_mock.get(QUEUE).respond(json=same)

    async with client_of() as client:
        queue = await read(client)

    assert len(queue.downloads) == 10
    assert route.call_count <= 4


async def test_a_pack_that_a_page_ends_in_is_one_download() -> None:
    series = SeriesMedia(5, "The Lighthouse Archive")
    packs = [
        situations.downloading(series, episodes=series.season(season, 100), size=season * 1000, added=NOON + season)
        for season in range(1, 25)
    ]
    apart = [situations.downloading(series, episodes=series.season(50, 70)), *packs]

    async with loopback("sonarr", *apart) as (arr, client):
        queue = await read(client)

    assert len({request.query["page"] for request in arr.requests}) == 3
    assert sorted(download.episodes for download in queue.downloads) == [70, *[100] * 24]
    assert sum(download.size for download in queue.downloads if download.media.season != 50) == 300_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", ""])
async def test_the_very_same_bytes_are_the_very_same_downloads(encoding: str) -> None:
    async with packing(encoding) as (count, client):
        once, again = await read(client), await read(client)
        count.append(3)
        changed = await read(client)

    assert len(once.downloads) == 2
    assert once.downloads is again.downloads
    assert len(changed.downloads) == 3


@asynccontextmanager
async def packing(encoding: str) -> AsyncIterator[tuple[list[int], ArrClient]]:
    """An app with these records, whose answers are packed like this."""
    ids = [1, 2]

    async def answer(request: web.Request) -> web.StreamResponse | None:
        body = json.dumps(page_of(*map(record, ids))).encode()
        packed = {"gzip": gzip.compress(body, mtime=0), "deflate": zlib.compress(body)}.get(encoding, body)
        headers = {"Content-Type": "application/json", **({"Content-Encoding": encoding} if encoding else {})}
        return web.Response(body=packed, headers=headers)

    async with loopback(fault=answer) as (_, client):
        yield ids, client


# What it reads


async def test_two_records_with_one_id_are_one_download(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(QUEUE).respond(json=page_of(record(5), record(5), record(6)))

    async with client_of() as client:
        queue = await read(client)

    assert [download.queue_id for download in queue.downloads] == [5, 6]


async def test_a_pack_is_one_download_with_its_size_counted_once() -> None:
    series = SeriesMedia(5, "The Lighthouse Archive")
    pack = situations.downloading(series, episodes=series.season(2, 10), size=42_949_672_960)

    async with loopback("sonarr", pack) as (_, client):
        (download,) = (await read(client)).downloads

    assert (download.episodes, download.size) == (10, 42_949_672_960)


async def test_what_cannot_be_read_is_counted_and_costs_nothing_else(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(QUEUE).respond(
        json=page_of(record(1), {"title": "no id"}, "no object", None, record(0), record("seven"), record(2))
    )

    async with client_of() as client:
        queue = await read(client)

    assert [download.queue_id for download in queue.downloads] == [1, 2]
    assert queue.unreadable == 5


@pytest.mark.parametrize(
    "body",
    [
        '{"totalRecords": 2, "records": [{"id": 1, "size": 10, "sizeleft": NaN}, {"id": 2}]}',
        '{"totalRecords": 2, "records": [{"id": 1, "size": "10", "sizeleft": "nan"}, {"id": 2}]}',
        '{"totalRecords": 2, "records": [{"id": 1, "size": 1e999, "sizeleft": -1e999}, {"id": 2}]}',
    ],
)
async def test_a_size_that_is_no_number_is_an_unknown_size(respx_mock: respx.MockRouter, body: str) -> None:
    respx_mock.get(QUEUE).respond(text=body, content_type="application/json")

    async with client_of() as client:
        queue = await read(client)

    assert [download.queue_id for download in queue.downloads] == [1, 2]


async def test_the_app_tells_its_name_version_and_start() -> None:
    async with loopback("sonarr") as (arr, client):
        status = await client.status()

    assert status == SystemStatus.model_validate(
        {"appName": "Sonarr", "version": arr.version, "startTime": "2026-07-01T12:00:00Z"}
    )


async def test_the_app_tells_what_it_complains_of_without_the_text() -> None:
    async with loopback() as (arr, client):
        well = await client.health()
        arr.health = [{"source": "DownloadClientCheck", "type": "error", "message": f"at [?apikey={KEY}]"}]
        (complaint,) = await client.health()

    assert well == ()
    assert (complaint.source, complaint.type) == ("DownloadClientCheck", "error")
    assert KEY not in repr(complaint)


async def test_the_app_tells_the_names_of_movies_series_and_episodes() -> None:
    series = SeriesMedia(5, "The Lighthouse Archive")
    (chapter,) = series.season(2, 1, first=5)
    async with loopback("radarr", situations.downloading(FILM)) as (_, radarr):
        movie = await radarr.movie(11)
    async with loopback("sonarr", situations.downloading(series, episodes=(chapter,))) as (_, sonarr):
        title, episode = (await sonarr.series(5)).title, await sonarr.episode(chapter.id)

    assert (movie.title, movie.year) == ("The Cartographer's Umbrella", 2024)
    assert title == "The Lighthouse Archive"
    assert (episode.season_number, episode.episode_number, episode.title) == (2, 5, "Chapter 5")


async def test_the_history_of_one_download_is_read_newest_first() -> None:
    one, other = films(2)
    async with loopback("radarr", one, other) as (arr, client):
        arr.remember(one, "grabbed")
        arr.remember(other, "grabbed")
        arr.finish(one)
        history = await client.history(one.download_id)

    assert [record.event_type for record in history] == ["downloadFolderImported", "grabbed"]
    query = dict(arr.requests[-1].query)
    assert query.pop("downloadId") == one.download_id
    assert query == {"page": "1", "pageSize": "200", "sortKey": "date", "sortDirection": "descending"}


@jumping
async def test_an_app_is_asked_to_look_at_its_clients_and_waited_for() -> None:
    loop = asyncio.get_running_loop()
    async with LoopbackArr("radarr", clock=loop.time) as arr, client_of(arr.url, key=arr.api_key) as client:
        arr.command_takes = 5.5
        began = loop.time()
        await client.refresh_downloads()
        took = loop.time() - began

    assert [(command.name, command.done) for command in arr.commands] == [("RefreshMonitoredDownloads", True)]
    assert took == pytest.approx(6)


@pytest.mark.parametrize(
    "ask",
    [
        read,
        ArrClient.status,
        ArrClient.health,
        lambda client: client.history("HASH"),
        ArrClient.refresh_downloads,
        lambda client: client.movie(1),
        lambda client: client.series(1),
        lambda client: client.episode(1),
    ],
)
async def test_every_read_fails_with_an_arr_error(
    respx_mock: respx.MockRouter, ask: Callable[[ArrClient], Awaitable[object]]
) -> None:
    open_to_all(respx_mock)
    respx_mock.route(url__startswith=URL).mock(
        side_effect=[httpx.Response(401), httpx.Response(200, text='{"nothing": '), httpx.ConnectError(ODD_BODY)]
    )

    async with client_of() as client:
        kinds = [type(await failure(ask(client))) for _ in range(3)]

    assert kinds == [errors.KeyRejected, errors.BadAnswer, errors.Unreachable]


# Statuses and bodies


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadAnswer),
        (401, errors.KeyRejected),
        (403, errors.Blocked),
        (404, errors.WrongAddress),
        (405, errors.BadAnswer),
        (418, errors.BadAnswer),
        (429, errors.ServerFailed),
        (500, errors.ServerFailed),
        (502, errors.ServerFailed),
        (503, errors.Starting),
        (504, errors.ServerFailed),
        (304, errors.BadAnswer),
        (204, errors.BadAnswer),
    ],
)
async def test_each_status_has_its_class_and_no_word_of_the_body(
    respx_mock: respx.MockRouter, status: int, kind: type[ArrError]
) -> None:
    body = "" if status in (204, 304, 401) else ODD_BODY
    open_to_all(respx_mock)
    respx_mock.get(QUEUE).respond(status, content=body, content_type="application/json" if body else None)

    async with client_of() as client:
        error = await failure(read(client))

    assert type(error) is kind


ERROR_ANSWERS: dict[str, dict[str, Any]] = {
    answer["name"]: answer for answer in json.loads((FIXTURES / "errors.json").read_text("utf-8"))
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wrong_key", errors.KeyRejected),
        ("client_refuses", errors.ServerFailed),
        ("client_refuses_with_login", errors.ServerFailed),
        ("name_collision", errors.ServerFailed),
        ("message_null", errors.ServerFailed),
        ("plain_text_500", errors.ServerFailed),
        ("proxy_bad_gateway", errors.ServerFailed),
        ("starting_up", errors.Starting),
        ("bad_enum", errors.BadAnswer),
        ("validation", errors.BadAnswer),
        ("delete_ok", errors.BadAnswer),
        ("not_json", errors.BadAnswer),
        ("base_left_out", errors.WrongAddress),
        ("base_left_out_old", errors.WrongAddress),
        ("login_page", errors.WrongAddress),
        ("index_page", errors.WrongAddress),
        ("proxy_sign_on", errors.WrongAddress),
        ("unknown_path", errors.WrongAddress),
        ("basic_login", errors.Blocked),
    ],
)
async def test_each_answer_of_a_real_app_has_its_class_and_none_of_its_secrets(
    respx_mock: respx.MockRouter, name: str, kind: type[ArrError]
) -> None:
    answer = ERROR_ANSWERS[name]
    headers = {**answer["headers"], **({"Content-Type": answer["content_type"]} if answer["content_type"] else {})}
    open_to_all(respx_mock)
    respx_mock.get(QUEUE).respond(answer["status"], content=answer["body"].encode(), headers=headers)

    async with client_of() as client:
        error = await failure(read(client))

    assert type(error) is kind
    assert_tells_nothing(error, *answer["secrets"])


async def test_a_left_out_url_base_is_told_from_a_login_page(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(QUEUE).mock(
        side_effect=[
            httpx.Response(307, headers={"Location": "/radarr/api/v3/queue?page=1"}),
            httpx.Response(302, headers={"Location": "http://x.internal/login?returnUrl=%2Fapi%2Fv3%2Fqueue"}),
            httpx.Response(302, headers={"Location": "https://auth.internal/?rd=https://x.internal/api/v3/queue"}),
        ]
    )

    async with client_of() as client:
        told = [str(await failure(read(client))) for _ in range(3)]

    assert told == [approved(f"outage/{key}") for key in ("url-base-missing", "login-page", "login-page")]


@pytest.mark.parametrize("location", ["", "http://[", "//", "/api/v3/queue"])
async def test_a_redirect_to_anywhere_is_a_wrong_address(respx_mock: respx.MockRouter, location: str) -> None:
    respx_mock.get(QUEUE).respond(302, headers={"Location": location})

    async with client_of() as client:
        error = await failure(read(client))

    assert type(error) is errors.WrongAddress


async def test_no_redirect_is_followed() -> None:
    async with loopback() as (other, _), loopback() as (arr, client):
        arr.fault = faults.answering(307, headers={"Location": f"{other.url}/api/v3/queue"})
        await failure(read(client))
        await failure(client.remove(QUEUE_ID, RemovalMode.REMOVE))

    assert other.requests == []
    assert len(arr.requests) == 2


async def test_a_url_base_too_many_or_too_few_names_the_setting() -> None:
    async with LoopbackArr("radarr") as arr:
        async with client_of(f"{arr.url}/radarr", key=arr.api_key) as client:
            too_many = await failure(read(client))
            arr.authentication = "none"
            page = await failure(read(client))
        arr.url_base = "/films"
        async with client_of(arr.url.removesuffix("/films"), key=arr.api_key) as client:
            too_few = await failure(read(client))

    assert [type(error) for error in (too_many, page, too_few)] == [errors.WrongAddress] * 3
    assert len({str(error) for error in (too_many, page, too_few)}) == 3
    assert_tells_nothing(too_few, "films")


@pytest.mark.parametrize(
    "body",
    [
        '{"page": 1, "records": [{"id": 1,',
        "null",
        "7",
        '"queue"',
        '{"page": 1}',
        '{"records": {"id": 1}}',
        "\ufffd",
        '{"error": "Xyzzy"}',
        "<html>",
    ],
)
async def test_what_is_no_queue_is_a_bad_answer_that_is_not_quoted(respx_mock: respx.MockRouter, body: str) -> None:
    respx_mock.get(QUEUE).respond(text=body, content_type="application/json")

    async with client_of() as client:
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.BadAnswer, approved("outage/cut-off"))
    assert error.__cause__ is None, "what pydantic says quotes the answer"


@pytest.mark.parametrize("body", ["", " ", "\r\n\r\n"])
async def test_an_empty_answer_is_told_as_such(respx_mock: respx.MockRouter, body: str) -> None:
    respx_mock.get(QUEUE).respond(text=body, content_type="application/json")

    async with client_of() as client:
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.BadAnswer, approved("outage/empty"))


def spaces_after(text: str, size: int) -> bytes:
    return text.encode().ljust(size)


@pytest.mark.parametrize("more", [0, 1])
async def test_32_mib_are_read_and_one_byte_more_is_refused(respx_mock: respx.MockRouter, more: int) -> None:
    body = spaces_after(json.dumps(page_of(record(1))), 32 * 2**20 + more)
    respx_mock.get(QUEUE).respond(content=body, content_type="application/json")

    async with client_of() as client:
        if more:
            error = await failure(read(client))
            assert (type(error), str(error)) == (errors.BadAnswer, approved("outage/too-large"))
        else:
            assert len((await read(client)).downloads) == 1
    assert MAX_BODY == 32 * 2**20


async def test_an_answer_that_is_small_on_the_wire_and_huge_in_memory_is_refused() -> None:
    bomb = gzip.compress(b" " * (64 * 2**20), compresslevel=1)

    async def answer(request: web.Request) -> web.StreamResponse | None:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return web.Response(body=bomb, headers=headers)

    async with loopback(fault=answer) as (_, client):
        error = await failure(read(client))

    assert len(bomb) < 2**20
    assert (type(error), str(error)) == (errors.BadAnswer, approved("outage/too-large"))


async def test_an_endless_answer_is_left_at_the_limit() -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse | None:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" " * 2**20)
            sent += 2**20

    async with loopback(fault=endless) as (_, client):
        error = await failure(read(client))

    assert type(error) is errors.BadAnswer
    assert sent < 2 * MAX_BODY


async def test_an_answer_that_is_not_the_gzip_it_claims_to_be_cannot_be_unpacked() -> None:
    async def answer(request: web.Request) -> web.StreamResponse | None:
        return web.Response(body=ODD_BODY.encode(), headers={"Content-Encoding": "gzip"})

    async with loopback(fault=answer) as (_, client):
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.BadAnswer, approved("outage/not-unpacked"))


async def test_a_further_instance_names_its_own_settings(respx_mock: respx.MockRouter) -> None:
    open_to_all(respx_mock)
    respx_mock.get(QUEUE).mock(side_effect=[httpx.Response(401), httpx.Response(404)])

    async with client_of(instance=Instance("radarr-4k-hdr", Service.RADARR)) as client:
        key, url = await failure(read(client)), await failure(read(client))

    assert "RADARR_4K_HDR_API_KEY" in str(key)
    assert "RADARR_4K_HDR_URL" in str(url)


# The wire


async def test_a_refused_connection_is_told_as_nothing_listening() -> None:
    async with loopback() as (arr, client):
        await arr.stop()
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.Unreachable, approved("outage/nothing-listens"))


async def test_an_unknown_host_name_is_told_as_such() -> None:
    async with client_of("http://no-such-host.invalid:17878") as client:
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.Unreachable, approved("outage/unknown-host"))
    assert_tells_nothing(error, "no-such-host")


@jumping
async def test_a_host_that_does_not_answer_at_all_is_given_up_after_5_seconds() -> None:
    with full_port() as port:
        began = asyncio.get_running_loop().time()
        async with client_of(f"http://127.0.0.1:{port}") as client:
            error = await failure(read(client))
        assert asyncio.get_running_loop().time() - began == pytest.approx(5)

    assert (type(error), str(error)) == (errors.TimedOut, approved("outage/no-connection"))


@jumping
async def test_an_app_that_takes_the_request_and_says_nothing_has_25_seconds() -> None:
    async with loopback(fault=faults.hanging(asyncio.Event())) as (_, client):
        began = asyncio.get_running_loop().time()
        error = await failure(read(client))
        assert asyncio.get_running_loop().time() - began == pytest.approx(READ_DEADLINE)

    assert (type(error), str(error)) == (errors.TimedOut, approved("outage/no-answer"))


@jumping
async def test_a_slow_drip_ends_at_the_same_deadline() -> None:
    async def drip(request: web.Request) -> web.StreamResponse | None:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(1)

    async with loopback(fault=drip) as (_, client):
        began = asyncio.get_running_loop().time()
        error = await failure(read(client))
        assert asyncio.get_running_loop().time() - began == pytest.approx(READ_DEADLINE)

    assert (type(error), str(error)) == (errors.TimedOut, approved("outage/no-answer"))


@pytest.mark.parametrize(
    "fault", [faults.dropping(), faults.cut_short(), faults.cut_short('{"page": 1, "totalRecords": 0, "records": []}')]
)
async def test_a_connection_that_ends_before_its_answer_is_told_as_broken_off(fault: Fault) -> None:
    async with loopback(fault=fault) as (_, client):
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.Unreachable, approved("outage/broken-off"))


async def half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"page": 1,')
    await writer.drain()
    writer.transport.abort()


async def half_an_answer_and_a_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close sends a reset
    await half_an_answer(reader, writer)


async def test_a_reset_in_the_middle_of_a_body_is_told_as_broken_off() -> None:
    async with raw_server(half_an_answer_and_a_reset) as port, client_of(f"http://127.0.0.1:{port}") as client:
        error = await failure(read(client))

    assert (type(error), str(error)) == (errors.Unreachable, approved("outage/broken-off"))


async def test_what_speaks_no_http_is_told_as_broken_off() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 Xyzzy ESMTP\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with raw_server(greet) as port, client_of(f"http://127.0.0.1:{port}") as client:
        error = await failure(read(client))

    assert type(error) is errors.Unreachable


@pytest.mark.parametrize("scheme", ["https", "HTTPS", "Https"])
async def test_a_certificate_is_looked_at_however_https_is_written(scheme: str) -> None:
    async with LoopbackArr("radarr", ssl_context=server_tls()) as arr:
        settings = settings_from(
            {
                "DISCORD_TOKEN": "token",
                "DISCORD_CHANNEL_ID": "1",
                "RADARR_URL": scheme + arr.url.removeprefix("https"),
                "RADARR_API_KEY": arr.api_key,
            }
        )
        async with clients_of(settings) as (client,):
            error = await failure(read(client))

    assert type(error) is errors.TlsTrouble


@pytest.mark.parametrize("verify", [False, FIXTURES / "tls/certificate.pem"])
async def test_a_certificate_of_ones_own_is_fine_where_the_settings_say_so(verify: bool | Path) -> None:
    async with LoopbackArr("radarr", ssl_context=server_tls()) as arr:
        async with client_of(arr.url, key=arr.api_key, tls=tls_context(verify)) as client:
            queue = await read(client)

    assert (queue.downloads, queue.unreadable) == ((), 0)


async def test_http_to_a_port_that_speaks_https_is_no_good_answer() -> None:
    async with LoopbackArr("radarr", ssl_context=server_tls()) as arr:
        async with client_of(arr.url.replace("https:", "http:"), key=arr.api_key) as client:
            error = await failure(read(client))

    assert type(error) in (errors.Unreachable, errors.BadAnswer)


@pytest.mark.parametrize("cut", [half_an_answer, half_an_answer_and_a_reset])
async def test_a_trusted_connection_that_is_cut_is_no_trouble_with_its_certificate(cut: RawAnswer) -> None:
    async with raw_server(cut, server_tls()) as port:
        async with client_of(f"https://127.0.0.1:{port}", tls=tls_context(False)) as client:
            error = await failure(read(client))

    assert (type(error), error.at_once) == (errors.Unreachable, False)


async def test_a_client_reads_again_after_a_failure() -> None:
    async with loopback("radarr", *films(3), fault=faults.dropping()) as (arr, client):
        await failure(read(client))
        arr.fault = None

        assert len((await read(client)).downloads) == 3


# Removing


@pytest.mark.parametrize(
    ("how", "flags"),
    [
        (RemovalMode.REMOVE, ("true", "false", "false", "false")),
        (RemovalMode.BLOCK_AND_SEARCH, ("true", "true", "false", "false")),
        (RemovalMode.BLOCK, ("true", "true", "true", "false")),
        (RemovalMode.STOP_TRACKING, ("false", "false", "false", "false")),
        (RemovalMode.CHANGE_CATEGORY, ("false", "false", "false", "true")),
    ],
)
@pytest.mark.parametrize("status", [200, 204])
async def test_a_removal_is_one_delete_whose_flags_are_in_the_query(
    respx_mock: respx.MockRouter, how: RemovalMode, flags: tuple[str, ...], status: int
) -> None:
    route = respx_mock.delete(f"{QUEUE}/77").respond(status)

    async with client_of() as client:
        await client.remove(QUEUE_ID, how)

    request = route.calls.last.request
    names = ("removeFromClient", "blocklist", "skipRedownload", "changeCategory")
    assert dict(request.url.params) == dict(zip(names, flags, strict=True))
    assert (route.call_count, request.content) == (1, b"")


async def test_a_removed_download_is_gone_and_the_others_stay() -> None:
    async with loopback("radarr", *films(3)) as (arr, client):
        before = (await read(client)).downloads
        await client.remove(before[1].queue_id, RemovalMode.REMOVE)
        after = (await read(client)).downloads

    assert [download.media.movie for download in after] == [1, 3]


async def test_one_delete_removes_a_whole_pack_and_a_second_one_says_already_gone() -> None:
    series = SeriesMedia(5, "The Lighthouse Archive")
    pack = situations.downloading(series, episodes=series.season(2, 10))
    async with loopback("sonarr", pack) as (_, client):
        (download,) = (await read(client)).downloads
        await client.remove(download.queue_id, RemovalMode.BLOCK)

        with pytest.raises(errors.AlreadyGone):
            await client.remove(download.queue_id, RemovalMode.REMOVE)


@pytest.mark.parametrize("name", ["client_refuses", "client_refuses_with_login", "client_entry_gone", "plain_text_500"])
async def test_a_removal_that_the_client_refuses_is_told_in_our_words(respx_mock: respx.MockRouter, name: str) -> None:
    answer = ERROR_ANSWERS[name]
    respx_mock.delete(f"{QUEUE}/77").respond(500, text=answer["body"], content_type="application/json")

    async with client_of() as client:
        error = await failure(client.remove(QUEUE_ID, RemovalMode.REMOVE))

    assert (type(error), str(error)) == (errors.ServerFailed, approved("outage/removal-failed"))
    assert_tells_nothing(error, *answer["secrets"])


async def test_a_web_page_is_no_successful_removal(respx_mock: respx.MockRouter) -> None:
    respx_mock.delete(f"{QUEUE}/77").respond(200, html="<html>Xyzzy</html>")

    async with client_of() as client:
        assert type(await failure(client.remove(QUEUE_ID, RemovalMode.REMOVE))) is errors.WrongAddress


@jumping
@pytest.mark.parametrize("takes", [119, 121])
async def test_a_removal_has_120_seconds_since_the_app_waits_for_its_client(takes: float) -> None:
    async def slow(request: web.Request) -> web.StreamResponse | None:
        await asyncio.sleep(takes)
        return None

    async with loopback("radarr", *films(1)) as (arr, client):
        (download,) = (await read(client)).downloads
        arr.fault = faults.on("DELETE", slow)
        began = asyncio.get_running_loop().time()
        if takes < REMOVE_DEADLINE:
            await client.remove(download.queue_id, RemovalMode.REMOVE)
        else:
            assert type(await failure(client.remove(download.queue_id, RemovalMode.REMOVE))) is errors.TimedOut
        assert asyncio.get_running_loop().time() - began == pytest.approx(min(takes, 120))
        assert bool(arr.queue) is (takes > REMOVE_DEADLINE)


# Servers that no library makes


def server_tls() -> ssl.SSLContext:
    """What a server with our own certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FIXTURES / "tls/certificate.pem", FIXTURES / "tls/key.pem")
    return context


@contextmanager
def full_port() -> Iterator[int]:
    """A port that answers no connection, as a host behind a firewall."""
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for caller in (first, second):  # nobody accepts them, so that the third is not even answered
            caller.setblocking(False)
            caller.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
