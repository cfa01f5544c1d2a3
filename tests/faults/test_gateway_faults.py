"""The gateway refuses, drops, falls silent and sends nonsense: edits go on, presses come back, IDENTIFYs stay few."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from discarr.demo.arr.situations import downloading
from discarr.errors import FatalError
from tests.faults.tools import accepted, gaps, lose_gateway, most_in
from tests.stage import ALIEN, DUNE, HEAT, REFRESH, Stage
from tests.support.discord_faults import answered, unauthorized

HOUR = 3600.0


async def works(stage: Stage) -> None:
    """Presses arrive, and are answered in time."""
    await stage.until(lambda: stage.discord.gateway.connected)
    await stage.passes(3)
    await stage.press(stage.discord.guest, REFRESH)


@asynccontextmanager
async def at_each_session(stage: Stage, ruin: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Ruin each session of the gateway a second after its beginning."""

    async def spite() -> None:
        while True:
            await stage.discord.gateway.wait_connected(None)
            await stage.passes(1)
            await ruin()
            await stage.discord.gateway.wait_connected(None, connected=False)

    spiteful = asyncio.create_task(spite())
    yield
    spiteful.cancel()


async def fatal(stage: Stage, *, within: float) -> str:
    """What the bot says at its end."""
    bot, stage.bot = stage.bot, None
    assert bot is not None
    with pytest.raises(FatalError) as caught:
        await asyncio.wait_for(asyncio.shield(bot), within)
    assert len(stage.discord.identifies) == len(stage.posts) == 1
    return str(caught.value)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1011, 4000, 4007, 4008, 4009])
async def test_a_dropped_connection_comes_back(shown: Stage, code: int | None) -> None:
    await shown.discord.gateway.drop(code)
    await shown.discord.gateway.wait_connected(60, connected=False)
    await shown.discord.gateway.wait_connected(60)

    await works(shown)
    resumable = code in (None, 1011, 4000, 4008)
    assert len(shown.discord.identifies) == (1 if resumable else 2), "a session that can be resumed is"
    assert len(shown.posts) == 1


async def test_a_session_made_invalid_is_replaced_and_a_request_to_reconnect_followed_with_a_resume(
    shown: Stage,
) -> None:
    await shown.discord.gateway.reconnect()
    await shown.until(lambda: shown.discord.gateway.resumes)
    await works(shown)
    assert len(shown.discord.identifies) == 1 and shown.warnings == []

    await shown.discord.gateway.invalidate()
    await shown.until(lambda: len(shown.discord.identifies) == 2)
    await works(shown)


async def test_the_first_handshake_refused_is_said_once_and_tried_again_and_edits_do_not_wait_for_it(
    stage: Stage,
) -> None:
    await stage.discord.gateway.refuse()
    stage.radarr.queue.append(downloading(HEAT))
    stage.start()
    await stage.shows("Heat (1995)")
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien")
    await stage.passes(900)

    assert stage.discord.identifies == []
    assert [text for text in stage.said() if text.startswith("Connected")] == []
    [_] = stage.warnings
    await stage.discord.gateway.refuse(refusing=False)
    began = stage.clock.monotonic()
    await works(stage)

    assert stage.clock.monotonic() - began <= 70, "the wait between two tries has a cap"


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


async def test_an_hour_without_gateway_ends_within_minutes_and_edits_go_on_meanwhile(shown: Stage) -> None:
    before = shown.clock.now().timestamp()
    await lose_gateway(shown)
    await shown.progresses(3600, every=300)

    assert max(gaps([moment for moment in accepted(shown) if moment >= before])) <= 330
    await shown.discord.gateway.refuse(refusing=False)
    began = shown.clock.monotonic()
    await works(shown)
    assert shown.clock.monotonic() - began <= 180
    assert len([text for text in shown.warnings if "No connection" in text]) == 1
    assert len(shown.log.records) <= 60, "the log of an hour is no flood"
    assert shown.said()[-1] in shown.said("INFO"), "and that it is back"
    assert most_in(HOUR, shown.discord.identifies) < 20


@pytest.mark.parametrize("seconds", [45, 400])
async def test_after_an_outage_the_gateway_is_back_within_seconds(shown: Stage, seconds: int) -> None:
    await lose_gateway(shown)
    await shown.passes(seconds)
    await shown.discord.gateway.refuse(refusing=False)

    await shown.discord.gateway.wait_connected(11)

    await works(shown)
    assert len(shown.discord.identifies) == (1 if seconds < 120 else 2), "a recent session is resumed"


