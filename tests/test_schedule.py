"""When Discord refuses edits, the next attempts come ever later."""

import pytest

from discarr.bot.discord_errors import NotShown
from discarr.bot.schedule import EditSchedule
from tests.support.clocks import HandClock


@pytest.mark.parametrize(
    ("error", "waits"), [(TimeoutError(), [5, 10, 20, 40, 60, 60]), (NotShown("something else is shown"), [60, 60])]
)
async def test_each_further_refusal_is_followed_by_a_longer_wait_until_an_edit_is_accepted(
    error: Exception, waits: list[float]
) -> None:
    schedule = EditSchedule(HandClock(), redraw=lambda: None)
    for wait in waits:
        schedule.refused(error)
        assert schedule.seconds_until_edit() == wait

    schedule.accepted()
    schedule.refused(error)
    assert schedule.seconds_until_edit() == waits[0]
