"""The loopback Discord as a server, and what people do in its channel."""

import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from types import TracebackType
from typing import Self

from aiohttp import web

from .channel import LoopbackChannel, StoredMessage
from .gateway import LoopbackGateway
from .guild import Guild
from .http import Check, Fault, Front
from .interactions import Interactions, Press
from .payloads import SELECT, SUPPRESS_EMBEDS, submitted, walk
from .rest import Rest
from .values import Changes, Clock, Member, Request, Snowflakes, Wire, user_wire


class LoopbackDiscord:
    """A Discord of one guild with one channel, which the unmodified bot takes for the real one.

    `port` 0 takes a free one. `clock` gives the time of messages, of the 3 seconds for an answer and of the 15 minutes
    of its token.
    """

    def __init__(
        self,
        *,
        token: str = "demo-token",
        clock: Clock = time.time,
        host: str = "127.0.0.1",
        port: int = 0,
        guild: type[Guild] = Guild,
        gateway: type[LoopbackGateway] = LoopbackGateway,
        check: Check = lambda request, route, body: None,
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.changes = Changes()
        """Wakes whoever waits for anything to change."""
        snowflakes = Snowflakes(clock)
        self.guild = guild(snowflakes, clock)
        self.gateway = gateway(
            token=token, clock=clock, changes=self.changes, ready=self._ready, guild=self.guild.create_wire
        )
        self.channel = LoopbackChannel(self.guild, snowflakes, clock, self.changes)
        self.interactions = Interactions(self.guild, self.channel, snowflakes, clock, self.changes)
        self.front = Front(token=token, clock=clock, fault=lambda: self.fault, check=check)
        self.requests: list[Request] = self.front.requests
        self.identifies = self.gateway.identifies
        self.admin, self.moderator, self.guest = self.guild.viewers
        self.bot_id, self.guild_id, self.channel_id = self.guild.bot.id, self.guild.id, self.guild.channel_id
        self.fault: Fault | None = None
        """Asked before every REST request; what it returns is the answer, None lets the request through."""
        self.is_stopping = False
        """Streams end now: while one is open, the server cannot."""
        self._more_routes: list[web.RouteDef] = []
        self._runner: web.AppRunner | None = None

    @property
    def page_url(self) -> str:
        return f"http://{self._address}/"

    @property
    def api_base(self) -> str:
        """The address of its REST API, in place of Discord's."""
        return f"http://{self._address}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The address of its gateway, in place of Discord's."""
        return f"ws://{self._address}/gateway"

    @property
    def _address(self) -> str:
        # An address that means "all of them" is none to connect to.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # nosec B104
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def messages(self) -> list[Wire]:
        """The channel's messages as everybody sees them, oldest first; a copy."""
        return [deepcopy(message.wire()) for message in self.channel.public()]

    @property
    def pinned(self) -> list[Wire]:
        """The pinned messages, the last pinned first; a copy."""
        return [deepcopy(message.wire()) for message in self.channel.pins()]

    def add_routes(self, routes: Sequence[web.RouteDef]) -> None:
        """Serve these too, from the next start on."""
        self._more_routes += routes

    async def start(self) -> None:
        """Listen. After `stop` it may be started again, on the same port and with everything as it was."""
        app = web.Application(middlewares=[self.front.middleware])
        app.add_routes(Rest(self.guild, self.channel, self.interactions).routes())
        app.add_routes([web.get("/gateway", self.gateway.handle), *self._more_routes])
        self.is_stopping = False
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        self.is_stopping = True
        self.changes.tell()
        await self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _ready(self) -> Wire:
        return {
            "v": 10,
            "user": user_wire(self.guild.bot),
            "guilds": [{"id": str(self.guild.id), "unavailable": True}],
            "resume_gateway_url": self.gateway_url,
            "application": {"id": str(self.guild.application_id), "flags": 0},
        }

    # What people do.

    async def press(
        self, member: Member, custom_id: str, *, message_id: int | None = None, values: Sequence[str] = ()
    ) -> Press:
        """Press a button, or choose `values` of a select, on the newest message that has it, or raise LookupError."""
        message, component = self._find(member, custom_id, message_id)
        data = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if component["type"] == SELECT:
            if not values or set(values) - {option["value"] for option in component["options"]}:
                raise LookupError(f"the select {custom_id} has no choice {list(values)}")
            data["values"] = list(values)
        return await self.send(data, self.interactions.new(member, data, source=message))

    async def submit(self, opened: Press, values: Mapping[str, str | list[str]] | None = None) -> Press:
        """Submit the form that a press opened; components that `values` (by custom_id) does not name keep defaults.

        LookupError if there is no such form, component or choice; ValueError if too few or too many are chosen.
        """
        if opened.modal is None:
            raise LookupError("no form is open")
        data = submitted(opened.modal, values or {})
        return await self.send(data, self.interactions.new(opened.member, data, opened_by=opened))

    async def send(self, data: Wire, press: Press) -> Press:
        """Tell the bot of a press."""
        await self.gateway.send("INTERACTION_CREATE", self.interactions.payload(press, data))
        return press

    def _find(self, member: Member, custom_id: str, message_id: int | None) -> tuple[StoredMessage, Wire]:
        for message in reversed(list(self.channel.seen_by(member))):
            for component in walk(message.components):
                if component.get("custom_id") == custom_id and message_id in (None, message.id):
                    if component.get("disabled"):
                        raise LookupError(f"{custom_id} is disabled")
                    return message, component
        raise LookupError(f"{member.name} sees no {custom_id}")

    async def delete_message(self, message_id: int) -> None:
        self.channel.delete(self.channel.get(message_id))

    async def unpin(self, message_id: int) -> None:
        self.channel.get(message_id).pinned_at = None
        self.changes.tell()

    async def suppress_embeds(self, message_id: int) -> None:
        """Remove the embeds from view, as with the cross in an embed's corner."""
        self.channel.get(message_id).flags |= SUPPRESS_EMBEDS
        self.changes.tell()

    async def dismiss(self, member: Member, message_id: int) -> None:
        """Put a private answer out of the member's sight; the bot does not learn of it."""
        message = self.channel.get(message_id, private=True)
        message.dismissed = message.private_to == member.id
        self.changes.tell()

    # What the bot may do.

    async def give(self, *names: str) -> None:
        """Allow the bot these permissions in the channel, by discord.py's names."""
        self.guild.change_permissions(self.bot_id, allow=names)
        await self.channel_changed()

    async def take(self, *names: str) -> None:
        """Deny the bot these permissions in the channel, by discord.py's names."""
        self.guild.change_permissions(self.bot_id, deny=names)
        await self.channel_changed()

    async def channel_changed(self) -> None:
        """Tell the bot what the channel is like now."""
        await self.gateway.send("CHANNEL_UPDATE", self.guild.channel_wire())
        self.changes.tell()
