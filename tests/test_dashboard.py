"""The one message: found, posted, pinned, kept true and never posted twice."""

import asyncio

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading, paused
from discarr.demo.discord import Wire, json_answer
from tests.faults.tools import gaps
from tests.stage import ALIEN, HARBOUR, HEAT, REFRESH, Stage, film
from tests.support.discord_faults import HISTORY, answered
from tests.support.phrases import EMPTY

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


# Found again.


@pytest.mark.parametrize("crashed", [False, True])
@pytest.mark.parametrize(
    ("pinned_before", "may_pin", "newer"), [(True, True, 150), (False, True, 99), (False, False, 900)]
)
async def test_a_restart_finds_its_message_behind_newer_ones_and_pins_it_if_it_may(
    pinned_before: bool, may_pin: bool, newer: int, crashed: bool, stage: Stage
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
    if crashed:
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


# How often.


async def test_edits_are_five_seconds_apart_and_show_the_newest_however_much_is_wished(stage: Stage) -> None:
    stage.radarr.queue += [downloading(film(number)) for number in range(9)]
    await stage.up()
    await stage.shows(*(f"Film {number:04} (2020)" for number in range(9)))

    await asyncio.gather(*(stage.remove(stage.discord.admin, f"Film {number:04}") for number in range(9)))
    await stage.shows(EMPTY)
    for _ in range(20):
        stage.radarr.queue.append(downloading(HEAT))
        await stage.press(stage.discord.guest, REFRESH)
        await stage.passes(7)

    assert len(stage.removals()) == 9
    assert min(gaps(request.at for request in [*stage.posts, *stage.edits])) >= 5


# Deleted, unpinned, without its embed.


async def test_a_message_that_is_deleted_again_and_again_comes_back_once_an_interval(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))

    for _ in range(60):
        await stage.passes(5)
        stage.radarr.queue[0].left -= 10_000_000
        for message in stage.discord.messages:
            await stage.discord.delete_message(int(message["id"]))
    await stage.passes(90)

    posts = [post.at for post in stage.posts]
    assert 5 <= len(posts) <= 14
    assert min(gaps(posts)) >= 29.9
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
