"""From the status fields to state, warning and completeness: every combination, and what real apps sent."""

from collections.abc import Callable
from functools import cache
from itertools import batched, product
from logging import WARNING
from typing import Any, NamedTuple

import pytest

from discarr.model.download import Download, State
from discarr.model.ordering import attention
from tests.support.builders import queue, snapshot
from tests.support.records import GRABBED, Json, downloads, one, record

REASON = "why it is so"
STATUSES = (
    *"downloading queued paused completed warning failed delay downloadClientUnavailable fallback unknown".split(),
    *("hibernating", ""),
)
"""QueueStatus.cs, DownloadItemStatus.cs, words of older versions, one of the future, and none."""
TRACKED_STATES = (
    *"downloading importBlocked importPending importing imported failedPending failed ignored".split(),
    *"downloadFailed downloadFailedPending importFailed teleporting".split(),
    "",
)
"""TrackedDownload.cs of Radarr and Sonarr, the three words of Lidarr's, one of the future, and none."""
TRACKED_STATUSES = ("ok", "warning", "error", "splendid", "")
SIZES = ((1000, 500), (1000, 0), (0, 0))
CASES: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper)
FAILED_WORDS = {"failedpending", "failed", "downloadfailed", "downloadfailedpending"}
STUCK_WORDS = {"importblocked", "importfailed"}


class Case(NamedTuple):
    """One combination, and the download that it gives."""

    status: str
    tracked: str
    complained: bool
    all_there: bool
    download: Download


@cache
def combinations() -> tuple[Case, ...]:
    return tuple(
        Case(status.lower(), tracked.lower(), complaint in ("warning", "error"), size > 0 and left == 0, read)
        for status, tracked, complaint in product(STATUSES, TRACKED_STATES, TRACKED_STATUSES)
        for (size, left), case in product(SIZES, CASES)
        for words in [map(case, (status, tracked, complaint))]
        for read in [one(record(*words, size=size, sizeleft=left, errorMessage=REASON, **GRABBED))]
    )


def test_what_the_app_or_the_client_warns_of_and_nothing_else_needs_attention_with_its_reason() -> None:
    for case in combinations():
        found = case.download
        warned = case.complained or case.status in ("warning", "failed") or case.tracked in STUCK_WORDS | FAILED_WORDS
        assert found.warned is warned, case
        assert (REASON in found.reasons) is (warned or found.state is State.UNKNOWN), case
        assert attention(snapshot(queue(found))) == ((found,) if warned else ()), case


def test_no_words_of_an_app_make_complete_data_or_an_import_unfinished() -> None:
    """What is complete is never proposed for removal: see tests/test_removal_mode.py."""
    imports = STUCK_WORDS | {"importpending", "importing", "imported"}
    for case in combinations():
        all_there = case.all_there and case.status != "failed"
        assert case.download.complete is (case.status == "completed" or all_there), case
        if case.download.complete or case.tracked in imports:
            assert case.download.state not in (State.STALLED, State.DOWNLOADING, State.METADATA), case


def test_a_failure_and_a_stuck_import_are_two_families_of_words() -> None:
    for case in combinations():
        if case.tracked in FAILED_WORDS:
            assert case.download.state is (State.REJECTED if case.status == "completed" else State.FAILED), case
        elif case.tracked not in ("imported", "ignored"):
            stuck = case.tracked in STUCK_WORDS or (case.status == "completed" and case.complained)
            assert (case.download.state is State.IMPORT_BLOCKED) is stuck, case


def test_upper_and_lower_case_mean_the_same() -> None:
    for same in batched(combinations(), len(CASES)):
        assert len({(case.download.state, case.download.warned, case.download.complete) for case in same}) == 1, same


def test_a_warning_of_one_of_two_clients_that_list_a_download_is_not_lost() -> None:
    words = (record("queued"), record("completed", "downloading", "warning", sizeleft=0, errorMessage=REASON))
    for ids in (1, 2), (2, 1):
        (found,) = downloads(*({**each, "id": id} for each, id in zip(words, ids, strict=True)))
        assert (found.queue_id, found.state, found.warned, found.reasons) == (1, State.IMPORT_BLOCKED, True, (REASON,))


