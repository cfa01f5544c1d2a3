"""The whole program as a process: signals, exit codes, restarts for ever, and a second one beside it."""

import asyncio
import os
import random
import re
import signal
import sys
import time
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import web

from discarr import __version__
from discarr.bot.content import OFFLINE
from discarr.demo.arr.faults import answering
from discarr.demo.arr.situations import downloading
from discarr.demo.session import settings_for
from tests.faults.processes import HERE, servers, started
from tests.faults.tools import accepted, assert_nothing_leaked, ended, said
from tests.stage import ALIEN, HEAT, Stage, buttons_of, text_of
from tests.virtual_time import jumping

READS = {"Radarr": "1 in its queue", "Sonarr": r"it answers with an error \(500\)"}


async def test_sigterm_at_random_moments_ends_it_in_time_with_one_message_that_says_so(tmp_path: Path) -> None:
    moments, few = random.Random(10), asyncio.Semaphore(4)

    async def once(seconds: float) -> tuple[float, float, int | None]:
        async with few, servers() as (server, *apps):
            process = await started(tmp_path, server, *apps)
            async with asyncio.timeout(20):
                while not server.requests:
                    await asyncio.wait([asyncio.create_task(process.wait())], timeout=0.02)
            await asyncio.wait([asyncio.create_task(process.wait())], timeout=seconds)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, errors = await process.communicate()
            took = time.monotonic() - began
            mine = [message for message in server.messages if message["type"] == 0]
            assert len(mine) <= 1 and len(server.pinned) <= 1
            assert all(message["content"] == OFFLINE for message in mine)
            assert "Traceback" not in errors.decode(), errors.decode()
            return seconds, took, process.returncode

    results = await asyncio.gather(
        *(once(moments.uniform(0, 0.3)) for _ in range(3)), *(once(moments.uniform(0.3, 3)) for _ in range(4))
    )

    print(*(f"after {seconds:.1f} s: {took:.1f} s, exit {code}" for seconds, took, code in results), sep="\n")
    assert max(took for _, took, _ in results) <= 5
    assert {code for *_, code in results} == {0}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_while_it_still_loads_is_a_clean_end(number: signal.Signals, tmp_path: Path) -> None:
    """At each module that it loads, from the first one after its own: the others came from Python's start."""
    program = """
import os, sys
from discarr.__main__ import main
class Asked:
    left = int(sys.argv[1])
    def find_spec(self, *of_module):
        Asked.left -= 1
        if not Asked.left:
            os.kill(os.getpid(), int(sys.argv[2]))
sys.meta_path.insert(0, Asked())
sys.exit(main([]))
"""
    async with servers() as (server, *apps):
        variables = {**settings_for(server, *apps), "PATH": os.environ["PATH"], "PYTHONPATH": str(HERE)}

        async def ended_at(module: int) -> tuple[int | None, bytes]:
            command = (sys.executable, "-c", program, str(module), str(int(number)))
            process = await create_subprocess_exec(*command, cwd=tmp_path, env=variables, stderr=PIPE)
            _, errors = await process.communicate()
            return process.returncode, errors

        ends = [await ended_at(module) for module in (1, 30, 150, 300)]

    assert [(code, b"Traceback" in errors) for code, errors in ends] == [(0, False)] * 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_each_way_to_ask_for_the_end_leaves_a_last_word(number: signal.Signals, tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps)
        async with asyncio.timeout(20):
            await server.changes.until(lambda: len(server.pinned) == 1)

        began = time.monotonic()
        process.send_signal(number)
        _, errors = await process.communicate()

        assert time.monotonic() - began <= 5
        assert process.returncode == 0, errors.decode()
        assert "offline since" in text_of(server.messages[0])
        assert all(button["disabled"] for button in buttons_of(server.messages[0]))


async def test_a_closed_terminal_does_not_end_what_nohup_has_started(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, launcher="nohup")
        async with asyncio.timeout(20):
            await server.changes.until(lambda: len(server.pinned) == 1)
            process.send_signal(signal.SIGHUP)
            edits = len(server.requests)
            await server.changes.until(lambda: len(server.requests) > edits)

        process.terminate()
        await process.communicate()
        assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_further_signals_until_its_last_moment_do_not_disturb_the_end(
    number: signal.Signals, tmp_path: Path
) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps)
        async with asyncio.timeout(20):
            await server.changes.until(lambda: len(server.pinned) == 1)

        ending = asyncio.create_task(process.communicate())
        while not ending.done():
            with suppress(ProcessLookupError):
                process.send_signal(number)
            await asyncio.wait([ending], timeout=0.002)
        _, errors = ending.result()

        assert process.returncode == 0, errors.decode()
        assert "Traceback" not in errors.decode()
        assert server.messages[0]["content"] == OFFLINE


