"""What another Discord than the documented one answers; each is a `fault` of the loopback."""

import json

from aiohttp import web

from discarr.demo.discord.channel import LoopbackChannel
from discarr.demo.discord.guild import Guild
from discarr.demo.discord.rest import Fault, json_answer, with_via

PINS = ("GET", "/channels/{channel}/messages/pins")
HISTORY = ("GET", "/channels/{channel}/messages")
CREATE = ("POST", "/channels/{channel}/messages")
EDIT = ("PATCH", "/channels/{channel}/messages/{message}")
DELETE = ("DELETE", "/channels/{channel}/messages/{message}")
CALLBACK = ("POST", "/interactions/{interaction}/{token}/callback")
CHANNEL = ("GET", "/channels/{channel}")
GUILD = ("GET", "/guilds/{guild}")

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


def cut_off(request: web.Request) -> web.StreamResponse:
    """Break the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def answering_with(body: bytes, *calls: tuple[str, str]) -> Fault:
    """Answer these calls with 200 and this body, and do nothing of what was asked."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) not in calls:
            return None
        return with_via(web.Response(body=body, headers={"Content-Type": "application/json"}))

    return fault


def without_code(status: int, *calls: tuple[str, str]) -> Fault:
    """Refuse these calls without one of Discord's codes, as something between the bot and Discord does."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return json_answer({"message": "Not Found"}, status) if (request.method, route) in calls else None

    return fault


def ignoring_edits(channel: LoopbackChannel) -> Fault:
    """Accept every edit and change nothing."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != EDIT:
            return None
        return with_via(json_answer(channel.get(int(request.match_info["message"])).wire()))

    return fault


def answering_edits_without(channel: LoopbackChannel, *parts: str) -> Fault:
    """Take every edit, and leave these parts out of the answer."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != EDIT:
            return None
        message = channel.get(int(request.match_info["message"]))
        channel.edit(message, await request.json())
        return with_via(json_answer({key: part for key, part in message.wire().items() if key not in parts}))

    return fault


def unknown_but_listed() -> Fault:
    """Say Unknown Message to every edit of a message that is still listed among pins and messages."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != EDIT:
            return None
        return with_via(json_answer({"message": "Unknown Message", "code": 10008}, 404))

    return fault


def stale_pins(channel: LoopbackChannel) -> Fault:
    """List the pins of this moment from now on, also those that were deleted since."""
    items = [{"pinned_at": message.wire()["timestamp"], "message": message.wire()} for message in channel.pins()]

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return json_answer({"items": items, "has_more": False}) if (request.method, route) == PINS else None

    return fault


def bare_guild(guild: Guild) -> Fault:
    """Send of the guild what the permissions need, without what the gateway sends besides."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != GUILD:
            return None
        return json_answer({key: guild.wire()[key] for key in ("id", "name", "owner_id", "roles")})

    return fault
