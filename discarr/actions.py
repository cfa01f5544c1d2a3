"""What a press means: `custom_id` to frozen value and back. The whole state is in the id, so nothing is kept. Pure."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import assert_never

from discarr.downloads import Download, DownloadRef

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
    """Read everything anew."""


type Action = AskRemove | Remove | Refresh

_INSTANCE = r"(?P<instance>[a-z0-9-]{1,40})"
_REF = _INSTANCE + r":(?P<id>[0-9]{1,19})"
_ASK_REMOVE = re.compile(MARK + "remove:" + _REF, re.ASCII)
_REMOVE = re.compile(MARK + "form:" + _REF + r":(?P<fingerprint>[0-9a-f]{8})", re.ASCII)


def custom_id(action: Action) -> str:
    """The action as text, at most 100 characters: what Discord allows."""
    match action:
        case AskRemove(ref):
            return f"{MARK}remove:{ref.instance}:{ref.id}"
        case Remove(ref, fingerprint):
            return f"{MARK}form:{ref.instance}:{ref.id}:{fingerprint}"
        case Refresh():
            return f"{MARK}refresh"
        case _:
            assert_never(action)


def action_from(custom_id: str) -> Action | None:
    """The action of a custom_id; None for one of another version, or made by hand."""
    if custom_id == f"{MARK}refresh":
        return Refresh()
    if match := _ASK_REMOVE.fullmatch(custom_id):
        return AskRemove(_ref(match))
    if match := _REMOVE.fullmatch(custom_id):
        return Remove(_ref(match), match["fingerprint"])
    return None


def fingerprint(download: Download) -> str:
    """Eight hexadecimal digits by which a download is known again under another queue id.

    A record's id changes when the app matches it to another episode, or hands a pending release to a client.
    """
    return sha256((download.download_id or download.release).encode("utf-8", "replace")).hexdigest()[:8]


def _ref(match: re.Match[str]) -> DownloadRef:
    return DownloadRef(match["instance"], int(match["id"]))
