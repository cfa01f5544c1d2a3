"""Finds the download of a press, has it imported or grabbed once, and returns the answer."""

import asyncio
from logging import getLogger
from typing import NamedTuple

from discord import ui

from discarr.bot.remover import find, is_absent, not_found, shown_meanwhile
from discarr.errors import AlreadyGone, ArrError
from discarr.model.action import Action, ActionKind, actions_for
from discarr.model.download import Download
from discarr.model.manual_import import ImportPlan
from discarr.model.removal_mode import RemovalMode
from discarr.tracking.actions import ActionTracker
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import SLOW_READ, QueueMonitor
from discarr.view.custom_ids import Target
from discarr.view.import_text import (
    BEING_REMOVED,
    CHANGED,
    NOT_ANY_MORE,
    action_log,
    action_text,
    plan_text,
    plan_view,
    problem_text,
    started_text,
)
from discarr.view.removal_text import absent_text, removal_text
from discarr.view.text import title_label

log = getLogger(__name__)

LISTED_AFTER = (6.0, 10.0, 15.0)
"""Seconds between the reads after a grab: the app polls its clients 5 s after it."""


class Answer(NamedTuple):
    """A private answer, with its button if there is something to confirm."""

    text: str
    view: ui.View | None = None


class Importer:
    """Imports and grabs downloads on request."""

    def __init__(self, monitor: QueueMonitor, coordinator: Coordinator) -> None:
        self._trackers = monitor.trackers
        self._coordinator = coordinator

    async def look(self, target: Target, *, by: int) -> Answer:
        """Return what a manual import of this download would do, for the user `by`."""
        found = await self._found(target, ActionKind.IMPORT)
        if isinstance(found, Answer):
            return found
        try:
            plan = await self._tracker(found).plan(found)
        except ArrError as error:
            return self._failed(found, error, ActionKind.IMPORT, by)
        return self._planned(plan, found)

    async def import_files(self, target: Target, plan: str, *, by: int) -> Answer:
        """Import a download for the user `by`, if its plan is still the one with this digest."""
        found = await self._found(target, ActionKind.IMPORT)
        if isinstance(found, Answer):
            return found
        tracker = self._tracker(found)
        if (before := tracker.imported(found)) is not None:
            return Answer(action_text(before, self._coordinator.snapshot()))
        is_first = found.key not in tracker.running
        try:
            with shown_meanwhile(self._coordinator):
                result = await tracker.import_files(found, plan, by=by)
        except ArrError as error:
            return self._failed(found, error, ActionKind.IMPORT, by)
        if isinstance(result, ImportPlan):
            again = self._planned(result, found)
            return Answer(f"{CHANGED}\n{again.text}", again.view)
        return await self._ended(result, is_first=is_first)

    async def grab(self, target: Target, *, by: int) -> Answer:
        """Grab a pending release for the user `by`; return after its client lists it, or does not for long."""
        found = await self._found(target, ActionKind.GRAB)
        if isinstance(found, Answer):
            return found
        tracker = self._tracker(found)
        is_first = found.key not in tracker.running
        try:
            with shown_meanwhile(self._coordinator):
                action = await tracker.grab(found, by=by)
        except AlreadyGone:
            await self._coordinator.refresh()
            return self._not_there(target, found)
        except ArrError as error:
            return self._failed(found, error, ActionKind.GRAB, by)
        answer = await self._ended(action, is_first=is_first)
        return await self._started(found) or answer

    async def _found(self, target: Target, kind: ActionKind) -> Download | Answer:
        """Return the download of a press, or why the action is not possible."""
        await self._coordinator.first_read(at_most=SLOW_READ)
        snapshot = self._coordinator.snapshot()
        queue, download = snapshot.queue(target.instance), find(target, snapshot)
        if queue is None or download is None:
            return self._not_there(target)
        if is_absent(download, snapshot):
            return Answer(absent_text(queue.instance.label))
        if download.key in queue.removing:
            return Answer(BEING_REMOVED)
        # What is running changes the state: a second caller awaits it.
        if kind not in actions_for(download) and download.key not in self._tracker(download).running:
            return Answer(problem_text(download, snapshot, NOT_ANY_MORE))
        return download

    def _not_there(self, target: Target, known: Download | None = None) -> Answer:
        return Answer(removal_text(not_found(target, self._coordinator.snapshot(), RemovalMode.REMOVE, known)))

    def _planned(self, plan: ImportPlan, download: Download) -> Answer:
        return Answer(plan_text(plan, download, self._coordinator.snapshot()), plan_view(plan, download))

    async def _ended(self, action: Action, *, is_first: bool) -> Answer:
        """Log an action that has ended, once; return its answer after the queues were read again."""
        snapshot = self._coordinator.snapshot()
        if is_first:
            name = title_label(snapshot.title(action.download), 150)
            app = self._trackers[action.download.key.instance].instance.label
            log.info("User %s had %s %s %r: %s", action.by, app, action.kind, name, action_log(action))
        await self._coordinator.refresh()
        return Answer(action_text(action, self._coordinator.snapshot()))

    async def _started(self, download: Download) -> Answer | None:
        """Return the answer that names the new record of a grabbed release; None if there is none after a while."""
        for wait in LISTED_AFTER:
            await asyncio.sleep(wait)
            await self._coordinator.refresh()
            snapshot = self._coordinator.snapshot()
            queue = snapshot.queue(download.key.instance)
            if queue and (started := queue.started(download.key)):
                return Answer(started_text(started, snapshot))
        return None

    def _failed(self, download: Download, error: ArrError, kind: ActionKind, by: int) -> Answer:
        snapshot = self._coordinator.snapshot()
        app = self._trackers[download.key.instance].instance.label
        log.warning("User %s: no %s of %r: %s %s", by, kind, title_label(snapshot.title(download), 150), app, error)
        may_be_done = kind is ActionKind.GRAB and error.uncertain
        return Answer(problem_text(download, snapshot, str(error), may_be_done=may_be_done))

    def _tracker(self, download: Download) -> ActionTracker:
        return self._trackers[download.key.instance].actions
