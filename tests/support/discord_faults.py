"""What another Discord than the documented one answers; each is a `fault` of the loopback."""

import json
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from aiohttp import web

from discarr.demo.discord import Wire, discord_error, too_many_requests
from discarr.demo.discord.channel import LoopbackChannel
from discarr.demo.discord.rest import Fault, json_answer, with_via
from tests.support.faults import dropping, hanging

type Call = tuple[str, str]
type Answer = Callable[[web.Request], web.StreamResponse | None | Awaitable[web.StreamResponse | None]]

PINS = ("GET", "/channels/{channel}/messages/pins")
HISTORY = ("GET", "/channels/{channel}/messages")
CREATE = ("POST", "/channels/{channel}/messages")
EDIT = ("PATCH", "/channels/{channel}/messages/{message}")
DELETE = ("DELETE", "/channels/{channel}/messages/{message}")
PIN = ("PUT", "/channels/{channel}/messages/pins/{message}")
CALLBACK = ("POST", "/interactions/{interaction}/{token}/callback")
CHANNEL = ("GET", "/channels/{channel}")
GUILD = ("GET", "/guilds/{guild}")
MEMBER = ("GET", "/guilds/{guild}/members/{user}")

UNREADABLE = {
    "cut off": b'{"id": "1',
    "no object": b"[]",
    "empty object": b"{}",
    "null": b"null",
    "no text": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "parts of a wrong type": json.dumps(
        {"id": [], "pinned": {}, "flags": "", "content": 3, "embeds": 4, "components": 5, "timestamp": None}
    ).encode(),
}
"""Bodies that Discord does not send, by what is wrong with them."""


def answered(answer: Answer, *calls: Call) -> Fault:
    """Answer these calls (all of them, if none is named) like this; where this answers nothing, as always."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if calls and (request.method, route) not in calls:
            return None
        answered = answer(request)
        return await answered if isawaitable(answered) else answered

    return fault


def answering_with(body: bytes, *calls: Call) -> Fault:
    """Answer these calls with 200 and this body, and do nothing of what was asked."""
    return answered(lambda _: with_via(web.Response(body=body, headers={"Content-Type": "application/json"})), *calls)


def without_code(status: int, *calls: Call) -> Fault:
    """Refuse these calls without one of Discord's codes, as something between the bot and Discord does."""
    return answered(lambda _: json_answer({"message": "Not Found"}, status), *calls)


def cloudflare(retry_after: str | None) -> Answer:
    """Cloudflare's own 429: a page, and no Via."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    page = "<title>Access denied | discord.com used Cloudflare</title>"
    return lambda _: web.Response(status=429, text=page, content_type="text/html", headers=headers)


def proxy(status: int, text: str) -> Answer:
    return lambda _: web.Response(status=status, text=text, content_type="text/html")


def refusing(status: int, code: int) -> Answer:
    return lambda _: discord_error(status, code, "Its words")


TROUBLE: dict[str, tuple[Answer, str]] = {
    "500": (refusing(500, 0), "internal error"),
    "502": (proxy(502, "<html>Bad Gateway</html>"), "internal error"),
    "503": (lambda _: web.Response(status=503, text="upstream connect error"), "internal error"),
    "429 for 3 s": (lambda _: too_many_requests(3.0), "asks to wait"),
    "429 for 45 s": (lambda _: too_many_requests(45.0), "asks to wait for less than a minute"),
    "429 for all": (lambda _: too_many_requests(2.0, scope="global"), "asks to wait"),
    "429 with 30046": (lambda _: too_many_requests(4.0, code=30046), "asks to wait"),
    "Cloudflare's 429": (cloudflare("20"), "Cloudflare blocks them"),
    "a login page": (proxy(200, "<html>Sign in</html>"), "something other than Discord answers"),
    "a login page with 401": (proxy(401, "<html>Sign in</html>"), "401 and a web page"),
    "a login text with 401": (lambda _: web.Response(status=401, text="Authorization required"), "401 and a web page"),
    "closed socket": (dropping, "the connection broke"),
    "hang": (hanging, "no answer in time"),
}
"""What all requests can get, each with what is said of it."""
REFUSALS: dict[str, tuple[Answer, str]] = {
    "no access": (refusing(403, 50001), "View Channel is missing"),
    "missing permissions": (refusing(403, 50013), "50013"),
    "a blocked network": (refusing(403, 40333), "40333"),
    "a channel without messages": (refusing(400, 50008), "50008"),
    "a slow mode": (lambda _: too_many_requests(20, code=20016), "no answer in time"),
    "a bad form": (refusing(400, 50035), "50035"),
    "an unknown server": (refusing(404, 10004), "10004"),
    "an unknown channel": (refusing(404, 10003), "DISCORD_CHANNEL_ID"),
    "a conflict": (refusing(409, 0), "409"),
    "an origin that is down": (refusing(521, 0), "internal error"),
    "a proxy's 404": (proxy(404, "not here"), "404 and a web page"),
}
"""What an edit or a post can get, each with what is said of it."""


def fault(name: str, *calls: Call) -> Fault:
    """Answer these calls (all of them, if none is named) with this trouble."""
    return answered(TROUBLE[name][0], *calls)


async def taken(channel: LoopbackChannel, request: web.Request) -> Wire:
    """Do the edit that was asked for; the message after it."""
    message = channel.get(int(request.match_info["message"]))
    channel.edit(message, await request.json())
    return message.wire()


def answering_edits(channel: LoopbackChannel, *, without: str = "", **changes: object) -> Fault:
    """Take every edit, and answer with the message without a part, or with other ones."""

    async def answer(request: web.Request) -> web.Response:
        message = await taken(channel, request) | changes
        return with_via(json_answer({key: part for key, part in message.items() if key != without}))

    return answered(answer, EDIT)


def ignoring_edits(channel: LoopbackChannel) -> Fault:
    return answered(lambda request: with_via(json_answer(channel.get(int(request.match_info["message"])).wire())), EDIT)


def stale_pins(channel: LoopbackChannel) -> Fault:
    """List the pins of this moment from now on, also those that were deleted since."""
    items = [{"pinned_at": message.wire()["timestamp"], "message": message.wire()} for message in channel.pins()]
    return answered(lambda _: json_answer({"items": items, "has_more": False}), PINS)
