"""Bodies that are nearly a queue, or want to be too much: nothing is lost with them, and nothing hangs."""

import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from aiohttp import web

from discarr.arr.http import MAX_BODY
from discarr.arr.pagination import QueueRead
from discarr.errors import BadAnswer
from tests.approved import approved
from tests.support.apps import app, failure, read

GOOD = b'{"id": 1, "title": "A good one", "downloadId": "A"}'


async def read_of(body: bytes, encoding: str = "", *, page_2: bytes = b"") -> QueueRead:
    headers = {"Content-Type": "application/json", **({"Content-Encoding": encoding} if encoding else {})}

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return web.Response(body=page_2 if request.query.get("page") == "2" else body, headers=headers)

    async with app(fault=fault) as (_, client):
        return await read(client)


async def told_of(body: bytes, encoding: str = "") -> str:
    """The sentence of the bad answer that this is."""
    error = await failure(read_of(body, encoding))
    assert type(error) is BadAnswer and error.__cause__ is None or encoding, "what pydantic says quotes the answer"
    return str(error)


def page(*records: bytes, total: int | None = None) -> bytes:
    return b'{"totalRecords": %d, "records": [%s]}' % (len(records) if total is None else total, b", ".join(records))


def ids(found: QueueRead) -> list[int]:
    return [download.queue_id for download in found.downloads.values()]


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
        b'{"id": 2, "size": 10, "sizeleft": NaN}',
        b'{"id": 2, "size": 1e999, "sizeleft": -1e999}',
    ],
    ids=ascii,
)
async def test_one_odd_record_costs_no_other_one_its_row(odd: bytes) -> None:
    found = await read_of(page(GOOD, odd))

    assert ids(found) == [1, 2]
    assert next(iter(found.downloads.values())).release == "A good one"
    for download in found.downloads.values():
        json.dumps(download.release, ensure_ascii=False).encode()


async def test_what_cannot_be_read_is_counted_and_costs_no_other_record_and_no_other_page() -> None:
    records = [b'{"id": %d, "downloadId": "%d"}' % (number, number) for number in range(1, 1001)]
    odd = (rb'{"title": "\ud800"}', b'{"id": %s}' % (b"9" * 5000), rb'["\ud800"]', b'"x"', b"null", b'{"id": 0}')

    found = await read_of(page(*records, total=1006), page_2=page(*odd, total=1006))

    assert (len(found.downloads), found.unreadable) == (1000, 6)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("body", [page(GOOD), b"[%s]" % GOOD])
async def test_a_byte_order_mark_and_another_unicode_encoding_cost_nothing(encoding: str, body: bytes) -> None:
    assert len((await read_of(body.decode().encode(encoding))).downloads) == 1


@pytest.mark.parametrize("total", [b"1", b'"1"', b"-1", b"null", b'"all"'])
@pytest.mark.parametrize("number", [b"1", b"0", b"7", b'"1"', b"1.5", b"true"])
async def test_the_first_page_is_a_queue_whatever_number_and_total_it_gives_itself(number: bytes, total: bytes) -> None:
    assert ids(await read_of(b'{"page": %s, "totalRecords": %s, "records": [%s]}' % (number, total, GOOD))) == [1]


@pytest.mark.parametrize(
    "body",
    [b"[1, 2]", b"[null]", page(b"{}", b'{"id": 0}'), page(b'"x"', total=5), page(rb'{"id": "\ud800"}'), page(total=5)]
    + [b'{"records": %s%s}' % (b"[" * depth, b"]" * depth) for depth in (100, 1000, 100_000)],
    ids=lambda body: body[:20],
)
async def test_a_queue_in_which_nothing_can_be_read_is_no_queue(body: bytes) -> None:
    assert await told_of(body)


NO_QUEUES = (
    *b'null 7 "queue" {"page":1} {"records":{"id":1}} {} {"records":null} {"records":"ten"} {"error":"Xyzzy"}'.split(),
    *b'{"page":1,"records":[{"id":1, <html> { {"records":[ {"records":[{"id":1} [ [{"id":1}, [{"id":1} records'.split(),
    *("\ufffd".encode(), b"\xff\xfe", b'{"records": [{"id": 1}]} and more'),
)


@pytest.mark.parametrize("body", NO_QUEUES)
async def test_what_is_no_queue_is_a_bad_answer_that_is_not_quoted(body: bytes) -> None:
    assert await told_of(body) == approved("outage/cut-off")


async def test_an_answer_that_is_empty_or_not_the_gzip_it_claims_to_be_is_told_as_such() -> None:
    assert [await told_of(body) for body in (b"", b" ", b"\r\n\r\n")] == [approved("outage/empty")] * 3
    assert await told_of(b"not gzip", "gzip") == approved("outage/not-unpacked")


async def test_32_mib_are_read_and_one_byte_more_is_refused() -> None:
    most = page(GOOD).ljust(32 * 2**20)
    for body, encoding in ((most, ""), (packed(1, most), "gzip"), (zlib.compress(most, 1), "deflate")):
        assert ids(await read_of(body, encoding)) == [1]
    assert await told_of(page(GOOD).ljust(32 * 2**20 + 1)) == approved("outage/too-large")
    assert await told_of(page(*[b"{}"] * 600_000)) == approved("outage/too-many-values")


async def test_an_endless_answer_is_left_at_the_limit() -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse | None:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" " * 2**20)
            sent += 2**20

    async with app(fault=endless) as (_, client):
        assert type(await failure(read(client))) is BadAnswer
    assert sent < 2 * MAX_BODY


def packed(times: int, body: bytes) -> bytes:
    for _ in range(times):
        body = gzip.compress(body, compresslevel=1)
    return body


@pytest.mark.parametrize(
    ("times", "made"),
    [
        pytest.param(1, lambda: b"[".ljust(64 * 2**20), id="spaces"),
        pytest.param(2, lambda: b"[".ljust(64 * 2**20), id="spaces, packed twice"),
        pytest.param(1, lambda: page(*[b"{}"] * 2_300_000), id="tiny records"),
        pytest.param(1, lambda: page(b'{"id": 1, %s"a": 1}' % (b'"a": 1, ' * 3_000_000)), id="names"),
    ],
)
async def test_a_small_answer_that_is_huge_in_memory_is_refused_soon(times: int, made: Callable[[], bytes]) -> None:
    body = packed(times, made())
    assert len(body) < 2**20
    tracemalloc.start()
    began = time.process_time()
    try:
        await told_of(body, ", ".join(["gzip"] * times))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 150 * 2**20
    assert time.process_time() - began < 3.0, "generous: it is measured with tracemalloc on"
