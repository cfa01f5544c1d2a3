"""The guild with its members, roles and one channel, in the shapes Discord sends."""

from collections.abc import Iterable
from dataclasses import dataclass

from .values import Clock, DiscordError, Member, Snowflakes, Wire, user_wire

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
            "managed": self.bot_id is not None,
        } | tags


class Guild:
    """One guild with a text channel, the bot, an admin, a moderator and a guest.

    The admin has Manage Server, the moderator the role `mods` (which manages messages and pins), the guest has nothing.
    """

    def __init__(self, snowflakes: Snowflakes, clock: Clock) -> None:
        new = snowflakes.next
        self.created_at = clock()
        self.id, self.channel_id, self.application_id = new(), new(), new()
        self.last_message_id: int | None = None
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
        roles = [str(role) for role in member.role_ids]
        return {"user": user_wire(member), "roles": roles, "flags": 0}

    def channel_of(self, channel_id: int) -> Wire:
        """Return the channel with this id; DiscordError if there is none."""
        if channel_id != self.channel_id:
            raise DiscordError(404, 10003, "Unknown Channel")
        self.require()
        return self.channel_wire()

    def channel_wire(self) -> Wire:
        """Return the bot's channel."""
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
            "parent_id": None,
            "last_message_id": None if self.last_message_id is None else str(self.last_message_id),
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

    def application_wire(self) -> Wire:
        return {
            "id": str(self.application_id),
            "name": self.bot.name,
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": user_wire(self.owner),
            "verify_key": "",
        }
