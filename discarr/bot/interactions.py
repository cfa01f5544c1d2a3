"""Routes every interaction: does what the button or modal means, and answers the user."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import timedelta
from logging import getLogger
from typing import Any

import discord
from discord import ui

from discarr.bot.authorization import may_remove
from discarr.bot.discord_errors import DISCORD_ERRORS, answer_from_discord, describe
from discarr.bot.importer import Answer, Importer
from discarr.bot.network import statuses
from discarr.bot.remover import Remover, find, is_absent, not_found
from discarr.clock import Clock
from discarr.logs import StateLog
from discarr.model.action import ActionKind
from discarr.model.download import Download
from discarr.model.ordering import CLEAN_UP_LIMIT, attention
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult
from discarr.settings import Settings
from discarr.tracking.coordinator import COOLDOWN, Coordinator
from discarr.view.browser import page_embed, page_of
from discarr.view.buttons import page_view
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    HEALTH,
    MARK,
    AskRemove,
    Browse,
    ComponentAction,
    General,
    ImportFiles,
    Remove,
    Subject,
    Target,
    action_from,
)
from discarr.view.health_page import health_embed
from discarr.view.import_text import LATER, WORKING
from discarr.view.modals import chosen_action, chosen_downloads, chosen_mode, clean_up_form, removal_form, strings
from discarr.view.removal_text import (
    BEING_IMPORTED,
    MAY_NOT,
    NOTHING_CHANGED,
    OUTDATED,
    absent_text,
    clean_up_text,
    nothing_to_clean_up_text,
    removal_text,
    wait_text,
)

log = getLogger(__name__)

EDITABLE = timedelta(minutes=14)
"""How long an answer can be edited, with a minute to spare: its token expires after 15."""
ANSWER_DEADLINE = 2.0
"""Seconds that an answer waits for the first read and for titles. Discord waits for 3."""
FIRST_DEADLINE = 5.0
"""Seconds for Discord to accept a first answer: later than 3 s after the press it no longer does."""
EDIT_DEADLINE = 120.0
"""Seconds for Discord to accept an edit of an answer."""
DISKS_DEADLINE = 15.0
"""Seconds that an answer waits for the free space: an app takes up to 5 for each of its folders."""
ANSWER_SPACING = 1.0
"""Seconds between two edits of the answer to Clean up."""

_ACKNOWLEDGED, _UNKNOWN = 40060, 10062
"""The errors for a second answer, and for one that is too late."""
_SECOND_BOT = (
    "A press has been answered already, or is too old. Is a second Discarr running with the same token? "
    "Otherwise this machine is too slow for Discord's 3 s"
)


class InteractionRouter:
    """Answers every interaction in one channel; those elsewhere may belong to another process."""

    def __init__(
        self, settings: Settings, clock: Clock, coordinator: Coordinator, remover: Remover, importer: Importer
    ) -> None:
        self._settings = settings
        self._queue_pages = {each.instance.key: each.queue_page for each in settings.instances}
        self._clock = clock
        self._coordinator = coordinator
        self._remover = remover
        self._importer = importer
        self._second_bot = StateLog(log)
        self._unanswered = StateLog(log, "Presses are answered again")
        self._not_updated = StateLog(log, "Answers are updated again")
        self._asking_apps = asyncio.Lock()

    async def answer(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the interaction asks for, and answer the user.

        Nothing is done if it cannot be acknowledged in time: Discord has then shown a failure to the user.
        """
        data: Mapping[str, Any] = interaction.data if isinstance(interaction.data, dict) else {}
        id = str(data.get("custom_id", ""))
        by_somebody = isinstance(interaction.user, discord.User | discord.Member)  # discord.py leaves it out otherwise
        if interaction.channel_id != self._settings.discord_channel_id or not id.startswith(MARK) or not by_somebody:
            log.debug("Ignored: an interaction in channel %s", interaction.channel_id)
            return
        try:
            await self._act(interaction, action_from(id), data)
        except DISCORD_ERRORS as error:
            if isinstance(error, discord.HTTPException) and error.code in (_ACKNOWLEDGED, _UNKNOWN):
                self._second_bot.failing(_SECOND_BOT)  # and never taken back: of two processes each wins now and then
            else:
                self._unanswered.failing(f"A press could not be answered: {describe(error)}")
        else:
            self._unanswered.recovered()

    async def _act(
        self, interaction: discord.Interaction[Any], action: ComponentAction | None, data: Mapping[str, Any]
    ) -> None:
        may_act = may_remove(interaction, self._settings)
        match action:
            case AskRemove() | Remove() | ImportFiles() | General.ASK_CLEAN_UP | General.CLEAN_UP if not may_act:
                await _say(interaction, MAY_NOT)
            case AskRemove(target):
                await self._ask_remove(interaction, target)
            case Remove(subject) if (kind := chosen_action(data)) is not None:
                await self._begin(interaction, subject.target, kind)
            case Remove(subject):
                await self._remove(interaction, subject, data)
            case ImportFiles(target, plan):
                await self._import(interaction, target, plan)
            case General.ASK_CLEAN_UP:
                await self._ask_clean_up(interaction)
            case General.CLEAN_UP:
                await self._clean_up(interaction, data)
            case General.REFRESH:
                await self._refresh(interaction)
            case General.OPEN_HEALTH:
                await self._show_health(interaction)
            case General.OPEN_BROWSER:
                await self._browse(interaction, ALL, 1, opened=False)
            case Browse(filter, number):
                await self._browse(interaction, filter, number, opened=True)
            case General.CHOOSE_FILTER:
                filter = next(iter(strings(data.get("values"))), ALL)
                if filter == HEALTH:
                    await self._show_health(interaction)
                else:
                    await self._browse(interaction, filter, 1, opened=True)
            case None:
                await _say(interaction, OUTDATED)

    async def _ask_remove(self, interaction: discord.Interaction[Any], target: Target) -> None:
        """Open the modal, or answer why there is none."""
        snapshot, download = await self._titled(
            lambda snapshot: find(target, snapshot), lambda found: [found] if found else []
        )
        queue = snapshot.queue(target.instance)
        if queue is None:
            await _say(interaction, OUTDATED)
        elif download is None:
            await _say(interaction, removal_text(not_found(target, snapshot, RemovalMode.REMOVE)))
        elif is_absent(download, snapshot):
            await _say(interaction, absent_text(queue.instance.label))
        elif snapshot.is_being_imported(download):
            await _say(interaction, BEING_IMPORTED)
        else:
            form = removal_form(download, queue.instance, snapshot, self._queue_pages.get(target.instance, ""))
            await _first(interaction.response.send_modal(form))

    async def _remove(self, interaction: discord.Interaction[Any], subject: Subject, data: Mapping[str, Any]) -> None:
        mode = chosen_mode(data)
        if mode is None:
            await _say(interaction, NOTHING_CHANGED)
            return
        # Acknowledged first: the app may take two minutes.
        await _first(interaction.response.defer(ephemeral=True, thinking=True))
        result = await self._remover.remove(subject, mode, by=interaction.user.id)
        await self._update(interaction, removal_text(result, self._queue_pages.get(subject.target.instance, "")))

    async def _begin(self, interaction: discord.Interaction[Any], target: Target, kind: ActionKind) -> None:
        """List the files of an import, to be confirmed; or grab."""
        await _first(interaction.response.defer(ephemeral=True, thinking=True))
        begin = self._importer.look if kind is ActionKind.IMPORT else self._importer.grab
        await self._answer_slowly(interaction, begin(target, by=interaction.user.id))

    async def _import(self, interaction: discord.Interaction[Any], target: Target, plan: str) -> None:
        """Import what a private answer listed. The answer loses its button, so that it is not pressed twice."""
        if self._can_edit(interaction):
            await _first(interaction.response.edit_message(content=WORKING, view=None))
        else:
            await _say(interaction, WORKING)
        await self._answer_slowly(interaction, self._importer.import_files(target, plan, by=interaction.user.id))

    async def _answer_slowly(self, interaction: discord.Interaction[Any], working: Coroutine[Any, Any, Answer]) -> None:
        """Answer with the result of slow work; after the last moment for an edit, only the dashboard shows it."""
        task = asyncio.create_task(working)
        done, _ = await asyncio.wait([task], timeout=EDITABLE.total_seconds())
        if not done:
            await self._update(interaction, LATER)
        answer = await task
        if done:
            await self._update(interaction, answer.text, view=answer.view)

    async def _ask_clean_up(self, interaction: discord.Interaction[Any]) -> None:
        snapshot, needing = await self._titled(attention, lambda needing: needing[:CLEAN_UP_LIMIT])
        if needing:
            await _first(interaction.response.send_modal(clean_up_form(needing, snapshot)))
        else:
            await _say(interaction, nothing_to_clean_up_text(snapshot))

    async def _clean_up(self, interaction: discord.Interaction[Any], data: Mapping[str, Any]) -> None:
        """Remove the ticked downloads, and update one private answer for as long as it can be edited."""
        subjects, mode = chosen_downloads(data), chosen_mode(data)
        if not subjects or mode is None:
            await _say(interaction, NOTHING_CHANGED)
            return
        began = edited_at = self._clock.monotonic()
        await _first(interaction.response.defer(ephemeral=True, thinking=True))
        results: list[RemovalResult] = []
        async for result in self._remover.clean_up(subjects, mode, by=interaction.user.id):
            results.append(result)
            wait = edited_at + ANSWER_SPACING - self._clock.monotonic()
            if wait > 0:
                if len(results) < len(subjects):
                    continue
                await asyncio.sleep(wait)
            if self._clock.monotonic() - began < EDITABLE.total_seconds():
                edited_at = self._clock.monotonic()
                await self._update(interaction, clean_up_text(results, len(subjects)))

    async def _update(
        self,
        interaction: discord.Interaction[Any],
        text: str = "",
        *,
        embed: discord.Embed | None = None,
        view: ui.View | None = None,
    ) -> None:
        """Edit the answer. A failure must not end Clean up: the next edit contains everything."""
        try:
            answer = interaction.edit_original_response(content=text, embed=embed, view=view)
            await _accepted(answer, EDIT_DEADLINE)
        except DISCORD_ERRORS as error:
            self._not_updated.failing(f"An answer could not be updated: {describe(error)}")
        else:
            self._not_updated.recovered()

    async def _refresh(self, interaction: discord.Interaction[Any]) -> None:
        wait = COOLDOWN if self._asking_apps.locked() else self._coordinator.cooldown
        if wait > 0:
            await _say(interaction, wait_text(wait))
            return
        async with self._asking_apps:
            await _first(interaction.response.defer())
            refreshing = self._coordinator.refresh_apps()
        await refreshing

    async def _show_health(self, interaction: discord.Interaction[Any]) -> None:
        await _first(interaction.response.defer(ephemeral=True, thinking=True))
        await self._coordinator.first_read(at_most=ANSWER_DEADLINE)
        disks = await self._coordinator.disks(at_most=DISKS_DEADLINE)
        await self._update(interaction, embed=health_embed(self._coordinator.snapshot(), disks))

    async def _browse(self, interaction: discord.Interaction[Any], filter: str, number: int, *, opened: bool) -> None:
        if filter != ATTENTION and self._coordinator.snapshot().queue(filter) is None:
            filter = ALL
        snapshot, page = await self._titled(lambda snapshot: page_of(snapshot, filter, number), lambda page: page.rows)
        embed, view = page_embed(page, snapshot), page_view(page, snapshot)
        if opened and self._can_edit(interaction):
            await _first(interaction.response.edit_message(embed=embed, view=view))
        else:
            await _first(interaction.response.send_message(embed=embed, view=view, ephemeral=True))

    async def _titled[Shown](
        self, choose: Callable[[Snapshot], Shown], rows: Callable[[Shown], Iterable[Download]]
    ) -> tuple[Snapshot, Shown]:
        """Return a snapshot and what is chosen of it, with the titles of its `rows` as far as they arrive in time."""
        began = self._clock.monotonic()
        await self._coordinator.first_read(at_most=ANSWER_DEADLINE)
        left = max(began + ANSWER_DEADLINE - self._clock.monotonic(), 0.0)
        snapshot = self._coordinator.snapshot()
        chosen = choose(snapshot)
        if await self._coordinator.titles(rows(chosen), at_most=left):
            snapshot = self._coordinator.snapshot()
            chosen = choose(snapshot)
        return snapshot, chosen

    def _can_edit(self, interaction: discord.Interaction[Any]) -> bool:
        """Return whether a private answer was pressed that can still be edited, by Discord's clock.

        Otherwise a new one is sent: a forged press must not replace the dashboard.
        """
        shown = interaction.message
        return shown is not None and shown.flags.ephemeral and interaction.created_at - shown.created_at < EDITABLE


