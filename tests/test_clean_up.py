"""Clean up: everything that needs attention on one form, removed one by one, with an answer that hides no failure."""

import asyncio
import re
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading, failed, import_blocked, paused, stalled
from discarr.demo.discord import Press, Wire
from discarr.model.download import State
from discarr.view.row import WORDS
from tests.approved import approved, outage
from tests.stage import ALIEN, CLEAN_UP, DUNE, HARBOUR, HEAT, PRIVATE, Stage, film
from tests.support.faults import hanging
from tests.support.situations import rejected
from tests.virtual_time import jumping

pytestmark = jumping


async def asked(stage: Stage) -> Press:
    """The form, opened by an admin."""
    press = await stage.press(stage.discord.admin, CLEAN_UP)
    return press


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
    await form.acknowledged()
    await stage.until(lambda: form.messages and count_of(form) == count)
    return str(form.messages[0]["content"])


async def test_there_is_no_such_button_while_nothing_needs_it(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), paused(ALIEN))

    assert stage.count(CLEAN_UP) == 0


async def test_what_is_warned_of_is_counted_at_once_and_what_has_no_progress_after_the_threshold(stage: Stage) -> None:
    stage.settings["STUCK_THRESHOLD_MINUTES"] = "2"
    await stage.showing(downloading(HEAT), stalled(DUNE), failed(ALIEN), paused(film(1)))
    assert stage.count(CLEAN_UP) == 2

    await stage.passes(180)

    assert stage.count(CLEAN_UP) == 3


async def test_the_form_lists_each_with_its_reason_and_ticks_nothing_that_is_complete(stage: Stage) -> None:
    await stage.showing(failed(HEAT), import_blocked(ALIEN), rejected(DUNE), stalled(film(2)), downloading(film(1)))

    form = await asked(stage)

    assert {option["label"]: option.get("default", False) for option in boxes(form)} == {
        "Heat (1995)": True,
        "Alien (1979)": False,
        "Dune (2021)": False,
        "Film 0002 (2020)": False,
    }
    reasons = {option["label"]: option["description"] for option in boxes(form)}
    for name, state in (("Heat (1995)", State.FAILED), ("Alien (1979)", State.IMPORT_BLOCKED)):
        assert WORDS[state] in reasons[name]


async def test_ticked_downloads_are_removed_one_by_one_and_one_private_answer_counts_them(stage: Stage) -> None:
    at_once, most = 0, 0

    async def slow(request: web.Request) -> web.StreamResponse | None:
        nonlocal at_once, most
        if request.method == "DELETE":
            at_once, most = at_once + 1, max(most, at_once + 1)
            await asyncio.sleep(10)
            at_once -= 1
        return None

    await stage.showing(*(failed(film(number)) for number in range(5)), downloading(HEAT))
    stage.radarr.fault = slow
    opened = await asked(stage)
    form = await stage.discord.submit(opened, {})
    await form.acknowledged()

    grown = []
    for _ in range(6):
        grown.append(count_of(form))
        await stage.passes(10.5)
    text = await done(stage, form, 5)

    assert form.ack_seconds is not None and form.ack_seconds < 1
    assert most == 1
    assert grown == sorted(grown) and {1, 2, 3, 4} <= set(grown)
    assert all(f"Film {number:04} (2020)" in text for number in range(5))
    assert len(form.messages) == 1 and form.messages[0]["flags"] & PRIVATE
    assert [item.media for item in stage.radarr.queue] == [HEAT]
    assert {delete.query["blocklist"] for delete in stage.removals()} == {"true"}


async def test_the_names_of_downloads_beyond_the_rows_are_on_the_form_at_the_first_press(stage: Stage) -> None:
    await stage.showing(*(failed(film(number)) for number in range(20)))

    form = await asked(stage)

    assert form.ack_seconds is not None and form.ack_seconds < 2.5
    assert sorted(option["label"] for option in boxes(form)) == [f"Film {number:04} (2020)" for number in range(20)]


