"""Sets up discord.py's client, and logs it in."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from logging import getLogger
from typing import Any

import discord

from discarr.bot._discord_internals import watch_events
from discarr.bot.discord_errors import LOGIN_ERRORS, backoff, describe
from discarr.bot.network_errors import is_page
from discarr.errors import FatalError
from discarr.logs import StateLog

log = getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 5.0, 60.0
"""Seconds between two attempts to log in: the first value, doubled each time up to the second."""
LOGIN_DEADLINE = 40.0
IDENTIFIES = 15
"""New sessions per hour, at most. Discord resets the token of a bot that begins 1,000 per day."""

REJECTED = "Discord rejects DISCORD_TOKEN: copy the bot's token again from its page on Discord's developer site"


class Client(discord.Client):
    """discord.py's client with a minimum of features: no privileged intent, no cache but guilds and channels."""

    def __init__(
        self,
        answer: Callable[[discord.Interaction[Any]], Awaitable[None]],
        options: Mapping[str, Any],
        changed: Callable[[], None],
    ) -> None:
        """`answer` handles each interaction; `changed` is called when the connection opens or ends."""
        intents = discord.Intents.none()
        intents.guilds = True
        # Voice is never used, but its missing libraries would cause a warning at each start.
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
        self.access_changed: Callable[[], None] = lambda: None
        """Called when the bot's permissions may have changed."""
        self.connected = False
        """Whether the gateway is connected, so that interactions arrive."""
        self.identified_at: deque[float] = deque(maxlen=IDENTIFIES)
        """When the last sessions began (seconds of the event loop)."""
        watch_events(self, connected=self._on_session, log=log)

    async def on_guild_role_update(self, before: object, after: object) -> None:
        """Handle a change of permissions, or a thread that is unlocked or reopened."""
        self.access_changed()

    on_guild_channel_update = on_thread_update = on_guild_role_update

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer an interaction. All of them arrive here, because discord.py stores no view of Discarr."""
        await self._answer(interaction)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Count the sessions. discord.py would also sleep here, but `Gateway` already limits their number."""
        self.identified_at.append(asyncio.get_running_loop().time())

    def disconnected(self) -> None:
        """Note that the connection ended. It is logged only if the next attempt fails too."""
        if not self.connected:
            self._connection_log.failing(
                "No connection to Discord's gateway: buttons do not work, but the dashboard is still updated"
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
    """Retry until logged in; return the client, which the caller has to close.

    Each attempt makes a new client: one of discord.py cannot log in twice without leaving a session open.

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
            outage.failing(f"Discord cannot be reached; trying again: {describe(error)}")
            await asyncio.sleep(max(wait, _asked_to_wait(error)))
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            outage.recovered()
            return client


async def _log_in(client: Client, token: str) -> None:
    """Log in; close the client on failure."""
    try:
        async with asyncio.timeout(LOGIN_DEADLINE):
            await client.login(token)
    except BaseException as error:
        await client.close()
        if rejects_token(error):
            raise FatalError(REJECTED) from error
        raise


def rejects_token(error: BaseException) -> bool:
    """Whether Discord rejects the token. A proxy's 401 comes with a page, and says nothing about tokens."""
    cause = error.__cause__
    return isinstance(error, discord.LoginFailure) and not (isinstance(cause, discord.HTTPException) and is_page(cause))


def _asked_to_wait(error: BaseException) -> float:
    """Return the seconds that Discord or Cloudflare asks to wait."""
    is_429 = isinstance(error, discord.HTTPException) and error.status == 429
    return backoff(error) if is_429 or isinstance(error, discord.RateLimited) else 0.0
