"""Bodies that are nearly a queue, or want to be too much: nothing is lost with them, and nothing hangs."""

import gzip
import json
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from discarr.arr.client import ArrClient
from discarr.arr.http import tls_context
from discarr.arr.pagination import QueueRead
from discarr.arr.parsing import ReadContext
from discarr.demo.arr import LoopbackArr
from discarr.errors import ArrError, BadAnswer
from tests.approved import approved
from tests.builders import RADARR

GOOD = b'{"id": 1, "title": "A good one", "downloadId": "A"}'


@asynccontextmanager
async def sending(answer: Callable[[str], bytes], encoding: str = "") -> AsyncIterator[ArrClient]:
    """A client of an app that answers each page like this."""
    headers = {"Content-Type": "application/json", **({"Content-Encoding": encoding} if encoding else {})}

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return web.Response(body=answer(request.query.get("page", "")), headers=headers)

    async with LoopbackArr("radarr") as app:
        app.fault = fault
        async with ArrClient(RADARR, app.url, app.api_key, tls=tls_context(True)) as client:
            yield client


async def read(body: bytes, encoding: str = "") -> QueueRead:
    async with sending(lambda _: body, encoding) as client:
        return await client.queue(ReadContext.alone(RADARR))


def page(*records: bytes, total: int | None = None) -> bytes:
    return b'{"totalRecords": %d, "records": [%s]}' % (len(records) if total is None else total, b", ".join(records))


@pytest.mark.parametrize(
    "odd",
    [
        rb'{"id": 2, "title": "half a \ud83d character"}',
        rb'{"id": 2, "title": "\udc00\ud800"}',
        rb'{"id": 2, "\ud800": "in a name"}',
        rb'{"id": 2, "statusMessages": [{"title": "\udfff", "messages": ["\ud800"]}]}',
        b'{"id": 2, "title": "raw \x00 \x01 \x1f \n\t"}',
        b'{"id": 2, "title": "bytes that are no letters: \xff\xfe \xc3 \xed\xa0\x80"}',
        b'{"id": 2, "size": %s}' % (b"9" * 5000),
        b'{"id": 2, "size": -%s.5e%s}' % (b"9" * 5000, b"9" * 5000),
    ],
    ids=ascii,
)
async def test_one_odd_record_costs_no_other_one_its_row(odd: bytes) -> None:
    found = await read(page(GOOD, odd))

    assert [download.queue_id for download in found.downloads] == [1, 2]
    assert found.downloads[0].release == "A good one"
    for download in found.downloads:
        json.dumps(download.release, ensure_ascii=False).encode()


@pytest.mark.parametrize("odd", [rb'{"title": "\ud800"}', b'{"id": %s}' % (b"9" * 5000), rb'["\ud800"]'])
async def test_what_cannot_be_read_beside_it_is_counted(odd: bytes) -> None:
    found = await read(page(GOOD, odd))

    assert ([download.queue_id for download in found.downloads], found.unreadable) == ([1], 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("body", [page(GOOD), b"[%s]" % GOOD])
async def test_a_byte_order_mark_and_another_unicode_encoding_cost_nothing(encoding: str, body: bytes) -> None:
    assert len((await read(body.decode().encode(encoding))).downloads) == 1


@pytest.mark.parametrize("number", [b"0", b"7", b'"1"', b"1.5", b"true"])
async def test_the_first_page_is_the_first_one_whatever_number_it_gives_itself(number: bytes) -> None:
    assert len((await read(b'{"page": %s, "totalRecords": 1, "records": [%s]}' % (number, GOOD))).downloads) == 1


@pytest.mark.parametrize(
    "body",
    [b"[1, 2]", b"[null]", page(b"{}", b'{"id": 0}'), page(b'"x"', total=5), page(rb'{"id": "\ud800"}'), page(total=5)],
)
async def test_a_queue_in_which_nothing_can_be_read_is_no_queue(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        await read(body)


@pytest.mark.parametrize("body", [b"[]", page(), b'{"records": []}'])
async def test_an_empty_queue_is_one(body: bytes) -> None:
    assert await read(body) == QueueRead(answered_at=(await read(body)).answered_at)


async def test_one_page_without_anything_to_read_costs_no_other_page_its_rows() -> None:
    records = [b'{"id": %d, "downloadId": "%d"}' % (number, number) for number in range(1, 1001)]
    pages = {"1": page(*records, total=1001), "2": page(b'{"id": null}', total=1001)}

    async with sending(lambda number: pages[number]) as client:
        found = await client.queue(ReadContext.alone(RADARR))

    assert (len(found.downloads), found.unreadable) == (1000, 1)


# Bounds


def packed(times: int, body: bytes) -> bytes:
    for _ in range(times):
        body = gzip.compress(body, compresslevel=9)
    return body


BOMB = b"[" + b" " * (64 * 2**20)
FLOODS: dict[str, tuple[bytes, str]] = {
    "packed": (packed(1, BOMB), "gzip"),
    "packed twice": (packed(2, BOMB), "gzip, gzip"),
    "packed three times, in two ways": (packed(3, BOMB), "deflate, gzip,gzip"),
    "tiny records": (packed(1, page(*[b"{}"] * 2_300_000)), "gzip"),
    "tiny records with ids": (packed(1, page(*[b'{"id":1}'] * 1_000_000)), "gzip"),
    "numbers": (packed(1, b'{"records": [%s1]}' % (b"1," * 15_000_000)), "gzip"),
    "empty lists": (packed(1, b"[%s[]]" % (b"[]," * 10_000_000)), "gzip"),
    "messages": (packed(1, page(b'{"id": 1, "statusMessages": [%s{}]}' % (b"{}," * 3_000_000))), "gzip"),
    "names": (packed(1, page(b'{"id": 1, %s"a": 1}' % (b'"a": 1, ' * 3_000_000))), "gzip"),
    "half characters": (packed(1, page(*[rb'{"a":"\ud800"}'] * 1_000_000)), "gzip"),
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_small_answer_that_is_huge_in_memory_is_refused_soon_and_cheaply(name: str) -> None:
    body, encoding = FLOODS[name]
    assert len(body) < 2**20
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(ArrError):
            await read(body, encoding)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 150 * 2**20
    assert time.process_time() - began < 3.0, "generous: it is measured with tracemalloc on"


async def test_more_values_than_any_queue_has_are_named_as_such() -> None:
    with pytest.raises(BadAnswer) as caught:
        await read(page(*[b"{}"] * 300_000))

    assert str(caught.value) == approved("outage/too-many-values")


@pytest.mark.parametrize("depth", [100, 1000, 100_000])
async def test_a_tower_of_lists_is_refused(depth: int) -> None:
    with pytest.raises(ArrError):
        await read(b'{"records": %s%s}' % (b"[" * depth, b"]" * depth))