@pytest.mark.parametrize("takes", [0.0, 0.3, 0.7, 3.0])
async def test_the_answer_is_edited_at_most_once_a_second_and_is_complete_at_the_end(
    stage: Stage, takes: float
) -> None:
    async def slow(request: web.Request) -> web.StreamResponse | None:
        await asyncio.sleep(takes if request.method == "DELETE" else 0)
        return None

    await stage.showing(*(failed(film(number)) for number in range(8)))
    stage.radarr.fault = slow
    form = await stage.discord.submit(await asked(stage), {})

    await done(stage, form, 8)

    edits = [each.at for each in stage.discord.requests if each.method == "PATCH" and "/webhooks/" in each.path]
    assert all(later - sooner >= 1 for sooner, later in pairwise(edits))
    assert 1 <= len(edits) <= 8 * takes + 2


async def test_a_failure_and_what_is_gone_or_absent_are_named_among_the_others(stage: Stage) -> None:
    gone, absent = failed(DUNE), failed(film(1))
    await stage.showing(failed(HEAT), failed(ALIEN, client_error="Connection refused (10.0.0.7)"), gone, absent)
    opened = await asked(stage)
    stage.radarr.queue.remove(absent)
    stage.radarr.finish(gone)

    form = await stage.discord.submit(opened, {"how": "remove"})
    text = await done(stage, form, 4)

    assert re.findall(r"\d+", text.partition("\n")[0]) == ["4", "4", "1", "1"]
    assert approved("answer/failed", "Alien (1979)") in text
    assert approved("answer/absent", "Film 0001 (2020)") in text
    assert "Heat (1995)" in text
    assert "10.0.0.7" not in text


async def test_of_thirty_four_the_first_twenty_are_offered_and_that_is_said(stage: Stage) -> None:
    await stage.showing(*(failed(film(number)) for number in range(34)))
    assert stage.count(CLEAN_UP) == 34

    opened = await asked(stage)
    assert opened.modal is not None
    assert re.findall(r"\d+", opened.modal["components"][0]["content"]) == ["20", "34"]
    assert len(boxes(opened)) == 20
    form = await stage.discord.submit(opened, {})
    text = await done(stage, form, 20)

    assert len(stage.removals()) == 20
    assert len(text) <= 2000
    await stage.passes(10)
    assert stage.count(CLEAN_UP) == 14


@pytest.mark.parametrize("count", [1, 10, 11, 20])
async def test_so_many_fit_on_the_form(stage: Stage, count: int) -> None:
    await stage.showing(*(failed(film(number)) for number in range(count)))

    opened = await asked(stage)

    assert len(boxes(opened)) == count
    assert opened.modal is not None
    assert re.findall(r"\d+", opened.modal["components"][0]["content"]) == []


async def test_long_names_and_reasons_fit_into_the_form_and_into_the_answer(stage: Stage) -> None:
    items = [
        failed(title=f"{number:02}." + "Very.Long_Name*" * 40, error="*" * 900 + " http://10.0.0.7/key=abc")
        for number in range(20)
    ]
    await stage.showing(*items)

    opened = await asked(stage)
    form = await stage.discord.submit(opened, {"how": "remove"})
    text = await done(stage, form, 20)

    assert len(boxes(opened)) == 20
    assert len(text) <= 2000
    assert "10.0.0.7" not in str(opened.modal)


async def test_nothing_ticked_or_left_alone_removes_nothing(stage: Stage) -> None:
    await stage.showing(failed(HEAT))
    opened = await asked(stage)

    unticked = await stage.discord.submit(opened, {"which-1": []})
    left = await stage.discord.submit(opened, {"how": "leave"})

    for form in (unticked, left):
        assert (await form.answered())["content"] == approved("answer/left-alone")
    assert stage.removals() == []


