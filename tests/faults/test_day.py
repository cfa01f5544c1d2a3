"""A day in which everything of Discord's breaks once, one after the other, under one living bot."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from discarr.demo.arr import MovieMedia
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault
from tests.faults.tools import gaps, lose_gateway, most_in
from tests.stage import REFRESH, Stage, film
from tests.support import discord_faults as wrong
from tests.support.any_guild import PUBLIC_THREAD
from tests.support.discord_faults import CREATE, EDIT, REFUSALS, TROUBLE, answered, answering_with

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

type Step = Callable[[], Awaitable[object]]


class Trouble(NamedTuple):
    begin: Step
    end: Step | None = None
    """None if it passes by itself."""
    words: str | None = None
    """Those of the only warning; None if there is none."""


def day(stage: Stage) -> dict[str, Trouble]:
    """Return every trouble of a day. Messages are deleted only where the name says so."""
    return answers(stage) | changes_in_the_channel(stage) | gateway_troubles(stage)


def answers(stage: Stage) -> dict[str, Trouble]:
    """Odd answers and refusals, also while a message is looked for that was deleted."""
    channel = stage.discord.channel

    async def delete() -> None:
        await stage.discord.delete_message(int(stage.dashboard["id"]))

    def answering(fault: Fault, words: str | None = None, *, then: Step | None = None) -> Trouble:
        async def begin() -> None:
            stage.discord.fault = fault
            if then:
                await then()

        async def end() -> None:
            stage.discord.fault = None

        return Trouble(begin, end, words)

    return {
        **{f"{name} everywhere": answering(wrong.fault(name), words) for name, (_, words) in TROUBLE.items()},
        **{
            f"edits answered with {name}": answering(answering_with(body, EDIT), "cannot be read")
            for name, body in wrong.UNREADABLE.items()
        },
        "edits refused without a code": answering(wrong.without_code(404, EDIT), "404 (code 0)"),
        **{
            f"edits refused with {name}": answering(answered(refuse, EDIT), words)
            for name, (refuse, words) in REFUSALS.items()
        },
        **{
            f"deleted, and no post for {name}": answering(answered(refuse, CREATE), words, then=delete)
            for name, (refuse, words) in REFUSALS.items()
        },
        **{
            f"deleted, and {what} {how}": answering(faulty(call), words if what == "history" else None, then=delete)
            for how, faulty, words in (
                ("unreadable", partial(answering_with, b"null"), "cannot be read"),
                ("refused", partial(wrong.without_code, 403), "403 (code 0)"),
            )
            for what, call in HELPERS.items()
        },
        "edits that change nothing": answering(wrong.ignoring_edits(channel), "shows something else"),
        "edits answered with another message": answering(wrong.answering_edits(channel, id="5"), "else"),
        "edits answered in part": answering(wrong.answering_edits(channel, without="flags")),
        "edits of a message that is as good as deleted": answering(answered(wrong.refusing(404, 10008), EDIT)),
        "deleted and still listed": answering(wrong.stale_pins(channel), then=delete),
        "deleted": Trouble(delete),
    }


def changes_in_the_channel(stage: Stage) -> dict[str, Trouble]:
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
        "unpinned": Trouble(unpin),
        "its embed removed": Trouble(hide_embeds),
        "an unknown channel": Trouble(discord.delete_channel, create_channel, "DISCORD_CHANNEL_ID is unknown"),
        "an archived thread": Trouble(discord.archive),
        "a locked thread": Trouble(partial(discord.archive, locked=True), unlock, "thread is locked"),
        "a timeout": Trouble(time_out, words="timed out until"),
        **{
            f"{name} taken": Trouble(partial(discord.take, name), partial(discord.give, name), words)
            for name, words in PERMISSIONS.items()
        },
    }


def gateway_troubles(stage: Stage) -> dict[str, Trouble]:
    gateway = stage.discord.gateway

    async def send_odd_events() -> None:
        for event, data in ODD_EVENTS.items():
            for odd in (data, *ODD_DATA):
                await gateway.send(event, odd)

    return {
        "no gateway": Trouble(partial(lose_gateway, stage), partial(gateway.refuse, refusing=False), NO_BUTTONS),
        "a silent gateway": Trouble(gateway.silence, partial(gateway.silence, silent=False), NO_BUTTONS),
        "a wish to reconnect": Trouble(gateway.reconnect),
        "a broken connection": Trouble(gateway.drop),
        "odd events": Trouble(send_odd_events, words=UNPARSED),
        "an odd session": Trouble(partial(gateway.send, "READY", {})),
        **{f"odd frame {number}": Trouble(partial(gateway.garble, frame)) for number, frame in enumerate(FRAMES)},
    }


async def test_a_day_in_which_everything_breaks_once_ends_as_it_began(stage: Stage) -> None:
    stage.discord.guild.channel_type = PUBLIC_THREAD
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"
    await stage.showing(downloading(film(0)))
    troubles = day(stage)

    findings = []
    for number, (name, trouble) in enumerate(troubles.items(), 1):
        posts = len(stage.posts)
        findings += [f"{name}: {finding}" for finding in await played(trouble, film(number), stage)]
        if len(stage.posts) > posts and "deleted" not in name:
            findings.append(f"{name}: posted again")

    assert findings == []
    await stage.lacks("**2** ")
    assert f"**1** Film {len(troubles):04} (2020)" in stage.text
    assert min(gaps(edit.at for edit in stage.edits if edit.status == 200 and "content" in edit.body)) >= 5
    assert most_in(HOUR, stage.discord.identifies) < 20


async def played(trouble: Trouble, next: MovieMedia, stage: Stage) -> list[str]:
    """Return what was not as it should be during this trouble, and after it, when the next film comes."""
    stage.log.clear()
    began, item = len(stage.discord.requests), stage.radarr.queue[0]
    await trouble.begin()
    for _ in range(4):
        item.left -= 1_000_000
        await stage.passes(30)
    requests = (len(stage.discord.requests) - began) / 2
    if trouble.end:
        await trouble.end()
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
        f"{requests:.0f} requests a minute": requests <= 30,
        f"said twice: {warnings}": len(warnings) == len(set(warnings)),
        f"not said: {trouble.words}": trouble.words is None or trouble.words in "".join(warnings),
        f"not said to be over: {infos}": trouble.words in (None, UNPARSED) or "again" in "".join(infos),
        f"said: {warnings}": trouble.words is not None or warnings == [],
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
