"""Renders one download: as a row, and as a line in a modal. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from discarr.model.download import Download, Section, State
from discarr.model.queue import Snapshot
from discarr.model.summary import is_overdue, section_of
from discarr.view.redaction.reasons import redacted, without_indexer
from discarr.view.text import amount, duration, joined, moment_ahead, moment_past, plain, rate, title

LONGEST_ROW = 390
"""Characters of a row, so that any ten of them fit into an embed."""
LONGEST_NAME = 80
LONGEST_REASON = 90
BAR = 4
"""Cells of a progress bar, so that it fits beside its numbers into one line of small print on a narrow phone; the thin
space after it is for the same reason."""
SMALL = "-# "
"""Begins a line of small grey print (Discord's subtext)."""

WORDS: Final = {
    State.DOWNLOADING: "downloading",
    State.STALLED: "stalled",
    State.METADATA: "fetching metadata",
    State.QUEUED: "queued",
    State.PAUSED: "paused",
    State.DELAYED: "delayed",
    State.CLIENT_UNAVAILABLE: "download client unavailable",
    State.FINISHING: "finishing",
    State.IMPORT_WAITING: "waiting to import",
    State.IMPORTING: "importing",
    State.IMPORT_BLOCKED: "import blocked",
    State.FAILED: "failed",
    State.FAILED_FOREIGN: "failed, ignored by the app",
    State.REJECTED: "rejected",
    State.IMPORTED: "imported",
    State.IGNORED: "no longer tracked",
    State.UNKNOWN: "in an unknown state",
}
"""The words for each state, mostly the apps' own; no two share them."""

_IN_THE_HEADING = (State.IMPORTING, State.QUEUED)
"""States that the heading above the row says already."""
_BRIEF = {"The download is stalled with no connections": "no connections"}
"""Short forms of sentences of the apps that repeat the state."""
_FOREIGN = "not grabbed by the app"


def dashboard_row(
    download: Download, number: int, section: Section, snapshot: Snapshot, *, with_reason: bool = True
) -> str:
    """Return a row of at most LONGEST_ROW characters, without what the heading of its section says already."""
    name, notes = _name(download, number, snapshot), _notes(download, snapshot)
    if marked := marked_text(download, snapshot):
        return f"{name}\n{SMALL}{joined(marked, notes)}"
    if section is Section.ATTENTION:
        why = _why(download, snapshot) if with_reason else _words(download, snapshot)
        return f"{name}\n{SMALL}{joined(why, _share_or_size(download), notes)}"
    if section is Section.DOWNLOADING:
        return f"{name}\n{SMALL}{joined(_moving_text(download, snapshot, _end(download, snapshot)), notes)}"
    words = "" if download.state in _IN_THE_HEADING else WORDS[download.state]
    size = "" if download.remaining in (0, download.size) and download.size else _share(download)
    return SMALL + joined(name, words, _next_try(download, snapshot), size, notes)


def detailed_row(download: Download, number: int, snapshot: Snapshot) -> str:
    """Return a row of at most LONGEST_ROW characters with everything that is known."""
    quality, notes = plain(download.quality, 24), _notes(download, snapshot)
    return f"{_name(download, number, snapshot)}\n{SMALL}{joined(status_text(download, snapshot), quality, notes)}"


def status_text(download: Download, snapshot: Snapshot, *, longest_reason: int = LONGEST_REASON) -> str:
    """Return its status and its size in one line."""
    if marked := marked_text(download, snapshot):
        return marked
    if section_of(download, snapshot.now, snapshot.stalled_after) is Section.DOWNLOADING:
        end = _end(download, snapshot)
        return _moving_text(download, snapshot, end and f"done {end}")
    return joined(_why(download, snapshot, longest_reason), _next_try(download, snapshot), _share_or_size(download))


def status_label(download: Download, snapshot: Snapshot) -> str:
    """Return its size and status without markdown and without a limit, for a label."""
    reason = next(_reasons(download.reasons, download.indexer), "")
    return joined(_size(download), ": ".join(filter(None, [_words(download, snapshot), reason])))


def reason_text(download: Download, limit: int = LONGEST_REASON) -> str:
    """Return the most specific reason; '' if there is none."""
    return plain(next(_reasons(download.reasons, download.indexer), ""), limit)


def reasons_text(reasons: Sequence[str], indexer: str, limit: int) -> str:
    """Return these reasons, one per line, at most `limit` characters. The indexer's name is not shown."""
    lines: list[str] = []
    for reason in _reasons(reasons, indexer):
        line = plain(reason, 300)
        if len("\n".join([*lines, line])) > limit:
            break
        lines.append(line)
    return "\n".join(lines)


def marked_text(download: Download, snapshot: Snapshot) -> str:
    """Return what to show instead of its state if that is outdated or it is being removed; otherwise ''."""
    queue = snapshot.queue(download.key.instance)
    if queue is None:
        return ""
    if download.key in queue.removing:
        return f"removing · {_size(download)}"
    if download.key in queue.absent:
        return f"{_last_seen(download)} · not in {queue.instance.service.app_name}'s queue right now"
    return _last_seen(download) if queue.outage else ""


def removed_text(download: Download, snapshot: Snapshot) -> str:
    """Return who removed it, if it is listed all the same; otherwise ''."""
    queue = snapshot.queue(download.key.instance)
    removal = queue.still_listed.get(download.key) if queue else None
    return f"removed by <@{removal.by}> at {moment_past(removal.at, snapshot.now.at)}, still listed" if removal else ""


def _last_seen(download: Download) -> str:
    return f"last seen {WORDS[download.state]} · {_share(download)}"


def _name(download: Download, number: int, snapshot: Snapshot) -> str:
    return f"**{number:,}** {title(snapshot.title(download), LONGEST_NAME)}"


def _moving_text(download: Download, snapshot: Snapshot, end: str) -> str:
    """Return the progress of a download that goes well, with this end."""
    if download.state is not State.DOWNLOADING:
        return joined(WORDS[download.state], _size(download))
    speed = download.progress.speed(snapshot.now.seconds)
    return joined(f"`{_bar(download.fraction)}`\N{THIN SPACE}{_share(download)}", rate(speed) if speed else "", end)


def _lasts(download: Download, snapshot: Snapshot) -> str:
    """Return for how long it has made no progress, or has been waiting; '' below the threshold."""
    if not is_overdue(download, snapshot.now, snapshot.stalled_after):
        return ""
    time = duration(timedelta(seconds=download.progress.lasts(snapshot.now.seconds)))
    return f"for at least {time}" if download.progress.at_least else f"for {time}"


def _words(download: Download, snapshot: Snapshot) -> str:
    words, lasts = WORDS[download.state], _lasts(download, snapshot)
    if lasts and download.state in (State.DOWNLOADING, State.STALLED):
        return f"no progress {lasts}"
    return f"{words} {lasts}".strip()


def _why(download: Download, snapshot: Snapshot, limit: int = LONGEST_REASON) -> str:
    words, reason = _words(download, snapshot), reason_text(download, limit)
    if reason and words == WORDS[State.STALLED]:
        return reason  # what the client warns about says more
    return ": ".join(filter(None, [words, reason]))


def _reasons(reasons: Sequence[str], indexer: str) -> Iterator[str]:
    """Yield the reasons without addresses, keys, users, folders and the indexer's name."""
    return (redacted(without_indexer(_BRIEF.get(reason, reason), indexer)) for reason in reasons)


def _bar(fraction: float | None) -> str:
    full = BAR if fraction == 1 else min(round((fraction or 0) * BAR), BAR - 1)
    return "█" * full + "░" * (BAR - full)


def _size(download: Download) -> str:
    return amount(download.size, whole_from=9.95) if download.size else "size unknown"


def _share(download: Download) -> str:
    if download.size <= 0:
        return _size(download)
    # Rounded down: 100% only if no byte is missing.
    return f"{(download.size - download.remaining) * 100 // download.size}% of {_size(download)}"


def _share_or_size(download: Download) -> str:
    """Return its size, after the share that is there if that says something."""
    return _share(download) if 0 < download.remaining < download.size else _size(download)


def _end(download: Download, snapshot: Snapshot) -> str:
    return _ahead(download, snapshot) if download.state is State.DOWNLOADING and download.remaining else ""


def _next_try(download: Download, snapshot: Snapshot) -> str:
    waits = download.state in (State.DELAYED, State.CLIENT_UNAVAILABLE)
    ahead = _ahead(download, snapshot) if waits else ""
    return ahead and f"next try {ahead}"


def _ahead(download: Download, snapshot: Snapshot) -> str:
    """Return when it should be done, if that is in the future. Finished items carry the time of the last poll."""
    done_at, now = download.done_at, snapshot.now.at
    if done_at is None or done_at <= now or _lasts(download, snapshot):
        return ""
    return moment_ahead(done_at, now)


def _notes(download: Download, snapshot: Snapshot) -> str:
    """Return the instance if its service has several, and who removed it, or else that the app did not grab it."""
    queue = snapshot.queue(download.key.instance)
    same = [q for q in snapshot.queues if queue and q.instance.service is queue.instance.service]
    name = plain(queue.instance.label, 40) if queue and len(same) > 1 else ""
    return joined(name, removed_text(download, snapshot) or ("" if download.grabbed_by_app else _FOREIGN))
