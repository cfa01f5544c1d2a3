"""What several of the fault files begin with."""

import pytest

from discarr.demo.arr.situations import downloading
from tests.stage import HEAT, Stage


@pytest.fixture
async def shown(stage: Stage) -> Stage:
    """With a film on the dashboard, for a minute."""
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    await stage.shows("Heat (1995)")
    await stage.passes(60)
    return stage
