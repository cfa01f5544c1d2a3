"""A loopback Discord: REST v10, gateway and a page that shows the channel, for the demo and the tests.

The unmodified bot speaks to it within `redirected_to(server.api_base, server.gateway_url)`.
"""

from .gateway import LoopbackGateway
from .http import Fault, cut_off, discord_error, json_answer, too_many_requests
from .interactions import Press
from .server import LoopbackDiscord
from .values import Member, Request, Wire

__all__ = [
    "Fault",
    "LoopbackGateway",
    "LoopbackDiscord",
    "Member",
    "Press",
    "Request",
    "Wire",
    "cut_off",
    "discord_error",
    "json_answer",
    "too_many_requests",
]
