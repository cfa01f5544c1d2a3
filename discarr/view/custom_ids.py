"""Turns each `custom_id` into a frozen action, and back. It contains the entire state of a press. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from discarr.model.download import Download
from discarr.model.removal_mode import has_data

MARK = "discarr:"
"""The prefix of every custom_id of Discarr, by which it recognises its own dashboard."""


class Target(NamedTuple):
    """Identifies a download within the length of a custom_id, also after a restart of Discarr or of the app."""

    instance: str
    digest: str
    """The `digest` of its `DownloadKey.id`."""
    release: str
    """The `digest` of its release name, by which a release that was pending is recognised as a download."""


class Subject(NamedTuple):
    """A download as a modal described it."""

    target: Target
    had_data: bool
    """Whether all its data was there. What has been downloaded since is not removed."""


@dataclass(frozen=True, slots=True)
class AskRemove:
    """The ✖ of a row: open the modal for this download."""

    target: Target


@dataclass(frozen=True, slots=True)
class Remove:
    """The modal for this download was submitted."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Browse:
    """Show this page of a private view."""

    filter: str
    """ALL, ATTENTION, or the key of an instance."""
    page: int
    """From 1. If there is no such page, the nearest one is shown."""


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """Import the files of this download that a private answer listed."""

    target: Target
    plan: str
    """The digest of what was listed."""


class General(StrEnum):
    """An action that concerns no particular download. The value is the rest of its custom_id."""

    REFRESH = "refresh"
    """Have the apps poll their clients, and read everything again."""
    OPEN_HEALTH = "health"
    """Show what the apps report about themselves, and the free space, to this user alone."""
    OPEN_BROWSER = "browse"
    """Show all downloads to this user alone."""
    CHOOSE_FILTER = "filter"
    """Another filter was chosen in the menu of a private view; it is the value of the menu."""
    ASK_CLEAN_UP = "cleanup"
    """Open the modal with everything that needs attention."""
    CLEAN_UP = "cleanup-form"
    """That modal was submitted; its values are the ticked downloads."""


type ComponentAction = AskRemove | Remove | ImportFiles | Browse | General
"""What a button, a menu or a modal does."""

ALL, ATTENTION = "all", "attention"
"""The filters that are not the key of an instance."""
HEALTH = "health"
"""The value of the menu that opens the health of the apps."""

_GENERAL = {f"{MARK}{action}": action for action in General}
_TARGET = r"(?P<instance>[a-z0-9-]{1,40}):(?P<digest>[0-9a-f]{12}):(?P<release>[0-9a-f]{12})"
_ASK_REMOVE = re.compile(MARK + "remove:" + _TARGET, re.ASCII)
_SUBJECT = _TARGET + r":(?P<had_data>[01])"
_REMOVE = re.compile(MARK + "form:" + _SUBJECT, re.ASCII)
_IMPORT = re.compile(MARK + "import:" + _TARGET + r":(?P<plan>[0-9a-f]{12})", re.ASCII)
_BOX = re.compile(_SUBJECT, re.ASCII)
_BROWSE = re.compile(MARK + r"page:(?P<filter>[a-z0-9-]{1,40}):(?P<page>[0-9]{1,6})", re.ASCII)


def custom_id(action: ComponentAction) -> str:
    """Return the custom_id of an action, at most 100 characters: Discord's limit."""
    match action:
        case AskRemove(target):
            return f"{MARK}remove:{':'.join(target)}"
        case Remove(subject):
            return f"{MARK}form:{box_value(subject)}"
        case ImportFiles(target, plan):
            return f"{MARK}import:{':'.join(target)}:{plan}"
        case Browse(filter, page):
            return f"{MARK}page:{filter}:{page}"
        case General():
            return f"{MARK}{action}"


def action_from(custom_id: str) -> ComponentAction | None:
    """Return the action of a custom_id; None for one of another version, or a forged one."""
    if match := _ASK_REMOVE.fullmatch(custom_id):
        return AskRemove(_target(match))
    if match := _REMOVE.fullmatch(custom_id):
        return Remove(_subject(match))
    if match := _IMPORT.fullmatch(custom_id):
        return ImportFiles(_target(match), match["plan"])
    if match := _BROWSE.fullmatch(custom_id):
        return Browse(match["filter"], int(match["page"]))
    return _GENERAL.get(custom_id)


def target_of(download: Download) -> Target:
    """Return the target that identifies this download in a button or a modal."""
    return Target(download.key.instance, digest(download.key.id), digest(download.release))


def subject_of(download: Download) -> Subject:
    """Return what a modal about this download carries."""
    return Subject(target_of(download), has_data(download))


def box_value(subject: Subject) -> str:
    """Return the subject as the value of a checkbox."""
    return f"{':'.join(subject.target)}:{subject.had_data:d}"


def subject_from_box(value: str) -> Subject | None:
    """Return the subject of a checkbox; None for a value of another version, or a forged one."""
    match = _BOX.fullmatch(value)
    return _subject(match) if match else None


@lru_cache(maxsize=512)
def digest(text: str) -> str:
    """Return twelve hexadecimal digits that stand for this text."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _target(match: re.Match[str]) -> Target:
    return Target(match["instance"], match["digest"], match["release"])


def _subject(match: re.Match[str]) -> Subject:
    return Subject(_target(match), match["had_data"] == "1")
