"""The records of the queue, and the downloads made of them. Only a record without a usable `id` is unreadable."""

import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from logging import getLogger
from math import isnan
from operator import itemgetter
from typing import Annotated, Required, TypedDict

from pydantic import AliasChoices, AliasPath, Field, with_config

from discarr.arr.models import WIRE, Bytes, Lenient, Number, Text, Timestamp, Wire
from discarr.model.queue import Download, DownloadRef, Instance, Media, State
from discarr.view.redaction.reasons import without_indexer

log = getLogger(__name__)


class StatusMessage(Wire):
    """Sonarr 4.0.13 moved the text of some from `messages` to `title`."""

    title: Text = ""
    messages: Annotated[tuple[Text, ...], Lenient(())] = ()


@with_config(WIRE)
class QueueRecord(TypedDict, total=False):
    """One entry of `GET /api/v3/queue`: the fields that the dashboard or a removal needs. All of them are there.

    A dict, since a thousand models take a quarter longer to make and three times the memory.
    """

    id: Required[Annotated[int, Field(gt=0, lt=2**63)]]
    title: Text
    size: Bytes
    size_left: Annotated[Bytes, Field(validation_alias=AliasChoices("sizeleft", "sizeLeft"))]
    time_left: Annotated[Text, Field(validation_alias=AliasChoices("timeleft", "timeLeft"))]
    estimated_completion_time: Timestamp
    added: Timestamp
    status: Text
    tracked_download_status: Text
    tracked_download_state: Text
    status_messages: Annotated[tuple[Annotated[StatusMessage, Lenient(StatusMessage())], ...], Lenient(())]
    error_message: Text
    download_id: Text
    protocol: Text
    download_client_has_post_import_category: Annotated[bool, Lenient(False)]
    indexer: Text
    quality: Annotated[Text, Field(validation_alias=AliasPath("quality", "quality", "name"))]
    custom_formats: Annotated[bool | None, Lenient(True), Lenient(None)]
    """True for a list of them, None if there is none: the app could not parse the release name."""
    movie_id: Number
    series_id: Number
    season_number: Number
    episode_id: Number
    episode_ids: Annotated[tuple[int, ...], Lenient(())]
    """What Sonarr 5 sends in place of one record for each episode."""


class QueuePage(Wire):
    """One page of the queue. `records` is required: without it the answer is no queue."""

    page: Number = None
    total_records: Number = None
    records: list[Annotated[QueueRecord | None, Lenient(None)]]
    """None for what could not be understood."""

    @property
    def readable(self) -> list[QueueRecord]:
        """The records that could be understood."""
        return [record for record in self.records if record is not None]


def queue_page(body: bytes) -> QueuePage:
    """The page in an answer of `/queue`, or of `/queue/details`, which is a bare array.

    Raises:
        pydantic.ValidationError: it is neither.
    """
    if body.lstrip()[:1] == b"[":
        return QueuePage.model_validate_json(b'{"records":' + body + b"}")
    return QueuePage.model_validate_json(body)


def downloads_from(
    instance: Instance, records: Iterable[QueueRecord], *, read_at: datetime
) -> dict[Hashable, Download]:
    """One download for all records of one `downloadId`, in the order in which they first appear.

    The keys are what its records have in common: the `downloadId`; or for pending ones, which have none, what those
    of one release share. Sonarr sends one record an episode, each with the size of the whole download. An id that
    comes twice counts once: pages overlap while the queue moves.
    """
    groups: dict[Hashable, list[QueueRecord]] = {}
    for record in {record["id"]: record for record in records}.values():
        groups.setdefault(record["download_id"] or _pending_key(record), []).append(record)
    return {key: _download(group, instance, read_at) for key, group in groups.items()}


def _pending_key(record: QueueRecord) -> Hashable:
    if record["added"] is not None:
        return record["title"], record["indexer"], record["added"]
    return record["id"]


def merge(one: Download, other: Download) -> Download:
    """Both as the one download that they are, whose records stand on two pages; `other` was read later."""
    first, second = (one, other) if one.ref.id < other.ref.id else (other, one)
    episodes = tuple(sorted({*first.media.episodes, *second.media.episodes}))
    ids = tuple(sorted({*first.ids, *second.ids}))
    return first._replace(ids=ids, media=first.media._replace(episodes=episodes))


def _download(records: list[QueueRecord], instance: Instance, read_at: datetime) -> Download:
    """The download that these records make up."""
    if len(records) > 1:
        records.sort(key=itemgetter("id"))
    first = records[0]
    size, left = _size_and_left(first)
    state = _state(first)
    # Old versions have no `added`; there the indexer tells what the app grabbed itself.
    pending = not first["download_id"] and not first["tracked_download_state"]
    return Download(
        ref=DownloadRef(instance.key, first["id"]),
        ids=tuple([record["id"] for record in records]),
        download_id=first["download_id"],
        release=first["title"],
        name=first["title"],
        media=Media(first["movie_id"], first["series_id"], first["season_number"], _episodes(records)),
        quality=first["quality"],
        state=state,
        reason=_reason(first, state) if state in _EXPLAINED else "",
        size=size,
        remaining=left,
        done_at=_done_at(first, read_at),
        grabbed_at=_utc(first["added"]),
        grabbed_by_app=pending or first["added"] is not None or bool(first["indexer"]),
        parsed=bool(first["custom_formats"]),
        can_change_category=first["download_client_has_post_import_category"],
        pending=pending,
    )


