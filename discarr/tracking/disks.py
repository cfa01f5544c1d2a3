"""Asks one app for the free space of its disks, on request."""

import asyncio
from logging import getLogger
from math import inf

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.disk import LibraryDisk

log = getLogger(__name__)

FRESH_FOR = 60.0
"""Seconds for which an answer is shown again: the app reads all of its folders for one."""


class Disks:
    """The last answer of one app about its disks."""

    def __init__(self, client: ArrClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._asking: asyncio.Task[None] | None = None
        self._known: tuple[LibraryDisk, ...] | None = None
        self._asked_at = -inf

    @property
    def known(self) -> tuple[LibraryDisk, ...] | None:
        """The last answer; None if there is none, or if the last request failed."""
        return self._known

    def ask(self) -> asyncio.Task[None] | None:
        """Return the request in flight, after beginning one if the last answer is too old; None if it is not."""
        if self._asking is None and self._clock.monotonic() - self._asked_at >= FRESH_FOR:
            self._asked_at = self._clock.monotonic()
            self._asking = asyncio.create_task(self._ask(), name=f"disks of {self._client.instance.key}")
            self._asking.add_done_callback(self._ended)
        return self._asking

    async def close(self) -> None:
        """Cancel the request in flight."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    async def _ask(self) -> None:
        self._known = None
        try:
            self._known = await self._client.library_disks()
        except ArrError as error:
            log.debug("%s does not say how much space is free: it %s", self._client.instance.label, error)

    def _ended(self, asking: asyncio.Task[None]) -> None:
        self._asking = None
