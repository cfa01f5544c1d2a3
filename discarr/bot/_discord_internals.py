"""Uses the undocumented parts of discord.py, so that the rest of Discarr needs only public names.

Everything this relies on is checked at import: an incompatible version of discord.py is noticed at startup, and not by
a button that does nothing.
"""

import asyncio
import inspect
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from logging import Logger, LogRecord, getLogger
from typing import Any, NamedTuple

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from discord.http import HTTPClient, Route
from discord.state import ConnectionState

from discarr.bot.discord_errors import PARSE_ERRORS, Refused, answer_from_discord
from discarr.bot.network_errors import NOT_DISCORD

HELLO_DEADLINE = 20.0
"""Seconds to open a connection and receive HELLO; discord.py waits for 60."""
CLOSE_DEADLINE = 1.0
"""Seconds to close a connection; discord.py waits for 30."""

_ODD = (*PARSE_ERRORS, discord.DiscordException)
"""What discord.py raises at an event that it does not expect."""
_SESSION_EVENTS = ("READY", "RESUMED")


type Session = Mapping[str, Any]
"""The arguments that resume a session: Discord then sends the missed events, and no IDENTIFY is used up."""


class Ending(NamedTuple):
    """How a connection ended, or failed to open."""

    reason: str
    session: Session | None = None
    """The session to resume; None if it is lost."""
    refusal: int | None = None
    """The close code if Discord refuses any further connection."""


def role_ids(user: discord.User | discord.Member) -> frozenset[int]:
    """Return the role ids in the payload of an interaction. The public `roles` omits those missing in the cache."""
    return frozenset(getattr(user, "_roles", ()))


@contextmanager
def redirected_to(api_base: str, gateway_url: str) -> Iterator[None]:
    """Have discord.py connect to another server inside the `with` block, and change nothing else."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api_base, yarl.URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


def watch_events(client: discord.Client, *, connected: Callable[[], None], log: Logger) -> None:
    """Call `connected` as soon as a session has begun or was resumed, and skip events that cannot be parsed.

    discord.py's own `on_ready` comes seconds later, possibly after the connection has ended, and an event that its
    parser does not expect would end the connection. Each kind of skipped event is logged once.
    """
    parsers = client._connection.parsers
    skipped: set[str] = set()

    def skipping(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def parse_or_skip(data: Any) -> None:
            try:
                parse(data)
            except _ODD as error:
                if event not in skipped:
                    skipped.add(event)
                    log.warning("Discord sent an event that cannot be parsed (%s: %s)", event, type(error).__name__)

        return parse_or_skip

    def reporting(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def parse_and_report(data: Any) -> None:
            parse(data)
            connected()

        return parse_and_report

    for event, parse in parsers.items():
        parsers[event] = reporting(parse) if event in _SESSION_EVENTS else skipping(event, parse)


async def live(client: discord.Client, session: Session | None) -> Ending:
    """Open one connection to the gateway, and return once it has ended, for any reason.

    Replaces `discord.Client.connect`, which waits up to 17 minutes between two attempts, hides why a connection ended,
    and reports nothing if it ended with an exception of its own.
    """
    opened: list[DiscordWebSocket] = []

    class WebSocket(DiscordWebSocket):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            opened.append(self)
            client.ws = self  # from here on, closing the client closes it

        async def send_heartbeat(self, data: Any) -> None:
            # The thread that calls this notes the time only afterwards. A server as near as the loopback one has
            # answered by then, which looks like an answer to the previous heartbeat: "Can't keep up, … 41.3s behind".
            if self._keep_alive is not None:
                self._keep_alive._last_send = time.perf_counter()
            await super().send_heartbeat(data)

    try:
        async with asyncio.timeout(HELLO_DEADLINE):
            websocket = await WebSocket.from_client(client, initial=True, **(session or {}))
        while True:
            await websocket.poll_event()
    except (
        ReconnectWebSocket,
        OSError,
        aiohttp.ClientError,
        discord.DiscordException,
        *PARSE_ERRORS,
        zlib.error,
    ) as error:
        ending = _ending(error, _session_of(opened[-1]) if opened else session)
    for left in opened:
        with suppress(OSError, aiohttp.ClientError):  # TimeoutError is an OSError
            async with asyncio.timeout(CLOSE_DEADLINE):
                await left.close(4000)
    return ending


def _ending(error: Exception, session: Session | None) -> Ending:
    """Return the meaning of an exception. After one caused by Discord's data the session cannot be resumed."""
    if isinstance(error, ReconnectWebSocket):
        return Ending("closed", session if error.resume else None)
    if isinstance(error, discord.ConnectionClosed):
        return Ending("refused", refusal=error.code)
    usable = isinstance(error, OSError | aiohttp.ClientError)
    return Ending(type(error).__name__, session if usable else None)


