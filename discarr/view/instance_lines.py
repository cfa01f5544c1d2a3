"""Writes the lines about the instances: which are well, and what is wrong with the others. Pure."""

from datetime import datetime

from discarr.model.queue import IncompleteReason, Queue, Snapshot
from discarr.view.health_text import health_text, reported_text
from discarr.view.row import SMALL
from discarr.view.text import counted, ended, moment_past, plain

LONGEST_LINE = 300
"""Characters for all instances that were read; if they take more, they are counted."""


def outage_lines(snapshot: Snapshot) -> list[str]:
    """Return one line for each instance with a problem, and one for all records that could not be read."""
    lines = [_outage_line(queue, snapshot.now.at) for queue in snapshot.queues if not _is_well(queue)]
    unreadable = sum(queue.unreadable for queue in snapshot.queues)
    if unreadable:
        lines.append(f"❔ {counted(unreadable, 'item')} could not be read")
    return lines


def health_lines(snapshot: Snapshot) -> list[str]:
    """Return what all other instances report about themselves: one line, or one for each that reports something."""
    read = [(queue, health_text(queue)) for queue in snapshot.queues if queue.read_at and not queue.outage]
    shown = [(queue.instance.label, text) for queue, text in read if text or not queue.incomplete]
    line = " · ".join(f"{label} {text or '✓'}" for label, text in shown)
    if len(line) <= LONGEST_LINE:
        return [SMALL + line] if line else []
    warned = [f"{SMALL}{label} {text}" for label, text in shown if text]
    well = len(shown) - len(warned)
    return [*([f"{SMALL}{well} apps ✓"] if well else []), *warned]


def _is_well(queue: Queue) -> bool:
    return queue.read_at is not None and not queue.outage and not queue.incomplete


def _outage_line(queue: Queue, now: datetime) -> str:
    name = f"⚠️ **{queue.instance.label}**"
    if queue.outage:
        since = f"Since {moment_past(queue.outage.since, now)}"
        shown = f"last data from {moment_past(queue.read_at, now)}" if queue.read_at else "no data yet"
        return f"{name} {ended(plain(queue.outage.sentence, 200))} {since}; {shown}."
    if queue.incomplete is IncompleteReason.CLIENT_AWAY:
        line = f"{name} cannot reach one of its download clients: rows may be missing."
        return line + reported_text(queue, now)
    if queue.incomplete is IncompleteReason.JUST_STARTED:
        return f"{name} has just started and has not checked its download clients yet."
    return f"🕒 {queue.instance.label}: not read yet"
