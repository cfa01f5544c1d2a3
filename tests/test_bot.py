"""The bot's life: how it begins, how it lives through Discord's failures, and how it ends."""

import asyncio
import gc
import re

import aiohttp
import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import LoopbackDiscord, discord_error
from discarr.errors import FatalError
from tests.stage import ALIEN, HEAT, Stage, buttons_of
from tests.support.phrases import EMPTY
from tests.virtual_time import jumping

pytestmark = jumping


async def _nobody_answers(request: web.Request, route: str) -> web.StreamResponse | None:
    await asyncio.Event().wait()
    return None


async def _no_token(request: web.Request, route: str) -> web.StreamResponse | None:
    return discord_error(401, 0, "401: Unauthorized")


async def resumed(server: LoopbackDiscord, session: str) -> bool:
    """Whether Discord still keeps this session, which a clean leave ends: then the bot is seen offline at once."""
    url = f"{server.gateway_url}?v=10&encoding=json"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 6, "d": {"token": server.token, "session_id": session, "seq": 1}})
        return bool((await socket.receive_json())["op"] != 9)


def session_of(caplog: pytest.LogCaptureFixture) -> str:
    """The gateway session that discord.py logged last."""
    return str(re.findall(r"Session ID: (\w+)", caplog.text)[-1])


# The end.


