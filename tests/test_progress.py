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
    """One download that is read at moments in seconds, with megabytes that remain."""

    def __init__(self, first: tuple[float, float | None], *reads: tuple[float, float], phase: Phase = Phase.MOVING):
        self.at, remaining = first
        self.progress = Progress.first(phase, in_bytes(remaining), Now(NOW, self.at))
        for at, remaining in reads:
            self.read(at, remaining, phase)

    def read(self, at: float, remaining: float | None, phase: Phase = Phase.MOVING) -> "Seen":
        self.progress = self.progress.next(phase, in_bytes(remaining), at, self.at)
        self.at = at
        return self

    @property
    def speed(self) -> float | None:
        return self.progress.speed(self.at)

    @property
    def lasts(self) -> float:
        return self.progress.lasts(self.at)


def in_bytes(remaining: float | None) -> int | None:
    return None if remaining is None else int(remaining * MB)


# Speed


@pytest.mark.parametrize(
    ("reads", "speed"),
    [
        pytest.param([(0, 1000)], None, id="one number"),
        pytest.param([(0, 1000), (30, 900)], None, id="one change, and nobody knows how old the first number was"),
        pytest.param([(0, 1000), (30, 900), (60, 900), (90, 900), (120, 720)], 180 * MB / 90, id="two changes"),
        pytest.param([(0, 1000), (60, 900), (120, 800), (180, 1000)], None, id="starts over"),
    ],
)
def test_the_speed_is_taken_over_the_time_between_two_changes(
    reads: list[tuple[float, int]], speed: float | None
) -> None:
    assert Seen(*reads).speed == speed


def test_a_speed_stays_until_nothing_has_come_for_too_long() -> None:
    download = Seen((0, 1000), (30, 900), (90, 780))

    assert [download.read(at, 780).speed for at in (100, 150, 90 + QUIET)] == [2 * MB] * 3
    assert download.read(90 + QUIET + 1, 780).speed is None


def test_the_speed_follows_the_last_changes_only() -> None:
    download = Seen(*((60 * step, 4000 - 100 * step) for step in range(20)))
    for step in range(20, 20 + CHANGES):
        download.read(60 * step, 2100 - 10 * (step - 19))

    assert download.speed == pytest.approx(10 * MB / 60)
    assert len(download.progress.changes) == CHANGES, "nothing is kept for ever"


STABLE = settings(max_examples=100, derandomize=True, deadline=None, database=None)


@STABLE
@given(st.lists(st.floats(60, 90), min_size=20, max_size=20))
def test_a_steady_download_has_a_steady_speed_however_reads_and_refreshes_fall(pauses: list[float]) -> None:
    """The app refreshes every 60 to 90 s and we read every 30: the number neither drops to none nor doubles."""
    download, refreshes = Seen((0, 40_000)), [0.0, *accumulate(pauses)]
    speeds = []
    for at in range(30, 1200, 30):
        refreshed_at = max(moment for moment in refreshes if moment <= at)
        speeds.append(download.read(at, 40_000 - 10 * refreshed_at).speed)

    assert all(speed is not None and 6 * MB < speed < 16 * MB for speed in speeds[6:])


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
    download, at = Seen((0, None)), 0.0
    for pause, remaining, phase in reads:
        at += pause
        download.read(at, remaining, phase)
        assert download.speed is None or download.speed >= 0
        assert 0 <= download.lasts <= at
        assert phase is not Phase.RESTING or download.lasts == 0


def test_the_speed_after_a_pause_does_not_count_the_pause() -> None:
    download = Seen((0, 1000), (60, 900), (120, 800)).read(180, 800, Phase.RESTING)

    assert download.speed is None
    assert download.read(7200, 800).read(7260, 700).read(7320, 640).speed == 1 * MB


def test_reads_in_which_the_size_is_unknown_are_no_movement() -> None:
    with_gaps, without = Seen((0, 1000), (60, 900)), Seen((0, 1000), (60, 900), (180, 660))
    with_gaps.read(90, None).read(120, None).read(180, 660)

    assert with_gaps.speed == without.speed == 2 * MB
    still = Seen((0, 500)).read(600, None).read(1200, 500)
    assert still.lasts == 1200


# How long


@pytest.mark.parametrize("phase", [Phase.MOVING, Phase.FINISHING, Phase.IMPORT, Phase.CLIENT])
def test_what_is_waited_for_is_timed_from_first_sight_and_that_is_the_least(phase: Phase) -> None:
    download = Seen((0, 500), (HOUR, 500), phase=phase)

    assert (download.lasts, download.progress.at_least) == (HOUR, True)


@pytest.mark.parametrize("remaining", [499, 500 - 1 / MB, 500 + 1 / MB])
def test_a_single_byte_is_progress(remaining: float) -> None:
    download = Seen((0, 500), (2 * HOUR, 500))

    assert (download.read(2 * HOUR + 30, remaining).lasts, download.progress.at_least) == (0, False)
    assert download.read(3 * HOUR + 30, remaining).lasts == HOUR


def test_what_rested_does_not_count_as_waiting_later() -> None:
    download = Seen(*((at, 500) for at in range(0, 10 * HOUR, 30)), phase=Phase.RESTING)

    assert download.read(10 * HOUR, 500).lasts == 30, "it may have begun right after the last read"
    assert download.read(11 * HOUR, 500).lasts == HOUR + 30


def test_another_phase_is_timed_from_its_own_beginning() -> None:
    download = Seen((0, 500), (600, 0))

    assert download.read(660, 0, Phase.FINISHING).lasts == 0
    assert download.read(720, 0, Phase.FINISHING).lasts == 60
    assert (download.read(780, 0, Phase.IMPORT).lasts, download.progress.at_least) == (0, False)
