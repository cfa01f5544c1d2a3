"""What a container asks: is the bot well? An app that is down is no illness of the bot."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web

from discarr.__main__ import main
from discarr.bot.content import TROUBLE
from discarr.clock import Clock
from discarr.demo.arr.situations import paused
from discarr.health import Health, health_file, illness, report
from tests.approved import approved
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import answered
from tests.support.faults import slow
from tests.support.program import finished, pinned, servers, started

UNACCEPTED, UNCONNECTED, NO_FILE = (approved(f"health/{key}") for key in ("not-accepted", "not-connected", "no-file"))
WELL = Health(1e9, 0.0, 0.0, connected=True)
CHANNEL = 123456789012345678


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "health.json"


def wrong(stage: Stage, file: Path) -> str:
    """What a health check says at this moment."""
    return illness(file, stage.clock.monotonic())


async def stays_well(stage: Stage, file: Path, seconds: float, *, every: float = 0) -> None:
    """At its end, and at each of these steps."""
    for _ in range(round(seconds / every) if every else 1):
        await stage.passes(every or seconds)
        assert wrong(stage, file) == ""


async def test_a_bot_is_well_at_every_moment_while_it_works_and_ill_while_it_cannot_report_edit_connect_or_read(
    stage: Stage, tmp_path: Path
) -> None:
    folder, broken = tmp_path / "tmpfs", list[bool]()
    file = folder / "health.json"

    def now() -> datetime:
        caller = asyncio.current_task()
        if broken and caller is not None and caller.get_name().startswith("read "):
            raise ZeroDivisionError("the clock fell off the wall")
        return stage.clock.now()

    stage.radarr.queue.append(paused(HEAT))
    stage.discord.fault = answered(slow(0.5))
    stage.start(health_file=file, clock=Clock(now=now, monotonic=stage.clock.monotonic))
    await stage.shows("Heat (1995)")
    await stage.discord.gateway.wait_connected(20)
    await stage.passes(200)
    assert len([text for text in stage.warnings if "healthcheck" in text]) == 1
    assert wrong(stage, file).startswith(f"{NO_FILE}; nothing can be written")
    said = stage.said("INFO")
    folder.mkdir()
    await stays_well(stage, file, 60)
    assert len(stage.said("INFO")) == len(said) + 1
    await stays_well(stage, file, 1300, every=13)

    stage.radarr.queue.append(paused(ALIEN))
    await stage.shows("Alien (1979)")
    stage.discord.fault = answered(lambda _: web.Response(status=503))
    await stays_well(stage, file, 580)
    await stage.passes(70)
    assert wrong(stage, file) == UNACCEPTED
    stage.discord.fault = None
    await stays_well(stage, file, 60)

    await stage.discord.gateway.refuse()
    await stage.discord.gateway.send("READY", {})
    await stage.passes(1)
    assert wrong(stage, file) == UNCONNECTED, "also where the connection breaks without a word"
    await stage.discord.gateway.refuse(refusing=False)
    await stays_well(stage, file, 20)

    stage.log.clear()
    broken.append(True)
    await stays_well(stage, file, 50)
    assert TROUBLE not in stage.text, "twice is not yet shown"
    await stage.shows(TROUBLE, "Heat (1995)")
    await stage.passes(30)
    assert wrong(stage, file) not in ("", UNACCEPTED, UNCONNECTED), "after three intervals"
    assert "ZeroDivisionError: the clock fell off the wall" in stage.log.text
    broken.clear()
    await stage.lacks(TROUBLE)
    await stays_well(stage, file, 31)

    await stage.radarr.stop()
    await stage.sonarr.stop()
    await stays_well(stage, file, 600, every=30)
    await stage.stop()
    await stage.passes(100)
    assert wrong(stage, file) not in ("", UNACCEPTED, UNCONNECTED), "a bot that is gone is not well for long"
    assert list(folder.iterdir()) == [file], "nothing half-written is left"


# The file


def test_a_file_that_cannot_be_understood_or_is_of_before_the_machine_was_started_is_ill(file: Path) -> None:
    """A machine's clock begins again when it starts: the file is of the future then."""
    odd_processes: tuple[object, ...] = ("1", 1e99, 10**40, None, [])
    odd_fields: list[dict[str, object]] = [{"process": odd} for odd in odd_processes]
    odd_fields += [{"interval": "x"}, {"refreshed_at": []}, {"refreshed_at": 1e6, "edited_at": 1e6}, {"more": 1}]
    no_reports = ("", "{", "[]", "null", "1", '{"interval": 30}', '{"refreshed_at": "y"}', "\0" * 100, "\udcff")
    for content in (*no_reports, *(json.dumps(asdict(WELL) | odd) for odd in odd_fields)):
        file.write_text(content, errors="surrogateescape")
        assert illness(file, 1.0).startswith("no health report"), content


def test_a_bot_is_ill_until_it_has_read_and_edited_for_the_first_time_and_was_so_recently(file: Path) -> None:
    never = Health(30.0, None, None, connected=True)
    report(never, file)
    assert json.loads(file.read_text()) == asdict(never)
    for refreshed, edited, ill in (None, None, True), (910, None, True), (910, 400, False), (909, 400, True):
        report(replace(never, refreshed_at=refreshed, edited_at=edited), file)
        assert (illness(file, 1000.0) != "") is ill


