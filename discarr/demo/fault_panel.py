"""The side panel: it offers the controls, reports what they did, and watches the bot recover."""

import asyncio
import inspect
import itertools
import time
from collections import deque
from collections.abc import Callable

from aiohttp import web

from discarr.demo.controls import PANEL, Control, Step
from discarr.demo.discord import Wire
from discarr.demo.page import json_of
from discarr.demo.session import NotPossible, Session

REMEMBERED = 8
"""Reports in the panel."""
TICK = 1.0
"""Seconds between two looks at counters and signs."""


class FaultPanel:
    """The panel's state and its one route."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._controls = {control.name: control for controls in PANEL.values() for control in controls}
        self._on: set[str] = set()
        """The controls that wait for their end."""
        self._reports: deque[tuple[Wire, Callable[[], bool]]] = deque(maxlen=REMEMBERED)
        """What was done, the newest first, each with whether the bot has recovered."""
        self._numbers = itertools.count(1)
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """Return the panel's routes."""
        return [web.post("/page/trouble", self._press)]

    def state(self) -> Wire:
        """Return the panel and the counters for the page."""
        groups = [
            {"name": name, "controls": [self._wire(control) for control in controls]}
            for name, controls in PANEL.items()
        ]
        reports = [report for report, _ in self._reports]
        return {"panel": groups, "reports": reports, "counters": self._session.counters.wire()}

    async def watch(self) -> None:
        """Keep counters and signs up to date, until cancelled."""
        while True:
            await asyncio.sleep(TICK)
            for report, recovered in self._reports:
                if report["after"] is None and recovered():
                    report["after"] = round(time.time() - report["at"], 1)
            # The page is updated only if its state has changed.
            self._session.discord.changes.tell()

    async def _press(self, request: web.Request) -> web.Response:
        control = self._controls.get((await json_of(request)).get("control", ""))
        if control is None:
            raise web.HTTPBadRequest(text="No such control.")
        async with self._one_at_a_time:
            self._reports.appendleft(await self._done(control))
        self._session.discord.changes.tell()
        return web.json_response({"ok": True})

    async def _done(self, control: Control) -> tuple[Wire, Callable[[], bool]]:
        """Begin what the control does, or end it if it is on."""
        step = self._step(control)
        self._session.counters.count()
        report: Wire = {"number": next(self._numbers), "look": "", "sign": None, "after": None}
        recovered = step.sign.watch(self._session) if step.sign else lambda: False
        try:
            did = step.action(self._session)
            report |= {"did": await did if inspect.isawaitable(did) else did, "look": step.look}
        except NotPossible as error:
            return report | {"did": str(error), "at": time.time()}, lambda: False
        if control.end is not None:
            self._on ^= {control.name}
        return report | {"at": time.time(), "sign": step.sign and step.sign.words}, recovered

    def _step(self, control: Control) -> Step:
        return control.end if control.end and control.name in self._on else control.begin

    def _wire(self, control: Control) -> Wire:
        return {"name": control.name, "label": self._step(control).label, "on": control.name in self._on}
