"""Memory that is no longer needed goes back to the operating system where it can, and nowhere does that cost a read."""

import ctypes
import gc
import weakref
from types import SimpleNamespace

import pytest

from discarr.memory import freeze_loaded_objects, release_garbage


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError, None])
def test_the_heap_is_trimmed_where_it_can_be(monkeypatch: pytest.MonkeyPatch, error: type[Exception] | None) -> None:
    asked: list[object] = []

    def library(name: str | None) -> SimpleNamespace:
        asked.append(name)
        if error in (OSError, TypeError):
            raise error
        return SimpleNamespace() if error else SimpleNamespace(malloc_trim=asked.append)

    monkeypatch.setattr(ctypes, "CDLL", library)

    release_garbage()

    assert asked == ([None] if error else [None, 0])


class Cycle:
    """Refers to itself, as an answer and its request do."""

    def __init__(self) -> None:
        self.itself = self


def test_loaded_objects_are_exempt_and_later_cycles_are_collected_however_many_collections_they_live_through() -> None:
    loaded = Cycle()
    freeze_loaded_objects()
    lives = {after: Cycle() for after in (0, 1, 50)}
    ends = {after: weakref.ref(cycle) for after, cycle in lives.items()}
    for number in range(1000):
        lives.pop(number, None)
        release_garbage()
        assert number or ends[0]() is None

    assert not any(each is loaded for each in gc.get_objects())
    assert gc.isenabled()
    assert [end() for end in ends.values()] == [None] * 3
