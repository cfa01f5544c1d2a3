"""From the status fields of a record to its state, whether it is complained about, and why. Pure.

`status` is the word of the download client, or why a release is pending; `trackedDownloadState` says where the app is
with it; `trackedDownloadStatus` is `ok` unless the app complained (`warning`) or rejected it (`error`).
Sources: NzbDrone.Core/Download/TrackedDownloads/TrackedDownload.cs, Core/Queue/Queue.cs; Lidarr's words are in
its TrackedDownload.cs.
"""

from collections.abc import Iterator
from functools import lru_cache
from logging import getLogger
from typing import NamedTuple

from discarr.arr.models import QueueRecord
from discarr.model.download import State

log = getLogger(__name__)


class Judgement(NamedTuple):
    """What the status fields come to."""

    state: State
    warned: bool
    complete: bool


_FAILED = frozenset({"failedpending", "failed", "downloadfailedpending", "downloadfailed"})
_IMPORT_FAILED = frozenset({"importblocked", "importfailed"})
_DONE = {"imported": State.IMPORTED, "ignored": State.IGNORED}
_IMPORT = {
    "importing": State.IMPORTING,
    "importpending": State.IMPORT_WAITING,
    "downloading": State.IMPORT_WAITING,
    "": State.IMPORT_WAITING,
}
_STATUS = {
    "downloading": State.DOWNLOADING,
    "warning": State.STALLED,
    "queued": State.QUEUED,
    "paused": State.PAUSED,
    "failed": State.FAILED,
    "delay": State.DELAYED,
    "downloadclientunavailable": State.CLIENT_UNAVAILABLE,
    "unknown": State.UNKNOWN,
}
_WITH_CLIENT = (State.DOWNLOADING, State.STALLED, State.QUEUED, State.UNKNOWN)
"""With all bytes there, these are finishing."""


def complains(record: QueueRecord) -> bool:
    """Return whether the app or the client says that something is wrong."""
    warned = record.tracked_download_status.lower() in ("warning", "error")
    return warned or record.status.lower() in ("warning", "failed")


def judgement(record: QueueRecord, *, size: int, remaining: int) -> Judgement:
    """Return what a record says, whatever the combination of its fields.

    `size` is 0 while unknown. A complaint of the app or the client is never lost, whatever the state.
    """
    status, tracked = record.status.lower(), record.tracked_download_state.lower()
    complained = record.tracked_download_status.lower() in ("warning", "error")
    complete = status == "completed" or (size > 0 and remaining == 0 and status != "failed")
    state = _state(record, status, tracked, complained=complained, complete=complete, size=size)
    warned = complains(record) or state in (State.IMPORT_BLOCKED, State.FAILED, State.REJECTED)
    return Judgement(state, warned, complete)


def _state(record: QueueRecord, status: str, tracked: str, *, complained: bool, complete: bool, size: int) -> State:
    if tracked in _FAILED:
        return State.REJECTED if status == "completed" else State.FAILED
    if tracked in _DONE:
        return _DONE[tracked]
    if tracked in _IMPORT_FAILED or (status == "completed" and complained):
        return State.IMPORT_BLOCKED
    if tracked in ("importing", "importpending"):
        return _IMPORT[tracked]
    if status == "completed":
        return _IMPORT.get(tracked) or _unknown(record.tracked_download_state)
    return _with_client(record, status, complained=complained, complete=complete, size=size)


def _with_client(record: QueueRecord, status: str, *, complained: bool, complete: bool, size: int) -> State:
    state = _STATUS.get(status) or _unknown(record.status)
    if complete and state in _WITH_CLIENT:
        return State.FINISHING
    if state is State.FAILED and complained:
        return State.FAILED_FOREIGN
    if state is State.QUEUED and record.protocol.lower() == "torrent" and not size:
        return State.METADATA
    return state


@lru_cache(maxsize=64)
def _unknown(word: str) -> State:
    """Logged once a word, since the same record comes again at each read."""
    log.warning("An app sends the queue state %.40r, which this version does not know", word)
    return State.UNKNOWN


def reasons(record: QueueRecord, state: State) -> tuple[str, ...]:
    """Return what the app and the client say about it, the most telling first, each once.

    `errorMessage` is the client's word, which NZBGet fills on success too: it comes first where the client has the
    download, and last where the app could not import it. A bare `title` of a message only introduces others.
    """
    by_app = list(_texts(record))
    by_client = [record.error_message] if record.error_message.strip() else []
    import_failed = state in (State.IMPORT_BLOCKED, State.REJECTED, State.IMPORT_WAITING, State.IMPORTING)
    texts = [*by_app, *by_client] if import_failed else [*by_client, *by_app]
    return tuple(dict.fromkeys(text.strip() for text in texts))


def _texts(record: QueueRecord) -> Iterator[str]:
    messages = [text for message in record.status_messages for text in message.messages if text.strip()]
    if messages:
        yield from messages
        return
    for message in record.status_messages:
        if message.title.strip() and message.title != record.title:
            yield message.title
