"""What an app says about itself: which app it is, whether its clients answer, and when it last asked them."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from logging import getLogger

from discarr.arr.client import ArrClient
from discarr.arr.models import HealthItem
from discarr.errors import ArrError, WrongApp
from discarr.model.progress import Now
from discarr.model.queue import IncompleteReason

log = getLogger(__name__)

ASKS_CLIENTS_WITHIN = timedelta(seconds=120)
"""After its start, where the app cannot say whether it has asked its clients: it does at the latest after 90 s."""
_NEVER = 1
"""The year of a task that never ran."""


class AppStatus:
    """The last answers of one app about itself. They only add to what the queue says: failing is no outage."""

    def __init__(self, client: ArrClient, *, every: float) -> None:
        """`every` is in seconds, between two looks."""
        self._client = client
        self._every = every
        self._looked_at: float | None = None
        self._looking: asyncio.Task[None] | None = None
        self._known = False
        self._wrong_app = False
        self._start_time: datetime | None = None
        self._started_seen_at = 0.0
        self._asked_clients = True
        self.version = ""
        self.client_away = False
        """The app itself says that a download client does not answer."""
        self.last_refresh: datetime | None = None
        """When the app's last look at its clients began, by its own clock, as of the last question; None if unknown."""

    def begin_if_due(self, now: Now) -> None:
        """Begin to ask for status and health, if it is time; the answers come beside everything else."""
        due = self._looked_at is None or self._wrong_app or now.seconds - self._looked_at >= self._every
        if due and self._looking is None:
            self._begin(now)

    async def ensure_right_app(self) -> None:
        """Wait until it is known that this is the app that it should be; at once if that is known already.

        Raises:
            WrongApp: it is another one.
        """
        if self._looking is not None and (self._wrong_app or not self._known):
            await asyncio.shield(self._looking)
        self._refuse_another_app()

    async def look(self, now: Now) -> None:
        """Ask for status and health now, and wait for the answer."""
        if self._looking is None:
            self._begin(now)
        if self._looking is not None:
            await asyncio.shield(self._looking)
        self._refuse_another_app()

    async def ask_last_refresh(self, now: Now) -> bool:
        """Ask when the app last looked at its clients; return whether it can say."""
        try:
            last = await self._client.last_refresh_began()
        except ArrError as error:
            log.debug("%s does not say when it last asked its clients: it %s", self._client.instance.label, error)
            last = None
        self.last_refresh = last if last is not None and last.year != _NEVER else None
        self._judge_start(now)
        return last is not None

    @property
    def has_asked_clients(self) -> bool:
        """Since its start, as far as is known; before that its queue is empty and means nothing."""
        return self._asked_clients

    @property
    def incomplete(self) -> IncompleteReason | None:
        """Why the queue may not be all there is."""
        if not self._asked_clients:
            return IncompleteReason.JUST_STARTED
        return IncompleteReason.CLIENT_AWAY if self.client_away else None

    async def close(self) -> None:
        """End what is under way."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    def _begin(self, now: Now) -> None:
        self._looked_at = now.seconds
        self._looking = asyncio.create_task(self._look(now), name=f"status of {self._client.instance.key}")
        self._looking.add_done_callback(self._ended)

    def _ended(self, looking: asyncio.Task[None]) -> None:
        self._looking = None

    async def _look(self, now: Now) -> None:
        await asyncio.gather(self._ask_status(now), self._ask_health())
        self._known = True

    async def _ask_status(self, now: Now) -> None:
        try:
            status = await self._client.status()
        except ArrError as error:
            log.debug("%s: no status: it %s", self._client.instance.label, error)
            return
        self.version = status.version
        # Before 2022 the apps did not say their name.
        self._wrong_app = status.app_name.lower() not in ("", self._client.instance.service)
        if status.start_time != self._start_time:
            self._start_time, self._started_seen_at = status.start_time, now.seconds
            self._asked_clients = status.start_time is None

    async def _ask_health(self) -> None:
        try:
            self.client_away = _client_away(await self._client.health())
        except ArrError as error:
            log.debug("%s: no health: it %s", self._client.instance.label, error)

    def _judge_start(self, now: Now) -> None:
        if self._start_time is None:
            self._asked_clients = True
        elif self.last_refresh is not None:
            self._asked_clients = self.last_refresh >= self._start_time
        else:
            seen_for = timedelta(seconds=now.seconds - self._started_seen_at)
            self._asked_clients = max(now.at - self._start_time, seen_for) >= ASKS_CLIENTS_WITHIN

    def _refuse_another_app(self) -> None:
        if self._wrong_app:
            url = self._client.instance.variable("URL")
            raise WrongApp(f"is another app: {url} leads elsewhere. Are two of them swapped?")


def _client_away(health: Iterable[HealthItem]) -> bool:
    """DownloadClientCheck also warns of there being no client at all; only its error means one is away.

    Source: NzbDrone.Core/HealthCheck/Checks/DownloadClientCheck.cs and DownloadClientStatusCheck.cs.
    """
    return any(
        item.source == "DownloadClientStatusCheck" or (item.source == "DownloadClientCheck" and item.type == "error")
        for item in health
    )
