"""Runs at most one task for each download, however many people ask for it."""

import asyncio
from collections.abc import Callable, Coroutine

from discarr.model.download import DownloadKey


class SharedTasks[Result]:
    """The tasks in flight, by download."""

    def __init__(self) -> None:
        self._running: dict[DownloadKey, asyncio.Task[Result]] = {}

    @property
    def keys(self) -> frozenset[DownloadKey]:
        """The downloads with a task in flight."""
        return frozenset(self._running)

    async def result(self, key: DownloadKey, start: Callable[[], Coroutine[None, None, Result]]) -> Result:
        """Return the result of the task of this download; start it unless it is running.

        The caller may be cancelled before it ends, and the task must not be: what was asked of the app goes on.
        """
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._run(key, start))
            task.add_done_callback(_retrieved)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Cancel the tasks in flight."""
        running = tuple(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, key: DownloadKey, start: Callable[[], Coroutine[None, None, Result]]) -> Result:
        try:
            return await start()
        finally:
            del self._running[key]


def _retrieved[Result](task: asyncio.Task[Result]) -> None:
    """Retrieve the exception, so that asyncio does not warn if nobody is waiting for it any more."""
    if not task.cancelled():
        task.exception()
