"""The REST routes of users, guild, channel, messages and pins."""

import logging
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from .channel import LoopbackChannel, StoredMessage
from .guild import Guild
from .http import API, body_of, id_of, json_answer, nothing
from .kinds import WITHOUT_MESSAGES
from .payloads import CHANNEL_MESSAGE, MESSAGE, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, check_message
from .values import DiscordError, Wire, iso, user_wire

log = logging.getLogger(__name__)


class Rest:
    def __init__(self, guild: Guild, channel: LoopbackChannel, gateway_url: Callable[[], str]) -> None:
        self._guild = guild
        self._channel = channel
        self._gateway_url = gateway_url

    def routes(self) -> list[web.RouteDef]:
        guild, channel = f"{API}/guilds/{{guild}}", f"{API}/channels/{{channel}}"
        return [
            web.get(f"{API}/users/@me", self.me),
            web.get(f"{API}/users/@me/guilds", self.my_guilds),
            web.get(f"{API}/oauth2/applications/@me", self.application),
            web.get(f"{API}/applications/@me", self.application),
            web.get(f"{API}/gateway", self.gateway),
            web.get(f"{API}/gateway/bot", self.gateway_bot),
            web.get(guild, self.guild),
            web.get(f"{guild}/channels", self.channels),
            web.get(f"{guild}/roles", self.roles),
            web.get(f"{guild}/members/{{user}}", self.member),
            web.get(channel, self.channel),
            web.patch(channel, self.change_channel),
            web.get(f"{channel}/messages", self.history),
            web.post(f"{channel}/messages", self.create),
            # Before the messages: `pins` is no message's id.
            web.get(f"{channel}/messages/pins", self.pins),
            web.put(f"{channel}/messages/pins/{{message}}", self.pin),
            web.delete(f"{channel}/messages/pins/{{message}}", self.unpin),
            web.get(f"{channel}/messages/{{message}}", self.message),
            web.patch(f"{channel}/messages/{{message}}", self.edit),
            web.delete(f"{channel}/messages/{{message}}", self.delete),
        ]

    async def me(self, request: web.Request) -> web.Response:
        return json_answer(user_wire(self._guild.bot) | {"verified": True, "mfa_enabled": False, "locale": "en-US"})

    async def my_guilds(self, request: web.Request) -> web.Response:
        permissions = str(self._guild.permissions(self._guild.bot))
        keys = ("id", "name", "icon", "banner", "features")
        wire = self._guild.wire()
        return json_answer([{key: wire[key] for key in keys} | {"owner": False, "permissions": permissions}])

    async def application(self, request: web.Request) -> web.Response:
        return json_answer(self._guild.application_wire())

    async def gateway(self, request: web.Request) -> web.Response:
        return json_answer({"url": self._gateway_url()})

    async def gateway_bot(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        return json_answer({"url": self._gateway_url(), "shards": 1, "session_start_limit": limit})

    async def guild(self, request: web.Request) -> web.Response:
        self._known_guild(request)
        return json_answer(self._guild.wire())

    async def channels(self, request: web.Request) -> web.Response:
        self._known_guild(request)
        return json_answer(self._guild.channel_wires())

    async def roles(self, request: web.Request) -> web.Response:
        self._known_guild(request)
        return json_answer(self._guild.roles_wire())

    async def member(self, request: web.Request) -> web.Response:
        self._known_guild(request)
        return json_answer(self._guild.member_wire(self._guild.member(id_of(request, "user"))))

    async def channel(self, request: web.Request) -> web.Response:
        if self._guild.is_thread and id_of(request, "channel") == self._guild.parent_id:
            self._guild.require()
            return json_answer(self._guild.parent_wire())
        self._allowed(request)
        return json_answer(self._guild.channel_wire())

    async def change_channel(self, request: web.Request) -> web.Response:
        """Of all that can be changed, only that a thread leaves the archive."""
        self._allowed(request)
        if await body_of(request) != {"archived": False} or not self._guild.is_thread:
            log.error("The loopback Discord only takes threads out of the archive")
            raise DiscordError(400, 50035, "Invalid Form Body")
        self._guild.reopen()
        return json_answer(self._guild.channel_wire())

    async def history(self, request: web.Request) -> web.Response:
        """Newest first. Without Read Message History Discord answers with an empty list."""
        self._allowed_messages(request)
        limit = _number(request, "limit", 50, 100)
        if not self._guild.may("read_message_history"):
            return json_answer([])
        found = list(self._channel.public())
        if "around" in request.query:
            around = _query_id(request, "around")
            found = sorted(sorted(found, key=lambda message: abs(message.id - around))[:limit], key=_id)
        elif "after" in request.query:
            found = [message for message in found if message.id > _query_id(request, "after")][:limit]
        elif "before" in request.query:
            found = [message for message in found if message.id < _query_id(request, "before")]
        return json_answer([message.wire() for message in reversed(found[-limit:])])

    async def create(self, request: web.Request) -> web.Response:
        """Discord refuses a message of embeds alone without Embed Links, and drops the embeds of one with text."""
        self._allowed_messages(request, "send_messages")
        self._guild.require_unlocked()
        self._guild.archived = False  # a message reopens a thread
        body = await body_of(request)
        check_message(body, CHANNEL_MESSAGE, flags=SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS)
        if body.get("enforce_nonce") and (repeated := self._channel.repeated(self._guild.bot, body.get("nonce"))):
            return json_answer(repeated.wire())
        if body.get("embeds") and not self._guild.may("embed_links"):
            if not (body.get("content") or "").strip():
                raise DiscordError(403, 50013, "Missing Permissions")
            body = body | {"embeds": []}
        return json_answer(self._channel.make(self._guild.bot, body).wire())

    async def message(self, request: web.Request) -> web.Response:
        self._allowed(request, "read_message_history")
        return json_answer(self._message(request).wire())

    async def edit(self, request: web.Request) -> web.Response:
        """Without Embed Links Discord drops the embeds of an edit."""
        self._allowed_messages(request)
        self._guild.require_open()
        message, body = self._message(request), await body_of(request)
        if message.author != self._guild.bot:
            raise DiscordError(403, 50005, "Cannot edit a message authored by another user")
        if message.kind not in (0, 19):
            raise DiscordError(403, 50021, "Cannot execute action on a system message")
        check_message(body, MESSAGE, flags=2**31 - 1)
        if body.get("embeds") and not self._guild.may("embed_links"):
            body = body | {"embeds": []}
        self._channel.edit(message, body)
        return json_answer(message.wire())

    async def delete(self, request: web.Request) -> web.Response:
        """Its own messages, the notices of its own pinning too, a bot may always delete."""
        self._allowed_messages(request)
        self._guild.require_open()
        message = self._message(request)
        if message.author != self._guild.bot:
            self._allowed(request, "manage_messages")
        self._channel.delete(message)
        return nothing()

    async def pins(self, request: web.Request) -> web.Response:
        """Last pinned first. Without Read Message History Discord answers with an empty list."""
        self._allowed_messages(request)
        limit = _number(request, "limit", 50, 50)
        found = self._channel.pins() if self._guild.may("read_message_history") else []
        if "before" in request.query:
            found = [message for message in found if (message.pinned_at or 0) < _moment(request.query["before"])]
        items = [{"pinned_at": iso(message.pinned_at or 0), "message": message.wire()} for message in found]
        return json_answer({"items": items[:limit], "has_more": len(items) > limit})

    async def pin(self, request: web.Request) -> web.Response:
        self._allowed_messages(request, "pin_messages", "read_message_history")
        self._guild.require_open()
        message = self._message(request)
        if message.kind not in (0, 19):
            raise DiscordError(403, 50021, "Cannot execute action on a system message")
        self._channel.pin(message, self._guild.bot)
        return nothing()

    async def unpin(self, request: web.Request) -> web.Response:
        self._allowed(request, "pin_messages")
        self._channel.unpin(self._message(request))
        return nothing()

    def _known_guild(self, request: web.Request) -> None:
        if id_of(request, "guild") != self._guild.id:
            raise DiscordError(404, 10004, "Unknown Guild")

    def _allowed(self, request: web.Request, *names: str) -> None:
        if id_of(request, "channel") != self._guild.channel_id:
            raise DiscordError(404, 10003, "Unknown Channel")
        self._guild.require(*names)

    def _allowed_messages(self, request: web.Request, *names: str) -> None:
        self._allowed(request, *names)
        if self._guild.channel_type in WITHOUT_MESSAGES:
            raise DiscordError(400, 50008, "Cannot send messages in a non-text channel")

    def _message(self, request: web.Request) -> StoredMessage:
        return self._channel.get(id_of(request, "message"))


def _id(message: StoredMessage) -> int:
    return message.id


def _bad_query(name: str, code: str, text: str) -> DiscordError:
    errors: Wire = {name: {"_errors": [{"code": code, "message": text}]}}
    return DiscordError(400, 50035, "Invalid Form Body", errors)


def _number(request: web.Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise _bad_query(name, "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
    return int(text)


def _query_id(request: web.Request, name: str) -> int:
    text = request.query[name]
    if not text.isdecimal():
        raise _bad_query(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


def _moment(text: str) -> float:
    try:
        # A plus sign that was not quoted arrives as a space.
        return datetime.fromisoformat(text.replace(" ", "+")).timestamp()
    except ValueError as error:
        raise _bad_query("before", "DATE_TIME_TYPE_PARSE", f"Could not parse {text}. Should be ISO8601.") from error
