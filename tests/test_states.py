"""From the status fields to state, warning and completeness: every combination, and what real apps sent."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from logging import WARNING
from typing import Any

import pytest

from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.model.download import Download, Section, State
from discarr.model.progress import Now, Phase
from discarr.model.removal_mode import RemovalMode, is_broken, likely_mode
from discarr.model.summary import section_of
from tests.builders import AT, NOW, SECONDS, SONARR, STALLED_AFTER

REASON = "why it is so"
GRABBED = {"added": "2026-07-01T11:00:00Z", "indexer": "Indexer One", "customFormats": [], "customFormatScore": 0}
STATUSES = (
    "downloading", "queued", "paused", "completed", "warning", "failed", "delay", "downloadClientUnavailable",
    "fallback", "unknown", "hibernating", "",
)  # fmt: skip
"""QueueStatus.cs, DownloadItemStatus.cs, words of older versions, one of the future, and none."""
TRACKED_STATES = (
    "downloading", "importBlocked", "importPending", "importing", "imported", "failedPending", "failed", "ignored",
    "downloadFailed", "downloadFailedPending", "importFailed", "teleporting", "",
)  # fmt: skip
"""TrackedDownload.cs of Radarr and Sonarr, the three words of Lidarr's, one of the future, and none."""
TRACKED_STATUSES = ("ok", "warning", "error", "splendid", "")
LEFT = (0, 500)
CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper)
FAILED_WORDS = {"failedpending", "failed", "downloadfailed", "downloadfailedpending"}


@dataclass(frozen=True)
class Case:
    """One combination, and the download that it gives."""

    status: str
    tracked: str
    complaint: str
    left: int
    download: Download

    @property
    def complained(self) -> bool:
        return self.complaint.lower() in ("warning", "error")


def read(record: dict[str, Any], *, before: Download | None = None, at: float = SECONDS) -> Download:
    known = {before.key: before} if before else {}
    page = queue_page(json.dumps([record]).encode())
    context = ReadContext(SONARR, Now(NOW, at), at - 30, known)
    (found,) = downloads_from([each for each in page.records if each], context).values()
    return found


def record(status: str, tracked: str = "downloading", complaint: str = "ok", **fields: Any) -> dict[str, Any]:
    words = {"status": status, "trackedDownloadState": tracked, "trackedDownloadStatus": complaint}
    return {"id": 1, "downloadId": "HASH", "size": 1000, "sizeleft": 500, **GRABBED, **words, **fields}


def combinations() -> Iterator[Case]:
    for words in product(STATUSES, TRACKED_STATES, TRACKED_STATUSES):
        for left, case in product(LEFT, CASES):
            status, tracked, complaint = map(case, words)
            made = read(record(status, tracked, complaint, sizeleft=left, errorMessage=REASON))
            yield Case(status.lower(), tracked.lower(), complaint, left, made)


ALL = tuple(combinations())


def test_whatever_the_app_or_the_client_warns_of_needs_attention_with_its_reason() -> None:
    warned = [case for case in ALL if case.complained or case.status in ("warning", "failed")]

    assert len(warned) > len(ALL) / 3
    assert [case for case in warned if not case.download.warned or REASON not in case.download.reasons] == []
    assert {section_of(case.download, AT, STALLED_AFTER) for case in warned} == {Section.ATTENTION}


def test_what_nobody_complains_about_is_not_warned_about() -> None:
    words = FAILED_WORDS | {"importblocked", "importfailed"}
    calm = [c for c in ALL if not c.complained and c.status not in ("warning", "failed") and c.tracked not in words]

    assert [case for case in calm if case.download.warned] == []


def test_complete_is_what_has_all_its_bytes_and_did_not_fail() -> None:
    expected = [case.status == "completed" or (case.left == 0 and case.status != "failed") for case in ALL]

    assert [case.download.complete for case in ALL] == expected


def test_what_is_complete_is_never_stalled_nor_downloading_nor_broken_nor_searched_for_again() -> None:
    complete = [case for case in ALL if case.download.complete]
    late = Now(AT.at, SECONDS + 30 * 24 * 3600)

    assert {case.download.state for case in complete} & {State.STALLED, State.DOWNLOADING, State.METADATA} == set()
    assert [case for case in complete if is_broken(case.download, late, STALLED_AFTER)] == []
    assert {likely_mode(c.download, late, STALLED_AFTER) for c in complete if not c.download.dangerous} == {None}


def test_a_completed_download_that_is_not_ok_is_a_stuck_import_whatever_the_word() -> None:
    other = FAILED_WORDS | {"imported", "ignored"}
    stuck = [c for c in ALL if c.status == "completed" and c.complained and c.tracked not in other]

    assert {case.tracked for case in stuck} == {word.lower() for word in TRACKED_STATES} - other
    assert {case.download.state for case in stuck} == {State.IMPORT_BLOCKED}


