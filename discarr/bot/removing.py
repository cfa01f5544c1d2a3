"""What a removal comes to, in words: one download by its form, or many one by one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from logging import getLogger
from typing import Final

from discarr.arr.client import ArrClient
from discarr.errors import AlreadyGone, ArrError
from discarr.model.queue import Download, Instance, Snapshot
from discarr.model.removal_mode import Removal, removals_for
from discarr.tracking.coordinator import Coordinator
from discarr.tracking.monitor import SLOW_READ
from discarr.tracking.removals import Removals
from discarr.view.custom_ids import Remove, fingerprint
from discarr.view.text import title, title_label

log = getLogger(__name__)

SAID_AFTER = 1.0
"""Seconds after which the row of a removal under way says so."""
GONE: Final = "It is already gone: it finished, or somebody removed it."

_DONE_SENTENCES = {
    Removal.REMOVE: "is removed, with its data.",
    Removal.BLOCK_AND_SEARCH: "is removed and blocked; {app} searches for another release, if it is set to.",
    Removal.BLOCK: "is removed and blocked.",
    Removal.STOP_TRACKING: "is no longer tracked by {app}; it stays in the download client.",
    Removal.CHANGE_CATEGORY: "is moved to the post-import category; it stays in the download client.",
}


def not_found(snapshot: Snapshot, instance: Instance) -> str:
    """Why a download is not there: gone, if that can be known."""
    queue = snapshot.queue(instance.key)
    if queue is not None and queue.read_at is None:
        why = f"it {queue.outage.sentence}" if queue.outage else "please try again in a moment"
        return f"{instance.label} was not read yet since the bot started: {why}."
    return GONE


class Remover:
    """Finds what a form named, removes it once, and says what came of it."""

    def __init__(self, clients: Sequence[ArrClient], coordinator: Coordinator, removals: Removals) -> None:
        self._clients = {client.instance.key: client for client in clients}
        self._coordinator = coordinator
        self._removals = removals

    def shown(self) -> Snapshot:
        """The snapshot as people see it, without what was removed."""
        return self._removals.applied(self._coordinator.snapshot)

    async def remove(self, target: Remove, how: Removal, *, by: int) -> str:
        """Remove it, have everything read anew, and tell the outcome."""
        outcome = await self._remove(target, how, by)
        await self._coordinator.refresh()
        return outcome

    async def clean_up(self, targets: Sequence[Remove], how: Removal, *, by: int) -> AsyncIterator[str]:
        """Remove these one by one, each outcome as it comes."""
        for target in targets:
            yield await self._remove(target, how, by)
        await self._coordinator.refresh()

    async def _remove(self, target: Remove, how: Removal, by: int) -> str:
        client = self._clients.get(target.ref.instance)
        if client is None:
            return f"{target.ref.instance} is no longer one of the instances."
        await self._coordinator.first_read(at_most=SLOW_READ)
        download = self._found(target)
        if download is None:
            return not_found(self.shown(), client.instance)
        try:
            return await self._removed(client, download, how, by)
        except AlreadyGone:
            await self._coordinator.refresh()
        # Its ids change when the app matches it to another episode: then it is there, under the new ones.
        again = self._found(target)
        if again is None or again.ids == download.ids:
            return f"{_bold(download)}: {GONE}"
        try:
            return await self._removed(client, again, how, by)
        except AlreadyGone:
            return f"{_bold(download)}: {GONE}"

    async def _removed(self, client: ArrClient, download: Download, how: Removal, by: int) -> str:
        """Remove it, and tell what came of it.

        Raises:
            AlreadyGone: it is not there, or somebody else is removing it.
        """
        name, app = _bold(download), client.instance.label
        if how not in removals_for(download):
            return f"{name} is left alone: {app} cannot do that with it."
        removing = asyncio.create_task(self._removals.remove(client, download, how, by=by))
        # Most are done at once: an edit before the answer would put off the one that shows the row gone.
        await asyncio.wait([removing], timeout=SAID_AFTER)
        self._coordinator.redraw()
        try:
            await removing
        except ArrError as error:
            log.warning("Removing %r for user %s: %s %s", title_label(download.name, 150), by, app, error)
            return f"{name}: {app} {error}. The dashboard shows whether it is still there."
        log.info("User %s removed %r from %s (%s)", by, title_label(download.name, 150), app, how)
        return f"{name} {_DONE_SENTENCES[how].format(app=client.instance.service.app_name)}"

    def _found(self, target: Remove) -> Download | None:
        """The download that the form named, under whatever id it has now; never another one."""
        snapshot = self.shown()
        download = snapshot.find(target.ref)
        if download is not None and fingerprint(download) == target.fingerprint:
            return download
        queue = snapshot.queue(target.ref.instance)
        same = [d for d in queue.downloads if fingerprint(d) == target.fingerprint] if queue else []
        return same[0] if len(same) == 1 else None


def _bold(download: Download) -> str:
    return f"**{title(download.name, 150)}**"
