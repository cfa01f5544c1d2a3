"""The bot: Discord's connection, the reader, the writer and the presses, from start to a clean end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from logging import getLogger
from pathlib import Path

from discarr.arr.client import ArrClient, tls_context
from discarr.bot.authorization import Rights
from discarr.bot.client import Gateway
from discarr.bot.interactions import InteractionRouter
from discarr.bot.message import Dashboard, DashboardContent
from discarr.bot.removing import Remover
from discarr.clock import Clock
from discarr.health import Health, report
from discarr.logs import StateLog
from discarr.model.outcome import Outcome
from discarr.settings import Settings
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import QueueMonitor
from discarr.tracking.periodic import PeriodicTask
from discarr.tracking.removals import Removals
from discarr.view.buttons import dashboard_view
from discarr.view.dashboard import dashboard_embed, offline_embed, plain_embed, summary

log = getLogger(__name__)

OFFLINE_EDIT_DEADLINE = 3.0
"""Seconds that the last edit may take; the whole end has 5."""
FAILURES_UNTIL_SHOWN = 3
"""Failures of ours in a row after which the dashboard says so."""


@asynccontextmanager
async def clients_of(settings: Settings, clock: Clock) -> AsyncIterator[Sequence[ArrClient]]:
    """A client for each instance of the settings, in their order; closed at the end."""
    turn = asyncio.Lock()
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                ArrClient(
                    server.instance,
                    server.url,
                    server.api_key.get_secret_value(),
                    tls=tls_context(server.trust),
                    clock=clock,
                    turn=turn,
                )
            )
            for server in settings.instances
        ]


class Bot:
    """Everything that runs, made of what is passed in."""

    def __init__(
        self, settings: Settings, clients: Sequence[ArrClient], clock: Clock, *, health_file: Path | None = None
    ) -> None:
        self._clock = clock
        self._health_file = health_file
        self._unreported = StateLog(log, "How the bot is can be written again")
        self._interval = float(settings.check_interval)
        self._monitor = QueueMonitor(
            clients,
            clock,
            stalled_after=timedelta(minutes=settings.stuck_threshold_minutes),
            status_every=settings.health_check_interval,
        )
        self._removals = Removals(clock)
        self._writer = PeriodicTask("Drawing the dashboard", self._draw, self._interval)
        self._coordinator = Coordinator(self._monitor, clock, interval=self._interval, changed=self._show_change)
        self._router = InteractionRouter(
            channel_id=settings.discord_channel_id,
            rights=Rights(settings.remove_role_ids, settings.remove_user_ids),
            instances=[client.instance for client in clients],
            coordinator=self._coordinator,
            clock=clock,
            remover=Remover(clients, self._coordinator, self._removals),
        )
        self._gateway = Gateway(self._router.answer)
        self._dashboard = Dashboard(
            self._gateway.client, settings.discord_channel_id, clock, redraw=self._writer.request
        )
        self._token = settings.discord_token

    async def run(self) -> None:
        """Until cancelled; then a last edit says so, and the connection is closed.

        Raises:
            FatalError: Discord refuses this bot for good.
        """
        tasks = [
            asyncio.create_task(self._coordinator.run(), name="reader"),
            asyncio.create_task(self._writer.run(), name="writer"),
            asyncio.create_task(
                self._gateway.run(self._token.get_secret_value(), self._dashboard.reached.wait), name="gateway"
            ),
        ]
        try:
            # None of them ends but by a FatalError.
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._end()

    def _show_change(self) -> None:
        self._writer.request()
        self._report()

    def _report(self) -> None:
        """Say how the bot is, for a health check."""
        if self._health_file is None:
            return
        refreshed_at, edited_at = self._coordinator.refreshed_at, self._dashboard.accepted_at
        if edited_at is None:
            edited_at = float("-inf")
        try:
            report(Health(self._interval, refreshed_at, edited_at, self._gateway.client.connected), self._health_file)
        except OSError as error:
            self._unreported.failing(f"`discarr healthcheck` has nothing to read: {error.strerror}. Is /tmp writable?")
        else:
            self._unreported.recovered()

    async def _draw(self) -> None:
        """Show the newest snapshot, as soon as an edit is allowed."""
        await self._gateway.logged_in.wait()
        await self._coordinator.read_once.wait()
        if (wait := self._dashboard.seconds_until_edit) > 0:
            await asyncio.sleep(wait)
        await self._dashboard.show(self._content(), fallback=self._fallback_content(), remake_after=self._interval)
        self._report()

    def _content(self) -> DashboardContent:
        snapshot = self._removals.applied(self._coordinator.snapshot)
        return DashboardContent(
            summary(snapshot),
            dashboard_embed(snapshot, removed=self._removals.recent(), outcomes=self._outcomes(), notes=self._notes()),
            dashboard_view(snapshot),
            self._coordinator.force,
        )

    def _fallback_content(self) -> DashboardContent:
        """What is shown if Discord finds fault with the content: nothing in it comes from outside."""
        snapshot = self._coordinator.snapshot
        bare = replace(snapshot, queues=tuple(queue.with_downloads(()) for queue in snapshot.queues))
        return DashboardContent(summary(snapshot), plain_embed(snapshot), dashboard_view(bare))

    def _outcomes(self) -> tuple[Outcome, ...]:
        """What left by itself: what was removed here is told with who did it."""
        return tuple(d for d in self._coordinator.outcomes if not self._removals.was_removed(d.download))

    def _notes(self) -> tuple[str, ...]:
        if max(self._coordinator.failures, self._writer.failures) < FAILURES_UNTIL_SHOWN:
            return ()
        return ("🛠️ Trouble inside Discarr: see its log.",)

    async def _end(self) -> None:
        """Say that nothing is kept up to date any more, and leave."""
        snapshot = self._removals.applied(self._coordinator.snapshot)
        offline_content = DashboardContent(
            "Discarr is offline", offline_embed(snapshot, self._clock.now()), dashboard_view(snapshot, disabled=True)
        )
        try:
            async with asyncio.timeout(OFFLINE_EDIT_DEADLINE):
                await self._dashboard.show_offline(offline_content)
        except TimeoutError:
            log.warning("The last edit took too long")
        await self._monitor.close()
        await self._gateway.close()
