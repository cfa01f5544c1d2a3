"""The loopback Discord at rest: its guild, its channel, and what can be looked at."""

import ipaddress
from copy import deepcopy

from .channel import LoopbackChannel
from .gateway import LoopbackGateway
from .guild import Guild
from .http import Fault, Front
from .interactions import Interactions
from .values import Changes, Clock, Member, Request, Snowflakes, Wire, user_wire


class Place:
    def __init__(self, *, token: str, clock: Clock, host: str, port: int) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.changes = Changes()
        """Wakes whoever waits for anything to change."""
        snowflakes = Snowflakes(clock)
        self.guild = Guild(snowflakes, clock)
        self.gateway = LoopbackGateway(
            token=token, clock=clock, changes=self.changes, ready=self._ready, guild=self.guild.create_wire
        )
        self.channel = LoopbackChannel(self.guild, snowflakes, clock, self.changes, self.gateway.emit)
        self.interactions = Interactions(self.guild, self.channel, snowflakes, clock, self.changes)
        self.front = Front(token=token, clock=clock)

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
    def application_id(self) -> int:
        return self.guild.application_id

    @property
    def bot_id(self) -> int:
        return self.guild.bot.id

    @property
    def guild_id(self) -> int:
        return self.guild.id

    @property
    def channel_id(self) -> int:
        return self.guild.channel_id

    @property
    def mods_role_id(self) -> int:
        return self.guild.mods_role_id

    @property
    def admin(self) -> Member:
        """Has Manage Server."""
        return self.guild.admin

    @property
    def moderator(self) -> Member:
        """Has the role `mods`, not Manage Server."""
        return self.guild.moderator

    @property
    def guest(self) -> Member:
        """Has nothing."""
        return self.guild.guest

    @property
    def messages(self) -> list[Wire]:
        """The channel's messages as everybody sees them, oldest first; a copy."""
        return [deepcopy(message.wire()) for message in self.channel.public()]

    @property
    def pinned(self) -> list[Wire]:
        """The pinned messages, the last pinned first; a copy."""
        return [deepcopy(message.wire()) for message in self.channel.pins()]

    @property
    def requests(self) -> list[Request]:
        """Every REST request so far."""
        return self.front.requests

    @property
    def identifies(self) -> list[float]:
        """When the bot identified at the gateway."""
        return self.gateway.identifies

    @property
    def fault(self) -> Fault | None:
        """Asked before every REST request; what it returns is the answer, None lets the request through."""
        return self.front.fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        self.front.fault = fault

    def _ready(self) -> Wire:
        return {
            "v": 10,
            "user": user_wire(self.guild.bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": str(self.guild.id), "unavailable": True}],
            "resume_gateway_url": self.gateway_url,
            "session_type": "normal",
            "private_channels": [],
            "application": {"id": str(self.guild.application_id), "flags": 0},
            "_trace": [],
        }


def _reachable(host: str) -> str:
    """As this machine itself reaches it: an address that means "all of them" is none to connect to."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"
