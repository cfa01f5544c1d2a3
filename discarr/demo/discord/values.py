"""The small values of the loopback Discord: members, requests, times and errors."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

type Wire = dict[str, Any]
"""A JSON object in the shape Discord sends or takes."""

type Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str
    role_ids: tuple[int, ...] = ()
    bot: bool = False

    def user_wire(self) -> Wire:
        return {"id": str(self.id), "username": self.name, "discriminator": "0", "avatar": None, "bot": self.bot}


@dataclass(frozen=True, slots=True)
class Request:
    """One REST request, as it arrived and as it was answered."""

    method: str
    path: str
    """Below `/api/v10`, as it was asked."""
    route: str
    """The same with names for its variable parts: `/channels/{channel}/messages`; the path where no route fits."""
    query: Mapping[str, str]
    body: Any
    """The parsed JSON; None where there was none."""
    status: int
    """0 where there was no answer, because a fault raised or was cancelled."""
    at: float


class DiscordError(Exception):
    """An answer that is an error, with Discord's HTTP status, JSON code and text."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: Wire = {"message": message, "code": code}


class Changes:
    """Wakes everybody who waits for something, whenever anything changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        changed, self._next = self._next, asyncio.Event()
        changed.set()

    async def until[T](self, found: Callable[[], T | None], timeout: float | None = None) -> T:
        """Return what `found` returns, as soon as that is neither None nor False."""
        async with asyncio.timeout(timeout):
            while True:
                changed = self._next
                value = found()
                if value is not None and value is not False:
                    return value
                await changed.wait()


def iso(seconds: float) -> str:
    """A moment as Discord writes it: ISO 8601 with microseconds and `+00:00`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
