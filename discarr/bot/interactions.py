"""The one router of presses: what a button or a form means, and the answer to who pressed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from logging import getLogger
from typing import Any

import discord

from discarr.bot.authorization import Rights
from discarr.bot.discord_errors import DISCORD_ERRORS, describe
from discarr.bot.removing import Remover, not_found
from discarr.clock import Clock
from discarr.logs import StateLog
from discarr.model.ordering import needing_decision
from discarr.model.queue import DownloadRef, Instance
from discarr.tracking.coordinator import Coordinator
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import page_view
from discarr.view.custom_ids import (
    ALL,
    MARK,
    Action,
    AskCleanUp,
    AskRemove,
    Browse,
    ChooseFilter,
    CleanUp,
    OpenBrowser,
    Refresh,
    Remove,
    action_from,
)
from discarr.view.modals import chosen_downloads, chosen_removal, clean_up_form, removal_form

log = getLogger(__name__)

EDITABLE = timedelta(minutes=14)
"""How long an answer can be edited, with a minute to spare: Discord takes its token away after 15."""
LONGEST_ANSWER = 2000
FIRST_READ = 2.0
"""Seconds that a press right after a start waits for the first read. Discord waits for 3."""

_OUTDATED = "This control is outdated. Please use the ones on the dashboard."
_MAY_NOT = "You may not remove downloads here: that takes Manage Server, or a role or name on the bot's list."
_TAKEN = (40060, 10062)
"""Already acknowledged, and unknown: what the second of two answers is told, or one that comes too late."""
_SECOND_BOT = (
    "A press was answered by somebody else, or is too old. Does a second Discarr run with the same token? "
    "Otherwise this machine is too slow for Discord's 3 s"
)


class InteractionRouter:
    """Answers every press in one channel; presses elsewhere may belong to another process."""

    def __init__(
        self,
        *,
        channel_id: int,
        rights: Rights,
        instances: Sequence[Instance],
        remover: Remover,
        coordinator: Coordinator,
        clock: Clock,
    ) -> None:
        self._channel_id = channel_id
        self._rights = rights
        self._instances = {instance.key: instance for instance in instances}
        self._remover = remover
        self._coordinator = coordinator
        self._clock = clock
        self._second_bot = StateLog(log)

    async def answer(self, interaction: discord.Interaction[Any]) -> None:
        """Do what it means and say so to the person.

        What is not acknowledged in time is not done: the person was told that it failed.
        """
        data: Mapping[str, Any] = interaction.data or {}
        id = str(data.get("custom_id", ""))
        if interaction.channel_id != self._channel_id or not id.startswith(MARK):
            return
        try:
            await self._act(interaction, action_from(id), data)
        except discord.HTTPException as error:
            if error.code in _TAKEN:
                self._second_bot.failing(_SECOND_BOT)  # and never taken back: of two processes each wins now and then
            else:
                log.warning("A press could not be answered: %s", describe(error))
        except DISCORD_ERRORS as error:
            log.warning("A press could not be answered: %s", describe(error))

    async def _act(self, interaction: discord.Interaction[Any], action: Action | None, data: Mapping[str, Any]) -> None:
        match action:
            case AskRemove() | Remove() | AskCleanUp() | CleanUp() if not self._rights.may_remove(interaction):
                await _say(interaction, _MAY_NOT)
            case AskRemove(ref):
                await self._ask_remove(interaction, ref)
            case Remove():
                await self._remove(interaction, action, data)
            case AskCleanUp():
                await self._ask_clean_up(interaction)
            case CleanUp():
                await self._clean_up(interaction, data)
            case Refresh():
                await self._refresh(interaction)
            case OpenBrowser():
                await self._browse(interaction, ALL, 1, opened=False)
            case Browse(filter, number):
                await self._browse(interaction, filter, number, opened=True)
            case ChooseFilter():
                await self._browse(interaction, str(next(iter(data.get("values", ())), ALL)), 1, opened=True)
            case None:
                await _say(interaction, _OUTDATED)

    async def _ask_remove(self, interaction: discord.Interaction[Any], ref: DownloadRef) -> None:
        """Open the form from what is known: no network before it, since Discord waits for 3 s."""
        instance = self._instances.get(ref.instance)
        if instance is None:
            await _say(interaction, _OUTDATED)
            return
        await self._coordinator.first_read(at_most=FIRST_READ)
        snapshot = self._remover.shown()
        download = snapshot.find(ref)
        if download is not None:
            await interaction.response.send_modal(removal_form(download, instance, self._clock.now()))
        else:
            await _say(interaction, not_found(snapshot, instance))

    async def _remove(self, interaction: discord.Interaction[Any], target: Remove, data: Mapping[str, Any]) -> None:
        how = chosen_removal(data)
        if how is None:
            await _say(interaction, "Left alone.")
            return
        # Acknowledged first: the app may take two minutes.
        await interaction.response.defer(ephemeral=True, thinking=True)
        outcome = await self._remover.remove(target, how, by=interaction.user.id)
        await interaction.edit_original_response(content=outcome)

    async def _ask_clean_up(self, interaction: discord.Interaction[Any]) -> None:
        needs_decision = needing_decision(self._remover.shown())
        if needs_decision:
            await interaction.response.send_modal(clean_up_form(needs_decision))
        else:
            await _say(interaction, "Nothing needs to be cleaned up any more.")

    async def _clean_up(self, interaction: discord.Interaction[Any], data: Mapping[str, Any]) -> None:
        """One private answer that grows; what comes too late for it is in the log and on the dashboard."""
        targets, how = chosen_downloads(data), chosen_removal(data)
        if not targets or how is None:
            await _say(interaction, "Left alone.")
            return
        began = self._clock.monotonic()
        await interaction.response.defer(ephemeral=True, thinking=True)
        outcomes: list[str] = []
        async for outcome in self._remover.clean_up(targets, how, by=interaction.user.id):
            outcomes.append(f"{len(outcomes) + 1} of {len(targets)} · {outcome}")
            if self._clock.monotonic() - began < EDITABLE.total_seconds():
                await self._grow(interaction, outcomes)

    async def _grow(self, interaction: discord.Interaction[Any], outcomes: Sequence[str]) -> None:
        """A failed edit must not end the cleaning up: it goes on, and the next edit tells all."""
        kept = list(outcomes)
        while len(text := "\n".join(kept)) > LONGEST_ANSWER:
            kept.pop(0)
        try:
            await interaction.edit_original_response(content=text)
        except DISCORD_ERRORS as error:
            log.warning("An answer could not be brought up to date: %s", describe(error))

    async def _refresh(self, interaction: discord.Interaction[Any]) -> None:
        wait = self._coordinator.cooldown
        if wait > 0:
            await _say(interaction, f"The apps were asked moments ago. Please wait for another {wait:.0f} s.")
            return
        asking = self._coordinator.ask_apps()
        await interaction.response.defer()
        await asking

    async def _browse(self, interaction: discord.Interaction[Any], filter: str, number: int, *, opened: bool) -> None:
        snapshot = self._remover.shown()
        page = page_of(snapshot, filter, number)
        embed, view = page_embed(page, snapshot), page_view(page, tuple(self._instances.values()))
        if opened and self._can_edit(interaction):
            await interaction.response.edit_message(embed=embed, view=view)
        else:
            await interaction.response.send_message(embed=embed, view=view, ephemeral=True)
        self._coordinator.learn_names(page.rows)

    def _can_edit(self, interaction: discord.Interaction[Any]) -> bool:
        """A private view older than its token is left as it is, and a fresh one opened. Both times are Discord's."""
        shown = interaction.message
        return shown is not None and interaction.created_at - shown.created_at < EDITABLE


async def _say(interaction: discord.Interaction[Any], text: str) -> None:
    """A first answer that only this person sees."""
    await interaction.response.send_message(text, ephemeral=True)
