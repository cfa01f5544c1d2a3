"""Two processes with one token: the one that ends does not silence the one that goes on."""

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Fault
from tests.faults.tools import ended
from tests.stage import ALIEN, HEAT, Stage
from tests.support.discord_faults import EDIT, answered, answering_with, hung, taken

FETCH = ("GET", "/channels/{channel}/messages/{message}")


async def test_a_farewell_leaves_a_message_alone_that_another_process_has_edited_since(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.showing(downloading(HEAT))
    await stage.passes(30)

    first = stage.bot
    assert first is not None
    stage.start()
    edits = len(stage.edits)
    await stage.until(lambda: len(stage.edits) > edits)

    await ended(first)

    assert "Heat" in stage.text and not stage.is_offline


async def test_a_new_process_edits_once_more_after_15_s_so_that_a_farewell_does_not_stay(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "120"
    await stage.up()
    await stage.passes(30)
    body = stage.edits[-1].body
    await stage.crash()

    stage.start()
    edits = len(stage.edits)
    await stage.until(lambda: len(stage.edits) > edits)
    first = stage.edits[-1].at
    farewell = stage.discord.channel.get(int(stage.dashboard["id"]))
    stage.discord.channel.edit(farewell, body | {"content": "Discarr is offline"})
    await stage.until(lambda: "offline" not in stage.text)

    assert stage.edits[-1].at - first == pytest.approx(15, abs=0.1)


@pytest.mark.parametrize(
    "fault",
    [answered(lambda _: web.Response(status=403), FETCH), hung(FETCH), answering_with(b"null", FETCH)],
    ids=["refused", "hung", "unreadable"],
)
async def test_a_farewell_is_shown_if_nobody_knows_whether_another_process_lives(stage: Stage, fault: Fault) -> None:
    await stage.showing(downloading(HEAT))
    await stage.passes(30)
    stage.discord.fault = fault
    began = stage.clock.monotonic()

    await stage.stop()

    assert stage.is_offline
    assert stage.clock.monotonic() - began <= 3


async def test_a_farewell_is_shown_after_an_edit_whose_answer_was_lost(stage: Stage) -> None:
    """The message is newer than the last edit that was confirmed, and it was this process all the same."""

    async def taken_but_lost(request: web.Request) -> web.Response:
        await taken(stage.discord.channel, request)
        return web.Response(status=503)

    await stage.showing(downloading(HEAT))
    await stage.passes(30)
    stage.discord.fault = answered(taken_but_lost, EDIT)
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Alien")
    stage.discord.fault = None

    await stage.stop()

    assert stage.is_offline
