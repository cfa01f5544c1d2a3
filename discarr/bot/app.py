"""Runs the bot: the apps, the dashboard and the connection to Discord, from startup to shutdown."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from logging import getLogger
from pathlib import Path

from discarr.arr.blocking import BlockingWork
from discarr.arr.client import ArrClient
from discarr.arr.http import tls_context
from discarr.bot.client import Client, log_in
from discarr.bot.content import TROUBLE, ContentRenderer
from discarr.bot.discord_errors import SPACING
from discarr.bot.gateway import Gateway
from discarr.bot.importer import Importer
from discarr.bot.interactions import InteractionRouter
from discarr.bot.message import Dashboard
from discarr.bot.network import ClockSkew, client_options
from discarr.bot.remover import Remover
from discarr.clock import Clock
from discarr.health import Health, report
from discarr.logs import StateLog
from discarr.settings import InstanceSettings, Settings
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import QueueMonitor
from discarr.tracking.periodic import PeriodicTask

log = getLogger(__name__)

FIRST_READ = 10.0
"""Seconds that the first edit waits for the first read."""
OFFLINE_EDIT_DEADLINE = 3.0
"""Seconds for the last edit; the complete shutdown has 5."""
FAILURES_UNTIL_SHOWN = 3
"""Failures of Discarr itself in a row after which the dashboard reports them."""


@asynccontextmanager
async def clients_of(settings: Settings) -> AsyncIterator[Sequence[ArrClient]]:
    """Yield a client for each instance of the settings, in their order; close them afterwards."""
    blocking = BlockingWork()
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(_client(server, blocking)) for server in settings.instances]


def _client(server: InstanceSettings, blocking: BlockingWork) -> ArrClient:
    key, tls = server.api_key.get_secret_value(), tls_context(server.trust)
    return ArrClient(server.instance, server.url, key, tls=tls, blocking=blocking)


class Bot:
    """Wires the parts together, and runs them until cancelled."""

    def __init__(
        self,
        settings: Settings,
        clients: Sequence[ArrClient],
        clock: Clock,
        *,
        health_file: Path | None = None,
        proxy: str | None = None,
    ) -> None:
        """`clients` and `health_file` belong to the caller; `proxy` is the URL of a proxy to Discord."""
        self._settings = settings
        self._clock = clock
        self._proxy = proxy
        self._health_file = health_file
        self._unreported = StateLog(log, "The health file is writable again")
        self._interval = float(settings.check_interval)
        self._monitor = QueueMonitor(
            clients,
            clock,
            stalled_after=settings.stuck_threshold_minutes * 60.0,
            status_every=settings.health_check_interval,
        )
        self._writer = PeriodicTask("Updating the dashboard", self._edit, self._interval)
        self._coordinator = Coordinator(self._monitor, clock, interval=self._interval, changed=self._show_change)
        self._renderer = ContentRenderer(self._coordinator)
        remover, importer = Remover(self._monitor, self._coordinator), Importer(self._monitor, self._coordinator)
        self._router = InteractionRouter(settings, clock, self._coordinator, remover, importer)
        self._discord: tuple[Client, Dashboard] | None = None
        """None before login."""

    async def run(self) -> None:
        """Read the apps, log in, post the dashboard, connect to the gateway, and continue until cancelled.

        Then mark the dashboard as offline and close the connection to Discord.

        Raises:
            FatalError: Discord refuses this bot for good.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._coordinator.run(), name="poller")
                client, dashboard = self._discord = await self._log_in()
                await self._coordinator.first_read(at_most=FIRST_READ)
                tasks.create_task(self._writer.run(), name="writer")  # its first step is the first edit
                # Without a dashboard there is nothing to press, and a crash loop would use up the day's IDENTIFYs.
                await dashboard.reached.wait()
                tasks.create_task(Gateway(client).run(), name="gateway")
        except ExceptionGroup as failures:
            first = failures.exceptions[0]
            raise first from first.__cause__
        finally:
            await self._end()

    async def _log_in(self) -> tuple[Client, Dashboard]:
        skew, settings = ClockSkew(self._clock.now), self._settings
        client = await log_in(
            settings.discord_token.get_secret_value(),
            lambda: Client(self._router.answer, client_options(self._proxy, skew), self._report),
        )
        if skew.sentence:
            log.warning("%s", skew.sentence)
        dashboard = Dashboard(
            client,
            settings.discord_channel_id,
            self._clock,
            fallback=self._renderer.fallback,
            remake_after=self._interval,
            redraw=self._writer.request,
        )
        client.access_changed = dashboard.access_changed
        return client, dashboard

    async def _end(self) -> None:
        """Mark the dashboard as offline, and close everything."""
        if self._discord is not None:
            client, dashboard = self._discord
            try:
                async with asyncio.timeout(OFFLINE_EDIT_DEADLINE):
                    await dashboard.show_offline(self._renderer.offline())
            except TimeoutError:
                log.warning("The last edit took too long")
            await client.close()
        await self._monitor.close()

    def _show_change(self) -> None:
        self._writer.request()
        self._report()

    def _report(self) -> None:
        """Write the health file."""
        if self._health_file is None:
            return
        edited_at, connected = None, False
        if self._discord is not None:
            client, dashboard = self._discord
            edited_at, connected = dashboard.schedule.accepted_at, client.connected
        try:
            report(Health(self._interval, self._coordinator.refreshed_at, edited_at, connected), self._health_file)
        except OSError as error:
            self._unreported.failing(f"`discarr healthcheck` has nothing to read: {error.strerror}. Is /tmp writable?")
        else:
            self._unreported.recovered()

    async def _edit(self) -> None:
        """Show the newest snapshot as soon as an edit is allowed."""
        if self._discord is None:
            return
        _, dashboard = self._discord
        while (wait := dashboard.schedule.seconds_until_edit()) > 0:
            await asyncio.sleep(min(wait, SPACING))  # it gets shorter when a permission is given back
        await dashboard.show(self._renderer.newest(self._notes()))
        self._report()

    def _notes(self) -> tuple[str, ...]:
        failures = max(self._coordinator.failures, self._writer.failures)
        return (TROUBLE,) if failures >= FAILURES_UNTIL_SHOWN else ()
