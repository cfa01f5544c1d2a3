"""A loopback app that restarts, and that does with failing download clients what the real ones do.

It pauses them, and reports them in its health.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import floor, inf
from ssl import SSLContext

from discarr.demo.arr import Json, LoopbackArr, Service, client_trouble
from discarr.demo.arr.app import TaskDates

INTERVAL = 60.0
TICK = 30.0
"""Seconds between the ticks of Core/Jobs/Scheduler.cs, the first of which is 30 s after the start."""

PAUSES = (0, 60, 300, 900, 1800, 3600)
"""Seconds of a pause by level (Core/ThingiProvider/Status/EscalationBackOff.cs; clients stop at level 5)."""
YOUNG_FAILURE = 300.0
"""Seconds in which a failing client is asked at each refresh (Core/Download/DownloadClientStatusService.cs)."""
YOUNG_APP = 900.0
"""Seconds after the app's start without escalation (Core/ThingiProvider/Status/ProviderStatusServiceBase.cs)."""
CHECK_DELAY = 5.0
"""Seconds from an event to the health checks that it causes (Core/HealthCheck/HealthCheckService.cs)."""


@dataclass(slots=True)
class ClientStatus:
    """The failures of one client, as Core/ThingiProvider/Status/ProviderStatusServiceBase.cs counts them."""

    level: int = 0
    failed_at: float = 0.0
    paused_until: float = 0.0

    def fail(self, now: float, app_started: float) -> None:
        """The first failure sets level 1; later ones raise it, but not in its first 5 minutes nor in a young app."""
        is_first = self.level == 0
        if is_first:
            self.level, self.failed_at = 1, now
        is_young_app = app_started + YOUNG_APP > now
        if self.failed_at + YOUNG_FAILURE > now:
            return
        if not is_first and not is_young_app:
            self.level = min(self.level + 1, len(PAUSES) - 1)
        self.paused_until = now + min(PAUSES[self.level], PAUSES[2] if is_young_app else PAUSES[-1])

    def succeed(self) -> None:
        """Each success lowers the level by one and ends the pause."""
        self.level -= 1
        self.paused_until = 0.0


class ClientWatch:
    """The statuses of all clients, which survive a restart, and the cached results of two checks, which do not.

    A check runs 5 s after a failure or a recovery and never by itself, so its result can be outdated during a pause
    (Core/HealthCheck/Checks/DownloadClientCheck.cs, DownloadClientStatusCheck.cs; the run every 6 hours is left out).
    """

    def __init__(self) -> None:
        self.health: list[Json] = []
        self._statuses: dict[str, ClientStatus] = {}
        self._checks_due: list[float] = []

    def paused(self, now: float) -> set[str]:
        """Return the names of the clients that are not asked at the moment."""
        return {name for name, status in self._statuses.items() if status.paused_until > now}

    def record(self, name: str, now: float, app_started: float, *, answered: bool) -> None:
        """Count a client's answer, or that there was none."""
        status = self._statuses.setdefault(name, ClientStatus())
        if answered and status.level == 0:
            return
        if answered:
            status.succeed()
        else:
            status.fail(now, app_started)
        self._checks_due.append(now + CHECK_DELAY)

    def restart(self, now: float) -> None:
        """Forget the results; the checks run soon after the start and again when the app is no longer young."""
        self.health = []
        self._checks_due = [now + CHECK_DELAY, now + YOUNG_APP]

    def run_due_checks(self, now: float, clients: Collection[str], away: Collection[str]) -> None:
        """Ask all clients, paused ones too, and report the first that does not answer."""
        if not any(due <= now for due in self._checks_due):
            return
        self._checks_due = [due for due in self._checks_due if due > now]
        failing = [client_trouble(name) for name in clients if name in away]
        paused = [name for name in clients if name in self.paused(now)]
        self.health = failing[:1] + ([_clients_paused(paused, everyone=len(paused) == len(clients))] if paused else [])


def _clients_paused(names: list[str], *, everyone: bool) -> Json:
    """The health entry of clients that the app does not ask for a while because they failed for too long."""
    some = f"Download clients unavailable due to failures: {', '.join(names)}"
    text = "All download clients are unavailable due to failures" if everyone else some
    return {"source": "DownloadClientStatusCheck", "type": "error" if everyone else "warning", "message": text}


class StrictArr(LoopbackArr):
    """With `watches_clients`, failures of clients lead to pauses and health entries, as in the real apps."""

    def __init__(
        self, service: Service, *, clock: Callable[[], float] = time.time, ssl_context: SSLContext | None = None
    ) -> None:
        super().__init__(service, clock=clock, ssl_context=ssl_context)
        self.watches_clients = False
        self.watch = ClientWatch()
        self._busy_until = self._restarted_at = -inf
        self._first_due: float | None = None
        """When the first refresh after a restart is due."""

    def restart(self, *, busy_for: float = 0.0, new_database: bool = False) -> None:
        """Start a new process: the queue is empty until the first refresh, `health` until its first checks.

        The first refresh comes with the scheduler's tick 30 or 60 s later (Core/Jobs/Scheduler.cs), and not before
        `busy_for` seconds have passed, for which other tasks occupy all worker threads (Core/Messaging/Commands/
        CommandExecutor.cs has three). The snapshot is in memory and lost; the dates are in the database and stay.
        """
        now = self.clock()
        self.catch_up()
        if new_database:
            self.task = TaskDates(now)
            self.history.clear()
            self.blocklist.clear()
        # Due at the first tick that is more than a minute after the last run (Core/Jobs/TaskManager.cs, GetPending).
        ticks = max(floor((self.task.ended_at + INTERVAL - now) / TICK) + 1, 1)
        self.start_time = self._restarted_at = now
        self._busy_until, self._first_due = now + busy_for, now + ticks * TICK
        self._snapshot, self._round, self._soon = (), None, inf
        self.watch.restart(now)

    def catch_up(self) -> None:
        """Do everything that is due."""
        super().catch_up()
        self._check_clients(self.clock())

    def health_records(self) -> list[Json]:
        """Return what `GET /health` reports; checks run shortly after a restart (HealthCheckService.cs)."""
        reported = [*super().health_records(), *self.watch.health]
        return [] if self.clock() < self._restarted_at + CHECK_DELAY else reported

    def _scheduled(self) -> float:
        return super()._scheduled() if self._first_due is None else self._first_due

    def _next_start(self) -> float:
        return max(super()._next_start(), self._busy_until)

    def _begin(self, at: float, takes: float) -> None:
        self._check_clients(at)
        self._first_due = None
        super()._begin(at, takes)

    def _asked(self, at: float) -> set[str]:
        return super()._asked(at) - self.watch.paused(at)

    def _end(self, at: float) -> None:
        done = self._round
        super()._end(at)
        if done and self.watches_clients:
            for name, answered in done.answered.items():
                self.watch.record(name, at, self.start_time, answered=answered)

    def _check_clients(self, now: float) -> None:
        if self.watches_clients:
            self.watch.run_due_checks(now, sorted(super()._asked(now)), self.unreachable_clients)