def _size_and_left(record: QueueRecord) -> tuple[int, int]:
    """Both 0 if either is not known or no number. Deluge sends what is left below zero."""
    size, left = record["size"], record["size_left"]
    if size is None or left is None or not 0 < size < 2**63 or isnan(left):
        return 0, 0
    return int(size), int(min(max(left, 0), size))


def _episodes(records: Sequence[QueueRecord]) -> tuple[int, ...]:
    """Ascending. One record an episode; Sonarr 5 sends all of them in one."""
    first = records[0]
    if not first["episode_id"]:
        return tuple(sorted(first["episode_ids"]))
    if len(records) == 1 and not first["episode_ids"]:
        return (first["episode_id"],)
    episodes = {record["episode_id"] for record in records if record["episode_id"]}
    return tuple(sorted(episodes.union(first["episode_ids"])))


_TRACKED = {
    "importing": State.IMPORTING,
    "importBlocked": State.IMPORT_BLOCKED,
    "importPending": State.IMPORT_WAITING,
    "failedPending": State.FAILED,
    "failed": State.FAILED,
    "imported": State.IMPORTED,
    "ignored": State.IGNORED,
}
_STATUS = {
    "downloading": State.DOWNLOADING,
    "warning": State.STALLED,
    "queued": State.QUEUED,
    "paused": State.PAUSED,
    "completed": State.IMPORT_WAITING,
    "failed": State.FAILED,
    "delay": State.DELAYED,
    "downloadClientUnavailable": State.CLIENT_UNAVAILABLE,
    "unknown": State.UNKNOWN,
}


def _state(record: QueueRecord) -> State:
    """`trackedDownloadState` says where the app is with it; until it is done, `status` is the client's word."""
    complained = record["tracked_download_status"] in ("warning", "error")
    state = _TRACKED.get(record["tracked_download_state"])
    if state is State.IMPORT_WAITING and complained:  # before November 2024 there was no importBlocked
        return State.IMPORT_BLOCKED
    if state is State.FAILED and record["status"] == "completed":
        return State.REJECTED
    if state is not None:
        return state
    if record["status"] == "failed" and complained:
        return State.FAILED_FOREIGN
    if record["status"] == "queued" and record["protocol"] == "torrent" and not record["size"]:
        return State.METADATA
    if record["status"] == "completed" and record["tracked_download_state"] not in ("downloading", ""):
        return _unknown(record["tracked_download_state"])
    return _STATUS.get(record["status"]) or _unknown(record["status"])


@lru_cache(maxsize=64)
def _unknown(word: str) -> State:
    """Logged once a word, since the same record comes again at each read."""
    log.warning("An app sends the queue state %.40r, which this version does not know", word)
    return State.UNKNOWN


_EXPLAINED = (State.STALLED, State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED, State.UNKNOWN)
_EXPLAINED_BY_APP = (State.IMPORT_BLOCKED, State.REJECTED)


def _reason(record: QueueRecord, state: State) -> str:
    """What is wrong, in the client's word only where the client is at fault: NZBGet fills it on success too."""
    texts = [text for message in record["status_messages"] for text in message.messages or (message.title,)]
    told = [text for text in texts if text.strip() and text != record["title"]]
    by_app, by_client = "; ".join(dict.fromkeys(told[:2])), record["error_message"].strip()
    reason = by_app or by_client if state in _EXPLAINED_BY_APP else by_client or by_app
    return without_indexer(reason, record["indexer"])


_TIME_LEFT = re.compile(r"(?:(\d{1,7})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,7})?", re.ASCII)


def _done_at(record: QueueRecord, read_at: datetime) -> datetime | None:
    if record["estimated_completion_time"] is not None:
        return _utc(record["estimated_completion_time"])
    if not record["time_left"]:
        return None
    left = _time_left(record["time_left"])
    try:
        return None if left is None else read_at + left
    except OverflowError:
        return None


def _time_left(text: str) -> timedelta | None:
    """A .NET TimeSpan, `[-][d.]hh:mm:ss[.fffffff]`; pydantic's own reader knows no `d.`. None below zero."""
    match = _TIME_LEFT.fullmatch(text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _utc(moment: datetime | None) -> datetime | None:
    """In UTC, which a moment without a zone is taken for; None for one that no calendar holds."""
    if moment is None or moment.tzinfo is UTC:
        return moment
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
