"""One download in words: a row of the dashboard or of a private view, and its line on a form. Pure."""

from datetime import datetime
from typing import Final

from discarr.model.queue import Download, Section, Snapshot, State
from discarr.view.redaction.reasons import redacted
from discarr.view.text import amount, duration, label, moment_ahead, plain, title

LONGEST_ROW = 360
"""Characters of a row, by which ten of them fit into an embed whatever they hold."""
LONGEST_NAME = 108
LONGEST_REASON = 100
BAR = 10
"""Cells of a progress bar: in small print, a line with it and all its numbers fits a phone."""
SMALL = "-# "
"""Begins a line of small grey print (Discord's subtext), for what is not meant for the first glance."""

LOOKS: Final = {
    State.DOWNLOADING: ("⬇️", "downloading"),
    State.STALLED: ("⚠️", "stalled"),
    State.METADATA: ("🧲", "fetching metadata"),
    State.QUEUED: ("🕒", "waiting"),
    State.PAUSED: ("⏸️", "paused"),
    State.DELAYED: ("⏳", "delayed"),
    State.CLIENT_UNAVAILABLE: ("🔌", "download client not available"),
    State.IMPORT_WAITING: ("📦", "waiting for import"),
    State.IMPORTING: ("📥", "importing"),
    State.IMPORT_BLOCKED: ("⛔", "import blocked"),
    State.FAILED: ("❌", "failed"),
    State.FAILED_FOREIGN: ("🚫", "failed, and not grabbed by the app"),
    State.REJECTED: ("☣️", "rejected"),
    State.IMPORTED: ("✅", "imported"),
    State.IGNORED: ("👁️", "no longer tracked"),
    State.UNKNOWN: ("❔", "in an unknown state"),
}
"""Icon and words of each state; no two share either."""

_WITH_BAR = (State.DOWNLOADING, State.STALLED, State.PAUSED, State.QUEUED)
_STILL_ICON = "🐌"
_REMOVING_ICON = "🗑️"


def row_text(download: Download, number: int, snapshot: Snapshot) -> str:
    """At most LONGEST_ROW characters: what it is, what is wrong with it, in small print how it is doing."""
    queue = snapshot.queue(download.ref.instance)
    stale = queue is not None and queue.outage is not None
    lines = [f"{icon(download)} **{number} {title(download.name, LONGEST_NAME)}**"]
    if download.section is not Section.ATTENTION or stale or download.removing:
        doing = status_text(download, snapshot.at, stale=stale)
    else:
        lines.append(_why(download))
        doing = _share(download) if download.remaining else _size(download)
    notes = [doing, plain(download.quality, 24), _instance_note(download, snapshot)]
    return "\n".join([*lines, SMALL + " · ".join(filter(None, notes))])


def icon(download: Download) -> str:
    """The icon of a row."""
    if download.removing:
        return _REMOVING_ICON
    if download.stalled_for is not None and download.state is not State.STALLED:
        return _STILL_ICON
    return LOOKS[download.state][0]


def status_text(download: Download, now: datetime, *, stale: bool = False) -> str:
    """How it is doing, in one line of at most about 170 characters. Stale numbers are put into the past."""
    if download.removing:
        return f"removing · {_size(download)}"
    if stale:
        return f"was {_words(download)} · {_share(download)}"
    begun = download.remaining < download.size
    if download.state not in _WITH_BAR or (download.state is State.QUEUED and not begun):
        return " · ".join(filter(None, [_why(download), _expected(download, now), _size(download)]))
    bar = f"`{_bar(download.progress)}` {_share(download)}"
    speed = f"{amount(download.speed)}/s" if download.speed else ""
    why = "" if download.state is State.DOWNLOADING and download.stalled_for is None else _why(download)
    return " · ".join(filter(None, [bar, speed, why, _expected(download, now)]))


def status_label(download: Download, limit: int) -> str:
    """The same in few words without markdown, for a label."""
    words = ": ".join(filter(None, [_words(download), redacted(download.reason)]))
    return label(f"{_size(download)} · {words}", limit)


def _words(download: Download) -> str:
    if download.stalled_for is not None:
        return f"still for {duration(download.stalled_for)}"
    return LOOKS[download.state][1]


def _why(download: Download) -> str:
    return ": ".join(filter(None, [_words(download), plain(redacted(download.reason), LONGEST_REASON)]))


def _bar(progress: float | None) -> str:
    full = int((progress or 0) * BAR)
    return "█" * full + "░" * (BAR - full)


def _size(download: Download) -> str:
    return amount(download.size) if download.size else "size unknown"


def _share(download: Download) -> str:
    if download.size <= 0:
        return _size(download)
    # Rounded down: 100 % is said only when no byte is left.
    return f"{(download.size - download.remaining) * 100 // download.size} % of {_size(download)}"


def _expected(download: Download, now: datetime) -> str:
    """When it should be done, if that is still ahead. Finished items carry the time of the last look instead."""
    if download.done_at is None or download.done_at <= now or download.stalled_for is not None:
        return ""
    if download.state is State.DOWNLOADING and download.remaining:
        return f"done {moment_ahead(download.done_at, now)}"
    if download.state in (State.DELAYED, State.CLIENT_UNAVAILABLE):
        return f"next try {moment_ahead(download.done_at, now)}"
    return ""


def _instance_note(download: Download, snapshot: Snapshot) -> str:
    """The instance's name where its service has several, and what the app did not grab itself."""
    queue = snapshot.queue(download.ref.instance)
    same = [q for q in snapshot.queues if queue and q.instance.service is queue.instance.service]
    name = plain(queue.instance.label, 40) if queue and len(same) > 1 else ""
    return " · ".join(filter(None, [name, "" if download.grabbed_by_app else "not grabbed by the app"]))
