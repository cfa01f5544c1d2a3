"""What Discord can refuse: in words, and for how long to be quiet after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan

import aiohttp
import discord

from discarr.bot.network_errors import describe_outage, is_page

DISCORD_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What a call to Discord can raise; TimeoutError is an OSError. Parse failures are: see `answer_from_discord`."""

SPACING = 5.0
"""Seconds between two edits. Messages older than an hour allow about 3 in 6 s a channel (error 30046)."""
DENIED = 60.0
"""Seconds of quiet after Discord said no: 10,000 refusals in 10 minutes ban the address."""
BANNED = 300.0
MAX_BAN = 3600.0
"""The most seconds of quiet, whatever Discord asks for: a 429 of Cloudflare's, an announcement channel's limit."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, ANNOUNCEMENT_LIMIT = 10003, 10008, 20022
MISSING_ACCESS, EMPTY_MESSAGE, INVALID_FORM, ARCHIVED_THREAD = 50001, 50006, 50035, 50083

ANNOUNCEMENT_ADVICE = "Discord limits edits in an announcement channel (20022): choose a text channel"
_ADVICE = {
    UNKNOWN_CHANNEL: "DISCORD_CHANNEL_ID is unknown to Discord: copy it again, and invite the bot to that server",
    ANNOUNCEMENT_LIMIT: ANNOUNCEMENT_ADVICE,
    30003: "the channel has no room for another pin: unpin something there",
    160005: "the thread is locked: unlock it, or choose another channel",
}
_PARSE_FAILURES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_LONGEST = 300


class Refused(discord.DiscordException):
    """Discord did not do what was asked, without an error of its own. The text says why, fit for the log."""


class ChannelUnusable(Refused):
    """No dashboard can be in this channel, whatever the bot may do."""


class NotShown(Refused):
    """Discord accepted a message, and it shows something else than what was sent."""


@contextmanager
def answer_from_discord() -> Iterator[None]:
    """Make what is raised while an answer of Discord's is parsed an error of Discord's.

    Raises:
        Refused: the answer could not be parsed.
    """
    try:
        yield
    except _PARSE_FAILURES as error:
        raise Refused(f"its answer cannot be read ({type(error).__name__})") from error


def describe(error: BaseException) -> str:
    """What went wrong with Discord, in one line and without anything that was sent."""
    match error:
        case discord.RateLimited():
            return f"too many requests: it asks to wait for {_rounded(error.retry_after)}"
        case discord.HTTPException():
            return _describe_status(error)
        case Refused() | discord.InvalidData():
            return one_line(str(error))
        case aiohttp.ClientError() | OSError():
            return describe_outage(error)
        case _:
            return type(error).__name__


def _describe_status(error: discord.HTTPException) -> str:
    if isinstance(error.code, int) and error.code in _ADVICE:
        return _ADVICE[error.code]
    if error.status >= 500:
        return "it has trouble of its own (status 5xx)"
    if is_page(error):
        return describe_outage(error)
    return one_line(f"{error.status} (code {error.code}) {error.text}")


def one_line(text: str) -> str:
    """Text of others, fit for a line of the log or the terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST]


def _rounded(seconds: float) -> str:
    """A duration that reads the same for answers that differ by moments, so that each is logged once."""
    return "less than a minute" if seconds < 60 else f"{seconds / 60:.0f} min"


def backoff(error: BaseException) -> float:
    """Seconds in which no edit is tried."""
    if isinstance(error, discord.RateLimited):
        return _within_reason(error.retry_after)
    if isinstance(error, Refused):
        return DENIED
    if not isinstance(error, discord.HTTPException):
        return SPACING
    if error.status == 429:  # without a Via header, which discord.py does not wait for
        return _seconds(error.response.headers.get("Retry-After", ""))
    return DENIED if error.status in (400, 403, 404) else SPACING


def _seconds(retry_after: str) -> float:
    try:
        seconds = float(retry_after)
    except ValueError:
        return BANNED
    return BANNED if isnan(seconds) else _within_reason(seconds)


def _within_reason(seconds: float) -> float:
    return min(max(seconds, SPACING), MAX_BAN)
