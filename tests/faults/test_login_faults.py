"""Logging in while something else answers in Discord's place: logged once, tried again, never fatal unless it is."""

import gc
from datetime import timedelta

import pytest
from aiohttp import web

from discarr.clock import Clock
from discarr.demo.arr.situations import downloading
from discarr.errors import FatalError
from tests.faults.test_discord_faults import HANG, cloudflare, fault
from tests.faults.tools import app_hangs, gaps
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import UNREADABLE, answered, unauthorized

IN_PLACE = ["500", "503", "a login page", "a login page with 401", "Cloudflare's 429", "closed socket", HANG, "nothing"]
"""What answers in Discord's place."""


def logins(stage: Stage) -> list[float]:
    """When the bot tried to log in."""
    return [each.at for each in stage.discord.requests if each.route == "/users/@me"]


@pytest.mark.parametrize("name", IN_PLACE)
async def test_a_page_in_place_of_discord_or_nothing_is_said_once_and_waited_for(name: str, stage: Stage) -> None:
    if name == "nothing":
        await stage.discord.stop()
    else:
        stage.discord.fault = fault(name)
    stage.settings |= {"CHECK_INTERVAL": "120", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.radarr.queue.append(downloading(HEAT))
    bot = stage.start()
    await stage.passes(1200)

    assert not bot.done()
    [outage] = stage.warnings
    assert outage.startswith("Discord cannot be reached") and "<" not in outage and "\n" not in outage
    stage.discord.fault = None
    if name == "nothing":
        await stage.discord.start()
    await stage.passes(310)
    await stage.shows("Heat (1995)")
    assert "Discord can be reached" in stage.said("INFO")
    await stage.stop()
    gc.collect()  # a session that was left open warns here


ODD = {
    **{name: UNREADABLE[name] for name in ("cut off", "empty object", "deep")},
    "refused with a list": b"[1]",
    "refused with a list of words": b'{"message": ["x"], "code": []}',
}


@pytest.mark.parametrize("name", ODD)
async def test_a_login_answered_with_what_cannot_be_read_is_said_once_and_tried_again(name: str, stage: Stage) -> None:
    status, headers = 403 if name.startswith("refused") else 200, {"Content-Type": "application/json"}
    stage.discord.fault = answered(lambda _: web.Response(body=ODD[name], status=status, headers=headers))
    bot = stage.start()
    await stage.passes(300)

    assert not bot.done() and len(stage.warnings) == 1
    stage.discord.fault = None
    await stage.until(lambda: len(stage.discord.pinned) == 1)


@pytest.mark.parametrize("seconds", [90, 1800])
async def test_the_wait_that_cloudflare_asks_for_is_respected(seconds: int, stage: Stage) -> None:
    """Cloudflare's 429 has no Via header, and discord.py raises it at once (`HTTPClient.request`)."""
    stage.settings |= {"CHECK_INTERVAL": "300", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.discord.fault = answered(cloudflare(str(seconds)))
    stage.start()
    await stage.passes(seconds * 3 + 10)

    assert len(logins(stage)) >= 3
    assert min(gaps(logins(stage))) >= seconds


async def test_a_token_that_discord_itself_rejects_ends_it_at_once(stage: Stage) -> None:
    stage.discord.fault = answered(unauthorized)
    with pytest.raises(FatalError, match="DISCORD_TOKEN"):
        await stage.start()
    stage.bot = None
    assert len(logins(stage)) == 1 and stage.discord.identifies == []


@pytest.mark.parametrize(
    ("minutes", "words"), [(180, "3 h ahead"), (-15, "15 min behind"), (-48_000, "800 h behind"), (-1, None)]
)
async def test_a_clock_that_is_wrong_is_said_once_with_how_far_and_a_minute_is_not_worth_a_word(
    minutes: int, words: str | None, stage: Stage
) -> None:
    clock = Clock(now=lambda: stage.clock.now() + timedelta(minutes=minutes), monotonic=stage.clock.monotonic)
    stage.start(clock=clock)
    await stage.until(lambda: len(stage.discord.pinned) == 1)
    await stage.passes(120)
    await stage.stop()

    warnings = [text for text in stage.warnings if "clock" in text]
    assert warnings == ([] if words is None else [f"This machine's clock is {words}: set it right"])


async def test_apps_that_hang_do_not_keep_the_dashboard_away(stage: Stage) -> None:
    stage.radarr.fault = stage.sonarr.fault = app_hangs
    began = stage.clock.monotonic()
    await stage.up()

    assert stage.clock.monotonic() - began <= 20


async def test_the_apps_are_read_while_discord_cannot_be_reached(stage: Stage) -> None:
    stage.discord.fault = fault("503")
    stage.radarr.queue.append(downloading(HEAT))
    stage.start()
    await stage.passes(100)
    assert len([each for each in stage.radarr.requests if each.path.endswith("/queue")]) >= 3

    stage.discord.fault = None
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Heat (1995)", "Alien (1979)")
