"""Renders the private view of what the apps report, and of their disks. Pure."""

from collections.abc import Mapping, Sequence

import discord

from discarr.model.disk import LibraryDisk
from discarr.model.queue import Queue, Snapshot
from discarr.view.dashboard import GREY
from discarr.view.health_text import NO_PROBLEM, SPACE_UNKNOWN, UNKNOWN, disk_text, others_text, warning_texts
from discarr.view.instance_lines import outage_lines
from discarr.view.row import SMALL
from discarr.view.text import limited, moment_past

LONGEST_FIELD = 1024

LONGEST = 4000
"""Characters for all instances together, so that with those of the outages the embed is within 6,000."""
_FIELDS = 25
"""Discord's limit."""


def health_embed(snapshot: Snapshot, disks: Mapping[str, Sequence[LibraryDisk] | None]) -> discord.Embed:
    """Return the view, with a field for each instance, so that clients truncate none of them.

    `disks` are by instance key, and None for an instance that did not say.
    """
    embed = discord.Embed(title="Health of the apps", colour=GREY, timestamp=snapshot.now.at)
    embed.description = limited(["What each app reports on its System, Status page.", *outage_lines(snapshot)])
    queues = snapshot.queues[:_FIELDS]
    for queue in queues:
        lines = [*_warnings(queue, snapshot), *(SMALL + line for line in _disks(disks.get(queue.instance.key)))]
        value = limited(lines, min(LONGEST_FIELD, LONGEST // len(queues)))
        embed.add_field(name=queue.instance.label, value=value, inline=False)
    embed.set_footer(text="shown")
    return embed


def _warnings(queue: Queue, snapshot: Snapshot) -> list[str]:
    if queue.health is None:
        return [f"❔ {UNKNOWN}"]
    warnings = queue.health.warnings
    texts = [f"⚠️ {text}" for text in warning_texts(warnings, snapshot.now.at)]
    others = others_text(queue.instance, warnings)
    lines = [*texts, *([others] if others else [])] or [f"✓ {NO_PROBLEM}"]
    return [*lines, f"{SMALL}as of {moment_past(queue.health.read_at, snapshot.now.at)}"]


def _disks(disks: Sequence[LibraryDisk] | None) -> list[str]:
    return [SPACE_UNKNOWN] if disks is None else [disk_text(disk) for disk in disks]