async def test_sessions_that_end_again_and_again_are_few_and_this_is_said_once(stage: Stage) -> None:
    """Discord resets the token of a bot that identifies 1,000 times a day; what is broken off must not stay open."""
    await stage.up()
    for _ in range(40):
        await stage.passes(15)
        await stage.discord.gateway.invalidate()
    await stage.passes(300)

    assert 2 <= len(stage.discord.identifies) <= 16
    assert len([text for text in stage.warnings if "Too many new sessions" in text]) == 1
    assert stage.tracebacks == []
    await stage.stop()
    gc.collect()  # a connection that was left open warns here


async def test_a_gateway_that_fails_after_each_ready_costs_fewer_than_twenty_sessions_an_hour(stage: Stage) -> None:
    stage.settings |= {"CHECK_INTERVAL": "120", "HEALTH_CHECK_INTERVAL": "3600"}

    async with at_each_session(stage, lambda: stage.discord.gateway.drop(4009)):
        stage.start()
        for _ in range(5):
            await stage.passes(600)
            edits = len(accepted(stage))
            await stage.passes(430)
            assert len(accepted(stage)) > edits, "edits go on"

    assert most_in(HOUR, stage.discord.identifies) < 20
    assert len(stage.posts) == 1


async def test_after_minutes_of_sessions_that_cannot_be_read_buttons_are_back_within_minutes(shown: Stage) -> None:
    """discord.py raises a KeyError over a READY without `session_id`, in `DiscordWebSocket.received_message`."""
    async with at_each_session(shown, lambda: shown.discord.gateway.send("READY", {})):
        await shown.passes(600)

    await shown.passes(400)
    await works(shown)
    assert most_in(HOUR, shown.discord.identifies) < 20


UNPARSABLE: dict[str, dict[str, Any]] = {
    "GUILD_UPDATE": {"id": "1"},
    "CHANNEL_UPDATE": {"id": "x"},
    "GUILD_ROLE_UPDATE": {"role": {}},
    "INTERACTION_CREATE": {"id": "5", "type": 3},
    "CHANNEL_CREATE": {"type": 0},
    "MESSAGE_CREATE": {},
    "SOMETHING_NEW": {"what": None},
    "GUILD_DELETE": {},
}


async def test_events_that_cannot_be_parsed_cost_no_connection_and_each_is_said_once(shown: Stage) -> None:
    for _ in range(3):
        for event, data in UNPARSABLE.items():
            await shown.discord.gateway.send(event, data)
            await shown.passes(5)

    await works(shown)
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.shows("Alien")
    assert (len(shown.discord.identifies), shown.discord.gateway.resumes, len(shown.posts)) == (1, [], 1)
    warnings = shown.warnings
    assert len(warnings) == len(set(warnings)) >= 3
    assert all(sum(f"({event}:" in text for text in warnings) <= 1 for event in UNPARSABLE)


FRAMES: list[list[str | bytes]] = [
    ["", "<html>", "null", "[]"],
    ["{}", '{"op": 10}', '{"op": 0, "t": "READY", "s": "x", "d": null}', '{"op": "x", "d": {}, "s": {}}'],
    ['{"op": 0, "t": [], "d": {}}', "[" * 100_000, b""],
    [b"\x00\x01\x02\x00\x00\xff\xff", b"\x00" * 10_000 + b"\x00\x00\xff\xff"],
]


@pytest.mark.parametrize("frames", FRAMES, ids=range(len(FRAMES)))
async def test_a_frame_that_is_not_discords_costs_the_connection_at_most(
    frames: list[str | bytes], shown: Stage
) -> None:
    for frame in frames:
        await shown.discord.gateway.garble(frame)
        await shown.passes(40)
        await works(shown)

    assert len(shown.discord.identifies) <= 1 + len(frames)
    assert shown.tracebacks == []


async def test_a_token_revoked_on_the_way_ends_the_bot_with_a_sentence(shown: Stage) -> None:
    shown.discord.fault = answered(unauthorized)
    shown.radarr.queue.append(downloading(ALIEN))

    assert "DISCORD_TOKEN" in await fatal(shown, within=120)


@pytest.mark.parametrize(
    ("code", "words"),
    [(4004, "DISCORD_TOKEN"), (4010, "4010"), (4011, "4011"), (4012, "4012"), (4013, "intents"), (4014, "intents")],
)
async def test_a_refusal_for_good_ends_the_bot_with_its_sentence(stage: Stage, code: int, words: str) -> None:
    await stage.up()
    await stage.discord.gateway.drop(code)

    sentence = await fatal(stage, within=30)
    assert words in sentence and "\n" not in sentence
