"""The program as a process: signals, exit codes and what it logs."""

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

from discarr import __version__
from discarr.demo.arr.situations import downloading
from discarr.demo.session import settings_for
from tests.stage import HEAT, Stage, buttons_of, text_of
from tests.support.faults import answering
from tests.support.program import REAL_PATIENCE, finished, pinned, servers, started

END = 10.0
"""Seconds for an end on a loaded machine; that it needs fewer than 5 of its own is proved in time that jumps."""
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
        assert "Heat" in text_of(server.messages[0])

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


async def test_a_wrong_token_is_one_sentence_and_exit_2_and_never_reaches_the_gateway(tmp_path: Path) -> None:
    async with servers() as (server, *apps):
        process = await started(tmp_path, server, *apps, settings={"DISCORD_TOKEN": "wrong"})
        code, _, errors = await finished(process)

    assert (code, server.identifies, len(server.requests)) == (2, [], 1)
    assert "DISCORD_TOKEN" in errors.strip().splitlines()[-1]


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
