"""`discarr check`: each ✓ and each ✗ that is not among the approved sentences, and never a word to the gateway."""

import json
import resource
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from discarr.clock import Clock
from discarr.commands import check_all
from discarr.demo.arr.records import TIB, root_folder
from discarr.demo.discord import Fault
from discarr.demo.session import settings_for
from discarr.settings import settings_from
from tests.stage import Stage
from tests.support import discord_faults as wrong
from tests.support.any_guild import ANNOUNCEMENT, FORUM, PUBLIC_THREAD
from tests.support.discord_faults import CHANNEL, answering_with
from tests.support.faults import answering, hanging
from tests.support.program import finished, servers, started
from tests.test_dashboard import MARKED


def mistakes(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("✗")]


def about(what: str, lines: list[str]) -> str:
    return next(line for line in lines if line[1:].strip().startswith(what))


type Look = Callable[..., Awaitable[list[str]]]


@pytest.fixture
def look(stage: Stage, capsys: pytest.CaptureFixture[str]) -> Look:
    """Check between the servers of the stage, with these settings; what that prints, line by line."""

    async def check(clock: Clock | None = None, **settings: str) -> list[str]:
        capsys.readouterr()
        known = settings_for(stage.discord, stage.radarr, stage.sonarr) | settings
        code = await check_all(settings_from(known), clock or stage.clock)
        printed = capsys.readouterr().out
        lines = printed.splitlines()
        assert code == (2 if mistakes(lines) else 0)
        assert stage.discord.identifies == [] and stage.posts == [] and stage.edits == [], "it only looks"
        assert "Traceback" not in printed
        assert all(secret not in printed for secret in (stage.discord.token, stage.radarr.api_key, "127.0.0.1"))
        return lines

    return check


async def test_an_announcement_channel_will_do_and_the_dashboard_is_found_also_without_its_pins(
    stage: Stage, look: Look
) -> None:
    stage.discord.guild.channel_type = ANNOUNCEMENT
    lines = await look()
    assert lines[-1] == "Ready." and "20022" in about("Channel", lines)
    assert len([each for each in stage.discord.requests if each.route.endswith("/pins")]) == 1

    await stage.post_as_bot(MARKED)
    for fault in (None, answering_with(b"[]", wrong.PINS)):
        stage.discord.fault = fault
        assert about("Dashboard", await look()) == "✓ Dashboard              found"


@pytest.mark.parametrize(
    "fault",
    [
        *map(wrong.fault, ("429 for 45 s", "a login page with 401", "a login text with 401", "hang")),
        answering_with(wrong.UNREADABLE["null"], ("GET", "/users/@me")),
    ],
)
async def test_the_token_is_not_to_blame_for_a_discord_in_trouble_and_what_hangs_is_waited_for_in_vain(
    fault: Fault, stage: Stage, look: Look
) -> None:
    stage.discord.fault, stage.radarr.fault = fault, hanging
    began = stage.clock.monotonic()

    lines = await look()

    assert mistakes(lines) == [about("Radarr", lines), about("Bot", lines)]
    assert "DISCORD_TOKEN" not in about("Bot", lines)
    assert stage.clock.monotonic() - began <= 100


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_what_stops_the_run_stops_the_check(status: int, stage: Stage, look: Look) -> None:
    for call in (CHANNEL, wrong.HISTORY):
        stage.discord.fault = wrong.without_code(status, call)
        assert len(mistakes(await look())) == 1
    stage.start()
    await stage.passes(60)
    assert stage.posts == []


