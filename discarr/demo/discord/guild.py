"""The guild with its members, roles and one channel, in the shapes Discord sends."""

from collections.abc import Iterable
from dataclasses import dataclass

from .values import Changes, Clock, DiscordError, Member, Wire

DISCORD_EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015, from which snowflakes count."""

BITS = {
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
"""The permissions that matter here, by discord.py's names: https://docs.discord.com/developers/topics/permissions"""


def bits(*names: str) -> int:
    """Raises KeyError for a permission that is not in BITS."""
    return sum({BITS[name] for name in names})


EVERYONE = bits("view_channel", "send_messages", "embed_links", "read_message_history", "send_messages_in_threads")


@dataclass(slots=True)
class Role:
    id: int
    name: str
    permissions: int

    def wire(self) -> Wire:
        return {"id": str(self.id), "name": self.name, "permissions": str(self.permissions)}


class Guild:
    """A guild with one text channel: the admin has Manage Server, the moderator the role `mods`, the guest nothing."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.changes = Changes()
        """Wakes whoever waits for anything to change."""
        self._last_id = 0
        self.id, self.channel_id, bot_id = self.new_id(), self.new_id(), self.new_id()
        self.mods_role_id, admins_role_id, bot_role_id = self.new_id(), self.new_id(), self.new_id()
        self.bot = Member(bot_id, "Discarr", (bot_role_id,), bot=True)
        self.owner = Member(self.new_id(), "owner")
        self.admin = Member(self.new_id(), "admin", (admins_role_id,))
        self.moderator = Member(self.new_id(), "moderator", (self.mods_role_id,))
        self.guest = Member(self.new_id(), "guest")
        roles = (
            Role(self.id, "@everyone", EVERYONE),  # everybody has the one with the guild's id
            Role(self.mods_role_id, "mods", bits("manage_messages", "pin_messages")),
            Role(admins_role_id, "admins", bits("manage_guild")),
            Role(bot_role_id, "Discarr", bits("pin_messages")),
        )
        self.roles = {role.id: role for role in roles}
        self.overwrites: dict[int, tuple[int, int]] = {}
        """What the channel allows and denies to members."""

    def new_id(self) -> int:
        """A snowflake: milliseconds since 2015 shifted by 22, always rising, also while the clock stands still."""
        milliseconds = int(self.clock() * 1000) - DISCORD_EPOCH_MS
        self._last_id = max(self._last_id + 1, milliseconds << 22)
        return self._last_id

    @property
    def members(self) -> dict[int, Member]:
        return {member.id: member for member in (self.bot, self.owner, *self.viewers)}

    @property
    def viewers(self) -> tuple[Member, ...]:
        return self.admin, self.moderator, self.guest

    def permissions(self, member: Member) -> int:
        """What a member may do in the channel."""
        granted = 0
        for role_id in (self.id, *member.role_ids):
            granted |= self.roles[role_id].permissions
        allow, deny = self.overwrites.get(member.id, (0, 0))
        granted = granted & ~deny | allow
        return granted if granted & BITS["view_channel"] else 0

    def change_permissions(self, member_id: int, *, allow: Iterable[str] = (), deny: Iterable[str] = ()) -> None:
        """Allow or deny a member these permissions in the channel; the others stay as they were."""
        allowed, denied = self.overwrites.get(member_id, (0, 0))
        more, less = bits(*allow), bits(*deny)
        self.overwrites[member_id] = ((allowed | more) & ~less, (denied | less) & ~more)

    def may(self, name: str) -> bool:
        """Whether the bot has a permission in the channel."""
        return bool(self.permissions(self.bot) & BITS[name])

    def require(self, *names: str) -> None:
        """Raise Discord's 403 if the bot lacks one of these in the channel, or cannot see it at all."""
        if not self.may("view_channel"):
            raise DiscordError(403, 50001, "Missing Access")
        if not all(map(self.may, names)):
            raise DiscordError(403, 50013, "Missing Permissions")

    # What Discord sends of all this.

    def member_wire(self, member: Member) -> Wire:
        return {"user": member.user_wire(), "roles": [str(role) for role in member.role_ids], "flags": 0}

    def channel_of(self, channel_id: int) -> Wire:
        if channel_id != self.channel_id:
            raise DiscordError(404, 10003, "Unknown Channel")
        self.require()
        return self.channel_wire()

    def channel_wire(self) -> Wire:
        return {
            "id": str(self.channel_id),
            "type": 0,
            "guild_id": str(self.id),
            "name": "downloads",
            "position": 0,
            "permission_overwrites": [
                {"id": str(id), "type": 1, "allow": str(allow), "deny": str(deny)}
                for id, (allow, deny) in self.overwrites.items()
            ],
        }

    def wire(self) -> Wire:
        """The guild as REST answers it: with roles, without channels and members."""
        return {
            "id": str(self.id),
            "name": "Discarr demo",
            "owner_id": str(self.owner.id),
            "roles": [role.wire() for role in self.roles.values()],
        }

    def create_wire(self) -> Wire:
        """The guild as the gateway's GUILD_CREATE tells it; of its members only the bot, as without members intent."""
        return self.wire() | {"members": [self.member_wire(self.bot)], "channels": [self.channel_wire()]}

    def ready_wire(self) -> Wire:
        """What the gateway's READY tells of the bot and its guild."""
        return {
            "user": self.bot.user_wire(),
            "guilds": [{"id": str(self.id), "unavailable": True}],
            "application": {"id": str(self.bot.id), "flags": 0},
        }

    def application_wire(self) -> Wire:
        """The bot's application, which has the same id."""
        return {
            "id": str(self.bot.id),
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": self.owner.user_wire(),
            "verify_key": "",
        }
