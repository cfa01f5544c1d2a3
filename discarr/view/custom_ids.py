"""What a press means: `custom_id` to frozen value and back. The whole state is in the id, so nothing is kept. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from discarr.model.download import Download

MARK = "discarr:"
"""Begins every custom_id of this program, by which it finds its dashboard again."""


class Target(NamedTuple):
    """Which download, in what fits into a custom_id. It is known again by it after a restart of either side."""

    instance: str
    digest: str
    """Of its key: DIGITS hexadecimal digits."""
    release: str
    """The same of its release name, by which a release that was pending is known again as a download."""


@dataclass(frozen=True, slots=True)
class AskRemove:
    """The ✖ of a row: open the form for this download."""

    target: Target


@dataclass(frozen=True, slots=True)
class Remove:
    """The form for this download was submitted."""

    target: Target


@dataclass(frozen=True, slots=True)
class Refresh:
    """Have the apps look at their clients, and read everything again."""


@dataclass(frozen=True, slots=True)
class OpenBrowser:
    """Show the whole queue, to this person alone."""


@dataclass(frozen=True, slots=True)
class Browse:
    """Turn a private view to this page."""

    filter: str
    """ALL, ATTENTION, or the key of an instance."""
    page: int
    """From 1; what lies outside of the pages there are is turned to the nearest."""


@dataclass(frozen=True, slots=True)
class ChooseFilter:
    """The menu of a private view: the filter is the chosen value."""


@dataclass(frozen=True, slots=True)
class AskCleanUp:
    """Open the form with everything that needs attention."""


@dataclass(frozen=True, slots=True)
class CleanUp:
    """That form was submitted: what was ticked is in its values."""


type Action = AskRemove | Remove | Refresh | OpenBrowser | Browse | ChooseFilter | AskCleanUp | CleanUp

ALL, ATTENTION = "all", "attention"
"""The filters besides instances, whose keys begin with their service."""

_SIMPLE: dict[str, Action] = {
    f"{MARK}refresh": Refresh(),
    f"{MARK}browse": OpenBrowser(),
    f"{MARK}filter": ChooseFilter(),
    f"{MARK}cleanup": AskCleanUp(),
    f"{MARK}cleanup-form": CleanUp(),
}
_IDS = {action: id for id, action in _SIMPLE.items()}
_TARGET = r"(?P<instance>[a-z0-9-]{1,40}):(?P<digest>[0-9a-f]{12}):(?P<release>[0-9a-f]{12})"
_ASK_REMOVE = re.compile(MARK + "remove:" + _TARGET, re.ASCII)
_REMOVE = re.compile(MARK + "form:" + _TARGET, re.ASCII)
_BOX = re.compile(_TARGET, re.ASCII)
_BROWSE = re.compile(MARK + r"page:(?P<filter>[a-z0-9-]{1,40}):(?P<page>[0-9]{1,6})", re.ASCII)


def custom_id(action: Action) -> str:
    """The action as text, at most 100 characters: what Discord allows."""
    match action:
        case AskRemove(target):
            return f"{MARK}remove:{box_value(target)}"
        case Remove(target):
            return f"{MARK}form:{box_value(target)}"
        case Browse(filter, page):
            return f"{MARK}page:{filter}:{page}"
        case _:
            return _IDS[action]


def action_from(custom_id: str) -> Action | None:
    """The action of a custom_id; None for one of another version, or made by hand."""
    if match := _ASK_REMOVE.fullmatch(custom_id):
        return AskRemove(_target(match))
    if match := _REMOVE.fullmatch(custom_id):
        return Remove(_target(match))
    if match := _BROWSE.fullmatch(custom_id):
        return Browse(match["filter"], int(match["page"]))
    return _SIMPLE.get(custom_id)


def target_of(download: Download) -> Target:
    """Return what a button or a form carries to name this download."""
    return Target(download.key.instance, digest(download.key.id), digest(download.release))


def box_value(target: Target) -> str:
    """Return the target as the value of a box on a form."""
    return ":".join(target)


def target_from_box(value: str) -> Target | None:
    """Return the target of a box; None for a value of another version, or made by hand."""
    match = _BOX.fullmatch(value)
    return _target(match) if match else None


@lru_cache(maxsize=512)
def digest(text: str) -> str:
    """Return twelve hexadecimal digits that stand for this text."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _target(match: re.Match[str]) -> Target:
    return Target(match["instance"], match["digest"], match["release"])
