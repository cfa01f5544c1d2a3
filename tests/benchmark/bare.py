"""The yardstick: a process that has the libraries and one open gateway connection, and nothing of Discarr.

    python bare.py API_BASE GATEWAY_URL TOKEN

For a line on stdin it uses them, each once, and writes a line: below that nothing can be that uses them at all.
"""

import asyncio
import sys

import discord
import dotenv  # noqa: F401  # imported for its weight, as the next one
import httpcore  # noqa: F401  # what httpx loads at its first client, and h2 with it
import httpx
from pydantic import create_model  # the package itself loads nothing before it is asked

from discarr.bot._discord_internals import redirected_to  # of Discarr, this file alone


async def _connected(api_base: str, token: str) -> None:
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(0, asked.set)
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.start(token))
        await asked.wait()
        loop.remove_reader(0)
        create_model("Model", number=int).model_validate_json(b'{"number": 1}')
        async with httpx.AsyncClient(http2=True, verify=False) as http:  # nosec B501 # it is this machine, without TLS
            await http.get(api_base)
        print("{}", flush=True)


if __name__ == "__main__":
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    with redirected_to(sys.argv[1], sys.argv[2]):
        asyncio.run(_connected(sys.argv[1], sys.argv[3]))
