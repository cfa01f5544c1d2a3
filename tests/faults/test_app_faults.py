"""Radarr in every kind of trouble: its rows stay and say why, Sonarr goes on, the log tells it once."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.faults import answering, cut_short, hanging, starting_up
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from tests.faults.tools import assert_nothing_leaked, port_of, said
from tests.stage import HARBOUR, HEAT, Stage
from tests.virtual_time import jumping

pytestmark = jumping

type Trouble = Callable[[Stage], AbstractAsyncContextManager[None]]

SECRET_500 = """{
  "message": "Unable to connect to SABnzbd, HTTP request failed: [403:Forbidden] [GET] at
 [http://downloads.internal:8080/api?mode=queue&apikey=00112233445566778899aabbccddeeff&output=json]",
  "description": "NzbDrone.Core.Download.Clients.DownloadClientException: /config/radarr.db
   at NzbDrone.Core.Queue.QueueService.GetQueue() in C:\\\\src\\\\Queue.cs:line 42"
}"""
LOGIN_PAGE = "<!doctype html><title>Radarr</title><form action='/login'></form>"
REFUSED = "is not reachable: nothing listens there"
NO_ANSWER = "is not reachable: no answer to the connection"
SLOW = "does not answer in time"
LOGIN = "sends to a login page"


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


async def silent(request: web.Request) -> web.StreamResponse | None:
    """No answer, for as long as anybody waits."""
    await asyncio.sleep(100_000)
    return None


async def dripping(request: web.Request) -> web.StreamResponse | None:
    """A byte each 10 s: never silent for long, and never done."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for letter in b'{"page": 1, "records": []}':
        await asyncio.sleep(10)
        await response.write(bytes([letter]))
    return response


MUCH = gzip.compress(b'{"page": 1, "records": [' + b" " * (40 * 2**20) + b"]}")


async def endless(request: web.Request) -> web.StreamResponse | None:
    """40 MiB, in 40 KiB on the wire."""
    return web.Response(body=MUCH, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})


TROUBLES: dict[str, tuple[Trouble, str]] = {
    "refused": (refused, REFUSED),
    "connect timeout": (swallowed, NO_ANSWER),
    "read timeout": (answered(silent), SLOW),
    "slow drip": (answered(dripping), SLOW),
    "reset mid-body": (answered(cut_short()), "broke off the connection"),
    "truncated JSON": (
        answered(answering(200, '{"page": 1, "records": [{"id": 1, "ti')),
        "sent an answer that is cut off",
    ),
    "empty body": (answered(answering(200)), "sent an empty answer"),
    "HTML 200": (answered(answering(200, LOGIN_PAGE, "text/html")), "shows a web page"),
    "401": (answered(answering(401)), "rejects its API key"),
    "403": (answered(answering(403, LOGIN_PAGE, "text/html")), "forbids the access (403)"),
    "302 to login": (
        answered(answering(302, headers={"Location": "http://127.0.0.1/login?returnUrl=%2Fconfig"})),
        LOGIN,
    ),
    "307 to login": (answered(answering(307, headers={"Location": "/login?returnUrl=%2Fapi%2Fv3%2Fqueue"})), LOGIN),
    "307 to the URL base": (
        answered(answering(307, headers={"Location": "/radarr/api/v3/queue?page=1"})),
        "has moved: RADARR\\_URL needs its URL base",
    ),
    "404": (answered(answering(404)), "has no API at its address (404)"),
    "500 with secrets": (answered(answering(500, SECRET_500)), "answers with an error (500)"),
    "502 of a proxy": (answered(answering(502, LOGIN_PAGE, "text/html")), "answers with an error (502)"),
    "503 starting": (answered(starting_up("Radarr")), "is starting up"),
    "wrong app": (another_app, "is another app"),
    "more than 32 MiB": (answered(endless), "sent more than 32 MiB"),
}
AT_ONCE = ("HTML 200", "401", "403", "302 to login", "307 to login", "307 to the URL base", "404")


