"""What a deed is: a button of the side panel."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from discarr.demo.theatre import Theatre

type Act = Callable[[Theatre], Awaitable[str]]
"""Does it; what was done, in one sentence. Raises Impossible."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows that the bot has coped."""

    words: str
    """As in "pinned again after 3 s"."""
    watch: Callable[[Theatre], Callable[[], bool]]
    """Is called before the deed, and what it returns is asked afterwards, until it says yes."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a press of the button does."""

    label: str
    act: Act
    look: str
    """What to look for in the channel."""
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """A button of the panel. One with an `end` stays pressed until it is pressed again."""

    name: str
    begin: Step
    end: Step | None = None


def _edits(theatre: Theatre) -> Callable[[], bool]:
    before = theatre.counters.edits
    return lambda: theatre.counters.edits > before


EDITED = Sign("edited again", _edits)
