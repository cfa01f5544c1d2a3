"""When the dashboard may be edited, and when it is although nothing changed."""

import asyncio
from collections.abc import Callable

from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import DENIED, SPACING, backoff
from discarr.clock import Clock

HEARTBEAT = 300.0
"""Seconds after which an edit is made although nothing changed."""
SECOND_EDIT = 15.0
"""Seconds after the first edit of this process until the next: the farewell of another one may have come in between."""


class EditSchedule:
    """The time between edits. `redraw` asks for another step."""

    def __init__(self, clock: Clock, redraw: Callable[[], None]) -> None:
        self._clock = clock
        self._redraw = redraw
        self._quiet, self._spacing = Cooldown(clock), Cooldown(clock)
        self._heartbeat, self._young = Cooldown(clock), Cooldown(clock)
        self._failures = 0
        self.accepted_at: float | None = None
        """When Discord last accepted an edit (monotonic seconds)."""

    def seconds_until_edit(self) -> float:
        """Seconds until the next edit may be made; 0 if it may now."""
        return max(self._quiet.remaining(), self._spacing.remaining())

    def heartbeat_due(self) -> bool:
        """Whether an edit is due although nothing changed."""
        return not self._heartbeat.active()

    def accepted(self) -> None:
        """Take note of an edit that Discord accepted."""
        if self.accepted_at is None:
            self._young.start(SECOND_EDIT)
            self.step_after(SECOND_EDIT)
        self.accepted_at = self._clock.monotonic()
        self._failures = 0
        self._spacing.start(SPACING)
        self._heartbeat.start(self._young.remaining() or HEARTBEAT)

    def refused(self, error: BaseException) -> None:
        """Be quiet for as long as the error asks for, and longer each time it follows another one."""
        wait = backoff(error)
        self._quiet.start(max(wait, min(wait * 2**self._failures, DENIED)))
        self._failures = min(self._failures + 1, 10)
        self.step_after(self._quiet.remaining())

    def pause(self) -> None:
        """Have another step, one spacing from now."""
        self._quiet.start(SPACING)
        self.step_after(SPACING)

    def step_after(self, seconds: float) -> None:
        """Ask for another step."""
        asyncio.get_running_loop().call_later(seconds, self._redraw)
