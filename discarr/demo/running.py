"""The shipped bot as the demo runs it: the very same parts, and it can be restarted."""

import asyncio

from discarr.bot.app import Bot, clients_of
from discarr.clock import Clock
from discarr.settings import Settings

PATIENCE = 0.6
"""Seconds that the bot's last edit may take at the demo's end, whatever trouble was made."""


class RunningBot:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._task: asyncio.Task[None] | None = None
        self._failed = asyncio.Event()

    def start(self) -> None:
        """Returns at once."""
        self._task = asyncio.create_task(self._live(), name="bot")
        self._task.add_done_callback(self._ended)

    async def restart(self) -> None:
        """End it as SIGTERM does, and begin another life."""
        await self._end(None)
        self.start()

    async def stop(self) -> None:
        """End it, and wait for its last edit, but not for long."""
        await self._end(PATIENCE)

    async def failure(self) -> None:
        """Wait until the bot has ended by itself, and raise what it ended with."""
        await self._failed.wait()
        if self._task is not None:
            self._task.result()

    async def _end(self, patience: float | None) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=patience)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._failed.set()

    async def _live(self) -> None:
        clock = Clock()
        async with clients_of(self._settings) as clients:
            await Bot(self._settings, clients, clock).run()
