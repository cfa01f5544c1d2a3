"""One app on a real socket, whatever answers in its place, and a client of it."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from discarr.arr.client import ArrClient
from discarr.arr.http import tls_context
from discarr.arr.pagination import QueueRead
from discarr.arr.parsing import ReadContext
from discarr.demo.arr import API_KEYS, Item, MovieMedia, situations
from discarr.demo.arr import Service as Word
from discarr.demo.arr.items import NOON
from discarr.demo.arr.server import Fault
from discarr.errors import ArrError
from discarr.model.instance import Instance
from tests.support.builders import RADARR
from tests.support.strict_arr import StrictArr

TLS = Path(__file__).parents[1] / "fixtures/tls"
ODD_BODY = "Xyzzy plugh at /config/frotz.db, apikey=5ec4e7 on http://sab.internal:8080"
"""What no sentence may quote."""

type RawAnswer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def client_at(url: str, *, key: str = "key", trust: bool | Path = True, instance: Instance = RADARR) -> ArrClient:
    return ArrClient(instance, url, key, tls=tls_context(trust))


@asynccontextmanager
async def app(
    *items: Item,
    word: Word = "radarr",
    fault: Fault | None = None,
    tls: ssl.SSLContext | None = None,
    trust: bool | Path = True,
) -> AsyncIterator[tuple[StrictArr, ArrClient]]:
    async with StrictArr(word, clock=lambda: NOON, ssl_context=tls) as arr:
        arr.queue, arr.fault = list(items), fault
        async with client_at(arr.url, key=arr.api_key, trust=trust, instance=Instance.of(word)) as client:
            yield arr, client


@asynccontextmanager
async def raw_server(answer: RawAnswer, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Where anything may be said, for what no web server says: its host and port."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def certificate(name: str = "certificate") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{name}.pem", TLS / "key.pem")
    return context


async def read(client: ArrClient) -> QueueRead:
    return await client.queue(ReadContext.alone(client.instance))


async def failure(asked: Awaitable[object], *secrets: str) -> ArrError:
    """How it fails: with a sentence that goes on after the instance's name, and tells no host, port, path or key."""
    with pytest.raises(ArrError) as caught:
        await asked
    sentence = str(caught.value)
    never = (*API_KEYS.values(), "internal", "127.0.0.1", "17878", "/api", "/base", "://", "apikey", "Xyzzy", *secrets)
    assert [word for word in never if word in sentence] == []
    assert re.search(r":\d{2,5}\b", sentence) is None
    assert re.fullmatch(r"[a-z].*[^.?!]", sentence), "more stands before and behind it"
    return caught.value


def films(count: int) -> list[Item]:
    """Films grabbed one after the other, so that an order by `added` is theirs."""
    return [
        situations.downloading(MovieMedia(number, f"Film {number}", 2000), added=NOON - 90_000 + number)
        for number in range(1, count + 1)
    ]
