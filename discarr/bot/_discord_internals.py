"""What Discarr uses of discord.py beyond its documented interface; checked when this is imported."""

from collections.abc import Mapping
from inspect import signature
from logging import Filter, LogRecord, getLogger
from typing import Any

import discord
from discord.http import HTTPClient, Route

from discarr.bot.discord_errors import answer_from_discord

if "route" not in signature(HTTPClient.request).parameters or "path" not in signature(Route).parameters:
    raise ImportError("this release of discord.py makes its REST requests in a way that Discarr does not know")


class _WithoutRateLimits(Filter):
    """Rate limits that discord.py sits out are no news, and its lines hold addresses with tokens in them."""

    def filter(self, record: LogRecord) -> bool:
        return not str(record.msg).startswith(("We are being rate limited", "Global rate limit"))


getLogger("discord.http").addFilter(_WithoutRateLimits())


async def request(
    client: discord.Client,
    method: str,
    path: str,
    *,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, Any] | None = None,
    **ids: int,
) -> Any:
    """Make one REST request under discord.py's rate limits; return the JSON of the answer as it came.

    discord.py's own objects are not made of it: one unexpected value in a message of a stranger would end in
    an exception, and the messages around it would be lost with it.

    Raises:
        discord.DiscordException, aiohttp.ClientError, OSError: Discord refused it, or did not answer.
    """
    options: dict[str, Any] = {"params": query} if query else {}
    if body is not None:
        options["json"] = body
    with answer_from_discord():
        return await client.http.request(Route(method, path, metadata=None, **ids), **options)