def test_the_words_for_a_failure_are_one_family() -> None:
    failed = [case for case in ALL if case.tracked in FAILED_WORDS]

    assert {case.download.state for case in failed if case.status == "completed"} == {State.REJECTED}
    assert {case.download.state for case in failed if case.status != "completed"} == {State.FAILED}
    assert all(case.download.warned for case in failed)


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_a_warning_of_one_of_two_clients_that_list_a_download_is_not_lost(ids: tuple[int, int]) -> None:
    words = (record("queued"), record("completed", "downloading", "warning", sizeleft=0, errorMessage=REASON))
    page = queue_page(json.dumps([{**each, "id": id} for each, id in zip(words, ids, strict=True)]).encode())
    (found,) = downloads_from([each for each in page.records if each], ReadContext.alone(SONARR)).values()

    assert (found.queue_id, found.state, found.warned, found.reasons) == (1, State.IMPORT_BLOCKED, True, (REASON,))


def test_a_failure_that_the_app_does_nothing_about_is_told_apart() -> None:
    assert read(record("failed", "downloading", "warning")).state is State.FAILED_FOREIGN
    assert read(record("failed", "downloading", "ok")).state is State.FAILED


def test_an_import_that_failed_is_blocked_whatever_the_status() -> None:
    failed = [case for case in ALL if case.tracked in ("importblocked", "importfailed")]

    assert {case.download.state for case in failed} == {State.IMPORT_BLOCKED}
    assert all(case.download.warned for case in failed)


def test_upper_and_lower_case_mean_the_same() -> None:
    by_words: dict[object, set[object]] = {}
    for case in ALL:
        words = (case.status, case.tracked, case.complaint.lower(), case.left)
        by_words.setdefault(words, set()).add((case.download.state, case.download.warned, case.download.complete))

    assert {len(results) for results in by_words.values()} == {1}


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        (record("downloading"), State.DOWNLOADING),
        (record("queued"), State.QUEUED),
        (record("paused"), State.PAUSED),
        (record("warning"), State.STALLED),
        (record("warning", "importPending"), State.IMPORT_WAITING),
        (record("downloading", "downloading", "warning"), State.DOWNLOADING),
        (record("completed", sizeleft=0), State.IMPORT_WAITING),
        (record("completed", "importPending", sizeleft=0), State.IMPORT_WAITING),
        (record("completed", "importing", sizeleft=0), State.IMPORTING),
        (record("completed", "imported", sizeleft=0), State.IMPORTED),
        (record("completed", "", size=0, sizeleft=0), State.IMPORT_WAITING),
        (record("downloading", "ignored"), State.IGNORED),
        (record("downloading", sizeleft=0), State.FINISHING),
        (record("queued", sizeleft=0), State.FINISHING),
        (record("warning", sizeleft=0), State.FINISHING),
        (record("paused", sizeleft=0), State.PAUSED),
        (record("queued", size=0, sizeleft=0, protocol="torrent"), State.METADATA),
        (record("queued", size=0, sizeleft=0, protocol="usenet"), State.QUEUED),
        (record("queued", protocol="torrent"), State.QUEUED),
        (record("delay", "", downloadId=None), State.DELAYED),
        (record("downloadClientUnavailable", "", downloadId=None), State.CLIENT_UNAVAILABLE),
        (record("fallback", "", downloadId=None), State.UNKNOWN),
        (record("levitating"), State.UNKNOWN),
        (record("completed", "teleporting", sizeleft=0), State.UNKNOWN),
    ],
)
def test_the_words_together_say_what_it_is_doing(fields: dict[str, Any], state: State) -> None:
    assert read(fields).state is state


@pytest.mark.parametrize("junk", [12, [], {}, True, None])
def test_a_word_that_is_none_is_unknown(junk: Any) -> None:
    assert read(record(junk, junk, junk)).state is State.UNKNOWN


def test_an_unknown_word_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(WARNING):
        for _ in range(5):
            read(record("hibernating in a test"))

    assert [each.args for each in caplog.records] == [("hibernating in a test",)]


# Time


def test_the_flicker_of_a_stuck_import_does_not_start_its_time_anew() -> None:
    stuck = read(record("completed", "importBlocked", "warning", sizeleft=0))
    for number, word in enumerate(("importPending", "importing", "importBlocked", "downloading"), start=1):
        stuck = read(record("completed", word, "warning", sizeleft=0), before=stuck, at=SECONDS + 60 * number)

    assert stuck.progress.lasts(SECONDS + 240) == 240


@pytest.mark.parametrize(
    "words",
    [
        ("completed", "importPending"),
        ("completed", "importing"),
        ("downloadClientUnavailable", ""),
        ("downloading", "downloading"),
    ],
)
@pytest.mark.parametrize("left", LEFT)
def test_waiting_of_every_kind_is_timed_and_needs_attention_in_the_end(words: tuple[str, str], left: int) -> None:
    first = read(record(*words, sizeleft=left))
    last = read(record(*words, sizeleft=left), before=first, at=SECONDS + STALLED_AFTER)

    assert section_of(last, Now(NOW, SECONDS + STALLED_AFTER), STALLED_AFTER) is Section.ATTENTION
    assert last.state is first.state


