"""Memory that is no longer needed goes back to the system."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Have the C library return what was freed; it takes some tenths of a millisecond.

    glibc keeps what lies between blocks still in use: after pages of 1,000 records some megabytes, for good.
    Where there is another library nothing is done.
    """
    with suppress(AttributeError, OSError, TypeError):  # musl and macOS have no such function; Windows no such call
        ctypes.CDLL(None).malloc_trim(0)
