"""What the bot may not do at its start, a full list of pins and a channel that is gone: said once, healed by itself."""

import pytest

from discarr.demo.arr.situations import downloading
from tests.faults.tools import accepted, gaps, lose_gateway
from tests.stage import ALIEN, DUNE, HEAT, Stage
from tests.support.any_guild import PUBLIC_THREAD, TEXT
from tests.support.phrases import EMPTY

pytestmark = pytest.mark.usefixtures("calm_apps")


def warnings(stage: Stage) -> list[str]:
    """What is wrong with the dashboard, as the log says; not what is wrong with the gateway."""
    return [text for text in stage.warnings if "connection" not in text]


@pytest.mark.parametrize("gateway", ["up", "away"])
@pytest.mark.parametrize(
    ("name", "taken", "type"),
    [
        ("View Channel", ["view_channel"], TEXT),
        ("Send Messages", ["send_messages"], TEXT),
        ("Send Messages in Threads", ["send_messages_in_threads", "send_messages"], PUBLIC_THREAD),
        ("Embed Links", ["embed_links"], TEXT),
        ("Read Message History", ["read_message_history"], TEXT),
        ("Pin Messages", ["pin_messages"], TEXT),
    ],
)
async def test_a_permission_missing_at_the_start_is_said_once_by_name_and_healed_when_given(
    name: str, taken: list[str], type: int, gateway: str, stage: Stage
) -> None:
    essential = name != "Pin Messages"
    stage.discord.guild.channel_type = type
    if gateway == "away":
        await stage.discord.gateway.refuse()
    await stage.discord.take(*taken)
    stage.radarr.queue.append(downloading(HEAT))

    bot = stage.start()
    await stage.passes(300)

    [warning] = warnings(stage)
    assert f"{name} is missing" in warning and not bot.done()
    assert warning.count("is missing") == 1, "and nothing that it implies"
    assert len(stage.posts) == (0 if essential else 1)

    await stage.discord.give(taken[0])
    await stage.shows("Heat (1995)")
    await stage.passes(60 if essential else 620)
    assert len(stage.posts) == 1 and stage.dashboard["pinned"] and stage.notices == []
    assert len(warnings(stage)) == 1


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
    await lose_gateway(shown)
    await shown.passes(5)
    await shown.discord.give("view_channel")
    shown.radarr.queue.append(downloading(DUNE))
    await shown.shows("Dune")


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


async def test_a_channel_that_is_unknown_for_a_while_is_asked_for_slowly(shown: Stage) -> None:
    await shown.discord.delete_channel()
    before = len(shown.discord.requests)
    await shown.passes(1200)

    assert len(shown.discord.requests) - before <= 60
