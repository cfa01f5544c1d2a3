"""Measures how long something must not be repeated."""

from discarr.clock import Clock


class Cooldown:
    """A time span on the monotonic clock. A new one is over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends_at: float | None = None

    def start(self, seconds: float) -> None:
        """Start a new time span, replacing what remains of the last one."""
        self._ends_at = self._clock.monotonic() + seconds

    def end(self) -> None:
        """End it now."""
        self._ends_at = None

    def remaining(self) -> float:
        """Return the seconds until it is over; 0 if it is, or was never started."""
        return 0.0 if self._ends_at is None else max(0.0, self._ends_at - self._clock.monotonic())

    def active(self) -> bool:
        """Return whether it was started and is not over."""
        return self.remaining() > 0
