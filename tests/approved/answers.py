"""The private answers to presses."""

from dataclasses import replace

from discarr.demo.arr.situations import downloading
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view import removal_text
from tests.approved import SAMPLE
from tests.stage import HEAT, REFRESH, Stage
from tests.support.builders import OUTAGE, SONARR, queue, snapshot

_REFUSED = "could not do it: its download client refused or cannot be reached (500)."
_UNREAD = queue(read_at=None)


async def entries() -> dict[str, str]:
    outdated, no_instance, wait = await _said_by_the_bot()
    done = {mode: _result(RemovalStatus.DONE, mode) for mode in RemovalMode}
    gone, absent = _result(RemovalStatus.GONE), _result(RemovalStatus.ABSENT)
    other = replace(absent, title="Film 0001 (2020)")
    texts = {
        "may-not": removal_text.MAY_NOT,
        "outdated": outdated,
        "nothing-to-clean-up": removal_text.nothing_to_clean_up_text(snapshot(queue())),
        "gone": removal_text.removal_text(replace(gone, title="")),
        "wait": wait,
        "left-alone": removal_text.NOTHING_CHANGED,
        **{f"removed-{mode}": removal_text.removal_text(result) for mode, result in done.items()},
        "cannot": removal_text.removal_text(_result(RemovalStatus.IMPOSSIBLE)),
        "no-instance": no_instance,
        "failed": removal_text.removal_text(replace(_result(RemovalStatus.FAILED), problem=_REFUSED)),
        "absent": removal_text.removal_text(absent),
        "finished": removal_text.removal_text(gone),
        "clean-up": removal_text.clean_up_text([done[RemovalMode.BLOCK_AND_SEARCH], gone, other], 3),
        "nothing-to-clean-up-without": removal_text.nothing_to_clean_up_text(snapshot(_UNREAD, queue(instance=SONARR))),
        "not-read": removal_text.not_read_text(_UNREAD),
        "not-read-in-an-outage": removal_text.not_read_text(replace(_UNREAD, outage=OUTAGE)),
        "started": removal_text.removal_text(_result(RemovalStatus.STARTED)),
        "handed-over": removal_text.removal_text(_result(RemovalStatus.HANDED_OVER)),
    }
    return {f"answer/{key}": text for key, text in texts.items()}


def _result(status: RemovalStatus, mode: RemovalMode = RemovalMode.REMOVE) -> RemovalResult:
    return RemovalResult(status, mode, "Radarr", SAMPLE)


async def _said_by_the_bot() -> list[str]:
    """What is said about a button of an older version, about one of an instance that is gone, and a second refresh."""
    async with Stage() as stage:
        await stage.showing(downloading(HEAT))
        admin, message = stage.discord.admin, int(stage.dashboard["id"])
        form = (await stage.ask(admin, SAMPLE)).modal or {}
        form["custom_id"] = "discarr:form:lidarr:deadbeef0123:0123deadbeef"
        presses = [await stage.discord.press_raw(admin, "discarr:other", message_id=message)]
        presses.append(await stage.discord.submit(form, {"how": "remove"}, member=admin))
        await (await stage.discord.press(admin, REFRESH)).acknowledged()
        await stage.passes(10)
        presses.append(await stage.discord.press(admin, REFRESH))
        return [str((await press.answered())["content"]) for press in presses]
