"""A clock that the test holds in its hand."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from discarr.clock import Clock

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class HandClock(Clock):
    """Stands still until it is moved. Pass it wherever a Clock is wanted."""

    _hands: SimpleNamespace

    def __init__(self, now: datetime = NOON, monotonic: float = 1000.0) -> None:
        hands = SimpleNamespace(now=now, monotonic=monotonic)
        super().__init__(now=lambda: hands.now, monotonic=lambda: hands.monotonic)
        object.__setattr__(self, "_hands", hands)  # as a frozen dataclass does it

    def pass_time(self, seconds: float) -> None:
        self._hands.now += timedelta(seconds=seconds)
        self._hands.monotonic += seconds

    def set_wall(self, now: datetime) -> None:
        """Somebody sets the wall clock; no time passes."""
        self._hands.now = now
