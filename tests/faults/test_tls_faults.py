"""An app behind TLS with a certificate that nobody knows. Each fault of TLS is proved in tests/test_failures.py."""

import aiohttp
import pytest

from discarr.bot.network import ClockSkew, client_options
from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading
from tests.approved import outage
from tests.faults.tools import assert_nothing_leaked, port_of
from tests.stage import HARBOUR, HEAT, Stage
from tests.support.apps import TLS, certificate
from tests.support.clocks import NOON
from tests.support.phrases import RADARR_WELL, STALE
from tests.support.strict_arr import StrictArr

CERTIFICATE = TLS / "certificate.pem"


async def test_a_certificate_needs_to_be_known_and_a_port_that_stops_speaking_tls_keeps_its_rows(stage: Stage) -> None:
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    async with StrictArr("radarr", clock=stage.radarr.clock, ssl_context=certificate()) as encrypted:
        encrypted.queue.append(downloading(HEAT))
        stage.start(RADARR_URL=encrypted.url)
        await stage.shows(outage("unknown-ca"), "Harbour Lights")
        await stage.passes(200)
        await stage.stop()
        assert len(stage.warnings) == 1

        stage.start(RADARR_URL=encrypted.url, RADARR_VERIFY_TLS="false")
        await stage.shows("Heat (1995)", RADARR_WELL)
        await stage.stop()
        stage.start(RADARR_URL=encrypted.url, RADARR_VERIFY_TLS=str(CERTIFICATE))
        await stage.shows("Heat (1995)", RADARR_WELL)
        await stage.passes(65)
        await encrypted.stop()
        async with LoopbackArr("radarr", port=port_of(encrypted), clock=encrypted.clock):
            await stage.shows(outage("no-tls"), "Heat (1995)", STALE, "Harbour Lights")
            await stage.passes(200)
        await stage.stop()

    assert len(stage.warnings) == 2
    assert_nothing_leaked(stage)


async def test_a_ca_that_the_environment_names_is_trusted_where_discord_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    options = client_options(None, ClockSkew(lambda: NOON))

    async with (
        StrictArr("radarr", ssl_context=certificate()) as server,
        aiohttp.ClientSession(connector=options["connector"]) as http,
        http.get(f"{server.url}/ping") as answer,
    ):
        assert answer.status == 200
