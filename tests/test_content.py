"""What the message should be when rendering it fails, by a bug that nobody thought of."""

from collections.abc import Sequence
from typing import cast

import pytest

from discarr.arr.client import ArrClient
from discarr.bot.content import ContentRenderer
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import QueueMonitor
from tests.support.clocks import HandClock

NOT_A_SENTENCE = cast(Sequence[str], [None])
"""Makes rendering raise a TypeError, as a download may that nobody has seen yet."""


async def test_a_rendering_that_fails_leaves_the_fallback_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "discarr")
    clock, apps = HandClock(), cast(Sequence[ArrClient], ())
    monitor = QueueMonitor(apps, clock, stalled_after=3600, status_every=60)
    contents = ContentRenderer(Coordinator(monitor, clock, interval=30, changed=lambda: None))
    fallback = contents.fallback().fingerprint()

    assert [contents.newest(NOT_A_SENTENCE).fingerprint() for _ in range(3)] == [fallback] * 3
    [record] = caplog.records
    assert record.exc_info is not None and record.exc_info[0] is TypeError

    assert contents.newest(()).fingerprint() != fallback
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
