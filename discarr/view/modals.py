"""The forms: what they ask, and what was answered. Pure.

A form is stopped before it is sent: discord.py then keeps nothing of it, and a form from before a
restart works like any other. What was answered stands in the press's own data.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import discord
from discord import ui

from discarr.model.queue import Download, DownloadRef, Instance, State
from discarr.model.removal_mode import Removal, likely_removal, removals_for
from discarr.view.custom_ids import CleanUp, Remove, custom_id, fingerprint
from discarr.view.row import status_label, status_text
from discarr.view.text import amount, counted, title, title_label

CLEAN_UP_LIMIT = 20
"""Downloads on one form: two groups of ten boxes, which is what a group can hold."""

_HOW: Final = "how"
_WHICH: Final = ("which-1", "which-2")
"""The custom_ids inside of the forms."""
_LEAVE: Final = "leave"
_GROUP = 10

_WORDS = {
    Removal.REMOVE: ("Remove it with its data", "It stays wanted, so the same release may be grabbed again."),
    Removal.BLOCK_AND_SEARCH: (
        "Remove it, block it, search for another",
        "This release is never taken again, and a search starts.",
    ),
    Removal.BLOCK: ("Remove it and block it", "This release is never taken again; no search starts."),
    Removal.STOP_TRACKING: ("Stop tracking it only", "It stays in the download client, with its data."),
    Removal.CHANGE_CATEGORY: (
        "Move it to the post-import category",
        "It stays in the download client, as if it had been imported.",
    ),
}
_PENDING_WORDS = {
    Removal.REMOVE: ("Drop it", "With it go all waiting releases of the same movie or episodes."),
    Removal.BLOCK: ("Drop it and block it", "The same, and this release is never taken again; no search starts."),
}
_ALL_WORDS = {
    Removal.REMOVE: ("Remove them with their data", "They stay wanted, so the same releases may be grabbed again."),
    Removal.BLOCK_AND_SEARCH: (
        "Remove them, block them, search for others",
        "These releases are never taken again, and searches start.",
    ),
    Removal.BLOCK: ("Remove them and block them", "These releases are never taken again; no search starts."),
}


def removal_form(download: Download, instance: Instance, now: datetime) -> ui.Modal:
    """The form that says what is removed, and asks how."""
    action = Remove(download.ref, fingerprint(download))
    form = ui.Modal(title=f"Remove from {instance.label}"[:45], custom_id=custom_id(action))
    form.add_item(ui.TextDisplay("\n".join(_description(download, instance, now))))
    words = _PENDING_WORDS if download.pending else _WORDS
    options = {removal: words[removal] for removal in removals_for(download)}
    form.add_item(_choice("What shall happen?", options, likely_removal(download)))
    form.stop()
    return form


def clean_up_form(downloads: Sequence[Download]) -> ui.Modal:
    """The form with the first CLEAN_UP_LIMIT of these, ticked unless their data is complete; one outcome for all."""
    form = ui.Modal(title="Clean up", custom_id=custom_id(CleanUp()))
    shown = downloads[:CLEAN_UP_LIMIT]
    more = f"The first {len(shown)} of {len(downloads)}. " if len(downloads) > len(shown) else ""
    form.add_item(ui.TextDisplay(f"{more}What is ticked goes, one by one; the rest is left alone."))
    for id, start in zip(_WHICH, range(0, len(shown), _GROUP), strict=False):
        options = [_box(download) for download in shown[start : start + _GROUP]]
        group = ui.CheckboxGroup[ui.Modal](
            custom_id=id, options=options, required=False, min_values=0, max_values=len(options)
        )
        form.add_item(ui.Label(text="Which ones?" if start == 0 else "And of these?", component=group))
    form.add_item(_choice("What shall happen to them?", _ALL_WORDS, Removal.BLOCK_AND_SEARCH))
    form.stop()
    return form


def chosen_removal(data: Mapping[str, Any]) -> Removal | None:
    """How, as the sent form says; None to leave alone, which is also what a form not of ours says."""
    values = [component.get("value") for component in _components(data) if component.get("custom_id") == _HOW]
    return Removal(values[0]) if values and values[0] in set(Removal) else None


def chosen_downloads(data: Mapping[str, Any]) -> tuple[Remove, ...]:
    """Which, as the sent form says, each with the fingerprint that it was named under."""
    ticked = [
        str(value)
        for component in _components(data)
        if component.get("custom_id") in _WHICH
        for value in component.get("values", ())
    ]
    return tuple(remove for value in ticked[:CLEAN_UP_LIMIT] if (remove := _from_box(value)) is not None)


def _components(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for labelled in data.get("components", ()):
        yield labelled.get("component") or {}


def _description(download: Download, instance: Instance, now: datetime) -> list[str]:
    size = amount(download.size) if download.size else "size unknown"
    lines = [f"**{title(download.name, 200)}** · {size} · {instance.label}", status_text(download, now)]
    if download.name != download.release:
        lines.append(f"-# {title(download.release, 200)}")
    if download.episodes > 1:
        lines.append(f"This removes all {counted(download.episodes, 'episode')} of it.")
    if not download.grabbed_by_app:
        lines.append(f"⚠️ Not grabbed by {instance.service.app_name}: it may be somebody else's.")
    return lines


def _choice(question: str, words: Mapping[Removal, tuple[str, str]], likely: Removal | None) -> ui.Label[ui.Modal]:
    options = [
        discord.RadioGroupOption(label=name, description=sentence, value=removal, default=removal is likely)
        for removal, (name, sentence) in words.items()
    ]
    options.append(
        discord.RadioGroupOption(
            label="Leave alone", description="Nothing changes.", value=_LEAVE, default=likely is None
        )
    )
    return ui.Label(text=question, component=ui.RadioGroup[ui.Modal](custom_id=_HOW, options=options))


def _box(download: Download) -> discord.CheckboxGroupOption:
    return discord.CheckboxGroupOption(
        label=title_label(download.name, 100),
        description=status_label(download, 100),
        value=f"{download.ref.instance}/{download.ref.id}/{fingerprint(download)}",
        default=download.state is not State.IMPORT_BLOCKED,
    )


def _from_box(value: str) -> Remove | None:
    instance, _, rest = value.partition("/")
    id, _, mark = rest.partition("/")
    return Remove(DownloadRef(instance, int(id)), mark) if id.isascii() and id.isdigit() else None
