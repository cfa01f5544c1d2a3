"""Discord behind a proxy: REST and gateway go through it, the apps do not.

The proxy is a line to the loopback Discord. aiohttp asks a proxy for a plain `http` or `ws` address by its absolute URL
(`ClientRequest.update_path` in client_reqrep.py), which a server takes as well as a path (RFC 9112, section 3.2.2).
"""

import os
from pathlib import Path

import pytest

from discarr.__main__ import main
from discarr.bot._discord_internals import redirected_to
from discarr.demo.arr.situations import downloading
from tests.faults.tools import Line
from tests.stage import HEAT, Stage, text_of
from tests.support.program import REAL_PATIENCE, finished, servers, started

SETTINGS = {
    "DISCORD_TOKEN": "token",
    "DISCORD_CHANNEL_ID": "123456789012345678",
    "RADARR_URL": "http://127.0.0.1:7878",
    "RADARR_API_KEY": "0" * 32,
}


@pytest.mark.parametrize("credentials", ["", "user:pass%20word@"])
async def test_rest_and_gateway_both_take_the_proxy(credentials: str, stage: Stage) -> None:
    async with Line(stage.discord.port).laid() as line:
        stage.proxy = f"http://{credentials}127.0.0.1:{line.port}"
        with redirected_to("http://discord.invalid/api/v10", "ws://gateway.discord.invalid/gateway"):
            await stage.showing(downloading(HEAT))

            press = await stage.ask(stage.discord.admin, "Heat (1995)")
            assert press.modal is not None
            await stage.stop()


async def test_the_programs_environment_names_the_proxy_which_the_apps_do_not_take(tmp_path: Path) -> None:
    async with servers() as (server, *apps), Line(server.port).laid() as line:
        proxy = {"ALL_PROXY": f"http://127.0.0.1:{line.port}"}
        process = await started(tmp_path, server, *apps, host="discord.invalid", settings=proxy)
        await server.gateway.wait_connected(REAL_PATIENCE)
        assert "Heat" in text_of(server.messages[0])

        process.terminate()
        assert (await finished(process))[0] == 0
        assert "offline since" in text_of(server.messages[0])


@pytest.mark.parametrize("arguments", [[], ["check"]], ids=["run", "check"])
def test_a_socks_proxy_is_a_mistake_in_the_settings(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", SETTINGS | {"ALL_PROXY": "socks5://user:secret@127.0.0.1:9050"})

    assert main(arguments) == 2

    output, errors = capsys.readouterr()
    assert "ALL_PROXY names a socks proxy" in errors and "secret" not in errors + output
