"""The client of Discord: how it is set up, and how it logs in."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from logging import getLogger
from typing import Any

import discord

from discarr.bot._discord_internals import watch_events
from discarr.bot.discord_errors import MAX_BAN, backoff
from discarr.bot.network_errors import LOGIN_ERRORS, describe_outage, is_page
from discarr.errors import FatalError
from discarr.logs import StateLog

log = getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds between two attempts to log in, doubled each time up to the second."""
LOGIN_DEADLINE = 40.0
IDENTIFIES = 15
"""New sessions in an hour, at most. Discord resets the token of a bot that begins 1,000 in a day."""

REJECTED = "Discord rejects DISCORD_TOKEN: copy the bot's token again from its page on Discord's developer site"

type Answer = Callable[[discord.Interaction[Any]], Awaitable[None]]


class Client(discord.Client):
    """discord.py's client with the least it needs: no privileged intent, no cache but guilds and channels."""

    def __init__(self, answer: Answer, options: Mapping[str, Any], changed: Callable[[], None]) -> None:
        """`changed` is called when the connection comes or goes."""
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
            **options,
        )
        self._answer = answer
        self._changed = changed
        self._connection_log = StateLog(log, "Connected to Discord again: buttons work")
        self._was_connected = False
        self.connected = False
        """Whether interactions arrive."""
        self.identified_at: deque[float] = deque(maxlen=IDENTIFIES)
        """When the last sessions were begun (the loop's seconds)."""
        watch_events(self, connected=self._on_session, log=log)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """The only way in for interactions: discord.py itself knows none of our views."""
        await self._answer(interaction)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Count the sessions. discord.py would sleep here, which the gateway's own pace makes needless."""
        self.identified_at.append(asyncio.get_running_loop().time())

    def disconnected(self) -> None:
        """Note that no interaction arrives any more. It is logged if the next attempt fails too."""
        if not self.connected:
            self._connection_log.failing(
                "No connection to Discord's gateway: buttons do not work, the dashboard is kept up to date"
            )
        self.connected = False
        self._changed()

    def _on_session(self) -> None:
        self.connected = True
        if not self._was_connected:
            self._was_connected = True
            log.info("Connected to Discord as %s", self.user)
        self._connection_log.recovered()
        self._changed()


async def log_in(token: str, make: Callable[[], Client]) -> Client:
    """Try until Discord lets us in; what is returned has to be closed.

    Each attempt has a client of its own: discord.py's cannot log in twice without leaving a session open.

    Raises:
        FatalError: Discord rejects the token.
    """
    outage = StateLog(log, "Discord can be reached")
    wait = FIRST_WAIT
    while True:
        client = make()
        try:
            await _log_in(client, token)
        except LOGIN_ERRORS as error:
            outage.failing(f"Discord cannot be reached, which is tried again: {describe_outage(error)}")
            await asyncio.sleep(max(wait, _asked_to_wait(error)))
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            outage.recovered()
            return client


async def _log_in(client: Client, token: str) -> None:
    """Log in, or close the client."""
    try:
        async with asyncio.timeout(LOGIN_DEADLINE):
            await client.login(token)
    except BaseException as error:
        await client.close()
        if isinstance(error, discord.LoginFailure) and not from_elsewhere(error):
            raise FatalError(REJECTED) from error
        raise


def from_elsewhere(error: discord.LoginFailure) -> bool:
    """Whether the 401 is that of a proxy, which sends a page and knows nothing of tokens."""
    return isinstance(error.__cause__, discord.HTTPException) and is_page(error.__cause__)


def _asked_to_wait(error: BaseException) -> float:
    """Seconds that Discord, or Cloudflare before it, asks to be left alone; within reason."""
    limited = isinstance(error, discord.RateLimited)
    limited = limited or (isinstance(error, discord.HTTPException) and error.status == 429)
    return min(backoff(error), MAX_BAN) if limited else 0.0
