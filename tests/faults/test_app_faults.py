"""Radarr in trouble: its rows stay and say why, Sonarr goes on, the log says it once.

Some troubles go through the whole bot. The sentence of each is proved in tests/test_failures.py, when it is an outage
in tests/test_instance.py, and what becomes of odd records in tests/test_bodies.py and tests/test_parsing.py.
"""

import asyncio
import re
from typing import Any

import pytest

from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from discarr.errors import InternalFault
from discarr.model.removal_mode import RemovalMode
from discarr.model.summary import Summary, summary_of
from tests.approved import ALL_WELL, STALE, approved, outage
from tests.stage import ALIEN, DUNE, HARBOUR, HEAT, Stage
from tests.support.apps import TLS, certificate, client_at, failure, raw_server, read
from tests.support.faults import answering, dropping
from tests.support.strict_arr import StrictArr


@pytest.mark.parametrize(
    ("fault", "key", "shown_within"), [(dropping, "broken-off", 140), (answering(401), "key-rejected", 35)]
)
async def test_trouble_keeps_the_rows_and_has_its_own_sentence(
    fault: Fault, key: str, shown_within: float, stage: Stage
) -> None:
    """One lost read is no outage; what one read proves is shown with the next one."""
    stage.log.set_level("DEBUG", "discarr")
    await stage.showing(downloading(HEAT), downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.shows("Heat (1995)", "Harbour Lights S01E01", ALL_WELL)
    await stage.passes(70)
    stage.log.clear()

    began, stage.radarr.fault = stage.clock.monotonic(), fault
    await stage.shows(outage(key))
    assert stage.clock.monotonic() - began <= shown_within
    assert "**1** Heat (1995)" in stage.text and STALE in stage.text
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(2, 1)))
    await stage.shows("Harbour Lights S02E01")
    assert stage.text.count(STALE) == 1, "the other instance is live"
    await stage.passes(100)
    assert outage(key) in stage.text and "**1** Heat (1995)" in stage.text
    assert approved("departed/removed") not in stage.text

    stage.radarr.fault = None
    await stage.shows(ALL_WELL, "Heat (1995)")
    await stage.passes(60)
    assert STALE not in stage.text
    assert stage.warnings == [f"Radarr {approved(f'outage/{key}')}"]
    assert len(stage.said("INFO")) == 1
    debug = "\n".join(stage.said("DEBUG"))
    for line in ("Radarr: read in .* ms: it .*", "Radarr: read in .* ms: 1 in its queue", "The dashboard was edited"):
        assert len(re.findall(f"^{line}$", debug, re.M)) >= 2


async def test_a_certificate_needs_to_be_known_or_named_or_not_to_matter(stage: Stage) -> None:
    async with StrictArr("radarr", clock=stage.radarr.clock, ssl_context=certificate()) as encrypted:
        encrypted.queue.append(downloading(HEAT))
        named = str(TLS / "certificate.pem")
        for verify, shown in ("true", outage("unknown-ca")), ("false", "Heat (1995)"), (named, "Heat (1995)"):
            stage.start(RADARR_URL=encrypted.url, RADARR_VERIFY_TLS=verify)
            await stage.shows(shown)
            await stage.stop()


# What no library understands.


SECRET = "00112233445566778899aabbccddeeff"
ODD_ANSWERS: dict[str, bytes] = {
    "a script for an address": b"302 Found\r\nLocation: javascript:1",
    "an address with a port that is none": b"302 Found\r\nLocation: http://a:b:c/",
    "an address with a key in it": f"302 Found\r\nLocation: http://xn--zzzz/?apikey={SECRET}".encode(),
    "an address of bytes": b"302 Found\r\nLocation: \xff\xfe",
    "an encoding of bytes": b"200 OK\r\nContent-Encoding: \xff",
    "a type of bytes": b"200 OK\r\nContent-Type: \xff\xfe; charset=\xff",
    "a length that is no number": b"200 OK\r\nContent-Length: -5",
    "a status beyond all": b"999 \xff",
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
        requests = [read(client), client.health(), client.movie(1), client.refresh_downloads()]
        requests += [client.remove(1, RemovalMode.REMOVE)] if head.startswith(b"302") else []
        for asking in requests:
            assert not isinstance(await failure(asking, SECRET), InternalFault)

    assert SECRET not in caplog.text
    assert not any(b"cookie:" in each for each in asked)


async def test_a_bug_in_discarr_is_the_outage_of_one_instance_and_logged_once_with_its_stack(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer is known to cause one, so that the summing up of Radarr's queue has one here."""

    def broken(downloads: Any, *rest: Any, **marks: Any) -> Summary:
        if any(download.key.instance == "radarr" for download in downloads):
            raise LookupError(SECRET)
        return summary_of(downloads, *rest, **marks)

    await stage.showing(downloading(HEAT))
    for new in (ALIEN, DUNE):
        stage.radarr.queue.append(downloading(new))
        with monkeypatch.context() as patch:
            patch.setattr("discarr.tracking.instance.summary_of", broken)
            stage.sonarr.queue = [downloading(HARBOUR, episodes=HARBOUR.season(1, 1))]
            await stage.shows("Heat", "**Radarr** caused an internal error", "Harbour Lights")
            await stage.passes(300)
        await stage.shows(new.title, ALL_WELL)

    assert stage.tracebacks == ["discarr.arr.isolation"] * 4, "once in a read and in a snapshot, until it recovers"
    assert "raise LookupError" in stage.log.text and SECRET not in stage.log.text
