"""Renders one download: as a row, and as a line in a modal. Pure."""

from datetime import timedelta
from typing import Final

from discarr.model.download import Download, Section, State
from discarr.model.progress import Phase
from discarr.model.queue import Queue, Snapshot
from discarr.model.summary import is_overdue, section_of
from discarr.view.redaction.reasons import redacted, without_indexer
from discarr.view.text import amount, clock_time, duration, label, moment_ahead, plain, rate, title

LONGEST_ROW = 360
"""Characters of a row, so that any ten of them fit into an embed."""
LONGEST_NAME = 96
LONGEST_REASON = 100
BAR = 10
"""Cells of a progress bar, so that a line of small print with it and its numbers fits on a phone."""
SMALL = "-# "
"""Begins a line of small grey print (Discord's subtext)."""

LOOKS: Final = {
    State.DOWNLOADING: ("⬇️", "downloading"),
    State.STALLED: ("⚠️", "stalled"),
    State.METADATA: ("🧲", "fetching metadata"),
    State.QUEUED: ("🕒", "waiting"),
    State.PAUSED: ("⏸️", "paused"),
    State.DELAYED: ("⏳", "delayed"),
    State.CLIENT_UNAVAILABLE: ("🔌", "download client not available"),
    State.FINISHING: ("🏁", "finishing"),
    State.IMPORT_WAITING: ("📦", "waiting for import"),
    State.IMPORTING: ("📥", "importing"),
    State.IMPORT_BLOCKED: ("⛔", "import blocked"),
    State.FAILED: ("❌", "failed"),
    State.FAILED_FOREIGN: ("🚫", "failed, ignored by the app"),
    State.REJECTED: ("☣️", "rejected"),
    State.IMPORTED: ("✅", "imported"),
    State.IGNORED: ("👁️", "no longer tracked"),
    State.UNKNOWN: ("❔", "in an unknown state"),
}
"""Icon and words of each state; no two share either."""

_WITH_BAR = (State.DOWNLOADING, State.STALLED, State.PAUSED, State.QUEUED)
_FOREIGN = "not grabbed by the app"
_STALLED_ICON = "🐌"
_REMOVING_ICON = "🗑️"


def row_text(download: Download, number: int, snapshot: Snapshot) -> str:
    """Return a row of at most LONGEST_ROW characters: title, problem, and progress in small print."""
    queue = snapshot.queue(download.key.instance)
    lines = [f"{icon(download, snapshot)} **{number} {title(snapshot.title(download), LONGEST_NAME)}**"]
    doing = (queue and _marked(download, queue)) or ""
    if not doing and section_of(download, snapshot.now, snapshot.stalled_after) is Section.ATTENTION:
        lines.append(_why(download, snapshot))
        doing = _share(download) if download.remaining else _size(download)
    notes = [doing or status_text(download, snapshot), plain(download.quality, 24), _instance_note(download, snapshot)]
    return "\n".join([*lines, SMALL + " · ".join(filter(None, notes))])


def icon(download: Download, snapshot: Snapshot) -> str:
    """Return the icon of a row."""
    queue = snapshot.queue(download.key.instance)
    if queue and download.key in queue.removing:
        return _REMOVING_ICON
    is_known = queue is not None and not queue.outage and download.key not in queue.absent
    if is_known and download.state is State.DOWNLOADING and _lasts(download, snapshot):
        return _STALLED_ICON
    return LOOKS[download.state][0]


def status_text(download: Download, snapshot: Snapshot) -> str:
    """Return its status in one line of at most about 170 characters. Outdated numbers are in the past tense."""
    queue = snapshot.queue(download.key.instance)
    if queue and (marked := _marked(download, queue)):
        return marked
    begun = download.remaining < download.size
    if download.state not in _WITH_BAR or (download.state is State.QUEUED and not begun):
        return " · ".join(filter(None, [_why(download, snapshot), _expected(download, snapshot), _size(download)]))
    speed = download.progress.speed(snapshot.now.seconds) if download.state is State.DOWNLOADING else None
    plainly = download.state is State.DOWNLOADING and not download.warned and not _lasts(download, snapshot)
    parts = [
        f"`{_bar(download.fraction)}` {_share(download)}",
        rate(speed) if speed else "",
        "" if plainly else _why(download, snapshot),
        _expected(download, snapshot),
    ]
    return " · ".join(filter(None, parts))


