"""Handles the signals that ask the process to end."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from types import FrameType


def stop_at_signals() -> asyncio.Event:
    """Return an event that is set by the first SIGTERM, SIGINT or SIGHUP.

    After the first one all of them are ignored, so that a second one can interrupt neither the farewell nor the exit of
    the interpreter. A SIGHUP that is already ignored stays ignored, as nohup wants.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)

    numbers = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    for number in numbers:
        # Not the handlers of the loop: it removes them when it closes, which is before the process has ended.
        signal.signal(number, ask_to_stop)
    return stop


async def run_until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Run until `work` ends or `stop` is set; then cancel it, once, and wait until it has ended."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
