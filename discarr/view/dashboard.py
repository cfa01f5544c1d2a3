"""Renders a snapshot as an embed. Pure.

For any queues the result is within Discord's limits: 4,096 characters of description, 1,024 per field, 6,000 in
total, and about 120 markdown nodes per string, beyond which clients truncate it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import discord

from discarr.model.download import Download, Section
from discarr.model.ordering import attention, top_rows
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import IncompleteReason, Queue, Snapshot
from discarr.model.removal_mode import RemovalMode
from discarr.model.summary import Summary, section_of
from discarr.view.import_text import action_lines
from discarr.view.row import SMALL, row_text
from discarr.view.text import amount, clock_time, counted, ended, listed, moment_ahead, plain, title

LONGEST_FIELD = 1024
LONGEST_LABELS = 300
"""Characters for the labels of all healthy apps."""

_KINDS = {
    OutcomeKind.IMPORTED: "✅ imported",
    OutcomeKind.FAILED: "❌ failed",
    OutcomeKind.UNTRACKED: "👁️ no longer tracked",
    OutcomeKind.REMOVED: "🗑️ removed elsewhere",
}
_NAMED = 3
"""Titles listed for each kind of outcome."""
_NAMED_INSTANCES = 5
"""Instances listed in the first line."""
_REMOVED_WORDS = {
    RemovalMode.REMOVE: "removed",
    RemovalMode.BLOCK_AND_SEARCH: "removed and blocklisted, with a new search,",
    RemovalMode.BLOCK: "removed and blocklisted",
    RemovalMode.STOP_TRACKING: "untracked",
    RemovalMode.CHANGE_CATEGORY: "moved to the post-import category",
}

RED, AMBER, GREEN, BLUE, GREY = 0xED4245, 0xFEE75C, 0x57F287, 0x5865F2, 0x80848E


def dashboard_embed(snapshot: Snapshot, *, notes: Sequence[str] = ()) -> discord.Embed:
    """Return the dashboard. `notes` are sentences about the bot itself."""
    embed = discord.Embed(title="Downloads", colour=_colour(snapshot), timestamp=snapshot.now.at)
    rows = top_rows(snapshot)
    hidden = sum(len(queue.downloads) for queue in snapshot.queues) - len(rows)
    lines = [_headline(snapshot), "", *_row_lines(rows, snapshot)]
    if hidden:
        lines.append(f"{SMALL}… and {hidden:,} more")
    embed.description = "\n".join(lines).strip()
    quiet = [*_outcome_lines(snapshot), *_removed_lines(snapshot), *action_lines(snapshot)]
    embed.add_field(name="\u200b", value=limited([*notes, *_queue_lines(snapshot), *(SMALL + line for line in quiet)]))
    # A channel opens at its end: on a phone the first line may be out of sight.
    embed.set_footer(text=f"{_verdict(snapshot)} · updated")
    return embed


def _row_lines(rows: Sequence[Download], snapshot: Snapshot) -> list[str]:
    """Return the rows, with a gap after those that need attention."""
    lines = [row_text(download, number, snapshot) for number, download in enumerate(rows, 1)]
    needing = sum(section_of(row, snapshot.now, snapshot.stalled_after) is Section.ATTENTION for row in rows)
    return [*lines[:needing], *([""] if 0 < needing < len(rows) else []), *lines[needing:]]


def summary(snapshot: Snapshot) -> str:
    """Return the dashboard as one line of plain text, for the list of pins and for people who hide embeds."""
    verdict = _verdict(snapshot)
    counts = _counts(snapshot) or [_nothing(snapshot)]
    return " · ".join([verdict, *(count for count in counts if count not in verdict)])


def _verdict(snapshot: Snapshot) -> str:
    """Return whether everything is fine, to be read in a second. Plain text."""
    troubled = [queue.instance.label for queue in snapshot.queues if queue.outage]
    needing = len(attention(snapshot))
    parts = [f"🔴 {listed(troubled, _NAMED_INSTANCES)}: trouble"] if troubled else []
    if needing:
        parts.append(f"⚠️ {needing:,} {'needs' if needing == 1 else 'need'} attention")
    if any(_lacks_rows(queue) for queue in snapshot.queues):
        parts.append("⚠️ Rows may be missing" if not parts else "rows may be missing")
    if parts:
        return " · ".join(parts)
    if not all(queue.read_at for queue in snapshot.queues):
        return "🕒 Not everything is read yet"
    return "✅ All is well"


def _headline(snapshot: Snapshot) -> str:
    counts = _counts(snapshot)
    if not counts:
        return _nothing(snapshot)
    live = [queue.summary for queue in snapshot.queues if not queue.outage]
    speed = sum(each.speed for each in live)
    left = sum(queue.summary.remaining for queue in snapshot.queues)
    ahead = [f"{amount(left)} left" if left else "", "" if _hides_rows(snapshot) else _last_done(live, snapshot.now.at)]
    return " · ".join(filter(None, [f"⬇ {amount(speed)}/s" if speed else "", *counts, *ahead]))


def _counts(snapshot: Snapshot) -> list[str]:
    sections = _section_counts(snapshot)
    words = {
        Section.DOWNLOADING: "downloading",
        Section.IMPORTING: "importing",
        Section.WAITING: "waiting",
        Section.ATTENTION: "needs attention" if sections[Section.ATTENTION] == 1 else "need attention",
    }
    return [f"{sections[section]:,} {word}" for section, word in words.items() if sections[section]]


def _section_counts(snapshot: Snapshot) -> Counter[Section]:
    sections: Counter[Section] = Counter()
    for queue in snapshot.queues:
        sections.update(queue.summary.sections)
        if queue.outage:  # nobody knows whether these still need attention
            sections.update(download.section for download in queue.summary.attention)
            sections[Section.ATTENTION] -= len(queue.summary.attention)
    return +sections


def _hides_rows(snapshot: Snapshot) -> bool:
    """Return whether there may be more downloads than are shown."""
    return any(queue.outage or queue.read_at is None or _lacks_rows(queue) for queue in snapshot.queues)


def _lacks_rows(queue: Queue) -> bool:
    """Return whether a good read may be incomplete."""
    return queue.incomplete is not None or queue.unreadable > 0


def _last_done(summaries: Sequence[Summary], now: datetime) -> str:
    """Return when the last running download should be done; '' if a client cannot tell for one of them."""
    ends = [end for each in summaries for end in each.ends]
    if not ends or min(ends) <= now:
        return ""
    if sum(each.foreseen for each in summaries) < sum(each.moving for each in summaries):
        return ""
    return f"last one done {moment_ahead(max(ends), now)}"


def _nothing(snapshot: Snapshot) -> str:
    """Return why no row is shown. A queue is called empty only if it was read and is complete."""
    if any(queue.unreadable for queue in snapshot.queues):
        return "Nothing that could be read"
    if all(queue.read_at is not None and not queue.outage and not queue.incomplete for queue in snapshot.queues):
        return "Nothing in the queue"
    if all(queue.read_at is None for queue in snapshot.queues):
        return "Not read yet"
    return "No downloads known, and not everything could be read"


def _queue_lines(snapshot: Snapshot) -> list[str]:
    """Return one line for each instance with a problem, and one for all others."""
    well = [queue for queue in snapshot.queues if queue.read_at and not queue.outage and not queue.incomplete]
    labels = " · ".join(f"{_label(queue)} ✓" for queue in well)
    if len(labels) > LONGEST_LABELS:
        labels = f"{len(well)} apps ✓"
    return [*outage_lines(snapshot), *([SMALL + labels] if labels else [])]


def outage_lines(snapshot: Snapshot) -> list[str]:
    """Return one line for each instance with a problem, and one for all records that could not be read."""
    lines = [_outage_line(queue) for queue in snapshot.queues if queue.outage or queue.incomplete or not queue.read_at]
    unreadable = sum(queue.unreadable for queue in snapshot.queues)
    if unreadable:
        lines.append(f"❔ {counted(unreadable, 'item')} could not be read")
    return lines


def _label(queue: Queue) -> str:
    version = ".".join(plain(queue.version, 20).split(".")[:2])
    return f"{queue.instance.label} {version}".strip()


def _outage_line(queue: Queue) -> str:
    name = f"⚠️ **{queue.instance.label}**"
    if queue.outage:
        since = f"Since {clock_time(queue.outage.since)}"
        shown = f"shown as of {clock_time(queue.read_at)}" if queue.read_at else "never read so far"
        return f"{name} {ended(plain(queue.outage.sentence, 200))} {since}; {shown}."
    if queue.incomplete is IncompleteReason.CLIENT_AWAY:
        return f"{name} cannot reach one of its download clients: rows may be missing."
    if queue.incomplete is IncompleteReason.JUST_STARTED:
        return f"{name} started moments ago and has not asked its download clients yet."
    return f"🕒 {queue.instance.label}: not read yet"


def _outcome_lines(snapshot: Snapshot) -> list[str]:
    """Return one line for the recent outcomes."""
    parts = []
    for kind, words in _KINDS.items():
        names = [_outcome_name(outcome, snapshot) for outcome in snapshot.outcomes if outcome.kind is kind]
        if names:
            parts.append(f"{words}: {listed(names, _NAMED)}")
    return [" · ".join(parts)] if parts else []


def _outcome_name(outcome: Outcome, snapshot: Snapshot) -> str:
    name = title(snapshot.title(outcome.download), 60)
    return f"{name} ({outcome.imported} of {outcome.grabbed} episodes)" if outcome.grabbed else name


def _removed_lines(snapshot: Snapshot) -> list[str]:
    if not snapshot.removed:
        return []
    last = snapshot.removed[0]
    name = title(snapshot.title(last.download), 100)
    more = f", and {len(snapshot.removed) - 1} more" if len(snapshot.removed) > 1 else ""
    return [f"🗑️ {name} {_REMOVED_WORDS[last.mode]} by <@{last.by}> at {clock_time(last.at)}{more}"]


def limited(lines: Sequence[str]) -> str:
    """Return the first lines that fit into a field, and a last one with the number of the others."""
    shown: list[str] = []
    for line in lines:
        if len("\n".join([*shown, line])) <= LONGEST_FIELD - 20:
            shown.append(line)
    return "\n".join(shown + ([f"… and {len(lines) - len(shown)} more"] if len(shown) < len(lines) else []))


def _colour(snapshot: Snapshot) -> int:
    if any(queue.outage for queue in snapshot.queues):
        return RED
    sections = _section_counts(snapshot)
    if sections[Section.ATTENTION] or any(_lacks_rows(queue) for queue in snapshot.queues):
        return AMBER
    if sections:
        return BLUE
    return GREEN if all(queue.read_at for queue in snapshot.queues) else GREY


def plain_embed(snapshot: Snapshot) -> discord.Embed:
    """Return the headline alone, in case Discord rejects the rest."""
    embed = discord.Embed(title="Downloads", colour=_colour(snapshot), timestamp=snapshot.now.at)
    embed.description = f"{_headline(snapshot)}\n🛠️ Discord did not accept the rows: see Discarr's log."
    embed.set_footer(text="updated")
    return embed


def offline_embed(last: Snapshot | None, at: datetime) -> discord.Embed:
    """Return the embed that stays when the bot ends, without anything that looks alive."""
    embed = discord.Embed(title="Downloads", colour=GREY, timestamp=at)
    embed.description = f"💤 Discarr is offline since {clock_time(at)}. Until it is back, nothing is kept up to date."
    if last is not None:
        embed.description += f"\nThen: {summary(last)}"
    embed.set_footer(text="offline")
    return embed
