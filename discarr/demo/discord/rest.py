"""The REST routes that the bot uses, and what their requests and answers are made of."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from .channel import LoopbackChannel, StoredMessage
from .guild import Guild
from .interactions import Interactions
from .values import DiscordError, Wire, iso

API = "/api/v10"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Fault = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]
"""Asked before every REST request with its templated route; None lets the request through, else it is the answer."""


class Rest:
    def __init__(self, guild: Guild, channel: LoopbackChannel, interactions: Interactions) -> None:
        self._guild = guild
        self._channel = channel
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        guild, channel = f"{API}/guilds/{{guild}}", f"{API}/channels/{{channel}}"
        message, pin = f"{channel}/messages/{{message}}", f"{channel}/messages/pins/{{message}}"
        return [
            web.get(f"{API}/users/@me", self.me),
            web.get(f"{API}/oauth2/applications/@me", self.application),
            web.get(guild, self.guild),
            web.get(f"{guild}/members/{{user}}", self.member),
            web.get(channel, self.channel),
            web.get(f"{channel}/messages", self.history),
            web.post(f"{channel}/messages", self.create),
            # Before the messages: `pins` is no message's id.
            web.get(f"{channel}/messages/pins", self.pins),
            web.put(pin, self.pin),
            web.get(message, self.message),
            web.patch(message, self.edit),
            web.delete(message, self.delete),
            web.post(f"{API}/interactions/{{interaction}}/{{token}}/callback", self.answer),
            web.patch(f"{API}/webhooks/{{application}}/{{token}}/messages/{{message:@original}}", self.edit_answer),
        ]

    async def me(self, request: web.Request) -> web.Response:
        return json_answer(self._guild.bot.user_wire())

    async def application(self, request: web.Request) -> web.Response:
        return json_answer(self._guild.application_wire())

    async def guild(self, request: web.Request) -> web.Response:
        _require(request, "guild", self._guild.id, 10004)
        return json_answer(self._guild.wire())

    async def member(self, request: web.Request) -> web.Response:
        member = self._guild.members.get(_id(request, "user"))
        if member is None:
            raise DiscordError(404, 10007, "Unknown Member")
        return json_answer(self._guild.member_wire(member))

    async def channel(self, request: web.Request) -> web.Response:
        return json_answer(self._guild.channel_of(_id(request, "channel")))

    async def history(self, request: web.Request) -> web.Response:
        """Newest first. Without Read Message History Discord answers with an empty list."""
        self._allowed(request)
        before = int(request.query.get("before", 2**63))
        readable = self._guild.may("read_message_history")
        found = [message.wire() for message in self._channel.public() if readable and message.id < before]
        return json_answer(found[::-1][: int(request.query["limit"])])

    async def create(self, request: web.Request) -> web.Response:
        """Discord refuses a message of embeds alone without Embed Links, and drops the embeds of one with text.

        With `enforce_nonce` it answers a repeated nonce with the message that has it.
        """
        self._allowed(request, "send_messages")
        body = await body_of(request)
        for message in self._channel.public():
            if body.get("enforce_nonce") and message.nonce == body["nonce"]:
                return json_answer(message.wire())
        if not body.get("content"):
            self._guild.require("embed_links")
        return json_answer(self._channel.make(self._guild.bot, self._without_embeds(body)).wire())

    async def message(self, request: web.Request) -> web.Response:
        self._allowed(request, "read_message_history")
        return json_answer(self._message(request).wire())

    async def edit(self, request: web.Request) -> web.Response:
        self._allowed(request)
        message = self._message(request)
        if message.author != self._guild.bot:
            raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
        self._channel.edit(message, self._without_embeds(await body_of(request)))
        return json_answer(message.wire())

    async def delete(self, request: web.Request) -> web.Response:
        """Its own messages, the notices of its own pinning too, a bot may always delete."""
        self._allowed(request)
        message = self._message(request)
        if message.author != self._guild.bot:
            self._guild.require("manage_messages")
        self._channel.delete(message)
        return web.Response(status=204)

    async def pins(self, request: web.Request) -> web.Response:
        """Last pinned first. Without Read Message History Discord answers with an empty list."""
        self._allowed(request)
        before = datetime.fromisoformat(request.query.get("before", "9999-01-01T00:00+00:00")).timestamp()
        readable = self._guild.may("read_message_history")
        items = [
            {"pinned_at": iso(message.pinned_at), "message": message.wire()}
            for message in self._channel.pins()
            if readable and message.pinned_at is not None and message.pinned_at < before
        ]
        limit = int(request.query["limit"])
        return json_answer({"items": items[:limit], "has_more": len(items) > limit})

    async def pin(self, request: web.Request) -> web.Response:
        self._allowed(request, "pin_messages", "read_message_history")
        self._channel.pin(self._message(request), self._guild.bot)
        return web.Response(status=204)

    async def answer(self, request: web.Request) -> web.Response:
        """discord.py always asks for a response."""
        token = request.match_info["token"]
        return json_answer(self._interactions.answer(_id(request, "interaction"), token, await body_of(request)))

    async def edit_answer(self, request: web.Request) -> web.Response:
        return json_answer(self._interactions.edit_original(request.match_info["token"], await body_of(request)))

    def _without_embeds(self, body: Wire) -> Wire:
        """Without Embed Links Discord drops the embeds."""
        return body | {"embeds": []} if body.get("embeds") and not self._guild.may("embed_links") else body

    def _allowed(self, request: web.Request, *names: str) -> None:
        _require(request, "channel", self._guild.channel_id, 10003)
        self._guild.require(*names)

    def _message(self, request: web.Request) -> StoredMessage:
        return self._channel.get(_id(request, "message"))


def _id(request: web.Request, name: str) -> int:
    return int(request.match_info[name])


def _require(request: web.Request, name: str, id: int, code: int) -> None:
    """Raise Discord's 404 if the request is about another one than this."""
    if _id(request, name) != id:
        raise DiscordError(404, code, f"Unknown {name.capitalize()}")


