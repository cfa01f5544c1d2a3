"""Speed and waiting come from what was seen, from one read to the next, and are not invented."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.model.progress import CHANGES, QUIET, Now, Phase, Progress
from tests.support.builders import NOW

MB = 1_000_000
HOUR = 3600
MOVING, FINISHING, IMPORT, CLIENT, RESTING = Phase

type Read = tuple[float, float | None, Phase]
"""The second, the megabytes that remain (None while the size is unknown), and the phase."""


def seen(*reads: Read) -> list[Progress]:
    """The progress after each of these reads."""
    (began, remaining, phase), *_ = reads
    found = [Progress.first(phase, in_bytes(remaining), Now(NOW, began))]
    for (before, *_), (at, remaining, phase) in pairwise(reads):
        found.append(found[-1].next(phase, in_bytes(remaining), at, before))
    return found


def moving(*reads: tuple[float, float | None]) -> list[Read]:
    return [(at, remaining, MOVING) for at, remaining in reads]


def in_bytes(remaining: float | None) -> int | None:
    return None if remaining is None else int(remaining * MB)


STEADY = moving((0, 1000), (30, 900), (90, 780))
STALLED = [*STEADY, *moving((HOUR - 30, 780))]
SLOWER = moving(*((60 * n, 4000 - 100 * n) for n in range(20)), *((60 * n, 2271 - 9 * n) for n in range(20, 24)))
PAUSED = [*moving((0, 1000), (60, 900), (120, 800)), (180, 800, RESTING)]


@pytest.mark.parametrize(
    ("reads", "speed"),
    [
        pytest.param(moving((0, 1000)), None, id="one number"),
        pytest.param(moving((0, 1000), (30, 900)), None, id="one change; nobody knows how old the first number was"),
        pytest.param(moving((0, 1000), (30, 900), (60, 900), (90, 900), (120, 720)), 2, id="two changes"),
        pytest.param(moving((0, 1000), (60, 900), (120, 800), (180, 1000)), None, id="it starts over"),
        pytest.param(moving((0, 1000), (30, 900), (30, 800)), None, id="two changes at once"),
        pytest.param([*STEADY, *moving((90 + QUIET, 780))], 2, id="nothing came for a while"),
        pytest.param([*STEADY, *moving((90 + QUIET + 1, 780))], None, id="nothing came for too long"),
        pytest.param([*STALLED, *moving((HOUR, 700), (HOUR + 60, 580))], 2, id="nor does a stall count after its end"),
        pytest.param([*STALLED, *moving((HOUR, 700))], None, id="the first byte after it says nothing"),
        pytest.param(moving((0, 900), (300, 600), (600, 300)), 1, id="read only every five minutes"),
        pytest.param(SLOWER, 9 / 60, id="the last changes only"),
        pytest.param(PAUSED, None, id="in a pause"),
        pytest.param([*PAUSED, *moving((7200, 800), (7260, 700), (7320, 640))], 1, id="the pause is not counted"),
        pytest.param(moving((0, 1000), (60, 900), (90, None), (120, None), (180, 660)), 2, id="a size unknown between"),
    ],
)
def test_the_speed_is_taken_over_the_time_between_two_changes(reads: list[Read], speed: float | None) -> None:
    assert seen(*reads)[-1].speed(reads[-1][0]) == (None if speed is None else pytest.approx(speed * MB))


STILL = moving((0, 500), (2 * HOUR, 500))
RESTED: list[Read] = [(at, 500, RESTING) for at in range(0, 10 * HOUR, 30)]
FINISHED: list[Read] = [*moving((0, 500), (600, 0)), (660, 0, FINISHING)]


@pytest.mark.parametrize(
    ("reads", "lasts", "at_least"),
    [
        *(([(0, 500, phase), (HOUR, 500, phase)], HOUR, True) for phase in (MOVING, FINISHING, IMPORT, CLIENT)),
        *(([*STILL, *moving((8000, left))], 0, False) for left in (499, 500 - 1 / MB, 500 + 1 / MB)),
        pytest.param([*STILL, *moving((8000, 499), (9000, 499))], 1000, False, id="a single byte is progress"),
        pytest.param(moving((0, 500), (600, None), (1200, 500)), 1200, True, id="an unknown size is none"),
        pytest.param(moving((0, None), (HOUR, 500)), 0, False, id="once its size is known it moves"),
        pytest.param([*RESTED, *moving((10 * HOUR, 500))], 30, False, id="it may have begun right after the last read"),
        pytest.param([*RESTED, *moving((10 * HOUR, 499))], 0, False, id="unless a byte has come since"),
        pytest.param([*RESTED, *moving((10 * HOUR, 500), (11 * HOUR, 500))], HOUR + 30, False, id="no rest"),
        pytest.param(FINISHED, 0, False, id="another phase"),
        pytest.param([*FINISHED, (720, 0, FINISHING)], 60, False, id="is timed from its own beginning"),
        pytest.param([*FINISHED, (720, 0, FINISHING), (780, 0, IMPORT)], 0, False, id="and so is the next"),
    ],
)
def test_waiting_is_timed_from_first_sight_which_is_the_least(reads: list[Read], lasts: float, at_least: bool) -> None:
    progress = seen(*reads)[-1]

    assert (progress.lasts(reads[-1][0]), progress.at_least) == (lasts, at_least)


STABLE = settings(max_examples=100, derandomize=True, deadline=None, database=None)


@STABLE
@given(st.lists(st.floats(60, 90), min_size=20, max_size=20))
def test_a_steady_download_has_a_steady_speed_however_reads_and_refreshes_fall(pauses: list[float]) -> None:
    """The app refreshes every 60 to 90 s and we read every 30: the number neither drops to none nor doubles."""
    refreshes = [0.0, *accumulate(pauses)]
    reads = moving(*((at, 40_000 - 10 * max(m for m in refreshes if m <= at)) for at in range(0, 1200, 30)))

    speeds = [progress.speed(at) for progress, (at, *_) in zip(seen(*reads), reads, strict=True)]

    assert all(speed is not None and 6 * MB < speed < 16 * MB for speed in speeds[7:])


@STABLE
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1, 30, 90, 700]), st.none() | st.integers(0, 2000), st.sampled_from(Phase)),
        min_size=1,
        max_size=100,
    )
)
def test_no_speed_is_below_zero_and_nothing_lasts_longer_than_it_was_seen_whatever_happens(reads: list[Read]) -> None:
    moments = accumulate(pause for pause, *_ in reads)
    reads = [(at, remaining, phase) for at, (_, remaining, phase) in zip(moments, reads, strict=True)]

    for progress, (at, _, phase) in zip(seen(*reads), reads, strict=True):
        assert (progress.speed(at) or 0) >= 0
        assert len(progress.changes) <= CHANGES
        assert 0 <= progress.lasts(at) <= at
        assert phase is not RESTING or progress.lasts(at) == 0
