"""Memory: what is not needed any more goes back to the system, and what is there to stay is not looked at."""

import ctypes
import gc
from contextlib import suppress


def return_freed_memory() -> None:
    """Have the C library return what was freed.

    It takes some tenths of a millisecond, and up to 5 ms at the next such work, for which the system finds the memory
    again. glibc keeps what lies between blocks still in use: after pages of 1,000 records some megabytes, for good.
    Where there is another library nothing is done.
    """
    with suppress(AttributeError, OSError, TypeError):  # musl and macOS have no such function; Windows no such call
        ctypes.CDLL(None).malloc_trim(0)


def freeze_loaded_objects() -> None:
    """Call this once everything is loaded, which need not be looked at from then on.

    Queues hold no cycles, and to look at all of their records takes 20 ms at 5,000, so that this is done seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 100, 100)


def collect_young_objects() -> None:
    """Collect what a refresh left behind in cycles, as each request does: else it becomes a megabyte first."""
    gc.collect(0)