def json_answer(data: Any, status: int = 200) -> web.Response:
    """An answer with the exact content type `application/json`, without which discord.py takes it for text."""
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})


def discord_error(status: int, code: int, message: str) -> web.Response:
    """An error as Discord answers it; for faults."""
    return with_via(json_answer({"message": message, "code": code}, status))


def too_many_requests(retry_after: float, *, code: int = 0, scope: str = "user") -> web.Response:
    """Discord's 429; `code` 30046 is the one for too many edits of messages older than an hour. For faults."""
    body: Wire = {"message": "You are being rate limited.", "retry_after": retry_after, "global": scope == "global"}
    response = json_answer(body | ({"code": code} if code else {}), 429)
    response.headers["Retry-After"] = str(max(1, round(retry_after)))
    response.headers["X-RateLimit-Scope"] = scope
    return with_via(response)


def with_via[R: web.StreamResponse](response: R) -> R:
    """Marks an answer as Discord's own; discord.py takes a 429 without it for Cloudflare's."""
    response.headers["Via"] = "1.1 google"
    return response


def route_of(request: web.Request) -> str:
    """The templated route below the API's version; the bare path where none fits."""
    resource = request.match_info.route.resource
    return (request.path if resource is None else resource.canonical).removeprefix(API)


def with_limits(response: web.StreamResponse, request: web.Request) -> web.StreamResponse:
    """Adds the rate limit's headers; there is always more left, so that discord.py never waits."""
    numbers = {"Limit": "50", "Remaining": "49", "Reset-After": "1.000"}
    numbers["Bucket"] = f"{request.method} {route_of(request)}"
    response.headers.update({f"X-RateLimit-{name}": number for name, number in numbers.items()})
    return with_via(response)


async def body_of(request: web.Request) -> Any:
    return await request.json() if request.body_exists else None
