"""The side panel: it makes trouble on purpose, says what it did, and watches the bot cope."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from discarr.demo.deeds import PANEL, Deed, Sign
from discarr.demo.discord import Wire
from discarr.demo.page import json_of
from discarr.demo.theatre import Impossible, Theatre

REMEMBERED = 8
"""Deeds that the panel tells of."""
TICK = 1.0
"""Seconds between two looks at counters and signs."""


@dataclass(slots=True)
class Told:
    """A deed that was done."""

    number: int
    at: float
    did: str
    look: str = ""
    sign: Sign | None = None
    shows: Callable[[], bool] | None = None
    """Whether the sign is there; None once it was."""
    coped_at: float | None = None

    def wire(self) -> Wire:
        after = None if self.coped_at is None else round(self.coped_at - self.at, 1)
        sign = None if self.sign is None else self.sign.words
        return {"number": self.number, "at": self.at, "did": self.did, "look": self.look, "sign": sign, "after": after}


class Trouble:
    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self._deeds = {deed.name: deed for deeds in PANEL.values() for deed in deeds}
        self._under_way: set[str] = set()
        """The deeds that wait for their end."""
        self._told: deque[Told] = deque(maxlen=REMEMBERED)
        self._count = 0
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/page/trouble", self.make)]

    def state(self) -> Wire:
        """For the page."""
        groups = [{"name": name, "deeds": [self._wire(deed) for deed in deeds]} for name, deeds in PANEL.items()]
        told = [told.wire() for told in reversed(self._told)]
        return {"panel": groups, "told": told, "counters": self._theatre.counters.wire()}

    async def make(self, request: web.Request) -> web.Response:
        """Do the named deed, or end it if it is under way."""
        deed = self._deeds.get((await json_of(request)).get("deed", ""))
        if deed is None:
            raise web.HTTPBadRequest(text="No such deed.")
        async with self._one_at_a_time:
            await self._do(deed)
        self._theatre.discord.changes.tell()
        return web.json_response({"ok": True})

    async def watch(self) -> None:
        """Keep counters and signs up to date, until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            for told in self._told:
                if told.shows is not None and told.shows():
                    told.coped_at, told.shows = time.time(), None
            # The page hears of it only if its state is another one now.
            self._theatre.discord.changes.tell()

    async def _do(self, deed: Deed) -> None:
        ends = deed.name in self._under_way
        step = deed.end if ends and deed.end else deed.begin
        self._count += 1
        self._theatre.counters.count()
        shows = step.sign.watch(self._theatre) if step.sign else None
        try:
            did = await step.act(self._theatre)
        except Impossible as impossible:
            self._told.append(Told(self._count, time.time(), str(impossible)))
            return
        self._told.append(Told(self._count, time.time(), did, step.look, step.sign, shows))
        if deed.end is not None:
            self._under_way ^= {deed.name}

    def _wire(self, deed: Deed) -> Wire:
        on = deed.name in self._under_way
        step = deed.end if on and deed.end else deed.begin
        return {"name": deed.name, "label": step.label, "on": on}
