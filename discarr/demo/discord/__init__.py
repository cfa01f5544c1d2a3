"""A loopback Discord: the unmodified bot speaks to it within `redirected_to(server.api_base, server.gateway_url)`."""

from .interactions import Press, submitted
from .rest import Fault, discord_error, json_answer, too_many_requests
from .server import LoopbackDiscord
from .values import DiscordError, Member, Request, Wire

__all__ = [
    "DiscordError",
    "Fault",
    "LoopbackDiscord",
    "Member",
    "Press",
    "Request",
    "Wire",
    "discord_error",
    "json_answer",
    "submitted",
    "too_many_requests",
]
