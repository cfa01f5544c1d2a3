"""Every type of channel: those that take a dashboard, those that archive themselves, and those that cannot have one."""

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import too_many_requests
from tests.faults.tools import gaps
from tests.stage import ALIEN, HEAT, Stage
from tests.support import any_guild as guild
from tests.support.discord_faults import EDIT, answered
from tests.support.phrases import EMPTY

USABLE = {
    "text": guild.TEXT,
    "announcement": guild.ANNOUNCEMENT,
    "voice": guild.VOICE,
    "thread": guild.PRIVATE_THREAD,
    "forum post": guild.PUBLIC_THREAD,
    "announcement thread": guild.ANNOUNCEMENT_THREAD,
}
UNUSABLE = {
    "direct message": 1,
    "group of direct messages": 3,
    "category": guild.CATEGORY,
    "stage": guild.STAGE,
    "directory": 14,
    "forum": guild.FORUM,
    "media channel": 16,
}


@pytest.mark.parametrize("type", USABLE.values(), ids=USABLE)
async def test_the_dashboard_is_posted_pinned_edited_pressed_and_found_again(stage: Stage, type: int) -> None:
    stage.discord.guild.channel_type = type

    await stage.showing(downloading(HEAT))
    answer = await stage.remove(stage.discord.admin, "Heat")
    await stage.shows(EMPTY)
    await stage.restart()

    assert "Heat (1995)" in answer["content"] and len(stage.removals()) == 1
    assert stage.dashboard["pinned"]
    assert len(stage.posts) == 1


@pytest.mark.parametrize("name", UNUSABLE)
async def test_a_channel_without_messages_is_rejected_in_words_and_the_bot_goes_on_asking_slowly(
    stage: Stage, name: str
) -> None:
    stage.discord.guild.channel_type = UNUSABLE[name]

    bot = stage.start()
    await stage.passes(600)

    [warning] = [text for text in stage.warnings if "connection" not in text]
    assert f"DISCORD_CHANNEL_ID is the id of a {name}" in warning
    assert not bot.done() and stage.posts == []
    assert len(stage.discord.requests) <= 15


async def test_an_unknown_channel_is_said_once_and_asked_for_slowly(stage: Stage) -> None:
    stage.settings["DISCORD_CHANNEL_ID"] = str(stage.discord.channel_id + 1)

    bot = stage.start()
    await stage.passes(600)

    [warning] = stage.warnings
    assert "DISCORD_CHANNEL_ID is unknown" in warning
    assert not bot.done() and 2 <= len(stage.discord.requests) <= 15


async def test_an_archived_thread_is_reopened_at_most_once_an_interval(stage: Stage) -> None:
    stage.discord.guild.channel_type = guild.PUBLIC_THREAD
    await stage.showing(downloading(HEAT))

    for _ in range(25):
        await stage.discord.archive()
        await stage.progresses(12, every=12)
    await stage.passes(40)

    reopened = [each.at for each in stage.discord.requests if each.route == "/channels/{channel}" and each.body]
    assert 3 <= len(reopened) <= 11
    assert min(gaps(reopened)) >= 29.9


async def test_the_limit_of_an_announcement_channel_is_explained_once_and_waited_for(stage: Stage) -> None:
    """https://docs.discord.com/developers/topics/opcodes-and-status-codes: 20022, as a 429 that tells the wait."""
    stage.discord.guild.channel_type = guild.ANNOUNCEMENT
    await stage.up()
    await stage.passes(20)
    until = stage.clock.monotonic() + 2100

    def limited(request: web.Request) -> web.Response | None:
        left = until - stage.clock.monotonic()
        return too_many_requests(left, code=20022) if left > 0 else None

    before = len(stage.edits)
    stage.discord.fault = answered(limited, EDIT)
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(2000)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien (1979)")

    [warning] = stage.warnings
    assert "limits edits in an announcement channel (20022)" in warning and "35 min" in warning
    assert len([edit for edit in stage.edits[before:] if edit.status == 429]) <= 2
