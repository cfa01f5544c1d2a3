"""Clocks that jump, a loop that stalls, a machine that sleeps, a function that fails: it goes on, calmly."""

import asyncio
from datetime import timedelta

import pytest

from discarr.clock import Clock
from discarr.demo.arr import LoopbackArr
from discarr.demo.arr.situations import downloading, failed
from tests.approved import ALL_WELL, STALE, approved
from tests.faults.tools import accepted, gaps
from tests.stage import ALIEN, CLEAN_UP, DUNE, HEAT, Stage
from tests.virtual_time import JumpingLoop


def reads(app: LoopbackArr) -> list[float]:
    """When the queue was asked for."""
    return [request.at for request in app.requests if request.path.endswith("/queue")]


@pytest.mark.parametrize(
    ("hours", "words"), [(3, "3 h ahead"), (-0.25, "15 min behind"), (-1, "60 min behind"), (-8760, "8760 h behind")]
)
async def test_a_wall_clock_that_jumps_changes_no_pace_hides_nothing_and_is_reported_at_the_next_start(
    hours: float, words: str, stage: Stage
) -> None:
    """Nor does it take an answer from a person; and a minute is not worth a word."""
    wrong = timedelta(minutes=-1)
    clock = Clock(now=lambda: stage.clock.now() + wrong, monotonic=stage.clock.monotonic)
    stage.radarr.queue += [downloading(HEAT), failed(ALIEN), downloading(DUNE)]
    stage.start(clock=clock)
    await stage.shows("Dune (2021)", "Alien (1979)", "Heat (1995)")
    await stage.discord.gateway.wait_connected(60)
    await stage.passes(95)
    stage.radarr.finish(stage.radarr.queue[0])
    await stage.shows(approved("departed/imported"))

    assert stage.warnings == []
    wrong = timedelta(hours=hours)
    press = await stage.press(stage.discord.admin, CLEAN_UP)
    assert "removed" in (await stage.sent(press, "remove"))["content"]
    await stage.progresses(480, by=80_000_000)
    edits, asked = gaps(accepted(stage)), gaps(reads(stage.radarr))
    assert approved("departed/imported") in stage.text
    await stage.passes(500)
    assert approved("departed/imported") not in stage.text and "Dune (2021)" in stage.text
    await stage.stop()
    assert len([gap for gap in asked if gap != 30]) <= 2, "one read more, for the press"
    assert 5 <= min(edits) and max(edits) <= 35
    stage.start(clock=clock)
    await stage.passes(120)
    assert stage.warnings == [f"This machine's clock is {words}: set it right"]
    assert len(stage.posts) == 1


class StallingLoop(JumpingLoop):
    """A loop that can be away for a while, as when the machine is busy or asleep."""

    stalled = 0.0

    def time(self) -> float:
        return super().time() + self.stalled


def test_a_stall_is_not_made_up_for_and_a_machine_that_was_asleep_goes_on_within_an_interval() -> None:
    """After hours asleep all connections are dead."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StallingLoop)
        async with Stage() as stage:
            await stage.showing(downloading(HEAT))
            for stall in (30, 30, 300):
                await stage.passes(65)
                loop.stalled += stall
                stage.radarr.queue[0].left -= 1_000_000
                await stage.passes(65)

            await stage.discord.gateway.drop()
            for server in (stage.radarr, stage.sonarr):
                await server.stop()
                await server.start()
            loop.stalled += 8 * 3600
            stage.radarr.queue.append(downloading(ALIEN))
            began = loop.time()
            await stage.shows("Alien")

            assert loop.time() - began <= 36
            assert STALE not in stage.text
            await stage.discord.gateway.wait_connected(120)
            await stage.passes(120)
            assert ALL_WELL in stage.text, "also if the first question about health met a dead connection"
            assert min(gaps(reads(stage.radarr))) >= 29.9, "no burst"
            assert min(gaps(accepted(stage))) >= 5
            assert len(stage.posts) == 1 and len(stage.discord.identifies) <= 2

    with asyncio.Runner(loop_factory=StallingLoop) as runner:
        runner.run(play())
