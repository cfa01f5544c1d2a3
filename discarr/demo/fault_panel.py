"""The side panel: it offers the controls, reports what they did, and watches the bot recover."""

import asyncio
import itertools
import time
from collections import deque

from aiohttp import web

from discarr.demo.controls import PANEL, Control, Sign, Step
from discarr.demo.discord import Wire
from discarr.demo.page import json_of
from discarr.demo.session import NotPossible, Seen, Session

REMEMBERED = 8
"""Reports in the panel."""


class FaultPanel:
    """The panel's state and its one route."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._controls = {control.name: control for controls in PANEL.values() for control in controls}
        self._on: set[str] = set()
        """The controls that wait for their end."""
        self._reports: deque[tuple[Wire, Sign | None, Seen]] = deque(maxlen=REMEMBERED)
        """What was done, the newest first, each with its sign and with what was seen right after it."""
        self._numbers = itertools.count(1)
        self._one_at_a_time = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/page/trouble", self._press)]

    def state(self) -> Wire:
        groups = [
            {"name": name, "controls": [self._wire(control) for control in controls]}
            for name, controls in PANEL.items()
        ]
        reports = [report for report, _, _ in self._reports]
        return {"panel": groups, "reports": reports, "counters": self._session.counters()}

    def look(self) -> None:
        """Bring counters and signs up to date."""
        now = self._session.seen()
        for report, sign, before in self._reports:
            if sign and report["after"] is None and sign.is_given(before, now):
                report["after"] = round(time.time() - report["at"], 1)
        # The page is updated only if its state has changed.
        self._session.discord.changes.tell()

    async def _press(self, request: web.Request) -> web.Response:
        control = self._controls.get((await json_of(request)).get("control", ""))
        if control is None:
            raise web.HTTPBadRequest(text="No such control.")
        async with self._one_at_a_time:
            await self._do(control)
        self._session.discord.changes.tell()
        return web.json_response({"ok": True})

    async def _do(self, control: Control) -> None:
        """Begin what the control does, or end it if it is on."""
        step = self._step(control)
        try:
            did, look, sign = await step.action(self._session), step.look, step.sign
        except NotPossible as error:
            did, look, sign = str(error), "", None
        else:
            self._on ^= {control.name} if control.end else set()
        report = {"number": next(self._numbers), "at": time.time(), "did": did, "look": look}
        before = self._session.seen()  # of the recovery: the farewell of a bot that is restarted is no part of that
        self._reports.appendleft((report | {"sign": sign and sign.words, "after": None}, sign, before))

    def _step(self, control: Control) -> Step:
        return control.end if control.end and control.name in self._on else control.begin

    def _wire(self, control: Control) -> Wire:
        return {"name": control.name, "label": self._step(control).label, "on": control.name in self._on}
