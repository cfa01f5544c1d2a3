"""A day in which everything of Discord's breaks once, one after the other, under one living bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from discarr.demo.arr import MovieMedia
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault
from tests.faults.tools import gaps, lose_gateway, most_in
from tests.stage import REFRESH, Stage, film
from tests.support import discord_faults as wrong
from tests.support.any_guild import PUBLIC_THREAD
from tests.support.discord_faults import CREATE, EDIT, REFUSALS, TROUBLE, answered, answering_with

MOST_REQUESTS = 30
"""In a minute, whatever Discord answers."""
HEALED_WITHIN = 65
"""Seconds: as long as one answer may tell it to wait, and an interval."""
HOUR = 3600
"""Seconds in which the sessions of the gateway are counted."""
NO_BUTTONS = "No connection to Discord's gateway"
UNPARSED = "Discord sent an event that cannot be parsed"
PERMISSIONS = {
    "view_channel": "View Channel is missing",
    "send_messages": None,
    "embed_links": "Embed Links is missing",
    "read_message_history": None,
    "pin_messages": None,
}
"""What is said if one is taken: Discord rejects edits without it, or drops the embed; or it takes them all the same."""
ODD_DATA: tuple[Any, ...] = (None, 7, "text", [], [1], {})
ODD_EVENTS = {
    "GUILD_UPDATE": {"id": "1"},
    "CHANNEL_UPDATE": {"id": "x"},
    "GUILD_ROLE_UPDATE": {"role": {}},
    "INTERACTION_CREATE": {"id": "5", "type": 3},
    "CHANNEL_CREATE": {"type": 0},
    "MESSAGE_CREATE": {},
    "SOMETHING_NEW": {"what": None},
    "GUILD_DELETE": {},
    "GUILD_CREATE": {},
    "THREAD_UPDATE": {},
}
FRAMES: list[str | bytes] = [
    *("", "<html>", "null", "[]", "{}"),
    *('{"op": 10}', '{"op": 0, "t": "READY", "s": "x", "d": null}', '{"op": "x", "d": {}, "s": {}}'),
    *('{"op": 0, "t": [], "d": {}}', "[" * 100_000, b""),
    *(b"\x00\x01\x02\x00\x00\xff\xff", b"\x00" * 10_000 + b"\x00\x00\xff\xff"),
]
HELPERS = {"pins": wrong.PINS, "history": wrong.HISTORY, "the channel": wrong.CHANNEL, "the guild": wrong.GUILD}

type Trouble = AbstractAsyncContextManager[None]
type Troubles = dict[str, tuple[Trouble, str | None]]
"""Each with the words of the only warning; None if there is none."""
type Step = Callable[[], Awaitable[object]]


@asynccontextmanager
async def during(*begin: Step, end: Step | None = None) -> AsyncIterator[None]:
    """Do this; and, if it does not pass by itself, that when it is over."""
    for step in begin:
        await step()
    yield
    if end:
        await end()


def day(stage: Stage) -> Troubles:
    """Return every trouble of a day, each to be entered once. Messages are deleted only where the name says so."""
    return answers(stage) | changes_in_the_channel(stage) | gateway_troubles(stage)


def answers(stage: Stage) -> Troubles:
    """Odd answers and refusals, also while a message is looked for that was deleted."""
    channel = stage.discord.channel

    async def answer(fault: Fault | None) -> None:
        stage.discord.fault = fault

    def answering(fault: Fault, *then: Step) -> Trouble:
        return during(partial(answer, fault), *then, end=partial(answer, None))

    async def delete() -> None:
        await stage.discord.delete_message(int(stage.dashboard["id"]))

    return {
        **{f"{name} everywhere": (answering(wrong.fault(name)), words) for name, (_, words) in TROUBLE.items()},
        **{
            f"edits answered with {name}": (answering(answering_with(body, EDIT)), "cannot be read")
            for name, body in wrong.UNREADABLE.items()
        },
        "edits refused without a code": (answering(wrong.without_code(404, EDIT)), "404 (code 0)"),
        **{
            f"edits refused with {name}": (answering(answered(refuse, EDIT)), words)
            for name, (refuse, words) in REFUSALS.items()
        },
        **{
            f"deleted, and no post for {name}": (answering(answered(refuse, CREATE), delete), words)
            for name, (refuse, words) in REFUSALS.items()
        },
        **{
            f"deleted, and {what} {how}": (answering(faulty(call), delete), words if what == "history" else None)
            for how, faulty, words in (
                ("unreadable", partial(answering_with, b"null"), "cannot be read"),
                ("refused", partial(wrong.without_code, 403), "403 (code 0)"),
            )
            for what, call in HELPERS.items()
        },
        "edits that change nothing": (answering(wrong.ignoring_edits(channel)), "shows something else"),
        "edits answered with another message": (answering(wrong.answering_edits(channel, id="5")), "else"),
        "edits answered in part": (answering(wrong.answering_edits(channel, without="flags")), None),
        "edits of a message that is as good as deleted": (answering(answered(wrong.refusing(404, 10008), EDIT)), None),
        "deleted and still listed": (answering(wrong.stale_pins(channel), delete), None),
        "deleted": (during(delete), None),
    }


def changes_in_the_channel(stage: Stage) -> Troubles:
    discord = stage.discord

    async def unpin() -> None:
        await discord.unpin(int(stage.dashboard["id"]))

    async def hide_embeds() -> None:
        await discord.suppress_embeds(int(stage.dashboard["id"]))

    async def create_channel() -> None:
        discord.guild.channel_exists = True

    async def unlock() -> None:
        discord.guild.locked = False

    async def time_out() -> None:
        discord.guild.timed_out_until = stage.clock.now().timestamp() + 100

    return {
        "unpinned": (during(unpin), None),
        "its embed removed": (during(hide_embeds), None),
        "an unknown channel": (during(discord.delete_channel, end=create_channel), "DISCORD_CHANNEL_ID is unknown"),
        "an archived thread": (during(discord.archive), None),
        "a locked thread": (during(partial(discord.archive, locked=True), end=unlock), "thread is locked"),
        "a timeout": (during(time_out), "timed out until"),
        **{
            f"{name} taken": (during(partial(discord.take, name), end=partial(discord.give, name)), words)
            for name, words in PERMISSIONS.items()
        },
    }


def gateway_troubles(stage: Stage) -> Troubles:
    gateway = stage.discord.gateway

    async def send_odd_events() -> None:
        for event, data in ODD_EVENTS.items():
            for odd in (data, *ODD_DATA):
                await gateway.send(event, odd)

    return {
        "no gateway": (during(partial(lose_gateway, stage), end=partial(gateway.refuse, refusing=False)), NO_BUTTONS),
        "a silent gateway": (during(gateway.silence, end=partial(gateway.silence, silent=False)), NO_BUTTONS),
        "a wish to reconnect": (during(gateway.reconnect), None),
        "a broken connection": (during(gateway.drop), None),
        "odd events": (during(send_odd_events), UNPARSED),
        "an odd session": (during(partial(gateway.send, "READY", {})), None),
        **{
            f"odd frame {number}": (during(partial(gateway.garble, frame)), None) for number, frame in enumerate(FRAMES)
        },
    }


async def test_a_day_in_which_everything_breaks_once_ends_as_it_began(stage: Stage) -> None:
    stage.discord.guild.channel_type = PUBLIC_THREAD
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"
    await stage.showing(downloading(film(0)))
    troubles = day(stage)

    findings = []
    for number, (name, (trouble, words)) in enumerate(troubles.items(), 1):
        posts = len(stage.posts)
        findings += [f"{name}: {finding}" for finding in await played(trouble, words, film(number), stage)]
        if len(stage.posts) > posts and "deleted" not in name:
            findings.append(f"{name}: posted again")

    assert findings == []
    await stage.lacks("**2** ")
    assert f"**1** Film {len(troubles):04} (2020)" in stage.text
    assert min(gaps(edit.at for edit in stage.edits if edit.status == 200 and "content" in edit.body)) >= 5
    assert most_in(HOUR, stage.discord.identifies) < 20


async def played(trouble: Trouble, words: str | None, next: MovieMedia, stage: Stage) -> list[str]:
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
    is_well = well(stage, next.title)
    await seconds_pass_until(lambda: stage.discord.gateway.connected, HOUR, stage)
    await stage.press(stage.discord.guest, REFRESH)
    # Frames that cost a session each are many for an hour.
    warnings = [text for text in stage.warnings if "Too many new sessions" not in text]
    infos = stage.said("INFO")
    checks = {
        f"not shown again: {stage.text}": is_well,
        f"{requests:.0f} requests a minute": requests <= MOST_REQUESTS,
        f"said twice: {warnings}": len(warnings) == len(set(warnings)),
        f"not said: {words}": words is None or words in "".join(warnings),
        f"not said to be over: {infos}": words in (None, UNPARSED) or "again" in "".join(infos),
        f"said: {warnings}": words is not None or warnings == [],
        "a traceback": stage.tracebacks == [],
    }
    return [what for what, right in checks.items() if not right]


async def seconds_pass_until(so: Callable[[], bool], most: int, stage: Stage) -> None:
    for _ in range(0, most, 10):
        if so():
            return
        await stage.passes(10)


def well(stage: Stage, title: str) -> bool:
    """Return whether there is one message, pinned and without a notice, with the row of this title."""
    mine = [message for message in stage.discord.messages if message["author"]["id"] == str(stage.discord.bot_id)]
    return len(mine) == 1 and mine[0]["pinned"] and title in stage.text
