"""What Discord refuses, and what the bot may not do: said once, never papered over, healed when it can be."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import cut_off, discord_error, too_many_requests
from tests.phrases import EMPTY
from tests.stage import ALIEN, HEAT, Stage, film
from tests.virtual_time import jumping

pytestmark = jumping


async def _cut(request: web.Request, route: str) -> web.StreamResponse | None:
    return cut_off(request)


async def _never(request: web.Request, route: str) -> web.StreamResponse | None:
    await asyncio.Event().wait()
    return None


def _answer(answer: Callable[[], web.Response]) -> Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]:
    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return answer()

    return fault


REFUSALS = {
    "400 bad form": _answer(lambda: discord_error(400, 50035, "Invalid Form Body")),
    "403 missing permissions": _answer(lambda: discord_error(403, 50013, "Missing Permissions")),
    "403 missing access": _answer(lambda: discord_error(403, 50001, "Missing Access")),
    "404 unknown channel": _answer(lambda: discord_error(404, 10003, "Unknown Channel")),
    "404 of a proxy": _answer(lambda: web.Response(status=404, text="not here")),
    "429 too many edits of an old message": _answer(lambda: too_many_requests(6, code=30046)),
    "429 that takes ten minutes": _answer(lambda: too_many_requests(600)),
    "429 of Cloudflare": _answer(lambda: web.Response(status=429, text="error code: 1015")),
    "500": _answer(lambda: discord_error(500, 0, "500: Internal Server Error")),
    "503 upstream connect error": _answer(lambda: web.Response(status=503, text="upstream connect error")),
    "a cut connection": _cut,
    "no answer": _never,
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_no_error_of_an_edit_makes_a_second_message_and_all_is_well_after_it(
    stage: Stage,
    request: pytest.FixtureRequest,
    refusal: Callable[[web.Request, str], Awaitable[web.StreamResponse | None]],
) -> None:
    refused: list[float] = []

    async def on_edits(edit: web.Request, route: str) -> web.StreamResponse | None:
        if edit.method != "PATCH":
            return None
        refused.append(stage.clock.monotonic())
        return await refusal(edit, route)

    stage.settings["CHECK_INTERVAL"] = "60"
    await stage.up()
    stage.discord.fault = on_edits
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(200)
    assert 1 <= len(refused) <= 40, "a refusal is not answered with a storm"

    stage.discord.fault = None
    await stage.passes(700 if "ten minutes" in request.node.name or "Cloudflare" in request.node.name else 130)

    assert "Heat (1995)" in stage.text
    assert len(stage.posts) == 1


async def test_a_refused_edit_is_said_once_and_its_healing_too(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async def no_edits(request: web.Request, route: str) -> web.StreamResponse | None:
        return discord_error(403, 50013, "Missing Permissions") if request.method == "PATCH" else None

    caplog.set_level("INFO", "discarr")
    await stage.up()
    stage.discord.fault = no_edits
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(300)
    stage.discord.fault = None
    await stage.shows("Heat")
    await stage.passes(1)

    told = [record for record in caplog.records if record.name == "discarr.bot.message"][-2:]
    assert [record.levelname for record in told] == ["WARNING", "INFO"]
    assert len(warnings(caplog, "403")) == 1


@pytest.mark.parametrize("code", [20009, 50035, 200000, 240000])
async def test_a_title_that_discord_does_not_take_costs_the_rows_and_nothing_else(
    stage: Stage, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    """Such as AutoMod: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

    async def blocked(request: web.Request, route: str) -> web.StreamResponse | None:
        is_write = request.method in ("POST", "PATCH") and route.startswith("/channels")
        if is_write and "Alien" in await request.text():
            return discord_error(400, code, "Message was blocked")
        return None

    stage.discord.fault = blocked
    stage.radarr.queue += [downloading(HEAT), downloading(ALIEN)]
    await stage.up()
    await stage.passes(300)
    assert "2 downloading" in stage.text and "Alien" not in stage.text
    assert len(warnings(caplog, "Message was blocked")) == len(warnings(caplog, "")) == 1

    del stage.radarr.queue[1]
    await stage.passes(1500)  # what became of it is reported for a quarter of an hour
    assert "Heat (1995)" in stage.text


# Permissions.

ESSENTIAL = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}


def warnings(caplog: pytest.LogCaptureFixture, text: str) -> list[str]:
    """What was said about this, as WARNING."""
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    return [each for each in said if text in each]


@pytest.mark.parametrize(("flag", "name"), ESSENTIAL.items())
async def test_a_missing_permission_is_said_once_nothing_is_posted_and_it_heals(
    stage: Stage, caplog: pytest.LogCaptureFixture, flag: str, name: str
) -> None:
    await stage.discord.take(flag)
    bot = stage.start()
    await stage.passes(300)

    assert (stage.posts, bot.done()) == ([], False)
    [warning] = warnings(caplog, name)
    assert warning.count("is missing") == 1, "and nothing that it implies"

    await stage.discord.give(flag)
    await stage.until(lambda: len(stage.discord.pinned) == 1 and not stage.notices)
    assert len(stage.posts) == 1
    assert stage.dashboard["embeds"] != []


