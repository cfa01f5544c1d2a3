"""The two clocks, passed in wherever time matters, so that a test can hold them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` is for people and may jump; `monotonic` is for durations and never does."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    """The moment (aware, UTC)."""
    monotonic: Callable[[], float] = lambda: asyncio.get_running_loop().time()
    """Seconds from some start: the event loop's own, so that both are scaled together."""
