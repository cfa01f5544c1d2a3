"""The private answers to presses."""

from dataclasses import replace

from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view import removal_text
from tests.approved import SAMPLE
from tests.support.builders import OUTAGE, SONARR, queue, snapshot

_REFUSED = "could not do it: its download client refused or cannot be reached (500)."
PENDING = (RemovalMode.REMOVE, RemovalMode.BLOCK)
_UNREAD = queue(read_at=None)


def entries() -> dict[str, str]:
    done = {mode: _result(RemovalStatus.DONE, mode) for mode in RemovalMode}
    unknown = replace(_result(RemovalStatus.NO_INSTANCE), title="")
    gone, absent = _result(RemovalStatus.GONE), _result(RemovalStatus.ABSENT)
    other = replace(absent, title="Film 0001 (2020)")
    texts = {
        "may-not": removal_text.MAY_NOT,
        "outdated": removal_text.OUTDATED,
        "nothing-to-clean-up": removal_text.nothing_to_clean_up_text(snapshot(queue())),
        "gone": removal_text.removal_text(replace(gone, title="")),
        "wait": removal_text.wait_text(19.2),
        "left-alone": removal_text.NOTHING_CHANGED,
        **{f"removed-{mode}": removal_text.removal_text(result) for mode, result in done.items()},
        **{f"dropped-{mode}": removal_text.removal_text(replace(done[mode], pending=True)) for mode in PENDING},
        "cannot": removal_text.removal_text(_result(RemovalStatus.IMPOSSIBLE)),
        "no-instance": removal_text.removal_text(replace(unknown, instance="nosuch")),
        "failed": removal_text.removal_text(replace(_result(RemovalStatus.FAILED), problem=_REFUSED)),
        "absent": removal_text.removal_text(absent),
        "finished": removal_text.removal_text(gone),
        "clean-up": removal_text.clean_up_text([done[RemovalMode.BLOCK_AND_SEARCH], gone, other], 3),
        "nothing-to-clean-up-without": removal_text.nothing_to_clean_up_text(snapshot(_UNREAD, queue(instance=SONARR))),
        "not-read": removal_text.not_read_text(_UNREAD),
        "not-read-in-an-outage": removal_text.not_read_text(replace(_UNREAD, outage=OUTAGE)),
        "has-data": removal_text.removal_text(_result(RemovalStatus.HAS_DATA)),
        "started": removal_text.removal_text(_result(RemovalStatus.STARTED)),
        "handed-over": removal_text.removal_text(_result(RemovalStatus.HANDED_OVER)),
    }
    return {f"answer/{key}": text for key, text in texts.items()}


def _result(status: RemovalStatus, mode: RemovalMode = RemovalMode.REMOVE) -> RemovalResult:
    return RemovalResult(status, mode, "Radarr", SAMPLE)