def _session_of(websocket: DiscordWebSocket) -> Session | None:
    id, sequence, gateway = websocket.session_id, websocket.sequence, websocket.gateway
    return None if id is None else {"resume": True, "session": id, "sequence": sequence, "gateway": gateway}


def _is_safe(record: LogRecord) -> bool:
    """Whether a log line is not about rate limits, which discord.py handles itself: those contain URLs with tokens."""
    return not str(record.msg).startswith(("We are being rate limited", "Global rate limit"))


getLogger("discord.http").addFilter(_is_safe)


async def request(
    client: discord.Client,
    method: str,
    path: str,
    *,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, Any] | None = None,
    **ids: int,
) -> Any:
    """Send one REST request within discord.py's rate limits; return the JSON of the answer unchanged.

    It is not turned into discord.py's objects: one unexpected value in somebody else's message would raise an
    exception, and the messages around it would be lost.

    Raises:
        discord.DiscordException, aiohttp.ClientError, OSError: Discord rejected it, or did not answer.
    """
    options = {"params": query} | ({} if body is None else {"json": body})
    with answer_from_discord():
        answer = await client.http.request(Route(method, path, metadata=None, **ids), **options)
    if isinstance(answer, str) and answer:  # what is no JSON; nothing at all is the answer to a deletion
        raise Refused(NOT_DISCORD)
    return answer


def check() -> None:
    """Raise ImportError if discord.py lacks something that this module relies on."""
    opening = inspect.signature(DiscordWebSocket.from_client).parameters
    methods = [getattr(DiscordWebSocket, name, None) for name in ("poll_event", "send_heartbeat", "close")]
    relied_on = {
        "Route.BASE": isinstance(getattr(Route, "BASE", None), str),
        "HTTPClient.request": "route" in inspect.signature(HTTPClient.request).parameters,
        "Route's path": "path" in inspect.signature(Route).parameters,
        "DiscordWebSocket.DEFAULT_GATEWAY": isinstance(getattr(DiscordWebSocket, "DEFAULT_GATEWAY", None), yarl.URL),
        "DiscordWebSocket.from_client": {"initial", "resume", "session", "sequence", "gateway"} <= opening.keys(),
        "DiscordWebSocket's coroutines": all(map(inspect.iscoroutinefunction, methods)),
        "KeepAliveHandler._last_send": "_last_send" in _names_in(KeepAliveHandler.ack),
        "ConnectionState.parsers": "parsers" in _names_in(ConnectionState.__init__),
        "ConnectionState's parsers of sessions": all(
            hasattr(ConnectionState, f"parse_{event.lower()}") for event in _SESSION_EVENTS
        ),
        "Client._connection": "_connection" in _names_in(discord.Client.__init__),
        "Member._roles": "_roles" in getattr(discord.Member, "__slots__", ()),
    }
    if changed := [name for name, there in relied_on.items() if not there]:
        raise ImportError(f"discord.py {discord.__version__} has changed what Discarr relies on: {', '.join(changed)}")


def _names_in(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the attributes that a function uses."""
    return function.__code__.co_names


check()