async def _say(interaction: discord.Interaction[Any], text: str) -> None:
    """A first answer that only this person sees."""
    await _first(interaction.response.send_message(text, ephemeral=True))


async def _first(answer: Awaitable[object]) -> None:
    """Send a first answer. Raises DISCORD_ERRORS unless Discord accepted it in time."""
    await _accepted(answer, FIRST_DEADLINE)


async def _accepted(answer: Awaitable[object], deadline: float) -> None:
    """Send an answer. It counts once Discord has accepted it, even if what Discord says to that cannot be read.

    Otherwise a press would be acknowledged and not done.

    Raises:
        DISCORD_ERRORS: Discord rejected it, or did not answer in time.
    """
    with statuses() as noted:
        try:
            async with asyncio.timeout(deadline):
                with answer_from_discord():
                    await answer
        except DISCORD_ERRORS as error:
            if not _was_accepted(error, noted):
                raise
            log.debug("Discord accepted an answer, and its own cannot be read: %s", type(error).__name__)


def _was_accepted(error: BaseException, statuses: Sequence[int]) -> bool:
    """Return whether Discord has accepted the answer whose sending had these statuses and ended with this error.

    discord.py sends it again after a status 5xx. If Discord then has one already, it had accepted the first.
    """
    if isinstance(error, discord.HTTPException):
        return error.code == _ACKNOWLEDGED and any(status >= 500 for status in statuses)
    return bool(statuses) and statuses[-1] < 300
