"""The gateway refuses, drops, falls silent and goes mad: edits go on, presses come back, IDENTIFYs stay few."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import discord_error
from discarr.errors import FatalError
from tests.faults.tools import accepted, bot_on, gaps, most_in, said
from tests.stage import ALIEN, DUNE, HEAT, Stage
from tests.virtual_time import jumping

pytestmark = jumping

HOUR = 3600.0


async def works(stage: Stage) -> None:
    """Presses arrive, and are answered in time."""
    await stage.until(lambda: stage.discord.gateway.connected)
    await stage.passes(3)
    press = await stage.discord.press(stage.discord.guest, "discarr:refresh")
    await press.acknowledged()


@pytest.mark.parametrize("code", [None, 1000, 1001, 4000, 4007, 4009])
async def test_a_dropped_connection_comes_back(shown: Stage, code: int | None) -> None:
    before = len(shown.discord.identifies)

    await shown.discord.gateway.drop(code)
    await shown.discord.gateway.wait_connected(60, connected=False)
    await shown.discord.gateway.wait_connected(60)

    await works(shown)
    new = len(shown.discord.identifies) - before
    assert new == (0 if code in (None, 4000) else 1), "a session that can be resumed is"
    assert len(shown.posts) == 1


async def test_the_first_handshake_refused_is_tried_again_and_edits_do_not_wait_for_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.discord.gateway.refuse()
    stage.radarr.queue.append(downloading(HEAT))
    stage.start()
    await stage.shows("Heat (1995)")
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien")
    await stage.passes(900)

    assert stage.discord.identifies == []
    await stage.discord.gateway.refuse(refusing=False)
    began = stage.clock.monotonic()
    await works(stage)

    assert stage.clock.monotonic() - began <= 70, "the wait between two tries has a cap"
    assert len(said(caplog, "WARNING")) <= 30
    assert len(stage.posts) == 1


async def test_a_session_made_invalid_is_made_anew(shown: Stage) -> None:
    await shown.discord.gateway.invalidate()
    await shown.until(lambda: len(shown.discord.identifies) == 2)

    await works(shown)


async def test_a_request_to_reconnect_is_followed_with_a_resume(shown: Stage) -> None:
    await shown.discord.gateway.reconnect()
    await shown.until(lambda: shown.discord.gateway.resumes)

    await works(shown)
    assert len(shown.discord.identifies) == 1


async def test_a_silent_gateway_is_left_and_edits_go_on(shown: Stage) -> None:
    await shown.discord.gateway.silence()
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.shows("Alien")
    await shown.passes(900)
    shown.radarr.queue.append(downloading(DUNE))
    await shown.shows("Dune")

    await shown.discord.gateway.silence(silent=False)
    began = shown.clock.monotonic()
    await shown.until(lambda: shown.discord.gateway.connected)
    await shown.passes(130)

    await works(shown)
    assert shown.clock.monotonic() - began <= 130 + 100, "pauses between new sessions grow with the trouble"
    assert most_in(HOUR, shown.discord.identifies) < 20


async def test_an_hour_without_gateway_ends_within_minutes_and_edits_go_on_meanwhile(
    shown: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    await shown.discord.gateway.refuse()
    await shown.discord.gateway.drop()
    item = shown.radarr.queue[0]
    before = shown.clock.now().timestamp()
    for _ in range(12):
        item.left -= 10_000_000
        await shown.passes(300)

    assert max(gaps([moment for moment in accepted(shown) if moment >= before])) <= 330
    await shown.discord.gateway.refuse(refusing=False)
    began = shown.clock.monotonic()
    await works(shown)
    assert shown.clock.monotonic() - began <= 180
    assert len([text for text in said(caplog, "WARNING") if "No connection" in text]) == 1
    assert len(caplog.records) <= 60, "the log of an hour is no flood"
    assert said(caplog)[-1] in said(caplog, "INFO"), "and that it is back"
    assert most_in(HOUR, shown.discord.identifies) < 20


MAD: list[tuple[str, dict[str, Any]]] = [
    ("GUILD_UPDATE", {"id": "1"}),
    ("CHANNEL_UPDATE", {"id": "x"}),
    ("GUILD_ROLE_UPDATE", {"role": {}}),
    ("INTERACTION_CREATE", {"id": "5", "type": 3}),
    ("CHANNEL_CREATE", {"type": 0}),
    ("MESSAGE_CREATE", {}),
    ("SOMETHING_NEW", {"what": None}),
    ("READY", {}),
    ("GUILD_DELETE", {}),
]


@pytest.mark.parametrize(("event", "data"), MAD, ids=[event for event, _ in MAD])
async def test_an_event_that_nobody_expects_costs_the_connection_at_most(
    shown: Stage, event: str, data: dict[str, Any]
) -> None:
    await shown.discord.gateway.send(event, data)
    await shown.passes(5)
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.shows("Alien")
    await shown.passes(60)

    await works(shown)
    assert shown.bot is not None and not shown.bot.done()
    assert len(shown.posts) == 1


async def test_a_gateway_that_fails_after_each_ready_costs_fewer_than_twenty_sessions_an_hour(stage: Stage) -> None:
    stage.settings |= {"CHECK_INTERVAL": "120", "HEALTH_CHECK_INTERVAL": "3600"}

    async def spite() -> None:
        while True:
            await stage.discord.gateway.wait_connected(None)
            await stage.passes(1)
            await stage.discord.gateway.drop(4009)
            await stage.discord.gateway.wait_connected(None, connected=False)

    spiteful = asyncio.create_task(spite())
    stage.start()
    for _ in range(8):
        await stage.passes(600)
        edits = len(accepted(stage))
        await stage.passes(430)
        assert len(accepted(stage)) > edits, "edits go on"
    spiteful.cancel()

    assert most_in(HOUR, stage.discord.identifies) < 20
    assert len(stage.posts) == 1


async def test_after_minutes_of_sessions_that_cannot_be_read_buttons_are_back_within_minutes(shown: Stage) -> None:
    """discord.py raises a KeyError over a READY without `session_id`, in `DiscordWebSocket.received_message`."""

    async def spoil() -> None:
        while True:
            await shown.discord.gateway.wait_connected(None)
            await shown.discord.gateway.send("READY", {})
            await shown.discord.gateway.wait_connected(None, connected=False)

    spoiling = asyncio.create_task(spoil())
    await shown.passes(600)
    spoiling.cancel()

    await shown.passes(400)
    await works(shown)
    assert most_in(HOUR, shown.discord.identifies) < 20


async def test_a_mad_event_each_minute_costs_fewer_than_twenty_sessions_an_hour(stage: Stage) -> None:
    stage.settings |= {"CHECK_INTERVAL": "120", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.start()

    for _ in range(120):
        await stage.passes(60)
        await stage.discord.gateway.send("GUILD_ROLE_UPDATE", {"role": {}})

    assert most_in(HOUR, stage.discord.identifies) < 20


@pytest.mark.parametrize("event", [event for event, _ in MAD if event != "READY"])
async def test_an_event_that_cannot_be_parsed_costs_no_connection_and_is_said_once(
    event: str, shown: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        await shown.discord.gateway.send(event, dict(MAD)[event])
        await shown.passes(20)

    await works(shown)
    assert (len(shown.discord.identifies), shown.discord.gateway.resumes) == (1, [])
    assert len([text for text in said(caplog, "WARNING") if event in text]) <= 1


async def test_a_connection_that_breaks_without_a_word_is_lost_at_once(stage: Stage, tmp_path: Path) -> None:
    """discord.py raises a KeyError over a READY without `session_id`, in `DiscordWebSocket.received_message`."""
    file = tmp_path / "health.json"
    async with bot_on(stage, health_file=file, settings={"CHECK_INTERVAL": "300"}):
        await stage.until(lambda: len(stage.discord.pinned) == 1)
        await stage.passes(20)
        assert '"connected": true' in file.read_text()

        await stage.discord.gateway.refuse()
        await stage.discord.gateway.send("READY", {})
        await stage.passes(1)
        assert '"connected": false' in file.read_text()

        await stage.discord.gateway.refuse(refusing=False)
        await stage.passes(20)
        assert '"connected": true' in file.read_text()
    assert len(stage.discord.identifies) == 2


FRAMES: list[str | bytes] = [
    "",
    "<html>",
    "null",
    "[]",
    "{}",
    '{"op": 10}',
    '{"op": 0, "t": "READY", "s": "x", "d": null}',
    '{"op": "x", "d": {}, "s": {}}',
    '{"op": 0, "t": [], "d": {}}',
    "[" * 100_000,
    b"",
    b"\x00\x01\x02\x00\x00\xff\xff",
    b"\x00" * 10_000 + b"\x00\x00\xff\xff",
]


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
async def test_a_frame_that_is_not_discords_costs_the_connection_at_most(
    frame: str | bytes, shown: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await shown.discord.gateway.garble(frame)
    await shown.passes(20)

    await works(shown)
    assert len(shown.discord.identifies) <= 2
    assert [record.name for record in caplog.records if record.exc_info] == []


async def test_a_session_that_breaks_at_once_is_never_said_to_be_connected(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    await stage.discord.gateway.refuse()
    stage.start()
    await stage.passes(60)

    assert not [text for text in said(caplog) if text.startswith("Connected")]
    assert len([text for text in said(caplog, "WARNING") if "No connection to Discord" in text]) == 1


@pytest.mark.parametrize("seconds", [45, 90, 400])
async def test_after_an_outage_the_gateway_is_back_within_seconds(shown: Stage, seconds: int) -> None:
    await shown.discord.gateway.refuse()
    await shown.discord.gateway.drop()
    await shown.passes(seconds)
    await shown.discord.gateway.refuse(refusing=False)

    await shown.discord.gateway.wait_connected(11)

    await works(shown)
    assert len(shown.discord.identifies) == (1 if seconds < 120 else 2), "a recent session is resumed"


async def test_a_routine_reconnect_is_no_warning(shown: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await shown.discord.gateway.reconnect()
    await shown.until(lambda: shown.discord.gateway.resumes)
    await works(shown)

    assert said(caplog, "WARNING") == []


async def test_a_token_revoked_on_the_way_ends_the_bot_with_a_sentence(shown: Stage) -> None:
    bot = shown.bot
    assert bot is not None
    shown.bot = None

    async def revoked(request: web.Request, route: str) -> web.StreamResponse | None:
        return discord_error(401, 0, "401: Unauthorized")

    shown.discord.fault = revoked
    shown.radarr.queue.append(downloading(ALIEN))
    await asyncio.wait([bot], timeout=120)

    with pytest.raises(FatalError, match="DISCORD_TOKEN"):
        bot.result()
    assert len(shown.posts) == 1


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_a_refusal_for_good_ends_the_bot_with_its_sentence(shown: Stage, code: int) -> None:
    bot = shown.bot
    assert bot is not None
    shown.bot = None

    await shown.discord.gateway.drop(code)
    await asyncio.wait([bot], timeout=30)

    with pytest.raises(FatalError) as told:
        bot.result()
    assert "\n" not in str(told.value) and len(str(told.value)) > 20
    assert len(shown.discord.identifies) == 1