def test_a_magnet_whose_metadata_never_comes_keeps_its_word() -> None:
    magnet = record("queued", size=0, sizeleft=0, protocol="torrent")
    last = read(magnet, before=read(magnet), at=SECONDS + STALLED_AFTER)

    assert (last.state, last.progress.phase) == (State.METADATA, Phase.MOVING)
    assert section_of(last, Now(NOW, SECONDS + STALLED_AFTER), STALLED_AFTER) is Section.ATTENTION


def test_a_read_without_a_size_is_no_movement() -> None:
    moved = read(record("downloading", sizeleft=400), before=read(record("downloading")), at=SECONDS + 30)
    unknown = read(record("downloading", size=0, sizeleft=0), before=moved, at=SECONDS + 60)
    again = read(record("downloading", sizeleft=400), before=unknown, at=SECONDS + 90)

    assert (unknown.progress, again.progress) == (moved.progress, moved.progress)


# Reasons

GENERAL = "One or more episodes expected in this release were not imported or missing from the release"
PARTICULAR = "Not an upgrade for existing episode file(s). Existing quality: Bluray-1080p"
SUCCESS = "PAR Status: SUCCESS - Unpack Status: SUCCESS - Move Status: SUCCESS - Script Status: NONE"


@pytest.mark.parametrize(
    ("messages", "reasons"),
    [
        ([{"title": GENERAL, "messages": []}, {"title": "x.mkv", "messages": [PARTICULAR]}], (PARTICULAR,)),
        ([{"title": "x.mkv", "messages": [PARTICULAR]}, {"title": GENERAL}], (PARTICULAR,)),
        ([{"title": "a.mkv", "messages": ["Sample"]}, {"title": "b.mkv", "messages": ["Sample "]}], ("Sample",)),
        ([{"title": "a.mkv", "messages": ["Sample", PARTICULAR]}], ("Sample", PARTICULAR)),
        ([{"title": PARTICULAR, "messages": []}], (PARTICULAR,)),
        ([{"title": GENERAL, "messages": []}, {"title": PARTICULAR}], (GENERAL, PARTICULAR)),
        ([{"title": "A.Release", "messages": []}], ()),
        ([{"title": "A.Release", "messages": [PARTICULAR]}], (PARTICULAR,)),
        ([{"title": "", "messages": ["", "  "]}], ()),
        ([None, "x", 5, {"title": None, "messages": None}, {"title": 7, "messages": "a word"}], ("7",)),
        ([{"title": "mixed", "messages": [None, 1, "fine"]}], ("1", "fine")),
        ("oh no", ()),
        (None, ()),
    ],
)
@pytest.mark.parametrize("tracked", ["importBlocked", "importPending", "downloading", "words of the future"])
def test_the_particular_message_comes_first_and_equal_ones_once(
    messages: Any, reasons: tuple[str, ...], tracked: str
) -> None:
    blocked = record("completed", tracked, "warning", title="A.Release", statusMessages=messages, sizeleft=0)

    assert read(blocked).reasons == reasons
    assert read({**blocked, "errorMessage": SUCCESS}).reasons == (*reasons, SUCCESS), "NZBGet fills it on success too"


@pytest.mark.parametrize("words", [("warning", "downloading"), ("failed", "failedPending"), ("failed", "downloading")])
def test_what_the_client_says_comes_first_while_it_has_the_download(words: tuple[str, str]) -> None:
    messages = [{"title": "A.Release", "messages": ["Gone"]}]
    fields = record(*words, title="A.Release", errorMessage=" no connections ", statusMessages=messages)

    assert read(fields).reasons == ("no connections", "Gone")


@pytest.mark.parametrize("words", [("completed", "importPending"), ("completed", "importing"), ("downloading", "")])
def test_where_nothing_is_wrong_there_is_no_reason(words: tuple[str, str]) -> None:
    assert read(record(*words, errorMessage=SUCCESS)).reasons == ()


# What it proposes


@pytest.mark.parametrize(
    ("fields", "mode"),
    [
        (record("downloading", sizeleft=0), None),
        (record("warning", sizeleft=0, errorMessage="Disk full"), None),
        (record("completed", "importBlocked", "warning", sizeleft=0), None),
        (record("completed", "failedPending", "error", sizeleft=0), RemovalMode.BLOCK_AND_SEARCH),
        (record("failed", "failedPending", sizeleft=0), RemovalMode.BLOCK_AND_SEARCH),
        (record("warning"), RemovalMode.REMOVE),
    ],
)
def test_a_release_is_not_blamed_for_what_the_client_or_the_disk_did(
    fields: dict[str, Any], mode: RemovalMode | None
) -> None:
    assert likely_mode(read(fields), AT, STALLED_AFTER) is mode