@pytest.mark.parametrize("flag", ["view_channel", "embed_links"])
async def test_a_permission_that_edits_need_is_named_once_when_it_is_taken_and_they_go_on_when_it_is_given_back(
    stage: Stage, caplog: pytest.LogCaptureFixture, flag: str
) -> None:
    await stage.up()
    await stage.passes(20)
    await stage.discord.take(flag)
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(310)

    assert len(warnings(caplog, ESSENTIAL[flag])) == 1
    assert len(warnings(caplog, "")) == 1

    await stage.discord.give(flag)
    await stage.shows("Heat")
    assert len(stage.posts) == 1


async def test_a_locked_channel_is_edited_on_since_discord_takes_edits_there(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.up()
    await stage.discord.take("send_messages")

    stage.radarr.queue.append(downloading(HEAT))

    await stage.shows("Heat (1995)")
    assert warnings(caplog, "") == []


async def test_a_bot_that_is_timed_out_says_until_when_and_posts_afterwards(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.discord.time_out(stage.discord.guild.bot, stage.clock.now().timestamp() + 600)

    stage.start()
    await stage.passes(590)
    assert stage.posts == []
    [warning] = warnings(caplog, "")
    assert "timed out until" in warning and "is missing" not in warning

    await stage.until(lambda: stage.discord.pinned)
    assert len(stage.posts) == 1


async def test_read_message_history_is_not_needed_for_edits(stage: Stage) -> None:
    await stage.up()
    await stage.passes(10)
    await stage.discord.take("read_message_history")

    stage.radarr.queue.append(downloading(HEAT))

    await stage.shows("Heat")


async def test_without_read_message_history_a_restart_makes_no_second_message(stage: Stage) -> None:
    await stage.up()
    before = stage.dashboard["id"]
    await stage.stop()
    await stage.discord.take("read_message_history")

    stage.start()
    await stage.passes(200)
    assert len(stage.posts) == 1

    await stage.discord.give("read_message_history")
    await stage.until(lambda: not stage.is_offline)
    assert stage.dashboard["id"] == before


async def test_without_pin_messages_it_works_unpinned_says_so_once_and_is_pinned_later(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.discord.take("pin_messages")
    stage.start()
    await stage.until(lambda: stage.discord.messages)
    stage.radarr.queue.append(downloading(HEAT))
    await stage.shows("Heat (1995)")
    await stage.passes(700)

    assert stage.discord.pinned == []
    assert len(warnings(caplog, "Pin Messages")) == 1

    await stage.discord.give("pin_messages")
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.passes(1200)
    assert [message["id"] for message in stage.discord.pinned] == [stage.dashboard["id"]]
    assert (len(stage.posts), stage.notices) == (1, [])


async def test_an_unpinned_dashboard_is_found_again_without_pin_messages(stage: Stage) -> None:
    await stage.discord.take("pin_messages")
    stage.start()
    await stage.shows(EMPTY)
    await stage.restart()

    assert len(stage.posts) == 1
    assert EMPTY in stage.dashboard["content"]


async def test_an_unknown_channel_is_said_once_and_asked_for_slowly(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.settings["DISCORD_CHANNEL_ID"] = str(stage.discord.channel_id + 1)

    bot = stage.start()
    await stage.passes(600)

    asked = [request for request in stage.discord.requests if request.status in (403, 404)]
    assert not bot.done()
    assert 2 <= len(asked) <= 11
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    assert "DISCORD_CHANNEL_ID" in caplog.text


async def test_a_channel_that_is_deleted_gets_no_message_and_does_not_end_the_bot(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.up()
    await stage.discord.delete_channel()
    stage.radarr.queue.append(downloading(HEAT))
    bot = stage.bot

    await stage.passes(600)

    assert bot is not None and not bot.done()
    assert len(stage.posts) == 1
    assert len(warnings(caplog, "DISCORD_CHANNEL_ID")) == 1


async def test_history_taken_right_after_the_first_post_makes_no_second_message(stage: Stage) -> None:
    await stage.up()
    await stage.discord.take("read_message_history")

    for left in (3, 2, 1):
        stage.radarr.queue.append(downloading(film(left)))
        await stage.passes(70)

    assert len(stage.posts) == 1
    assert "Film 0001" in stage.text


async def test_a_permission_that_is_given_back_heals_in_seconds(stage: Stage) -> None:
    """The gateway says that a role changed: no minute has to pass first."""
    await stage.up()
    await stage.discord.take("view_channel")
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(40)

    began = stage.clock.monotonic()
    await stage.discord.give("view_channel")
    await stage.shows("Heat (1995)")

    assert stage.clock.monotonic() - began <= 15
