"""How each figure of the table is taken."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from discarr.demo.discord import LoopbackDiscord
from tests.benchmark.queues import ReadyQueue
from tests.benchmark.scene import HERE, PATIENCE, Process, Scene, crosses, dashboard, present, python
from tests.stage import Stage
from tests.support.program import program

WARM = 50
"""Refreshes after which the memory is looked at."""
A_ROUND = 6
"""Refreshes of each kind in a round."""
PRESSED = 3
"""Refreshes in a round during which somebody presses on and on."""
BETWEEN_PRESSES = 0.004
SETTLED = 0.5
"""Seconds after which the memory of a process is what it is."""
QUIET = 5.3
"""Seconds without an edit after which the next one may be made at once."""
STILL_MINUTES = 30
_BROWSE, _CLEAN_UP, _SECOND_PAGE = "discarr:browse", "discarr:cleanup", "discarr:page:all:2"


@dataclass(frozen=True, slots=True)
class Bare:
    """A process with the libraries and a connection to Discord."""

    seconds: float
    """From its start until it is connected."""
    rss: float
    """MB, a moment later."""
    used: float
    """MB, after it made one model and one request: the least that is possible."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Seconds of CPU from bytes to embed, and of `json.loads` of the same bytes."""

    changed: float
    unchanged: float
    loads: float
    page: float
    """What it takes to parse one page of 1,000."""


@dataclass(frozen=True, slots=True)
class Life:
    """What refreshes cost, each figure a refresh but for the last three."""

    cpu: float
    """Seconds, while everything changes; and while nothing does."""
    cpu_unchanged: float
    edits: float
    plain: float
    """Bytes of the queue's answers; and as they were packed."""
    packed: float
    requests: float
    """Of the queue; and of everything else."""
    others: float
    only_plain: bool
    """Nothing but the plain queue was asked for, with gzip."""
    rss: float
    """MB, after the first refreshes."""
    stall: float
    """The longest, in seconds."""
    press: float
    """The longest wait for an acknowledgement, in seconds."""


@dataclass(frozen=True, slots=True)
class Removal:
    """Seconds from the submit to the DELETE, and from its answer to the dashboard without the row."""

    seen: float
    gone: float


async def bare() -> Bare:
    """The yardstick."""
    async with LoopbackDiscord() as discord:
        began = time.perf_counter()
        async with python(str(HERE / "bare.py"), discord.api_base, discord.gateway_url, discord.token) as process:
            await discord.gateway.wait_connected(PATIENCE)
            seconds = time.perf_counter() - began
            await asyncio.sleep(SETTLED)
            rss = process.rss
            await process.asked()
            await asyncio.sleep(SETTLED)
            return Bare(seconds, rss, process.rss)


async def start(scene: Scene) -> float:
    """Seconds until a `discarr` that begins in an empty channel shows rows."""
    async with LoopbackDiscord() as discord:
        with TemporaryDirectory() as folder:
            began = time.perf_counter()
            async with program(discord, scene.settings(discord), Path(folder)):
                await discord.changes.until(lambda: dashboard(discord), PATIENCE)
                return time.perf_counter() - began


async def parsed(amount: int, rounds: int) -> Parsed:
    """In a process of its own."""
    async with python("-m", "tests.benchmark.parsing", str(amount), str(rounds)) as process:
        taken: dict[str, list[float]] = json.loads(await process.said())
    return Parsed(**{kind: median(seconds) for kind, seconds in taken.items()})


async def life(scene: Scene, rounds: int, warm: int = WARM) -> Life:
    """A bot in fast motion for each round: its memory after some refreshes; then presses, changes, and none."""
    return middle([await _life(scene, warm) for _ in range(rounds)])


async def _life(scene: Scene, warm: int) -> Life:
    async with LoopbackDiscord() as discord:
        arguments = (str(HERE / "bot.py"), discord.api_base, discord.gateway_url, str(scene.interval))
        async with python(*arguments, settings=scene.settings(discord)) as bot:
            await scene.refreshed(warm, changing=True)
            return await _measured(scene, discord, bot)


def middle[Figure: (Bare, Life)](measured: Sequence[Figure]) -> Figure:
    """The median of each figure."""
    kind = type(measured[0])
    return kind(**{field.name: median(getattr(each, field.name) for each in measured) for field in fields(kind)})


