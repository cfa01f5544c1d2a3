"""Renders the content of the dashboard message, or a simpler one if that fails."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from logging import getLogger

import discord
from discord import ui

from discarr.bot.writer import DashboardContent
from discarr.logs import StateLog
from discarr.model.queue import Queue, Snapshot
from discarr.tracking.coordinator import Coordinator
from discarr.view.buttons import dashboard_view
from discarr.view.dashboard import dashboard_embed, offline_embed, plain_embed
from discarr.view.headline import summary

log = getLogger(__name__)

OFFLINE = "Discarr is offline"
TROUBLE = "🛠️ Internal error in Discarr: see its log."


class ContentRenderer:
    """Renders the current snapshot.

    A download that Discarr fails to render must not disable the dashboard, so each rendering has a simpler fallback;
    the last one uses no download at all.
    """

    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = coordinator
        self._rows = StateLog(log, "The dashboard can be rendered again")
        self._headline = StateLog(log, "The dashboard's headline can be rendered again")
        self._farewell = StateLog(log)

    def newest(self, notes: Sequence[str]) -> DashboardContent:
        """Return the dashboard. `notes` are sentences about the bot itself."""
        return self._rendered(partial(self._dashboard, notes), self.fallback, self._rows)

    def fallback(self) -> DashboardContent:
        """Return the content to show if Discord rejects the dashboard. It contains no untrusted text."""
        return self._rendered(self._without_rows, self._bare, self._headline)

    def offline(self) -> DashboardContent:
        """Return the content that stays while the bot is offline."""
        return self._rendered(self._last, self._bare_offline, self._farewell)

    @staticmethod
    def _rendered(
        render: Callable[[], DashboardContent], fallback: Callable[[], DashboardContent], state: StateLog
    ) -> DashboardContent:
        try:
            content = render()
        except Exception as error:  # broad on purpose: a bug in rendering must not end the edits
            state.failing("The dashboard cannot be rendered, which is a bug in Discarr", error)
            return fallback()
        state.recovered()
        return content

    def _dashboard(self, notes: Sequence[str]) -> DashboardContent:
        snapshot = self._coordinator.snapshot()
        embed, view = dashboard_embed(snapshot, notes=notes), dashboard_view(snapshot)
        return _content(summary(snapshot), embed, view, self._coordinator.force)

    def _without_rows(self) -> DashboardContent:
        snapshot = self._coordinator.snapshot()
        return _content(summary(snapshot), plain_embed(snapshot), dashboard_view(_empty(snapshot)))

    def _bare(self) -> DashboardContent:
        snapshot = _empty(self._coordinator.snapshot())
        embed = plain_embed(snapshot)
        embed.description = TROUBLE
        return _content(TROUBLE, embed, dashboard_view(snapshot))

    def _last(self) -> DashboardContent:
        snapshot = self._coordinator.snapshot()
        view = dashboard_view(snapshot, disabled=True)
        return _content(OFFLINE, offline_embed(snapshot, snapshot.now.at), view)

    def _bare_offline(self) -> DashboardContent:
        snapshot = _empty(self._coordinator.snapshot())
        return _content(OFFLINE, offline_embed(None, snapshot.now.at), dashboard_view(snapshot, disabled=True))


def _content(content: str, embed: discord.Embed, view: ui.View, force: int = 0) -> DashboardContent:
    return DashboardContent(content, embed.to_dict(), view.to_components(), force)


def _empty(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, queues=tuple(Queue(queue.instance) for queue in snapshot.queues))
