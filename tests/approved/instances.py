"""Why an app cannot be read, or could not do what was asked: every sentence of an ArrError."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import httpx
import respx

from discarr.arr.client import ArrClient
from discarr.arr.http import MAX_BODY, tls_context
from discarr.arr.parsing import ReadContext
from discarr.demo.arr import LoopbackArr
from discarr.errors import ArrError
from discarr.model.removal_mode import RemovalMode
from discarr.tracking.monitor import QueueMonitor
from tests.builders import RADARR
from tests.clocks import HandClock

URL = "http://radarr.test"
QUEUE = f"{URL}/api/v3/queue"

type Outcome = httpx.Response | Exception


def _redirect(location: str) -> httpx.Response:
    return httpx.Response(307, headers={"Location": location})


def _outcomes() -> Mapping[str, Outcome]:
    """What comes of a read, by the key of its sentence."""
    return {
        "nothing-listens": httpx.ConnectError(""),
        "no-connection": httpx.ConnectTimeout(""),
        "no-answer": httpx.ReadTimeout(""),
        "broken-off": httpx.ReadError(""),
        "key-rejected": httpx.Response(401),
        "forbidden": httpx.Response(403),
        "login-page": _redirect("/login?returnUrl=%2Fapi%2Fv3%2Fqueue"),
        "url-base-missing": _redirect("/radarr/api/v3/queue?page=1"),
        "not-found": httpx.Response(404),
        "starting": httpx.Response(503),
        "server-error": httpx.Response(500),
        "server-error-of-a-proxy": httpx.Response(502),
        "odd-status": httpx.Response(400),
        "web-page": httpx.Response(200, html="<html>"),
        "cut-off": httpx.Response(200, text='{"page": 1,'),
        "empty": httpx.Response(200),
        "not-unpacked": httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=_not_gzip()),
        "too-large": httpx.Response(200, content=b" " * (MAX_BODY + 1)),
    }


async def _not_gzip() -> AsyncIterator[bytes]:
    yield b"not gzip"


async def entries() -> dict[str, str]:
    """Each by its key."""
    told = {}
    async with LoopbackArr("radarr") as arr:
        # respx hides what caused an error of httpx, so that these two are real.
        urls = {"unknown-host": "http://radarr.invalid", "certificate": arr.url.replace("http", "https")}
        for key, url in urls.items():
            async with _client(url) as client:
                told[f"outage/{key}"] = await _failure(lambda: client.queue(ReadContext.alone(RADARR)))
    async with _client(URL) as client:
        for key, outcome in _outcomes().items():
            with respx.mock() as wire:
                wire.get(QUEUE).mock(side_effect=[outcome])
                told[f"outage/{key}"] = await _failure(lambda: client.queue(ReadContext.alone(RADARR)))
        with respx.mock() as wire:
            wire.get(f"{URL}/api/v3/system/status").respond(json={"appName": "Sonarr"})
            wire.get(f"{URL}/api/v3/health").respond(json=[])
            wire.get(QUEUE).respond(json={"records": []})
            told["outage/wrong-app"] = await _outage_of(client)
            wire.delete(f"{QUEUE}/1").respond(500)
            told["outage/removal-failed"] = await _failure(lambda: client.remove(1, RemovalMode.REMOVE))
    return told


def _client(url: str) -> ArrClient:
    return ArrClient(RADARR, url, "key", tls=tls_context(False))


async def _failure(asked: Callable[[], Awaitable[object]]) -> str:
    try:
        await asked()
    except ArrError as error:
        return str(error)
    raise AssertionError("it did not fail")


async def _outage_of(client: ArrClient) -> str:
    monitor = QueueMonitor([client], HandClock(), stalled_after=3600, status_every=60)
    await monitor.refresh()
    (queue,) = monitor.snapshot().queues
    await monitor.close()
    assert queue.outage is not None
    return queue.outage.sentence
