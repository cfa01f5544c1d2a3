"""Turns the status fields of a record into its state, its warning and the reasons. Pure but for one log line.

`status` comes from the download client, or says why a release is pending; `trackedDownloadState` is the app's own
progress; `trackedDownloadStatus` is `ok` unless the app has a warning (`warning`) or rejected it (`error`).
Sources: NzbDrone.Core/Download/TrackedDownloads/TrackedDownload.cs, Core/Queue/Queue.cs; Lidarr's words are in
its TrackedDownload.cs.
"""

from collections.abc import Iterator
from functools import lru_cache
from logging import getLogger
from typing import NamedTuple

from discarr.arr.models import QueueRecord
from discarr.model.download import State, phase_of
from discarr.model.progress import Phase

log = getLogger(__name__)


class Judgement(NamedTuple):
    """The meaning of all status fields together."""

    state: State
    warned: bool
    complete: bool
    phase: Phase
    """What has to happen next to the download."""


_FAILED = frozenset({"failedpending", "failed", "downloadfailedpending", "downloadfailed"})
_IMPORT_FAILED = frozenset({"importblocked", "importfailed"})
_FINISHED = {"imported": State.IMPORTED, "ignored": State.IGNORED}
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
_ALWAYS_WARNED = (State.IMPORT_BLOCKED, State.FAILED, State.REJECTED)
_WITH_CLIENT = (State.DOWNLOADING, State.STALLED, State.QUEUED, State.UNKNOWN)
"""Once complete, these are finishing."""


def complains(record: QueueRecord) -> bool:
    """Return whether the app or the client reports a problem."""
    warned = record.tracked_download_status.lower() in ("warning", "error")
    return warned or record.status.lower() in ("warning", "failed")


def judgement(record: QueueRecord, *, size: int, remaining: int) -> Judgement:
    """Return the meaning of a record, for any combination of its fields.

    `size` and `remaining` are in bytes; `size` is 0 while unknown. A warning of the app or the client is never lost,
    whatever the state.
    """
    return _judgement(
        record.status,
        record.tracked_download_state,
        record.tracked_download_status,
        record.protocol,
        has_size=size > 0,
        has_all=size > 0 and remaining == 0,
    )


@lru_cache(maxsize=1024)
def _judgement(
    status_word: str, tracked_word: str, complaint: str, protocol: str, *, has_size: bool, has_all: bool
) -> Judgement:
    """Judge each of the few combinations that occur in a queue once."""
    status, tracked = status_word.lower(), tracked_word.lower()
    complained = complaint.lower() in ("warning", "error")
    complete = status == "completed" or (has_all and status != "failed")
    state = _imported_state(status, tracked, tracked_word, complained=complained)
    if state is None:
        no_size = protocol.lower() == "torrent" and not has_size
        state = _client_state(status, status_word, complained=complained, complete=complete, no_size=no_size)
    warned = complained or status in ("warning", "failed") or state in _ALWAYS_WARNED
    return Judgement(state, warned, complete, phase_of(state))


def _imported_state(status: str, tracked: str, tracked_word: str, *, complained: bool) -> State | None:
    """Return the state of a download that the app is importing or done with; None before that."""
    if tracked in _FAILED:
        return State.REJECTED if status == "completed" else State.FAILED
    if tracked in _FINISHED:
        return _FINISHED[tracked]
    if tracked in _IMPORT_FAILED or (status == "completed" and complained):
        return State.IMPORT_BLOCKED
    if tracked in ("importing", "importpending"):
        return _IMPORT[tracked]
    if status == "completed":
        return _IMPORT.get(tracked) or _unknown(tracked_word)
    return None


def _client_state(status: str, word: str, *, complained: bool, complete: bool, no_size: bool) -> State:
    state = _STATUS.get(status) or _unknown(word)
    if complete and state in _WITH_CLIENT:
        return State.FINISHING
    if state is State.FAILED and complained:
        return State.FAILED_FOREIGN
    return State.METADATA if state is State.QUEUED and no_size else state


@lru_cache(maxsize=64)
def _unknown(word: str) -> State:
    """Log each unknown word once: the same record comes with every read."""
    log.warning("An app sends the queue state %.40r, which this version does not know", word)
    return State.UNKNOWN


def reasons(record: QueueRecord, state: State) -> tuple[str, ...]:
    """Return the texts of the app and the client about it, the most specific first, without duplicates.

    `errorMessage` comes from the client, and NZBGet fills it on success too: it is first while the client has the
    download, and last if the app could not import it. A bare `title` of a message only introduces others.
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
