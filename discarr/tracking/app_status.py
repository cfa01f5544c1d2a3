"""What an app says about itself: which app it is, whether its clients answer, and when it last asked them."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from logging import getLogger
from math import inf

from discarr.arr.client import ArrClient
from discarr.arr.models import HealthItem
from discarr.errors import ArrError, WrongApp
from discarr.model.progress import Now
from discarr.model.queue import IncompleteReason

log = getLogger(__name__)

ASKS_CLIENTS_WITHIN = 120.0
"""Seconds after its start, where the app cannot say whether it has asked its clients: it does so within 90."""
PATIENCE = 1.0
"""Seconds that a queue waits for status and health, which are asked for at the same time."""
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
        self._asking_status: asyncio.Task[None] | None = None
        self._wrong_app = False
        self._start_time: datetime | None = None
        self._started_seen_at = 0.0
        self._restarted = False
        """It has started again since the first look."""
        self._status_asked = self._tasks_asked = False
        self.version = ""
        self.client_away = False
        """The app itself says that a download client does not answer."""
        self.health_asked_at = -inf
        """When the last good answer about that was asked for (monotonic seconds)."""
        self.has_asked_clients = True
        """Since its start, as far as is known; before that its queue is empty and means nothing."""
        self.knows_tasks = False
        """Whether it said so at the last question."""
        self.last_refresh: datetime | None = None
        """When its last look at its clients began that is over, by its own clock; None if there was none."""

    def begin_if_due(self, now: Now) -> None:
        """Begin to ask for status and health, if it is time; the answers come beside everything else."""
        if self._looked_at is None or self._wrong_app or now.seconds - self._looked_at >= self._every:
            self.begin(now)

    def begin(self, now: Now) -> None:
        """Begin to ask for status and health, unless that is under way."""
        if self._looking is None:
            self._looked_at, key = now.seconds, self._client.instance.key
            self._asking_status = asyncio.create_task(self._ask_status(now), name=f"status of {key}")
            self._looking = asyncio.create_task(self._look(self._asking_status, now), name=f"health of {key}")
            self._looking.add_done_callback(self._ended)

    async def ensure_right_app(self) -> None:
        """Wait until it is known that this is the app that it should be; a moment at most if that is known already.

        Raises:
            WrongApp: it is another one.
        """
        if self._asking_status is not None and (self._wrong_app or not self._status_asked):
            await asyncio.shield(self._asking_status)
        if self._looking is not None:
            await asyncio.wait([self._looking], timeout=PATIENCE)
        self._refuse_another_app()

    async def look(self, now: Now) -> None:
        """Ask for status and health, and wait for the answers.

        Raises:
            WrongApp: it is another one.
        """
        self.begin(now)
        if self._looking is not None:
            await asyncio.shield(self._looking)
        self._refuse_another_app()

    async def ask_last_refresh(self, now: Now) -> None:
        """Ask when the app last looked at its clients. Without an answer `last_refresh` stays as it was."""
        self._tasks_asked = True
        try:
            last = await self._client.last_refresh_began()
        except ArrError as error:
            log.debug("%s does not say when it last asked its clients: it %s", self._client.instance.label, error)
            last = None
        self.knows_tasks = last is not None
        if last is not None:
            self.last_refresh = last if last.year != _NEVER else None
        self._judge_start(now)

    @property
    def incomplete(self) -> IncompleteReason | None:
        """Why the queue may not be all there is."""
        if not self.has_asked_clients:
            return IncompleteReason.JUST_STARTED
        return IncompleteReason.CLIENT_AWAY if self.client_away else None

    async def close(self) -> None:
        """End what is under way."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    def _ended(self, looking: asyncio.Task[None]) -> None:
        self._looking = self._asking_status = None

    async def _look(self, status: asyncio.Task[None], now: Now) -> None:
        if self._tasks_asked:
            await asyncio.gather(status, self._ask_health(now))
        else:
            await asyncio.gather(status, self._ask_health(now), self.ask_last_refresh(now))
        self._judge_start(now)
        if not self.has_asked_clients:
            await self.ask_last_refresh(now)

    async def _ask_status(self, now: Now) -> None:
        try:
            status = await self._client.status()
        except ArrError as error:
            log.debug("%s: no status: it %s", self._client.instance.label, error)
            return
        finally:
            self._status_asked = True
        # Before 2022 the apps did not say their name.
        self._wrong_app = status.app_name.lower() not in ("", self._client.instance.service)
        if status.start_time != self._start_time:
            self._restarted = self._start_time is not None
            self._started_seen_at = now.seconds
        self.version, self._start_time = status.version, status.start_time

    async def _ask_health(self, now: Now) -> None:
        try:
            self.client_away = _client_away(await self._client.health())
            self.health_asked_at = now.seconds
        except ArrError as error:
            log.debug("%s: no health: it %s", self._client.instance.label, error)

    def _judge_start(self, now: Now) -> None:
        """The look that is over must have begun after the start: its date survives a restart."""
        if self._start_time is None:
            self.has_asked_clients = True
        elif self.knows_tasks and self.last_refresh is not None:
            self.has_asked_clients = self.last_refresh >= self._start_time
        else:
            runs = now.seconds - self._started_seen_at
            if not self._restarted:  # nobody saw when: then its clock and ours must do
                runs = max(runs, (now.at - self._start_time).total_seconds())
            self.has_asked_clients = runs >= ASKS_CLIENTS_WITHIN

    def _refuse_another_app(self) -> None:
        if self._wrong_app:
            url = self._client.instance.variable("URL")
            raise WrongApp(f"is another app: {url} leads elsewhere; check that two addresses are not swapped")


def _client_away(health: Iterable[HealthItem]) -> bool:
    """DownloadClientCheck also warns of there being no client at all; only its error means one is away.

    Source: NzbDrone.Core/HealthCheck/Checks/DownloadClientCheck.cs and DownloadClientStatusCheck.cs.
    """
    return any(
        item.source == "DownloadClientStatusCheck" or (item.source == "DownloadClientCheck" and item.type == "error")
        for item in health
    )
