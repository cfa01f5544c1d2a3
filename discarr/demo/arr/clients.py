"""What an app does about download clients that fail: it pauses them, and reports them in its health."""

from collections.abc import Collection
from dataclasses import dataclass

from discarr.demo.arr.items import Json

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


def client_trouble(name: str) -> Json:
    """Return the health entry of a client that cannot be reached; SABnzbd's real one contains its API key."""
    url = "http://downloads.internal:8080/api?mode=queue&apikey=00112233445566778899aabbccddeeff&output=json"
    text = f"Unable to communicate with {name}. HTTP request failed: [403:Forbidden] [GET] at [{url}]"
    return {"source": "DownloadClientCheck", "type": "error", "message": text}


def _clients_paused(names: list[str], *, everyone: bool) -> Json:
    """The health entry of clients that the app does not ask for a while because they failed for too long."""
    some = f"Download clients unavailable due to failures: {', '.join(names)}"
    text = "All download clients are unavailable due to failures" if everyone else some
    return {"source": "DownloadClientStatusCheck", "type": "error" if everyone else "warning", "message": text}
