"""A day in which everything of Discord's breaks once, one after the other, under one living bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from itertools import chain
from typing import Any

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, discord_error, too_many_requests
from tests.faults.test_channel_faults import ESSENTIAL
from tests.faults.test_discord_faults import HANG, TROUBLE, fault
from tests.faults.test_gateway_faults import FRAMES, UNPARSABLE
from tests.faults.tools import said
from tests.stage import REFRESH, Stage, film
from tests.support import discord_faults as wrong
from tests.support.any_guild import PUBLIC_THREAD
from tests.support.discord_faults import CREATE, EDIT
from tests.virtual_time import jumping

MOST_REQUESTS = 30
"""In a minute, whatever Discord answers."""
HEALED_WITHIN = 700
"""Seconds; a pin waits for ten minutes."""
HOUR = 3600
"""Seconds in which the sessions of the gateway are counted."""

FAULTS = [*TROUBLE, HANG]
EVENTS = UNPARSABLE | {"READY": {}}

type Trouble = Callable[[Stage], AbstractAsyncContextManager[None]]


def just(fault: Fault) -> Callable[[Stage], Fault]:
    """Return this fault for any stage."""
    return lambda _: fault


def refused(status: int, code: int, call: tuple[str, str]) -> Fault:
    """Refuse this call."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != call:
            return None
        return too_many_requests(20, code=code) if status == 429 else discord_error(status, code, "Its words")

    return fault


def answered(fault: Callable[[Stage], Fault]) -> Trouble:
    """Requests are answered with this fault."""

    @asynccontextmanager
    async def trouble(stage: Stage) -> AsyncIterator[None]:
        stage.discord.fault = fault(stage)
        yield
        stage.discord.fault = None

    return trouble


def at_once(act: Callable[[Stage], Awaitable[object]]) -> Trouble:
    """Something happens at once and is over."""

    @asynccontextmanager
    async def trouble(stage: Stage) -> AsyncIterator[None]:
        await act(stage)
        yield

    return trouble


def without(*permissions: str) -> Trouble:
    @asynccontextmanager
    async def trouble(stage: Stage) -> AsyncIterator[None]:
        await stage.discord.take(*permissions)
        yield
        await stage.discord.give(*permissions)

    return trouble


@asynccontextmanager
async def no_gateway(stage: Stage) -> AsyncIterator[None]:
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()
    yield
    await stage.discord.gateway.refuse(refusing=False)


@asynccontextmanager
async def silent_gateway(stage: Stage) -> AsyncIterator[None]:
    await stage.discord.gateway.silence()
    yield
    await stage.discord.gateway.silence(silent=False)


@asynccontextmanager
async def unknown_channel(stage: Stage) -> AsyncIterator[None]:
    await stage.discord.delete_channel()
    yield
    stage.discord.guild.channel_exists = True


@asynccontextmanager
async def locked(stage: Stage) -> AsyncIterator[None]:
    await stage.discord.archive(locked=True)
    yield
    stage.discord.guild.locked = False


@asynccontextmanager
async def timed_out(stage: Stage) -> AsyncIterator[None]:
    await stage.discord.time_out(stage.discord.guild.bot, stage.clock.now().timestamp() + 100)
    yield


def deleted_while(fault: Callable[[Stage], Fault]) -> Trouble:
    """The message is deleted, and what is asked to find it again is answered with this fault."""

    @asynccontextmanager
    async def trouble(stage: Stage) -> AsyncIterator[None]:
        async with answered(fault)(stage):
            await delete(stage)
            yield

    return trouble


async def delete(stage: Stage) -> None:
    await stage.discord.delete_message(int(stage.dashboard["id"]))


async def unpin(stage: Stage) -> None:
    await stage.discord.unpin(int(stage.dashboard["id"]))


async def hide_embeds(stage: Stage) -> None:
    await stage.discord.suppress_embeds(int(stage.dashboard["id"]))


def send(event: str, stage: Stage) -> Awaitable[object]:
    return stage.discord.gateway.send(event, EVENTS[event])


async def send_all(data: Any, stage: Stage) -> None:
    """Send each kind of event with this."""
    for event in ("INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE", "THREAD_UPDATE", "GUILD_ROLE_UPDATE", "NEW"):
        await stage.discord.gateway.send(event, data)


def garble(frame: str | bytes, stage: Stage) -> Awaitable[object]:
    return stage.discord.gateway.garble(frame)


def drop(code: int | None, stage: Stage) -> Awaitable[object]:
    return stage.discord.gateway.drop(code)


