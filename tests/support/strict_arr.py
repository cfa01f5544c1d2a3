"""A loopback app that takes its time, restarts, pauses and reports failing clients, and may have TLS."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from math import floor, inf
from ssl import SSLContext
from typing import NamedTuple

from discarr.demo.arr import LoopbackArr, Service, client_trouble
from discarr.demo.arr.app import REFRESH
from discarr.demo.arr.items import Json
from discarr.demo.arr.records import Row

INTERVAL = 60.0
YEAR_ONE = -62_135_596_800.0
"""0001-01-01, .NET's date that was never set."""
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


class ClientWatch:
    """The failures of all clients, which survive a restart, and the cached results of two checks, which do not.

    Failures are counted as in Core/ThingiProvider/Status/ProviderStatusServiceBase.cs. A check runs 5 s after a failure
    or a recovery and never by itself, so its result can be outdated during a pause (Core/HealthCheck/Checks/
    DownloadClientCheck.cs, DownloadClientStatusCheck.cs; the run every 6 hours is left out).
    """

    def __init__(self) -> None:
        self.health: list[Json] = []
        self._levels: Counter[str] = Counter()
        self._failed_at: dict[str, float] = {}
        self._paused_until: dict[str, float] = {}
        self._checks_due: list[float] = []

    def paused(self, now: float) -> set[str]:
        return {name for name, until in self._paused_until.items() if until > now}

    def record(self, name: str, now: float, app_started: float, *, answered: bool) -> None:
        if not answered:
            self._fail(name, now, is_young_app=app_started + YOUNG_APP > now)
        elif self._levels[name]:
            # Each success lowers the level by one and ends the pause.
            self._levels[name], self._paused_until[name] = self._levels[name] - 1, 0.0
        else:
            return
        self._checks_due.append(now + CHECK_DELAY)

    def _fail(self, name: str, now: float, *, is_young_app: bool) -> None:
        """The first failure sets level 1; later ones raise it, but not in its first 5 minutes nor in a young app."""
        if self._levels[name] == 0:
            self._levels[name], self._failed_at[name] = 1, now
        if self._failed_at[name] + YOUNG_FAILURE > now:
            return
        if not is_young_app:
            self._levels[name] = min(self._levels[name] + 1, len(PAUSES) - 1)
        self._paused_until[name] = now + PAUSES[min(self._levels[name], 2 if is_young_app else 5)]

    def restart(self, now: float) -> None:
        """Forget the results; the checks run soon after the start and again when the app is no longer young."""
        self.health = []
        self._checks_due = [now + CHECK_DELAY, now + YOUNG_APP]

    def run_due_checks(self, now: float, clients: Collection[str], away: Collection[str]) -> None:
        """Ask all clients, paused ones too, and report the first that does not answer."""
        if not any(due <= now for due in self._checks_due):
            return
        self._checks_due = [due for due in self._checks_due if due > now]
        self.health = [client_trouble(name) for name in clients if name in away][:1]
        if paused := [name for name in clients if name in self.paused(now)]:
            kind = "error" if len(paused) == len(clients) else "warning"
            text = f"Download clients unavailable due to failures: {', '.join(paused)}"
            self.health.append({"source": "DownloadClientStatusCheck", "type": kind, "message": text})


class Round(NamedTuple):
    started_at: float
    ends_at: float
    rows: tuple[Row, ...]
    answered: dict[str, bool]


