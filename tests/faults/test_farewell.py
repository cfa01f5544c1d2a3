"""However it ends, and however often: one message, one pin, and a last word where there was time for one."""

import asyncio
import random
from collections.abc import Callable

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, json_answer
from tests.faults.tools import Line, ended, over
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import EDIT, UNREADABLE, answering_with
from tests.virtual_time import jumping

pytestmark = jumping

STARTING = [
    ("GET", "/users/@me"),
    ("GET", "/oauth2/applications/@me"),
    ("GET", "/channels/{channel}"),
    ("GET", "/guilds/{guild}"),
    ("GET", "/guilds/{guild}/members/{user}"),
    ("GET", "/channels/{channel}/messages/pins"),
    ("GET", "/channels/{channel}/messages"),
    ("POST", "/channels/{channel}/messages"),
    ("PUT", "/channels/{channel}/messages/pins/{message}"),
    ("DELETE", "/channels/{channel}/messages/{message}"),
]


async def sigterm(stage: Stage) -> float:
    """End the bot as its signal handler does; how long it took."""
    assert stage.bot is not None
    bot, stage.bot = stage.bot, None
    began = stage.clock.monotonic()
    assert await ended(bot) is None
    took = stage.clock.monotonic() - began
    for left in stage.tasks:
        await ended(left)
    return took


def look(stage: Stage) -> None:
    """Nobody is at work any more: no message may look as if somebody were."""
    messages = [message for message in stage.discord.messages if message["type"] == 0]
    assert len(messages) <= 1 and len(stage.discord.pinned) <= 1
    if messages:
        assert stage.is_offline


def at_request(stage: Stage, method: str, route: str, *, done: bool) -> tuple[Fault, asyncio.Event]:
    """A fault and what it sets when such a request is there: before it is done, or when it is and nobody knows."""
    there = asyncio.Event()

    async def fault(request: web.Request, asked: str) -> web.StreamResponse | None:
        if (request.method, asked) != (method, route) or there.is_set():
            return None
        if done and method == "POST":
            stage.discord.channel.make(stage.discord.guild.bot, await request.json())
        elif done and method == "PUT":
            message = stage.discord.channel.get(int(request.match_info["message"]))
            stage.discord.channel.pin(message, stage.discord.guild.bot)
        there.set()
        await asyncio.sleep(100_000)
        return None

    return fault, there


@pytest.mark.parametrize("done", [False, True], ids=["asked", "done"])
@pytest.mark.parametrize(("method", "route"), STARTING, ids=[f"{method} {route}" for method, route in STARTING])
async def test_a_signal_while_discord_is_asked_leaves_one_message_or_none(
    method: str, route: str, done: bool, stage: Stage
) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    stage.discord.fault, there = at_request(stage, method, route, done=done)
    stage.start()
    await asyncio.wait_for(there.wait(), 60)

    assert await sigterm(stage) <= 5
    look(stage)

    stage.discord.fault = None
    await stage.up()
    await stage.shows("Heat (1995)")
    assert len(stage.posts) <= 2
    assert len(stage.discord.pinned) == 1 and stage.notices == []


@pytest.mark.parametrize("seconds", [0, 2.5, 29.9])
async def test_a_signal_at_any_step_of_the_loop_leaves_one_message_or_none(seconds: float, stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    steps = [*range(0, 120, 6), *range(120, 400, 24)] if seconds == 0 else range(0, 60, 6)
    for number in steps:
        if number % 12 == 0:
            for message in stage.discord.messages:
                await stage.discord.delete_message(int(message["id"]))
        stage.start()
        await stage.passes(seconds)
        stage.radarr.queue[0].left -= 1_000_000
        for _ in range(number):
            await asyncio.sleep(0)

        assert await sigterm(stage) <= 5, f"{number} steps after {seconds} s"
        look(stage)
    await stage.up()
    assert len(stage.discord.pinned) == 1


async def test_fifty_kills_and_restarts_leave_one_message_and_one_pin(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    moments = random.Random(4)
    for number in range(50):
        stage.start()
        await stage.passes(moments.choice((0, 0, 1, 3, 6, 31)) * moments.random())
        for _ in range(moments.randrange(60)):
            await asyncio.sleep(0)
        stage.radarr.queue[0].left -= 1_000_000
        await stage.crash()
        assert len([message for message in stage.discord.messages if message["type"] == 0]) <= 1, f"kill {number}"

    await stage.up()
    await stage.shows("Heat (1995)")
    await stage.passes(60)
    assert len(stage.posts) == 1 and len(stage.discord.pinned) == 1
    assert stage.notices == []


type Trouble = Callable[[Stage], Fault]


def hung(stage: Stage) -> Fault:
    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        await asyncio.sleep(100_000)
        return None

    return fault


def spent(stage: Stage) -> Fault:
    """The last edit of this rate limit's window was just made, and the next one is a long way off."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if request.method != "PATCH":
            return None
        message = stage.discord.channel.get(int(request.match_info["message"]))
        stage.discord.channel.edit(message, await request.json())
        response = json_answer(message.wire())
        response.headers.update(
            {
                "X-RateLimit-Limit": "5",
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset-After": "20.000",
                "X-RateLimit-Reset": "1782907300",
                "X-RateLimit-Bucket": "edits",
                "Via": "1.1 google",
            }
        )
        return response

    return fault


def unreadable(stage: Stage) -> Fault:
    return answering_with(UNREADABLE["parts of a wrong type"], EDIT)


@pytest.mark.parametrize("trouble", [hung, spent, unreadable])
async def test_a_signal_while_discord_is_in_trouble_ends_it_within_five_seconds(trouble: Trouble, stage: Stage) -> None:
    await stage.up()
    await stage.passes(20)
    stage.discord.fault = trouble(stage)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.passes(31)

    assert await sigterm(stage) <= 5
    await stage.discord.gateway.wait_connected(connected=False)


async def test_a_signal_while_the_line_to_discord_is_dead_ends_it_within_five_seconds(stage: Stage) -> None:
    async with Line(stage.discord.port).laid() as line:
        with over(line, stage.discord):
            await stage.up()
            await stage.passes(20)

            line.flowing.clear()
            await stage.passes(10)

            assert await sigterm(stage) <= 5


async def test_a_signal_while_an_app_hangs_ends_it_within_five_seconds(stage: Stage) -> None:
    await stage.up()
    stage.radarr.fault = stage.sonarr.fault = _hangs
    await stage.passes(35)

    assert await sigterm(stage) <= 5
    look(stage)


async def _hangs(request: web.Request) -> web.StreamResponse | None:
    await asyncio.sleep(100_000)
    return None
