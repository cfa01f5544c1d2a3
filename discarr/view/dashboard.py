"""Renders a snapshot as an embed. Pure.

For any queues the result is within Discord's limits: 4,096 characters of description, 1,024 per field, 6,000 in
total, and about 120 markdown nodes per string, beyond which clients truncate it.
"""

from collections.abc import Sequence
from datetime import datetime

import discord

from discarr.model.ordering import top_rows
from discarr.model.queue import Snapshot
from discarr.view.departures import departure_lines
from discarr.view.headline import all_done, cannot_import, count_of, lacks_rows, nothing, section_counts, summary
from discarr.view.import_text import action_lines
from discarr.view.instance_lines import health_lines, outage_lines
from discarr.view.row import SMALL
from discarr.view.sections import counted_sections
from discarr.view.text import limited

RED, AMBER, GREEN, BLUE, GREY = 0xED4245, 0xFEE75C, 0x57F287, 0x5865F2, 0x80848E


def dashboard_embed(snapshot: Snapshot, *, notes: Sequence[str] = ()) -> discord.Embed:
    """Return the dashboard. `notes` are sentences about the bot itself."""
    embed = discord.Embed(colour=_colour(snapshot), timestamp=snapshot.now.at)
    embed.description = "\n".join(_row_lines(snapshot)) or nothing(snapshot)
    small = [*departure_lines(snapshot), *(SMALL + line for line in action_lines(snapshot))]
    end = [*notes, *outage_lines(snapshot), *small, *health_lines(snapshot)]
    embed.add_field(name="\u200b", value=limited(end))
    embed.set_footer(text="updated")
    return embed


def _row_lines(snapshot: Snapshot) -> list[str]:
    rows = top_rows(snapshot)
    lines = counted_sections(rows, snapshot, section_counts(snapshot), all_done(snapshot))
    hidden = count_of(snapshot) - len(rows)
    return [*lines, *([f"{SMALL}… and {hidden:,} more"] if hidden else [])]


def _colour(snapshot: Snapshot) -> int:
    if any(queue.outage for queue in snapshot.queues):
        return RED
    doubtful = any(lacks_rows(queue) or cannot_import(queue) for queue in snapshot.queues)
    if doubtful or any(queue.summary.attention for queue in snapshot.queues):
        return AMBER
    if count_of(snapshot):
        return BLUE
    return GREEN if all(queue.read_at for queue in snapshot.queues) else GREY


def plain_embed(snapshot: Snapshot) -> discord.Embed:
    """Return an embed without rows, in case Discord rejects them."""
    embed = discord.Embed(colour=_colour(snapshot), timestamp=snapshot.now.at)
    embed.description = "🛠️ Discord did not accept the rows: see Discarr's log."
    embed.set_footer(text="updated")
    return embed


def offline_embed(last: Snapshot | None, at: datetime) -> discord.Embed:
    """Return the embed that stays when the bot ends, without anything that looks alive."""
    embed = discord.Embed(colour=GREY, timestamp=at)
    since = f"<t:{int(at.timestamp())}:f>"  # with its date: this can stay for days
    embed.description = f"💤 Discarr has been offline since {since}. Nothing is updated until it is back."
    if last is not None:
        embed.description += f"\n{SMALL}Last: {summary(last)}"
    embed.set_footer(text="offline")
    return embed
