"""Keeps the gateway connected for months. Interactions arrive over it; edits do not need it."""

import asyncio
import sys
from logging import getLogger

from discarr.bot._discord_internals import Ending, Session, live
from discarr.bot.client import IDENTIFIES, REJECTED, Client
from discarr.errors import FatalError
from discarr.logs import StateLog
from discarr.tracking.periodic import PeriodicTask

log = getLogger(__name__)

RETRY_EVERY = 10.0
"""Seconds between the starts of two connections; one that lasted longer is replaced at once."""
RESUMABLE = 120.0
"""Seconds without a connection after which a new session begins: the address of the old one may be dead."""
HOUR = 3600.0
AT_ONCE = 5
"""New sessions in an hour that need not wait."""

_REFUSALS = {
    4004: REJECTED,
    4010: "Discord rejects the shard (4010), which is a bug in Discarr",
    4011: "The bot is in too many servers for one connection (4011): Discarr is made for one",
    4012: "Discord no longer knows this version of its gateway (4012): update Discarr",
    4013: "Discord rejects the intents (4013): update Discarr",
    4014: "Discord rejects the intents (4014): update Discarr",
}


class Gateway:
    """Reconnects forever: resumes the session if possible, and limits the number of new ones."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._session: Session | None = None
        self._connected_at: float | None = None
        """When a connection was last open (seconds of the event loop); None if there was none yet."""
        self._limit = StateLog(log, "A new session is allowed again")
        self._periodic = PeriodicTask("The connection to Discord", self._connect, RETRY_EVERY)

    async def run(self) -> None:
        """Run until cancelled.

        Raises:
            FatalError: Discord refuses this bot, and retrying cannot help.
        """
        await self._periodic.run()

    async def _connect(self) -> None:
        """Open one connection, and wait until it has ended."""
        if self._connected_at is None or self._now() - self._connected_at > RESUMABLE:
            self._session = None
        if self._session is None:
            await self._new_session_allowed()
        try:
            ending = await live(self._client, self._session)
        finally:
            if self._client.connected:
                self._connected_at = self._now()
            if not isinstance(sys.exception(), asyncio.CancelledError):  # the program ends: not worth a log line
                self._client.disconnected()
        self._judge(ending)

    async def _new_session_allowed(self) -> None:
        """Wait until another IDENTIFY is allowed.

        A few come at once. Then the pauses grow with the trouble, so that it is over soon after its cause is.
        """
        now = self._now()
        begun = [moment for moment in self._client.identified_at if now - moment < HOUR]
        next_at = begun[-1] + (begun[-1] - begun[0]) / 2 if len(begun) >= AT_ONCE else now
        if len(begun) == IDENTIFIES:
            next_at = begun[0] + HOUR
        if (wait := next_at - now) > 0:
            self._limit.failing(
                "Too many new sessions in an hour; the next one is delayed, and buttons do not work until then"
            )
            await asyncio.sleep(wait)
        else:
            self._limit.recovered()

    def _judge(self, ending: Ending) -> None:
        log.debug("The connection to Discord ended (%s)", ending.reason)
        if ending.refusal in _REFUSALS:
            raise FatalError(_REFUSALS[ending.refusal])
        self._session = ending.session

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
