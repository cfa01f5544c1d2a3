"""Builds the modals, and reads what was submitted. Pure.

A modal is stopped before it is sent, so discord.py does not store it, and one from before a restart works like any
other. The answers are in the data of the interaction.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import discord
from discord import ui

from discarr.model.action import ActionKind
from discarr.model.download import Download
from discarr.model.instance import Instance
from discarr.model.ordering import CLEAN_UP_LIMIT
from discarr.model.queue import IncompleteReason, Snapshot
from discarr.model.removal_mode import RemovalMode, has_data, is_broken, likely_mode, modes_for
from discarr.view.custom_ids import General, Remove, Subject, box_value, custom_id, subject_from_box, subject_of
from discarr.view.import_text import action_words, form_title, obstacles_text
from discarr.view.removal_text import queue_link
from discarr.view.row import reasons_text, removed_text, status_label, status_text
from discarr.view.text import counted, joined, label, plain, title, title_label

_MODE: Final = "how"
_DOWNLOADS: Final = ("which-1", "which-2")
"""The custom_ids inside the modals."""
_LEAVE: Final = "leave"
_GROUP = 10

_WORDS = {
    RemovalMode.REMOVE: ("Remove", "Its data is deleted; the same release may be grabbed again."),
    RemovalMode.BLOCK_AND_SEARCH: (
        "Remove, blocklist and search",
        "Its data is deleted and this release is not grabbed again; a new search starts if it is enabled.",
    ),
    RemovalMode.BLOCK: (
        "Remove and blocklist only",
        "Its data is deleted and this release is not grabbed again; no search starts.",
    ),
    RemovalMode.STOP_TRACKING: (
        "Stop tracking it",
        "It stays in the download client with its data, and is not imported.",
    ),
    RemovalMode.CHANGE_CATEGORY: (
        "Move it to the post-import category",
        "It stays in the download client with its data, as if it had been imported.",
    ),
}
_PENDING_WORDS = {
    RemovalMode.REMOVE: ("Drop it", "All pending releases of the same movie or episodes are dropped with it."),
    RemovalMode.BLOCK: ("Drop and blocklist it", "The same, and this release is not grabbed again; no search starts."),
}
_ALL_WORDS = {
    RemovalMode.REMOVE: ("Remove", "Their data is deleted; the same releases may be grabbed again."),
    RemovalMode.BLOCK_AND_SEARCH: (
        "Remove, blocklist and search",
        "Their data is deleted and these releases are not grabbed again; searches start if enabled.",
    ),
    RemovalMode.BLOCK: (
        "Remove and blocklist only",
        "Their data is deleted and these releases are not grabbed again; no search starts.",
    ),
}


def removal_form(download: Download, instance: Instance, snapshot: Snapshot, queue_page: str = "") -> ui.Modal:
    """Return the modal that describes the download, and asks how to remove it.

    If a person must decide in the app, it has a link to `queue_page`, the address of the app's queue.
    """
    form = ui.Modal(title=form_title(download, instance)[:45], custom_id=custom_id(Remove(subject_of(download))))
    likely = likely_mode(download, snapshot.now, snapshot.stalled_after)
    lines = _description(download, instance, snapshot)
    if queue_page and likely is None:
        lines.append(queue_link(instance.label, queue_page))
    form.add_item(ui.TextDisplay("\n".join(lines)))
    words = _PENDING_WORDS if download.pending else _WORDS
    options = {mode: words[mode] for mode in modes_for(download)}
    form.add_item(_choice("What should happen?", [*action_words(download, instance).items(), *options.items()], likely))
    form.stop()
    return form


def clean_up_form(downloads: Sequence[Download], snapshot: Snapshot) -> ui.Modal:
    """Return the modal with the first CLEAN_UP_LIMIT of these, broken ones ticked, and one mode for all."""
    form = ui.Modal(title="Clean up", custom_id=custom_id(General.CLEAN_UP))
    shown = downloads[:CLEAN_UP_LIMIT]
    titles = Counter(snapshot.title(download) for download in shown)
    more = f"These are the first {len(shown)} of {len(downloads)}. " if len(downloads) > len(shown) else ""
    form.add_item(ui.TextDisplay(f"{more}Only ticked downloads are removed."))
    for id, start in zip(_DOWNLOADS, range(0, len(shown), _GROUP), strict=False):
        options = [_box(download, titles, snapshot) for download in shown[start : start + _GROUP]]
        group = ui.CheckboxGroup[ui.Modal](
            custom_id=id, options=options, required=False, min_values=0, max_values=len(options)
        )
        form.add_item(ui.Label(text="Which ones?" if start == 0 else "And which of these?", component=group))
    form.add_item(_choice("What should happen to them?", _ALL_WORDS.items(), RemovalMode.BLOCK_AND_SEARCH))
    form.stop()
    return form


def is_ticked(download: Download, snapshot: Snapshot) -> bool:
    """Return whether Clean up proposes to remove it: only if its app grabbed it and it is certainly broken.

    Never if it is complete, or while its app or a download client is away: its state may be outdated.
    """
    return not _why_unticked(download, snapshot)


def _why_unticked(download: Download, snapshot: Snapshot) -> str:
    queue = snapshot.queue(download.key.instance)
    if queue is None or queue.outage or queue.incomplete is IncompleteReason.CLIENT_AWAY:
        return "may be outdated"
    if not download.grabbed_by_app:
        return "not grabbed by the app"
    if is_broken(download, snapshot.now, snapshot.stalled_after):
        return ""
    return "complete" if has_data(download) else "may still finish"


def chosen_mode(data: Mapping[str, Any]) -> RemovalMode | None:
    """Return the chosen mode of a submitted modal; None to leave alone, also for a forged modal."""
    return next((mode for mode in RemovalMode if mode == _chosen(data)), None)


def chosen_action(data: Mapping[str, Any]) -> ActionKind | None:
    """Return the chosen action of a submitted modal; None if it is none."""
    return next((kind for kind in ActionKind if kind == _chosen(data)), None)


def _chosen(data: Mapping[str, Any]) -> str:
    values = [component.get("value") for component in _components(data) if component.get("custom_id") == _MODE]
    return values[0] if values and isinstance(values[0], str) else ""


def chosen_downloads(data: Mapping[str, Any]) -> tuple[Subject, ...]:
    """Return the ticked downloads of a submitted modal, at most CLEAN_UP_LIMIT."""
    ticked = [
        value
        for component in _components(data)
        if component.get("custom_id") in _DOWNLOADS
        for value in strings(component.get("values"))
    ]
    return tuple(subject for value in ticked[:CLEAN_UP_LIMIT] if (subject := subject_from_box(value)) is not None)


def strings(values: object) -> list[str]:
    """Return the strings in an untrusted list; none if it is no list."""
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _components(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the components of a submitted modal, which may be forged."""
    labelled = data.get("components")
    for each in labelled if isinstance(labelled, list) else ():
        component = each.get("component") if isinstance(each, dict) else None
        if isinstance(component, dict):
            yield component


