"""The loopback Discord as a server, and what people do in its channel."""

import ipaddress
import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from types import TracebackType
from typing import Self

from aiohttp import web

from .channel import LoopbackChannel, StoredMessage
from .gateway import LoopbackGateway
from .guild import Guild
from .http import Fault, Front
from .interactions import Interactions, Press
from .payloads import BUTTON, SELECT, submitted, walk
from .rest import Rest
from .values import Changes, Clock, Member, Request, Snowflakes, Wire, user_wire


class LoopbackDiscord:
    """A Discord of one guild with one channel, which the unmodified bot takes for the real one.

    `port` 0 takes a free one. `clock` gives the time of messages, of the 3 seconds for an answer and of the 15 minutes
    of its token.
    """

    def __init__(
        self, *, token: str = "demo-token", clock: Clock = time.time, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.changes = Changes()
        """Wakes whoever waits for anything to change."""
        snowflakes = Snowflakes(clock)
        self.guild = guild = Guild(snowflakes, clock)
        self.gateway = LoopbackGateway(
            token=token, clock=clock, changes=self.changes, ready=self._ready, guild=guild.create_wire
        )
        self.channel = LoopbackChannel(guild, snowflakes, clock, self.changes)
        self.interactions = Interactions(guild, self.channel, snowflakes, clock, self.changes)
        self.front = Front(token=token, clock=clock)
        self.requests: list[Request] = self.front.requests
        """Every REST request so far."""
        self.identifies = self.gateway.identifies
        self.admin, self.moderator, self.guest = guild.viewers
        self.bot_id, self.application_id = guild.bot.id, guild.application_id
        self.guild_id, self.channel_id, self.mods_role_id = guild.id, guild.channel_id, guild.mods_role_id
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
        host = _reachable(self.host)
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def messages(self) -> list[Wire]:
        """The channel's messages as everybody sees them, oldest first; a copy."""
        return [deepcopy(message.wire()) for message in self.channel.public()]

    @property
    def pinned(self) -> list[Wire]:
        """The pinned messages, the last pinned first; a copy."""
        return [deepcopy(message.wire()) for message in self.channel.pins()]

    @property
    def fault(self) -> Fault | None:
        """Asked before every REST request; what it returns is the answer, None lets the request through."""
        return self.front.fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        self.front.fault = fault

    def add_routes(self, routes: Sequence[web.RouteDef]) -> None:
        """Serve these too, from the next start on."""
        self._more_routes += routes

    async def start(self) -> None:
        """Listen. After `stop` it may be started again, on the same port and with everything as it was.

        Raises:
            OSError: the port is taken.
        """
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
        """Press a button, or choose `values` of a select, on the newest message the member sees that has it.

        Raises:
            LookupError: the member sees no such enabled component, or it has no such choice.
        """
        message, component = self._find(member, custom_id, message_id)
        data = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if component["type"] == SELECT:
            if not values or set(values) - {option["value"] for option in component["options"]}:
                raise LookupError(f"the select {custom_id} has no choice {list(values)}")
            data["values"] = list(values)
        return await self._send(data, self.interactions.new(member, data, source=message))

    async def press_raw(
        self,
        member: Member,
        custom_id: str,
        *,
        message_id: int,
        guild_id: int | None = None,
        channel_id: int | None = None,
    ) -> Press:
        """A hand-made press: nothing is checked, and it may claim to come from another guild or channel."""
        data = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
        guild, channel = str(guild_id or self.guild_id), str(channel_id or self.channel_id)
        claims = {
            "guild_id": guild,
            "guild": {"id": guild, "locale": "en-US", "features": []},
            "channel_id": channel,
            "channel": self.guild.channel_wire() | {"id": channel, "guild_id": guild},
        }
        press = self.interactions.new(member, data, source=self.channel.all.get(message_id))
        return await self._send(data, press, claims)

    async def submit(
        self, form: Press | Wire, values: Mapping[str, str | list[str]] | None = None, *, member: Member | None = None
    ) -> Press:
        """Submit the form that a press opened, or one made by hand, as `member`.

        Components that `values` (by custom_id) does not name keep their defaults.

        Raises:
            LookupError: no form is open, or it has no such component or choice.
            ValueError: too few or too many are chosen.
        """
        opened = form if isinstance(form, Press) else None
        modal = form.modal if isinstance(form, Press) else form
        member = member or (opened.member if opened else None)
        if modal is None or member is None:
            raise LookupError("no form is open, or nobody to submit it")
        data = submitted(modal, values or {})
        return await self._send(data, self.interactions.new(member, data, opened_by=opened))

    async def _send(self, data: Wire, press: Press, claims: Wire | None = None) -> Press:
        await self.gateway.send("INTERACTION_CREATE", self.interactions.payload(press, data) | (claims or {}))
        return press

    def _find(self, member: Member, custom_id: str, message_id: int | None) -> tuple[StoredMessage, Wire]:
        for message in reversed(list(self.channel.seen_by(member))):
            for component in walk(message.components):
                if component.get("custom_id") == custom_id and message_id in (None, message.id):
                    if component["disabled"]:
                        raise LookupError(f"{custom_id} is disabled")
                    return message, component
        raise LookupError(f"{member.name} sees no {custom_id}")

    async def post(self, member: Member, text: str) -> int:
        """Write a message; its id."""
        return self.channel.make(member, {"content": text}).id

    async def post_raw(self, member: Member, **parts: object) -> int:
        """A message with parts of its JSON as given, such as a poll or an author of a shape that nobody expects."""
        return self.channel.make(member, {"content": "…"}, extra=parts).id

    async def delete_message(self, message_id: int) -> None:
        self.channel.delete(self.channel.get(message_id))

    async def pin(self, message_id: int) -> None:
        """Pin a message as the moderator does."""
        self.channel.pin(self.channel.get(message_id), self.moderator)

    async def unpin(self, message_id: int) -> None:
        self.channel.unpin(self.channel.get(message_id))

    async def suppress_embeds(self, message_id: int) -> None:
        """Remove the embeds from view, as with the cross in an embed's corner."""
        self.channel.suppress(self.channel.get(message_id))

    async def dismiss(self, member: Member, message_id: int) -> None:
        """Put a private answer out of the member's sight; the bot is told nothing."""
        message = self.channel.get(message_id, private=True)
        message.dismissed = message.private_to == member.id
        self.changes.tell()

    # What the bot may do.

    async def give(self, *names: str) -> None:
        """Allow the bot these permissions in the channel, by discord.py's names."""
        self.guild.change_permissions(self.bot_id, allow=names)
        await self._channel_changed()

    async def take(self, *names: str) -> None:
        """Deny the bot these permissions in the channel, by discord.py's names."""
        self.guild.change_permissions(self.bot_id, deny=names)
        await self._channel_changed()

    async def set_role(self, role_id: int, permissions: int) -> None:
        """Change what a role may do in the whole guild."""
        role = self.guild.roles[role_id]
        role.permissions = permissions
        await self.gateway.send("GUILD_ROLE_UPDATE", {"guild_id": str(self.guild_id), "role": role.wire()})

    async def time_out(self, member: Member, until: float) -> None:
        """Leave a member nothing but looking, until then."""
        self.guild.timed_out_until[member.id] = until

    async def archive(self, *, locked: bool = False) -> None:
        """Put the thread into the archive, as Discord does after days without a message, and lock it or not."""
        self.guild.archived, self.guild.locked = True, locked
        await self._channel_changed()

    async def delete_channel(self) -> None:
        """From now on it is an unknown channel."""
        self.guild.channel_exists = False
        await self.gateway.send("CHANNEL_DELETE", self.guild.channel_wire())

    async def _channel_changed(self) -> None:
        event = "THREAD_UPDATE" if self.guild.is_thread else "CHANNEL_UPDATE"
        await self.gateway.send(event, self.guild.channel_wire())
        self.changes.tell()


def _reachable(host: str) -> str:
    """As this machine itself reaches it: an address that means "all of them" is none to connect to."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
