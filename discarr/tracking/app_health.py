"""Follows what one app reports about itself."""

from collections.abc import Iterable
from logging import getLogger
from math import inf

from discarr.arr.client import ArrClient
from discarr.arr.models import HealthItem
from discarr.errors import ArrError
from discarr.model.health import Health, HealthWarning, Level
from discarr.model.progress import Now

log = getLogger(__name__)

SETTLED_AFTER = 60.0
"""Seconds after its start from which an app is believed: its checks run in the background, and until then the list is
empty or cut short (NzbDrone.Core/HealthCheck/HealthCheckService.cs)."""
GOOD_FOR = 600.0
"""Seconds for which an answer stands while later requests fail."""


class AppHealth:
    """The last good answer of one app. Without one, nothing is known: that is neither healthy nor an outage."""

    def __init__(self, client: ArrClient) -> None:
        self._client = client
        self._last: Health | None = None
        self._outdated = False
        self.asked_at = -inf
        """When the last good answer was requested (monotonic seconds)."""

    @property
    def known(self) -> Health | None:
        """The last good answer; None if there is none, or if it is too old."""
        return None if self._outdated else self._last

    @property
    def client_away(self) -> bool:
        """Whether the app reported a download client that does not answer. This stands until it takes it back."""
        return self._last is not None and any(warning.hides_rows for warning in self._last.warnings)

    @property
    def imports_are_off(self) -> bool:
        """Whether the app reported that it does not import what is complete."""
        return self._last is not None and any(warning.turns_imports_off for warning in self._last.warnings)

    async def ask(self, now: Now) -> tuple[HealthItem, ...] | None:
        """Return the app's answer; None if it gave no good one."""
        try:
            return await self._client.health()
        except ArrError as error:
            log.debug("%s: no health: it %s", self._client.instance.label, error)
            self._outdated = now.seconds - self.asked_at >= GOOD_FOR
            return None

    def note(self, items: Iterable[HealthItem], now: Now, *, runs_for: float) -> None:
        """Note a good answer of an app that has run for this number of seconds. A young one withdraws no warning."""
        self.asked_at, self._outdated = now.seconds, False
        before = self._last.warnings if self._last else ()
        known = {(warning.source, warning.level): warning for warning in before}
        found = {(item.source, level) for item in items if (level := _level(item.type))}
        if runs_for < SETTLED_AFTER:
            found |= known.keys()
            if not found:
                return
        since = now.at if self._last else None
        warnings = (known.get(key) or HealthWarning(*key, since) for key in sorted(found))
        self._last = Health(tuple(warnings), now.at)


def _level(word: str) -> Level | None:
    """Return the level of an item; None if it reports that all is well."""
    if word.lower() == "ok":
        return None
    return Level(word.lower()) if word.lower() in Level else Level.WARNING
