"""Radarr in trouble: its rows stay and say why, Sonarr goes on, the log says it once.

One trouble of each kind goes through the whole bot; the sentence of each is proved in tests/test_failures.py.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from tests.approved import approved, outage
from tests.faults.tools import app_hangs, assert_nothing_leaked, port_of
from tests.stage import HARBOUR, HEAT, Stage, text_of
from tests.support.faults import answering, cut_short, starting_up
from tests.support.phrases import ALL_WELL, EMPTY, STALE

type Trouble = Callable[[Stage], AbstractAsyncContextManager[None]]

SECRET_500 = """{
  "message": "Unable to connect to SABnzbd, HTTP request failed: [403:Forbidden] [GET] at
 [http://downloads.internal:8080/api?mode=queue&apikey=00112233445566778899aabbccddeeff&output=json]",
  "description": "NzbDrone.Core.Download.Clients.DownloadClientException: /config/radarr.db
   at NzbDrone.Core.Queue.QueueService.GetQueue() in C:\\\\src\\\\Queue.cs:line 42"
}"""
LOGIN_PAGE = "<!doctype html><title>Radarr</title><form action='/login'></form>"


def answered(fault: Fault) -> Trouble:
    """Trouble that is an answer."""

    @asynccontextmanager
    async def trouble(stage: Stage) -> AsyncIterator[None]:
        stage.radarr.fault = fault
        yield
        stage.radarr.fault = None

    return trouble


@asynccontextmanager
async def refused(stage: Stage) -> AsyncIterator[None]:
    await stage.radarr.stop()
    yield
    await stage.radarr.start()


@asynccontextmanager
async def swallowed(stage: Stage) -> AsyncIterator[None]:
    """A full listen queue drops what knocks, as a host does that is off."""
    await stage.radarr.stop()
    with socket.socket() as full:
        full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        full.bind(("127.0.0.1", port_of(stage.radarr)))
        full.listen(0)
        knocking = []
        for _ in range(3):
            knocking.append(socket.socket())
            knocking[-1].setblocking(False)
            knocking[-1].connect_ex(full.getsockname())
        yield
        for each in knocking:
            each.close()
    await stage.radarr.start()


@asynccontextmanager
async def another_app(stage: Stage) -> AsyncIterator[None]:
    """Sonarr at Radarr's address, with the same key."""
    await stage.radarr.stop()
    port, clock = port_of(stage.radarr), stage.radarr.clock
    async with LoopbackArr("sonarr", port=port, api_key=stage.radarr.api_key, clock=clock) as other:
        other.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(8, 1)))
        yield
    await stage.radarr.start()


async def dripping(request: web.Request) -> web.StreamResponse | None:
    """A byte each 10 s: never silent for long, and never done."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for letter in b'{"page": 1, "records": []}':
        await asyncio.sleep(10)
        await response.write(bytes([letter]))
    return response


LOGIN = {"Location": "http://127.0.0.1/login?returnUrl=%2Fconfig"}
TROUBLES: dict[str, tuple[Trouble, str]] = {
    "refused": (refused, "nothing-listens"),
    "connect timeout": (swallowed, "no-connection"),
    "read timeout": (answered(app_hangs), "no-answer"),
    "slow drip": (answered(dripping), "no-answer"),
    "reset mid-body": (answered(cut_short()), "broken-off"),
    "truncated JSON": (answered(answering(200, '{"page": 1, "records": [{"id": 1, "ti')), "cut-off"),
    "HTML 200": (answered(answering(200, LOGIN_PAGE, "text/html")), "web-page"),
    "401": (answered(answering(401)), "key-rejected"),
    "302 to login": (answered(answering(302, headers=LOGIN)), "login-page"),
    "404": (answered(answering(404)), "not-found"),
    "500 with secrets": (answered(answering(500, SECRET_500)), "server-error"),
    "503 starting": (answered(starting_up("Radarr")), "starting"),
    "wrong app": (another_app, "wrong-app"),
}
AT_ONCE = ("HTML 200", "401", "302 to login", "404")


async def play(stage: Stage, trouble: Trouble, key: str) -> float:
    """Read well, fall into the trouble for minutes, come out again; seconds until it was shown."""
    stage.log.set_level("DEBUG", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.up()
    await stage.shows("Heat (1995)", "Harbour Lights S01E01", ALL_WELL)
    await stage.passes(70)
    stage.log.clear()

    began = stage.clock.monotonic()
    async with trouble(stage):
        await stage.shows(outage(key))
        shown_after = stage.clock.monotonic() - began
        assert "**1** Heat (1995)" in stage.text and STALE in stage.text
        stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(2, 1)))
        await stage.shows("Harbour Lights S02E01")
        assert stage.text.count(STALE) == 1, "the other instance is live"
        await stage.passes(100)
        assert outage(key) in stage.text and "**1** Heat (1995)" in stage.text
        assert approved("departed/removed") not in stage.text
    await stage.shows(ALL_WELL, "Heat (1995)")
    await stage.passes(60)

    assert STALE not in stage.text
    warnings, infos = stage.warnings, stage.said("INFO")
    assert warnings == [f"Radarr {approved(f'outage/{key}')}"]
    assert len(infos) == 1
    assert_nothing_leaked(stage)
    return shown_after


@pytest.mark.parametrize("name", TROUBLES)
async def test_trouble_keeps_the_rows_and_has_its_own_sentence(name: str, stage: Stage) -> None:
    shown_after = await play(stage, *TROUBLES[name])

    # One lost read is no outage; what one read proves is shown with the next one.
    assert shown_after <= (35 if name in AT_ONCE else 140)


async def test_an_instance_that_was_never_read_is_said_at_once_and_not_called_empty(stage: Stage) -> None:
    await stage.radarr.stop()
    await stage.sonarr.stop()

    await stage.up()

    first = text_of(stage.posts[0].body)
    assert outage("nothing-listens") in first and outage("nothing-listens", "Sonarr") in first
    assert EMPTY not in first
