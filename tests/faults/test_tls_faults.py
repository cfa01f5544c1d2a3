"""An app behind TLS with a certificate that nobody knows. Each fault of TLS is proved in tests/test_failures.py."""

import ssl
from pathlib import Path

import pytest

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading
from tests.approved import outage
from tests.faults.tools import assert_nothing_leaked, bot_on, port_of, said
from tests.stage import HARBOUR, HEAT, Stage
from tests.support.phrases import RADARR_WELL, STALE
from tests.support.strict_arr import StrictArr
from tests.virtual_time import jumping

TLS = Path(__file__).parents[1] / "fixtures" / "tls"
CERTIFICATE = TLS / "certificate.pem"


@jumping
async def test_a_certificate_needs_to_be_known_and_a_port_that_stops_speaking_tls_keeps_its_rows(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, TLS / "key.pem")
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    async with StrictArr("radarr", clock=stage.radarr.clock, ssl_context=context) as encrypted:
        encrypted.queue.append(downloading(HEAT))
        async with bot_on(stage, RADARR_URL=encrypted.url):
            await stage.shows(outage("unknown-ca"), "Harbour Lights")
            await stage.passes(200)
        assert len(said(caplog, "WARNING", "ERROR")) == 1

        async with bot_on(stage, RADARR_URL=encrypted.url, RADARR_VERIFY_TLS="false"):
            await stage.shows("Heat (1995)", RADARR_WELL)
        async with bot_on(stage, RADARR_URL=encrypted.url, RADARR_VERIFY_TLS=str(CERTIFICATE)):
            await stage.shows("Heat (1995)", RADARR_WELL)
            await stage.passes(65)
            await encrypted.stop()
            async with LoopbackArr("radarr", port=port_of(encrypted), clock=encrypted.clock):
                await stage.shows(outage("no-tls"), "Heat (1995)", STALE, "Harbour Lights")
                await stage.passes(200)

    assert len(said(caplog, "WARNING", "ERROR")) == 2
    assert_nothing_leaked(stage, caplog)
