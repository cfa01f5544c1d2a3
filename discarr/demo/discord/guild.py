"""The guild, its members and its one channel, in the shapes Discord sends."""

import time

from .kinds import MORE, PARENTS, TEXT, THREADS, thread_metadata
from .permissions import BITS, TIMED_OUT, GuildPermissions, Role, bits
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
        "connect",
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
        self.parent_id = new()
        """The channel that the bot's one is a thread of, where it is a thread."""
        self.channel_type = TEXT
        self.archived = self.locked = False
        """Of a thread."""
        self.timed_out_until: dict[int, float] = {}
        """Members who may only look for a while."""
        self._clock = clock
        self.mods_role_id, self.admins_role_id, self.bot_role_id = new(), new(), new()
        self.bot = Member(self.application_id, "Discarr", (self.bot_role_id,), bot=True)
        self.owner = Member(new(), "owner")
        self.admin = Member(new(), "admin", (self.admins_role_id,))
        self.moderator = Member(new(), "moderator", (self.mods_role_id,))
        self.guest = Member(new(), "guest")
        self.rights = GuildPermissions(
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
        granted = self.rights.of(member.id, member.role_ids)
        timed_out = self.timed_out_until.get(member.id, 0) > self._clock() and not granted & BITS["administrator"]
        return granted & TIMED_OUT if timed_out else granted

    def may(self, name: str) -> bool:
        """Whether the bot has a permission in the channel. Threads have a Send Messages of their own."""
        if name == "send_messages" and self.is_thread:
            name = "send_messages_in_threads"
        return bool(self.permissions(self.bot) & BITS[name])

    def require(self, *names: str) -> None:
        """Raise Discord's 403 if the bot lacks one of these in the channel, or cannot see it at all."""
        if not self.channel_exists:
            raise DiscordError(404, 10003, "Unknown Channel")
        if not self.may("view_channel"):
            raise DiscordError(403, 50001, "Missing Access")
        if not all(map(self.may, names)):
            raise DiscordError(403, 50013, "Missing Permissions")

    @property
    def is_thread(self) -> bool:
        return self.channel_type in THREADS

    def require_unlocked(self) -> None:
        """Raise what Discord answers to changes in a locked thread."""
        if self.is_thread and self.locked and not self.may("manage_threads"):
            raise DiscordError(403, 160005, "Thread is locked")

    def require_open(self) -> None:
        """Raise what Discord answers to changes in a thread that is locked or archived."""
        self.require_unlocked()
        if self.is_thread and self.archived:
            raise DiscordError(400, 50083, "Thread is archived")

    def reopen(self) -> None:
        """Take the thread out of the archive.

        "When setting `archived` to `false`, when `locked` is also `false`, only the `SEND_MESSAGES` permission is
        required. Otherwise, requires the `MANAGE_THREADS` permission."
        https://docs.discord.com/developers/resources/channel#modify-channel
        """
        self.require("manage_threads" if self.locked else "send_messages")
        self.archived = False

    def member_wire(self, member: Member) -> Wire:
        until = self.timed_out_until.get(member.id)
        return member_wire(member, self.created_at) | (
            {} if until is None else {"communication_disabled_until": iso(until)}
        )

    def roles_wire(self) -> list[Wire]:
        return [role.wire() for role in self.rights.roles.values()]

    def channel_wire(self) -> Wire:
        wire: Wire = self._channel_wire(self.channel_id, self.channel_type) | {
            "last_message_id": None if self.last_message_id is None else str(self.last_message_id),
            "last_pin_timestamp": None if self.last_pin is None else iso(self.last_pin),
        }
        if not self.is_thread:
            return wire
        del wire["permission_overwrites"], wire["position"], wire["topic"], wire["nsfw"]
        return wire | {
            "parent_id": str(self.parent_id),
            "owner_id": str(self.owner.id),
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": thread_metadata(archived=self.archived, locked=self.locked, at=iso(self.created_at)),
        }

    def parent_wire(self) -> Wire:
        """The channel of which the bot's one is a thread; it has the overwrites."""
        return self._channel_wire(self.parent_id, PARENTS[self.channel_type])

    def channel_wires(self) -> list[Wire]:
        """The guild's channels, without its threads."""
        if not self.channel_exists:
            return []
        return [self.parent_wire() if self.is_thread else self.channel_wire()]

    def _channel_wire(self, channel_id: int, type: int) -> Wire:
        return {
            "id": str(channel_id),
            "type": type,
            "guild_id": str(self.id),
            "name": "downloads",
            "position": 0,
            "permission_overwrites": [overwrite.wire() for overwrite in self.rights.overwrites.values()],
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "flags": 0,
        } | MORE.get(type, {})

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
            "channels": self.channel_wires(),
            "threads": [self.channel_wire()] if self.is_thread else [],
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
