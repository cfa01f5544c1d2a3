"""Writes the private answers to presses, but for those about imports and grabs. Pure."""

from collections.abc import Sequence
from math import ceil

from discarr.model.queue import Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view.text import counted, ended, listed, title

LONGEST_FAILURES = 1500
"""Characters for the failures in the answer of Clean up; Discord allows 2,000 in total."""
OUTDATED = "This is outdated. Please use the dashboard's own buttons."
MAY_NOT = "You are not allowed to remove downloads here."
NOTHING_CHANGED = "Nothing was changed."
BEING_IMPORTED = "It is being imported right now. Nothing can be done with it until that has ended."
_NAMED = 5
"""Removed downloads listed by title in the answer of Clean up."""
_SHORT = 40
"""Characters of a title there, so that twenty fit beside the failures."""

UNDO = "-# To undo the blocklisting, see Activity, Blocklist in the app."
_SUCCESS = {
    RemovalMode.REMOVE: "was removed with its data.",
    RemovalMode.BLOCK_AND_SEARCH: "was removed and blocklisted, and {app} searches again if that is enabled.\n" + UNDO,
    RemovalMode.BLOCK: "was removed and blocklisted.\n" + UNDO,
    RemovalMode.STOP_TRACKING: "is no longer tracked by {app}. It stays in the download client.",
    RemovalMode.CHANGE_CATEGORY: "was moved to the post-import category. It stays in the download client.",
}
_SUCCESS_PENDING = {RemovalMode.REMOVE: "was dropped.", RemovalMode.BLOCK: "was dropped and blocklisted.\n" + UNDO}


def wait_text(seconds: float) -> str:
    """Return how long to wait before the next Refresh."""
    return f"The apps were read moments ago. Please wait another {ceil(seconds)} s."


def nothing_to_clean_up_text(snapshot: Snapshot) -> str:
    """Return that nothing needs attention, and which instances could not be read."""
    unread = [queue for queue in snapshot.queues if queue.read_at is None or queue.outage]
    if not unread:
        return "Nothing needs attention anymore."
    names = ", ".join(queue.instance.label for queue in unread)
    return f"Nothing needs attention, but {names} could not be read."


def not_read_text(queue: Queue) -> str:
    """Return that this instance has not been read yet, and why."""
    why = ended(f"It {queue.outage.sentence}") if queue.outage else "Please try again in a moment."
    return f"{queue.instance.label} has not been read since the bot started. {why}"


def absent_text(instance: str) -> str:
    """Return why nothing can be done with a download that its app does not list at the moment."""
    return f"{instance} does not list it right now. Please try again in a few minutes."


def removal_text(result: RemovalResult, queue_page: str = "") -> str:
    """Return the answer about one removal; if a person must decide in the app, with a link to its queue."""
    name = f"**{title(result.title, 150)}**"
    if result.status is RemovalStatus.DONE:
        words = _SUCCESS_PENDING if result.pending else _SUCCESS
        return f"{name} {words[result.mode].format(app=result.instance)}"
    text = f"{name}: {_problem(result)}" if result.title else _problem(result)
    in_the_app = queue_page and result.status in (RemovalStatus.FAILED, RemovalStatus.IMPOSSIBLE)
    return f"{text}\n{queue_link(result.instance, queue_page)}" if in_the_app else text


def queue_link(instance: str, queue_page: str) -> str:
    """Return a link to the app's own queue. For private texts only."""
    return f"[Open the queue in {instance}](<{queue_page}>)"


def clean_up_text(results: Sequence[RemovalResult], total: int) -> str:
    """Return the answer about many removals so far: how many of `total` are done, and all that failed."""
    done = [result for result in results if result.status is RemovalStatus.DONE]
    gone = sum(result.status is RemovalStatus.GONE for result in results)
    counts = [f"{counted(len(done), 'download')} removed", *([f"{gone} already gone"] if gone else [])]
    lines = [f"{len(results)} of {total}: {', '.join(counts)}."]
    lines += _failure_lines(results)
    if done:
        lines.append("✅ " + listed([title(result.title, _SHORT) for result in done], _NAMED))
    if any(result.mode in (RemovalMode.BLOCK_AND_SEARCH, RemovalMode.BLOCK) for result in done):
        lines.append(UNDO)
    return "\n".join(lines)


def _failure_lines(results: Sequence[RemovalResult]) -> list[str]:
    """Return the failures, one line for each reason: at most LONGEST_FAILURES characters, then a count."""
    alike: dict[str, list[RemovalResult]] = {}
    for result in results:
        if result.status not in (RemovalStatus.DONE, RemovalStatus.GONE):
            alike.setdefault(_problem(result), []).append(result)
    lines: list[str] = []
    left = sum(map(len, alike.values()))
    for problem, some in alike.items():
        names = ", ".join(f"**{title(result.title, _SHORT)}**" for result in some if result.title)
        line = f"⚠️ {names or counted(len(some), 'download')}: {problem}"
        if len("\n".join([*lines, line])) > LONGEST_FAILURES:
            return [*lines, f"⚠️ {left} more could not be removed."]
        lines.append(line)
        left -= len(some)
    return lines


def _problem(result: RemovalResult) -> str:
    match result.status:
        case RemovalStatus.FAILED:
            return f"{result.instance} {ended(result.problem)} The dashboard shows whether it is still there."
        case RemovalStatus.IMPOSSIBLE:
            return f"nothing was changed, because {result.instance} cannot do that with this download."
        case RemovalStatus.NO_INSTANCE:
            return f"{title(result.instance, 60)} is no longer configured."
        case RemovalStatus.NOT_READ:
            return result.problem
        case RemovalStatus.ABSENT:
            return absent_text(result.instance)
        case RemovalStatus.BEING_IMPORTED:
            return BEING_IMPORTED
        case RemovalStatus.HAS_DATA:
            return "nothing was changed: it is complete by now. Please decide with the button of its row."
        case RemovalStatus.STARTED:
            return "It has since started downloading. Please use the button of its new row."
        case RemovalStatus.HANDED_OVER:
            return "It is no longer pending: it has started, or was dropped. If it started, it will have a row soon."
        case _:
            return "It is already gone: it finished, or someone else removed it."
