"""The one message: posted once, found again, pinned and never posted twice, whatever else is in the channel."""

import pytest
from aiohttp import web

from discarr.bot.search import MOST_UNKNOWN
from discarr.demo.arr.situations import downloading, paused
from discarr.demo.discord import Wire, discord_error, json_answer
from tests.faults.tools import gaps
from tests.stage import ALIEN, DUNE, HARBOUR, HEAT, Stage
from tests.support.discord_faults import DELETE, EDIT, HISTORY, PIN, PINS, answered, without_code

MARKED: Wire = {
    "content": "an older dashboard",
    "components": [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Refresh", "custom_id": "discarr:refresh"}]}
    ],
}
"""What an earlier process may have left: known by its button."""


async def chatter(stage: Stage, count: int) -> None:
    for number in range(count):
        await stage.discord.post(stage.discord.guest, f"chat {number}")


# Posted once.


async def test_the_first_run_posts_one_silent_message_with_rows_and_then_gives_a_sign_of_life_every_five_minutes(
    stage: Stage,
) -> None:
    stage.radarr.queue.append(paused(HEAT))
    stage.sonarr.queue.append(paused(HARBOUR, episodes=HARBOUR.season(2, 10)))
    await stage.up()
    await stage.passes(30)  # the second edit of a new process is over
    [post] = stage.posts
    assert all(name in str(post.body["embeds"]) for name in ("Heat", "Harbour"))
    assert post.body["flags"] & 4096, "it makes no sound"
    assert stage.discord.messages == stage.discord.pinned == [stage.dashboard]
    assert "found again" not in stage.log.text

    last, before = stage.edits[-1].at, len(stage.edits)
    await stage.passes(1000)
    signs = [edit.at - last for edit in stage.edits[before:]]
    assert [round(sign / 300) for sign in signs] == [1, 2, 3]
    assert min(signs) >= 300

    await stage.stop()
    requests = len(stage.discord.requests)
    stage.start()
    await stage.until(lambda: not stage.is_offline)
    asked = [(each.method, each.path) for each in stage.discord.requests[requests:] if "gateway" not in each.path]
    assert len(asked) == len(set(asked)) <= 8, "a restart asks for nothing twice"


# Found again.


@pytest.mark.parametrize(
    ("pinned_before", "may_pin", "newer"), [(True, True, 150), (False, True, 99), (False, False, 900)]
)
async def test_a_restart_after_a_crash_finds_its_message_behind_newer_ones_and_pins_it_if_it_may(
    pinned_before: bool, may_pin: bool, newer: int, stage: Stage
) -> None:
    """Also behind what is no message at all: a page is the last one if it holds fewer than 100 entries of any kind."""

    def with_null(request: web.Request) -> web.Response | None:
        newest = stage.discord.messages[:-101:-1]
        return None if "before" in request.query else json_answer([None, *newest[1:50], 7, *newest[51:]])

    if not pinned_before:
        await stage.discord.take("pin_messages")
    stage.start()
    await stage.until(lambda: stage.discord.messages)
    await stage.passes(20)
    before = stage.dashboard["id"]
    await stage.crash()
    await chatter(stage, newer)
    if may_pin:
        await stage.discord.give("pin_messages")

    stage.discord.fault = answered(with_null, HISTORY)
    await stage.restart()
    await stage.passes(20)

    assert (stage.dashboard["id"], len(stage.posts)) == (before, 1)
    assert [message["id"] for message in stage.discord.pinned] == [before][:may_pin]
    assert len([each for each in stage.pinnings if each.status == 204]) == may_pin


# Deleted or unpinned.


