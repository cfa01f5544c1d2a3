"""What the tests of faults share: a gateway that is lost, and when something was done."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from tests.stage import Stage


async def lose_gateway(stage: Stage) -> None:
    """From now on there is no gateway: what it said last gets out of date."""
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()


def accepted(stage: Stage) -> list[float]:
    """When Discord took an edit of the dashboard."""
    return [edit.at for edit in stage.edits if edit.status == 200]


def gaps(moments: Iterable[float]) -> list[float]:
    return [later - sooner for sooner, later in pairwise(moments)]


def most_in(window: float, moments: Sequence[float]) -> int:
    """The largest number of these within so many seconds."""
    return max(sum(first <= moment < first + window for moment in moments) for first in moments)
