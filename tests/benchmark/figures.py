"""How each figure of the table is taken: the servers with their long queues, and the processes put before them."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import LoopbackDiscord
from discarr.demo.session import settings_for
from tests.benchmark.queues import DAY, ready_queues
from tests.stage import BROWSE, CLEAN_UP, buttons_of

HERE = Path(__file__).parent
PATIENCE = 60.0
"""Real seconds after which whatever is waited for is given up."""
WARM = 50
"""Refreshes after which the memory is looked at."""
A_ROUND = 6
"""Refreshes of each kind in a round."""
PRESSED = 3
"""Refreshes in a round during which somebody presses on and on."""
BETWEEN_PRESSES = 0.004
SETTLED = 0.5
"""Seconds after which the memory of a process is what it is."""
USUAL = {"CHECK_INTERVAL": "30", "STUCK_THRESHOLD_MINUTES": "60", "LOG_LEVEL": "WARNING"}

type Figures = Mapping[str, float]


def medians(rounds: Sequence[Figures]) -> Figures:
    return {name: median(figures[name] for figures in rounds) for name in rounds[0]}


class Scene:
    """Both apps, with so many records together; each process gets a Discord of its own."""

    def __init__(self, amount: int, *apps: LoopbackArr) -> None:
        self.apps = apps
        for app in apps:
            app.start_time = time.time() - DAY
        self.queues = ready_queues(amount, *apps, now=time.time())
        self.interval = 0.06 + amount / 20_000
        """Seconds between two refreshes in fast motion: enough for the refresh and its edit."""

    async def refreshed(self, times: int, *, changing: bool) -> None:
        """Wait for so many further refreshes, which find all changed, or nothing; and for the end of the last one."""
        first = self.queues[0]
        for queue in self.queues:
            queue.changing = changing
        enough = first.reads + times
        await first.changes.until(lambda: first.reads >= enough, PATIENCE * 2)
        await asyncio.sleep(self.interval * 0.7)


@asynccontextmanager
async def _python(*arguments: str, settings: Mapping[str, str] | None = None) -> AsyncIterator[Process]:
    """A Python with these arguments, its complaints among ours, and an end at the end."""
    with TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "TMPDIR": folder, **(settings or {})}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=HERE.parent.parent, stdin=PIPE, stdout=PIPE, env=environment
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _rss(process: Process) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def _asked(process: Process) -> Figures:
    """The line that it writes, at the latest when it gets one."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(b"?\n")
    async with asyncio.timeout(PATIENCE):
        figures: Figures = json.loads(await process.stdout.readline())
    return figures


def _crosses(discord: LoopbackDiscord) -> list[str]:
    """What the ✖ of the dashboard's rows carry, in their order."""
    buttons = [button for message in discord.messages for button in buttons_of(message)]
    return [button["custom_id"] for button in buttons if ":remove:" in button["custom_id"]]


async def bare() -> Figures:
    """The yardstick: seconds until it is connected, and its MB then, and after it used each library."""
    async with LoopbackDiscord() as discord:
        began = time.perf_counter()
        async with _python(str(HERE / "bare.py"), discord.api_base, discord.gateway_url, discord.token) as process:
            await discord.gateway.wait_connected(PATIENCE)
            seconds = time.perf_counter() - began
            await asyncio.sleep(SETTLED)
            rss = _rss(process)
            await _asked(process)
            await asyncio.sleep(SETTLED)
            return {"bare": seconds, "bare_rss": rss, "bare_used": _rss(process)}


async def parsed(amount: int, rounds: int) -> Figures:
    """In a process of its own."""
    async with _python("-m", "tests.benchmark.parsing", str(amount), str(rounds)) as process:
        said, _ = await process.communicate()
        figures: Figures = json.loads(said)
        return figures


async def life(scene: Scene) -> Figures:
    """A bot in fast motion, from an empty channel: its memory after some refreshes; then presses."""
    async with LoopbackDiscord() as discord:
        began = time.perf_counter()
        arguments = (str(HERE / "bot.py"), discord.api_base, discord.gateway_url, str(scene.interval))
        async with _python(*arguments, settings=settings_for(discord, *scene.apps) | USUAL) as bot:
            await discord.changes.until(lambda: bool(_crosses(discord)), PATIENCE)
            shown = time.perf_counter()
            await scene.refreshed(WARM, changing=True)
            rss, press = _rss(bot), await _longest_wait(scene, discord)
            await scene.refreshed(1, changing=True)
            before = await _asked(bot)
            discord.requests.clear()
            for queue in scene.queues:
                queue.sizes.clear()
            await scene.refreshed(A_ROUND, changing=True)
            after = await _asked(bot)
            edits = sum(each.method in ("POST", "PATCH") and "/webhooks" not in each.route for each in discord.requests)
            sizes = [size for queue in scene.queues for size in queue.sizes]
            await scene.refreshed(2, changing=False)
            rest = await _asked(bot)
            await scene.refreshed(A_ROUND, changing=False)
            end = await _asked(bot)
    return {
        "start": shown - began,
        "cpu": (after["cpu"] - before["cpu"]) / A_ROUND,
        "cpu_unchanged": (end["cpu"] - rest["cpu"]) / A_ROUND,
        "edits": edits / A_ROUND,
        "requests": len(sizes) / A_ROUND,
        "bytes": sum(sizes) / A_ROUND,
        "rss": rss,
        "stall": after["stall"],
        "press": press,
    }


async def _longest_wait(scene: Scene, discord: LoopbackDiscord) -> float:
    enough = scene.queues[0].reads + PRESSED
    waits = []
    while scene.queues[0].reads < enough:
        for button in (_crosses(discord)[0], BROWSE, CLEAN_UP):
            press = await discord.press(discord.admin, button)
            await press.acknowledged(PATIENCE)
            waits.append(press.ack_seconds or 0.0)
            for message in [each for each in discord.channel.all.values() if each.private_to is not None]:
                del discord.channel.all[message.id]
            await asyncio.sleep(BETWEEN_PRESSES)
    return max(waits)
