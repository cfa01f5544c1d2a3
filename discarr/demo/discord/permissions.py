"""What members may do in the channel: bits, roles and overwrites."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .values import Wire

BITS = {
    "create_instant_invite": 1 << 0,
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "external_emojis": 1 << 18,
    "connect": 1 << 20,
    "manage_roles": 1 << 28,
    "manage_webhooks": 1 << 29,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "send_messages_in_threads": 1 << 38,
    "pin_messages": 1 << 51,
}
"""Those permissions of Discord's that matter here, by discord.py's names."""

ALL = sum(BITS.values())
TIMED_OUT = BITS["view_channel"] | BITS["read_message_history"]
"""What is left to who is timed out.

https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members
"""


def bits(names: Iterable[str]) -> int:
    """Raises KeyError for a permission that is not in BITS."""
    return sum({BITS[name] for name in names})


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
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.bot_id is not None,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "description": None,
            "flags": 0,
        } | tags


@dataclass(slots=True)
class Overwrite:
    """What the channel allows or denies one role (type 0) or one member (type 1)."""

    id: int
    is_member: bool
    allow: int = 0
    deny: int = 0

    def wire(self) -> Wire:
        return {"id": str(self.id), "type": int(self.is_member), "allow": str(self.allow), "deny": str(self.deny)}


@dataclass(slots=True)
class GuildPermissions:
    """The guild's roles and the channel's overwrites."""

    everyone: int
    """The id of the role everybody has; Discord gives it the guild's id."""
    roles: dict[int, Role]
    overwrites: dict[int, Overwrite] = field(default_factory=dict)

    def of(self, member_id: int, role_ids: Iterable[int]) -> int:
        """A member's permissions in the channel, by Discord's documented algorithm.

        Roles add up, an administrator has everything, then the channel's overwrites apply: of everyone, of the roles
        together, of the member; in each the allowed outweighs the denied. Who may not view the channel may do nothing
        in it.
        """
        mine = set(role_ids)
        permissions = self.roles[self.everyone].permissions
        for role_id in mine:
            permissions |= self.roles[role_id].permissions
        if permissions & BITS["administrator"]:
            return ALL
        for group in ({self.everyone}, mine, {member_id}):
            found = [self.overwrites[each] for each in group if each in self.overwrites]
            for overwrite in found:
                permissions &= ~overwrite.deny
            for overwrite in found:
                permissions |= overwrite.allow
        return permissions if permissions & BITS["view_channel"] else 0

    def change(self, member_id: int, *, allow: Iterable[str] = (), deny: Iterable[str] = ()) -> None:
        """Set a member's overwrite: each named permission to allowed or denied, the others as they were."""
        overwrite = self.overwrites.setdefault(member_id, Overwrite(member_id, is_member=True))
        allowed, denied = bits(allow), bits(deny)
        overwrite.allow = (overwrite.allow | allowed) & ~denied
        overwrite.deny = (overwrite.deny | denied) & ~allowed
