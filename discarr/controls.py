"""The buttons and forms, as discord.py's components. Pure.

Every view and form is stopped before it is sent: discord.py then keeps nothing of it. What a press
means stands in the custom_id alone, so that it outlives a restart.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import discord
from discord import ui

from discarr.actions import AskRemove, Refresh, Remove, custom_id, fingerprint
from discarr.downloads import Download, Instance
from discarr.embed import status_text
from discarr.removal import Removal, likely_removal, removals_for
from discarr.text import amount, counted, plain

HOW: Final = "how"
"""The custom_id of a form's choice."""
LEAVE: Final = "leave"
"""The choice to do nothing; every other value is a Removal's."""

_BUTTONS_A_ROW = 5
_WORDS = {
    Removal.REMOVE: ("Remove it with its data", "It stays wanted, so the same release may be grabbed again."),
    Removal.BLOCK_AND_SEARCH: (
        "Remove it, block it, search for another", "This release is never taken again, and a search starts.",
    ),
    Removal.BLOCK: ("Remove it and block it", "This release is never taken again; no search starts."),
    Removal.STOP_TRACKING: ("Stop tracking it only", "It stays in the download client, with its data."),
    Removal.CHANGE_CATEGORY: (
        "Move it to the post-import category", "It stays in the download client, as if it had been imported.",
    ),
}
_PENDING_WORDS = {
    Removal.REMOVE: ("Drop it", "With it go all waiting releases of the same movie or episodes."),
    Removal.BLOCK: ("Drop it and block it", "The same, and this release is never taken again; no search starts."),
}


def dashboard_view(rows: Sequence[Download], *, disabled: bool = False) -> ui.View:
    """A ✖ for each row, in the rows' order, and Refresh, which also marks an empty dashboard as ours."""
    view = ui.View(timeout=None)
    for index, download in enumerate(rows):
        view.add_item(_remove_button(download, index, disabled=disabled or download.removing))
    last = (len(rows) + _BUTTONS_A_ROW - 1) // _BUTTONS_A_ROW
    view.add_item(ui.Button(label="Refresh", custom_id=custom_id(Refresh()), row=last, disabled=disabled))
    view.stop()
    return view


def removal_form(download: Download, instance: Instance, now: datetime) -> ui.Modal:
    """The form that says what is removed, and asks how."""
    action = Remove(download.ref, fingerprint(download))
    form = ui.Modal(title=f"Remove from {instance.label}"[:45], custom_id=custom_id(action))
    form.add_item(ui.TextDisplay("\n".join(_description(download, instance, now))))
    choice = ui.RadioGroup[ui.Modal](custom_id=HOW, options=_options(download))
    form.add_item(ui.Label(text="What shall happen?", component=choice))
    form.stop()
    return form


def _remove_button(download: Download, index: int, *, disabled: bool) -> ui.Button[ui.View]:
    return ui.Button(
        label=f"✖ {index + 1}", custom_id=custom_id(AskRemove(download.ref)),
        row=index // _BUTTONS_A_ROW, disabled=disabled,
    )


def _description(download: Download, instance: Instance, now: datetime) -> list[str]:
    size = amount(download.size) if download.size else "size unknown"
    lines = [f"**{plain(download.name, 200) or 'untitled'}** · {size} · {instance.label}", status_text(download, now)]
    if download.name != download.release:
        lines.append(f"-# {plain(download.release, 200)}")
    if download.episodes > 1:
        lines.append(f"It goes with all {counted(download.episodes, 'episode')}.")
    if not download.grabbed:
        lines.append(f"⚠️ Not grabbed by {instance.service.app_name}: it may be somebody else's.")
    return lines


def _options(download: Download) -> list[discord.RadioGroupOption]:
    words = _PENDING_WORDS if download.pending else _WORDS
    likely = likely_removal(download)
    options = [
        discord.RadioGroupOption(
            label=words[removal][0], description=words[removal][1], value=removal, default=removal is likely
        )
        for removal in removals_for(download)
    ]
    leave = discord.RadioGroupOption(
        label="Leave it alone", description="Nothing changes.", value=LEAVE, default=likely is None
    )
    return [*options, leave]