async def _measured(scene: Scene, discord: LoopbackDiscord, bot: Process) -> Life:
    rss = bot.rss
    press = await _longest_wait(scene, discord)
    await scene.refreshed(1, changing=True)
    before, counted, edits = await bot.costs(), scene.counted, len(_edits(discord))
    await scene.refreshed(A_ROUND, changing=True)
    after, counted, edits = await bot.costs(), scene.counted - counted, len(_edits(discord)) - edits
    await scene.refreshed(2, changing=False)
    rest = await bot.costs()
    await scene.refreshed(A_ROUND, changing=False)
    end = await bot.costs()
    return Life(
        cpu=(after.cpu - before.cpu) / A_ROUND,
        cpu_unchanged=(end.cpu - rest.cpu) / A_ROUND,
        edits=edits / A_ROUND,
        plain=counted["plain"] / A_ROUND,
        packed=counted["gzip"] / A_ROUND,
        requests=counted["queue"] / A_ROUND,
        others=counted["other"] / A_ROUND,
        only_plain=scene.is_plain,
        rss=rss,
        stall=after.stall,
        press=press,
    )


async def _longest_wait(scene: Scene, discord: LoopbackDiscord) -> float:
    """Press one button after the other during some refreshes."""
    enough = scene.reads + PRESSED
    waits = []
    while scene.reads < enough:
        shown = present(dashboard(discord))
        for button in (crosses(shown)[0], _BROWSE, _CLEAN_UP):
            press = await discord.press(discord.admin, button, message_id=int(shown["id"]))
            await press.acknowledged(PATIENCE)
            waits.append(press.ack_seconds or 0.0)
            _forget_private(discord)
            await asyncio.sleep(BETWEEN_PRESSES)
    return max(waits)


def _forget_private(discord: LoopbackDiscord) -> None:
    for message in [each for each in discord.channel.all.values() if each.private_to is not None]:
        del discord.channel.all[message.id]


def _edits(discord: LoopbackDiscord) -> list[float]:
    """When the dashboard was posted and edited."""
    return [
        request.at
        for request in discord.requests
        if request.method in ("POST", "PATCH") and request.route.startswith("/channels/{channel}/messages")
    ]


async def removals(scene: Scene, rounds: int) -> Removal:
    """A `discarr` in real time, with nothing going on but a removal now and then."""
    async with LoopbackDiscord() as discord:
        with TemporaryDirectory() as folder:
            settings = scene.settings(discord) | {"CHECK_INTERVAL": "300"}
            async with program(discord, settings, Path(folder)):
                await discord.gateway.wait_connected(PATIENCE)
                await discord.changes.until(lambda: dashboard(discord), PATIENCE)
                await _learn_names(discord)
                each = [await _removal(scene, discord) for _ in range(rounds)]
    return Removal(median(removal.seen for removal in each), median(removal.gone for removal in each))


async def _learn_names(discord: LoopbackDiscord) -> None:
    """Look at the rows that will move up: a name that comes in later would be an edit of its own."""
    for button in (_BROWSE, _SECOND_PAGE):
        press = await discord.press(discord.admin, button)
        await press.acknowledged()


async def _removal(scene: Scene, discord: LoopbackDiscord) -> Removal:
    while (wait := _edits(discord)[-1] + QUIET - time.time()) > 0:
        await asyncio.sleep(wait)
    shown = present(dashboard(discord))
    cross = crosses(shown)[0]
    queue = scene.queues[f":{scene.sonarr.service}:" in cross]
    opened = await discord.press(discord.admin, cross, message_id=int(shown["id"]))
    await opened.acknowledged()
    began = time.perf_counter()
    form = await discord.submit(opened, {"how": "remove"})
    await discord.changes.until(lambda: cross not in crosses(present(dashboard(discord))), PATIENCE)
    gone = time.perf_counter()
    await form.answered()
    return Removal(queue.delete_came - began, gone - queue.delete_answered)


async def edits_a_minute(amount: int) -> float:
    """While nothing changes, with the usual settings. To be run in a loop whose time jumps."""
    async with Stage() as stage:
        now = stage.clock.now().timestamp()
        for app, half in ((stage.radarr, amount - amount // 2), (stage.sonarr, amount // 2)):
            ReadyQueue(app, half, now)
        await stage.up()
        await stage.passes(120)
        before = len(stage.edits)
        await stage.passes(STILL_MINUTES * 60)
        return (len(stage.edits) - before) / STILL_MINUTES