def _description(download: Download, instance: Instance, snapshot: Snapshot) -> list[str]:
    name = snapshot.title(download)
    status = status_text(download, snapshot, longest_reason=300)
    lines = [f"**{title(name, 200)}**", joined(status, plain(download.quality, 24), removed_text(download, snapshot))]
    if name != download.release:
        lines.append(f"-# {title(download.release, 200)}")
    if len(download.reasons) > 1:
        lines.append(reasons_text(download.reasons[1:], download.indexer, 1200))
    if download.episodes > 1:
        lines.append(f"All {counted(download.episodes, 'episode')} of this download are affected.")
    if obstacles := obstacles_text(download, instance.service.app_name):
        lines.append(obstacles)
    if not download.grabbed_by_app:
        lines.append(f"⚠️ Not grabbed by {instance.service.app_name}: it may belong to someone else.")
    return lines


def _choice(
    question: str, words: Iterable[tuple[StrEnum, tuple[str, str]]], likely: RemovalMode | None
) -> ui.Label[ui.Modal]:
    options = [
        discord.RadioGroupOption(label=name, description=sentence, value=mode, default=mode is likely)
        for mode, (name, sentence) in words
    ]
    options.append(
        discord.RadioGroupOption(
            label="Leave it alone", description="Nothing is changed.", value=_LEAVE, default=likely is None
        )
    )
    return ui.Label(text=question, component=ui.RadioGroup[ui.Modal](custom_id=_MODE, options=options))


def _box(download: Download, titles: Mapping[str, int], snapshot: Snapshot) -> discord.CheckboxGroupOption:
    """Return the checkbox of a download. The release name tells those with the same title apart."""
    name = snapshot.title(download)
    return discord.CheckboxGroupOption(
        label=title_label(name if titles[name] == 1 else download.release, 100),
        description=label(joined(_why_unticked(download, snapshot), status_label(download, snapshot)), 100),
        value=box_value(subject_of(download)),
        default=is_ticked(download, snapshot),
    )
