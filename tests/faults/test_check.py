"""`discarr check`: each ✓ and each ✗, the exit code, and never a word to the gateway."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from discarr.clock import Clock
from discarr.commands import check_all
from discarr.demo.arr.faults import answering, hanging
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, LoopbackDiscord, json_answer, too_many_requests
from discarr.demo.discord.guild import ANNOUNCEMENT, CATEGORY, FORUM, PUBLIC_THREAD, STAGE
from discarr.demo.show import settings_for
from discarr.settings import settings_from
from tests.approved import approved
from tests.faults.processes import servers, started
from tests.faults.test_app_faults import TROUBLES
from tests.stage import HEAT, Stage
from tests.support.discord_faults import CHANNEL, HISTORY, PINS, UNREADABLE, answering_with, without_code
from tests.test_dashboard import MARKED
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


async def look(stage: Stage, capsys: pytest.CaptureFixture[str], clock: Clock | None = None, **settings: str) -> Looked:
    """Check between the servers of the stage."""
    capsys.readouterr()
    known = settings_for(stage.discord, stage.radarr, stage.sonarr) | settings
    code = await check_all(settings_from(known), {}, clock or stage.clock)
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
    stage.discord.fault = application(interactions_endpoint_url="https://example.org/x")(stage.discord)

    looked = await look(stage, capsys)

    assert looked.code == 2 and looked.line("Presses").startswith("✗")


def application(**changes: object) -> Callable[[LoopbackDiscord], Fault]:
    """The application as Discord describes it, but for this."""

    def of(server: LoopbackDiscord) -> Fault:
        async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
            if not route.endswith("applications/@me"):
                return None
            return json_answer(server.guild.application_wire() | changes)

        return fault

    return of


@jumping
async def test_a_clock_that_is_wrong_is_reported_with_how_far(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock(now=lambda: stage.clock.now() - timedelta(hours=3), monotonic=stage.clock.monotonic)

    looked = await look(stage, capsys, clock)

    assert looked.code == 2 and "3 h behind" in looked.line("Clock")


@jumping
async def test_a_required_code_grant_is_reported(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.discord.fault = application(bot_require_code_grant=True)(stage.discord)

    looked = await look(stage, capsys)

    assert looked.code == 2 and "code grant" in looked.line("Invitation")


@jumping
async def test_the_last_line_says_whether_it_is_ready(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    ready = await look(stage, capsys)
    await stage.discord.take("embed_links")
    one = await look(stage, capsys)
    stage.sonarr.fault = answering(401)
    two = await look(stage, capsys)

    assert [looked.lines[-1] for looked in (ready, one, two)] == ["Ready.", "1 thing to fix", "2 things to fix"]


@jumping
async def test_the_pins_are_read_once_and_the_dashboard_is_found(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    none = await look(stage, capsys)
    await stage.post_as_bot(MARKED)
    stage.discord.requests.clear()
    one = await look(stage, capsys)

    assert (
        "the last 1,000 messages" in none.line("Dashboard")
        and one.line("Dashboard") == "✓ Dashboard              found"
    )
    assert len([each for each in stage.discord.requests if each.route.endswith("/pins")]) == 1


@jumping
async def test_pins_that_cannot_be_read_are_no_fault_as_they_are_none_in_the_run(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.post_as_bot(MARKED)
    stage.discord.requests.clear()
    stage.discord.fault = answering_with(b"[]", PINS)

    looked = await look(stage, capsys)

    assert looked.code == 0 and looked.line("Dashboard").endswith("found")


@jumping
@pytest.mark.parametrize(("content_type", "text"), [("text/html", "<p>Sign in</p>"), ("text/plain", "Sign in")])
async def test_a_proxy_that_asks_for_a_login_is_not_taken_for_a_rejected_token(
    content_type: str, text: str, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    async def proxy(request: web.Request, route: str) -> web.StreamResponse | None:
        return web.Response(status=401, text=text, content_type=content_type)

    stage.discord.fault = proxy

    looked = await look(stage, capsys)

    assert looked.code == 2 and "DISCORD_TOKEN" not in looked.line("Bot")


@jumping
@pytest.mark.parametrize("type", [CATEGORY, FORUM, STAGE])
async def test_a_channel_that_takes_no_dashboard_is_rejected_in_the_words_of_the_run(
    type: int, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.discord.guild.channel_type = type

    looked = await look(stage, capsys)

    assert looked.code == 2 and "DISCORD_CHANNEL_ID is the id of a" in looked.line("Channel")


@jumping
async def test_the_limit_of_an_announcement_channel_is_reported_and_does_not_matter(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.discord.guild.channel_type = ANNOUNCEMENT

    looked = await look(stage, capsys)

    assert looked.code == 0 and "20022" in looked.line("Channel")


@jumping
async def test_a_thread_is_asked_for_its_own_permission_and_so_is_the_link(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.discord.guild.channel_type = PUBLIC_THREAD
    await stage.discord.take("send_messages_in_threads", "send_messages")

    looked = await look(stage, capsys)

    [wrong] = looked.wrong
    assert "Send Messages in Threads" in wrong
    assert f"permissions={1 << 10 | 1 << 14 | 1 << 16 | 1 << 38 | 1 << 51}" in looked.line("Invite link")


@jumping
async def test_a_bot_that_is_timed_out_is_reported_with_the_end_of_it_alone(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.discord.time_out(stage.discord.guild.bot, datetime(2100, 1, 1, tzinfo=UTC).timestamp())

    looked = await look(stage, capsys)

    [wrong] = looked.wrong
    assert "timed out until 2100-01-01" in wrong


@jumping
async def test_ids_that_mean_nobody_are_reported_and_who_may_remove_is_listed(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    server = stage.discord
    server.guild.change_permissions(server.guest.id, deny=["view_channel"])
    roles = [server.mods_role_id, server.guild_id, server.admin.id, 12345]
    users = [server.moderator.id, server.guest.id, server.mods_role_id, 54321]

    looked = await look(
        stage, capsys, REMOVE_ROLE_IDS=",".join(map(str, roles)), REMOVE_USER_IDS=",".join(map(str, users))
    )

    reported = "\n".join(line for line in looked.lines if "REMOVE_" in line)
    assert "the server has no role 12345" in reported
    assert f"{server.admin.id} is a user" in reported
    assert "@everyone is among them" in reported
    assert f"{server.guest.id} cannot see the channel" in reported
    assert f"{server.mods_role_id} is a role" in reported
    assert "54321 is no member" in reported
    assert str(server.moderator.id) not in reported
    assert "Manage Server, @mods, 4 of REMOVE_USER_IDS" in looked.line("May remove")
    assert looked.lines[-1] == "3 things to fix"


@jumping
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_login_that_cannot_be_read_is_a_line_of_its_own(
    body: bytes, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.discord.fault = answering_with(body, ("GET", "/users/@me"))

    looked = await look(stage, capsys)

    assert looked.code == 2 and len(looked.wrong) == 1


@jumping
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_channel_that_cannot_be_read_is_no_fault_as_it_is_none_in_the_run(
    body: bytes, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.discord.fault = answering_with(body, CHANNEL)

    looked = await look(stage, capsys, REMOVE_USER_IDS=str(stage.discord.guest.id))
    await stage.up()

    assert looked.code == 0 and looked.line("Channel").startswith("–")
    assert "REMOVE_USER_IDS" not in looked.text
    assert stage.dashboard["pinned"]


@jumping
@pytest.mark.parametrize("status", [403, 404, 500])
async def test_what_stops_the_run_stops_the_check(
    status: int, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    for call in (CHANNEL, HISTORY):
        stage.discord.fault = without_code(status, call)
        looked = await look(stage, capsys)
        assert looked.code == 2 and len(looked.wrong) == 1

    stage.start()
    await stage.passes(60)
    assert stage.posts == []


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