async def test_the_last_edit_says_offline_with_its_buttons_disabled_and_still_there(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.shows("Heat (1995)")
    before = stage.labels

    await stage.stop()

    assert stage.is_offline
    assert stage.labels == before
    assert all(button["disabled"] for button in buttons_of(stage.dashboard))
    assert all(button["custom_id"].startswith("discarr:") for button in buttons_of(stage.dashboard))


async def test_an_empty_dashboard_keeps_a_disabled_button_at_the_end(stage: Stage) -> None:
    await stage.up()

    await stage.stop()

    assert [button["disabled"] for button in buttons_of(stage.dashboard)] == [True]


async def test_after_a_restart_the_buttons_work_again(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()

    await stage.restart()
    await stage.shows("Heat")

    assert not any(button.get("disabled") for button in buttons_of(stage.dashboard))


async def test_the_end_needs_no_time_and_does_not_wait_for_the_spacing_of_edits(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.shows("Heat (1995)")
    began = stage.clock.monotonic()

    await stage.stop()

    assert stage.clock.monotonic() - began < 1
    assert stage.is_offline


async def test_it_leaves_with_code_1000_so_that_it_is_seen_offline_at_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discord.gateway")
    await stage.up()
    session = session_of(caplog)

    await stage.stop()

    assert not await resumed(stage.discord, session)
    assert not stage.discord.gateway.connected


async def test_a_line_that_breaks_keeps_the_session(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Proves that the test above can fail."""
    caplog.set_level("INFO", "discord.gateway")
    await stage.up()
    await stage.crash()

    assert await resumed(stage.discord, session_of(caplog))


async def test_the_end_comes_within_five_seconds_while_discord_hangs(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.up()
    stage.discord.fault = _nobody_answers
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(35)  # an edit is under way and hangs
    began = stage.clock.monotonic()

    await stage.stop()

    assert stage.clock.monotonic() - began <= 5
    assert caplog.records[-1].levelname == "WARNING"


async def test_the_end_comes_within_five_seconds_while_the_apps_hang(stage: Stage) -> None:
    async def nobody(request: web.Request) -> web.StreamResponse | None:
        await asyncio.Event().wait()
        return None

    await stage.up()
    stage.radarr.fault = stage.sonarr.fault = nobody
    await stage.passes(31)
    began = stage.clock.monotonic()

    await stage.stop()

    assert stage.clock.monotonic() - began <= 5
    assert stage.is_offline


async def test_an_end_before_anything_was_posted_posts_nothing(stage: Stage) -> None:
    stage.discord.fault = _nobody_answers
    stage.start()
    await stage.passes(10)

    await stage.stop()

    assert stage.discord.messages == []


# Discord away, or for good.


async def test_a_rejected_token_ends_the_bot_with_a_sentence(stage: Stage) -> None:
    stage.settings["DISCORD_TOKEN"] = "not-this-one"
    bot = stage.start()

    with pytest.raises(FatalError, match="DISCORD_TOKEN"):
        await asyncio.wait_for(asyncio.shield(bot), 60)
    stage.bot = None
    assert stage.discord.identifies == []


async def test_a_token_that_is_no_longer_known_ends_the_bot_with_a_sentence(stage: Stage) -> None:
    await stage.up()
    bot, stage.bot = stage.bot, None
    stage.discord.fault = _no_token
    stage.radarr.queue.append(downloading(HEAT))

    assert bot is not None
    with pytest.raises(FatalError, match="DISCORD_TOKEN"):
        await asyncio.wait_for(asyncio.shield(bot), 60)


@pytest.mark.parametrize(("code", "sentence"), [(4004, "DISCORD_TOKEN"), (4013, "intents"), (4014, "intents")])
async def test_a_gateway_that_refuses_for_good_ends_the_bot_with_a_sentence(
    stage: Stage, code: int, sentence: str
) -> None:
    await stage.up()
    bot, stage.bot = stage.bot, None

    await stage.discord.gateway.drop(code)

    assert bot is not None
    with pytest.raises(FatalError, match=sentence):
        await asyncio.wait_for(asyncio.shield(bot), 60)


async def test_a_discord_that_is_away_at_the_start_is_waited_for(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.discord.stop()
    bot = stage.start()
    await stage.passes(100)
    assert not bot.done()
    assert {record.levelname for record in caplog.records if record.name == "discarr.bot.client"} == {"WARNING"}

    await stage.discord.start()

    await stage.shows(EMPTY)
    await stage.stop()
    gc.collect()  # a session that was left open is told here, as a warning


async def test_the_dashboard_goes_on_while_the_gateway_is_lost_and_presses_work_after_it(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "60"
    await stage.up()
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()
    stage.radarr.queue.append(downloading(HEAT))
    await stage.shows("Heat (1995)")
    await stage.passes(900)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien (1979)")

    await stage.discord.gateway.refuse(False)
    await stage.discord.gateway.wait_connected(180)

    press = await stage.ask(stage.discord.admin, "Heat")
    assert press.modal is not None
    assert len(stage.discord.identifies) <= 15


async def test_a_gateway_that_forgets_its_sessions_again_and_again_is_not_stormed(stage: Stage) -> None:
    """Discord resets the token of a bot that identifies 1,000 times a day."""
    await stage.up()
    for _ in range(40):
        await stage.passes(15)
        await stage.discord.gateway.invalidate()

    assert 2 <= len(stage.discord.identifies) <= 16
    await stage.stop()
    gc.collect()  # a connection that was left open is told here, as a warning


async def test_a_session_that_is_held_back_is_said_once_and_shows_no_traceback(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Each try that is broken off in the meantime leaves a websocket and a thread behind."""
    await stage.up()
    for _ in range(40):
        await stage.passes(15)
        await stage.discord.gateway.invalidate()
    await stage.passes(300)

    assert [record.name for record in caplog.records if "Too many new sessions" in record.message] == [
        "discarr.bot.gateway"
    ]
    assert [record.name for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("code", [None, 1000, 1001, 1011, 4000, 4007, 4008, 4009])
async def test_a_connection_that_discord_ends_comes_back_and_presses_work(stage: Stage, code: int | None) -> None:
    await stage.showing(downloading(HEAT))

    await stage.discord.gateway.drop(code)
    await stage.discord.gateway.wait_connected(5, connected=False)
    await stage.discord.gateway.wait_connected(180)

    assert (await stage.ask(stage.discord.admin, "Heat (1995)")).modal is not None


# Faults of our own.


async def test_a_fault_inside_is_logged_and_shown_and_does_not_end_the_bot(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.up()
    await stage.shows(EMPTY)
    good = stage.clock.now

    def broken() -> None:
        raise ZeroDivisionError

    object.__setattr__(stage.clock, "now", broken)
    await stage.passes(120)
    object.__setattr__(stage.clock, "now", good)
    stage.radarr.queue.append(downloading(HEAT))

    await stage.shows("Heat")
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert errors and "ZeroDivisionError" in caplog.text
