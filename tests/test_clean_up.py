"""Clean up: everything that needs attention on one form, removed one by one, with an answer that hides no failure.

What the form lists and ticks is proved in tests/test_ordering.py and tests/test_removal_mode.py.
"""

import re
from itertools import pairwise
from typing import Any

from discarr.demo.arr.items import IMPORTING
from discarr.demo.arr.situations import downloading, failed, import_blocked, stalled
from discarr.demo.discord import Press, Wire
from discarr.model.download import State
from discarr.view.row import WORDS
from tests.approved import approved
from tests.stage import ALIEN, CLEAN_UP, DUNE, HEAT, PRIVATE, Stage, film
from tests.support.faults import only_for, slow
from tests.support.situations import rejected


def boxes(press: Press) -> list[Wire]:
    """Everything that can be ticked."""
    assert press.modal is not None
    parts: list[Any] = [each.get("component", {}) for each in press.modal["components"]]
    groups = [part for part in parts if part.get("custom_id", "").startswith("which")]
    return [option for group in groups for option in group["options"]]


def count_of(form: Press) -> int:
    """How many results the answer covers so far."""
    return int((re.match(r"\d+|$", form.messages[0]["content"]) or [0])[0] or 0)


async def done(stage: Stage, form: Press, count: int) -> str:
    """The answer when it covers so many results."""
    await stage.until(lambda: form.messages and count_of(form) == count)
    return str(form.messages[0]["content"])


async def test_what_is_ticked_is_removed_one_by_one_and_one_private_answer_counts_it(stage: Stage) -> None:
    """It is edited at most once a second, and is complete at the end."""
    await stage.showing(*(failed(film(number)) for number in range(5)), downloading(HEAT))
    opened, message, submit = (
        await stage.press(stage.discord.admin, CLEAN_UP),
        int(stage.dashboard["id"]),
        stage.discord.submit,
    )
    for press in [await submit(opened, {"which-1": []}), await submit(opened, {"how": "leave"})]:
        assert (await press.answered())["content"] == approved("answer/left-alone")
    assert stage.removals() == []

    stage.radarr.fault, before = only_for("DELETE", slow(0.7)), len(stage.discord.requests)
    form = await submit(opened, {})
    await form.acknowledged()
    text = await done(stage, form, 5)

    assert form.ack_seconds is not None and form.ack_seconds < 1
    assert all(round(later.at - sooner.at, 3) >= 0.7 for sooner, later in pairwise(stage.removals()))
    answers = [each for each in stage.discord.requests[before:] if "/webhooks/" in each.path]
    assert 3 <= len(answers) <= 5 and all(later.at - sooner.at >= 1 for sooner, later in pairwise(answers))
    assert all(f"Film {number:04} (2020)" in text for number in range(5))
    assert len(form.messages) == 1 and form.messages[0]["flags"] & PRIVATE
    assert [item.media for item in stage.radarr.queue] == [HEAT]
    assert {delete.query["blocklist"] for delete in stage.removals()} == {"true"}
    press = await stage.discord.press_raw(stage.discord.admin, CLEAN_UP, message_id=message)
    assert (await press.answered())["content"] == approved("answer/nothing-to-clean-up")


async def test_the_form_has_reasons_and_the_answer_names_a_failure_and_what_is_gone_or_absent(stage: Stage) -> None:
    gone, absent, blocked = failed(DUNE), failed(film(1)), import_blocked(film(2))
    await stage.showing(
        failed(HEAT), failed(ALIEN, client_error="Connection refused (10.0.0.7)"), gone, absent, blocked
    )
    opened = await stage.press(stage.discord.admin, CLEAN_UP)
    offered = {each["label"]: (each.get("default", False), each["description"]) for each in boxes(opened)}
    stage.radarr.queue.remove(absent)
    stage.radarr.finish(gone)

    form = await stage.discord.submit(opened, {"how": "remove"})
    text = await done(stage, form, 4)

    assert [name for name, (ticked, _) in offered.items() if not ticked] == ["Film 0002 (2020)"]
    assert WORDS[State.FAILED] in offered["Heat (1995)"][1]
    assert WORDS[State.IMPORT_BLOCKED] in offered["Film 0002 (2020)"][1]
    assert re.findall(r"\d+", text.partition("\n")[0]) == ["4", "4", "1", "1"]
    assert approved("answer/failed", "Alien (1979)") in text
    assert approved("answer/absent", "Film 0001 (2020)") in text
    assert "Heat (1995)" in text
    assert "10.0.0.7" not in text


async def test_what_is_complete_by_now_is_not_removed_by_a_form_from_before(stage: Stage) -> None:
    late = stalled(HEAT)
    await stage.showing(late, failed(ALIEN))
    await stage.passes(4000)
    one, many = await stage.ask(stage.discord.admin, "Heat (1995)"), await stage.press(stage.discord.admin, CLEAN_UP)
    late.situation, late.left = IMPORTING, 0
    await stage.passes(60)

    assert (await stage.sent(one, "search"))["content"] == approved("answer/has-data")
    assert approved("answer/has-data") in await done(stage, await stage.discord.submit(many, {}), 2)
    assert (stage.radarr.queue, len(stage.removals())) == ([late], 1)
    assert approved("answer/removed-remove") == (await stage.remove(stage.discord.admin, "Heat (1995)"))["content"]


async def test_what_outlives_the_answer_is_in_the_log_and_on_the_dashboard(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.showing(*(failed(film(number)) for number in range(12)))
    stage.radarr.fault = only_for("/movie/", slow(100))
    opened = await stage.press(stage.discord.admin, CLEAN_UP)
    assert {option["label"] for option in boxes(opened)} == {f"Film {number:04} (2020)" for number in range(12)}
    stage.radarr.fault = only_for("DELETE", slow(100))
    form = await stage.discord.submit(opened, {})
    await stage.passes(1210)

    assert stage.radarr.queue == []
    assert 7 <= count_of(form) <= 9, "Discord lets the answer be edited for 15 minutes"
    done = re.findall(r"'(Film \d+ \(2020\))'", stage.log.text)
    assert len(done) == 12
    assert not [request for request in stage.discord.requests if request.status == 401]
    await stage.shows(approved("removed/search", done[-1]).partition("<@")[0])


async def test_nothing_is_ever_removed_by_itself(stage: Stage) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "1", "CHECK_INTERVAL": "120"}
    await stage.showing(failed(HEAT), stalled(ALIEN), import_blocked(DUNE), rejected(film(1)))

    await stage.passes(1200)

    assert stage.removals() == []
    assert stage.count(CLEAN_UP) == 4
