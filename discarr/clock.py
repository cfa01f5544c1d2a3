"""Bundles the two clocks that are passed in wherever time matters, so that tests can control them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` is for people and can jump; `monotonic` is for durations and never does."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """Return the current moment (aware, UTC)."""
    monotonic: Callable[[], float] = lambda: asyncio.get_running_loop().time()
    """Return seconds since an arbitrary start: by default the time of the event loop."""
