"""Speed and stillness come from what was seen, from one read to the next, and are not invented."""

import random
import tracemalloc
from datetime import timedelta

import pytest
from discarr.tracking.progress import POINTS, QUIET, Progress

from discarr.model.queue import Download, Section, State
from tests.builders import download

MB = 1_000_000
START = 5000.0
HOUR = 3600


def progress(*, stalled_after: float = HOUR) -> Progress:
    return Progress(timedelta(seconds=stalled_after))


def read(memory: Progress, at: float, left: int, state: State = State.DOWNLOADING) -> Download:
    """What becomes of one download that is read at `at` seconds after the start."""
    (measured,) = memory.measured((download(remaining=left, size=4_000 * MB, state=state),), START + at)
    return measured


def test_nothing_is_known_at_first_sight() -> None:
    found = read(progress(), 0, 1000 * MB)

    assert (found.speed, found.stalled_for) == (None, None)


def test_the_first_change_gives_no_speed_since_nobody_knows_how_old_the_first_number_was() -> None:
    memory = progress()
    read(memory, 0, 1000 * MB)

    assert read(memory, 30, 900 * MB).speed is None


def test_the_speed_is_taken_over_the_time_between_two_changes() -> None:
    memory = progress()
    for at, left in [(0, 1000), (30, 900), (60, 900), (90, 900)]:
        read(memory, at, left * MB)

    assert read(memory, 120, 720 * MB).speed == 180 * MB / 90


def test_between_two_looks_of_the_app_the_speed_stays() -> None:
    memory = progress()
    for at, left in [(0, 1000), (30, 900), (90, 780)]:
        read(memory, at, left * MB)

    assert [read(memory, at, 780 * MB).speed for at in (100, 120, 150)] == [2 * MB, 2 * MB, 2 * MB]


def test_a_speed_is_no_longer_told_once_nothing_has_come_for_too_long() -> None:
    memory = progress()
    for at, left in [(0, 1000), (30, 900), (90, 780)]:
        read(memory, at, left * MB)

    assert read(memory, 90 + QUIET, 780 * MB).speed == 2 * MB
    assert read(memory, 90 + QUIET + 1, 780 * MB).speed is None


def test_the_speed_follows_the_last_changes_only() -> None:
    memory = progress()
    left = 4000
    for step in range(20):
        left -= 100
        read(memory, 60 * step, left * MB)
    for step in range(20, 20 + POINTS):
        left -= 10
        found = read(memory, 60 * step, left * MB)

    assert found.speed == pytest.approx(10 * MB / 60)


@pytest.mark.parametrize("seed", range(5))
def test_a_steady_download_shows_a_steady_speed_however_reads_and_looks_fall(seed: int) -> None:
    """The app looks every 60 to 90 s and we read every 30: the number neither drops to none nor doubles."""
    chance = random.Random(seed)
    memory, true_speed, looked_at, next_look = progress(), 10 * MB, 0.0, 0.0
    told = []
    for at in range(0, 1200, 30):
        while next_look <= at:
            looked_at, next_look = next_look, next_look + chance.uniform(60, 90)
        told.append(read(memory, at, 4000 * MB * 10 - int(true_speed * looked_at)).speed)

    settled = told[7:]
    assert all(speed is not None and 0.6 * true_speed < speed < 1.6 * true_speed for speed in settled)


@pytest.mark.parametrize("seed", range(5))
def test_no_speed_is_below_zero_and_no_stillness_before_its_time_whatever_happens(seed: int) -> None:
    chance = random.Random(seed)
    memory, at = progress(stalled_after=600), 0.0
    left, state = 1000, State.DOWNLOADING
    for _ in range(500):
        before = left
        at += chance.choice((0.0, 1, 30, 30, 90, 700))
        left = chance.choice((left, left, max(left - chance.randrange(50), 0), chance.randrange(1000)))
        state = chance.choice((state, state, state, *State))
        found = read(memory, at, left * MB, state)
        assert found.speed is None or found.speed >= 0
        assert found.stalled_for is None or found.stalled_for <= timedelta(seconds=at)
        if left != before:
            assert found.stalled_for is None
        if found.stalled_for is not None:
            assert found.stalled_for >= timedelta(seconds=600)
            assert found.state in (State.DOWNLOADING, State.STALLED, State.METADATA)


