"""What Discord can refuse: in words, and for how long to be quiet after it."""

import aiohttp
import discord

DISCORD_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What a call to Discord can raise; TimeoutError is an OSError."""

SPACING = 5.0
"""Seconds between two edits. Messages older than an hour allow about 3 in 6 s a channel (error 30046)."""
DENIED = 60.0
"""Seconds of quiet after Discord said no: 10,000 refusals in 10 minutes ban the address."""
BANNED = 300.0
MAX_BAN = 3600.0
"""Seconds of quiet after a 429 that is not Discord's own but Cloudflare's: what it says, within reason."""

_ADVICE = {
    10003: "DISCORD_CHANNEL_ID is unknown to Discord: copy it anew, and invite the bot to that server",
    30003: "the channel has no room for another pin: unpin something there",
}


def describe(error: BaseException) -> str:
    """What went wrong with Discord, in few words and without anything that was sent."""
    if isinstance(error, discord.RateLimited):
        return f"wait {error.retry_after:.0f} s (too many requests)"
    if isinstance(error, discord.HTTPException):
        return _ADVICE.get(error.code) or f"{error.status} (code {error.code}) {error.text}"[:300]
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__


def backoff(error: BaseException) -> float:
    """Seconds in which no edit is tried."""
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if not isinstance(error, discord.HTTPException):
        return SPACING
    if error.status == 429:  # without a Via header, which discord.py does not wait for
        return _seconds(error.response.headers.get("Retry-After", ""))
    return DENIED if error.status in (400, 403, 404) else SPACING


def _seconds(retry_after: str) -> float:
    try:
        return min(max(float(retry_after), SPACING), MAX_BAN)
    except ValueError:
        return BANNED
