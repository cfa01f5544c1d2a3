"""The loopback Discord as a server, and what people do in its channel."""

import logging
import time
from collections.abc import Iterable, Sequence
from email.utils import formatdate
from typing import Any, Self

from aiohttp import web

from .channel import SUPPRESS_EMBEDS, LoopbackChannel, StoredMessage
from .gateway import LoopbackGateway
from .guild import Guild
from .interactions import Choices, Interactions, Press, submitted, walk
from .rest import API, Fault, Handler, Rest, body_of, json_answer, route_of, with_limits
from .values import Clock, DiscordError, Member, Request, Wire

log = logging.getLogger(__name__)

NO_AUTHORIZATION = ("/interactions/", "/webhooks/")
"""The routes that carry a token of their own in the path."""


class LoopbackDiscord:
    """A Discord of one guild with one channel, which the unmodified bot takes for the real one.

    `clock` gives the time of messages, of the 3 seconds for an answer and of the 15 minutes of its token.
    """

    guild_class: type[Guild] = Guild
    gateway_class: type[LoopbackGateway] = LoopbackGateway

    def __init__(
        self, *, token: str = "demo-token", clock: Clock = time.time, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.guild = self.guild_class(clock)
        self.changes = self.guild.changes
        self.gateway = self.gateway_class(self.guild, token)
        self.channel = LoopbackChannel(self.guild)
        self.interactions = Interactions(self.guild, self.channel)
        self.requests: list[Request] = []
        self.identifies = self.gateway.identifies
        self.admin, self.moderator, self.guest = self.guild.viewers
        self.bot_id, self.guild_id, self.channel_id = self.guild.bot.id, self.guild.id, self.guild.channel_id
        self.fault: Fault | None = None
        """Asked before every REST request; what it returns is the answer, None lets the request through."""
        self._routes = Rest(self.guild, self.channel, self.interactions).routes()
        self._routes.append(web.get("/gateway", self.gateway.handle))
        self._runner: web.AppRunner | None = None

    @property
    def page_url(self) -> str:
        return f"http://{self._address}/"

    @property
    def api_base(self) -> str:
        return f"http://{self._address}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._address}/gateway"

    @property
    def _address(self) -> str:
        # An address that means "all of them" is none to connect to.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # nosec B104
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def messages(self) -> list[Wire]:
        """The channel's messages as everybody sees them, oldest first."""
        return [message.wire() for message in self.channel.public()]

    @property
    def pinned(self) -> list[Wire]:
        return [message.wire() for message in self.channel.pins()]

    def add_routes(self, routes: Iterable[web.RouteDef]) -> None:
        """Serve these too, from the next start on."""
        self._routes += routes

    async def start(self) -> None:
        """Listen. After `stop` it may be started again, on the same port and with everything as it was."""
        app = web.Application(middlewares=[self._middleware])
        app.add_routes(self._routes)
        # Nobody waits long for the page's streams, which never end by themselves.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    # What the bot asks.

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        route, path, status = route_of(request), request.path.removeprefix(API), 0
        body, clock = await body_of(request), self.guild.clock
        try:
            response = await self._answer(request, route, body, handler)
            status = response.status
        finally:
            self.requests.append(Request(request.method, path, route, dict(request.query), body, status, clock()))
        if not response.prepared:
            response.headers["Date"] = formatdate(clock(), usegmt=True)  # aiohttp would send the real time
        return response

    async def _answer(self, request: web.Request, route: str, body: Any, handler: Handler) -> web.StreamResponse:
        if self.fault is not None and (response := await self.fault(request, route)) is not None:
            return response
        try:
            self.check(request, route, body)
            return with_limits(await handler(request), request)
        except DiscordError as error:
            return with_limits(json_answer(error.body, error.status), request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
            log.error("The loopback Discord has no %s %s", request.method, request.path)
            return with_limits(json_answer({"message": error.reason, "code": 0}, error.status), request)

    def check(self, request: web.Request, route: str, body: Any) -> None:
        """Raise DiscordError for what Discord would not take."""
        if not route.startswith(NO_AUTHORIZATION) and request.headers.get("Authorization") != f"Bot {self.token}":
            raise DiscordError(401, 0, "401: Unauthorized")

    # What people do.

    async def press(
        self, member: Member, custom_id: str, *, message_id: int | None = None, values: Sequence[str] = ()
    ) -> Press:
        """Press a button, or choose `values` of a select, on the newest message that has it, or raise LookupError."""
        message, component = self._find(member, custom_id, message_id)
        chosen = {"values": list(values)} if values else {}
        data = {"custom_id": custom_id, "component_type": component["type"]} | chosen
        return await self.send(data, self.interactions.new(member, data, message))

    async def submit(self, opened: Press, choices: Choices | None = None) -> Press:
        """Submit the form that a press opened; LookupError if it has opened none."""
        if opened.modal is None:
            raise LookupError("no form is open")
        data = submitted(opened.modal, choices or {})
        return await self.send(data, self.interactions.new(opened.member, data, opened.source))

    async def send(self, data: Wire, press: Press) -> Press:
        await self.gateway.send("INTERACTION_CREATE", self.interactions.payload(press, data))
        return press

    def _find(self, member: Member, custom_id: str, message_id: int | None) -> tuple[StoredMessage, Wire]:
        found = [
            (message, component)
            for message in self.channel.seen_by(member)
            for component in walk(message.components)
            if component.get("custom_id") == custom_id and message_id in (None, message.id)
        ]
        if not found or found[-1][1].get("disabled"):
            raise LookupError(f"{member.name} can press no {custom_id}")
        return found[-1]

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
        message = self.channel.all.get(message_id)
        if message is not None and message.private_to == member.id:
            message.private_to = 0
            self.changes.tell()

    # What the bot may do.

    async def give(self, *names: str) -> None:
        """Allow the bot these permissions in the channel, by the names in BITS."""
        self.guild.change_permissions(self.bot_id, allow=names)
        await self.channel_changed()

    async def take(self, *names: str) -> None:
        self.guild.change_permissions(self.bot_id, deny=names)
        await self.channel_changed()

    async def channel_changed(self) -> None:
        await self.gateway.send("CHANNEL_UPDATE", self.guild.channel_wire())
        self.changes.tell()
