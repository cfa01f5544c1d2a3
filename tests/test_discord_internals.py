"""What discord.py does not document, as Discarr relies on it."""

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
from discord.gateway import DiscordWebSocket, KeepAliveHandler

from discarr.bot._discord_internals import check, live, redirected_to
from discarr.demo.discord import too_many_requests
from tests.support.discord_faults import answered
from tests.support.strict_discord import StrictDiscord


@pytest.fixture
async def server() -> AsyncIterator[StrictDiscord]:
    async with StrictDiscord() as server:
        with redirected_to(server.api_base, server.gateway_url):
            yield server


async def test_a_heartbeat_that_is_answered_at_once_is_not_behind(server: StrictDiscord) -> None:
    """`KeepAliveHandler.run` notes when it sent after it has sent, and Discord's answer may be there before."""
    server.gateway.heartbeat_ms = 100
    client = discord.Client(intents=discord.Intents(guilds=True))
    async with client:
        await client.login(server.token)
        connection = asyncio.create_task(live(client, None))
        await server.gateway.wait_connected()
        latencies: list[float] = []

        def enough() -> bool:
            latencies.append(client.ws.latency)  # of the heartbeat before
            return server.gateway.heartbeats >= 15

        await server.changes.until(enough, 10)
        connection.cancel()
        await asyncio.wait([connection])

    assert max(latencies[2:]) < 0.09


async def test_no_address_of_a_429_is_logged(server: StrictDiscord, caplog: pytest.LogCaptureFixture) -> None:
    """discord.py warns of each 429 with the address of the request, and that of an answer contains a token."""
    async with discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30) as client:
        await client.login(server.token)
        server.fault = answered(lambda _: too_many_requests(60))
        with pytest.raises(discord.RateLimited):
            await client.application_info()

    assert "429" not in caplog.text


@pytest.mark.parametrize(
    ("owner", "name"),
    [(DiscordWebSocket, "poll_event"), (DiscordWebSocket, "DEFAULT_GATEWAY"), (KeepAliveHandler, "ack")],
)
def test_a_changed_discord_py_is_refused(owner: type, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, name, lambda self: None)

    with pytest.raises(ImportError, match=f"discord.py {discord.__version__} has changed .*{owner.__name__}"):
        check()
