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


@pytest.fixture
def contents() -> ContentRenderer:
    clock, apps = HandClock(), cast(Sequence[ArrClient], ())
    monitor = QueueMonitor(apps, clock, stalled_after=3600, status_every=60)
    return ContentRenderer(Coordinator(monitor, clock, interval=30, changed=lambda: None))


async def test_a_rendering_that_fails_leaves_the_fallback_and_is_said_once_with_its_traceback(
    contents: ContentRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")

    shown = [contents.newest(NOT_A_SENTENCE).fingerprint() for _ in range(3)]

    assert shown == [contents.fallback().fingerprint()] * 3
    [record] = caplog.records
    assert record.exc_info is not None and record.exc_info[0] is TypeError


async def test_a_rendering_that_works_again_is_shown_and_said(
    contents: ContentRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    contents.newest(NOT_A_SENTENCE)

    content = contents.newest(())

    assert content.fingerprint() != contents.fallback().fingerprint()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
