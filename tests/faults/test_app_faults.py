"""Radarr in trouble: its rows stay and say why, Sonarr goes on, the log says it once.

Some troubles go through the whole bot. The sentence of each is proved in tests/test_failures.py, when it is an outage
in tests/test_instance.py, and what becomes of odd records in tests/test_bodies.py and tests/test_parsing.py.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import yarl

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from tests.approved import approved, outage
from tests.stage import HARBOUR, HEAT, Stage
from tests.support.apps import TLS, certificate
from tests.support.faults import answering, hanging, starting_up
from tests.support.phrases import ALL_WELL, STALE
from tests.support.strict_arr import StrictArr

type Trouble = Callable[[Stage], AbstractAsyncContextManager[None]]


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
async def another_app(stage: Stage) -> AsyncIterator[None]:
    """Sonarr at Radarr's address, with the same key."""
    await stage.radarr.stop()
    port, clock = yarl.URL(stage.radarr.url).port or 0, stage.radarr.clock
    async with LoopbackArr("sonarr", port=port, api_key=stage.radarr.api_key, clock=clock) as other:
        other.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(8, 1)))
        yield
    await stage.radarr.start()


TROUBLES: dict[str, tuple[Trouble, str]] = {
    "refused": (refused, "nothing-listens"),
    "read timeout": (answered(hanging(asyncio.Event())), "no-answer"),
    "401": (answered(answering(401)), "key-rejected"),
    "500": (answered(answering(500)), "server-error"),
    "503 starting": (answered(starting_up("Radarr")), "starting"),
    "wrong app": (another_app, "wrong-app"),
}


@pytest.mark.parametrize("name", TROUBLES)
async def test_trouble_keeps_the_rows_and_has_its_own_sentence(name: str, stage: Stage) -> None:
    trouble, key = TROUBLES[name]
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
    # One lost read is no outage; what one read proves is shown with the next one.
    assert shown_after <= (35 if name == "401" else 140)


async def test_a_certificate_needs_to_be_known_or_named_or_not_to_matter(stage: Stage) -> None:
    async with StrictArr("radarr", clock=stage.radarr.clock, ssl_context=certificate()) as encrypted:
        encrypted.queue.append(downloading(HEAT))
        for verify, shown in {
            "true": outage("unknown-ca"),
            "false": "Heat (1995)",
            str(TLS / "certificate.pem"): "Heat (1995)",
        }.items():
            stage.start(RADARR_URL=encrypted.url, RADARR_VERIFY_TLS=verify)
            await stage.shows(shown)
            await stage.stop()
