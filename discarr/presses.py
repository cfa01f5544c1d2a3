"""The one router of presses: what a button or a form means, who may, and the answer in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from logging import getLogger
from typing import Any

import discord

from discarr.actions import MARK, Action, AskRemove, Refresh, Remove, action_from, fingerprint
from discarr.arr import ArrClient
from discarr.clock import Clock
from discarr.controls import HOW, LEAVE, removal_form
from discarr.dashboard import WIRE_ERRORS, told
from discarr.downloads import Download, DownloadRef, Snapshot
from discarr.errors import AlreadyGone, ArrError
from discarr.refresh import Refresher
from discarr.removal import Removal, removals_for
from discarr.removals import Removals
from discarr.text import plain

log = getLogger(__name__)

_DONE = {
    Removal.REMOVE: "is removed, with its data.",
    Removal.BLOCK_AND_SEARCH: "is removed and blocked; {app} searches for another release, if it is set to.",
    Removal.BLOCK: "is removed and blocked.",
    Removal.STOP_TRACKING: "is no longer tracked by {app}; it stays in the download client.",
    Removal.CHANGE_CATEGORY: "is moved to the post-import category; it stays in the download client.",
}
_OUTDATED = "This control is outdated. Please use the ones on the dashboard."
_MAY_NOT = "You may not remove downloads here: that takes Manage Server, or a role or name on the bot's list."
_GONE = "It is already gone: it finished, or somebody removed it."


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may remove, besides the members with Manage Server."""

    roles: frozenset[int]
    users: frozenset[int]

    def may_remove(self, interaction: discord.Interaction[Any]) -> bool:
        """Read from the press's own payload, so that no cache can be out of date; nobody by default."""
        permissions = interaction.permissions
        if permissions.manage_guild or permissions.administrator or interaction.user.id in self.users:
            return True
        # discord.py's public `roles` leaves out those that its cache has not seen.
        return not self.roles.isdisjoint(getattr(interaction.user, "_roles", ()))


class Presses:
    """Answers every press in one channel; presses elsewhere may belong to another process."""

    def __init__(
        self, *, channel_id: int, rights: Rights, clients: Sequence[ArrClient], refresher: Refresher,
        removals: Removals, clock: Clock,
    ) -> None:
        self._channel_id = channel_id
        self._rights = rights
        self._clients = {client.instance.key: client for client in clients}
        self._refresher = refresher
        self._removals = removals
        self._clock = clock

    async def answer(self, interaction: discord.Interaction[Any]) -> None:
        """Do what it means and say so to the person. What Discord refuses is logged, since nobody can be told."""
        data: Mapping[str, Any] = interaction.data or {}
        id = str(data.get("custom_id", ""))
        if interaction.channel_id != self._channel_id or not id.startswith(MARK):
            return
        try:
            await self._act(interaction, action_from(id))
        except WIRE_ERRORS as error:
            log.warning("A press could not be answered: %s", told(error))

    async def _act(self, interaction: discord.Interaction[Any], action: Action | None) -> None:
        match action:
            case AskRemove(ref):
                await self._ask(interaction, ref)
            case Remove():
                await self._remove(interaction, action)
            case Refresh():
                await interaction.response.defer()
                await self._refresher.refresh()
            case None:
                await _say(interaction, _OUTDATED)

    async def _ask(self, interaction: discord.Interaction[Any], ref: DownloadRef) -> None:
        """Open the form from what is known: no network before it, since Discord waits for 3 s."""
        if not self._rights.may_remove(interaction):
            await _say(interaction, _MAY_NOT)
            return
        download = self._shown().find(ref)
        client = self._clients.get(ref.instance)
        if download is None or client is None:
            await _say(interaction, _GONE)
            return
        await interaction.response.send_modal(removal_form(download, client.instance, self._clock.now()))

    async def _remove(self, interaction: discord.Interaction[Any], action: Remove) -> None:
        if not self._rights.may_remove(interaction):
            await _say(interaction, _MAY_NOT)
            return
        choice = _choice(interaction.data or {})
        if choice == LEAVE:
            await _say(interaction, "Left alone.")
            return
        # Acknowledged first: the app may take two minutes.
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content=await self._removed(action, choice, interaction.user.id))

    async def _removed(self, action: Remove, choice: str, by: int) -> str:
        """Remove it, and say what came of it."""
        download, client = self._found(action), self._clients.get(action.ref.instance)
        if download is None or client is None:
            return _GONE
        if choice not in removals_for(download):
            return _OUTDATED
        how, name, label = Removal(choice), plain(download.name, 200), client.instance.label
        self._refresher.redraw()  # the row says "removing" meanwhile
        try:
            await self._removals.remove(client, download, how, by=by)
        except AlreadyGone:
            await self._refresher.refresh()
            return f"**{name}**: {_GONE}"
        except ArrError as error:
            log.warning("%s could not remove a download for user %s: it %s", label, by, error)
            await self._refresher.refresh()
            return f"**{name}**: {label} {error}. The dashboard shows whether it is still there."
        log.info("User %s removed %r from %s (%s)", by, download.name[:200], label, how)
        await self._refresher.refresh()
        return f"**{name}** {_DONE[how].format(app=client.instance.service.app_name)}"

    def _found(self, action: Remove) -> Download | None:
        """The download that the form named, under whatever id it has now; never another one."""
        snapshot = self._shown()
        download = snapshot.find(action.ref)
        if download is not None and fingerprint(download) == action.fingerprint:
            return download
        queue = snapshot.queue(action.ref.instance)
        same = [d for d in queue.downloads if fingerprint(d) == action.fingerprint] if queue else []
        return same[0] if len(same) == 1 else None

    def _shown(self) -> Snapshot:
        return self._removals.applied(self._refresher.snapshot)


def _choice(data: Mapping[str, Any]) -> str:
    """The value of a form's choice; what a form of ours cannot carry leaves the download alone."""
    labelled = (row.get("component") or {} for row in data.get("components", ()))
    chosen = [component.get("value") for component in labelled if component.get("custom_id") == HOW]
    return str(chosen[0]) if chosen and chosen[0] else LEAVE


async def _say(interaction: discord.Interaction[Any], text: str) -> None:
    """A first answer that only this person sees."""
    await interaction.response.send_message(text, ephemeral=True)