class StrictArr(LoopbackArr):
    """An app whose refreshes and commands can take time: the snapshot is replaced at the end of a refresh."""

    def __init__(
        self, service: Service, *, ssl_context: SSLContext | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(service, clock=clock)
        self._ssl_context = ssl_context
        self.refresh_takes = 0.0
        """Seconds from the start of a refresh to its end; until then the old snapshot is shown."""
        self.command_takes = 0.0
        """Seconds from the post of a command to its end."""
        self.watches_clients = False
        """Whether failures of clients lead to pauses and health entries, as in the real apps."""
        self.watch = ClientWatch()
        self._round: Round | None = None
        self._ended_at = self.start_time
        self._first_due: float | None = None
        """When the first refresh after a restart is due."""
        self._busy_until = self._restarted_at = -inf

    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:") if self._ssl_context else super().url

    def refresh(self) -> None:
        self.begin_refresh()
        self.end_refresh()

    def restart(self, *, busy_for: float = 0.0, new_database: bool = False) -> None:
        """Start a new process: the queue is empty until the first refresh, `health` until its first checks.

        The first refresh comes with the scheduler's tick 30 or 60 s later (Core/Jobs/Scheduler.cs), and not before
        `busy_for` seconds have passed, for which other tasks occupy all worker threads (Core/Messaging/Commands/
        CommandExecutor.cs has three). The snapshot is in memory and lost; the dates are in the database and stay.
        """
        now = self.clock()
        self.catch_up()
        if new_database:
            # The time of the first start, although nothing ran, and 0001-01-01 (Core/Jobs/TaskManager.cs).
            self._ended_at, self.refreshed_at = now, YEAR_ONE
            self.history.clear()
            self.blocklist.clear()
        # Due at the first tick that is more than a minute after the last run (Core/Jobs/TaskManager.cs, GetPending).
        ticks = max(floor((self._ended_at + INTERVAL - now) / TICK) + 1, 1)
        self.start_time = self._restarted_at = now
        self._busy_until, self._first_due = now + busy_for, now + ticks * TICK
        self._snapshot, self._round, self._soon = (), None, inf
        self.watch.restart(now)

    def catch_up(self) -> None:
        now = self.clock()
        while self._step(now) and (self.refresh_every or self._round):
            pass
        for command in self.commands:
            if command.name != REFRESH:
                command.done = now >= max(command.queued_at + self.command_takes, self._busy_until)
        self._check_clients(now)

    def health_records(self) -> list[Json]:
        """Return what `GET /health` reports; checks run shortly after a restart (HealthCheckService.cs)."""
        reported = [*super().health_records(), *self.watch.health]
        return [] if self.clock() < self._restarted_at + CHECK_DELAY else reported

    def _step(self, now: float) -> bool:
        """Begin or end one refresh if that is due; return whether it was."""
        at = self._round.ends_at if self._round else self._next_start()
        if at > now:
            return False
        if self._round:
            self.end_refresh(at)
        else:
            # Without an interval it is now; after a jump of the clock, not all that was missed is made up for.
            self.begin_refresh(max(at, now - 100 * self.refresh_every), self.refresh_takes)
        return True

    def _next_start(self) -> float:
        due = self._ended_at + self.refresh_every if self._first_due is None else self._first_due
        delay = max(self.command_takes - self.refresh_takes, 0.0)
        posted = [each.queued_at + delay for each in self.commands if each.name == REFRESH and not each.done]
        return max(min(due, self._soon, *posted), self._busy_until)

    def begin_refresh(self, at: float | None = None, takes: float = inf) -> None:
        """Ask all clients that are not paused; what is removed from now on is still in what `end_refresh` publishes."""
        at = self.clock() if at is None else at
        self._check_clients(at)
        self._first_due, self._soon = None, inf
        paused, away = self.watch.paused(at), self.unreachable_clients
        answered = {name: name not in away for name in self._client_names() if name not in paused}
        self._round = Round(at, at + takes, self._rows(paused | away), answered)

    def end_refresh(self, at: float | None = None) -> None:
        """Publish what the clients answered; both dates move now (Core/Messaging/Commands/CommandExecutor.cs)."""
        done, self._round = self._round, None
        assert done is not None, "none has begun"
        at = self.clock() if at is None else at
        self._ended_at, self.refreshed_at, self._snapshot = at, done.started_at, done.rows
        for name, is_there in done.answered.items() if self.watches_clients else ():
            self.watch.record(name, at, self.start_time, answered=is_there)
        for command in self.commands:
            if command.name == REFRESH and command.queued_at <= done.started_at:
                command.done |= at >= command.queued_at + self.command_takes

    def _client_names(self) -> list[str]:
        return sorted({item.client.name for item in self.queue})

    def _check_clients(self, now: float) -> None:
        if self.watches_clients:
            self.watch.run_due_checks(now, self._client_names(), self.unreachable_clients)
