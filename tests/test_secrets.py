"""Everything that the program writes in a life full of trouble is searched for what nobody may read."""

import json
from pathlib import Path

import pytest

from discarr.commands import log_as_set
from discarr.demo.arr.situations import downloading, import_blocked
from discarr.demo.discord import discord_error
from discarr.demo.session import settings_for
from discarr.logs import LineFormatter, log_to_stderr
from discarr.settings import settings_from
from tests.approved import shown
from tests.stage import DUNE, HEAT, Stage
from tests.support.discord_faults import answered
from tests.support.faults import answering, only_for
from tests.virtual_time import jumping

HOST = "localhost"
"""Of both apps. Discord's address is another, 127.0.0.1, so that only theirs is found."""
SERVERS = ("aiohttp.server", "aiohttp.access", "discarr.demo")


def with_secrets_in_everything(stage: Stage) -> str:
    """Have the apps send their secrets wherever they can, as apps, proxies and trackers do; a text full of them."""
    for app in (stage.radarr, stage.sonarr):
        stage.settings[f"{app.service.upper()}_URL"] = app.url.replace("127.0.0.1", HOST)
    url, key = stage.settings["RADARR_URL"], stage.radarr.api_key
    leak = f"GET {url}/api/v3/queue?apikey={key} X-Api-Key: {stage.sonarr.api_key}"
    stage.radarr.queue += [
        downloading(HEAT),
        downloading(title=f"Trying to fetch NZB from {url}/getnzb/{key}?i=1"),
        import_blocked(
            DUNE, messages=((leak, (leak,)),), error=leak, output_path=f"/data/{HOST}/Dune", indexer=f"{url}/{key}"
        ),
    ]
    stage.sonarr.fault = answering(500, json.dumps({"message": leak}))
    return leak


async def a_life_full_of_trouble(stage: Stage, leak: str) -> None:
    """An app with errors, a removal that fails, one that works, Discord's own trouble, a login page."""
    await stage.discord.gateway.wait_connected(60)
    await stage.shows(shown("outage/server-error"), "Heat (1995)")
    stage.radarr.fault = only_for("DELETE", answering(500, json.dumps({"message": leak, "description": leak})))
    await stage.remove(stage.discord.admin, "Heat (1995)")
    stage.radarr.fault = None
    await stage.remove(stage.discord.admin, "an NZB from an address")
    await stage.shows(f"<@{stage.discord.admin.id}>")

    refusals = iter([discord_error(500, 0, "500: Internal Server Error")])
    stage.discord.fault = answered(lambda _: next(refusals, None))
    login = f"{stage.settings['RADARR_URL']}/login?apikey={stage.radarr.api_key}"
    stage.radarr.fault = answering(302, leak, headers={"Location": login})
    await stage.shows(shown("outage/login-page"))


@jumping
async def test_no_secret_is_in_anything_written(stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    leak, health = with_secrets_in_everything(stage), tmp_path / "health"
    settings = settings_from(settings_for(stage.discord, stage.radarr, stage.sonarr) | stage.settings)
    for logger in ("", "httpx", "discarr", "discarr.settings", "discarr.environment"):
        caplog.set_level("DEBUG", logger)  # undone after the test, as what the program sets
    log_to_stderr("INFO")
    log_as_set(settings.model_copy(update={"log_level": "DEBUG"}))
    stage.start(health_file=health)
    await a_life_full_of_trouble(stage, leak)
    await stage.stop()

    log = [LineFormatter().format(record) for record in caplog.records if not record.name.startswith(SERVERS)]
    written = {
        "log": "\n".join(log),
        "health": health.read_text(),
        "requests": json.dumps([[each.path, dict(each.query), each.body] for each in stage.discord.requests]),
        "messages": json.dumps(stage.discord.messages),
        "repr": repr(settings),
    }
    secrets = [stage.discord.token, stage.radarr.api_key, stage.sonarr.api_key, HOST]
    assert [(where, secret) for where, text in written.items() for secret in secrets if secret in text] == []
    # Whoever has the token of a press can answer it in the bot's name, for 15 minutes.
    presses = stage.discord.interactions.presses.values()
    assert [press.token in written["log"] for press in presses] == [False] * 4
    assert {"discarr", "discarr.tracking.instance", "discord.gateway"} <= {record.name for record in caplog.records}
