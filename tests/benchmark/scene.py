"""The servers with their long queues, and the processes that are put before them."""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import LoopbackDiscord, Wire
from discarr.demo.session import settings_for
from tests.benchmark.queues import DAY, ReadyQueue
from tests.stage import buttons_of, text_of

HERE = Path(__file__).parent
PATIENCE = 60.0
"""Real seconds after which whatever is waited for is given up."""


class Scene:
    """Both apps, with so many records together. `discord` makes a new channel for each process."""

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.radarr, self.sonarr = LoopbackArr("radarr"), LoopbackArr("sonarr")
        now = time.time()
        self.queues = (ReadyQueue(self.radarr, amount - amount // 2, now), ReadyQueue(self.sonarr, amount // 2, now))
        self._servers = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for app in (self.radarr, self.sonarr):
            await self._servers.enter_async_context(app)
            app.start_time -= DAY
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._servers.aclose()

    def settings(self, discord: LoopbackDiscord) -> dict[str, str]:
        """The usual ones."""
        usual = {"CHECK_INTERVAL": "30", "STUCK_THRESHOLD_MINUTES": "60"}
        return settings_for(discord, self.radarr, self.sonarr) | usual

    @property
    def reads(self) -> int:
        """Refreshes that have begun."""
        return self.queues[0].reads

    @property
    def counted(self) -> Counter[str]:
        """What both queues have counted."""
        return self.queues[0].counted + self.queues[1].counted

    @property
    def is_plain(self) -> bool:
        """Whether nothing but the plain queues was asked for, with gzip."""
        return all(queue.is_plain for queue in self.queues)

    @property
    def interval(self) -> float:
        """Seconds between two refreshes in fast motion: enough for the refresh and its edit."""
        return 0.06 + self.amount / 20_000

    async def refreshed(self, times: int, *, changing: bool) -> None:
        """Wait for so many further refreshes, which find all changed, or nothing; and for the end of the last one."""
        for queue in self.queues:
            queue.changing = changing
        enough = self.reads + times
        await self.queues[0].changes.until(lambda: self.reads >= enough, PATIENCE * 2)
        await asyncio.sleep(self.interval * 0.7)


def dashboard(discord: LoopbackDiscord) -> Wire | None:
    """The dashboard, if it shows rows."""
    found = [message for message in discord.messages if message["components"] and "**1** " in text_of(message)]
    return found[0] if found else None


def present[T](value: T | None) -> T:
    """What must be there."""
    assert value is not None
    return value


def crosses(message: Wire) -> list[str]:
    """What the ✖ of the rows carry, in their order."""
    return [button["custom_id"] for button in buttons_of(message) if ":remove:" in button["custom_id"]]


@dataclass(frozen=True, slots=True)
class Costs:
    """Of a bot in fast motion."""

    cpu: float
    """Seconds since it began, of all its threads."""
    stall: float
    """The longest time in seconds for which its event loop was held since the last time it was asked."""


class Process:
    """A running Python."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def rss(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    async def asked(self) -> bytes:
        """What it writes when it gets a line."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(b"?\n")
        async with asyncio.timeout(PATIENCE):
            return await self._process.stdout.readline()

    async def costs(self) -> Costs:
        """Of a bot in fast motion."""
        return Costs(**json.loads(await self.asked()))

    async def said(self) -> str:
        """All that it writes until it ends, which must be well."""
        said, _ = await self._process.communicate()
        assert self._process.returncode == 0, said.decode()
        return said.decode()


@asynccontextmanager
async def python(*arguments: str, settings: Mapping[str, str] | None = None) -> AsyncIterator[Process]:
    """A Python with these arguments, its complaints among ours, and an end at the end."""
    with TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=HERE.parent.parent,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "TMPDIR": folder, **(settings or {})},
        )
        try:
            yield Process(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
