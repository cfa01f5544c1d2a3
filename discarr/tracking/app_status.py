"""Asks an app about itself: which app it is, whether its clients answer, and when it last polled them."""

import asyncio
from datetime import datetime
from logging import getLogger
from math import inf

from discarr.arr.client import ArrClient
from discarr.errors import ArrError, WrongApp
from discarr.model.progress import Now
from discarr.model.queue import IncompleteReason
from discarr.tracking.app_health import AppHealth

log = getLogger(__name__)

ASKS_CLIENTS_WITHIN = 120.0
"""Seconds after its start, for an app that cannot say whether it has polled its clients: it does so within 90."""
STATUS_DEADLINE = 1.0
"""Seconds that a queue waits for status and health, which are requested at the same time."""
ASKED_AGAIN_AFTER = 60.0
"""The most seconds between two requests while something is wrong or unknown."""
_NEVER = 1
"""The year of a task that never ran."""


class AppStatus:
    """The last answers of one app about itself. They only add to its queue: a failed request is no outage."""

    def __init__(self, client: ArrClient, *, every: float) -> None:
        """`every` is the number of seconds between two requests, while nothing is wrong."""
        self._client = client
        self._every = every
        self._looked_at: float | None = None
        self._looking: asyncio.Task[None] | None = None
        self._asking_status: asyncio.Task[None] | None = None
        self._wrong_app = False
        self._start_time: datetime | None = None
        self._started_seen_at = 0.0
        self._restarted = False
        """Whether it restarted since the first answer."""
        self._status_asked = self._tasks_asked = False
        self.version = ""
        self.health = AppHealth(client)
        self.has_asked_clients = True
        """Whether it has polled its clients since its start, as far as known; until then its queue is empty."""
        self.knows_tasks = False
        """Whether the last request for its tasks was answered."""
        self.last_refresh: datetime | None = None
        """When its last completed poll of its clients began, by its own clock; None if there was none."""

    def begin_if_due(self, now: Now) -> None:
        """Request status and health in the background if it is time."""
        every = self._every if self._is_well else min(self._every, ASKED_AGAIN_AFTER)
        if self._looked_at is None or self._wrong_app or now.seconds - self._looked_at >= every:
            self.begin(now)

    def look_soon(self) -> None:
        """Make status and health due."""
        self._looked_at = None

    def begin(self, now: Now) -> None:
        """Request status and health in the background, unless a request is in flight."""
        if self._looking is None:
            self._looked_at, key = now.seconds, self._client.instance.key
            self._asking_status = asyncio.create_task(self._ask_status(now), name=f"status of {key}")
            self._looking = asyncio.create_task(self._look(self._asking_status, now), name=f"health of {key}")
            self._looking.add_done_callback(self._ended)

    async def ensure_right_app(self) -> None:
        """Wait until the app has said which one it is; at most a moment if it has done so before.

        Raises:
            WrongApp: it is another app than the configured one.
        """
        if self._asking_status is not None and (self._wrong_app or not self._status_asked):
            await asyncio.shield(self._asking_status)
        if self._looking is not None:
            await asyncio.wait([self._looking], timeout=STATUS_DEADLINE)
        self._refuse_another_app()

    async def look(self, now: Now) -> None:
        """Request status and health, and wait for the answers.

        Raises:
            WrongApp: it is another app than the configured one.
        """
        self.begin(now)
        if self._looking is not None:
            await asyncio.shield(self._looking)
        self._refuse_another_app()

    async def ask_last_refresh(self, now: Now) -> None:
        """Ask when the app last polled its clients. Without an answer `last_refresh` stays unchanged."""
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
        """Why the queue may be incomplete; None if it is complete."""
        if not self.has_asked_clients:
            return IncompleteReason.JUST_STARTED
        return IncompleteReason.CLIENT_AWAY if self.health.client_away else None

    @property
    def _is_well(self) -> bool:
        health = self.health.known
        return self.incomplete is None and health is not None and not health.stops_imports

    async def close(self) -> None:
        """Cancel the requests in flight."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    def _ended(self, looking: asyncio.Task[None]) -> None:
        self._looking = self._asking_status = None

    async def _look(self, status: asyncio.Task[None], now: Now) -> None:
        if self._tasks_asked:
            await asyncio.gather(status, self._ask_health(status, now))
        else:
            await asyncio.gather(status, self._ask_health(status, now), self.ask_last_refresh(now))
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

    async def _ask_health(self, status: asyncio.Task[None], now: Now) -> None:
        items = await self.health.ask(now)
        await asyncio.wait([status])
        if items is not None:
            self.health.note(items, now, runs_for=self._runs_for(now))

    def _judge_start(self, now: Now) -> None:
        """Judge whether the last poll began after the start: its date survives a restart."""
        if self._start_time is None:
            self.has_asked_clients = True
        elif self.knows_tasks and self.last_refresh is not None:
            self.has_asked_clients = self.last_refresh >= self._start_time
        else:
            self.has_asked_clients = self._runs_for(now) >= ASKS_CLIENTS_WITHIN

    def _runs_for(self, now: Now) -> float:
        """Return the number of seconds since its start, as far as that is known."""
        if self._start_time is None:
            return inf
        runs = now.seconds - self._started_seen_at
        # A start that was not observed: compare its clock with the local one.
        return runs if self._restarted else max(runs, (now.at - self._start_time).total_seconds())

    def _refuse_another_app(self) -> None:
        if self._wrong_app:
            url = self._client.instance.variable("URL")
            raise WrongApp(f"is another app: {url} leads elsewhere; perhaps two addresses are swapped")
