"""Keeps work that blocks the event loop apart, so that a press is answered between two pieces of it."""

import asyncio
from types import TracebackType

TURNS = 3
"""Turns of the event loop after each piece. From its arrival to its answer a press takes two or three, as counted in a
running bot, and it must not wait for a piece in each."""


class BlockingWork:
    """An async context manager for one piece of work that blocks the event loop for milliseconds; one at a time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for _ in range(TURNS):
                await asyncio.sleep(0)
        finally:
            self._lock.release()
