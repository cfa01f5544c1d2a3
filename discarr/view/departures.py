"""Writes the lines about what left the queues: by itself, and by this bot. Pure."""

from discarr.model.ordering import OUTCOMES_NAMED
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalMode
from discarr.view.row import SMALL
from discarr.view.text import joined, listed, moment_past, title

_KINDS = {
    OutcomeKind.IMPORTED: "✅ imported",
    OutcomeKind.FAILED: "❌ failed",
    OutcomeKind.UNTRACKED: "👁️ no longer tracked",
    OutcomeKind.REMOVED: "🗑️ removed elsewhere",
}
_MODES = {
    RemovalMode.REMOVE: "removed",
    RemovalMode.BLOCK_AND_SEARCH: "blocklisted, new search",
    RemovalMode.BLOCK: "blocklisted",
    RemovalMode.STOP_TRACKING: "left in its download client",
    RemovalMode.CHANGE_CATEGORY: "moved to the post-import category",
}


def departure_lines(snapshot: Snapshot) -> list[str]:
    """Return a line for the recent outcomes, and one for the last removal."""
    return [SMALL + line for line in (_outcomes(snapshot), _last_removal(snapshot)) if line]


def _outcomes(snapshot: Snapshot) -> str:
    parts = []
    for kind, words in _KINDS.items():
        names = [_name(outcome, snapshot) for outcome in snapshot.outcomes if outcome.kind is kind]
        parts.append(f"{words}: {listed(names, OUTCOMES_NAMED)}" if names else "")
    return joined(*parts)


def _name(outcome: Outcome, snapshot: Snapshot) -> str:
    name = title(snapshot.title(outcome.download), 60)
    return f"{name} ({outcome.imported} of {outcome.grabbed} episodes)" if outcome.grabbed else name


def _last_removal(snapshot: Snapshot) -> str:
    if not snapshot.removed:
        return ""
    last = snapshot.removed[0]
    name = title(snapshot.title(last.download), 100)
    more = f", and {len(snapshot.removed) - 1} more" if len(snapshot.removed) > 1 else ""
    return f"🗑️ {name} {_MODES[last.mode]} by <@{last.by}> at {moment_past(last.at, snapshot.now.at)}{more}"