async def test_a_deleted_message_comes_back_with_the_next_step_and_then_once_an_interval(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.showing(downloading(HEAT))
    await stage.passes(130)

    await stage.discord.delete_message(int(stage.dashboard["id"]))
    await stage.until(lambda: any(edit.status == 404 for edit in stage.edits))
    unknown = next(edit.at for edit in stage.edits if edit.status == 404)
    await stage.until(lambda: len(stage.posts) == 2)
    assert stage.posts[-1].at - unknown == pytest.approx(5, abs=0.1)

    await stage.discord.delete_message(int(stage.dashboard["id"]))
    before = len(stage.discord.requests)
    await stage.passes(110)
    searches = [each for each in stage.discord.requests[before:] if (each.method, each.route) == PINS]
    assert (len(searches), len(stage.posts)) == (1, 2)
    await stage.passes(20)
    assert stage.posts[2].at - stage.posts[1].at == pytest.approx(120, abs=1), "a post waits for its interval"
    assert stage.dashboard["pinned"]


async def test_an_unpinned_message_is_pinned_again_at_once_then_every_ten_minutes_and_a_new_one_at_once(
    stage: Stage,
) -> None:
    stage.settings["CHECK_INTERVAL"] = "60"
    await stage.up()
    await chatter(stage, 30)  # behind which the notice is found

    for _ in range(40):
        await stage.passes(60)
        if stage.discord.pinned:
            await stage.discord.unpin(int(stage.dashboard["id"]))
    first, *times = [pinning.at for pinning in stage.pinnings]
    assert times[0] - first < 600, "the first one who unpins it sees it healed at the next edit"
    assert len(times) >= 3
    assert min(gaps(times)) >= 600

    await stage.discord.delete_message(int(stage.dashboard["id"]))
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.until(lambda: len(stage.posts) == 2 and stage.discord.pinned)
    await stage.discord.unpin(int(stage.dashboard["id"]))
    stage.radarr.queue.append(downloading(HEAT))
    await stage.until(lambda: stage.discord.pinned)
    await stage.passes(60)
    assert stage.notices == []


# Among others.


async def test_of_several_messages_the_pinned_one_stays_and_a_step_makes_two_writes_at_most(stage: Stage) -> None:
    gone, _, pinned, *_ = [await stage.post_as_bot(MARKED) for _ in range(5)]
    for message_id in (gone, pinned):
        stage.discord.channel.pin(stage.discord.channel.get(message_id), stage.discord.guild.bot)
    await stage.discord.delete_message(gone)  # which leaves its notice
    await stage.discord.suppress_embeds(pinned)
    stage.radarr.queue.append(downloading(HEAT))

    stage.start()
    await stage.until(lambda: len(stage.discord.messages) == 1)

    assert int(stage.dashboard["id"]) == pinned
    writes = [each.at for each in stage.discord.requests if each.method not in ("GET", "POST")]
    assert max(sum(1 for other in writes if at <= other < at + 4.9) for at in writes) == 2


async def test_a_second_dashboard_is_looked_for_once_a_minute_until_a_search_succeeds(stage: Stage) -> None:
    """Discord has trouble with the pins from the moment in which another process may have posted, too."""
    stage.discord.fault = answered(lambda _: web.Response(status=503) if stage.posts else None, PINS)
    await stage.showing(downloading(HEAT))
    await stage.post_as_bot(MARKED)
    await stage.progresses(600)
    _, *searches = [each.at for each in stage.discord.requests if (each.method, each.route) == PINS]
    assert len(searches) >= 5 and min(gaps(searches)) >= 60

    stage.discord.fault = None
    await stage.progresses(120)
    assert stage.dashboard["pinned"] and len(stage.posts) == 1 and stage.warnings == []


@pytest.mark.parametrize("status", [403, 404])
async def test_a_deletion_that_is_refused_is_not_tried_again_and_costs_nothing_else(stage: Stage, status: int) -> None:
    for _ in range(2):
        await stage.post_as_bot(MARKED)
    stage.radarr.queue.append(downloading(HEAT))
    stage.discord.fault = without_code(status, DELETE)

    stage.start()
    await stage.progresses(300)

    assert len(stage.edits) >= 10, "each interval is shown"
    assert stage.warnings == []
    assert len([each for each in stage.discord.requests if each.method == "DELETE"]) == 2, "a double, and a notice"


STRANGERS: list[Wire] = [
    {"poll": {"question": {"text": "?"}, "answers": [], "expiry": None, "allow_multiselect": False, "layout_type": 1}},
    {"author": {"id": "5", "username": "x", "avatar": None}},
    {"author": None},
    {"author": "me"},
    {"id": None},
    {"id": {"a": 1}},
    {"id": "9" * 5000},
    {"components": [None, 3, {"components": [None, {"custom_id": 4}]}]},
    {"components": MARKED["components"]},
    {"type": 6, "message_reference": []},
    {"type": []},
]


async def test_what_others_post_or_pin_or_another_part_of_the_bot_hides_nothing_and_is_not_touched(
    stage: Stage,
) -> None:
    """discord.py raises at some of these; the messages beside them would be lost with it."""
    await stage.post_as_bot({"content": "…"})
    for parts in STRANGERS:
        await stage.discord.pin(await stage.discord.post(stage.discord.guest, **parts))
    stage.start()
    await stage.until(lambda: len(stage.discord.pinned) == len(STRANGERS) + 1)
    for parts in STRANGERS:
        await stage.discord.post(stage.discord.guest, **parts)
    strangers = [str(message) for message in stage.discord.messages if str(message["content"]) == "…"]

    await stage.restart()
    await stage.passes(60)

    assert len(stage.posts) == 1
    assert [str(message) for message in stage.discord.messages if str(message["content"]) == "…"] == strangers


@pytest.mark.parametrize(("status", "vanish"), [(403, False), (500, False), (404, True)])
async def test_unknown_messages_that_cannot_be_deleted_stay_few_and_go_once_edits_are_accepted_or_they_vanish(
    stage: Stage, status: int, vanish: bool
) -> None:
    await stage.showing(downloading(HEAT))
    stage.log.clear()

    def unknown(request: web.Request) -> web.Response:
        deleting = request.method == "DELETE"
        return discord_error(status, 0, "No") if deleting else discord_error(404, 10008, "Unknown Message")

    stage.discord.fault = answered(unknown, EDIT, PIN, DELETE)
    await stage.progresses(600)
    assert len(stage.discord.messages) == MOST_UNKNOWN
    requests = len(stage.discord.requests)
    await stage.passes(600)
    assert (len(stage.discord.requests) - requests) / 10 <= 10
    assert len(stage.said()) == len(set(stage.said())) <= 5
    assert len([text for text in stage.warnings if "Discord lists it" in text]) == 1

    for message in stage.discord.messages if vanish else ():
        await stage.discord.delete_message(int(message["id"]))
    stage.discord.fault = None
    stage.radarr.queue.append(downloading(DUNE))
    await stage.passes(400)

    assert "Dune (2021)" in stage.text and len(stage.discord.pinned) == 1
