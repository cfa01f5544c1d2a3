"""A time in which something is not done again."""

from discarr.clock import Clock


class Cooldown:
    """A duration of the monotonic clock that was started or not."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends_at: float | None = None

    def start(self, seconds: float) -> None:
        """Begin a new duration, whatever is left of the last one."""
        self._ends_at = self._clock.monotonic() + seconds

    def end(self) -> None:
        """Forget it: what it delayed may be done now."""
        self._ends_at = None

    def remaining(self) -> float:
        """Seconds until it is over; 0 if it is, or never began."""
        return 0.0 if self._ends_at is None else max(0.0, self._ends_at - self._clock.monotonic())

    def active(self) -> bool:
        """Whether it began and is not over."""
        return self.remaining() > 0