def status_label(download: Download, snapshot: Snapshot, limit: int) -> str:
    """Return its status without markdown, for a label of at most `limit` characters."""
    words = ": ".join(filter(None, [_words(download, snapshot), *(_reasons(download)[:1])]))
    foreign = "" if download.grabbed_by_app else _FOREIGN
    return label(" · ".join(filter(None, [_size(download), foreign, words])), limit)


def reasons_text(download: Download, limit: int) -> str:
    """Return all reasons, one per line, at most `limit` characters."""
    lines: list[str] = []
    for reason in _reasons(download):
        line = plain(reason, 300)
        if len("\n".join([*lines, line])) > limit:
            break
        lines.append(line)
    return "\n".join(lines)


def _marked(download: Download, queue: Queue) -> str:
    """Return what to show instead of its state if that is outdated or it is being removed; otherwise ''."""
    words = LOOKS[download.state][1]
    if download.key in queue.removing:
        return f"removing · {_size(download)}"
    if (removal := queue.still_listed.get(download.key)) is not None:
        return f"removed by <@{removal.by}> at {clock_time(removal.at)}, still listed · {_size(download)}"
    if download.key in queue.absent:
        return f"was {words} · {_share(download)} · not listed by {queue.instance.service.app_name} at the moment"
    return f"was {words} · {_share(download)}" if queue.outage else ""


def _lasts(download: Download, snapshot: Snapshot) -> str:
    """Return for how long it has made no progress, or has been waiting; '' below the threshold."""
    if not is_overdue(download, snapshot.now, snapshot.stalled_after):
        return ""
    time = duration(timedelta(seconds=download.progress.lasts(snapshot.now.seconds)))
    return f"for at least {time}" if download.progress.at_least else f"for {time}"


def _words(download: Download, snapshot: Snapshot) -> str:
    words, lasts = LOOKS[download.state][1], _lasts(download, snapshot)
    if not lasts:
        return words
    if download.progress.phase is not Phase.MOVING or download.state is State.METADATA:
        return f"{words} {lasts}"
    return f"no progress {lasts}" if download.state is State.DOWNLOADING else f"{words}, no progress {lasts}"


def _why(download: Download, snapshot: Snapshot) -> str:
    reason = next(iter(_reasons(download)), "")
    return ": ".join(filter(None, [_words(download, snapshot), plain(reason, LONGEST_REASON)]))


def _reasons(download: Download) -> list[str]:
    """Return the reasons without addresses, keys, users, folders and the indexer's name."""
    return [redacted(without_indexer(reason, download.indexer)) for reason in download.reasons]


def _bar(fraction: float | None) -> str:
    full = int((fraction or 0) * BAR)
    return "█" * full + "░" * (BAR - full)


def _size(download: Download) -> str:
    return amount(download.size) if download.size else "size unknown"


def _share(download: Download) -> str:
    if download.size <= 0:
        return _size(download)
    # Rounded down: 100 % only if no byte is missing.
    return f"{(download.size - download.remaining) * 100 // download.size} % of {_size(download)}"


def _expected(download: Download, snapshot: Snapshot) -> str:
    """Return when it should be done, if that is in the future. Finished items carry the time of the last poll."""
    done_at, now = download.done_at, snapshot.now.at
    if done_at is None or done_at <= now or _lasts(download, snapshot):
        return ""
    if download.state is State.DOWNLOADING and download.remaining:
        return f"done {moment_ahead(done_at, now)}"
    if download.state in (State.DELAYED, State.CLIENT_UNAVAILABLE):
        return f"next try {moment_ahead(done_at, now)}"
    return ""


def _instance_note(download: Download, snapshot: Snapshot) -> str:
    """Return the instance if its service has several, and a note if the app did not grab the download."""
    queue = snapshot.queue(download.key.instance)
    same = [q for q in snapshot.queues if queue and q.instance.service is queue.instance.service]
    name = plain(queue.instance.label, 40) if queue and len(same) > 1 else ""
    return " · ".join(filter(None, [name, "" if download.grabbed_by_app else _FOREIGN]))
