"""The yardstick: a process that has the libraries and one open gateway connection, and nothing of Discarr.

    python bare.py API_BASE GATEWAY_URL TOKEN
"""

import asyncio
import sys

import discord
import dotenv  # noqa: F401  # imported for its weight, as the next ones
import httpcore  # noqa: F401  # what httpx loads at its first client, and h2 with it
import httpx  # noqa: F401
import yarl
from pydantic import BaseModel  # noqa: F401  # the package itself loads nothing before it is asked


async def _connected(token: str) -> None:
    intents = discord.Intents.none()
    intents.guilds = True
    await discord.Client(intents=intents, max_messages=None).start(token)


if __name__ == "__main__":
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    discord.http.Route.BASE = sys.argv[1]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])
    asyncio.run(_connected(sys.argv[3]))
