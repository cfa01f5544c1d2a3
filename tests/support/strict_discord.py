"""A loopback Discord that holds the bot to Discord's limits, and to which more can happen than in the demo."""

from typing import Any

from aiohttp import web

from discarr.demo.discord import DiscordError, LoopbackDiscord, Member, Press, Wire, submitted
from discarr.demo.discord.gateway import HEARTBEAT, IDENTIFY, INVALID_SESSION, Connection, LoopbackGateway
from discarr.demo.discord.guild import Guild
from discarr.demo.discord.interactions import Choices
from discarr.demo.discord.rest import API, body_of, json_answer
from tests.support.any_guild import AnyGuild
from tests.support.limits import BUTTON, require_choices, require_limits

RECONNECT = 7
GUILDS = 1 << 0
"""The one intent the bot asks for. Another one would bring it events that the loopback does not send."""


class StrictGateway(LoopbackGateway):
    """A gateway that can fall silent, send anything and end sessions."""

    def __init__(self, guild: Guild, token: str) -> None:
        super().__init__(guild, token)
        self.heartbeats = 0
        self._silent = False

    @property
    def sessions(self) -> int:
        """How many could be resumed."""
        return len(self._sessions)

    async def drop(self, code: int | None = None) -> None:
        """Close every connection with a code, or cut it off."""
        if code is None:
            return await super().drop()
        for connection in tuple(self._connections):
            self._forget(connection, code)
            await connection.socket.close(code=code)

    async def reconnect(self) -> None:
        for connection in tuple(self._connections):
            await connection.send(RECONNECT)

    async def invalidate(self) -> None:
        for connection in tuple(self._connections):
            self._forget(connection, 4009)
            await connection.send(INVALID_SESSION, False)

    async def silence(self, silent: bool = True) -> None:
        """Neither acknowledge nor send anything any more; afterwards what was missed is sent."""
        self._silent = silent
        await self._flush()

    async def garble(self, frame: str | bytes) -> None:
        for connection in tuple(self._connections):
            socket = connection.socket
            await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))

    async def _flush(self) -> None:
        if not self._silent:
            await super()._flush()

    async def _take(self, connection: Connection, op: int, data: Wire) -> None:
        if op == IDENTIFY and data["intents"] != GUILDS:
            await connection.socket.close(code=4014)
        elif not self._silent:
            await super()._take(connection, op, data)
            self.heartbeats += op == HEARTBEAT
            self._guild.changes.tell()


class StrictDiscord(LoopbackDiscord):
    guild_class = AnyGuild
    gateway_class = StrictGateway
    guild: AnyGuild
    gateway: StrictGateway

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_routes([web.patch(f"{API}/channels/{{channel}}", self._reopen)])

    def check(self, request: web.Request, route: str, body: Any) -> None:
        super().check(request, route, body)
        if route.startswith("/channels/") and "/messages" in route:
            self.guild.require_open(request.method)
        require_limits(route, request.query, body)

    async def _reopen(self, request: web.Request) -> web.Response:
        """Take a thread out of the archive: https://docs.discord.com/developers/resources/channel#modify-channel."""
        if await body_of(request) != {"archived": False} or not self.guild.is_thread:
            raise DiscordError(400, 50035, "Invalid Form Body")
        self.guild.require("manage_threads" if self.guild.locked else "send_messages")
        self.guild.archived = False
        return json_answer(self.guild.channel_wire())

    async def channel_changed(self) -> None:
        event = "THREAD_UPDATE" if self.guild.is_thread else "CHANNEL_UPDATE"
        await self.gateway.send(event, self.guild.channel_wire())
        self.changes.tell()

    async def press_raw(self, member: Member, custom_id: str, *, message_id: int, **claims: object) -> Press:
        """A hand-made press, of which nothing is checked; `claims` replace parts of its payload."""
        data = {"custom_id": custom_id, "component_type": BUTTON}
        press = self.interactions.new(member, data, self.channel.all.get(message_id))
        await self.gateway.send("INTERACTION_CREATE", self.interactions.payload(press, data) | claims)
        return press

    async def submit(
        self, opened: Press | Wire, choices: Choices | None = None, *, member: Member | None = None
    ) -> Press:
        """Submit a form, also one that no press has opened, and as anybody."""
        press = opened if isinstance(opened, Press) else None
        form = opened.modal if isinstance(opened, Press) else opened
        member = member or (press.member if press else None)
        assert form is not None and member is not None
        require_choices(form, choices or {})
        data = submitted(form, choices or {})
        return await self.send(data, self.interactions.new(member, data, press.source if press else None))

    async def post(self, member: Member, text: str = "…", **parts: object) -> int:
        """A message, with parts of its JSON as given, such as a poll or an author of a shape that nobody expects."""
        return self.channel.make(member, {"content": text}, extra=parts).id

    async def pin(self, message_id: int) -> None:
        self.channel.pin(self.channel.get(message_id), self.moderator)

    async def set_role(self, role_id: int, permissions: int) -> None:
        role = self.guild.roles[role_id]
        role.permissions = permissions
        await self.gateway.send("GUILD_ROLE_UPDATE", {"guild_id": str(self.guild_id), "role": role.wire()})

    async def archive(self, *, locked: bool = False) -> None:
        """Put the thread into the archive, as Discord does after days without a message, and lock it or not."""
        self.guild.archived, self.guild.locked = True, locked
        await self.channel_changed()

    async def delete_channel(self) -> None:
        self.guild.channel_exists = False
        await self.gateway.send("CHANNEL_DELETE", self.guild.channel_wire())
