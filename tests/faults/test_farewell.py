"""However it ends, and whoever else goes on: one message, one pin, and a last word where there was time for one."""

import asyncio
import os
import re
import signal
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from discarr import __version__
from discarr.bot.content import OFFLINE
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault
from discarr.demo.session import settings_for
from tests.faults.tools import accepted
from tests.stage import ALIEN, HEAT, Stage, buttons_of, text_of
from tests.support import discord_faults as wrong
from tests.support.discord_faults import EDIT, Call, answered, answering_with
from tests.support.faults import hanging
from tests.support.program import REAL_PATIENCE, finished, pinned, servers, started

STARTING: list[Call] = [
    *(("GET", "/users/@me"), wrong.MEMBER, wrong.CHANNEL, wrong.PINS, wrong.HISTORY),
    *(wrong.CREATE, wrong.PIN, wrong.DELETE),
]
FETCH = ("GET", "/channels/{channel}/messages/{message}")


async def ended(task: asyncio.Task[Any]) -> BaseException | None:
    """End a task as SIGTERM does; how it ended, None for well."""
    task.cancel()
    await asyncio.wait([task])
    return None if task.cancelled() else task.exception()


async def sigterm(stage: Stage) -> float:
    """End the bot as its signal handler does; how long it took."""
    assert stage.bot is not None
    bot, stage.bot = stage.bot, None
    began = stage.clock.monotonic()
    assert await ended(bot) is None
    took = stage.clock.monotonic() - began
    assert [task for task in stage.tasks if task.get_name().startswith("read ")] == []
    for left in stage.tasks:
        await ended(left)
    return took


@pytest.mark.parametrize(
    ("call", "done"), [*((call, False) for call in STARTING), (wrong.CREATE, True), (wrong.PIN, True)]
)
async def test_a_signal_while_discord_is_asked_leaves_one_message_or_none(call: Call, done: bool, stage: Stage) -> None:
    """It comes before Discord has done what was asked, or when that is done and nobody knows."""
    arrived = asyncio.Event()

    async def answer(request: web.Request) -> None:
        if arrived.is_set():
            return
        if done and request.method == "POST":
            stage.discord.channel.make(stage.discord.guild.bot, await request.json())
        elif done:
            message = stage.discord.channel.get(int(request.match_info["message"]))
            stage.discord.channel.pin(message, stage.discord.guild.bot)
        arrived.set()
        await asyncio.Event().wait()

    stage.radarr.queue.append(downloading(HEAT))
    stage.discord.fault = answered(answer, call)
    stage.start()
    await asyncio.wait_for(arrived.wait(), 60)

    assert await sigterm(stage) <= 5
    left = [message for message in stage.discord.messages if message["type"] == 0]
    assert len(left) <= 1 and len(stage.discord.pinned) <= 1
    assert stage.is_offline == bool(left), "no message looks as if somebody were at work"

    stage.discord.fault = None
    await stage.up()
    await stage.shows("Heat (1995)")
    assert len(stage.posts) <= 2
    assert len(stage.discord.pinned) == 1 and stage.notices == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (wrong.fault("hang"), False),
        (answering_with(b"null", EDIT), False),
        (wrong.without_code(403, FETCH), True),
        (answering_with(b"null", FETCH), True),
        (wrong.fault("hang", FETCH), True),
        (None, True),
    ],
)
async def test_the_end_comes_within_five_seconds_and_with_a_farewell_unless_an_edit_is_impossible(
    fault: Fault | None, said: bool, stage: Stage
) -> None:
    """Also while an app hangs, if nobody knows whether another process has edited the message since, or if the answer
    to edits gets lost.

    The message is newer than the last edit that was confirmed then, and it was this process all the same.
    """

    async def taken_but_lost(request: web.Request) -> web.Response:
        await wrong.taken(stage.discord.channel, request)
        return web.Response(status=503)

    stage.sonarr.fault, began = hanging, stage.clock.monotonic()
    await stage.showing(downloading(HEAT))
    assert stage.clock.monotonic() - began <= 30, "an app that hangs does not keep the dashboard away"
    await stage.passes(10)
    stage.discord.fault = fault or answered(taken_but_lost, EDIT)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.passes(31)  # an edit is under way

    assert await sigterm(stage) <= 5
    assert stage.is_offline is said
    assert said or stage.log.records[-1].levelname == "WARNING"
    await stage.discord.gateway.wait_connected(connected=False)


