"""Discord in trouble: one message, edited again as soon as allowed, no burst afterwards, never a second message."""

from collections.abc import Callable
from itertools import product

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, discord_error, too_many_requests
from discarr.demo.discord.channel import LoopbackChannel
from tests.faults.tools import accepted, gaps, lose_gateway
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import (
    CREATE,
    DELETE,
    EDIT,
    HISTORY,
    PIN,
    PINS,
    UNREADABLE,
    Answer,
    Call,
    answered,
    answering_edits_with_another,
    answering_with,
    cut_off,
    hung,
    ignoring_edits,
    without_code,
)

pytestmark = pytest.mark.usefixtures("calm_apps")


def cloudflare(retry_after: str | None) -> Answer:
    """Cloudflare's own 429: a page, and no Via."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    page = "<title>Access denied | discord.com used Cloudflare</title>"
    return lambda _: web.Response(status=429, text=page, content_type="text/html", headers=headers)


def proxy(status: int, text: str) -> Answer:
    """What something between the bot and Discord answers."""
    return lambda _: web.Response(status=status, text=text, content_type="text/html")


TROUBLE: dict[str, Answer] = {
    "500": lambda _: discord_error(500, 0, "500: Internal Server Error"),
    "502": proxy(502, "<html>Bad Gateway</html>"),
    "503": lambda _: web.Response(status=503, text="upstream connect error"),
    "429 for 3 s": lambda _: too_many_requests(3.0),
    "429 for 45 s": lambda _: too_many_requests(45.0),
    "429 for all": lambda _: too_many_requests(2.0, scope="global"),
    "429 with 30046": lambda _: too_many_requests(4.0, code=30046),
    "Cloudflare's 429": cloudflare("20"),
    "a login page": proxy(200, "<html>Sign in</html>"),
    "a login page with 401": proxy(401, "<html>Sign in</html>"),
    "a login text with 401": lambda _: web.Response(status=401, text="Authorization required"),
    "closed socket": cut_off,
}
REFUSALS: dict[str, Answer] = {
    "400 bad form": lambda _: discord_error(400, 50035, "Invalid Form Body"),
    "403 missing permissions": lambda _: discord_error(403, 50013, "Missing Permissions"),
    "404 unknown channel": lambda _: discord_error(404, 10003, "Unknown Channel"),
    "404 of a proxy": proxy(404, "not here"),
}
UNREAD: dict[str, Fault] = {
    **{f"{name}, unreadable": answering_with(body, EDIT) for name, body in UNREADABLE.items()},
    "404 without a code": without_code(404, EDIT),
}
SILENT: dict[str, Callable[[LoopbackChannel], Fault]] = {
    "answered with another message": answering_edits_with_another,
    "changing nothing": ignoring_edits,
}
HANG = "hang"
SOME = ["500", "503", "429 with 30046", "closed socket", HANG]
"""One of each kind: tried again by discord.py, not tried again, waited for, broken, and no answer at all."""


def fault(name: str, *calls: Call, channel: LoopbackChannel | None = None) -> Fault:
    if name in UNREAD:
        return UNREAD[name]
    if channel is not None and name in SILENT:
        return SILENT[name](channel)
    return hung(*calls) if name == HANG else answered((TROUBLE | REFUSALS)[name], *calls)


async def settle(stage: Stage) -> None:
    """Let a minute pass, and look at what must be so at any time."""
    await stage.passes(60)
    assert [message["id"] for message in stage.discord.pinned] == [stage.dashboard["id"]]
    assert stage.notices == []
    # A put-off edit and the sign of life that was due meet, but Discord never sees them closer than this.
    assert min(gaps(accepted(stage)), default=99) >= 5


@pytest.mark.parametrize("name", [*TROUBLE, *REFUSALS, *UNREAD, *SILENT, HANG])
async def test_edits_go_on_as_soon_as_discord_is_well_again(name: str, shown: Stage) -> None:
    message, before = shown.dashboard["id"], len(shown.edits)
    shown.log.clear()

    shown.discord.fault = fault(name, EDIT, channel=shown.discord.channel)
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.passes(180)
    tries = len(shown.edits) - before
    shown.discord.fault = None
    healed = shown.clock.monotonic()
    await shown.shows("Alien")
    took = shown.clock.monotonic() - healed

    await settle(shown)
    assert shown.dashboard["id"] == message and len(shown.posts) == 1
    assert took <= 65, "as long as one answer may tell it to wait, and an interval"
    assert tries <= 30, "not hammered: ten a minute at first, and fewer later"
    assert [record.levelname for record in shown.log.records if record.name == "discarr.bot.message"] == [
        "WARNING",
        "INFO",
    ]
    assert len(shown.warnings) == 1


@pytest.mark.parametrize(
    ("name", "at"), [*((name, CREATE) for name in SOME), *product(("500", HANG), (PINS, PIN, HISTORY, DELETE))]
)
async def test_a_start_into_trouble_ends_with_one_pinned_message(name: str, at: Call, stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    stage.settings["CHECK_INTERVAL"] = "60"
    stage.discord.fault = fault(name, at)

    stage.start()
    await stage.passes(100)
    stage.discord.fault = None
    await stage.shows("Heat (1995)")
    if at == PIN:
        await stage.passes(600)  # it is tried again after ten minutes

    await settle(stage)


@pytest.mark.parametrize("name", [*SOME, "unreadable"])
async def test_a_message_whose_answer_got_lost_is_not_posted_twice(name: str, stage: Stage) -> None:
    lost = answering_with(b"{}", CREATE) if name == "unreadable" else fault(name, CREATE)

    async def taken_but_not_told(request: web.Request) -> web.StreamResponse | None:
        body = await request.json()
        if not any(message["components"] for message in stage.discord.messages):
            stage.discord.channel.make(stage.discord.guild.bot, body)
        return await lost(request, CREATE[1])

    stage.discord.fault = answered(taken_but_not_told, CREATE)
    stage.start()
    await stage.passes(120)
    stage.discord.fault = None
    await stage.passes(120)

    await settle(stage)


@pytest.mark.parametrize("code", [20009, 50035, 200000, 240000])
async def test_a_title_that_discord_does_not_take_costs_the_rows_and_nothing_else(stage: Stage, code: int) -> None:
    """Such as AutoMod: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

    async def blocked(request: web.Request) -> web.Response | None:
        return discord_error(400, code, "Message was blocked") if "Alien" in await request.text() else None

    stage.settings["CHECK_INTERVAL"] = "60"
    stage.discord.fault = answered(blocked, CREATE, EDIT)
    stage.radarr.queue += [downloading(HEAT), downloading(ALIEN)]
    await stage.up()
    await stage.passes(130)
    assert "2 downloading" in stage.text and "Alien" not in stage.text
    [warning] = stage.warnings
    assert "Message was blocked" in warning

    del stage.radarr.queue[1]
    await stage.passes(1200)  # what became of it is reported for a quarter of an hour
    assert "Heat (1995)" in stage.text


@pytest.mark.parametrize("wait", ["900", "Wed, 01 Jul 2026 12:20:00 GMT", "nan", None])
async def test_a_ban_by_cloudflare_is_sat_out(wait: str | None, shown: Stage) -> None:
    before = len(shown.edits)

    shown.discord.fault = answered(cloudflare(wait))
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.passes(700)
    tries = len(shown.edits) - before
    shown.discord.fault = None
    await shown.passes(310)

    assert "Alien (1979)" in shown.text
    assert shown.said("ERROR") == [], "no fault of ours"
    assert tries <= (1 if wait == "900" else 3)
    await settle(shown)


async def test_nothing_is_made_up_for_after_an_hour_without_discord(shown: Stage) -> None:
    message = shown.dashboard["id"]

    shown.discord.fault = fault("closed socket")
    await lose_gateway(shown)
    await shown.progresses(3600, every=900)
    shown.discord.fault = None
    await shown.discord.gateway.refuse(refusing=False)
    edits = len(shown.edits)
    await shown.passes(60)

    assert 1 <= len(shown.edits) - edits <= 4
    assert shown.dashboard["id"] == message and len(shown.posts) == 1
    await settle(shown)
