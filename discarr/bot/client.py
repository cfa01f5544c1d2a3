"""Discord's gateway, kept connected for months; and the client whose REST half works without it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from logging import Filter, LogRecord, getLogger
from typing import Any

import discord

from discarr.bot.discord_errors import DISCORD_ERRORS, describe
from discarr.errors import FatalError
from discarr.logs import StateLog

log = getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds between two attempts to connect, doubled each time up to the second."""
GIVE_UP = 120.0
"""Seconds after which a lost connection is built anew: discord.py itself waits for up to 17 minutes."""
LOGIN_DEADLINE = 40.0
LOOK_EVERY = 10.0
IDENTIFIES = 15
"""IDENTIFYs an hour at most. Discord resets the token of a bot that sends 1,000 a day."""
HOUR = 3600.0

HELD = "Too many new sessions in an hour; the next one waits"
REJECTED = "Discord rejects DISCORD_TOKEN: copy the bot's token anew from its page on Discord's developer site"
_FATAL_CODES = {
    4004: REJECTED,
    4010: "Discord wants no such shard (4010): this is a bug of Discarr's",
    4011: "The bot is in too many servers for one connection (4011): Discarr is made for one",
    4012: "Discord no longer knows this version of its gateway (4012): update Discarr",
    4013: "Discord rejects the intents (4013): update Discarr",
    4014: "Discord rejects the intents (4014): update Discarr",
}


class _WithoutReconnects(Filter):
    """discord.py logs each attempt to reconnect as an error with its traceback; that it is lost is said by us."""

    def filter(self, record: LogRecord) -> bool:
        return not str(record.msg).startswith("Attempting a reconnect")


_WITHOUT_RECONNECTS = _WithoutReconnects()


class _HeldBack(discord.DiscordException):
    """There were too many sessions in the last hour."""


class Client(discord.Client):
    """discord.py's client with the least it can do with: no privileged intent, no cache but guilds and channels."""

    def __init__(self, answer: Callable[[discord.Interaction[Any]], Awaitable[None]]) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        # They would be warned of at each start, though nothing here speaks.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            enable_debug_events=False,
        )
        getLogger("discord.client").addFilter(_WITHOUT_RECONNECTS)
        self._answer = answer
        self._identified: deque[float] = deque(maxlen=IDENTIFIES)
        self.leaving = False
        self.lost_at: float | None = None
        """Since when no event can arrive (the loop's seconds); None while connected."""

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """The one way in for presses: discord.py itself knows none of our views."""
        await self._answer(interaction)

    async def on_ready(self) -> None:
        log.info("Connected to Discord as %s", self.user)
        self.lost_at = None

    async def on_resumed(self) -> None:
        log.info("Connected to Discord again")
        self.lost_at = None

    async def on_disconnect(self) -> None:
        if self.lost_at is None:
            self.lost_at = asyncio.get_running_loop().time()
            log.warning("The connection to Discord is lost; the dashboard goes on, buttons do not")

    @property
    def connected(self) -> bool:
        """Whether presses can come in."""
        return self.is_ready() and self.lost_at is None

    @property
    def lost_for(self) -> float:
        """Seconds for which no event could arrive."""
        return 0.0 if self.lost_at is None else asyncio.get_running_loop().time() - self.lost_at

    @property
    def held_for(self) -> float:
        """Seconds until another IDENTIFY may be sent."""
        if len(self._identified) < IDENTIFIES:
            return 0.0
        return self._identified[0] + HOUR - asyncio.get_running_loop().time()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """End the connection in place of an IDENTIFY that would be too many in the hour.

        To wait in here would leave a half-open websocket for each try that discord.py breaks off meanwhile.
        """
        if self.held_for > 0:
            raise _HeldBack
        self._identified.append(asyncio.get_running_loop().time())
        await super().before_identify_hook(shard_id, initial=initial)

    async def close(self) -> None:
        """Only at the end: discord.py closes itself after a refusal, and the last edit goes over the REST half."""
        if self.leaving:
            await super().close()


class Gateway:
    """The connection over which presses come."""

    def __init__(self, answer: Callable[[discord.Interaction[Any]], Awaitable[None]]) -> None:
        self.client = Client(answer)
        self._held = StateLog(log, "New sessions are allowed again")
        self.logged_in = asyncio.Event()
        """Set once the REST half works."""

    async def run(self, token: str, until_reached: Callable[[], Awaitable[object]]) -> None:
        """Log in, connect, and connect again, until cancelled.

        Before the first connection it waits for `until_reached`: without a dashboard there is nothing to
        press, and a container that restarts for ever would burn the IDENTIFYs of the day.

        Raises:
            FatalError: Discord refuses this bot for good.
        """
        await self._login(token)
        self.logged_in.set()
        await until_reached()
        wait = FIRST_WAIT
        while True:
            began = asyncio.get_running_loop().time()
            await self._connect()
            if asyncio.get_running_loop().time() - began > GIVE_UP:
                wait = FIRST_WAIT
            held = self.client.held_for
            if held > 0:
                self._held.failing(HELD)
            else:
                self._held.recovered()
            await asyncio.sleep(max(wait, held))
            wait = min(wait * 2, LONGEST_WAIT)

    async def close(self) -> None:
        """Leave with code 1000, so that the bot is seen to go offline at once."""
        self.client.leaving = True
        await self.client.close()

    async def _login(self, token: str) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                async with asyncio.timeout(LOGIN_DEADLINE):
                    await self.client.login(token)
                return
            except discord.LoginFailure as error:
                raise FatalError(REJECTED) from error
            except (*DISCORD_ERRORS, TypeError, KeyError, ValueError) as error:  # the last three: it was not Discord
                log.warning("Discord cannot be reached (%s); next try in %.0f s", describe(error), wait)
            # discord.py makes a new session with each login, and leaves the one before open.
            await self.client.http.close()
            self.client.http.connector = discord.utils.MISSING
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _connect(self) -> None:
        """One life of discord.py's connection, which mends most losses by itself."""
        if self.client.lost_at is not None:
            self.client.lost_at = asyncio.get_running_loop().time()
        connection = asyncio.create_task(self.client.connect(), name="gateway connection")
        try:
            while not connection.done() and not self.client.lost_for > GIVE_UP:
                await asyncio.wait([connection], timeout=LOOK_EVERY)
        finally:
            connection.cancel()
            await asyncio.wait([connection])
        self._judge(connection)
        if self.client.ws is not None and self.client.ws.open:
            await self.client.ws.close(code=4000)

    def _judge(self, connection: asyncio.Task[None]) -> None:
        """Why it ended. Besides the known errors, discord.py lets out whatever an unexpected event does to it."""
        if connection.cancelled():
            log.debug("The connection to Discord does not come back; it is built anew")
            return
        error = connection.exception()
        if isinstance(error, discord.PrivilegedIntentsRequired):
            raise FatalError(_FATAL_CODES[4014]) from error
        if isinstance(error, discord.ConnectionClosed) and error.code in _FATAL_CODES:
            raise FatalError(_FATAL_CODES[error.code]) from error
        log.warning("The connection to Discord broke (%s)", describe(error) if error else "no reason given")