def become_another(monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: user)


def test_a_link_in_the_place_of_the_file_is_replaced_and_what_is_no_file_or_anothers_is_not_read(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, pipe, folder = tmp_path / "theirs", tmp_path / "pipe", tmp_path / "folder"
    report(WELL, theirs)
    assert illness(theirs, 1.0) == ""
    file.symlink_to(theirs)
    assert illness(file, 1.0) == NO_FILE

    report(replace(WELL, connected=False), file)
    assert (illness(theirs, 1.0), file.is_symlink()) == ("", False)
    assert illness(file, 1.0) == UNCONNECTED
    assert file.stat().st_mode & 0o777 == 0o600

    os.mkfifo(pipe)
    assert illness(pipe, 0.0) == NO_FILE
    folder.mkdir()
    with pytest.raises(OSError):
        report(WELL, folder)
    assert sorted(tmp_path.iterdir()) == [folder, file, pipe, theirs], "nothing is left behind"

    become_another(monkeypatch)
    assert illness(theirs, 1.0) == NO_FILE


# The folder


@pytest.mark.parametrize(
    ("runtime", "is_ours", "used"),
    [
        ("{}/runtime", True, "runtime"),
        ("{}/runtime", False, "."),
        *((runtime, True, ".") for runtime in ("", "runtime", "{}/none", "{}/file")),
    ],
)
def test_the_file_is_in_the_users_own_runtime_folder_or_else_among_the_temporary_ones(
    runtime: str, is_ours: bool, used: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sudo` can leave the folder of the user who called it."""
    (tmp_path / "runtime").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime.format(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    if not is_ours:
        become_another(monkeypatch)

    assert health_file(CHANNEL).parent == tmp_path / used
    assert health_file(CHANNEL) != health_file(CHANNEL + 1)


# The command


WELL_SAID = "Well\n"
NOT_FOUND = "Not well: DISCORD_CHANNEL_ID"


@pytest.mark.parametrize(
    ("variables", "line", "output"),
    [
        ({"DISCORD_CHANNEL_ID": f"{CHANNEL}"}, "", WELL_SAID),
        ({"DISCORD_CHANNEL_ID_FILE": "secret"}, "", WELL_SAID),
        ({}, f"export DISCORD_CHANNEL_ID='{CHANNEL}' # mine", WELL_SAID),
        ({}, "DISCORD_CHANNEL_ID_FILE=secret", WELL_SAID),
        ({"DISCORD_CHANNEL_ID": f"{CHANNEL + 1}"}, "", "Not well: no health report"),
        ({}, "", NOT_FOUND),
        ({"DISCORD_CHANNEL_ID": "general"}, "", NOT_FOUND),
        ({"DISCORD_CHANNEL_ID": "9" * 5000}, "", NOT_FOUND),
        ({"DISCORD_CHANNEL_ID": "1", "DISCORD_CHANNEL_ID_FILE": "2"}, "", NOT_FOUND),
    ],
)
def test_a_health_check_finds_the_channel_or_says_what_is_wrong(
    variables: Mapping[str, str],
    line: str,
    output: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in [name for name in os.environ if "DISCORD" in name or name == "XDG_RUNTIME_DIR"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    now = time.monotonic()
    report(Health(1e6, now, now, connected=True), health_file(CHANNEL))
    (tmp_path / "secret").write_bytes(f"{CHANNEL}\r\n".encode("utf-16"))
    (tmp_path / ".env").write_bytes(f"\ufeffLOG_LEVEL=DEBUG\r\n{line}\r\n".encode())
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    code = main(["healthcheck"])

    said, errors = capsys.readouterr()
    assert said.startswith(output) and (code, errors) == (output != WELL_SAID, "")


async def test_a_health_check_finds_the_bot_that_nohup_keeps_and_loads_nothing_heavy(tmp_path: Path) -> None:
    """A container asks once a minute. Nobody can read that bot's log."""
    launcher = ("sh", "-c", 'exec nohup "$@" 2>/dev/full', "sh")
    command = (sys.executable, "-X", "importtime", "-m", "discarr", "healthcheck")
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    async with servers() as (server, *apps):
        environment["DISCORD_CHANNEL_ID"] = str(server.channel_id)
        process = await started(tmp_path, server, *apps, launcher=launcher, settings={"CHECK_INTERVAL": "5"})
        await pinned(server)
        process.send_signal(signal.SIGHUP)
        requests = len(server.requests)
        await server.changes.until(lambda: len(server.requests) > requests, 60)
        async with asyncio.timeout(60):
            while True:
                asking = await create_subprocess_exec(*command, cwd=tmp_path, env=environment, stdout=PIPE, stderr=PIPE)
                code, said, imports = await finished(asking)
                if code == 0:
                    break
                assert "presses do not arrive" in said or "accepted" in said, said
        process.terminate()
        assert (await finished(process))[0] == 0

    assert said == WELL_SAID
    names = {line.rpartition("|")[2].strip() for line in imports.splitlines()}
    assert "discarr.health" in names
    assert names.isdisjoint({"discord", "httpx", "aiohttp", "pydantic", "asyncio", "ssl", "logging.config"})
    assert [each.name for each in tmp_path.iterdir()] == [health_file(server.channel_id).name]
