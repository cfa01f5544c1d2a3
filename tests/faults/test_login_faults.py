"""Logging in while something else answers in Discord's place: logged once, tried again, never fatal unless it is."""

import gc
from datetime import timedelta

import pytest
from aiohttp import web

from discarr.clock import Clock
from discarr.demo.arr.situations import downloading
from tests.faults.tools import gaps
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import TROUBLE, UNREADABLE, Answer, answered, cloudflare


def body(content: bytes, status: int = 200) -> Answer:
    return lambda _: web.Response(body=content, status=status, headers={"Content-Type": "application/json"})


IN_PLACE: dict[str, Answer | None] = {
    "nothing": None,
    **{name: TROUBLE[name][0] for name in ("500", "a login page", "a login page with 401", "closed socket", "hang")},
    **{name: body(UNREADABLE[name]) for name in ("cut off", "empty object", "deep")},
    "refused with a list": body(b"[1]", 403),
    "refused with a list of words": body(b'{"message": ["x"], "code": []}', 403),
}
"""What answers in Discord's place."""


def logins(stage: Stage) -> list[float]:
    """When the bot tried to log in."""
    return [each.at for each in stage.discord.requests if each.route == "/users/@me"]


@pytest.mark.parametrize("answer", IN_PLACE.values(), ids=IN_PLACE)
async def test_what_stands_in_place_of_discord_is_said_once_and_waited_for_and_the_apps_are_read_meanwhile(
    answer: Answer | None, stage: Stage
) -> None:
    if answer is None:
        await stage.discord.stop()
    else:
        stage.discord.fault = answered(answer)
    stage.settings |= {"CHECK_INTERVAL": "120", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.radarr.queue.append(downloading(HEAT))
    bot = stage.start()
    await stage.passes(1200)

    assert not bot.done()
    assert len([each for each in stage.radarr.requests if each.path.endswith("/queue")]) >= 10
    [outage] = stage.warnings
    assert outage.startswith("Discord cannot be reached") and "<" not in outage and "\n" not in outage
    stage.discord.fault = None
    if answer is None:
        await stage.discord.start()
    await stage.passes(70)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Heat (1995)", "Alien (1979)")
    assert "Discord can be reached" in stage.said("INFO")
    await stage.stop()
    gc.collect()  # a session that was left open warns here


async def test_the_wait_that_cloudflare_asks_for_is_respected(stage: Stage) -> None:
    """Cloudflare's 429 has no Via header, and discord.py raises it at once (`HTTPClient.request`)."""
    stage.settings |= {"CHECK_INTERVAL": "300", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.discord.fault = answered(cloudflare("1800"))
    stage.start()
    await stage.passes(1800 * 3 + 10)

    assert len(logins(stage)) >= 3
    assert min(gaps(logins(stage))) >= 1800


@pytest.mark.parametrize(("minutes", "words"), [(180, "3 h ahead"), (-15, "15 min behind"), (-1, None)])
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
