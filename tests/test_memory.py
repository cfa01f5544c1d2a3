"""What is no longer needed goes back to the system where it can, and nowhere does that cost a read."""

import ctypes
from types import SimpleNamespace

import pytest

from discarr.memory import give_back


def test_the_c_library_is_asked_to_trim_its_heap(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=asked.append))

    give_back()

    assert asked == [0]


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_where_there_is_no_such_library_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    asked: list[str | None] = []

    def missing(name: str | None) -> ctypes.CDLL:
        asked.append(name)
        raise error

    monkeypatch.setattr(ctypes, "CDLL", missing)

    give_back()

    assert asked == [None]


def test_a_library_without_the_function_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())

    give_back()
