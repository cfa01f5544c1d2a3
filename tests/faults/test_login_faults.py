"""Logging in while something else answers in Discord's place: logged once, tried again, never fatal unless it is."""

from datetime import timedelta

import pytest
from aiohttp import web

from discarr.clock import Clock
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault, discord_error
from tests.faults.tools import bot_on, gaps, said
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import UNREADABLE
from tests.virtual_time import jumping

pytestmark = jumping

PAGE = "<!DOCTYPE html>\n<html><title>Just a moment...</title>\n<body>Ray ID: 7d3</body></html>"


def page(status: int, **headers: str) -> Fault:
    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return web.Response(status=status, text=PAGE, content_type="text/html", headers=headers)

    return fault


def logins(stage: Stage) -> list[float]:
    """When the bot tried to log in."""
    return [each.at for each in stage.discord.requests if each.route == "/users/@me"]


@pytest.mark.parametrize("status", [200, 401, 403, 404, 429, 503])
async def test_a_page_in_place_of_discord_is_said_once_and_waited_for(
    status: int, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    stage.discord.fault = page(status)
    stage.radarr.queue.append(downloading(HEAT))
    bot = stage.start()
    await stage.passes(1200)

    assert not bot.done()
    [outage] = said(caplog, "WARNING", "ERROR")
    assert outage.startswith("Discord cannot be reached") and "<" not in outage and "\n" not in outage
    stage.discord.fault = None
    await stage.passes(310)
    await stage.shows("Heat (1995)")
    assert "Discord can be reached" in said(caplog, "INFO")


ODD = {**UNREADABLE, "refused with a list": b"[1]", "refused with a list of words": b'{"message": ["x"], "code": []}'}


@pytest.mark.parametrize("name", ODD)
async def test_a_login_answered_with_what_cannot_be_read_is_said_once_and_tried_again(
    name: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    async def odd(request: web.Request, route: str) -> web.StreamResponse | None:
        status = 403 if name.startswith("refused") else 200
        return web.Response(body=ODD[name], status=status, headers={"Content-Type": "application/json"})

    stage.discord.fault = odd
    bot = stage.start()
    await stage.passes(300)

    assert not bot.done() and len(said(caplog, "WARNING", "ERROR")) == 1
    stage.discord.fault = None
    await stage.until(lambda: len(stage.discord.pinned) == 1)


@pytest.mark.parametrize("seconds", [90, 1800])
async def test_the_wait_that_cloudflare_asks_for_is_kept(seconds: int, stage: Stage) -> None:
    """Cloudflare's 429 has no Via header, and discord.py raises it at once (`HTTPClient.request`)."""
    stage.discord.fault = page(429, **{"Retry-After": str(seconds)})
    stage.start()
    await stage.passes(seconds * 3 + 10)

    assert len(logins(stage)) >= 3
    assert min(gaps(logins(stage))) >= seconds


async def test_a_token_that_discord_itself_rejects_ends_it_at_once(stage: Stage) -> None:
    async def rejected(request: web.Request, route: str) -> web.StreamResponse | None:
        return discord_error(401, 0, "401: Unauthorized")

    stage.discord.fault = rejected
    bot = stage.start()
    with pytest.raises(Exception, match="DISCORD_TOKEN"):
        await bot
    stage.bot = None
    assert len(logins(stage)) == 1


@pytest.mark.parametrize(("wrong", "words"), [(3.0, "3 h ahead"), (-0.25, "15 min behind"), (-800.0, "800 h behind")])
async def test_a_clock_that_is_wrong_is_said_once_with_how_far(
    wrong: float, words: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock(now=lambda: stage.clock.now() + timedelta(hours=wrong), monotonic=stage.clock.monotonic)
    async with bot_on(stage, clock=clock):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.passes(120)

    assert [text for text in said(caplog, "WARNING") if words in text] == [
        f"This machine's clock is {words}: set it right"
    ]


async def test_a_clock_that_is_a_minute_off_is_not_worth_a_word(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock(now=lambda: stage.clock.now() - timedelta(minutes=1), monotonic=stage.clock.monotonic)
    async with bot_on(stage, clock=clock):
        await stage.until(lambda: len(stage.discord.pinned) == 1)

    assert said(caplog, "WARNING") == []


# Each side is slow alone.


async def test_apps_that_hang_do_not_keep_the_dashboard_away(stage: Stage) -> None:
    async def hangs(request: web.Request) -> web.StreamResponse | None:
        await stage.passes(100_000)
        return None

    stage.radarr.fault = stage.sonarr.fault = hangs
    began = stage.clock.monotonic()
    await stage.up()

    assert stage.clock.monotonic() - began <= 20


async def test_the_apps_are_read_while_discord_cannot_be_reached(stage: Stage) -> None:
    stage.discord.fault = page(503)
    stage.radarr.queue.append(downloading(HEAT))
    stage.start()
    await stage.passes(100)
    assert len([each for each in stage.radarr.requests if each.path.endswith("/queue")]) >= 3

    stage.discord.fault = None
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Heat (1995)", "Alien (1979)")
