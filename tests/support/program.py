"""The whole program as a process of its own, in which nothing differs but where Discord is."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from discarr.demo.discord import LoopbackDiscord

END = 15.0
"""Seconds after which an end that was asked for is given up."""

_LAUNCHER = """
import sys
from discarr.__main__ import main
from discarr.bot._discord_internals import redirected_to
with redirected_to(sys.argv[1], sys.argv[2]):
    sys.exit(main(sys.argv[3:]))
"""


def command(host: str, *arguments: str) -> tuple[str, ...]:
    """Start `discarr` with these arguments, which differs from the shipped one only in where Discord is."""
    return sys.executable, "-c", _LAUNCHER, f"http://{host}/api/v10", f"ws://{host}/gateway", *arguments


class Program:
    """A running `discarr`. It works and keeps its health file in `folder`."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, log: Path) -> None:
        self._process = process
        self._log = log
        self.folder = folder

    @property
    def written(self) -> str:
        """Everything that it wrote to stdout and stderr until now."""
        return self._log.read_text(encoding="utf-8")

    @property
    def health(self) -> str:
        """What its health file says; it must be there."""
        [file] = self.folder.glob("discarr-health-*.json")
        return file.read_text(encoding="utf-8")

    async def end(self) -> int:
        """End it as `docker stop` does; its exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(END):
            return await self._process.wait()

    async def kill(self) -> None:
        """End it whatever it does."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def program(
    discord: LoopbackDiscord, settings: Mapping[str, str], folder: Path, *arguments: str
) -> AsyncIterator[Program]:
    """Run `discarr` with these arguments, with nothing in its environment but these settings."""
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), **settings}
    log = folder / "log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command(f"127.0.0.1:{discord.port}", *arguments),
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    running = Program(process, folder, log)
    try:
        yield running
    finally:
        await running.kill()
