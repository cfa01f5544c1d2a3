"""Imports a download by hand, and finds out from the history what came of it.

The command says `successful` even if no file could be moved, and counts tries as imports
(MediaFiles/*Import/Manual/ManualImportService.cs): only an event of the history proves an import.
"""

import asyncio
from itertools import chain, repeat
from logging import getLogger

from discarr.arr.client import ArrClient
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.action import ActionStatus
from discarr.model.download import Download
from discarr.model.manual_import import ImportPlan

log = getLogger(__name__)

FOLLOWED_FOR = 4 * 3600.0
"""Seconds after which a command that has not ended is no longer followed. A copy between disks can take an hour."""
_WAITS = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0)
_LONGEST_WAIT = 60.0
"""Seconds between two requests for the status of a command."""
LOOKS, LOOK_EVERY = 3, 5.0
"""How often the history is read after the command has ended, and the seconds between."""
LOOKS_IF_LOST = 24
"""The same if the app did not say whether it accepted the command: it is looked for over two minutes."""
_IMPORTED = "downloadFolderImported"


class ManualImport:
    """One manual import of one download."""

    def __init__(self, client: ArrClient, clock: Clock, download: Download, plan: ImportPlan) -> None:
        self._client = client
        self._clock = clock
        self._id = download.key.id
        self._wanted = plan.ids()
        self._plan = plan
        self._before = 0
        """The newest event of the history before the command; the ids rise with time, whatever the clocks say."""

    async def run(self) -> tuple[ActionStatus, int]:
        """Import the files; return what came of it, with the number of imported movies or episodes.

        Raises:
            ArrError: nothing was done.
        """
        self._before = max((event.id for event in await self._client.history(self._id)), default=0)
        try:
            command = await self._client.import_files(self._plan)
        except ArrError as error:
            if not error.uncertain:
                raise
            return self._result(await self._imported(LOOKS_IF_LOST), ended=False)
        ended = await self._ended(command.id)
        return self._result(await self._imported(LOOKS), ended=ended)

    async def _ended(self, command_id: int) -> bool:
        """Wait until the command has ended; return False if it has not after FOLLOWED_FOR seconds."""
        began = self._clock.monotonic()
        for wait in chain(_WAITS, repeat(_LONGEST_WAIT)):
            await asyncio.sleep(wait)
            try:
                if await self._client.is_over(command_id):
                    return True
            except ArrError as error:
                log.debug("%s: no status of an import: it %s", self._client.instance.label, error)
            if self._clock.monotonic() - began >= FOLLOWED_FOR:
                break
        return False

    async def _imported(self, looks: int) -> frozenset[int] | None:
        """Return the imported movies or episodes, waiting for all of them; None if the history could not be read."""
        imported = await self._look()
        for _ in range(looks - 1):
            if imported == self._wanted:
                break
            await asyncio.sleep(LOOK_EVERY)
            imported = await self._look()
        return imported

    async def _look(self) -> frozenset[int] | None:
        try:
            events = await self._client.history(self._id)
        except ArrError as error:
            log.debug("%s: no history of an import: it %s", self._client.instance.label, error)
            return None
        new = [event for event in events if event.id > self._before and event.event_type == _IMPORTED]
        return self._wanted & {id for event in new for id in (event.movie_id, event.episode_id) if id}

    def _result(self, imported: frozenset[int] | None, *, ended: bool) -> tuple[ActionStatus, int]:
        done = len(imported or ())
        if imported == self._wanted:
            return ActionStatus.DONE, done
        if imported is None or not ended:
            return ActionStatus.UNCERTAIN, done
        return ActionStatus.PARTLY if imported else ActionStatus.NOTHING, done
