"""The program as a process: signals, exit codes, restarts again and again, and a second one beside it."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import web

from discarr import __version__
from discarr.bot.content import OFFLINE
from discarr.demo.arr.situations import downloading
from discarr.demo.session import settings_for
from tests.faults.tools import accepted, assert_nothing_leaked, ended
from tests.stage import ALIEN, BROWSE, HEAT, Stage, buttons_of, text_of
from tests.support.discord_faults import CALLBACK, answered, never
from tests.support.faults import answering
from tests.support.program import finished, pinned, servers, started

END = 10.0
"""Seconds for an end on a loaded machine; that it needs fewer than 5 of its own is proved in time that jumps."""
TERM, INT, HUP = signal.SIGTERM, signal.SIGINT, signal.SIGHUP


async def test_sigterm_while_it_starts_ends_it_with_one_message_at_most_that_says_so(tmp_path: Path) -> None:
    async def once(seconds: float) -> float:
        async with servers() as (server, *apps):
            process = await started(tmp_path, server, *apps)
            await server.changes.until(lambda: bool(server.requests), 60)
            await asyncio.wait([asyncio.create_task(process.wait())], timeout=seconds)
            began = time.monotonic()
            process.send_signal(TERM)
            assert (await finished(process))[0] == 0
            mine = [message for message in server.messages if message["type"] == 0]
            assert len(mine) <= 1 and len(server.pinned) <= 1
            assert all(message["content"] == OFFLINE for message in mine)
            return time.monotonic() - began

    assert max(await asyncio.gather(*map(once, (0, 0.4)))) <= END


@pytest.mark.parametrize(
    ("number", "module", "arguments", "code"),
    [(TERM, 1, [], 0), (HUP, 150, [], 0), (TERM, 300, [], 0), (INT, 200, ["check"], 130)],
)
async def test_a_signal_while_it_still_loads_is_a_clean_end(
    number: signal.Signals, module: int, arguments: list[str], code: int, tmp_path: Path
) -> None:
    """Sent while it loads this module, counted from the first one after its own."""
    program = f"""
import os, sys
from discarr.__main__ import main
class Asked:
    left = {module}
    def find_spec(self, *of_module):
        Asked.left -= 1
        if not Asked.left:
            os.kill(os.getpid(), {int(number)})
