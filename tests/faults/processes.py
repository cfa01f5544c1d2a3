"""Discarr as a process, between servers in real time."""

import os
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import LoopbackDiscord
from discarr.demo.session import settings_for
from tests.stage import HEAT

HERE = Path(__file__).parents[2]


@asynccontextmanager
async def servers() -> AsyncIterator[tuple[LoopbackDiscord, LoopbackArr, LoopbackArr]]:
    """Discord, Radarr and Sonarr in real time."""
    async with LoopbackDiscord() as server, LoopbackArr("radarr") as radarr, LoopbackArr("sonarr") as sonarr:
        radarr.queue.append(downloading(HEAT))
        yield server, radarr, sonarr


async def started(
    folder: Path,
    server: LoopbackDiscord,
    *apps: LoopbackArr,
    arguments: tuple[str, ...] = (),
    launcher: str = "",
    **settings: str,
) -> Process:
    """A process of Discarr between these, run by the launcher if there is one."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HERE),
        "TMPDIR": str(folder),
        "LOOPBACK": str(server.port),
        **settings_for(server, *apps),
        **settings,
    }
    command = (*filter(None, [launcher]), sys.executable, "-m", "tests.faults.child", *arguments)
    return await create_subprocess_exec(*command, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE)
