"""Rows stand in an order that does not jump, and nobody's instance is left out."""

import random
from datetime import timedelta

import pytest

from discarr.model.ordering import ROWS, ordered, top_rows
from discarr.model.queue import Download, Section, State
from tests.builders import NOW, download, instance, queue, snapshot

ONE_OF_EACH = {
    Section.ATTENTION: State.STALLED,
    Section.DOWNLOADING: State.DOWNLOADING,
    Section.IMPORTING: State.IMPORTING,
    Section.WAITING: State.QUEUED,
}


def aged(id: int, hours: float, *, instance: str = "radarr", state: State = State.DOWNLOADING) -> Download:
    return download(id, instance=instance, state=state, grabbed_at=NOW - timedelta(hours=hours))


def test_what_needs_attention_comes_first_then_what_downloads_then_imports_then_what_waits() -> None:
    given = [download(id, state=state) for id, state in enumerate(reversed(ONE_OF_EACH.values()), 1)]

    assert [row.section for row in ordered(given)] == list(ONE_OF_EACH)


def test_inside_a_group_the_oldest_grab_comes_first_and_one_without_a_time_last() -> None:
    given = [aged(1, 1), download(2, grabbed_at=None), aged(3, 3), aged(4, 2)]

    assert [row.ref.id for row in ordered(given)] == [3, 4, 1, 2]


def test_equal_times_are_ordered_by_instance_and_id_so_that_rows_do_not_jump() -> None:
    given = [
        aged(2, 1),
        aged(1, 1, instance="sonarr"),
        aged(1, 1),
        download(4, grabbed_at=None),
        download(3, grabbed_at=None),
    ]
    expected = [("radarr", 1), ("radarr", 2), ("sonarr", 1), ("radarr", 3), ("radarr", 4)]
    chance = random.Random(1)
    for _ in range(20):
        chance.shuffle(given)
        assert [(row.ref.instance, row.ref.id) for row in ordered(given)] == expected


def test_progress_and_speed_move_no_row() -> None:
    before = [aged(1, 1), aged(2, 2)]
    after = [
        download(1, grabbed_at=before[0].grabbed_at, remaining=1, speed=9e6),
        download(2, grabbed_at=before[1].grabbed_at, remaining=3 * 10**9),
    ]

    assert [row.ref for row in ordered(before)] == [row.ref for row in ordered(after)]


@pytest.mark.parametrize(
    ("count", "limit", "rows"),
    [(0, 10, 0), (1, 10, 1), (9, 10, 9), (10, 10, 10), (11, 10, 10), (5000, 10, 10), (5, 1, 1), (5, 5, 5), (5, 0, 0)],
)
def test_as_many_rows_are_shown_as_there_is_room_for(count: int, limit: int, rows: int) -> None:
    chosen = top_rows(snapshot(queue(*(aged(id, id) for id in range(1, count + 1)))), limit)

    assert [row.ref.id for row in chosen] == list(range(count, count - rows, -1))


def test_without_a_limit_there_are_as_many_as_fit_the_dashboard() -> None:
    assert len(top_rows(snapshot(queue(*(download(id) for id in range(1, 50)))))) == ROWS == 10


def test_an_empty_snapshot_has_no_rows() -> None:
    assert top_rows(snapshot()) == ()
    assert top_rows(snapshot(queue(), queue(instance=instance("sonarr")))) == ()


def test_an_instance_that_comes_last_in_order_gets_the_last_row() -> None:
    films = [aged(id, 100 - id) for id in range(1, 21)]
    episode = aged(1, 0, instance="sonarr", state=State.QUEUED)

    rows = top_rows(snapshot(queue(*films), queue(episode)))

    assert [row.ref.id for row in rows[:-1]] == list(range(1, 10))
    assert rows[-1] is episode


def test_the_row_of_an_instance_is_its_first_one() -> None:
    films = [aged(id, 100 - id, state=State.STALLED) for id in range(1, 21)]
    episodes = [aged(1, 1, instance="sonarr"), aged(2, 5, instance="sonarr"), aged(3, 3, instance="sonarr")]

    assert top_rows(snapshot(queue(*films), queue(*episodes)))[-1] is episodes[1]


def test_several_instances_make_room_for_each_other_and_take_no_others_only_row() -> None:
    many = [aged(id, 100 - id) for id in range(1, 21)]
    few = [queue(aged(1, 0, instance=f"sonarr-{name}", state=State.QUEUED)) for name in "abcdefghi"]

    rows = top_rows(snapshot(queue(*many), *few))

    assert [row.ref.instance for row in rows] == ["radarr", *(f"sonarr-{name}" for name in "abcdefghi")]


@pytest.mark.parametrize("instances", [11, 12, 20, 40])
def test_more_instances_than_rows_do_not_break_the_limit(instances: int) -> None:
    queues = [queue(aged(1, n, instance=f"radarr-{n}")) for n in range(instances)]

    assert len(top_rows(snapshot(*queues))) == ROWS


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_in_the_queues_the_rows_are_full_distinct_in_order_and_fair(seed: int) -> None:
    chance = random.Random(seed)
    keys = chance.sample(["radarr", "radarr-4k", "radarr-a", "sonarr", "sonarr-4k", "sonarr-b"], chance.randint(1, 6))
    queues = [
        queue(
            *(
                aged(id, chance.randrange(5), instance=key, state=chance.choice(list(State)))
                for id in range(1, chance.choice((0, 1, 3, 30)) + 1)
            ),
            instance=instance(key),
        )
        for key in keys
    ]
    shown, limit = snapshot(*queues), chance.randint(1, 12)
    all_rows = ordered(shown)

    rows = top_rows(shown, limit)

    assert len(rows) == len(set(row.ref for row in rows)) == min(limit, len(all_rows))
    assert list(rows) == ordered(rows)
    with_downloads = {one.instance.key for one in queues if one.downloads}
    if len(with_downloads) <= limit:
        assert {row.ref.instance for row in rows} == with_downloads
    for key in {row.ref.instance for row in rows}:
        mine = [row for row in all_rows if row.ref.instance == key]
        assert [row for row in rows if row.ref.instance == key] == mine[: sum(row.ref.instance == key for row in rows)]
