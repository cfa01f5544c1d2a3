"""Keeps the process small over months: what a refresh no longer needs goes back to the operating system."""

import ctypes
import gc
from contextlib import suppress


def freeze_loaded_objects() -> None:
    """Exempt everything loaded so far from garbage collection. Call it once, when all modules are imported.

    Queues hold no cycles, so collections may be rare: one of the middle generation takes 45 ms with 20,000 records, and
    comes with every eighteenth read of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 200, 100)


def release_garbage() -> None:
    """Collect the cycles that a refresh leaves behind, and return freed memory to the operating system.

    Each HTTP request leaves some: uncollected they add up to a megabyte. What was in use during a collection is looked
    at again after 20 and 200 more. Python would do so by itself, but each call resets its count of allocations, and
    with small queues that never reaches the threshold.

    glibc keeps what lies between blocks still in use, which is some megabytes after pages of 1,000 records. Trimming
    takes some tenths of a millisecond, and makes the next refresh up to 5 ms slower. Other C libraries have nothing to
    trim.
    """
    _, middle, old = gc.get_count()
    gc.collect(2 if old >= 10 else 1 if middle >= 20 else 0)
    with suppress(AttributeError, OSError, TypeError):  # musl and macOS have no such function; Windows no such call
        ctypes.CDLL(None).malloc_trim(0)
