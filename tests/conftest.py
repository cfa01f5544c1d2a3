"""What pytest needs to know before any test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from discarr.memory import freeze_loaded_objects
from tests.stage import Stage
from tests.virtual_time import loop_factories


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Let a test choose its event loop: see `tests/virtual_time.py`."""
    return loop_factories(item)


def pytest_collection_finish() -> None:
    """Do as the program does once everything is loaded, which spares each test the search of it all for garbage."""
    freeze_loaded_objects()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The servers, ready for the bot. Its test is `jumping`, or the waiting is real."""
    async with Stage() as stage:
        yield stage
