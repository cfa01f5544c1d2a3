"""Decides who may remove downloads."""

from typing import Any

import discord

from discarr.bot._discord_internals import role_ids
from discarr.settings import Settings


def may_remove(interaction: discord.Interaction[Any], settings: Settings) -> bool:
    """Return whether this user may: members with Manage Server, and those that the settings name.

    The payload of the interaction decides: it is never outdated, as a cache could be. Empty lists allow nobody else.
    """
    permissions, user = interaction.permissions, interaction.user
    if permissions.manage_guild or permissions.administrator or user.id in settings.remove_user_ids:
        return True
    return not settings.remove_role_ids.isdisjoint(role_ids(user))