async def play(stage: Stage, caplog: pytest.LogCaptureFixture, trouble: Trouble, sentence: str) -> float:
    """Read well, fall into the trouble for minutes, come out again; seconds until it was told."""
    caplog.set_level("DEBUG", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.up()
    await stage.shows("Heat (1995)", "Harbour Lights S01E01", "Radarr 6.0 ✓ · Sonarr 4.0 ✓")
    await stage.passes(70)
    caplog.clear()

    began = stage.clock.monotonic()
    async with trouble(stage):
        await stage.shows(f"Radarr** {sentence}", "shown as of <t:")
        told_after = stage.clock.monotonic() - began
        assert "**1 Heat (1995)**" in stage.text and "was downloading" in stage.text
        stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(2, 1)))
        await stage.shows("Harbour Lights S02E01")
        assert stage.text.count("was downloading") == 1, "the other instance is live"
        await stage.passes(100)
        assert f"Radarr** {sentence}" in stage.text and "**1 Heat (1995)**" in stage.text
        assert "removed elsewhere" not in stage.text
    await stage.shows("Radarr 6.0 ✓ · Sonarr 4.0 ✓", "Heat (1995)")
    await stage.passes(60)

    assert "was downloading" not in stage.text
    warnings, infos = said(caplog, "WARNING", "ERROR"), said(caplog, "INFO")
    assert len(warnings) == 1 and warnings[0].startswith(f"Radarr {sentence}".replace("\\", "")), warnings
    assert infos == ["Radarr is read again"]
    assert_nothing_leaked(stage, caplog)
    return told_after


@pytest.mark.parametrize("name", TROUBLES)
async def test_trouble_keeps_the_rows_and_has_its_own_sentence(
    name: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    told_after = await play(stage, caplog, *TROUBLES[name])

    print(f"{name}: told after {told_after:.0f} s")
    # One lost read is no outage; what one read proves is told with the next one.
    assert told_after <= (35 if name in AT_ONCE else 140)


async def test_each_trouble_has_a_sentence_of_its_own() -> None:
    sentences = [sentence for _, sentence in TROUBLES.values()]

    alike = {sentence for sentence in sentences if sentences.count(sentence) > 1}

    # A drip is as late as silence, and one login page is as good as another.
    assert alike == {SLOW, LOGIN}


async def test_an_unknown_host_name_is_told_in_its_own_sentence(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, real = {"radarr.test": "127.0.0.1"}, socket.getaddrinfo

    def resolved(host: str | bytes, *rest: int, **options: int) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name == "radarr.test" and not known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(known.get(name, name), *rest, **options)

    @asynccontextmanager
    async def forgotten(stage: Stage) -> AsyncIterator[None]:
        known.clear()
        await stage.radarr.stop()
        await stage.radarr.start()
        yield
        known["radarr.test"] = "127.0.0.1"

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    stage.settings["RADARR_URL"] = f"http://radarr.test:{port_of(stage.radarr)}"

    await play(stage, caplog, forgotten, "is not reachable: the host name in RADARR\\_URL is not known")


async def test_a_silent_app_is_told_of_when_a_minute_has_passed(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.passes(70)
    began = stage.clock.now().timestamp()

    stage.radarr.fault = hanging(asyncio.Event())
    await stage.shows(f"Radarr** {SLOW}")

    since = int(stage.text.split("Since <t:")[1].split(":")[0])
    assert since - began <= 31, "since the first lost read began"
    # An interval to the first lost read, the minute, an interval to the next look.
    assert stage.clock.now().timestamp() - began <= 120


async def test_a_recovery_in_between_makes_two_outages_of_it(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.passes(10)
    caplog.clear()

    for _ in range(2):
        stage.radarr.fault = answering(401)
        await stage.shows("rejects its API key")
        stage.radarr.fault = None
        await stage.shows("Radarr 6.0 ✓")

    assert [text[:24] for text in said(caplog)] == ["Radarr rejects its API k", "Radarr is read again"] * 2


async def test_trouble_that_changes_its_cause_changes_its_sentence(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()

    await stage.radarr.stop()
    await stage.shows(f"Radarr** {REFUSED}")
    since = stage.text.split("Since <t:")[1].split(":")[0]
    await stage.radarr.start()
    stage.radarr.fault = starting_up("Radarr")
    await stage.shows("Radarr** is starting up")

    assert stage.text.split("Since <t:")[1].split(":")[0] == since, "one outage from its first lost read on"
