"""Turns the records of a queue into downloads. Pure, but for one warning about an unknown word."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isnan
from typing import NamedTuple

from pydantic import ValidationError

from discarr.arr.models import QueuePage, QueueRecord
from discarr.arr.states import complains, judgement, reasons
from discarr.model.download import Download, DownloadKey, Media, State
from discarr.model.instance import Instance
from discarr.model.progress import Now, Phase, Progress


class ReadContext(NamedTuple):
    """What a download depends on besides its records."""

    instance: Instance
    now: Now
    """When the read began."""
    before: float
    """The second at which the read before this one began."""
    previous: Mapping[DownloadKey, Download]
    """The downloads known before this read."""

    @staticmethod
    def alone(instance: Instance) -> "ReadContext":
        """Return the context of a single read, without one before it."""
        return ReadContext(instance, Now(datetime.now(UTC), 0.0), 0.0, {})


def queue_page(body: bytes) -> QueuePage:
    """Return the page in an answer of `/queue`, or of `/queue/details`, which is a bare array.

    Raises:
        pydantic.ValidationError: the answer is neither.
    """
    try:
        return _queue_page(body)
    except ValidationError as error:
        if error.errors(include_url=False, include_context=False, include_input=False)[0]["type"] != "json_invalid":
            raise
        return _queue_page(_repaired(body))


def _queue_page(body: bytes) -> QueuePage:
    if body.lstrip()[:1] == b"[":
        body = b'{"records":' + body + b"}"
    return QueuePage.model_validate_json(body)


def _repaired(body: bytes) -> bytes:
    """The same in UTF-8, without what no reader takes: a BOM, control and half characters, endless numbers."""
    try:
        value = json.loads(body.decode(json.detect_encoding(body), "replace"), strict=False, parse_int=_shortened)
    except (ValueError, RecursionError):
        return body
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _shortened(digits: str) -> int:
    """Return the number, or another one that is too large as well."""
    return int(digits[:30])


def downloads_from(records: Iterable[QueueRecord], context: ReadContext) -> dict[DownloadKey, Download]:
    """Return one download for all records of one `downloadId`, in the order in which they first appear.

    Sonarr sends one record per episode, each with the size of the complete download. An id that appears twice counts
    once: pages overlap while the queue changes. Two records can share an id by a hash collision, a known limit: the
    app itself finds only one of them (NzbDrone.Common/Crypto/HashConverter.cs).
    """
    groups: dict[str, list[QueueRecord]] = {}
    for record in {record.id: record for record in records}.values():
        groups.setdefault(record.download_id or _pending_id(record), []).append(record)
    made = (_download(DownloadKey(context.instance.key, id), group, context) for id, group in groups.items())
    return {download.key: download for download in made}


def _pending_id(record: QueueRecord) -> str:
    """Return an id that all records of one pending release share. No download client's id begins like this."""
    if record.added is not None:
        return f"pending:{record.title}:{record.indexer}:{record.added.isoformat()}"
    return f"pending:{record.id}"


def merge(one: Download, other: Download) -> Download:
    """Return the one download whose records were split between two pages."""
    first, second = sorted((one, other), key=lambda download: (not download.warned, download.queue_id))
    episodes = tuple(sorted({*first.media.episodes, *second.media.episodes}))
    return first._replace(queue_id=min(one.queue_id, other.queue_id), media=first.media._replace(episodes=episodes))


def _download(key: DownloadKey, records: list[QueueRecord], context: ReadContext) -> Download:
    """Return the download of these records. If two clients list it, the one with a warning is believed."""
    first = records[0] if len(records) == 1 else min(records, key=lambda record: (not complains(record), record.id))
    size, remaining = _size_and_remaining(first)
    state, warned, complete, phase = judgement(first, size=size, remaining=remaining)
    previous = context.previous.get(key)
    media = Media(first.movie_id, first.series_id, first.season_number, _episodes(records))
    # Old versions send no `added`; there only a release that the app grabbed has an indexer.
    pending = not first.download_id and not first.tracked_download_state
    return Download(  # in the order of its fields: naming all would take 0.4 µs longer, of 5 for a record
        _reused(key, previous and previous.key),
        first.id if len(records) == 1 else min(record.id for record in records),
        first.title,
        _reused(media, previous and previous.media),
        first.quality,
        first.download_client,
        first.indexer,
        state,
        warned,
        reasons(first, state) if warned or state is State.UNKNOWN else (),
        complete,
        size,
        remaining,
        _done_at(first, context.now.at),
        _usable(first.added),
        grabbed_by_app=pending or first.added is not None or bool(first.indexer),
        # Without custom formats the app could not parse the release name, unless it is too old to have any.
        parsed=first.custom_formats is not None or first.custom_format_score is None,
        can_change_category=first.download_client_has_post_import_category,
        pending=pending,
        progress=_progress(previous, phase, remaining if size else None, context),
    )


def _reused[T](value: T, previous: T | None) -> T:
    """Return the equal object of the read before, if there is one.

    The garbage collector searches what is new: of a read of 20,000 records it took 59 ms, and takes 23 with this.
    """
    return value if previous is None or value != previous else previous


def _progress(previous: Download | None, phase: Phase, known: int | None, context: ReadContext) -> Progress:
    if previous is None:
        return Progress.first(phase, known, context.now)
    return previous.progress.next(phase, known, context.now.seconds, context.before)


def _size_and_remaining(record: QueueRecord) -> tuple[int, int]:
    """Return both in bytes; 0 and 0 if either is unknown or not a number. Deluge sends negative remainders."""
    size, remaining = record.size, record.size_left
    if size is None or remaining is None or not 0 < size < 2**63 or isnan(remaining):
        return 0, 0
    return int(size), int(min(max(remaining, 0), size))


def _episodes(records: Sequence[QueueRecord]) -> tuple[int, ...]:
    """Return the episode ids in ascending order. Sonarr 5 sends all of them in one record."""
    first = records[0]
    if not first.episode_id:
        return tuple(sorted(first.episode_ids))
    if len(records) == 1 and not first.episode_ids:
        return (first.episode_id,)
    episodes = {record.episode_id for record in records if record.episode_id}
    return tuple(sorted(episodes.union(first.episode_ids)))


_TIME_LEFT = re.compile(r"(?:(\d{1,7})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,7})?", re.ASCII)


def _done_at(record: QueueRecord, read_at: datetime) -> datetime | None:
    if record.estimated_completion_time is not None:
        return _usable(record.estimated_completion_time)
    if not record.time_left:
        return None
    left = _time_left(record.time_left)
    try:
        return None if left is None else read_at + left
    except OverflowError:
        return None


def _time_left(text: str) -> timedelta | None:
    """Parse a .NET TimeSpan, `[-][d.]hh:mm:ss[.fffffff]`, as pydantic cannot; None for a negative one."""
    match = _TIME_LEFT.fullmatch(text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _usable(moment: datetime | None) -> datetime | None:
    """Return the moment with a zone, UTC by default; None at the ends of the calendar, where converting fails."""
    if moment is None or not 1 < moment.year < 9999:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
