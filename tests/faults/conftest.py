"""What several of the fault files begin with."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def hangup_heard() -> Iterator[None]:
    """Let programs hear a SIGHUP although these tests themselves may run under nohup, which they would inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