async def test_the_last_edit_comes_at_once_and_disables_every_button_and_the_session_ends_until_a_restart(
    stage: Stage,
) -> None:
    await stage.showing(downloading(HEAT))
    before = stage.labels

    assert await sigterm(stage) < 1, "it does not wait for the spacing of edits"
    assert stage.is_offline and stage.labels == before
    assert all(button["disabled"] for button in buttons_of(stage.dashboard))
    assert all(button["custom_id"].startswith("discarr:") for button in buttons_of(stage.dashboard))
    assert stage.discord.gateway.sessions == 0, "it cannot be resumed, so that it is seen offline at once"

    stage.radarr.queue.clear()
    await stage.restart()
    assert not any(button.get("disabled") for button in buttons_of(stage.dashboard))
    await stage.lacks("Heat")
    await stage.stop()
    assert {button["disabled"] for button in buttons_of(stage.dashboard)} == {True}, "also with nothing to show"


# Beside another process with the same token.


async def test_a_farewell_leaves_the_message_of_another_process_alone_and_one_before_that_does_not_stay(
    stage: Stage,
) -> None:
    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.up()
    await stage.passes(30)
    first, edits = stage.bot, len(stage.edits)
    stage.start()
    await stage.until(lambda: len(stage.edits) > edits)
    edit, message = stage.edits[-1], stage.discord.channel.get(int(stage.dashboard["id"]))

    assert first is not None
    await ended(first)
    assert not stage.is_offline

    stage.discord.channel.edit(message, edit.body | {"content": OFFLINE})
    await stage.until(lambda: not stage.is_offline)
    assert stage.edits[-1].at - edit.at == pytest.approx(15, abs=0.1)


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


# As a process.


TERM, INT, HUP = signal.SIGTERM, signal.SIGINT, signal.SIGHUP


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


@pytest.mark.parametrize(("number", "proxied"), [(INT, False), (HUP, True)])
async def test_each_signal_leaves_a_last_word_that_others_do_not_disturb_also_through_a_proxy(
    number: signal.Signals, proxied: bool, tmp_path: Path
) -> None:
    """Only Discord is reached through the proxy of the environment, which is the loopback Discord itself.

    aiohttp asks a proxy for a plain `http` or `ws` address by its absolute URL (`ClientRequest.update_path` in
    client_reqrep.py), which a server takes as well as a path (RFC 9112, section 3.2.2).
    """
    settings = {"RADARR_X\nY": "1", "SONARR_\u2028\x1b[2J": "1", "TZ": "Asia/Kolkata", "CHECK_INTERVAL": "7"}
    async with servers() as (server, *apps):
        if proxied:
            settings["ALL_PROXY"] = f"http://user:pass%20word@127.0.0.1:{server.port}"
        host = "discord.invalid" if proxied else ""
        process = await started(tmp_path, server, *apps, host=host, settings=settings)
        await pinned(server)
        await server.gateway.wait_connected(REAL_PATIENCE)

        ending = asyncio.create_task(finished(process))
        for each in (signal.SIGSTOP, HUP, INT, TERM, signal.SIGCONT):  # so that it meets three at once
            process.send_signal(each)
        while not ending.done():
            with suppress(ProcessLookupError):
                process.send_signal(number)
            await asyncio.wait([ending], timeout=0.002)
        code, _, log = await ending

        assert code == 0
        assert "offline since" in text_of(server.messages[0])
        assert all(button["disabled"] for button in buttons_of(server.messages[0]))
    lines = log.splitlines()
    assert [line for line in lines if not re.match(r"\S+ \d\d:\d\d:\d\d\.\d{3}\+05:30 [A-Z]+ +[\w.]+: \S", line)] == []
    first = next(line for line in lines if " INFO " in line)
    assert lines.index(first) <= 1, "but for a warning of strange variables"
    assert all(text in first for text in (__version__, "Radarr", "Sonarr", " 7 s", str(server.channel_id)))


async def test_a_wrong_token_is_one_sentence_and_exit_2_and_never_reaches_the_gateway(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, settings={"DISCORD_TOKEN": "wrong"})
        code, _, errors = await finished(process)

    assert (code, server.identifies, len(server.requests)) == (2, [], 1)
    assert "DISCORD_TOKEN" in errors.strip().splitlines()[-1]
