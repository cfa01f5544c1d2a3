"""The bot in fast motion: the shipped parts, a clock ahead of time, and a loop that knows how long it was held.

    python bot.py API_BASE GATEWAY_URL SECONDS

reads every so many seconds. Each of them is a usual interval of its clock, so that status checks and signs of life are
as frequent among the reads as always; edits need not be seconds apart, so that every read can have its own; deadlines
and time-outs are real seconds. For each line on stdin it writes one with what it has cost.
"""

import asyncio
import json
import os
import selectors
import sys
import time

import discarr.__main__
import discarr.commands  # noqa: F401  # what a real start loads is to be in the memory here, in its order
from discarr.bot import schedule
from discarr.bot._discord_internals import redirected_to
from discarr.bot.app import Bot, clients_of
from discarr.clock import Clock
from discarr.health import health_file
from discarr.memory import freeze_loaded_objects
from discarr.settings import Settings, settings_from


class _Watched(selectors.DefaultSelector):
    """Takes the time from one look at the sockets to the next: for so long nobody is heard."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._since = time.perf_counter()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.longest = max(self.longest, time.perf_counter() - self._since)
        ready = super().select(timeout)
        self._since = time.perf_counter()
        return ready


def _answer(watched: _Watched) -> None:
    if not os.read(0, 64):
        raise SystemExit  # whoever asked is gone
    print(json.dumps({"cpu": time.process_time(), "stall": watched.longest}), flush=True)
    watched.longest = 0.0


async def _live(settings: Settings, interval: float, watched: _Watched) -> None:
    loop = asyncio.get_running_loop()
    loop.add_reader(0, _answer, watched)
    speed = settings.check_interval / interval
    clock = Clock(monotonic=lambda: loop.time() * speed)
    async with clients_of(settings) as clients:
        fast = settings.model_copy(update={"check_interval": interval})
        await Bot(fast, clients, clock, health_file=health_file(settings.discord_channel_id)).run()


def main() -> None:
    setattr(schedule, "SPACING", 0.0)  # it is slept through in real seconds, whatever the clock says
    freeze_loaded_objects()  # as a real start does
    watched = _Watched()
    loop = asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watched))
    with redirected_to(sys.argv[1], sys.argv[2]), loop as runner:
        runner.run(_live(settings_from(os.environ), float(sys.argv[3]), watched))


if __name__ == "__main__":
    main()