REFUSALS = {
    "no access": (403, 50001),
    "missing permissions": (403, 50013),
    "another user's message": (403, 50005),
    "a system message": (403, 50021),
    "a blocked network": (403, 40333),
    "a channel without messages": (400, 50008),
    "a slow mode": (429, 20016),
    "a write limit": (429, 20028),
    "an empty message": (400, 50006),
    "a bad form": (400, 50035),
    "bad JSON": (400, 50109),
    "an unknown server": (404, 10004),
    "a wrong method": (405, 0),
    "a conflict": (409, 0),
    "too large": (413, 40005),
    "a teapot": (418, 0),
    "an origin that is down": (521, 0),
}
"""Status and code of each."""
ODD_DATA: tuple[Any, ...] = (None, 7, "text", [], [1], {})
HELPERS = {"pins": wrong.PINS, "history": wrong.HISTORY, "the channel": wrong.CHANNEL, "the guild": wrong.GUILD}
DAY: dict[str, Trouble] = {
    **{f"{name} everywhere": answered(just(fault(name))) for name in FAULTS},
    **{f"edits answered with {name}": answered(just(fault(name, EDIT))) for name in FAULTS},
    **{
        f"edits answered with {name}": answered(just(wrong.answering_with(body, EDIT)))
        for name, body in wrong.UNREADABLE.items()
    },
    **{
        f"edits refused with {status} without a code": answered(just(wrong.without_code(status, EDIT)))
        for status in (400, 403, 404)
    },
    **{f"edits refused with {name}": answered(just(refused(*REFUSALS[name], EDIT))) for name in REFUSALS},
    **{f"deleted, and no post for {name}": deleted_while(just(refused(*REFUSALS[name], CREATE))) for name in REFUSALS},
    **{
        f"deleted, and {what} unreadable": deleted_while(just(wrong.answering_with(b"null", call)))
        for what, call in HELPERS.items()
    },
    **{
        f"deleted, and {what} refused": deleted_while(just(wrong.without_code(403, call)))
        for what, call in HELPERS.items()
    },
    "edits that change nothing": answered(lambda stage: wrong.ignoring_edits(stage.discord.channel)),
    "edits answered in part": answered(lambda stage: wrong.answering_edits_without(stage.discord.channel, "flags")),
    "edits of a message that is unknown but listed": answered(just(wrong.unknown_but_listed())),
    "a bare guild": answered(lambda stage: wrong.bare_guild(stage.discord.guild)),
    "deleted and still listed": deleted_while(lambda stage: wrong.stale_pins(stage.discord.channel)),
    "deleted": at_once(delete),
    "unpinned": at_once(unpin),
    "its embed removed": at_once(hide_embeds),
    "an unknown channel": unknown_channel,
    "an archived thread": at_once(lambda stage: stage.discord.archive()),
    "a locked thread": locked,
    "a timeout": timed_out,
    **{f"{permission} taken": without(permission) for permission in (*ESSENTIAL, "pin_messages")},
    "no gateway": no_gateway,
    "a silent gateway": silent_gateway,
    "an invalid session": at_once(lambda stage: stage.discord.gateway.invalidate()),
    "a wish to reconnect": at_once(lambda stage: stage.discord.gateway.reconnect()),
    **{f"dropped with {code}": at_once(partial(drop, code)) for code in (None, 1000, 1001, 4000, 4007, 4009)},
    **{f"an odd {event}": at_once(partial(send, event)) for event in EVENTS},
    **{f"an event with {data}": at_once(partial(send_all, data)) for data in ODD_DATA},
    **{
        f"odd frame {number}": at_once(partial(garble, frame))
        for number, frame in enumerate(chain.from_iterable(FRAMES))
    },
}


@jumping
async def test_a_day_in_which_everything_breaks_once_ends_as_it_began(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    stage.discord.guild.channel_type = PUBLIC_THREAD
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"
    await stage.showing(downloading(film(0)))

    findings = [finding for number, name in enumerate(DAY, 1) for finding in await played(name, number, stage, caplog)]

    assert findings == []
    await stage.lacks("**2 ")
    assert len(stage.discord.pinned) == 1 and f"**1** Film {len(DAY):04} (2020)" in stage.text
    await (await stage.discord.press(stage.discord.guest, REFRESH)).acknowledged()


async def played(name: str, number: int, stage: Stage, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was not as it should be during this trouble, and after it."""
    caplog.clear()
    began, item = len(stage.discord.requests), stage.radarr.queue[0]
    async with DAY[name](stage):
        for _ in range(4):
            item.left -= 1_000_000
            await stage.passes(30)
        requests = (len(stage.discord.requests) - began) / 2
    stage.radarr.queue[:] = [downloading(film(number))]
    title = f"Film {number:04} (2020)"
    healed = await seconds_until(lambda: well(stage, title), HEALED_WITHIN, stage)
    connected = await seconds_until(lambda: stage.discord.gateway.connected, HOUR, stage)
    lines = said(caplog)
    print(f"{name}: {requests:.0f} requests a minute, {len(lines)} lines, healed in {healed + connected} s")
    checks = {
        "not shown again": well(stage, title),
        "not connected again": stage.discord.gateway.connected,
        f"{requests:.0f} requests a minute": requests <= MOST_REQUESTS,
        f"said twice: {lines}": len(lines) == len(set(lines)),
        "a traceback": not any(record.exc_info for record in caplog.records),
    }
    return [f"{name}: {what}" for what, right in checks.items() if not right]


async def seconds_until(so: Callable[[], bool], most: int, stage: Stage) -> int:
    waited = 0
    while not so() and waited < most:
        waited += 10
        await stage.passes(10)
    return waited


def well(stage: Stage, title: str) -> bool:
    """Whether there is one message, pinned, with the row of this title."""
    mine = [message for message in stage.discord.messages if message["author"]["id"] == str(stage.discord.bot_id)]
    return len(mine) == 1 and mine[0]["pinned"] and title in stage.text
