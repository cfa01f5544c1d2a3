"""A day in which everything of Discord's breaks once, one after the other, under one living bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from discarr.demo.arr import MovieMedia
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, discord_error, too_many_requests
from tests.faults.test_channel_faults import NEEDED
from tests.faults.test_discord_faults import HANG, TROUBLE, fault
from tests.faults.test_gateway_faults import FRAMES, UNPARSABLE
from tests.faults.tools import lose_gateway
from tests.stage import REFRESH, Stage, film
from tests.support import discord_faults as wrong
from tests.support.any_guild import PUBLIC_THREAD
from tests.support.discord_faults import CREATE, EDIT, answered

MOST_REQUESTS = 30
"""In a minute, whatever Discord answers."""
HEALED_WITHIN = 700
"""Seconds; a pin waits for ten minutes."""
HOUR = 3600
"""Seconds in which the sessions of the gateway are counted."""
REFUSALS = {
    "no access": (403, 50001),
    "missing permissions": (403, 50013),
    "a blocked network": (403, 40333),
    "a channel without messages": (400, 50008),
    "a slow mode": (429, 20016),
    "a bad form": (400, 50035),
    "an unknown server": (404, 10004),
    "a conflict": (409, 0),
    "an origin that is down": (521, 0),
}
"""Status and code of one refusal of each kind."""
ODD_DATA: tuple[Any, ...] = (None, 7, "text", [], [1], {})
ODD_EVENTS = ("INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE", "THREAD_UPDATE", "GUILD_ROLE_UPDATE", "NEW")
HELPERS = {"pins": wrong.PINS, "history": wrong.HISTORY, "the channel": wrong.CHANNEL, "the guild": wrong.GUILD}

type Trouble = AbstractAsyncContextManager[None]


def refused(name: str, call: tuple[str, str]) -> Fault:
    status, code = REFUSALS[name]
    limited = status == 429
    return answered(
        lambda _: too_many_requests(20, code=code) if limited else discord_error(status, code, "Its words"), call
    )


@asynccontextmanager
async def during(
    begin: Callable[[], Awaitable[object]], end: Callable[[], Awaitable[object]] | None = None
) -> AsyncIterator[None]:
    """Do this; and, if it does not pass by itself, that when it is over."""
    await begin()
    yield
    if end:
        await end()


@asynccontextmanager
async def answering(stage: Stage, fault: Fault, *, deleted: bool = False) -> AsyncIterator[None]:
    """Answer requests with this fault; also while the message is looked for that was deleted."""
    stage.discord.fault = fault
    if deleted:
        await delete(stage)
    yield
    stage.discord.fault = None


@asynccontextmanager
async def still_listed(stage: Stage) -> AsyncIterator[None]:
    async with answering(stage, wrong.stale_pins(stage.discord.channel), deleted=True):
        yield


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


async def delete(stage: Stage) -> None:
    await stage.discord.delete_message(int(stage.dashboard["id"]))


async def unpin(stage: Stage) -> None:
    await stage.discord.unpin(int(stage.dashboard["id"]))


async def hide_embeds(stage: Stage) -> None:
    await stage.discord.suppress_embeds(int(stage.dashboard["id"]))


async def send_odd_events(stage: Stage) -> None:
    for event, data in [*UNPARSABLE.items(), *((event, data) for event in ODD_EVENTS for data in ODD_DATA)]:
        await stage.discord.gateway.send(event, data)


def day(stage: Stage) -> dict[str, Trouble]:
    """Return every trouble of a day, each to be entered once."""
    discord, gateway, channel = stage.discord, stage.discord.gateway, stage.discord.channel
    return {
        **{f"{name} everywhere": answering(stage, fault(name)) for name in (*TROUBLE, HANG)},
        **{
            f"edits answered with {name}": answering(stage, wrong.answering_with(wrong.UNREADABLE[name], EDIT))
            for name in ("null", "parts of a wrong type")
        },
        "edits refused without a code": answering(stage, wrong.without_code(404, EDIT)),
        **{f"edits refused with {name}": answering(stage, refused(name, EDIT)) for name in REFUSALS},
        **{
            f"deleted, and no post for {name}": answering(stage, refused(name, CREATE), deleted=True)
            for name in REFUSALS
        },
        **{
            f"deleted, and {what} unreadable": answering(stage, wrong.answering_with(b"null", call), deleted=True)
            for what, call in HELPERS.items()
        },
        **{
            f"deleted, and {what} refused": answering(stage, wrong.without_code(403, call), deleted=True)
            for what, call in HELPERS.items()
        },
        "edits that change nothing": answering(stage, wrong.ignoring_edits(channel)),
        "edits answered in part": answering(stage, wrong.answering_edits_without(channel, "flags")),
        "edits of a message that is unknown but listed": answering(stage, wrong.unknown_but_listed()),
        "a bare guild": answering(stage, wrong.bare_guild(discord.guild)),
        "deleted and still listed": still_listed(stage),
        "deleted": during(partial(delete, stage)),
        "unpinned": during(partial(unpin, stage)),
        "its embed removed": during(partial(hide_embeds, stage)),
        "an unknown channel": unknown_channel(stage),
        "an archived thread": during(discord.archive),
        "a locked thread": locked(stage),
        "a timeout": timed_out(stage),
        **{f"{name} taken": during(partial(discord.take, name), partial(discord.give, name)) for name in NEEDED},
        "no gateway": during(partial(lose_gateway, stage), partial(gateway.refuse, refusing=False)),
        "a silent gateway": during(gateway.silence, partial(gateway.silence, silent=False)),
        "an invalid session": during(gateway.invalidate),
        "a wish to reconnect": during(gateway.reconnect),
        "a broken connection": during(gateway.drop),
        "a closed session": during(partial(gateway.drop, 4009)),
        "odd events": during(partial(send_odd_events, stage)),
        "an odd session": during(partial(gateway.send, "READY", {})),
        **{f"odd frame {number}": during(partial(gateway.garble, frames[0])) for number, frames in enumerate(FRAMES)},
    }


async def test_a_day_in_which_everything_breaks_once_ends_as_it_began(stage: Stage) -> None:
    stage.discord.guild.channel_type = PUBLIC_THREAD
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"
    await stage.showing(downloading(film(0)))
    troubles = day(stage)

    findings = []
    for number, (name, trouble) in enumerate(troubles.items(), 1):
        findings += [f"{name}: {finding}" for finding in await played(trouble, film(number), stage)]

    assert findings == []
    await stage.lacks("**2** ")
    assert f"**1** Film {len(troubles):04} (2020)" in stage.text
    await stage.press(stage.discord.guest, REFRESH)


async def played(trouble: Trouble, next: MovieMedia, stage: Stage) -> list[str]:
    """Return what was not as it should be during this trouble, and after it, when the next film comes."""
    stage.log.clear()
    began, item = len(stage.discord.requests), stage.radarr.queue[0]
    async with trouble:
        for _ in range(4):
            item.left -= 1_000_000
            await stage.passes(30)
        requests = (len(stage.discord.requests) - began) / 2
    stage.radarr.queue[:] = [downloading(next)]
    await seconds_pass_until(lambda: well(stage, next.title), HEALED_WITHIN, stage)
    await seconds_pass_until(lambda: stage.discord.gateway.connected, HOUR, stage)
    lines = stage.said()
    checks = {
        "not shown again": well(stage, next.title),
        "not connected again": stage.discord.gateway.connected,
        f"{requests:.0f} requests a minute": requests <= MOST_REQUESTS,
        f"said twice: {lines}": len(lines) == len(set(lines)),
        "a traceback": not any(record.exc_info for record in stage.log.records),
    }
    return [what for what, right in checks.items() if not right]


async def seconds_pass_until(so: Callable[[], bool], most: int, stage: Stage) -> None:
    for _ in range(0, most, 10):
        if so():
            return
        await stage.passes(10)


def well(stage: Stage, title: str) -> bool:
    """Return whether there is one message, pinned, with the row of this title."""
    mine = [message for message in stage.discord.messages if message["author"]["id"] == str(stage.discord.bot_id)]
    return len(mine) == 1 and mine[0]["pinned"] and title in stage.text
