"""The guild with its members, roles and one channel, in the shapes Discord sends."""

from collections.abc import Iterable
from dataclasses import dataclass

from .values import Clock, DiscordError, Member, Snowflakes, Wire, iso, member_wire, user_wire

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM = 0, 2, 4, 5, 13, 15
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
"""https://docs.discord.com/developers/resources/channel#channel-object-channel-types"""

PARENTS = {ANNOUNCEMENT_THREAD: ANNOUNCEMENT, PUBLIC_THREAD: FORUM, PRIVATE_THREAD: TEXT}
"""Threads, each with the type of the channel it is in; a public one is a post of a forum."""
WITHOUT_MESSAGES = (CATEGORY, STAGE, FORUM)
"""Discord's stages have a chat of their own; the bot does not use it."""

BITS = {
    "administrator": 1 << 3,
    "manage_guild": 1 << 5,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "read_message_history": 1 << 16,
    "manage_threads": 1 << 34,
    "send_messages_in_threads": 1 << 38,
    "pin_messages": 1 << 51,
}
"""The permissions that matter here, by discord.py's names.

https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags
"""


def bits(*names: str) -> int:
    """Raises KeyError for a permission that is not in BITS."""
    return sum({BITS[name] for name in names})


EVERYONE = bits("view_channel", "send_messages", "embed_links", "read_message_history", "send_messages_in_threads")
BOT = bits("view_channel", "send_messages", "embed_links", "read_message_history", "pin_messages")
TIMED_OUT = bits("view_channel", "read_message_history")
"""https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members"""


@dataclass(slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    bot_id: int | None = None
    """The bot whose own (managed) role this is."""

    def wire(self) -> Wire:
        tags = {} if self.bot_id is None else {"tags": {"bot_id": str(self.bot_id)}}
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": 0,
            "hoist": False,
            "managed": self.bot_id is not None,
            "mentionable": False,
            "flags": 0,
        } | tags


class Guild:
    """One guild with a text channel, the bot, an admin, a moderator and a guest.

    The admin has Manage Server, the moderator the role `mods` (which manages messages and pins), the guest has nothing.
    """

    def __init__(self, snowflakes: Snowflakes, clock: Clock) -> None:
        new = snowflakes.next
        self.created_at = clock()
        self.id, self.channel_id, self.application_id = new(), new(), new()
        self.parent_id = new()
        """The channel that the bot's one is a thread of, where it is a thread."""
        self.channel_type = TEXT
        self.channel_exists = True
        self.archived = self.locked = False
        """Of a thread."""
        self.last_message_id: int | None = None
        self.timed_out_until: dict[int, float] = {}
        """Members who may only look for a while."""
        self._clock = clock
        self.mods_role_id, self.admins_role_id, self.bot_role_id = new(), new(), new()
        self.bot = Member(self.application_id, "Discarr", (self.bot_role_id,), bot=True)
        self.owner = Member(new(), "owner")
        self.admin = Member(new(), "admin", (self.admins_role_id,))
        self.moderator = Member(new(), "moderator", (self.mods_role_id,))
        self.guest = Member(new(), "guest")
        roles = (  # everybody has the one with the guild's id
            Role(self.id, "@everyone", EVERYONE, 0),
            Role(self.mods_role_id, "mods", bits("manage_messages", "pin_messages"), 1),
            Role(self.admins_role_id, "admins", bits("manage_guild"), 2),
            Role(self.bot_role_id, "Discarr", BOT, 3, bot_id=self.bot.id),
        )
        self.roles = {role.id: role for role in roles}
        self.overwrites: dict[int, tuple[int, int]] = {}
        """What the channel allows and denies to members."""

    @property
    def viewers(self) -> tuple[Member, ...]:
        """Who can look at the channel's page."""
        return self.admin, self.moderator, self.guest

    @property
    def is_thread(self) -> bool:
        return self.channel_type in PARENTS

    def member(self, member_id: int) -> Member:
        for member in (self.bot, self.owner, *self.viewers):
            if member.id == member_id:
                return member
        raise DiscordError(404, 10007, "Unknown Member")

    def permissions(self, member: Member) -> int:
        """What a member may do in the channel: https://docs.discord.com/developers/topics/permissions"""
        granted = 0
        for role_id in (self.id, *member.role_ids):
            granted |= self.roles[role_id].permissions
        if granted & BITS["administrator"]:
            return bits(*BITS)
        allow, deny = self.overwrites.get(member.id, (0, 0))
        granted = granted & ~deny | allow
        if self.timed_out_until.get(member.id, 0) > self._clock():
            granted &= TIMED_OUT
        return granted if granted & BITS["view_channel"] else 0

    def change_permissions(self, member_id: int, *, allow: Iterable[str] = (), deny: Iterable[str] = ()) -> None:
        """Allow or deny a member these permissions in the channel; the others stay as they were."""
        allowed, denied = self.overwrites.get(member_id, (0, 0))
        more, less = bits(*allow), bits(*deny)
        self.overwrites[member_id] = ((allowed | more) & ~less, (denied | less) & ~more)

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

    # What Discord sends of all this.

    def member_wire(self, member: Member) -> Wire:
        until = self.timed_out_until.get(member.id)
        timed_out = {} if until is None else {"communication_disabled_until": iso(until)}
        return member_wire(member, self.created_at) | timed_out

    def channel_wire(self) -> Wire:
        """The bot's channel; a thread has no overwrites and no place of its own."""
        last = None if self.last_message_id is None else str(self.last_message_id)
        wire = self._channel_wire(self.channel_id, self.channel_type) | {"last_message_id": last}
        if not self.is_thread:
            return wire
        del wire["permission_overwrites"], wire["position"]
        at = iso(self.created_at)
        return wire | {
            "parent_id": str(self.parent_id),
            "owner_id": str(self.owner.id),
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 4320,
                "archive_timestamp": at,
                "create_timestamp": at,
            },
        }

    def parent_wire(self) -> Wire:
        """The channel of which the bot's one is a thread; it has the overwrites."""
        return self._channel_wire(self.parent_id, PARENTS[self.channel_type])

    def _channel_wire(self, channel_id: int, type: int) -> Wire:
        voice = {"bitrate": 64_000, "user_limit": 0} if type in (VOICE, STAGE) else {}
        return {
            "id": str(channel_id),
            "type": type,
            "guild_id": str(self.id),
            "name": "downloads",
            "position": 0,
            "permission_overwrites": [
                {"id": str(id), "type": 1, "allow": str(allow), "deny": str(deny)}
                for id, (allow, deny) in self.overwrites.items()
            ],
            "parent_id": None,
            "flags": 0,
        } | voice

    def wire(self) -> Wire:
        """The guild as REST answers it: with roles, without channels and members."""
        return {
            "id": str(self.id),
            "name": "Discarr demo",
            "owner_id": str(self.owner.id),
            "roles": [role.wire() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "preferred_locale": "en-US",
        }

    def create_wire(self) -> Wire:
        """The guild as the gateway's GUILD_CREATE tells it; of its members only the bot, as without members intent."""
        return self.wire() | {
            "joined_at": iso(self.created_at),
            "large": False,
            "unavailable": False,
            "member_count": 2 + len(self.viewers),
            "members": [self.member_wire(self.bot)],
            "channels": [self.parent_wire() if self.is_thread else self.channel_wire()] if self.channel_exists else [],
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
            "flags": 0,
            "interactions_endpoint_url": None,
            "bot": user_wire(self.bot),
        }
