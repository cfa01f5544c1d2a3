"""Speed and waiting come from what was seen, from one read to the next, and are not invented."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.model.progress import CHANGES, QUIET, Now, Phase, Progress
from tests.support.builders import NOW

MB = 1_000_000
HOUR = 3600


class Seen:
    """One download that is read at moments in seconds."""

    def __init__(self, at: float, remaining: int | None, phase: Phase = Phase.MOVING) -> None:
        self.at = at
        self.progress = Progress.first(phase, remaining, Now(NOW, at))

    def read(self, at: float, remaining: int | None, phase: Phase = Phase.MOVING) -> "Seen":
        self.progress = self.progress.next(phase, remaining, at, self.at)
        self.at = at
        return self

    @property
    def speed(self) -> float | None:
        return self.progress.speed(self.at)

    @property
    def lasts(self) -> float:
        return self.progress.lasts(self.at)


def seen(first: tuple[float, int], *reads: tuple[float, int], phase: Phase = Phase.MOVING) -> Seen:
    """After these reads: seconds, and megabytes that remain."""
    found = Seen(first[0], first[1] * MB, phase)
    for at, remaining in reads:
        found.read(at, remaining * MB, phase)
    return found


# Speed


@pytest.mark.parametrize(
    ("reads", "speed"),
    [
        pytest.param([(0, 1000)], None, id="one number"),
        pytest.param([(0, 1000), (30, 900)], None, id="one change, and nobody knows how old the first number was"),
        pytest.param([(0, 1000), (30, 900), (60, 900), (90, 900), (120, 720)], 180 * MB / 90, id="two changes"),
        pytest.param([(0, 1000), (60, 900), (120, 800), (180, 1000)], None, id="starts over"),
        pytest.param([(0, 1000), (0, 900), (0, 800), (0, 700)], None, id="in the same instant"),
    ],
)
def test_the_speed_is_taken_over_the_time_between_two_changes(
    reads: list[tuple[float, int]], speed: float | None
) -> None:
    assert seen(*reads).speed == speed


def test_a_speed_stays_until_nothing_has_come_for_too_long() -> None:
    download = seen((0, 1000), (30, 900), (90, 780))

    assert [download.read(at, 780 * MB).speed for at in (100, 150, 90 + QUIET)] == [2 * MB] * 3
    assert download.read(90 + QUIET + 1, 780 * MB).speed is None


def test_the_speed_follows_the_last_changes_only() -> None:
    download = seen(*((60 * step, 4000 - 100 * step) for step in range(20)))
    for step in range(20, 20 + CHANGES):
        download.read(60 * step, (2100 - 10 * (step - 19)) * MB)

    assert download.speed == pytest.approx(10 * MB / 60)


STABLE = settings(max_examples=100, derandomize=True, deadline=None, database=None)


@STABLE
@given(st.lists(st.floats(60, 90), min_size=20, max_size=20))
def test_a_steady_download_has_a_steady_speed_however_reads_and_refreshes_fall(pauses: list[float]) -> None:
    """The app refreshes every 60 to 90 s and we read every 30: the number neither drops to none nor doubles."""
    download, true_speed, refreshes = Seen(0, 40_000 * MB), 10 * MB, [0.0, *accumulate(pauses)]
    speeds = []
    for at in range(30, 1200, 30):
        refreshed_at = max(moment for moment in refreshes if moment <= at)
        speeds.append(download.read(at, 40_000 * MB - int(true_speed * refreshed_at)).speed)

    assert all(speed is not None and 0.6 * true_speed < speed < 1.6 * true_speed for speed in speeds[6:])


@STABLE
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1, 30, 90, 700]), st.none() | st.integers(0, 2000), st.sampled_from(Phase)),
        max_size=100,
    )
)
def test_no_speed_is_below_zero_and_nothing_lasts_longer_than_it_was_seen_whatever_happens(
    reads: list[tuple[float, int | None, Phase]],
) -> None:
    download, at = Seen(0, None), 0.0
    for pause, remaining, phase in reads:
        at += pause
        download.read(at, None if remaining is None else remaining * MB, phase)
        assert download.speed is None or download.speed >= 0
        assert 0 <= download.lasts <= at
        assert phase is not Phase.RESTING or download.lasts == 0


def test_a_download_that_goes_on_after_a_pause_does_not_count_the_pause() -> None:
    download = seen((0, 1000), (60, 900), (120, 800))
    for at in range(180, 7200, 60):
        download.read(at, 800 * MB, Phase.RESTING)

    assert download.speed is None
    assert download.read(7200, 800 * MB).lasts < 120
    assert download.read(7260, 700 * MB).read(7320, 640 * MB).speed == 1 * MB


def test_reads_in_which_the_size_is_unknown_are_no_movement() -> None:
    with_gaps, without = seen((0, 1000), (60, 900)), seen((0, 1000), (60, 900), (180, 660))
    with_gaps.read(90, None).read(120, None).read(180, 660 * MB)

    assert with_gaps.speed == without.speed == 2 * MB
    still = seen((0, 500)).read(600, None).read(1200, 500 * MB)
    assert still.lasts == 1200


# How long


@pytest.mark.parametrize("phase", [Phase.MOVING, Phase.FINISHING, Phase.IMPORT, Phase.CLIENT])
def test_what_is_waited_for_is_timed_from_first_sight_and_that_is_the_least(phase: Phase) -> None:
    download = seen((0, 500), (HOUR, 500), phase=phase)

    assert (download.lasts, download.progress.at_least) == (HOUR, True)


@pytest.mark.parametrize("remaining", [499 * MB, 500 * MB - 1, 500 * MB + 1])
def test_a_single_byte_is_progress(remaining: int) -> None:
    download = seen((0, 500), (2 * HOUR, 500))

    assert (download.read(2 * HOUR + 30, remaining).lasts, download.progress.at_least) == (0, False)
    assert download.read(3 * HOUR + 30, remaining).lasts == HOUR


def test_what_rests_is_not_timed_and_does_not_count_as_waiting_later() -> None:
    download = seen(*((at, 500) for at in range(0, 10 * HOUR, 30)), phase=Phase.RESTING)

    assert download.lasts == 0
    assert download.read(10 * HOUR, 500 * MB).lasts == 30, "it may have begun right after the last read"
    assert download.read(11 * HOUR, 500 * MB).lasts == HOUR + 30


def test_another_phase_is_timed_from_its_own_beginning() -> None:
    download = seen((0, 500), (600, 0))

    assert download.read(660, 0, Phase.FINISHING).lasts == 0
    assert download.read(720, 0, Phase.FINISHING).lasts == 60
    assert (download.read(780, 0, Phase.IMPORT).lasts, download.progress.at_least) == (0, False)


def test_nothing_that_changes_is_kept_for_ever() -> None:
    download = seen(*((60 * step, 9000 - step) for step in range(500)))

    assert len(download.progress.changes) == CHANGES
