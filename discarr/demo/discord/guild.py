"""The guild, its members and its one channel, in the shapes Discord sends."""

import time

from .permissions import BITS, Rights, Role, bits
from .values import Clock, DiscordError, Member, Snowflakes, Wire, iso, member_wire, user_wire

EVERYONE = bits(
    (
        "create_instant_invite",
        "add_reactions",
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",
        "read_message_history",
        "external_emojis",
        "use_application_commands",
        "send_messages_in_threads",
    )
)
BOT = bits(("view_channel", "send_messages", "embed_links", "read_message_history", "pin_messages"))

PLAIN: Wire = {
    "icon": None,
    "description": None,
    "splash": None,
    "discovery_splash": None,
    "banner": None,
    "region": "deprecated",
    "emojis": [],
    "stickers": [],
    "features": [],
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw_level": 0,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "preferred_locale": "en-US",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "public_updates_channel_id": None,
    "safety_alerts_channel_id": None,
    "vanity_url_code": None,
    "widget_enabled": False,
    "widget_channel_id": None,
    "application_id": None,
    "incidents_data": None,
    "max_members": 500_000,
}
"""What Discord tells of a guild that has nothing special."""


class Guild:
    """One guild with a text channel, the bot, an admin, a moderator and a guest.

    The admin has Manage Server, the moderator the role `mods` (which manages messages and pins), the guest has nothing.
    """

    def __init__(self, snowflakes: Snowflakes, clock: Clock = time.time) -> None:
        new = snowflakes.next
        self.created_at = clock()
        self.id, self.channel_id, self.application_id = new(), new(), new()
        self.mods_role_id, self.admins_role_id, self.bot_role_id = new(), new(), new()
        self.bot = Member(self.application_id, "Discarr", (self.bot_role_id,), bot=True)
        self.owner = Member(new(), "owner")
        self.admin = Member(new(), "admin", (self.admins_role_id,))
        self.moderator = Member(new(), "moderator", (self.mods_role_id,))
        self.guest = Member(new(), "guest")
        self.rights = Rights(
            self.id,
            {
                role.id: role
                for role in (
                    Role(self.id, "@everyone", EVERYONE, 0),
                    Role(self.mods_role_id, "mods", bits(("manage_messages", "pin_messages")), 1),
                    Role(self.admins_role_id, "admins", bits(("manage_guild",)), 2),
                    Role(self.bot_role_id, "Discarr", BOT, 3, bot_id=self.bot.id),
                )
            },
        )
        self.channel_exists = True
        self.last_message_id: int | None = None
        self.last_pin: float | None = None

    @property
    def viewers(self) -> tuple[Member, ...]:
        """Who can look at the channel's page."""
        return self.admin, self.moderator, self.guest

    def member(self, member_id: int) -> Member:
        for member in (self.bot, self.owner, *self.viewers):
            if member.id == member_id:
                return member
        raise DiscordError(404, 10007, "Unknown Member")

    def permissions(self, member: Member) -> int:
        """What a member may do in the channel."""
        return self.rights.of(member.id, member.role_ids)

    def may(self, name: str) -> bool:
        """Whether the bot has a permission in the channel."""
        return bool(self.permissions(self.bot) & BITS[name])

    def require(self, *names: str) -> None:
        """Raise Discord's 403 if the bot lacks one of these in the channel, or cannot see it at all."""
        if not self.channel_exists:
            raise DiscordError(404, 10003, "Unknown Channel")
        if not self.may("view_channel"):
            raise DiscordError(403, 50001, "Missing Access")
        if not all(map(self.may, names)):
            raise DiscordError(403, 50013, "Missing Permissions")

    def member_wire(self, member: Member) -> Wire:
        return member_wire(member, self.created_at)

    def roles_wire(self) -> list[Wire]:
        return [role.wire() for role in self.rights.roles.values()]

    def channel_wire(self) -> Wire:
        return {
            "id": str(self.channel_id),
            "type": 0,
            "guild_id": str(self.id),
            "name": "downloads",
            "position": 0,
            "permission_overwrites": [overwrite.wire() for overwrite in self.rights.overwrites.values()],
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": None if self.last_message_id is None else str(self.last_message_id),
            "last_pin_timestamp": None if self.last_pin is None else iso(self.last_pin),
            "flags": 0,
        }

    def wire(self) -> Wire:
        """The guild as REST answers it: with roles, without channels and members."""
        return {
            "id": str(self.id),
            "name": "Discarr demo",
            "owner_id": str(self.owner.id),
            "roles": self.roles_wire(),
        } | PLAIN

    def create_wire(self) -> Wire:
        """The guild as the gateway's GUILD_CREATE tells it; of its members only the bot, as without members intent."""
        return self.wire() | {
            "joined_at": iso(self.created_at),
            "large": False,
            "unavailable": False,
            "member_count": 2 + len(self.viewers),
            "members": [self.member_wire(self.bot)],
            "channels": [self.channel_wire()] if self.channel_exists else [],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def application_wire(self) -> Wire:
        return {
            "id": str(self.application_id),
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": user_wire(self.owner),
            "team": None,
            "verify_key": "0" * 64,
            "summary": "",
            "flags": 0,
            "rpc_origins": [],
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "approximate_guild_count": 1,
            "bot": user_wire(self.bot),
        }
