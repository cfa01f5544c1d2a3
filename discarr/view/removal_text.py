"""The private answers about removals. Pure."""

from collections.abc import Sequence

from discarr.model.queue import Queue, Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view.text import counted, ended, title

LONGEST_FAILURES = 1600
"""Characters of what failed in the answer of Clean up; Discord allows 2,000 for all of it."""
MAY_NOT = "You may not remove downloads here: that takes Manage Server, or a role or name on the bot's list."
NOTHING_CHANGED = "Nothing was changed."
GONE = "It is already gone: it finished, or somebody removed it."
_STARTED = "It has started in the meantime. Please open it again from its row."
_HANDED_OVER = "It has started in the meantime, or was dropped. Please open it again once it has a row."
_NAMED = 5
"""Names of what was removed that are listed in the answer of Clean up."""
_SHORT = 40
"""Characters of a name there, by which twenty names fit beside what went wrong."""

_DONE = {
    RemovalMode.REMOVE: "was removed with its data.",
    RemovalMode.BLOCK_AND_SEARCH: "was removed and blocklisted; {app} searches for another release if it is set to.",
    RemovalMode.BLOCK: "was removed and blocklisted.",
    RemovalMode.STOP_TRACKING: "is no longer tracked by {app}; it stays in the download client.",
    RemovalMode.CHANGE_CATEGORY: "was moved to the post-import category; it stays in the download client.",
}


def nothing_to_clean_up_text(snapshot: Snapshot) -> str:
    """Return that nothing needs attention, as far as that is known."""
    unread = [queue for queue in snapshot.queues if queue.read_at is None or queue.outage]
    if not unread:
        return "Nothing needs attention any more."
    names = ", ".join(queue.instance.label for queue in unread)
    return f"Nothing needs attention, as far as can be known without {names}."


def not_read_text(queue: Queue) -> str:
    """Return that this instance was not read yet, and why."""
    why = ended(f"It {queue.outage.sentence}") if queue.outage else "Please try again in a moment."
    return f"{queue.instance.label} has not been read since the bot started. {why}"


def absent_text(instance: str) -> str:
    """Return why nothing can be done with a download that its app does not list at the moment."""
    return f"{instance} does not list it at the moment. Please try again in a few minutes."


def removal_text(result: RemovalResult) -> str:
    """Return what came of one removal."""
    name = f"**{title(result.title, 150)}**"
    if result.status is RemovalStatus.DONE:
        return f"{name} {_DONE[result.mode].format(app=result.instance)}"
    return f"{name}: {_problem(result)}" if result.title else _problem(result)


def clean_up_text(results: Sequence[RemovalResult], total: int) -> str:
    """Return what came of many removals until now: how many are done, and all that failed."""
    done = [result for result in results if result.status is RemovalStatus.DONE]
    gone = sum(result.status is RemovalStatus.GONE for result in results)
    counts = [f"{counted(len(done), 'download')} removed", *([f"{gone} already gone"] if gone else [])]
    lines = [f"{len(results)} of {total}: {', '.join(counts)}."]
    lines += _failure_lines(results)
    if done:
        more = f" and {len(done) - _NAMED} more" if len(done) > _NAMED else ""
        lines.append("✅ " + ", ".join(title(result.title, _SHORT) for result in done[:_NAMED]) + more)
    return "\n".join(lines)


def _failure_lines(results: Sequence[RemovalResult]) -> list[str]:
    """Those that failed alike on one line; at most LONGEST_FAILURES characters, with a count of what does not fit."""
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
            return f"left alone, since {result.instance} cannot do that with it."
        case RemovalStatus.NO_INSTANCE:
            return f"{title(result.instance, 60)} is no longer one of the instances."
        case RemovalStatus.NOT_READ:
            return result.problem
        case RemovalStatus.ABSENT:
            return absent_text(result.instance)
        case RemovalStatus.STARTED:
            return _STARTED
        case RemovalStatus.HANDED_OVER:
            return _HANDED_OVER
        case _:
            return GONE
