"""Writes the first line of the dashboard, and the numbers that it shares with the headings. Pure."""

from collections import Counter

from discarr.model.download import Section
from discarr.model.queue import Queue, Snapshot
from discarr.view.text import joined, listed, moment_ahead, needing_text, rate

_NAMED = 5
"""Instances listed in the first line."""


def summary(snapshot: Snapshot) -> str:
    """Return the dashboard as one line of plain text, for the list of pins and for people who hide embeds."""
    counts, total = section_counts(snapshot), count_of(snapshot)
    needing, moving = counts[Section.ATTENTION], counts[Section.DOWNLOADING]
    speed = total_speed(snapshot)
    downloading = f"⬇ {moving:,} at {speed}" if speed else f"⬇ {moving:,} downloading"
    rest = total - needing - moving
    others = f"{rest:,} more" if needing or moving else f"{rest:,} in the queue"
    words = [downloading if moving else "", others if rest else ""]
    return joined(
        _trouble(snapshot) or joined("✅ Nothing needs attention", "" if total else nothing(snapshot)), *words
    )


def _trouble(snapshot: Snapshot) -> str:
    """Return what is not fine, to be read in a second; '' if everything is."""
    away = [queue.instance.label for queue in snapshot.queues if queue.outage]
    needing = section_counts(snapshot)[Section.ATTENTION]
    parts = [f"🔴 No data from {listed(away, _NAMED)}"] if away else []
    if needing:
        parts.append(f"⚠️ {needing_text(needing)}")
    concerns = ["rows may be missing"] if any(lacks_rows(queue) for queue in snapshot.queues) else []
    concerns += ["imports may fail"] if any(cannot_import(queue) for queue in snapshot.queues) else []
    if concerns and not parts:
        concerns[0] = f"⚠️ {concerns[0].capitalize()}"
    parts += concerns
    unread = [queue.instance.label for queue in snapshot.queues if not queue.read_at and not queue.outage]
    if unread and not parts:
        parts.append(f"🕒 No data yet from {listed(unread, _NAMED)}")
    return joined(*parts)


def count_of(snapshot: Snapshot) -> int:
    """Return the number of all downloads."""
    return sum(len(queue.downloads) for queue in snapshot.queues)


def section_counts(snapshot: Snapshot) -> Counter[Section]:
    """Return the number of downloads in each section. Of an outage, nobody knows what still needs attention."""
    counts: Counter[Section] = Counter()
    for queue in snapshot.queues:
        counts.update(queue.summary.sections)
        if queue.outage:
            counts[Section.ATTENTION] -= len(queue.summary.attention)
    return +counts


def total_speed(snapshot: Snapshot) -> str:
    """Return the speed of all downloads together; '' while it is unknown."""
    speed = sum(queue.summary.speed for queue in snapshot.queues if not queue.outage)
    return rate(speed) if speed else ""


def all_done(snapshot: Snapshot) -> str:
    """Return when the last moving download should be done; '' if a client cannot tell, or rows may be missing."""
    if any(queue.outage or queue.read_at is None or lacks_rows(queue) for queue in snapshot.queues):
        return ""
    summaries, now = [queue.summary for queue in snapshot.queues], snapshot.now.at
    ends = [end for each in summaries for end in each.ends]
    if (
        not ends
        or min(ends) <= now
        or sum(each.foreseen for each in summaries) < sum(each.moving for each in summaries)
    ):
        return ""
    return f"all done {moment_ahead(max(ends), now)}"


def nothing(snapshot: Snapshot) -> str:
    """Return why no row is shown. A queue is called empty only if it was read and is complete."""
    if any(queue.unreadable for queue in snapshot.queues):
        return "Nothing in the queue could be read"
    if all(queue.read_at is not None and not queue.outage and not queue.incomplete for queue in snapshot.queues):
        return "The queue is empty"
    if all(queue.read_at is None for queue in snapshot.queues):
        return "The queue has not been read yet"
    return "No downloads found, but not everything could be read"


def lacks_rows(queue: Queue) -> bool:
    """Return whether a good read may be incomplete."""
    return queue.incomplete is not None or queue.unreadable > 0


def cannot_import(queue: Queue) -> bool:
    """Return whether the app reports something that stops its imports."""
    return queue.outage is None and queue.health is not None and queue.health.stops_imports
