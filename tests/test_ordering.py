"""Rows stand in an order that does not jump, nobody's instance is left out, and one rule says what needs attention."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discarr.model.download import Download, Section, State
from discarr.model.ordering import OUTCOMES_NAMED, all_rows, attention, named_outcomes, top_rows
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.progress import QUIET, Phase
from discarr.model.queue import Snapshot
from discarr.model.summary import ROWS, section_of, summary_of
from tests.support.builders import AT, NOW, SECONDS, STALLED_AFTER, download, progress, queue, snapshot


def aged(id: int, hours: float, **changes: Any) -> Download:
    return download(id, grabbed_at=NOW - timedelta(hours=hours), **changes)


def shown(*downloads: Download) -> Snapshot:
    """These in one queue for each instance, in the order of their keys."""
    keys = sorted({each.key.instance for each in downloads})
    return snapshot(*(queue(*(d for d in downloads if d.key.instance == key)) for key in keys))


def needs_attention(subject: Download) -> bool:
    return section_of(subject, AT, STALLED_AFTER) is Section.ATTENTION


IN_ORDER = (
    aged(4, 1, state=State.STALLED),
    aged(3, 3),
    aged(1, 1),
    aged(5, 1),
    aged(1, 1, instance="sonarr"),
    download(2, grabbed_at=None),
    download(6, grabbed_at=None),
    aged(2, 9, instance="sonarr", state=State.IMPORTING),
    aged(7, 9, state=State.QUEUED),
)


@given(st.permutations(IN_ORDER))
def test_rows_stand_by_section_then_by_grab_then_by_instance_and_id(given: list[Download]) -> None:
    assert tuple(all_rows(shown(*given).queues)) == IN_ORDER
    failed = [each._replace(state=State.FAILED, warned=True) for each in given]
    assert list(attention(shown(*failed))) == list(all_rows(shown(*failed).queues))


def test_progress_speed_and_the_words_of_a_blocked_import_move_no_row() -> None:
    before = shown(aged(1, 1), aged(2, 2), aged(3, 3, state=State.IMPORT_BLOCKED))
    importing = aged(3, 3, state=State.IMPORTING, warned=True)
    after = shown(aged(1, 1, remaining=1, speed=9e6), aged(2, 2, remaining=3 * 10**9, queue_id=9999), importing)

    assert [row.key for row in all_rows(before.queues)] == [row.key for row in all_rows(after.queues)]


@pytest.mark.parametrize(("others", "needing"), [(0, 10), (1, 9), (2, 8), (5, 5), (6, 5), (300, 5)])
def test_what_needs_attention_leaves_half_of_the_rows_to_the_others(others: int, needing: int) -> None:
    stalled = [aged(id, id, state=State.STALLED) for id in range(1, 31)]

    rows = top_rows(shown(*stalled, *(aged(id, id) for id in range(31, 31 + others))))

    assert len(rows) == ROWS
    assert [row.state for row in rows].count(State.STALLED) == needing


KEYS = ("radarr", "radarr-4k", "radarr-a", "sonarr", "sonarr-4k", "sonarr-b")
DOWNLOADS = st.builds(
    lambda hours, state: lambda id, key: aged(id, hours, instance=key, state=state),
    st.integers(0, 5),
    st.sampled_from(State),
)


@given(st.dictionaries(st.sampled_from(KEYS), st.lists(DOWNLOADS, max_size=30), min_size=1), st.integers(0, 12))
def test_whatever_is_in_the_queues_the_rows_are_full_distinct_in_order_and_fair(
    queues: dict[str, list[Callable[[int, str], Download]]], limit: int
) -> None:
    whole = shown(*(make(id, key) for key, made in queues.items() for id, make in enumerate(made, 1)))
    everything = list(all_rows(whole.queues))

    rows = top_rows(whole, limit)

    assert len(rows) == len({row.key for row in rows}) == min(limit, len(everything))
    assert list(rows) == [row for row in everything if row in rows]
    with_downloads = {key for key, made in queues.items() if made}
    if len(with_downloads) <= limit:
        assert {row.key.instance for row in rows} == with_downloads
    for key, needing in product(with_downloads, (True, False)):
        alike = [row for row in everything if row.key.instance == key and needs_attention(row) is needing]
        mine = [row for row in rows if row in alike]
        assert mine == alike[: len(mine)]


RESTING = [state for state in State if progress(state, 1).phase is Phase.RESTING]


@pytest.mark.parametrize("state", State)
def test_a_warning_needs_attention_and_without_one_only_what_lasts_beyond_the_threshold(state: State) -> None:
    """A fresh one never does; a paused, queued or delayed one has nothing to wait for."""
    calm = [download(state=state, warned=False, lasts=STALLED_AFTER + more) for more in (-1, 0, 1e7)]
    found = [download(state=state, warned=True), *calm]

    expected = [True, False, *[state not in RESTING] * 2]
    assert [bool(attention(shown(each))) for each in found] == expected
    assert list(map(needs_attention, found)) == expected


DAY_AGO = NOW - timedelta(days=1)
LATER = DAY_AGO + timedelta(minutes=6)


@pytest.mark.parametrize(
    ("state", "grabbed_at", "lasts", "listed"),
    [
        *((state, DAY_AGO, 30, True) for state in (State.IMPORT_WAITING, State.IMPORTING, State.FINISHING)),
        *((State.IMPORT_WAITING, *other, False) for other in ((DAY_AGO, 10), (LATER, 30), (None, 30))),
        *((state, DAY_AGO, 30, False) for state in (State.DOWNLOADING, State.PAUSED)),
    ],
)
def test_complete_data_that_was_grabbed_over_a_day_ago_needs_attention_after_two_reads(
    state: State, grabbed_at: datetime | None, lasts: float, listed: bool
) -> None:
    """After a start of the bot: an import that it saw begin may follow a download of two days."""
    for at_least in (True, False):
        known = progress(state, 0, lasts=lasts, at_least=at_least)
        one = download(state=state, grabbed_at=grabbed_at, progress=known)
        assert bool(attention(shown(one))) is (listed and at_least)


def test_what_moves_though_it_has_a_warning_is_summed_up_and_again_when_time_alone_makes_its_speed_untrue() -> None:
    """Bytes that stay the same are not parsed again, and would keep it on the dashboard."""
    moving = summary_of([download(1, speed=4e6), download(2, speed=1e6, warned=True), download(3)], AT, 2 * QUIET)
    resting = summary_of([download(state=State.PAUSED)], AT, 2 * QUIET)

    assert (moving.moving, moving.speed) == (3, 5e6)
    assert (moving.good_until, resting.good_until) == (AT.seconds + QUIET, inf)


def test_the_newest_outcomes_of_each_kind_are_named() -> None:
    """Only their titles are fetched, however many there are."""
    kinds = [OutcomeKind.IMPORTED] * 5 + [OutcomeKind.REMOVED] * 2
    outcomes = tuple(Outcome(download(id), kind, SECONDS - id) for id, kind in enumerate(kinds))

    assert list(named_outcomes(snapshot(outcomes=outcomes))) == [*outcomes[:OUTCOMES_NAMED], *outcomes[5:]]
