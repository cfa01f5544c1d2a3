"""What several of the fault files begin with."""

import signal
from collections.abc import Iterator

import pytest

from discarr.demo.arr.situations import downloading
from tests.stage import HEAT, Stage


@pytest.fixture(autouse=True)
def hangup_heard() -> Iterator[None]:
    """Let programs hear a SIGHUP although these tests themselves may run under nohup, which they would inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
async def shown(stage: Stage) -> Stage:
    """With a film on the dashboard, for a minute."""
    await stage.showing(downloading(HEAT))
    await stage.passes(50)
    return stage
