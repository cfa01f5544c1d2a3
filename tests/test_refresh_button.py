"""The button Refresh: everybody may; the apps look at their clients, and everything is read again."""

import asyncio

import pytest

from discarr.demo.arr.situations import downloading, paused
from tests.approved import approved
from tests.stage import HEAT, PRIVATE, REFRESH, Stage
from tests.support.faults import dropping, on


async def test_twenty_guests_at_once_make_both_apps_look_at_their_clients_once_and_later_ones_are_told_to_wait(
    stage: Stage,
) -> None:
    admin, guest = stage.discord.admin, stage.discord.guest
    await stage.showing(paused(HEAT))
    await stage.passes(60)
    edits = len(stage.edits)
    presses = await asyncio.gather(*(stage.press(guest, REFRESH) for _ in range(20)))
    await stage.passes(10)

    types = sorted(press.callback["type"] for press in presses if press.callback)
    assert types == [4] * 19 + [6], "the message stays, and nothing is said to the first one"
    assert len(stage.edits) == edits + 1, "also if nothing changed"
    answer = await (await stage.press(admin, REFRESH)).answered()
    assert answer["content"] == approved("answer/wait") and answer["flags"] & PRIVATE
    await stage.passes(10)
    for app in (stage.radarr, stage.sonarr):
        [post] = [request for request in app.requests if request.method == "POST"]
        assert post.path == "/api/v3/command" and b'"RefreshMonitoredDownloads"' in post.body
    await stage.passes(15)
    await stage.press(admin, REFRESH)
    await stage.passes(10)
    assert len(stage.radarr.commands) == 2


@pytest.mark.parametrize(("takes", "least", "most"), [(8, 8, 20), (1000, 14, 25)])
async def test_everything_is_read_again_once_the_apps_have_looked_or_do_not_in_time_or_cannot_be_asked(
    stage: Stage, takes: float, least: float, most: float
) -> None:
    stage.settings["CHECK_INTERVAL"] = "300"
    stage.radarr.command_takes = takes
    await stage.up()
    stage.sonarr.fault = on("POST", dropping())
    stage.radarr.queue.append(downloading(HEAT))
    asked = stage.clock.monotonic()

    press = await stage.press(stage.discord.guest, REFRESH)
    assert press.ack_seconds is not None and press.ack_seconds < 1
    await stage.shows("Heat")

    assert least <= stage.clock.monotonic() - asked <= most
