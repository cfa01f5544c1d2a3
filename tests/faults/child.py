"""Discarr's command line, talking to another Discord: `LOOPBACK=port python -m tests.faults.child [ARGUMENTS]`."""

import os
import sys

import discord
import yarl

from discarr.__main__ import main

if __name__ == "__main__":
    port = os.environ["LOOPBACK"]
    discord.http.Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway")
    sys.exit(main(sys.argv[1:]))
