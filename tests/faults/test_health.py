"""What a container asks: is the bot well? An app that is down is no illness of ours."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web

from discarr.clock import Clock
from discarr.health import Health, health_file, illness, report
from tests.faults.processes import servers, started
from tests.faults.tools import bot_on, said
from tests.stage import Stage
from tests.virtual_time import jumping

UNREAD, UNACCEPTED, UNCONNECTED = "queues were not read", "Discord has not accepted", "gateway is not connected"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "health.json"


def wrong(stage: Stage, file: Path) -> str:
    """What a health check says at this moment."""
    return illness(file, stage.clock.monotonic())


@jumping
async def test_a_bot_that_works_is_well_also_while_both_apps_are_down(stage: Stage, file: Path) -> None:
    async with bot_on(stage, health_file=file):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.discord.gateway.wait_connected(20)
        await stage.passes(10)
        assert wrong(stage, file) == ""

        await stage.radarr.stop()
        await stage.sonarr.stop()
        for _ in range(60):
            await stage.passes(30)
            assert wrong(stage, file) == ""
    await stage.passes(120)
    assert UNREAD in wrong(stage, file), "a bot that is gone is not well for long"


@jumping
@pytest.mark.parametrize("interval", [60, 295, 300])
async def test_a_quiet_bot_is_well_at_every_moment_whatever_its_interval(
    interval: int, stage: Stage, file: Path
) -> None:
    stage.discord.fault = _slow
    async with bot_on(stage, health_file=file, settings={"CHECK_INTERVAL": str(interval)}):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.discord.gateway.wait_connected(20)
        await stage.passes(10)
        for _ in range(120):
            await stage.passes(13)
            assert wrong(stage, file) == ""


@jumping
async def test_edits_that_discord_does_not_take_make_it_ill_after_ten_minutes(stage: Stage, file: Path) -> None:
    async with bot_on(stage, health_file=file):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.passes(60)

        stage.discord.fault = _broken
        await stage.passes(500)
        assert wrong(stage, file) == ""
        await stage.passes(150)
        assert UNACCEPTED in wrong(stage, file)

        stage.discord.fault = None
        await stage.passes(60)
        assert wrong(stage, file) == ""


async def _slow(request: web.Request, route: str) -> web.StreamResponse | None:
    await asyncio.sleep(0.5)
    return None


async def _broken(request: web.Request, route: str) -> web.StreamResponse | None:
    return web.Response(status=503)


@jumping
async def test_a_gateway_that_is_away_makes_it_ill_until_it_is_back(stage: Stage, file: Path) -> None:
    async with bot_on(stage, health_file=file):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.passes(60)

        await stage.discord.gateway.refuse()
        await stage.discord.gateway.drop()
        await stage.passes(60)
        assert UNCONNECTED in wrong(stage, file)

        await stage.discord.gateway.refuse(refusing=False)
        await stage.passes(240)
        assert wrong(stage, file) == ""


@jumping
async def test_a_reader_that_fails_makes_it_ill_after_three_intervals(stage: Stage, file: Path) -> None:
    broken: list[bool] = []

    def now() -> datetime:
        caller = asyncio.current_task()
        if broken and caller is not None and caller.get_name().startswith("read "):
            raise ZeroDivisionError
        return stage.clock.now()

    async with bot_on(stage, health_file=file, clock=Clock(now=now, monotonic=stage.clock.monotonic)):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.passes(60)

        broken.append(True)
        await stage.passes(60)
        assert wrong(stage, file) == ""
        await stage.passes(90)
        assert UNREAD in wrong(stage, file)

        broken.clear()
        await stage.passes(31)
        assert wrong(stage, file) == ""


@jumping
async def test_a_folder_that_cannot_be_written_is_said_once_and_healed(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    folder = tmp_path / "tmpfs"
    async with bot_on(stage, health_file=folder / "health.json"):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.passes(200)
        assert len([text for text in said(caplog, "WARNING") if "healthcheck" in text]) == 1
        assert "no bot has told" in wrong(stage, folder / "health.json")

        folder.mkdir()
        await stage.passes(60)
        assert wrong(stage, folder / "health.json") == ""
    assert "How the bot is can be written again" in said(caplog, "INFO")
    assert [each.name for each in folder.iterdir()] == ["health.json"], "nothing half-written is left"


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"interval": 30}', '{"refreshed_at": "y"}'])
def test_a_file_that_cannot_be_understood_is_ill(content: str, file: Path) -> None:
    file.write_text(content)

    assert "no bot has told" in illness(file, 0.0)


def test_a_file_of_before_the_machine_was_started_is_ill(file: Path) -> None:
    """Its clock began anew, so that the file is of the future."""
    file.write_text(json.dumps({"interval": 30.0, "refreshed_at": 1e6, "edited_at": 1e6, "connected": True}))

    assert illness(file, 100.0) != ""


def test_a_bot_that_never_edited_is_not_said_to_have_done_so_minutes_ago(file: Path) -> None:
    report(Health(interval=30.0, refreshed_at=95.0, edited_at=float("-inf"), connected=False), file)

    assert "yet" in illness(file, 100.0) and "minutes" not in illness(file, 100.0)


@pytest.mark.parametrize("heavy", ["discord", "httpx", "aiohttp"])
def test_a_health_check_loads_nothing_heavy(heavy: str, tmp_path: Path) -> None:
    ran = _healthcheck(tmp_path, "-X", "importtime")

    assert "discarr.health" in ran.stderr
    assert not [line for line in ran.stderr.splitlines() if line.rpartition("|")[2].strip() == heavy]


def test_without_a_bot_a_health_check_says_so_and_fails(tmp_path: Path) -> None:
    ran = _healthcheck(tmp_path)

    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.startswith("Not well: no bot has told how it is")


async def test_beside_a_bot_a_health_check_is_well(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps)
        async with asyncio.timeout(20):
            await server.changes.until(lambda: len(server.pinned) == 1)
            while (ran := await asyncio.to_thread(_healthcheck, tmp_path)).returncode:
                assert "presses do not arrive" in ran.stdout or "accepted" in ran.stdout, ran.stdout
        process.terminate()
        await process.communicate()

    assert ran.stdout == "Well\n"
    assert [each.name for each in tmp_path.iterdir()] == [health_file().name]


def _healthcheck(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "TMPDIR": str(folder)}
    command = [sys.executable, *options, "-m", "discarr", "healthcheck"]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
