"""Whatever an answer of one app makes httpx raise is the outage of that app, and of nobody else."""

import asyncio

import pytest

from discarr.arr.isolation import Isolation
from discarr.errors import InternalFault
from discarr.model.removal_mode import RemovalMode
from tests.support.apps import client_at, failure, raw_server, read
from tests.support.builders import RADARR

SECRET = "00112233445566778899aabbccddeeff"
ODD_ANSWERS: dict[str, bytes] = {
    "a script for an address": b"302 Found\r\nLocation: javascript:1",
    "an address that is no name": b"302 Found\r\nLocation: http://xn--zzzz/",
    "an address with a port that is none": b"302 Found\r\nLocation: http://a:b:c/",
    "an address with control characters": b"302 Found\r\nLocation: http://a/\x7f",
    "an address with a key in it": f"302 Found\r\nLocation: http://xn--zzzz/?apikey={SECRET}".encode(),
    "an address of bytes": b"302 Found\r\nLocation: \xff\xfe",
    "an encoding of bytes": b"200 OK\r\nContent-Encoding: \xff",
    "an encoding of two bytes a letter": b"200 OK\r\nContent-Encoding: \xc3\xa4",
    "a type of bytes": b"200 OK\r\nContent-Type: \xff\xfe; charset=\xff",
    "a length that is no number": b"200 OK\r\nContent-Length: -5",
    "a status beyond all": b"999 \xff",
    "a cookie": b"503 No\r\nSet-Cookie: session=1",
    "a cookie of bytes": b"503 No\r\nSet-Cookie: \xc3\xa4=\xf0\x9f\x8d\xaa; Path=/",
}


@pytest.mark.parametrize("head", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
async def test_an_answer_that_no_library_understands_is_an_error_in_words_and_no_cookie_is_sent_back(
    head: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).lower())
        writer.write(b"HTTP/1.1 " + head + b"\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    async with raw_server(answer) as host, client_at(f"http://{host}", key=SECRET) as client:
        for _ in range(2):
            requests = [read(client), client.health(), client.movie(1), client.refresh_downloads()]
            requests += [client.remove(1, RemovalMode.REMOVE)] if head.startswith(b"302") else []
            for asking in requests:
                assert not isinstance(await failure(asking, SECRET), InternalFault)

    assert SECRET not in caplog.text
    assert not any(b"cookie:" in each for each in asked)


async def test_a_fault_inside_discarr_is_logged_once_with_its_stack_until_it_recovers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    isolation = Isolation(RADARR)

    def fail() -> None:
        with pytest.raises(InternalFault), isolation:
            raise LookupError(SECRET)

    for _ in range(3):
        fail()
    [record] = caplog.records
    assert record.exc_info is not None and str(record.exc_info[1]) == "LookupError"
    assert "raise LookupError" in caplog.text and SECRET not in caplog.text

    isolation.recovered()
    fail()
    assert len(caplog.records) == 2
