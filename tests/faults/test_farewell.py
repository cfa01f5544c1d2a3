"""However it ends, and however often: one message, one pin, and a last word where there was time for one."""

import asyncio
import random
import re

import aiohttp
import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, json_answer
from discarr.demo.discord.rest import with_via
from tests.faults.tools import Line, app_hangs, ended, over
from tests.stage import ALIEN, HEAT, Stage, buttons_of
from tests.support.discord_faults import (
    CHANNEL,
    CREATE,
    DELETE,
    EDIT,
    HISTORY,
    PIN,
    PINS,
    UNREADABLE,
    Call,
    answered,
    answering_with,
    hung,
    taken,
)

STARTING: list[Call] = [
    ("GET", "/users/@me"),
    ("GET", "/guilds/{guild}/members/{user}"),
    *(CHANNEL, PINS, HISTORY, CREATE, PIN, DELETE),
]
DONE = [CREATE, PIN]


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


def look(stage: Stage) -> None:
    """Nobody is at work any more: no message may look as if somebody were."""
    messages = [message for message in stage.discord.messages if message["type"] == 0]
    assert len(messages) <= 1 and len(stage.discord.pinned) <= 1
    assert stage.is_offline == bool(messages)


def at_request(stage: Stage, call: Call, *, done: bool) -> tuple[Fault, asyncio.Event]:
    """A fault and what it sets when such a request is there: before it is done, or when it is and nobody knows."""
    there = asyncio.Event()

    async def answer(request: web.Request) -> None:
        if there.is_set():
            return
        if done and request.method == "POST":
            stage.discord.channel.make(stage.discord.guild.bot, await request.json())
        elif done:
            message = stage.discord.channel.get(int(request.match_info["message"]))
            stage.discord.channel.pin(message, stage.discord.guild.bot)
        there.set()
        await asyncio.Event().wait()

    return answered(answer, call), there


@pytest.mark.parametrize(("call", "done"), [*((call, False) for call in STARTING), *((call, True) for call in DONE)])
async def test_a_signal_while_discord_is_asked_leaves_one_message_or_none(call: Call, done: bool, stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    stage.discord.fault, there = at_request(stage, call, done=done)
    stage.start()
    await asyncio.wait_for(there.wait(), 60)

    assert await sigterm(stage) <= 5
    look(stage)

    stage.discord.fault = None
    await stage.up()
    await stage.shows("Heat (1995)")
    assert len(stage.posts) <= 2
    assert len(stage.discord.pinned) == 1 and stage.notices == []


async def test_many_kills_and_restarts_leave_one_message_and_one_pin(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    moments = random.Random(4)
    for number in range(12):
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


def spent(stage: Stage) -> Fault:
    """The last edit of this rate limit's window was just made, and the next one is a long way off."""

    async def answer(request: web.Request) -> web.Response:
        response = json_answer(await taken(stage.discord.channel, request))
        values = {"Limit": "5", "Remaining": "0", "Reset-After": "20.000", "Reset": "1782907300", "Bucket": "edits"}
        response.headers.update({f"X-RateLimit-{name}": value for name, value in values.items()})
        return with_via(response)

    return answered(answer, EDIT)


@pytest.mark.parametrize("trouble", ["hung", "spent", "unreadable"])
async def test_the_end_comes_within_five_seconds_while_discord_is_in_trouble(trouble: str, stage: Stage) -> None:
    await stage.up()
    await stage.passes(20)
    unreadable = answering_with(UNREADABLE["parts of a wrong type"], EDIT)
    stage.discord.fault = {"hung": hung(), "spent": spent(stage), "unreadable": unreadable}[trouble]
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.passes(31)  # an edit is under way

    assert await sigterm(stage) <= 5
    assert stage.log.records[-1].levelname == "WARNING"
    await stage.discord.gateway.wait_connected(connected=False)


async def test_the_end_comes_within_five_seconds_while_the_line_to_discord_is_dead(stage: Stage) -> None:
    async with Line(stage.discord.port).laid() as line:
        with over(line, stage.discord):
            await stage.up()
            await stage.passes(20)

            line.flowing.clear()
            await stage.passes(10)

            assert await sigterm(stage) <= 5


async def test_apps_that_hang_keep_neither_the_dashboard_nor_the_end_away(stage: Stage) -> None:
    stage.radarr.fault = stage.sonarr.fault = app_hangs
    began = stage.clock.monotonic()
    await stage.up()
    assert stage.clock.monotonic() - began <= 20
    await stage.passes(35)

    assert await sigterm(stage) <= 5
    look(stage)


async def test_the_last_edit_comes_at_once_and_disables_every_button_until_a_restart(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    before = stage.labels

    assert await sigterm(stage) < 1, "it does not wait for the spacing of edits"
    assert stage.is_offline and stage.labels == before
    assert all(button["disabled"] for button in buttons_of(stage.dashboard))
    assert all(button["custom_id"].startswith("discarr:") for button in buttons_of(stage.dashboard))

    stage.radarr.queue.clear()
    await stage.restart()
    assert not any(button.get("disabled") for button in buttons_of(stage.dashboard))
    await stage.lacks("Heat")
    await stage.stop()
    assert {button["disabled"] for button in buttons_of(stage.dashboard)} == {True}, "also with nothing to show"


async def test_it_leaves_with_a_code_that_ends_the_session_so_that_it_is_seen_offline_at_once(stage: Stage) -> None:
    stage.log.set_level("INFO", "discord.gateway")
    await stage.up()
    session = re.findall(r"Session ID: (\w+)", stage.log.text)[-1]
    url = f"{stage.discord.gateway_url}?v=10&encoding=json"

    await stage.stop()

    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 6, "d": {"token": stage.discord.token, "session_id": session, "seq": 1}})
        assert (await socket.receive_json())["op"] == 9, "it cannot be resumed"
