"""The buttons of the dashboard and of the private views, as discord.py's components. Pure.

Every view is stopped before it is sent: discord.py then keeps nothing of it. What a press means
stands in the custom_id alone, so that it outlives a restart.
"""

from collections.abc import Sequence

import discord
from discord import ui

from discarr.model.download import Download
from discarr.model.instance import Instance
from discarr.model.ordering import attention, top_rows
from discarr.model.queue import Snapshot
from discarr.view.browser import Page
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    Action,
    AskCleanUp,
    AskRemove,
    Browse,
    ChooseFilter,
    OpenBrowser,
    Refresh,
    custom_id,
    target_of,
)

_A_ROW = 5
"""Buttons in a row, by Discord's limit."""
_MENU = 25
"""Choices in a menu, by Discord's limit."""


def dashboard_view(snapshot: Snapshot, *, disabled: bool = False) -> ui.View:
    """A ✖ for each row and what concerns all of them. Refresh is always there: an empty dashboard is known by it."""
    rows = top_rows(snapshot)
    view = _removal_buttons(rows, snapshot, first=1, disabled=disabled)
    total, needing = sum(len(queue.downloads) for queue in snapshot.queues), len(attention(snapshot))
    last = _rows_of(rows)
    if total:
        view.add_item(_button(f"Browse all {total:,}", OpenBrowser(), last, disabled=disabled))
    view.add_item(_button("Refresh", Refresh(), last, disabled=disabled))
    if needing:
        view.add_item(_button(f"Clean up {needing:,}", AskCleanUp(), last, disabled=disabled))
    view.stop()
    return view


def page_view(page: Page, snapshot: Snapshot, instances: Sequence[Instance]) -> ui.View:
    """A ✖ for each row of a private view, the way to its neighbours, and the menu of filters."""
    view = _removal_buttons(page.rows, snapshot, first=page.first, disabled=False)
    last = _rows_of(page.rows)
    before, again, after = (Browse(page.filter, page.number + step) for step in (-1, 0, 1))
    view.add_item(_button("◀", before, last, disabled=page.number <= 1))
    view.add_item(_button("Look again", again, last, disabled=False))
    view.add_item(_button("▶", after, last, disabled=page.number >= page.pages))
    view.add_item(_filter_menu(page.filter, instances, last + 1))
    view.stop()
    return view


def _removal_buttons(rows: Sequence[Download], snapshot: Snapshot, *, first: int, disabled: bool) -> ui.View:
    """What is absent or being removed cannot be removed."""
    fixed = {key for queue in snapshot.queues for key in queue.absent | queue.removing}
    view = ui.View(timeout=None)
    for index, download in enumerate(rows):
        action = AskRemove(target_of(download))
        off = disabled or download.key in fixed
        view.add_item(_button(f"✖ {first + index:,}", action, index // _A_ROW, disabled=off))
    return view


def _rows_of(rows: Sequence[Download]) -> int:
    """How many rows of buttons they take."""
    return -(-len(rows) // _A_ROW)


def _button(label: str, action: Action, row: int, *, disabled: bool) -> ui.Button[ui.View]:
    return ui.Button(label=label, custom_id=custom_id(action), row=row, disabled=disabled)


def _filter_menu(chosen: str, instances: Sequence[Instance], row: int) -> ui.Select[ui.View]:
    choices = {ALL: "All downloads", ATTENTION: "Needs attention"}
    if len(instances) > 1:
        choices |= {instance.key: f"Only {instance.label}" for instance in instances}
    options = [
        discord.SelectOption(label=label, value=value, default=value == chosen)
        for value, label in list(choices.items())[:_MENU]
    ]
    return ui.Select(custom_id=custom_id(ChooseFilter()), options=options, row=row)
