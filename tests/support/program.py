"""The whole program as a process of its own between servers in real time: only where Discord is differs."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import LoopbackDiscord
from discarr.demo.session import settings_for
from tests.stage import HEAT
from tests.support.strict_discord import StrictDiscord

REAL_PATIENCE = 60.0
"""Seconds that a test waits for a process: an idle machine needs two."""
LAUNCHER = """
import sys
from discarr.__main__ import main
from discarr.bot._discord_internals import redirected_to
with redirected_to(sys.argv[1], sys.argv[2]):
    sys.exit(main(sys.argv[3:]))
"""


@asynccontextmanager
async def servers() -> AsyncIterator[tuple[LoopbackDiscord, LoopbackArr, LoopbackArr]]:
    async with StrictDiscord() as server, LoopbackArr("radarr") as radarr, LoopbackArr("sonarr") as sonarr:
        radarr.queue.append(downloading(HEAT))
        yield server, radarr, sonarr


async def started(
    folder: Path,
    server: LoopbackDiscord,
    *apps: LoopbackArr,
    arguments: tuple[str, ...] = (),
    launcher: tuple[str, ...] = (),
    host: str = "",
    settings: Mapping[str, str] | None = None,
) -> Process:
    """A process of Discarr between these, run by the launcher if there is one; `host` is another for Discord's."""
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), **settings_for(server, *apps), **(settings or {})}
    there = host or f"127.0.0.1:{server.port}"
    program = (sys.executable, "-c", LAUNCHER, f"http://{there}/api/v10", f"ws://{there}/gateway", *arguments)
    return await asyncio.create_subprocess_exec(
        *launcher, *program, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )


async def pinned(server: LoopbackDiscord) -> None:
    await server.changes.until(lambda: len(server.pinned) == 1, REAL_PATIENCE)


async def finished(process: Process) -> tuple[int | None, str, str]:
    """Wait for the end of a process: its exit code, and what it wrote to stdout and stderr."""
    async with asyncio.timeout(REAL_PATIENCE):
        output, errors = await process.communicate()
    assert b"Traceback" not in errors, errors.decode()
    return process.returncode, output.decode(), errors.decode()
