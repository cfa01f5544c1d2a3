"""Discord in trouble: one message, edited again as soon as allowed, no burst afterwards, never a second message."""

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, cut_off, discord_error, too_many_requests
from tests.faults.tools import accepted, gaps, said
from tests.stage import ALIEN, HEAT, Stage
from tests.virtual_time import jumping

pytestmark = jumping

CREATE, EDIT = ("POST", "/channels/{channel}/messages"), ("PATCH", "/channels/{channel}/messages/{message}")
PIN = ("PUT", "/channels/{channel}/messages/pins/{message}")
FIND = ("GET", "/channels/{channel}/messages/pins")
NOTICES = ("GET", "/channels/{channel}/messages")
DELETE = ("DELETE", "/channels/{channel}/messages/{message}")
EVERYTHING = ("", "")

type Answer = Callable[[web.Request], web.StreamResponse]


def cloudflare(retry_after: str | None) -> web.Response:
    """Cloudflare's own 429: a page, and no Via."""
    response = web.Response(
        status=429, text="<title>Access denied | discord.com used Cloudflare</title>", content_type="text/html"
    )
    if retry_after is not None:
        response.headers["Retry-After"] = retry_after
    return response


ANSWERS: dict[str, Answer] = {
    "500": lambda _: discord_error(500, 0, "500: Internal Server Error"),
    "502": lambda _: web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html"),
    "503": lambda _: web.Response(status=503, text="upstream connect error"),
    "504": lambda _: web.Response(status=504, text="<html>Gateway Time-out</html>", content_type="text/html"),
    "429 for 3 s": lambda _: too_many_requests(3.0),
    "429 for 45 s": lambda _: too_many_requests(45.0),
    "429 for all": lambda _: too_many_requests(2.0, scope="global"),
    "429 with 30046": lambda _: too_many_requests(4.0, code=30046),
    "Cloudflare's 429": lambda _: cloudflare("20"),
    "a login page": lambda _: web.Response(text="<html>Sign in</html>", content_type="text/html"),
    "closed socket": cut_off,
}
HANG = "hang"
FAULTS = [*ANSWERS, HANG]
SOME = ["500", "503", "429 with 30046", "closed socket", HANG]
"""One of each kind: tried again by discord.py, not tried again, waited for, broken, and no answer at all."""


def fault(name: str, at: tuple[str, str]) -> Fault:
    """Answer like this where it is asked for, and let everything else through."""

    async def faulty(request: web.Request, route: str) -> web.StreamResponse | None:
        if at != EVERYTHING and at != (request.method, route):
            return None
        if name == HANG:
            await asyncio.sleep(100_000)
        return ANSWERS[name](request)

    return faulty


@pytest.fixture(autouse=True)
def _calm_apps(stage: Stage) -> None:
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"


async def settle(stage: Stage) -> None:
    """Let a minute pass, and look at what must be so at any time."""
    await stage.passes(60)
    assert len(stage.discord.pinned) == 1
    assert stage.dashboard["pinned"]
    assert stage.notices == []
    # A put-off edit and the sign of life that was due meet, but Discord never sees them closer than this.
    assert min(gaps(accepted(stage)), default=99) >= 5


@pytest.mark.parametrize("name", FAULTS)
async def test_edits_go_on_as_soon_as_discord_is_well_again(
    name: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    message = stage.dashboard["id"]
    await stage.passes(20)
    caplog.clear()
    before = len(stage.edits)

    stage.discord.fault = fault(name, EDIT)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.passes(180)
    tries = len(stage.edits) - before
    stage.discord.fault = None
    healed = stage.clock.monotonic()
    await stage.shows("Alien")
    took = stage.clock.monotonic() - healed

    await settle(stage)
    assert stage.dashboard["id"] == message and len(stage.posts) == 1
    assert took <= 65, "as long as one answer may tell it to wait, and an interval"
    assert tries <= 30, "not hammered: ten a minute at first, and fewer later"
    assert len([record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]) == 1


@pytest.mark.parametrize("at", [CREATE, FIND, PIN, NOTICES, DELETE], ids=["post", "find", "pin", "notices", "delete"])
@pytest.mark.parametrize("name", SOME)
async def test_a_start_into_trouble_ends_with_one_pinned_message(name: str, at: tuple[str, str], stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    stage.discord.fault = fault(name, at)

    stage.start()
    await stage.passes(100)
    stage.discord.fault = None
    await stage.shows("Heat (1995)")
    if at == PIN:
        await stage.passes(600)  # it is tried again after ten minutes

    await settle(stage)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_start_while_discord_is_away_goes_on_when_it_is_back(name: str, stage: Stage) -> None:
    stage.discord.fault = fault(name, EVERYTHING)

    bot = stage.start()
    await stage.passes(120)
    assert not bot.done()
    stage.discord.fault = None
    healed = stage.clock.monotonic()
    await stage.until(lambda: len(stage.discord.pinned) == 1)

    assert stage.clock.monotonic() - healed <= 65
    await settle(stage)


@pytest.mark.parametrize("name", SOME)
async def test_a_message_whose_answer_got_lost_is_not_posted_twice(name: str, stage: Stage) -> None:
    async def taken_but_not_told(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != CREATE:
            return None
        body = await request.json()
        if not any(message["components"] for message in stage.discord.messages):
            stage.discord.channel.make(stage.discord.guild.bot, body)
        return await fault(name, CREATE)(request, route)

    stage.discord.fault = taken_but_not_told
    stage.start()
    await stage.passes(120)
    stage.discord.fault = None
    await stage.passes(120)

    await settle(stage)


@pytest.mark.parametrize("wait", ["900", "Wed, 01 Jul 2026 12:20:00 GMT", "soon", "nan", None])
async def test_a_ban_by_cloudflare_is_sat_out(wait: str | None, stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.up()
    await stage.passes(20)
    before = len(stage.edits)

    async def banned(request: web.Request, route: str) -> web.StreamResponse | None:
        return cloudflare(wait)

    stage.discord.fault = banned
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(700)
    tries = len(stage.edits) - before
    stage.discord.fault = None
    await stage.passes(310)

    assert "Heat (1995)" in stage.text
    assert said(caplog, "ERROR") == [], "no fault of ours"
    assert tries <= (1 if wait == "900" else 3)
    await settle(stage)


async def test_nothing_is_made_up_for_after_an_hour_without_discord(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "120"
    item = downloading(HEAT)
    stage.radarr.queue.append(item)
    await stage.up()
    message = stage.dashboard["id"]

    stage.discord.fault = fault("closed socket", EVERYTHING)
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()
    for _ in range(4):
        item.left -= 10_000_000
        await stage.passes(900)
    stage.discord.fault = None
    await stage.discord.gateway.refuse(refusing=False)
    edits = len(stage.edits)
    await stage.passes(60)

    assert 1 <= len(stage.edits) - edits <= 3
    assert stage.dashboard["id"] == message and len(stage.posts) == 1
    await settle(stage)


@pytest.mark.parametrize("text", ["<html>Sign in</html>", "Authorization required", ""])
async def test_a_login_page_before_discord_does_not_end_a_running_bot(
    text: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.up()

    async def proxy(request: web.Request, route: str) -> web.StreamResponse | None:
        return web.Response(status=401, text=text)

    stage.discord.fault = proxy
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(300)
    stage.discord.fault = None
    await stage.shows("Heat (1995)")

    assert len(said(caplog, "WARNING", "ERROR")) == 1
    await settle(stage)
