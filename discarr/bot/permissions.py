"""What the bot may do in its channel, by name, and why it needs it."""

from dataclasses import dataclass

import discord


@dataclass(frozen=True, slots=True)
class RequiredPermission:
    """One permission of the bot."""

    flag: str
    """discord.py's name of it."""
    name: str
    """As Discord's settings show it."""
    why: str
    essential: bool = True
    """False if the dashboard works without it."""


VIEW_CHANNEL = RequiredPermission("view_channel", "View Channel", "to see its channel at all")
REQUIRED_PERMISSIONS = (
    VIEW_CHANNEL,
    RequiredPermission("send_messages", "Send Messages", "to post the dashboard"),
    RequiredPermission("embed_links", "Embed Links", "the dashboard is an embed, and Discord drops it without"),
    RequiredPermission(
        "read_message_history", "Read Message History", "to find its message again; Discord shows none without"
    ),
    RequiredPermission(
        "pin_messages", "Pin Messages", "to pin the dashboard; Manage Messages no longer does", essential=False
    ),
)


def required_permissions() -> discord.Permissions:
    """All of them, for the invite link."""
    return discord.Permissions(**{need.flag: True for need in REQUIRED_PERMISSIONS})


def missing(permissions: discord.Permissions) -> tuple[RequiredPermission, ...]:
    """What the bot needs and may not do. Without View Channel it may do nothing, so that this alone is told."""
    if not permissions.view_channel:
        return (VIEW_CHANNEL,)
    return tuple(need for need in REQUIRED_PERMISSIONS if not getattr(permissions, need.flag))


def cached_permissions(client: discord.Client, channel_id: int) -> discord.Permissions | None:
    """What the bot may do in this channel as the gateway told it; None while the gateway has told nothing."""
    channel = client.get_channel(channel_id)
    if not isinstance(channel, discord.abc.GuildChannel) or not client.is_ready():
        return None
    return channel.permissions_for(channel.guild.me)


async def fetched_permissions(client: discord.Client, channel_id: int) -> discord.Permissions:
    """The same over REST, which works before the gateway is up: channel, guild and own member are fetched.

    Raises:
        discord.HTTPException: the channel cannot be seen, or Discord is in trouble.
        discord.InvalidData: it is no channel of a server.
    """
    seen = await client.fetch_channel(channel_id)
    if not isinstance(seen, discord.abc.GuildChannel | discord.Thread) or client.user is None:
        raise discord.InvalidData("DISCORD_CHANNEL_ID is not the id of a channel of a server")
    guild = await client.fetch_guild(seen.guild.id, with_counts=False)
    channel = await guild.fetch_channel(channel_id)
    return channel.permissions_for(await guild.fetch_member(client.user.id))
