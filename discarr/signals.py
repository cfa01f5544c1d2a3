"""How a process is asked to end: by a signal, once."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress


def stop_at_signals() -> asyncio.Event:
    """An event that is set by SIGTERM, SIGINT and SIGHUP, from now on.

    A second signal sets an event that is set already, so that it cannot interrupt the farewell. An ignored SIGHUP
    stays ignored: nohup asks for that.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    numbers = [signal.SIGTERM, signal.SIGINT]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the main task instead
        for number in numbers:
            loop.add_signal_handler(number, stop.set)
    return stop


async def run_until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Run until the work ends or `stop` is set. The work is then cancelled, once, and may take its time to end."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
