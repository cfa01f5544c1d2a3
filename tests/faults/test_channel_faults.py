"""What the bot may not do, and a channel that is gone: said once, never papered over, healed when it can be."""

import pytest

from discarr.demo.arr.situations import downloading
from tests.faults.tools import accepted, gaps, lose_gateway
from tests.stage import ALIEN, DUNE, HEAT, Stage, film
from tests.support.phrases import EMPTY, RADARR_WELL

pytestmark = pytest.mark.usefixtures("calm_apps")

ESSENTIAL = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
NEEDED = ESSENTIAL | {"pin_messages": "Pin Messages"}
FOR_EDITS = ("view_channel", "embed_links")
"""Without one of them Discord rejects edits, or drops the embed."""


def warnings(stage: Stage) -> list[str]:
    """What is wrong with the dashboard, as the log says; not what is wrong with the gateway."""
    return [text for text in stage.warnings if "connection" not in text]


async def without_gateway(stage: Stage) -> None:
    await lose_gateway(stage)
    await stage.passes(5)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("gateway", ["up", "away"])
async def test_a_permission_missing_at_the_start_is_said_once_by_name_and_healed_when_given(
    gateway: str, name: str, stage: Stage
) -> None:
    if gateway == "away":
        await stage.discord.gateway.refuse()
    await stage.discord.take(name)
    stage.radarr.queue.append(downloading(HEAT))

    bot = stage.start()
    await stage.passes(300)

    [warning] = warnings(stage)
    assert NEEDED[name] in warning and not bot.done()
    assert warning.count("is missing") == 1, "and nothing that it implies"
    assert len(stage.posts) == (0 if name in ESSENTIAL else 1)

    await stage.discord.give(name)
    await stage.shows("Heat (1995)")
    await stage.passes(620 if name == "pin_messages" else 60)
    assert len(stage.posts) == 1 and stage.dashboard["pinned"] and stage.notices == []
    assert len(warnings(stage)) == 1


@pytest.mark.parametrize("gateway", ["up", "away"])
@pytest.mark.parametrize("name", NEEDED)
async def test_a_permission_taken_while_it_runs_is_said_once_if_edits_need_it_and_heals(
    name: str, gateway: str, shown: Stage
) -> None:
    message = shown.dashboard["id"]
    if gateway == "away":
        await without_gateway(shown)

    await shown.discord.take(name)
    for number in (3, 2, 1):
        shown.radarr.queue.append(downloading(film(number)))
        await shown.passes(70)
    found = warnings(shown)
    assert len(found) == (name in FOR_EDITS) and all(NEEDED[name] in text for text in found)
    assert ("Film 0001" in shown.text) == (not found), "Discord takes edits without the others"
    await shown.discord.give(name)
    shown.radarr.queue.append(downloading(DUNE))
    await shown.shows("Film 0001", "Dune", RADARR_WELL)

    assert shown.dashboard["id"] == message and len(shown.posts) == 1
    assert len(shown.discord.pinned) == 1


async def test_a_permission_given_back_heals_in_seconds_and_without_the_gateway_over_rest(shown: Stage) -> None:
    """The gateway says that a role changed: no minute has to pass first."""
    await shown.discord.take("view_channel")
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.passes(60)
    began = shown.clock.monotonic()
    await shown.discord.give("view_channel")
    await shown.shows("Alien")
    assert shown.clock.monotonic() - began <= 15

    await shown.discord.take("view_channel")
    await shown.passes(60)
    await without_gateway(shown)
    await shown.discord.give("view_channel")
    shown.radarr.queue.append(downloading(DUNE))
    await shown.shows("Dune")


async def test_a_bot_that_is_timed_out_says_until_when_and_posts_afterwards(stage: Stage) -> None:
    await stage.discord.time_out(stage.discord.guild.bot, stage.clock.now().timestamp() + 600)

    stage.start()
    await stage.passes(590)
    assert stage.posts == []
    [warning] = stage.warnings
    assert "timed out until" in warning and "is missing" not in warning

    await stage.until(lambda: stage.discord.pinned)
    assert len(stage.posts) == 1


async def test_a_restart_without_a_permission_makes_no_second_message(stage: Stage) -> None:
    await stage.discord.take("pin_messages")
    stage.start()
    await stage.shows(EMPTY)
    before = stage.dashboard["id"]
    await stage.stop()
    await stage.discord.take("read_message_history")

    stage.start()
    await stage.passes(200)
    assert len(stage.posts) == 1

    await stage.discord.give("read_message_history")
    await stage.until(lambda: not stage.is_offline)
    assert stage.dashboard["id"] == before


async def test_a_full_list_of_pins_leaves_it_unpinned_and_is_said_once(stage: Stage) -> None:
    for number in range(250):
        await stage.discord.pin(await stage.discord.post(stage.discord.admin, f"Note {number}"))
    stage.radarr.queue.append(downloading(HEAT))

    stage.start()
    await stage.shows("Heat (1995)")
    await stage.passes(1300)

    assert len(warnings(stage)) == 1 and not stage.dashboard["pinned"]
    assert len(stage.posts) == 1 and len(stage.pinnings) <= 4
    assert min(gaps(accepted(stage))) >= 5


async def test_a_channel_that_is_unknown_for_a_while_is_said_once_and_found_again(shown: Stage) -> None:
    shown.log.clear()
    message = shown.dashboard["id"]

    await shown.discord.delete_channel()
    before = len(shown.discord.requests)
    await shown.passes(1200)
    asked = len(shown.discord.requests) - before
    shown.discord.guild.channel_exists = True
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.shows("Alien")

    assert shown.dashboard["id"] == message and len(shown.posts) == 1
    assert asked <= 60, "20 minutes of asking slowly"
    [warning] = shown.warnings
    assert "DISCORD_CHANNEL_ID" in warning
    assert shown.said()[-1] in shown.said("INFO"), "and that it is over"


async def test_an_unknown_channel_is_said_once_and_asked_for_slowly(stage: Stage) -> None:
    stage.settings["DISCORD_CHANNEL_ID"] = str(stage.discord.channel_id + 1)

    bot = stage.start()
    await stage.passes(600)

    asked = [request for request in stage.discord.requests if request.status in (403, 404)]
    assert not bot.done() and 2 <= len(asked) <= 11
    [warning] = stage.warnings
    assert "DISCORD_CHANNEL_ID" in warning
