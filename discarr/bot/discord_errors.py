"""Describes the errors of Discord, and decides how long to back off after each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan

import aiohttp
import discord

from discarr.bot.network_errors import NOT_DISCORD, is_page, network_problem

DISCORD_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What a request to Discord can raise; TimeoutError is an OSError. See `answer_from_discord` for parse errors."""
PARSE_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What discord.py raises when Discord, or a proxy in its place, sends something unexpected."""
LOGIN_ERRORS = (*DISCORD_ERRORS, *PARSE_ERRORS)
"""What logging in can raise: what answers in Discord's place may be anything."""

SPACING = 5.0
"""Seconds between two edits. Discord allows about 3 in 6 s per channel for messages older than an hour (30046)."""
DENIED = 60.0
"""Seconds of backoff after an error 4xx: 10,000 of them in 10 minutes ban the IP address."""
BANNED = 300.0
"""Seconds of backoff after a 429 that does not say how long."""
OPTIONAL_DEADLINE = 10.0
"""Seconds for a request that the dashboard can do without."""
MAX_BAN = 3600.0
"""The maximum backoff in seconds, whatever Discord or Cloudflare asks for."""

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, ANNOUNCEMENT_LIMIT = 10003, 10008, 20022
MISSING_ACCESS, ARCHIVED_THREAD = 50001, 50083
CONTENT_AT_FAULT = (20009, 50006, 50035, 200000, 240000)
"""The text was explicit, empty, invalid, blocked by AutoMod, or contained a harmful link."""

ANNOUNCEMENT_ADVICE = "Discord limits edits in an announcement channel (20022): choose a text channel"
THREAD_LOCKED = "the thread is locked: unlock it, or choose another channel"
_ADVICE = {
    UNKNOWN_CHANNEL: "DISCORD_CHANNEL_ID is unknown to Discord: copy it again, and invite the bot to that server",
    ANNOUNCEMENT_LIMIT: ANNOUNCEMENT_ADVICE,
    40333: "Cloudflare blocks the requests from this address (40333)",
    30003: "the channel has no room for another pin: unpin something there",
    160005: THREAD_LOCKED,
}
_MOST_CHARACTERS = 300


class Refused(discord.DiscordException):
    """A request did not succeed although Discord reported no error. The text says why, and is safe to log."""


class ChannelUnusable(Refused):
    """This type of channel cannot contain a dashboard."""


class NotShown(Refused):
    """Discord accepted an edit, but the message shows something else."""


@contextmanager
def answer_from_discord() -> Iterator[None]:
    """Turn the exceptions of code that parses an answer of Discord into one of DISCORD_ERRORS.

    Raises:
        Refused: the answer could not be parsed.
    """
    try:
        yield
    except PARSE_ERRORS as error:
        raise Refused(f"Discord's answer cannot be read ({type(error).__name__})") from error


def describe(error: BaseException) -> str:
    """Return what went wrong in one line, without an address, a key, a web page or what was sent to Discord."""
    match error:
        case discord.RateLimited():
            return f"too many requests: Discord asks to wait for {_rounded(error.retry_after)}"
        case discord.HTTPException():
            return _describe_status(error)
        case Refused() | discord.InvalidData():
            return _one_line(error)
        case aiohttp.ClientError() | OSError():
            return network_problem(error)
        case _:
            return NOT_DISCORD


def _describe_status(error: discord.HTTPException) -> str:
    if isinstance(error.code, int) and error.code in _ADVICE:
        return _ADVICE[error.code]
    if error.status == 429 and (is_page(error) or "Via" not in error.response.headers):
        return "429: too many requests from this address; Cloudflare blocks them"
    if error.status == 429:
        return "too many requests: Discord asks to wait"
    if error.status >= 500:
        return "Discord has an internal error (status 5xx)"
    if is_page(error):
        return f"{error.status} and a web page instead of Discord's answer: is there a proxy or a firewall in between?"
    return _one_line(f"{error.status} (code {error.code}) {error.text}")


def _one_line(text: object) -> str:
    """Return an untrusted text without tags as one printable line of at most 300 characters."""
    plain = re.sub(r"<[^>]*>", " ", str(text))
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:_MOST_CHARACTERS]


def _rounded(seconds: float) -> str:
    """Return a duration, rounded so that similar ones have the same text and are logged once."""
    return "less than a minute" if seconds < 60 else f"{seconds / 60:.0f} min"


def backoff(error: BaseException) -> float:
    """Return the seconds for which no edit is attempted after this error."""
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
