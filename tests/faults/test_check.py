"""`discarr check`: each ✓ and each ✗, the exit code, and never a word to the gateway."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from discarr.commands import check_all
from discarr.demo.arr.faults import answering, hanging
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import json_answer, too_many_requests
from discarr.demo.show import settings_for
from discarr.settings import settings_from
from tests.approved import approved
from tests.faults.processes import servers, started
from tests.faults.test_app_faults import TROUBLES
from tests.stage import HEAT, Stage
from tests.virtual_time import jumping

INVITE = "https://discord.com/oauth2/authorize?client_id="
NEEDS = ["View Channel", "Send Messages", "Embed Links", "Read Message History", "Pin Messages"]


class Looked:
    """What a check printed, line by line."""

    def __init__(self, code: int, printed: str) -> None:
        self.code = code
        self.lines = printed.splitlines()
        self.text = printed

    @property
    def wrong(self) -> list[str]:
        return [line for line in self.lines if line.startswith("✗")]

    def line(self, what: str) -> str:
        return next(line for line in self.lines if line[1:].strip().startswith(what))


async def look(stage: Stage, capsys: pytest.CaptureFixture[str], **settings: str) -> Looked:
    """Check between the servers of the stage."""
    capsys.readouterr()
    known = settings_for(stage.discord, stage.radarr, stage.sonarr) | settings
    code = await check_all(settings_from(known), {})
    looked = Looked(code, capsys.readouterr().out)
    assert stage.discord.identifies == [] and stage.posts == [] and stage.edits == [], "it only looks"
    assert "Traceback" not in looked.text
    assert all(secret not in looked.text for secret in (stage.discord.token, stage.radarr.api_key, "127.0.0.1"))
    return looked


@jumping
async def test_everything_right_is_a_tick_each_and_exit_0(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.radarr.queue.append(downloading(HEAT))

    looked = await look(stage, capsys)

    assert looked.code == 0 and looked.wrong == []
    assert "6.0.4.10291" in looked.line("Radarr") and "4.0" in looked.line("Sonarr")
    for what in ("Bot", "Channel", *NEEDS):
        assert looked.line(what).startswith("✓"), what
    assert f"permissions={1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 51}" in looked.text


@jumping
@pytest.mark.parametrize("name", TROUBLES)
async def test_each_trouble_of_an_app_is_a_cross_with_its_sentence_and_exit_2(
    name: str, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    trouble, key = TROUBLES[name]
    async with trouble(stage):
        looked = await look(stage, capsys)

    assert looked.code == 2 and len(looked.wrong) == 1
    assert name == "wrong app" or approved(f"outage/{key}") in looked.line("Radarr"), looked.line("Radarr")
    assert looked.line("Sonarr").startswith("✓")


@jumping
@pytest.mark.parametrize("name", NEEDS)
async def test_each_missing_permission_is_named_with_what_to_do(
    name: str, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.discord.take(name.lower().replace(" ", "_"))

    looked = await look(stage, capsys)

    if name == "View Channel":  # nothing else can be seen then
        assert "View Channel" in looked.line("Channel") and looked.wrong
    elif name == "Pin Messages":
        assert looked.line(name).startswith("–") and looked.code == 0, "it works unpinned"
        return
    else:
        assert looked.line(name).startswith("✗") and looked.line(name) in approved("check/permissions")
    assert looked.code == 2
    assert INVITE in looked.text


@jumping
async def test_a_wrong_token_a_wrong_channel_and_two_dead_apps_are_told_at_once(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.radarr.stop()
    stage.sonarr.fault = answering(401)

    looked = await look(stage, capsys, DISCORD_TOKEN="wrong")

    assert looked.code == 2 and [line.split()[1] for line in looked.wrong] == ["Radarr", "Sonarr", "Bot"]
    assert "DISCORD_TOKEN" in looked.line("Bot")


@jumping
async def test_an_unknown_channel_is_told_with_what_to_do(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    looked = await look(stage, capsys, DISCORD_CHANNEL_ID="123")

    assert looked.code == 2 and "DISCORD_CHANNEL_ID" in looked.line("Channel") and INVITE in looked.text


@jumping
@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_discord_in_trouble_is_told_as_that(
    status: int, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(request: web.Request, route: str) -> web.StreamResponse | None:
        return too_many_requests(100) if status == 429 else web.Response(status=status)

    stage.discord.fault = broken

    looked = await look(stage, capsys)

    assert looked.code == 2 and looked.line("Bot").startswith("✗")
    assert "DISCORD_TOKEN" not in looked.line("Bot"), "the token is not to blame"


@jumping
async def test_a_check_of_what_hangs_ends(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    async def hung(request: web.Request, route: str) -> web.StreamResponse | None:
        await asyncio.sleep(100_000)
        return None

    stage.discord.fault = hung
    stage.radarr.fault = hanging(asyncio.Event())
    began = stage.clock.monotonic()

    looked = await look(stage, capsys)

    assert looked.code == 2 and len(looked.wrong) == 2
    assert stage.clock.monotonic() - began <= 100


@jumping
async def test_presses_that_go_elsewhere_are_told(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    async def elsewhere(request: web.Request, route: str) -> web.StreamResponse | None:
        if not route.endswith("applications/@me"):
            return None
        wire = stage.discord.guild.application_wire() | {"interactions_endpoint_url": "https://example.org/x"}
        return json_answer(wire)

    stage.discord.fault = elsewhere

    looked = await look(stage, capsys)

    assert looked.code == 2 and looked.line("Presses").startswith("✗")


async def test_the_command_ends_with_0_or_2_and_says_nothing_but_its_table(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        good, bad, none = [
            await started(tmp_path, server, *apps, arguments=("check",), **changes)
            for changes in ({}, {"RADARR_API_KEY": "wrong"}, {"RADARR_API_KEY": ""})
        ]
        results = {process: await process.communicate() for process in (good, bad, none)}

        assert [process.returncode for process in (good, bad, none)] == [0, 2, 2]
        assert [results[process][1].decode() for process in (good, bad)] == ["", ""]
        assert "✗ Radarr" in results[bad][0].decode()
        assert "RADARR_API_KEY" in results[none][1].decode()
        assert server.identifies == []