def test_a_download_that_starts_over_has_no_speed_from_before() -> None:
    memory = progress()
    for at, left in [(0, 1000), (60, 900), (120, 800)]:
        assert read(memory, at, left * MB).stalled_for is None

    assert read(memory, 180, 1000 * MB).speed is None
    assert read(memory, 240, 940 * MB).speed in (None, 1 * MB)


def test_a_download_that_goes_on_after_a_pause_does_not_count_the_pause() -> None:
    memory = progress()
    for at, left in [(0, 1000), (60, 900), (120, 800)]:
        read(memory, at, left * MB)
    for at in range(180, 7200, 60):
        assert read(memory, at, 800 * MB, State.PAUSED).speed is None

    first = read(memory, 7200, 800 * MB)
    read(memory, 7260, 700 * MB)
    found = read(memory, 7320, 640 * MB)

    assert (first.speed, first.stalled_for) == (None, None)
    assert found.speed == 1 * MB


def test_only_what_downloads_has_a_speed() -> None:
    memory = progress()
    for at, left in [(0, 1000), (60, 900), (120, 800)]:
        read(memory, at, left * MB)

    assert read(memory, 180, 700 * MB, State.STALLED).speed is None


def test_two_reads_in_the_same_instant_divide_by_nothing() -> None:
    memory = progress()

    assert [read(memory, 0, left * MB).speed for left in (1000, 900, 800, 700)] == [None] * 4


# Stillness


@pytest.mark.parametrize("state", [State.DOWNLOADING, State.STALLED, State.METADATA])
def test_a_download_is_still_once_no_byte_has_come_for_the_threshold_since_first_sight(state: State) -> None:
    memory = progress()
    read(memory, 0, 500 * MB, state)

    assert read(memory, HOUR - 1, 500 * MB, state).stalled_for is None
    found = read(memory, HOUR, 500 * MB, state)
    assert (found.stalled_for, found.section) == (timedelta(hours=1), Section.ATTENTION)
    assert read(memory, 3 * HOUR, 500 * MB, state).stalled_for == timedelta(hours=3)


@pytest.mark.parametrize("left", [499 * MB, 500 * MB - 1, 500 * MB + 1])
def test_a_single_byte_ends_the_stillness(left: int) -> None:
    memory = progress()
    read(memory, 0, 500 * MB)
    read(memory, 2 * HOUR, 500 * MB)

    assert read(memory, 2 * HOUR + 30, left).stalled_for is None
    assert read(memory, 3 * HOUR + 29, left).stalled_for is None
    assert read(memory, 3 * HOUR + 30, left).stalled_for == timedelta(hours=1)


@pytest.mark.parametrize("state", sorted(set(State) - {State.DOWNLOADING, State.STALLED, State.METADATA}, key=str))
def test_what_is_not_meant_to_move_is_never_still(state: State) -> None:
    memory = progress()

    assert [read(memory, hours * HOUR, 500 * MB, state).stalled_for for hours in range(5)] == [None] * 5


def test_the_hours_in_a_queue_do_not_count_as_stillness() -> None:
    memory = progress()
    read(memory, 0, 500 * MB, State.QUEUED)
    read(memory, 10 * HOUR, 500 * MB, State.QUEUED)

    assert read(memory, 10 * HOUR + 30, 500 * MB).stalled_for is None
    assert read(memory, 11 * HOUR, 500 * MB).stalled_for == timedelta(hours=1)


@pytest.mark.parametrize("state", [State.PAUSED, State.QUEUED])
def test_a_pause_in_which_nothing_at_all_changed_does_not_count_as_stillness_either(state: State) -> None:
    memory = progress()
    resting = (download(remaining=500 * MB, state=state),)
    for at in range(0, HOUR - 30, 30):
        memory.measured(resting, START + at)

    assert read(memory, HOUR - 30, 500 * MB).stalled_for is None
    assert read(memory, HOUR + 30, 500 * MB).stalled_for is None
    assert read(memory, 2 * HOUR - 60, 500 * MB).stalled_for == timedelta(hours=1)


