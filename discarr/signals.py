"""How a process is asked to end: by a signal, once.

asyncio is imported where it is used: its 30 ms are too long for a process that cannot be asked to end yet.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine
    from types import FrameType


def exit_at_signals() -> None:
    """End with exit code 0 at SIGTERM, SIGINT or SIGHUP, until `stop_at_signals` is called.

    Nothing has been shown so far that would have to be taken back. As a container's first process, it would not even
    hear a SIGTERM without this.
    """
    for number in _signals():
        _exit_at(number, 0)


def exit_at_interrupt(code: int) -> None:
    """End with this exit code at SIGINT: asyncio would cancel the work, and a library can swallow that."""
    _exit_at(signal.SIGINT, code)


def _exit_at(number: signal.Signals, code: int) -> None:
    signal.signal(number, lambda number, frame: os._exit(code))  # an exception may get lost in an import


def stop_at_signals() -> asyncio.Event:
    """Return an event that is set by the first SIGTERM, SIGINT or SIGHUP.

    After the first one all of them are ignored, so that a second one can interrupt neither the farewell nor the exit of
    the interpreter. A SIGHUP that is already ignored stays ignored, as nohup wants.
    """
    import asyncio

    stop, loop, numbers = asyncio.Event(), asyncio.get_running_loop(), _signals()
    _report_no_late_signals()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)

    for number in numbers:
        # Not the handlers of the loop: it removes them when it closes, which is before the process has ended.
        signal.signal(number, ask_to_stop)
    return stop


def _report_no_late_signals() -> None:
    """Keep Python from printing a traceback for a signal that arrives while the first one has all of them ignored.

    It is ignored as well, but reported: `_PyErr_CheckSignalsTstate` in CPython's Modules/signalmodule.c. Whoever closes
    a terminal or stops a service may send two at once (`SendSIGHUP=` of systemd).
    """
    report = sys.unraisablehook

    def report_all_else(unraisable: sys.UnraisableHookArgs) -> None:
        if "ignored due to race condition" not in str(unraisable.exc_value):
            report(unraisable)

    sys.unraisablehook = report_all_else


def _signals() -> list[signal.Signals]:
    numbers = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    return numbers


async def run_until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Run until the work ends or `stop` is set. The work is then cancelled, once, and may take its time to end."""
    import asyncio

    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
