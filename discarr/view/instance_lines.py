"""Writes the lines about the instances: which are well, and what is wrong with the others. Pure."""

from collections.abc import Mapping

from discarr.model.queue import IncompleteReason, Queue, Snapshot
from discarr.view.row import SMALL
from discarr.view.text import clock_time, counted, ended, plain

LONGEST_LINE = 300
"""Characters for all instances that were read; if they take more, they are counted."""


def outage_lines(snapshot: Snapshot) -> list[str]:
    """Return one line for each instance with a problem, and one for all records that could not be read."""
    lines = [_outage_line(queue) for queue in snapshot.queues if not _is_well(queue)]
    unreadable = sum(queue.unreadable for queue in snapshot.queues)
    if unreadable:
        lines.append(f"❔ {counted(unreadable, 'item')} could not be read")
    return lines


def well_line(snapshot: Snapshot, remarks: Mapping[str, str] | None = None) -> str:
    """Return the line of all other instances; '' if there are none. A remark, by instance key, replaces the ✓."""
    well = [queue.instance for queue in snapshot.queues if _is_well(queue)]
    line = " · ".join(f"{instance.label} {(remarks or {}).get(instance.key, '✓')}" for instance in well)
    if len(line) > LONGEST_LINE:
        line = f"{len(well)} apps ✓"
    return SMALL + line if line else ""


def _is_well(queue: Queue) -> bool:
    return queue.read_at is not None and not queue.outage and not queue.incomplete


def _outage_line(queue: Queue) -> str:
    name = f"⚠️ **{queue.instance.label}**"
    if queue.outage:
        since = f"Since {clock_time(queue.outage.since)}"
        shown = f"shown as of {clock_time(queue.read_at)}" if queue.read_at else "never read so far"
        return f"{name} {ended(plain(queue.outage.sentence, 200))} {since}; {shown}."
    if queue.incomplete is IncompleteReason.CLIENT_AWAY:
        return f"{name} cannot reach one of its download clients: rows may be missing."
    if queue.incomplete is IncompleteReason.JUST_STARTED:
        return f"{name} has just started and has not asked its download clients yet."
    return f"🕒 {queue.instance.label}: not read yet"
