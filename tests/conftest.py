"""What pytest needs to know before any test."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest

from discarr.memory import freeze_loaded_objects
from tests.stage import Stage
from tests.virtual_time import JumpingLoop

# Every bot would read what a machine trusts besides the usual certificates, for tens of milliseconds.
for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
    os.environ.pop(name, None)


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Time jumps in tests with the fixture `stage` or the mark `jumping`."""
    mark = item.get_closest_marker("asyncio")
    jumps = "stage" in getattr(item, "fixturenames", ()) or (mark is not None and "loop_factories" in mark.kwargs)
    return {"jumping": JumpingLoop} if jumps else {"real": asyncio.new_event_loop}


def pytest_collection_finish() -> None:
    """Do as the program does once everything is loaded, which spares each test the search of it all for garbage."""
    freeze_loaded_objects()


@pytest.fixture(autouse=True)
def hangup_heard() -> Iterator[None]:
    """Let programs hear a SIGHUP although these tests themselves may run under nohup, which they would inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
async def stage(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    """The servers, ready for the bot, in time that jumps."""
    caplog.set_level("INFO", "discarr")
    async with Stage() as stage:
        stage.log = caplog
        yield stage
