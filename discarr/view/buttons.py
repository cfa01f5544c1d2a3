"""Builds the buttons of the dashboard and of the private views. Pure.

Every view is stopped before it is sent, so discord.py does not store it. The meaning of a press is in its custom_id
alone, so it survives a restart.
"""

from collections.abc import Sequence

import discord
from discord import ui

from discarr.model.download import Download
from discarr.model.ordering import attention, top_rows
from discarr.model.queue import Snapshot
from discarr.view.browser import Page
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    HEALTH,
    AskRemove,
    Browse,
    ComponentAction,
    General,
    custom_id,
    target_of,
)
from discarr.view.headline import count_of
from discarr.view.health_text import reports_trouble

_A_ROW = 4
"""✖ per row: a fifth, which Discord allows, would stand alone on the next line of a phone."""
_MENU = 25
"""Discord's limit of options per menu."""


def dashboard_view(snapshot: Snapshot, *, disabled: bool = False) -> ui.View:
    """Return a ✖ for each row, and the general buttons. Refresh is always there: it marks an empty dashboard."""
    rows = top_rows(snapshot)
    view = _removal_buttons(rows, snapshot, first=1, disabled=disabled)
    total, needing = count_of(snapshot), len(attention(snapshot))
    last = _rows_of(rows)
    if total:
        view.add_item(_button(f"Browse {total:,}", General.OPEN_BROWSER, last, disabled=disabled))
    view.add_item(_button("Refresh", General.REFRESH, last, disabled=disabled))
    if needing:
        view.add_item(_button(f"Clean up {needing:,}", General.ASK_CLEAN_UP, last, disabled=disabled))
    if not total or any(reports_trouble(queue) for queue in snapshot.queues):
        # Otherwise it is in the menu of Browse: a fourth button takes another line on a phone.
        view.add_item(_button("Health", General.OPEN_HEALTH, last, disabled=disabled))
    view.stop()
    return view


def page_view(page: Page, snapshot: Snapshot) -> ui.View:
    """Return the components of a private view: a ✖ for each row, previous and next page, the menu of filters."""
    view = _removal_buttons(page.rows, snapshot, first=page.first, disabled=False)
    last = _rows_of(page.rows)
    before, again, after = (Browse(page.filter, page.number + step) for step in (-1, 0, 1))
    view.add_item(_button("◀", before, last, disabled=page.number <= 1))
    view.add_item(_button("Reload", again, last, disabled=False))
    view.add_item(_button("▶", after, last, disabled=page.number >= page.pages))
    view.add_item(_filter_menu(page.filter, snapshot, last + 1))
    view.stop()
    return view


def _removal_buttons(rows: Sequence[Download], snapshot: Snapshot, *, first: int, disabled: bool) -> ui.View:
    """Return a ✖ for each row, disabled for what is absent, being removed or being imported from here."""
    fixed = {key for queue in snapshot.queues for key in queue.absent | queue.removing | queue.importing}
    view = ui.View(timeout=None)
    for index, download in enumerate(rows):
        action, off = AskRemove(target_of(download)), disabled or download.key in fixed
        view.add_item(_button(f"✖ {first + index:,}", action, index // _A_ROW, disabled=off))
    return view


def _rows_of(rows: Sequence[Download]) -> int:
    """Return how many rows of buttons these downloads take."""
    return -(-len(rows) // _A_ROW)


def _button(label: str, action: ComponentAction, row: int, *, disabled: bool) -> ui.Button[ui.View]:
    return ui.Button(label=label, custom_id=custom_id(action), row=row, disabled=disabled)


def _filter_menu(chosen: str, snapshot: Snapshot, row: int) -> ui.Select[ui.View]:
    choices = {ALL: "All downloads", ATTENTION: "Needs attention", HEALTH: "Health of the apps"}
    if len(snapshot.queues) > 1:
        choices |= {queue.instance.key: f"Only {queue.instance.label}" for queue in snapshot.queues}
    options = [
        discord.SelectOption(label=label, value=value, default=value == chosen)
        for value, label in list(choices.items())[:_MENU]
    ]
    return ui.Select(custom_id=custom_id(General.CHOOSE_FILTER), options=options, row=row)
