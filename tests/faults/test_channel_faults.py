"""What people do to the channel, and what Discord forgets of it: healed, or said in the log once."""

from collections.abc import Awaitable, Callable

import pytest

from discarr.demo.arr.situations import downloading
from tests.faults.tools import accepted, gaps, said
from tests.stage import ALIEN, DUNE, HEAT, Stage
from tests.support.phrases import RADARR_WELL
from tests.virtual_time import jumping

pytestmark = jumping

ESSENTIAL = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
NEEDED = ESSENTIAL | {"pin_messages": "Pin Messages"}


@pytest.fixture(autouse=True)
def _calm_apps(stage: Stage) -> None:
    stage.settings["HEALTH_CHECK_INTERVAL"] = "3600"


def told_of_the_dashboard(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What is wrong with it, as the log says; not what is wrong with the gateway."""
    gateway = ("discarr.bot.client", "discarr.bot.gateway")
    records = [record for record in caplog.records if record.name.startswith("discarr.bot.")]
    records = [record for record in records if record.name not in gateway]
    return [record.getMessage() for record in records if record.levelname in ("WARNING", "ERROR")]


async def test_a_deleted_message_is_made_anew_and_pinned(shown: Stage) -> None:
    await shown.discord.delete_message(int(shown.dashboard["id"]))
    shown.radarr.queue.append(downloading(ALIEN))

    await shown.shows("Alien")
    await shown.until(lambda: len(shown.discord.pinned) == 1 and not shown.notices)
    assert len(shown.posts) == 2


async def test_a_message_deleted_again_and_again_is_made_once_an_interval(shown: Stage) -> None:
    began = shown.clock.now().timestamp()

    for second in range(300):
        for message in shown.discord.messages:
            await shown.discord.delete_message(int(message["id"]))
        shown.radarr.queue[0].left -= 1_000_000
        await shown.passes(1)
    await shown.passes(90)

    posts = [post.at for post in shown.posts if post.at >= began]
    assert 5 <= len(posts) <= 14
    assert min(gaps(posts)) >= 29
    assert shown.dashboard["pinned"]


async def test_an_unpinned_message_is_pinned_again_without_a_fight(shown: Stage) -> None:
    for _ in range(7):
        if shown.dashboard["pinned"]:
            await shown.discord.unpin(int(shown.dashboard["id"]))
        shown.radarr.queue[0].left -= 1_000_000
        await shown.passes(300)
    await shown.passes(960)

    assert shown.dashboard["pinned"] and shown.notices == []
    assert 3 <= len(shown.pinnings) <= 6, "at most every ten minutes"
    assert len(shown.posts) == 1


async def test_an_embed_that_a_moderator_removed_is_put_back(shown: Stage) -> None:
    await shown.discord.suppress_embeds(int(shown.dashboard["id"]))
    assert shown.dashboard["embeds"] == []
    shown.radarr.queue.append(downloading(ALIEN))

    await shown.shows("Alien (1979)", RADARR_WELL)
    assert len(shown.dashboard["embeds"]) == 1


async def test_a_channel_that_is_unknown_for_a_while_is_said_once_and_found_again(
    shown: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    caplog.clear()
    message = shown.dashboard["id"]

    await shown.discord.delete_channel()
    before = len(shown.discord.requests)
    await shown.passes(1200)
    asked = len(shown.discord.requests) - before
    shown.discord.guild.channel_exists = True
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.shows("Alien")

    assert shown.dashboard["id"] == message and len(shown.posts) == 1
    assert asked <= 60, "20 minutes of knocking softly"
    assert len(said(caplog, "WARNING", "ERROR")) == 1
    assert "DISCORD_CHANNEL_ID" in said(caplog, "WARNING")[0]
    assert said(caplog)[-1] in said(caplog, "INFO"), "and that it is over"


type Start = Callable[[Stage], Awaitable[None]]


async def with_gateway(stage: Stage) -> None:
    """Discord tells of every change."""


async def without_gateway(stage: Stage) -> None:
    """Nothing is told; what was told is out of date."""
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()
    await stage.passes(5)


@pytest.mark.parametrize("line", [with_gateway, without_gateway])
@pytest.mark.parametrize("name", NEEDED)
async def test_a_permission_taken_while_it_runs_is_said_once_and_healed_when_given_back(
    name: str, line: Start, shown: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    message = shown.dashboard["id"]
    await line(shown)
    caplog.clear()

    await shown.discord.take(name)
    shown.radarr.queue.append(downloading(ALIEN))
    await shown.passes(130)
    warnings = told_of_the_dashboard(caplog)
    await shown.discord.give(name)
    shown.radarr.queue.append(downloading(DUNE))
    await shown.shows("Alien", "Dune", RADARR_WELL)

    assert shown.dashboard["id"] == message and len(shown.posts) == 1
    assert len(shown.discord.pinned) == 1
    assert len(warnings) <= 1, warnings


@pytest.mark.parametrize("name", ESSENTIAL)
async def test_a_permission_taken_and_given_back_while_the_gateway_is_away_comes_back_over_rest(
    name: str, shown: Stage
) -> None:
    """What the gateway told last is that it is missing."""
    await shown.discord.take(name)
    await shown.passes(60)
    await without_gateway(shown)

    await shown.discord.give(name)
    shown.radarr.queue.append(downloading(ALIEN))

    await shown.shows("Alien")


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("gateway", ["up", "away"])
async def test_a_permission_missing_at_the_start_is_said_once_by_name_and_healed_when_given(
    gateway: str, name: str, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    if gateway == "away":
        await stage.discord.gateway.refuse()
    await stage.discord.take(name)
    stage.radarr.queue.append(downloading(HEAT))

    bot = stage.start()
    await stage.passes(130)

    warnings = told_of_the_dashboard(caplog)
    assert not bot.done()
    assert len(warnings) == 1 and NEEDED[name] in warnings[0], warnings
    assert len(stage.posts) == (0 if name in ESSENTIAL else 1)

    await stage.discord.give(name)
    await stage.shows("Heat (1995)")
    await stage.passes(620 if name == "pin_messages" else 60)
    assert len(stage.posts) == 1 and stage.dashboard["pinned"] and stage.notices == []


async def test_a_full_list_of_pins_leaves_it_unpinned_and_is_said_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(250):
        await stage.discord.pin(await stage.discord.post(stage.discord.admin, f"Note {number}"))
    stage.radarr.queue.append(downloading(HEAT))

    stage.start()
    await stage.shows("Heat (1995)")
    await stage.passes(1300)

    assert len(told_of_the_dashboard(caplog)) == 1 and not stage.dashboard["pinned"]
    assert len(stage.posts) == 1 and len(stage.pinnings) <= 4
    assert min(gaps(accepted(stage))) >= 5


async def test_a_restart_with_a_hundred_newer_messages_finds_the_pinned_one(shown: Stage) -> None:
    message = shown.dashboard["id"]
    for number in range(150):
        await shown.discord.post(shown.discord.guest, f"Chatter {number}")

    await shown.restart()

    assert shown.dashboard["id"] == message and len(shown.posts) == 1