async def test_what_keeps_the_bot_out_or_from_its_dashboard_is_named(stage: Stage, look: Look) -> None:
    application = json.dumps(stage.discord.guild.application_wire() | {"bot_require_code_grant": True}).encode()
    stage.discord.fault = answering_with(application, ("GET", "/oauth2/applications/@me"))
    [mistake] = mistakes(await look())
    assert "code grant" in mistake
    stage.discord.fault = None

    stage.discord.guild.channel_type = FORUM
    lines = await look()
    assert mistakes(lines) == [about("Channel", lines)]
    assert "DISCORD_CHANNEL_ID is the id of a forum" in mistakes(lines)[0]
    assert "/oauth2/authorize?client_id=" in str(lines)

    stage.discord.guild.channel_type = PUBLIC_THREAD
    await stage.discord.take("send_messages_in_threads", "send_messages")
    clock = Clock(now=lambda: stage.clock.now() - timedelta(hours=3), monotonic=stage.clock.monotonic)
    lines = await look(clock)
    assert mistakes(lines) == [about("Clock", lines), about("Send Messages in Threads", lines)]
    assert "3 h behind" in about("Clock", lines)
    assert f"permissions={1 << 10 | 1 << 14 | 1 << 16 | 1 << 38 | 1 << 51}" in about("Invite link", lines)

    await stage.discord.give("send_messages_in_threads")
    stage.discord.guild.timed_out_until = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
    [mistake] = mistakes(await look())
    assert "timed out until 2100-01-01" in mistake


async def test_ids_that_mean_nobody_are_reported_and_who_may_remove_is_listed(stage: Stage, look: Look) -> None:
    server = stage.discord
    server.guild.change_permissions(server.guest.id, deny=["view_channel"])
    roles = [server.guild.mods_role_id, server.guild_id, server.admin.id, 12345]
    users = [server.moderator.id, server.guest.id, server.guild.mods_role_id, 54321]

    lines = await look(REMOVE_ROLE_IDS=",".join(map(str, roles)), REMOVE_USER_IDS=",".join(map(str, users)))

    reported = "\n".join(line for line in lines if "REMOVE_" in line)
    assert "the server has no role 12345" in reported
    assert f"{server.admin.id} is a user" in reported
    assert "@everyone is listed" in reported
    assert f"{server.guest.id} cannot see the channel" in reported
    assert f"{server.guild.mods_role_id} is a role" in reported
    assert "54321 is not a member" in reported
    assert str(server.moderator.id) not in reported
    assert "Manage Server, @mods, 4 of REMOVE_USER_IDS" in about("May remove", lines)
    assert lines[-1] == "3 things to fix"


async def test_the_command_ends_with_2_and_says_only_its_table_and_which_line_of_env_it_ignores(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("a line without a sign\n")
    async with servers() as (server, *apps):
        settings = {"RADARR_API_KEY": "wrong", "PYTHONIOENCODING": "latin-1"}
        process = await started(tmp_path, server, *apps, arguments=("check",), settings=settings)
        # From now on, each write to a file fails. (Python ignores the signal that comes with it.)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
        code, printed, errors = await finished(process)

    assert (code, server.identifies) == (2, [])
    [warning] = errors.splitlines()
    assert "WARNING" in warning and warning.endswith("line 1")
    lines = printed.encode().decode("unicode_escape").splitlines()  # the marks are not in Latin-1
    assert [line.split()[1] for line in mistakes(lines)] == ["Radarr"]
    assert [line.split()[0] for line in lines if "healthcheck" in line] == ["–"], "no mistake"


async def test_what_an_app_reports_is_printed_and_is_no_reason_to_fail(stage: Stage, look: Look) -> None:
    secret = "http://sab.internal:8080/api?apikey=00112233445566778899aabbccddeeff at /data/media/movies"
    sources = ("RootFolderCheck", "UpdateCheck", "SomethingNewCheck")
    stage.radarr.health = [{"source": source, "type": "error", "message": secret} for source in sources]
    stage.radarr.root_folders = [root_folder(1, "/data/media/movies", TIB), root_folder(2, "/gone", None)]

    async def says_nothing(request: web.Request) -> web.StreamResponse | None:
        return await answering(500)(request) if request.path.endswith(("/rootfolder", "/health")) else None

    stage.sonarr.fault = says_nothing

    lines = await look()

    assert mistakes(lines) == []
    printed = [" ".join(line.split()) for line in lines]
    for line in (
        "– Health a library folder is missing",
        "✓ Health 2 more: see System, Status in Radarr",
        "– Free space Library folder 2: missing, or too slow to answer",
        "– Health unknown",
        "– Free space unknown",
    ):
        assert line in printed
    assert not [part for part in ("0011223344", "internal", "/data", "/gone") if part in str(lines)]