sys.meta_path.insert(0, Asked())
sys.exit(main({arguments}))
"""
    async with servers() as (server, *apps):
        variables = {**settings_for(server, *apps), "PATH": os.environ["PATH"]}
        command = (sys.executable, "-c", program)
        process = await create_subprocess_exec(*command, cwd=tmp_path, env=variables, stdout=DEVNULL, stderr=PIPE)
        _, errors = await process.communicate()

    assert (process.returncode, b"Traceback" in errors) == (code, False)


@pytest.mark.parametrize("number", [INT, HUP])
async def test_each_signal_leaves_a_last_word_that_others_do_not_disturb(
    number: signal.Signals, tmp_path: Path
) -> None:
    strange = {"RADARR_X\nY": "1", "SONARR_\u2028\x1b[2J": "1", "TZ": "Asia/Kolkata", "CHECK_INTERVAL": "7"}
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, settings=strange)
        await pinned(server)

        began = time.monotonic()
        ending = asyncio.create_task(finished(process))
        while not ending.done():
            with suppress(ProcessLookupError):
                process.send_signal(number)
            await asyncio.wait([ending], timeout=0.002)
        code, _, log = await ending

        assert code == 0 and time.monotonic() - began <= END
        assert "offline since" in text_of(server.messages[0])
        assert all(button["disabled"] for button in buttons_of(server.messages[0]))
    lines = log.splitlines()
    assert [line for line in lines if not re.match(r"\S+ \d\d:\d\d:\d\d\.\d{3}\+05:30 [A-Z]+ +[\w.]+: \S", line)] == []
    first = next(line for line in lines if " INFO " in line)
    assert lines.index(first) <= 1, "but for a warning of strange variables"
    assert all(text in first for text in (__version__, "Radarr", "Sonarr", " 7 s", str(server.channel_id)))


async def test_a_closed_terminal_does_not_end_what_nohup_has_started(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, launcher=("nohup",), settings={"CHECK_INTERVAL": "5"})
        await pinned(server)
        process.send_signal(HUP)
        requests = len(server.requests)
        await server.changes.until(lambda: len(server.requests) > requests, 60)

        process.terminate()
        assert (await finished(process))[0] == 0


async def test_ctrl_c_ends_a_check_without_a_traceback(tmp_path: Path) -> None:
    arrived = asyncio.Event()

    async def hangs(request: web.Request) -> None:
        arrived.set()
        await never(request)

    async with servers() as (server, *apps):
        server.fault = answered(hangs)
        process = await started(tmp_path, server, *apps, arguments=("check",))
        async with asyncio.timeout(60):
            await arrived.wait()
        process.send_signal(INT)
        code, _, errors = await finished(process)

    assert (code, errors) == (130, "")


async def test_a_wrong_token_is_one_sentence_and_exit_2_and_never_reaches_the_gateway(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, settings={"DISCORD_TOKEN": "wrong"})
        code, _, errors = await finished(process)

    assert (code, server.identifies) == (2, [])
    assert "DISCORD_TOKEN" in errors.strip().splitlines()[-1]


# What follows is in one process, in time that jumps.


@pytest.mark.parametrize("lacks", ["channel", "view_channel", "send_messages", "embed_links", "read_message_history"])
async def test_restarts_without_what_a_dashboard_needs_cost_no_session(lacks: str, stage: Stage) -> None:
    await (stage.discord.delete_channel() if lacks == "channel" else stage.discord.take(lacks))

    for _ in range(2):
        stage.start()
        await stage.passes(8)
        await stage.stop()

    assert stage.discord.identifies == []


async def test_a_press_that_was_answered_elsewhere_or_came_too_late_is_said_once(stage: Stage) -> None:
    """The other process with the same token is always a little faster; in between, it is not."""
    await stage.showing(downloading(HEAT))
    await stage.passes(5)

    async def rival(request: web.Request) -> None:
        press = stage.discord.interactions.presses.get(int(request.match_info["interaction"]))
        if press is not None and press.callback is None:
            press.callback = {"type": 6, "data": {}}

    async def late(request: web.Request) -> None:
        await asyncio.sleep(4)

    for fault in (late, rival, None, rival, late):
        stage.discord.fault = answered(fault, CALLBACK) if fault else None
        await stage.discord.press(stage.discord.guest, BROWSE)
        await stage.passes(10)
        if fault is late:
            assert len(stage.warnings) == 1

    assert len(stage.warnings) == 1
    assert stage.tracebacks == []


async def test_at_debug_the_log_has_each_read_each_edit_and_each_press_that_is_not_for_this_bot(stage: Stage) -> None:
    stage.log.set_level("DEBUG", "discarr")
    stage.radarr.queue.append(downloading(HEAT))
    stage.sonarr.fault = answering(500)
    await stage.up()
    await stage.passes(60)

    await stage.discord.press_raw(stage.discord.guest, "other:button", message_id=int(stage.dashboard["id"]))
    await stage.passes(1)

    lines = "\n".join(stage.said("DEBUG"))
    for read in ("Radarr: read in .* ms: 1 in its queue", r"Sonarr: read in .* ms: it answered with an error \(500\)"):
        assert len(re.findall(f"^{read}", lines, re.M)) >= 2
    assert len(re.findall(r"^The dashboard was (?:posted|edited)$", lines, re.M)) == len(stage.posts) + len(stage.edits)
    assert len(re.findall("^Ignored: ", lines, re.M)) == 1
    assert_nothing_leaked(stage)


@pytest.mark.parametrize("apart", [0, 0.01, 20])
async def test_two_bots_with_one_token_end_with_one_message_and_do_not_fight(apart: float, stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    first = stage.start()
    await stage.passes(apart)
    stage.start()
    await stage.progresses(240, every=60)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Heat (1995)", "Alien (1979)")
    await stage.passes(60)

    assert "Alien" in stage.text and len(stage.discord.pinned) == 1
    assert len(stage.posts) <= 3
    assert len([each for each in stage.discord.requests if each.method == "DELETE"]) <= 6
    assert len(accepted(stage)) <= 2 * 360 / 30 + 10, "each at most as often as one alone"
    await ended(first)
