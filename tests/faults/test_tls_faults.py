"""An app behind TLS: a certificate that nobody knows, and a port that stops speaking it."""

import ssl
from pathlib import Path

import pytest

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading
from tests.approved import outage
from tests.faults.tools import assert_nothing_leaked, bot_on, port_of, said
from tests.stage import HARBOUR, HEAT, Stage
from tests.support.phrases import ALL_WELL, RADARR_WELL, STALE
from tests.virtual_time import jumping

pytestmark = jumping

TLS = Path(__file__).parents[1] / "fixtures" / "tls"
CERTIFICATE = TLS / "certificate.pem"
UNKNOWN_CA, NO_TLS = outage("unknown-ca"), outage("no-tls")


@pytest.fixture
def encrypted(stage: Stage) -> LoopbackArr:
    """A Radarr of which the certificate is its own; it takes the place of the stage's."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, TLS / "key.pem")
    app = LoopbackArr("radarr", clock=stage.radarr.clock, ssl_context=context)
    app.queue.append(downloading(HEAT))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    return app


async def test_a_certificate_that_nobody_knows_is_told_at_once(
    encrypted: LoopbackArr, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "discarr")
    async with encrypted:
        async with bot_on(stage, settings={"RADARR_URL": encrypted.url}):
            await stage.shows(UNKNOWN_CA, "Harbour Lights")
            await stage.passes(200)

        assert len(said(caplog, "WARNING", "ERROR")) == 1
        assert_nothing_leaked(stage, caplog)
        for verify in (str(CERTIFICATE), "false"):
            async with bot_on(stage, settings={"RADARR_URL": encrypted.url, "RADARR_VERIFY_TLS": verify}):
                await stage.shows("Heat (1995)", RADARR_WELL)


async def test_a_port_that_stops_speaking_tls_keeps_its_rows_and_is_told_once(
    encrypted: LoopbackArr, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    async with encrypted:
        address = {"RADARR_URL": encrypted.url, "RADARR_VERIFY_TLS": str(CERTIFICATE)}
        async with bot_on(stage, settings=address):
            await stage.shows("Heat (1995)", RADARR_WELL)
            await stage.passes(65)
            caplog.clear()

            await encrypted.stop()
            async with LoopbackArr("radarr", port=port_of(encrypted), clock=encrypted.clock):
                await stage.shows(NO_TLS, "Heat (1995)", STALE, "Harbour Lights")
                await stage.passes(200)
            await encrypted.start()
            await stage.shows(ALL_WELL, "Heat (1995)")

            assert len(said(caplog, "WARNING", "ERROR")) == 1
            assert len(said(caplog, "INFO")) == 1
            assert_nothing_leaked(stage, caplog)
