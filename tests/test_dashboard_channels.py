"""Every type of channel, and each permission: what takes a dashboard, what cannot have one, and what heals."""

import pytest

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import too_many_requests
from tests.approved import EMPTY
from tests.faults.tools import gaps
from tests.stage import ALIEN, HEAT, Stage
from tests.support import any_guild as guild
from tests.support.discord_faults import EDIT, answered


def warnings(stage: Stage) -> list[str]:
    """What is wrong with the dashboard, as the log says; not what is wrong with the gateway."""
    return [text for text in stage.warnings if "connection" not in text]


@pytest.mark.parametrize("type", [guild.TEXT, guild.ANNOUNCEMENT, guild.VOICE, *guild.PARENTS])
async def test_the_dashboard_is_posted_pinned_edited_pressed_found_again_and_goes_on_when_it_may_again(
    stage: Stage, type: int
) -> None:
    """The gateway says that a role changed: no minute has to pass first."""
    stage.discord.guild.channel_type = type

    await stage.showing(downloading(HEAT))
    answer = await stage.remove(stage.discord.admin, "Heat")
    await stage.shows(EMPTY)
    await stage.restart()

    assert "Heat (1995)" in answer["content"] and len(stage.removals()) == 1
    assert stage.dashboard["pinned"]

    await stage.discord.take("view_channel")
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.passes(60)
    began = stage.clock.monotonic()
    await stage.discord.give("view_channel")
    await stage.shows("Alien")
    assert stage.clock.monotonic() - began <= 15
    assert len(stage.posts) == 1


@pytest.mark.parametrize(
    ("type", "words"),
    [
        (None, "unknown"),
        (1, "the id of a direct message"),
        (3, "the id of a group of direct messages"),
        (guild.CATEGORY, "the id of a category"),
        (guild.STAGE, "the id of a stage"),
        (14, "the id of a directory"),
        (guild.FORUM, "the id of a forum"),
        (16, "the id of a media channel"),
    ],
)
async def test_a_channel_without_messages_is_rejected_in_words_and_asked_for_slowly_without_a_session(
    stage: Stage, type: int | None, words: str
) -> None:
    if type is None:
        stage.settings["DISCORD_CHANNEL_ID"] = str(stage.discord.channel_id + 1)
    else:
        stage.discord.guild.channel_type = type

    bot = stage.start()
    await stage.passes(600)

    [warning] = stage.warnings
    assert f"DISCORD_CHANNEL_ID is {words}" in warning
    assert not bot.done() and stage.posts == [] and stage.discord.identifies == []
    assert 2 <= len(stage.discord.requests) <= 15


@pytest.mark.parametrize("gateway", ["up", "away"])
@pytest.mark.parametrize(
    "name",
    [
        *("View Channel", "Send Messages", "Send Messages in Threads"),
        *("Embed Links", "Read Message History", "Pin Messages"),
    ],
)
async def test_a_permission_missing_at_the_start_is_said_once_by_name_and_healed_when_given(
    name: str, gateway: str, stage: Stage
) -> None:
    essential, permission = name != "Pin Messages", name.lower().replace(" ", "_")
    if name == "Send Messages in Threads":
        stage.discord.guild.channel_type = guild.PUBLIC_THREAD
        await stage.discord.take("send_messages")
    if gateway == "away":
        await stage.discord.gateway.refuse()
    await stage.discord.take(permission)
    stage.radarr.queue.append(downloading(HEAT))

    bot = stage.start()
    await stage.passes(300)

    [warning] = warnings(stage)
    assert f"{name} is missing" in warning and not bot.done()
    assert warning.count("is missing") == 1, "and nothing that it implies"
    assert len(stage.posts) == (0 if essential else 1)
    assert not (essential and stage.discord.identifies), "a restart again and again costs no session"

    await stage.discord.give(permission)
    await stage.shows("Heat (1995)")
    await stage.passes(60 if essential else 620)
    assert len(stage.posts) == 1 and stage.dashboard["pinned"] and stage.notices == []
    assert len(warnings(stage)) == 1 and len(stage.pinnings) <= 3


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
    before = len(stage.edits)

    stage.discord.fault = answered(lambda _: too_many_requests(2100, code=20022), EDIT)
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(2000)
    stage.discord.fault = None
    await stage.shows("Heat (1995)")

    [warning] = stage.warnings
    assert "limits edits in an announcement channel (20022)" in warning and "35 min" in warning
    assert len([edit for edit in stage.edits[before:] if edit.status == 429]) == 1
