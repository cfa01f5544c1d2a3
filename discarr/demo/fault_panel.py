"""The side panel: it offers the controls, reports what they did, and watches the bot recover."""

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from discarr.demo.controls import PANEL, Control, Step
from discarr.demo.discord import Wire
from discarr.demo.page import json_of
from discarr.demo.session import NotPossible, Session

REMEMBERED = 8
"""Reports in the panel."""
TICK = 1.0
"""Seconds between two looks at counters and signs."""


@dataclass(slots=True)
class Report:
    """What a control did, and whether the bot has recovered."""

    number: int
    at: float
    did: str
    step: Step | None = None
    """None if it could not be done."""
    recovered: Callable[[], bool] | None = None
    """Whether the sign is there; None once it was."""
    after: float | None = None
    """Seconds until it was."""

    def wire(self) -> Wire:
        """Return it for the page."""
        sign, look = (self.step.sign, self.step.look) if self.step else (None, "")
        words = None if sign is None else sign.words if self.recovered is None else sign.words + sign.at_latest
        return {"number": self.number, "at": self.at, "did": self.did, "look": look, "sign": words, "after": self.after}

    def check(self) -> None:
        """Note it if the bot has recovered."""
        if self.recovered is not None and self.recovered():
            self.after, self.recovered = round(time.time() - self.at, 1), None


class FaultPanel:
    """The panel's state and its one route."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._controls = {control.name: control for controls in PANEL.values() for control in controls}
        self._on: set[str] = set()
        """The controls that wait for their end."""
        self._reports: deque[Report] = deque(maxlen=REMEMBERED)
        self._count = 0
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """Return the panel's routes."""
        return [web.post("/page/trouble", self._press)]

    def state(self) -> Wire:
        """Return the panel and the counters for the page."""
        groups = [
            {"name": name, "deeds": [self._wire(control) for control in controls]} for name, controls in PANEL.items()
        ]
        reports = [report.wire() for report in reversed(self._reports)]
        return {"panel": groups, "told": reports, "counters": self._session.counters.wire()}

    async def watch(self) -> None:
        """Keep counters and signs up to date, until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            for report in self._reports:
                report.check()
            # The page is updated only if its state has changed.
            self._session.discord.changes.tell()

    async def _press(self, request: web.Request) -> web.Response:
        control = self._controls.get((await json_of(request)).get("deed", ""))
        if control is None:
            raise web.HTTPBadRequest(text="No such control.")
        async with self._one_at_a_time:
            self._reports.append(await self._done(control))
        self._session.discord.changes.tell()
        return web.json_response({"ok": True})

    async def _done(self, control: Control) -> Report:
        """Begin what the control does, or end it if it is on."""
        step = self._step(control)
        self._count += 1
        self._session.counters.count()
        recovered = step.sign.watch(self._session) if step.sign else None
        try:
            did = step.action(self._session)
            did = await did if inspect.isawaitable(did) else did
        except NotPossible as error:
            return Report(self._count, time.time(), str(error))
        if control.end is not None:
            self._on ^= {control.name}
        return Report(self._count, time.time(), did, step, recovered)

    def _step(self, control: Control) -> Step:
        return control.end if control.end and control.name in self._on else control.begin

    def _wire(self, control: Control) -> Wire:
        return {"name": control.name, "label": self._step(control).label, "on": control.name in self._on}
