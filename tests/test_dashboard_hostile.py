"""Answers that nobody can parse, lists that contradict, and what strangers post: a bounded number of requests each."""

from typing import Any

import pytest
from aiohttp import web

from discarr.bot.search import MOST_UNKNOWN
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import discord_error
from tests.stage import DUNE, HEAT, Stage
from tests.support import discord_faults as wrong
from tests.test_dashboard import MARKED

STRANGERS: list[dict[str, Any]] = [
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

    stage.discord.fault = wrong.answered(unknown, wrong.EDIT, wrong.PIN, wrong.DELETE)
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


async def test_after_unknown_message_the_next_step_posts_and_no_search_before_it_is_due(stage: Stage) -> None:
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
    searches = [each for each in stage.discord.requests[before:] if (each.method, each.route) == wrong.PINS]
    assert (len(searches), len(stage.posts)) == (1, 2), "a post waits for its interval"


@pytest.mark.parametrize("status", [403, 404])
async def test_a_helper_that_is_refused_costs_nothing_but_itself(stage: Stage, status: int) -> None:
    await stage.post_as_bot(MARKED)
    stage.discord.fault = wrong.without_code(status, wrong.DELETE)
    stage.start()
    await stage.until(lambda: stage.discord.pinned)
    await stage.post_as_bot(MARKED)
    await stage.restart()
    stage.radarr.queue.append(downloading(HEAT))
    edits = len(stage.edits)

    await stage.progresses(300)

    assert len(stage.edits) - edits >= 10, "each interval is shown"
    assert stage.warnings == []
    assert len([each for each in stage.discord.requests if each.method == "DELETE"]) <= 3


async def test_of_several_messages_the_pinned_one_stays_and_a_step_makes_two_writes_at_most(stage: Stage) -> None:
    _, pinned, *_ = [await stage.post_as_bot(MARKED) for _ in range(4)]
    stage.discord.channel.pin(stage.discord.channel.get(pinned), stage.discord.guild.bot)
    await stage.discord.suppress_embeds(pinned)
    stage.radarr.queue.append(downloading(HEAT))

    stage.start()
    await stage.until(lambda: len(stage.discord.messages) == 1)

    assert int(stage.dashboard["id"]) == pinned
    writes = [each.at for each in stage.discord.requests if each.method not in ("GET", "POST")]
    assert max(sum(1 for other in writes if at <= other < at + 4.9) for at in writes) == 2


async def test_a_start_asks_for_nothing_twice(stage: Stage) -> None:
    await stage.up()
    await stage.stop()
    before = len(stage.discord.requests)

    stage.start()
    await stage.until(lambda: "offline" not in stage.text)

    asked = [(each.method, each.path) for each in stage.discord.requests[before:] if "gateway" not in each.path]
    assert len(asked) == len(set(asked)) <= 8, asked