async def test_a_guest_is_refused_at_the_button_and_at_the_submit(stage: Stage) -> None:
    await stage.showing(failed(HEAT))
    opened = await asked(stage)

    press = await stage.discord.press(stage.discord.guest, CLEAN_UP)
    form = await stage.discord.submit(opened, {}, member=stage.discord.guest)

    assert press.modal is None
    for answered in (press, form):
        assert approved("answer/may-not") == (await answered.answered())["content"]
    assert stage.removals() == []


async def test_an_open_form_of_a_queue_that_is_clean_by_now_removes_nothing_else(stage: Stage) -> None:
    await stage.showing(failed(HEAT), downloading(ALIEN))
    opened = await asked(stage)
    stage.radarr.queue[:] = [item for item in stage.radarr.queue if item.media is ALIEN]
    await stage.lacks("** Heat (1995)")

    form = await stage.discord.submit(opened, {})
    text = await done(stage, form, 1)

    assert re.findall(r"\d+", text) == ["1", "1", "0", "1"]
    assert stage.removals() == []


async def test_a_press_when_nothing_needs_it_any_more_is_told_so(stage: Stage) -> None:
    item = failed(HEAT)
    await stage.showing(item)
    message = int(stage.dashboard["id"])
    stage.radarr.queue.remove(item)
    await stage.lacks("** Heat (1995)")

    press = await stage.discord.press_raw(stage.discord.admin, CLEAN_UP, message_id=message)

    assert (await press.answered())["content"] == approved("answer/nothing-to-clean-up")


async def test_right_after_a_start_it_does_not_say_that_nothing_needs_attention(stage: Stage) -> None:
    await stage.showing(failed(HEAT))
    message = int(stage.dashboard["id"])
    await stage.stop()
    stage.radarr.fault = hanging(asyncio.Event())
    stage.start()
    await stage.discord.gateway.wait_connected()

    press = await stage.discord.press_raw(stage.discord.admin, CLEAN_UP, message_id=message)

    assert (await press.answered())["content"] == approved("answer/nothing-to-clean-up-without")
    assert press.ack_seconds is not None and press.ack_seconds < 2.5


async def test_what_outlives_the_answer_is_in_the_log_and_on_the_dashboard(stage: Stage) -> None:
    async def slow(request: web.Request) -> web.StreamResponse | None:
        if request.method == "DELETE":
            await asyncio.sleep(100)
        return None

    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.showing(*(failed(film(number)) for number in range(12)))
    stage.radarr.fault = slow
    form = await stage.discord.submit(await asked(stage), {})
    await stage.passes(1210)

    assert stage.radarr.queue == []
    assert 7 <= count_of(form) <= 9, "Discord lets the answer be edited for 15 minutes"
    done = re.findall(r"'(Film \d+ \(2020\))'", stage.log.text)
    assert len(done) == 12
    assert not [request for request in stage.discord.requests if request.status == 401]
    await stage.shows(approved("removed/search", done[-1]).partition("<@")[0])


async def test_what_an_instance_in_trouble_said_last_is_not_offered(stage: Stage) -> None:
    await stage.showing(failed(HEAT), failed(HARBOUR, episodes=HARBOUR.season(1, 1)))
    assert stage.count(CLEAN_UP) == 2
    await stage.sonarr.stop()

    await stage.shows(outage("nothing-listens", "Sonarr"))

    assert stage.count(CLEAN_UP) == 1
    assert [option["label"] for option in boxes(await asked(stage))] == ["Heat (1995)"]


async def test_nothing_is_ever_removed_by_itself(stage: Stage) -> None:
    stage.settings |= {"STUCK_THRESHOLD_MINUTES": "1", "CHECK_INTERVAL": "120"}
    await stage.showing(failed(HEAT), stalled(ALIEN), import_blocked(DUNE), rejected(film(1)))

    await stage.passes(1200)

    assert stage.removals() == []
    assert stage.count(CLEAN_UP) == 4