NO_WORDS: tuple[object, ...] = ("fallback", "levitating", 12, [], {}, True, None)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        (record("downloading"), State.DOWNLOADING),
        (record("paused"), State.PAUSED),
        (record("warning"), State.STALLED),
        (record("warning", "importPending"), State.IMPORT_WAITING),
        (record("downloading", "downloading", "warning"), State.DOWNLOADING),
        *((record("completed", word), State.IMPORT_WAITING) for word in ("importPending", "downloading", "")),
        (record("completed", "imported", sizeleft=0), State.IMPORTED),
        (record("downloading", "ignored"), State.IGNORED),
        (record("downloading", sizeleft=0), State.FINISHING),
        (record("warning", sizeleft=0), State.FINISHING),
        (record("paused", sizeleft=0), State.PAUSED),
        (record("queued"), State.QUEUED),
        (record("queued", size=0, sizeleft=0, protocol="torrent"), State.METADATA),
        (record("queued", size=0, sizeleft=0, protocol="usenet"), State.QUEUED),
        (record("delay", "", downloadId=None), State.DELAYED),
        (record("downloadClientUnavailable", "", downloadId=None), State.CLIENT_UNAVAILABLE),
        *((record(word), State.UNKNOWN) for word in NO_WORDS),
        (record("completed", "teleporting", sizeleft=0), State.UNKNOWN),
        (record("failed", "downloading", "warning"), State.FAILED_FOREIGN),
        (record("failed", "downloading", "ok"), State.FAILED),
    ],
)
def test_the_words_together_say_what_it_is_doing(fields: Json, state: State) -> None:
    assert one(fields).state is state


def test_an_unknown_word_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(WARNING):
        for _ in range(5):
            one(record("hibernating in a test"))

    assert [each.args for each in caplog.records] == [("hibernating in a test",)]


GENERAL = "One or more episodes expected in this release were not imported or missing from the release"
PARTICULAR = "Not an upgrade for existing episode file(s). Existing quality: Bluray-1080p"
SUCCESS = "PAR Status: SUCCESS - Unpack Status: SUCCESS - Move Status: SUCCESS - Script Status: NONE"


@pytest.mark.parametrize(
    ("messages", "reasons"),
    [
        ([{"title": GENERAL, "messages": []}, {"title": "x.mkv", "messages": [PARTICULAR]}], (PARTICULAR,)),
        ([{"title": "a.mkv", "messages": ["Sample"]}, {"title": "b.mkv", "messages": ["Sample "]}], ("Sample",)),
        ([{"title": "a.mkv", "messages": ["Sample", PARTICULAR]}], ("Sample", PARTICULAR)),
        ([{"title": GENERAL, "messages": []}, {"title": PARTICULAR}], (GENERAL, PARTICULAR)),
        ([{"title": "A.Release", "messages": []}], ()),
        ([{"title": "", "messages": ["", "  "]}], ()),
        ([None, "x", 5, {"title": None, "messages": None}, {"title": 7, "messages": "a word"}], ("7",)),
        ([{"title": "mixed", "messages": [None, 1, "fine"]}], ("1", "fine")),
        ("oh no", ()),
    ],
)
@pytest.mark.parametrize("tracked", ["importBlocked", "importPending", "downloading", "words of the future"])
def test_particular_messages_come_first_and_equal_ones_once(
    messages: Any, reasons: tuple[str, ...], tracked: str
) -> None:
    blocked = record("completed", tracked, "warning", title="A.Release", statusMessages=messages, sizeleft=0)

    assert one(blocked).reasons == reasons
    assert one({**blocked, "errorMessage": SUCCESS}).reasons == (*reasons, SUCCESS), "NZBGet fills it on success too"


GONE = [{"title": "x.mkv", "messages": ["Gone"]}]


@pytest.mark.parametrize(
    ("status", "tracked", "reasons"),
    [
        *(("failed", tracked, ("by client", "Gone")) for tracked in ("failedPending", "downloading")),
        ("warning", "downloading", ("by client", "Gone")),
        ("levitating", "downloading", ("by client", "Gone")),
        *(("completed", tracked, ()) for tracked in ("importPending", "importing")),
        ("downloading", "", ()),
    ],
)
def test_what_the_client_says_comes_first_if_anything_is_wrong(
    status: str, tracked: str, reasons: tuple[str, ...]
) -> None:
    assert one(record(status, tracked, errorMessage=" by client ", statusMessages=GONE)).reasons == reasons
