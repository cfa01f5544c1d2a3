"""What the dashboard message should be: the newest snapshot, or less of it where rendering fails."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from logging import getLogger

from discarr.bot.message import DashboardContent
from discarr.clock import Clock
from discarr.logs import StateLog
from discarr.model.queue import Snapshot
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.removals import Removals
from discarr.view.buttons import dashboard_view
from discarr.view.dashboard import dashboard_embed, offline_embed, plain_embed, summary

log = getLogger(__name__)

OFFLINE = "Discarr is offline"
TROUBLE = "🛠️ Trouble inside Discarr: see its log."


class Contents:
    """Renders what is known now.

    One download that Discarr cannot cope with must not leave the dashboard dark, so that each rendering has a
    plainer one to fall back to; the last one looks at no download at all.
    """

    def __init__(self, coordinator: Coordinator, removals: Removals, clock: Clock) -> None:
        self._coordinator = coordinator
        self._removals = removals
        self._clock = clock
        self._rows = StateLog(log, "The dashboard can be rendered again")
        self._headline = StateLog(log, "The dashboard's headline can be rendered again")
        self._farewell = StateLog(log)

    def newest(self, notes: Sequence[str]) -> DashboardContent:
        """The dashboard. `notes` are sentences of the bot about itself."""
        return self._rendered(partial(self._dashboard, notes), self.fallback, self._rows)

    def fallback(self) -> DashboardContent:
        """What is shown if Discord finds fault with the dashboard: nothing in it comes from outside."""
        return self._rendered(self._without_rows, self._bare, self._headline)

    def offline(self) -> DashboardContent:
        """What stays on the message while the bot is away."""
        return self._rendered(self._last, self._bare_offline, self._farewell)

    @staticmethod
    def _rendered(
        render: Callable[[], DashboardContent], fallback: Callable[[], DashboardContent], state: StateLog
    ) -> DashboardContent:
        try:
            content = render()
        except Exception as error:  # by definition what nobody thought of
            state.failing("The dashboard cannot be rendered, which is a bug of Discarr", error)
            return fallback()
        state.recovered()
        return content

    def _dashboard(self, notes: Sequence[str]) -> DashboardContent:
        snapshot = self._shown()
        outcomes = [each for each in self._coordinator.outcomes if not self._removals.was_removed(each.download)]
        embed = dashboard_embed(snapshot, removed=self._removals.recent(), outcomes=outcomes, notes=notes)
        return DashboardContent(summary(snapshot), embed, dashboard_view(snapshot), self._coordinator.force)

    def _without_rows(self) -> DashboardContent:
        snapshot = self._coordinator.snapshot
        return DashboardContent(summary(snapshot), plain_embed(snapshot), dashboard_view(_empty(snapshot)))

    def _bare(self) -> DashboardContent:
        snapshot = _empty(self._coordinator.snapshot)
        embed = plain_embed(snapshot)
        embed.description = TROUBLE
        return DashboardContent(TROUBLE, embed, dashboard_view(snapshot))

    def _last(self) -> DashboardContent:
        snapshot = self._shown()
        view = dashboard_view(snapshot, disabled=True)
        return DashboardContent(OFFLINE, offline_embed(snapshot, self._clock.now()), view)

    def _bare_offline(self) -> DashboardContent:
        view = dashboard_view(_empty(self._coordinator.snapshot), disabled=True)
        return DashboardContent(OFFLINE, offline_embed(None, self._clock.now()), view)

    def _shown(self) -> Snapshot:
        return self._removals.applied(self._coordinator.snapshot)


def _empty(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, queues=tuple(queue.with_downloads(()) for queue in snapshot.queues))
