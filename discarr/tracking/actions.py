"""Tracks the imports and grabs of one instance that people asked for. Each download has one at a time."""

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.action import Action, ActionKind, ActionStatus
from discarr.model.download import Download, DownloadKey
from discarr.model.manual_import import ImportPlan
from discarr.model.outcome import Outcome
from discarr.tracking.imports import ManualImport
from discarr.tracking.shared_tasks import SharedTasks

SHOWN_FOR = 600.0
"""Seconds for which the dashboard reports an action after its end."""


class ActionTracker:
    """The actions of one instance: in flight and recent."""

    def __init__(self, client: ArrClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._plans = SharedTasks[ImportPlan]()
        self._imports = SharedTasks[Action | ImportPlan]()
        self._grabs = SharedTasks[Action]()
        self._one_grab = asyncio.Lock()
        self._actions: dict[DownloadKey, Action] = {}

    @property
    def importing(self) -> frozenset[DownloadKey]:
        """The downloads with an import in flight, from the list of its files on."""
        return self._imports.keys

    @property
    def running(self) -> frozenset[DownloadKey]:
        """The downloads with an import or a grab in flight."""
        return self._imports.keys | self._grabs.keys

    def recent(self, seconds: float) -> tuple[Action, ...]:
        """Return the actions in flight and those that ended in the last SHOWN_FOR seconds, newest first."""
        self._actions = {
            key: action
            for key, action in self._actions.items()
            if action.status is ActionStatus.RUNNING or seconds - action.seconds < SHOWN_FOR
        }
        return tuple(sorted(self._actions.values(), key=lambda action: -action.seconds))

    def imported(self, download: Download) -> Action | None:
        """Return the recent action that imported this download completely; None if there is none."""
        action = self._import_of(download)
        return action if action and action.is_whole_import else None

    def explains(self, outcome: Outcome | None) -> bool:
        """Return whether an outcome is that of an import which the dashboard reports anyway."""
        action = self._import_of(outcome.download) if outcome and outcome.is_whole_import else None
        return action is not None and action.status in (ActionStatus.RUNNING, ActionStatus.DONE)

    async def plan(self, download: Download) -> ImportPlan:
        """Return what a manual import would do. Raises ArrError."""
        return await self._plans.result(download.key, partial(self._client.importable, download))

    async def import_files(self, download: Download, digest: str, *, by: int) -> Action | ImportPlan:
        """Import a download for the user `by`, or await the import that is running.

        Returns the plan, and does nothing, if it is no longer the one with this digest, which the user confirmed.

        Raises:
            ArrError: nothing was done.
        """
        return await self._imports.result(download.key, partial(self._import, download, digest, by))

    async def grab(self, download: Download, *, by: int) -> Action:
        """Grab a pending release for the user `by`, or await the grab that is running.

        Raises:
            AlreadyGone: it is no longer pending.
            ArrError: the app could not do it, or its answer was lost.
        """
        return await self._grabs.result(download.key, partial(self._grab, download, by))

    async def close(self) -> None:
        """Stop following what is in flight. The apps continue it."""
        await self._plans.close()
        await self._imports.close()
        await self._grabs.close()

    async def _import(self, download: Download, digest: str, by: int) -> Action | ImportPlan:
        plan = await self._client.importable(download)
        if not plan.files or plan.digest() != digest:
            return plan
        action = self._noted(Action(download, ActionKind.IMPORT, by, *self._now(), wanted=len(plan.ids())))
        try:
            with self._client.isolation:
                status, done = await ManualImport(self._client, self._clock, download, plan).run()
        except ArrError:
            del self._actions[download.key]
            raise
        return self._noted(self._ended(action, status, done))

    async def _grab(self, download: Download, by: int) -> Action:
        async with self._one_grab:
            await self._client.grab(download.queue_id)
        return self._noted(Action(download, ActionKind.GRAB, by, *self._now(), ActionStatus.DONE))

    def _import_of(self, download: Download) -> Action | None:
        """Return the recent import of a download; not one from before it was grabbed again."""
        action = self._actions.get(download.key)
        if action is None or action.kind is not ActionKind.IMPORT:
            return None
        return action if action.download.grabbed_at == download.grabbed_at else None

    def _ended(self, action: Action, status: ActionStatus, done: int) -> Action:
        at, seconds = self._now()
        return replace(action, status=status, done=done, at=at, seconds=seconds)

    def _noted(self, action: Action) -> Action:
        self._actions[action.download.key] = action
        return action

    def _now(self) -> tuple[datetime, float]:
        return self._clock.now(), self._clock.monotonic()
