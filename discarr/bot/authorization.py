"""Decides who may remove downloads."""

from dataclasses import dataclass
from typing import Any

import discord

from discarr.bot._discord_internals import role_ids


@dataclass(frozen=True, slots=True)
class Authorization:
    """Allows members with Manage Server, and those that the settings name. Empty lists allow nobody else."""

    roles: frozenset[int]
    users: frozenset[int]

    def may_remove(self, interaction: discord.Interaction[Any]) -> bool:
        """Return whether this user may, according to the payload of the interaction: no cache can be outdated."""
        permissions = interaction.permissions
        if permissions.manage_guild or permissions.administrator or interaction.user.id in self.users:
            return True
        return not self.roles.isdisjoint(role_ids(interaction.user))
