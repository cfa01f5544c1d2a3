"""Memory that is no longer needed goes back to the operating system where it can, and nowhere does that cost a read."""

import ctypes
import gc
import weakref
from types import SimpleNamespace

import pytest

from discarr.memory import freeze_loaded_objects, release_garbage


def test_the_c_library_is_asked_to_trim_its_heap(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=asked.append))

    release_garbage()

    assert asked == [0]


@pytest.mark.parametrize("error", [OSError, TypeError, None])
def test_without_such_a_library_or_function_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception] | None
) -> None:
    asked: list[str | None] = []

    def missing(name: str | None) -> SimpleNamespace:
        asked.append(name)
        if error:
            raise error
        return SimpleNamespace()

    monkeypatch.setattr(ctypes, "CDLL", missing)

    release_garbage()

    assert asked == [None]


class Cycle:
    """Refers to itself, as an answer and its request do."""

    def __init__(self) -> None:
        self.itself = self


def test_loaded_objects_are_exempt_and_later_cycles_are_still_collected() -> None:
    loaded = Cycle()
    freeze_loaded_objects()
    later = Cycle()
    gone = weakref.ref(later)
    del later
    release_garbage()

    assert not any(each is loaded for each in gc.get_objects())
    assert gc.isenabled()
    assert gone() is None
