"""The gateway refuses and drops: edits go on, presses come back, IDENTIFYs stay few. More of it is in test_day.py."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest

from discarr.demo.arr.situations import downloading
from discarr.errors import FatalError
from tests.faults.tools import accepted, gaps, lose_gateway, most_in
from tests.stage import ALIEN, HEAT, REFRESH, Stage
from tests.support.discord_faults import answered, refusing
from tests.support.strict_discord import StrictGateway

HOUR = 3600.0

type Ruin = Callable[[StrictGateway], Awaitable[None]]


def closing(code: int | None) -> Ruin:
    return lambda gateway: gateway.drop(code)


@pytest.fixture
async def shown(stage: Stage) -> Stage:
    """With a film on the dashboard, for a minute."""
    await stage.showing(downloading(HEAT))
    await stage.passes(50)
    return stage


async def works(stage: Stage) -> None:
    """Presses arrive, and are answered in time."""
    await stage.until(lambda: stage.discord.gateway.connected)
    await stage.passes(3)
    await stage.press(stage.discord.guest, REFRESH)


@pytest.mark.parametrize(
    ("ruin", "sessions"),
    [
        *((closing(code), 1) for code in (None, 1011, 4000, 4008)),
        (StrictGateway.reconnect, 1),
        *((closing(code), 2) for code in (1000, 1001, 4007, 4009)),
        (StrictGateway.invalidate, 2),
    ],
)
async def test_a_connection_that_ends_comes_back_with_its_session_if_that_can_be_resumed(
    ruin: Ruin, sessions: int, shown: Stage
) -> None:
    await ruin(shown.discord.gateway)
    await shown.passes(30)

    await works(shown)
    assert len(shown.discord.identifies) == sessions
    assert len(shown.discord.gateway.resumes) == 2 - sessions
    assert len(shown.posts) == 1


@pytest.mark.parametrize(("seconds", "sessions"), [(60, 1), (3600, 2)])
async def test_without_gateway_edits_go_on_and_it_is_back_within_seconds(
    seconds: int, sessions: int, shown: Stage
) -> None:
    await lose_gateway(shown)
    edits = len(accepted(shown))
    await shown.progresses(seconds)
    await shown.passes(5)
    [warning] = shown.warnings
    assert "No connection" in warning

    await shown.discord.gateway.refuse(refusing=False)
    await shown.discord.gateway.wait_connected(11)
    await works(shown)
    assert max(gaps(accepted(shown)[edits:])) <= 35
    assert len(shown.discord.identifies) == sessions, "a recent session is resumed"
    assert shown.warnings == [warning]
    assert shown.said()[-1] in shown.said("INFO"), "and that it is back"
    assert len(shown.log.records) <= 60, "the log of an hour is no flood"


@pytest.mark.parametrize(
    ("ruin", "minutes", "healed_within"),
    [(StrictGateway.invalidate, 10, 300), (lambda gateway: gateway.send("READY", {}), 86, HOUR)],
    ids=["invalid", "unreadable"],
)
async def test_sessions_that_end_again_and_again_are_few_and_said_once_and_edits_go_on(
    ruin: Ruin, minutes: float, healed_within: float, stage: Stage
) -> None:
    """Discord resets the token of a bot that identifies 1,000 times a day; what is broken off must not stay open.

    discord.py raises a KeyError over a READY without `session_id`, in `DiscordWebSocket.received_message`.
    """

    async def ruin_each_session() -> None:
        while True:
            await stage.discord.gateway.wait_connected(None)
            await stage.passes(1)
            await ruin(stage.discord.gateway)
            await stage.discord.gateway.wait_connected(None, connected=False)

    stage.settings |= {"CHECK_INTERVAL": "120", "HEALTH_CHECK_INTERVAL": "3600"}
    ruining = asyncio.create_task(ruin_each_session())
    stage.start()
    await stage.passes(minutes * 60)
    ruining.cancel()

    assert max(gaps(accepted(stage))) <= 430, "edits go on"
    assert most_in(45, stage.discord.identifies) == most_in(55, stage.discord.identifies) == 5, "at once"
    assert most_in(HOUR, stage.discord.identifies) <= 16
    assert len(stage.posts) == 1
    assert len([text for text in stage.warnings if "Too many new sessions" in text]) == 1
    assert stage.tracebacks == []
    await stage.passes(healed_within)
    await works(stage)
    await stage.stop()
    gc.collect()  # a connection that was left open warns here


@pytest.mark.parametrize(
    ("code", "words"),
    [
        *((code, "DISCORD_TOKEN") for code in (None, 4004)),
        *((code, str(code)) for code in (4010, 4011, 4012)),
        *((code, "intents") for code in (4013, 4014)),
    ],
)
async def test_a_refusal_for_good_by_the_gateway_or_by_rest_ends_the_bot_with_its_sentence(
    code: int | None, words: str, shown: Stage
) -> None:
    if code is None:
        shown.discord.fault = answered(refusing(401, 0))
        shown.radarr.queue.append(downloading(ALIEN))
    else:
        await shown.discord.gateway.drop(code)

    bot, shown.bot = shown.bot, None
    assert bot is not None
    with pytest.raises(FatalError, match=words) as caught:
        await asyncio.wait_for(bot, 120)
    assert "\n" not in str(caught.value)
    assert len(shown.discord.identifies) == len(shown.posts) == 1
