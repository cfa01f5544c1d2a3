"""What another Discord than the documented one answers; each is a `fault` of the loopback."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from aiohttp import web

from discarr.demo.discord import Wire, discord_error
from discarr.demo.discord.channel import LoopbackChannel
from discarr.demo.discord.guild import Guild
from discarr.demo.discord.rest import Fault, json_answer, with_via

type Call = tuple[str, str]
"""Method and route of a request to Discord."""
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


async def never(request: web.Request) -> None:
    await asyncio.Event().wait()


def hung(*calls: Call) -> Fault:
    return answered(never, *calls)


def cut_off(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)


def unauthorized(request: web.Request) -> web.Response:
    """What Discord itself answers if it does not know the token."""
    return discord_error(401, 0, "401: Unauthorized")


def answering_with(body: bytes, *calls: Call) -> Fault:
    """Answer these calls with 200 and this body, and do nothing of what was asked."""
    return answered(lambda _: with_via(web.Response(body=body, headers={"Content-Type": "application/json"})), *calls)


def without_code(status: int, *calls: Call) -> Fault:
    """Refuse these calls without one of Discord's codes, as something between the bot and Discord does."""
    return answered(lambda _: json_answer({"message": "Not Found"}, status), *calls)


async def taken(channel: LoopbackChannel, request: web.Request) -> Wire:
    """Do the edit that was asked for; the message after it."""
    message = channel.get(int(request.match_info["message"]))
    channel.edit(message, await request.json())
    return message.wire()


def ignoring_edits(channel: LoopbackChannel) -> Fault:
    """Accept every edit and change nothing."""
    return answered(lambda request: with_via(json_answer(channel.get(int(request.match_info["message"])).wire())), EDIT)


def answering_edits_with_another(channel: LoopbackChannel) -> Fault:
    """Take every edit, and answer with another message that shows the same."""

    async def answer(request: web.Request) -> web.Response:
        return json_answer(await taken(channel, request) | {"id": "5"})

    return answered(answer, EDIT)


def answering_edits_without(channel: LoopbackChannel, *parts: str) -> Fault:
    """Take every edit, and leave these parts out of the answer."""

    async def answer(request: web.Request) -> web.Response:
        message = await taken(channel, request)
        return with_via(json_answer({key: part for key, part in message.items() if key not in parts}))

    return answered(answer, EDIT)


def unknown_but_listed() -> Fault:
    """Say Unknown Message to every edit of a message that is still listed among pins and messages."""
    return answered(lambda _: with_via(json_answer({"message": "Unknown Message", "code": 10008}, 404)), EDIT)


def stale_pins(channel: LoopbackChannel) -> Fault:
    """List the pins of this moment from now on, also those that were deleted since."""
    items = [{"pinned_at": message.wire()["timestamp"], "message": message.wire()} for message in channel.pins()]
    return answered(lambda _: json_answer({"items": items, "has_more": False}), PINS)


def bare_guild(guild: Guild) -> Fault:
    """Send of the guild what the permissions need, without what the gateway sends besides."""
    return answered(
        lambda _: json_answer({key: guild.wire()[key] for key in ("id", "name", "owner_id", "roles")}), GUILD
    )
