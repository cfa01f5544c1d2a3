"""Who may remove downloads."""

from dataclasses import dataclass
from typing import Any

import discord

from discarr.bot._discord_internals import role_ids


@dataclass(frozen=True, slots=True)
class Rights:
    """Members with Manage Server, and those that the settings name. Empty lists name nobody."""

    roles: frozenset[int]
    users: frozenset[int]

    def may_remove(self, interaction: discord.Interaction[Any]) -> bool:
        """Read from the press's own payload, so that no cache can be out of date."""
        permissions = interaction.permissions
        if permissions.manage_guild or permissions.administrator or interaction.user.id in self.users:
            return True
        return not self.roles.isdisjoint(role_ids(interaction.user))