async def test_the_log_begins_with_what_runs_and_each_line_has_its_time_with_its_zone(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        strange = {"RADARR_X\nY": "1", "SONARR_\u2028\x1b[2J": "1", "TZ": "Asia/Kolkata", "CHECK_INTERVAL": "7"}
        process = await started(tmp_path, server, *apps, arguments=(), **strange)
        async with asyncio.timeout(20):
            await server.changes.until(lambda: len(server.pinned) == 1)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()

    lines = errors.decode().splitlines()
    assert [line for line in lines if not re.match(r"\S+ \d\d:\d\d:\d\d\.\d{3}\+05:30 [A-Z]+ +[\w.]+: \S", line)] == []
    first = next(line for line in lines if " INFO " in line)
    assert lines.index(first) <= 1, "but for a warning of strange variables"
    assert all(text in first for text in (__version__, "Radarr", "Sonarr", " 7 s", str(server.channel_id)))


async def test_ctrl_c_ends_a_check_without_a_traceback(tmp_path: Path) -> None:
    arrived = asyncio.Event()

    async def hangs(request: web.Request, route: str) -> web.StreamResponse | None:
        arrived.set()
        await asyncio.Event().wait()
        return None

    async with servers() as (server, *apps):
        server.fault = hangs
        process = await started(tmp_path, server, *apps, arguments=("check",))
        async with asyncio.timeout(30):
            await arrived.wait()  # the apps are checked, Discord is asked
        process.send_signal(signal.SIGINT)
        _, errors = await process.communicate()

    assert (process.returncode, errors) == (130, b"")


async def test_a_wrong_token_is_one_sentence_and_exit_2_and_never_reaches_the_gateway(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, DISCORD_TOKEN="wrong")
        _, errors = await process.communicate()

        assert process.returncode == 2
        last = errors.decode().strip().splitlines()[-1]
        assert "DISCORD_TOKEN" in last and "Traceback" not in errors.decode()
        assert server.identifies == []


@pytest.mark.parametrize(("code", "words"), [(4014, "intents"), (4004, "DISCORD_TOKEN")])
async def test_a_refusal_by_the_gateway_is_one_sentence_and_exit_2(code: int, words: str, tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps)
        await server.gateway.wait_connected(20)
        await server.gateway.drop(code)
        _, errors = await process.communicate()

        assert process.returncode == 2, errors.decode()
        assert words in errors.decode().strip().splitlines()[-1]
        assert "Traceback" not in errors.decode()


# What follows is in one process, in time that jumps.


@jumping
async def test_fifty_restarts_without_the_channel_cost_no_session(stage: Stage) -> None:
    await stage.discord.delete_channel()

    for _ in range(50):
        stage.start()
        await stage.passes(4)
        await stage.stop()

    assert len(stage.discord.identifies) == 0


@jumping
@pytest.mark.parametrize("name", ["view_channel", "send_messages", "embed_links", "read_message_history"])
async def test_ten_restarts_without_a_permission_cost_no_session(name: str, stage: Stage) -> None:
    await stage.discord.take(name)

    for _ in range(10):
        stage.start()
        await stage.passes(8)
        await stage.stop()

    assert len(stage.discord.identifies) == 0


@jumping
async def test_what_can_be_asked_over_rest_is_asked_before_the_gateway(stage: Stage) -> None:
    asked: list[tuple[str, int]] = []

    async def slow(request: web.Request, route: str) -> web.StreamResponse | None:
        asked.append((route, len(stage.discord.identifies)))
        await asyncio.sleep(1)
        return None

    stage.discord.fault = slow
    await stage.up()

    first = dict(reversed(asked))
    wanted = ("/users/@me", "/channels/{channel}", "/guilds/{guild}", "/guilds/{guild}/members/{user}")
    assert {route: first[route] for route in wanted} == dict.fromkeys(wanted, 0)


@jumping
async def test_a_press_that_somebody_else_answered_is_said_once_with_what_it_probably_is(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The other process with the same token is always a little faster; in between, it is not."""
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.passes(5)

    async def rival(request: web.Request, route: str) -> web.StreamResponse | None:
        if "/callback" in route:
            press = stage.discord.interactions.find(int(request.match_info["interaction"]))
            if press is not None and press.callback is None:
                stage.discord.interactions.acknowledge(press, {"type": 6, "data": {}})
        return None

    for number in range(6):
        stage.discord.fault = rival if number != 3 else None
        press = await stage.discord.press(stage.discord.guest, "discarr:browse")
        await press.acknowledged()
        await stage.passes(10)

    assert len(said(caplog, "WARNING")) == 1
    assert "Traceback" not in caplog.text


@jumping
async def test_at_debug_the_log_has_each_read_each_edit_and_each_press_that_is_not_for_this_bot(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    stage.sonarr.fault = answering(500)
    await stage.up()
    await stage.passes(60)

    await stage.discord.press_raw(stage.discord.guest, "other:button", message_id=int(stage.dashboard["id"]))
    await stage.passes(1)

    lines = "\n".join(said(caplog, "DEBUG"))
    reads = [re.findall(rf"^{app}: read in \d+ ms: {result}", lines, re.M) for app, result in READS.items()]
    assert [len(each) >= 2 for each in reads] == [True, True]
    assert len(re.findall(r"^The dashboard was (?:posted|edited)$", lines, re.M)) == len(stage.posts) + len(stage.edits)
    assert len(re.findall("^Not ours: ", lines, re.M)) == 1
    assert_nothing_leaked(stage, caplog)


@jumping
async def test_a_press_that_came_too_late_is_said_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.passes(5)

    async def late(request: web.Request, route: str) -> web.StreamResponse | None:
        if "/callback" in route:
            await asyncio.sleep(4)
        return None

    stage.discord.fault = late
    for _ in range(3):
        await stage.discord.press(stage.discord.guest, "discarr:browse")
        await stage.passes(10)

    assert len(said(caplog, "WARNING")) == 1


@jumping
@pytest.mark.parametrize("apart", [0, 0.01, 20])
async def test_two_bots_with_one_token_end_with_one_message_and_do_not_fight(apart: float, stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    first = stage.start()
    await stage.passes(apart)
    stage.start()
    for _ in range(8):
        stage.radarr.queue[0].left -= 10_000_000
        await stage.passes(60)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Heat (1995)", "Alien (1979)")
    await stage.passes(60)

    text = text_of(stage.dashboard)
    assert "Alien" in text and len(stage.discord.pinned) == 1
    assert len(stage.posts) <= 3
    assert len([each for each in stage.discord.requests if each.method == "DELETE"]) <= 6
    # Two of them, each at most as often as one alone.
    assert len(accepted(stage)) <= 2 * 600 / 30 + 10
    await ended(first)