@pytest.mark.parametrize("step", [1, 30, 90])
def test_the_very_same_downloads_read_again_are_measured_as_equal_ones_are(step: int) -> None:
    same, equal = progress(stalled_after=600), progress(stalled_after=600)
    kept = (download(remaining=500 * MB), download(2, remaining=0, size=0, state=State.METADATA))
    for at, left in [(0, 1000), (60, 900)]:
        for memory in (same, equal):
            memory.measured((download(remaining=left * MB), kept[1]), START + at)

    for at in range(120, 1200, step):
        again = tuple(download(one.ref.id, remaining=one.remaining, size=one.size, state=one.state) for one in kept)
        for one, other in zip(same.measured(kept, START + at), equal.measured(again, START + at), strict=True):
            assert one.speed == other.speed
            assert (one.stalled_for is None) == (other.stalled_for is None)
            assert abs((one.stalled_for or timedelta()) - (other.stalled_for or timedelta())) <= timedelta(minutes=1)


def test_stalling_does_not_start_the_count_anew() -> None:
    memory = progress()
    read(memory, 0, 500 * MB)

    assert read(memory, HOUR, 500 * MB, State.STALLED).stalled_for == timedelta(hours=1)


# Memory


def test_each_download_is_followed_by_itself() -> None:
    memory = progress()
    for at, one, two in [(0, 1000, 1000), (60, 900, 1000), (120, 800, 1000), (HOUR, 700, 1000)]:
        moving, still = memory.measured((download(1, remaining=one * MB), download(2, remaining=two * MB)), START + at)

    assert moving.speed is not None and moving.stalled_for is None
    assert (still.speed, still.stalled_for) == (None, timedelta(hours=1))


def test_a_download_is_followed_under_a_new_queue_id() -> None:
    memory = progress()
    for id, at, left in [(1, 0, 1000), (1, 60, 900), (2, 120, 840)]:
        (found,) = memory.measured((download(id, download_id="HASH", remaining=left * MB),), START + at)

    assert found.speed == 1 * MB


def test_downloads_without_a_client_id_are_not_taken_for_one_another() -> None:
    memory = progress()
    for at, one, two in [(0, 1000, 10), (60, 900, 9), (120, 840, 8)]:
        found = memory.measured(
            (download(1, download_id="", remaining=one * MB), download(2, download_id="", remaining=two * MB)),
            START + at,
        )

    assert [download.speed for download in found] == [1 * MB, MB / 60]


def test_order_and_number_of_downloads_stay() -> None:
    given = tuple(download(id) for id in (5, 3, 9))

    assert [found.ref.id for found in progress().measured(given, START)] == [5, 3, 9]
    assert progress().measured((), START) == ()


def test_what_left_the_queue_is_forgotten() -> None:
    memory = progress()
    for at, left in [(0, 1000), (60, 900), (120, 800)]:
        read(memory, at, left * MB)
    memory.measured((), START + 150)

    assert read(memory, 180, 700 * MB).speed is None
    assert read(memory, HOUR + 150, 700 * MB).stalled_for is None


def test_months_of_downloads_take_no_more_memory_than_a_day_of_them() -> None:
    memory = progress()
    _go_through(memory, range(600))  # the interpreter keeps some thousand dead tuples to be used again
    tracemalloc.start()
    try:
        _go_through(memory, range(600, 700))
        early = tracemalloc.get_traced_memory()[0]
        _go_through(memory, range(700, 1500))
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert late - early < 20_000


def _go_through(memory: Progress, ids: range) -> None:
    """Each of these arrives, moves a few times and goes."""
    for id in ids:
        for step in range(POINTS):
            memory.measured((download(id, remaining=(100 - step) * MB),), START + 60 * (id + step))
