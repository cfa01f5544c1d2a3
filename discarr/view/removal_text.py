"""Everything that is said about removals in private answers. Pure."""

from collections.abc import Sequence

from discarr.model.queue import Queue
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view.text import counted, title

LONGEST_ANSWER = 2000
"""Characters of a message, by Discord's limit."""
MAY_NOT = "You may not remove downloads here: that takes Manage Server, or a role or name on the bot's list."
NOTHING_CHANGED = "Nothing was changed."
NOTHING_TO_CLEAN_UP = "Nothing needs attention any more."
GONE = "It is already gone: it finished, or somebody removed it."
_STARTED = "It has started meanwhile: open it again from its row."
_NAMED = 5
"""Names of what was removed that are listed in the answer of Clean up."""

_DONE = {
    RemovalMode.REMOVE: "is removed, with its data.",
    RemovalMode.BLOCK_AND_SEARCH: "is removed and blocklisted; {app} searches for another release, if it is set to.",
    RemovalMode.BLOCK: "is removed and blocklisted.",
    RemovalMode.STOP_TRACKING: "is no longer tracked by {app}; it stays in the download client.",
    RemovalMode.CHANGE_CATEGORY: "is moved to the post-import category; it stays in the download client.",
}


def absence_text(queue: Queue) -> str:
    """Return why a download is not there: gone, if that can be known."""
    return not_read_text(queue) if queue.read_at is None else GONE


def not_read_text(queue: Queue) -> str:
    """Return that this instance was not read yet, and why."""
    why = f"it {queue.outage.sentence}" if queue.outage else "please try again in a moment"
    return f"{queue.instance.label} was not read yet since the bot started: {why}."


def absent_text(instance: str) -> str:
    """Return why nothing can be done with a download that its app does not list at the moment."""
    return f"{instance} does not list it at the moment. Please try again in a few minutes."


def removal_text(result: RemovalResult) -> str:
    """Return what came of one removal."""
    name = f"**{title(result.title, 150)}**"
    match result.status:
        case RemovalStatus.DONE:
            return f"{name} {_DONE[result.mode].format(app=result.instance)}"
        case RemovalStatus.FAILED:
            return f"{name}: {result.instance} {result.problem}. The dashboard shows whether it is still there."
        case RemovalStatus.IMPOSSIBLE:
            return f"{name} is left alone: {result.instance} cannot do that with it."
        case RemovalStatus.NO_INSTANCE:
            return f"{title(result.instance, 60)} is no longer one of the instances."
        case RemovalStatus.NOT_READ:
            return result.problem
        case RemovalStatus.ABSENT:
            return f"{name}: {absent_text(result.instance)}"
        case RemovalStatus.STARTED:
            return f"{name}: {_STARTED}"
        case RemovalStatus.GONE:
            return f"{name}: {GONE}" if result.title else GONE


def clean_up_text(results: Sequence[RemovalResult], total: int) -> str:
    """Return what came of many removals until now: how many are done, and each that was not."""
    done = [result for result in results if result.status is RemovalStatus.DONE]
    others = [result for result in results if result.status is not RemovalStatus.DONE]
    lines = [f"{len(results)} of {total}: {counted(len(done), 'download')} removed."]
    if done:
        names = ", ".join(title(result.title, 60) for result in done[:_NAMED])
        lines.append(names + (f" and {len(done) - _NAMED} more" if len(done) > _NAMED else ""))
    for number, result in enumerate(others):
        line = f"⚠️ {removal_text(result)}"
        rest = f"⚠️ and {len(others) - number} more that could not be removed"
        if len("\n".join([*lines, line, rest])) > LONGEST_ANSWER:
            lines.append(rest)
            break
        lines.append(line)
    return "\n".join(lines)
