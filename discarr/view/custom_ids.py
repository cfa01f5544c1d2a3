"""What a press means: `custom_id` to frozen value and back. The whole state is in the id, so nothing is kept. Pure."""

import re
from dataclasses import dataclass
from hashlib import sha256

from discarr.model.queue import Download, DownloadRef

MARK = "discarr:"
"""Every custom_id of ours begins with it: the dashboard is known again by it."""


@dataclass(frozen=True, slots=True)
class AskRemove:
    """The ✖ of a row: open the form for this download."""

    ref: DownloadRef


@dataclass(frozen=True, slots=True)
class Remove:
    """The form for this download was sent off."""

    ref: DownloadRef
    fingerprint: str
    """Of the download that the form named: see `fingerprint`."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Have the apps look at their clients, and read everything anew."""


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
    """That form was sent off: what was ticked is in its values."""


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
_REF = r"(?P<instance>[a-z0-9-]{1,40}):(?P<id>[0-9]{1,19})"
_FINGERPRINT = r"(?P<fingerprint>[0-9a-f]{8})"
_ASK_REMOVE = re.compile(MARK + "remove:" + _REF, re.ASCII)
_REMOVE = re.compile(MARK + "form:" + _REF + ":" + _FINGERPRINT, re.ASCII)
_BROWSE = re.compile(MARK + r"page:(?P<filter>[a-z0-9-]{1,40}):(?P<page>[0-9]{1,6})", re.ASCII)


def custom_id(action: Action) -> str:
    """The action as text, at most 100 characters: what Discord allows."""
    match action:
        case AskRemove(ref):
            return f"{MARK}remove:{ref.instance}:{ref.id}"
        case Remove(ref, fingerprint):
            return f"{MARK}form:{ref.instance}:{ref.id}:{fingerprint}"
        case Browse(filter, page):
            return f"{MARK}page:{filter}:{page}"
        case _:
            return _IDS[action]


def action_from(custom_id: str) -> Action | None:
    """The action of a custom_id; None for one of another version, or made by hand."""
    if match := _ASK_REMOVE.fullmatch(custom_id):
        return AskRemove(_ref(match))
    if match := _REMOVE.fullmatch(custom_id):
        return Remove(_ref(match), match["fingerprint"])
    if match := _BROWSE.fullmatch(custom_id):
        return Browse(match["filter"], int(match["page"]))
    return _SIMPLE.get(custom_id)


def fingerprint(download: Download) -> str:
    """Eight hexadecimal digits by which a download is known again under another queue id.

    A record's id changes when the app matches it to another episode, or hands a pending release to a client.
    """
    return sha256((download.download_id or download.release).encode("utf-8", "replace")).hexdigest()[:8]


def _ref(match: re.Match[str]) -> DownloadRef:
    return DownloadRef(match["instance"], int(match["id"]))
