"""Decides when the dashboard may be edited, and when it must be although nothing changed."""

import asyncio
from collections.abc import Callable

from discarr.bot.cooldown import Cooldown
from discarr.bot.discord_errors import DENIED, SPACING, backoff
from discarr.clock import Clock

HEARTBEAT = 300.0
"""Seconds after which the dashboard is edited although nothing changed."""
SECOND_EDIT = 15.0
"""Seconds from the first edit of this process to the next: the farewell of another one may come in between."""


class EditSchedule:
    """Spaces the edits. `redraw` is called when another step is due."""

    def __init__(self, clock: Clock, redraw: Callable[[], None]) -> None:
        self._clock = clock
        self._redraw = redraw
        self._quiet, self._heartbeat, self._young = Cooldown(clock), Cooldown(clock), Cooldown(clock)
        self._failures = 0
        self.accepted_at: float | None = None
        """When Discord last accepted an edit (monotonic seconds); None before the first."""

    def seconds_until_edit(self) -> float:
        """Return the seconds until the next edit is allowed; 0 if it is now."""
        return self._quiet.remaining()

    def heartbeat_due(self) -> bool:
        """Return whether an edit is due although nothing changed."""
        return not self._heartbeat.active()

    def accepted(self) -> None:
        """Note an accepted edit."""
        if self.accepted_at is None:
            self._young.start(SECOND_EDIT)
            self.step_after(SECOND_EDIT)
        self.accepted_at = self._clock.monotonic()
        self._failures = 0
        self._quiet.start(SPACING)
        self._heartbeat.start(self._young.remaining() or HEARTBEAT)

    def refused(self, error: BaseException) -> None:
        """Back off for as long as the error requires, and longer after each further one."""
        wait = backoff(error)
        self._quiet.start(max(wait, min(wait * 2**self._failures, DENIED)))
        self._failures = min(self._failures + 1, 10)
        self.step_after(self._quiet.remaining())

    def pause(self) -> None:
        """Schedule another step SPACING seconds from now, and none before."""
        self._quiet.start(SPACING)
        self.step_after(SPACING)

    def step_after(self, seconds: float) -> None:
        """Schedule another step after this number of seconds."""
        asyncio.get_running_loop().call_later(seconds, self._redraw)
