"""The button Refresh: everybody may; the apps look at their clients, and everything is read again."""

import asyncio

from discarr.demo.arr.situations import downloading, paused
from tests.approved import approved
from tests.stage import ALIEN, HEAT, PRIVATE, REFRESH, Stage
from tests.support.faults import dropping, on


async def test_twenty_guests_at_once_make_both_apps_look_at_their_clients_once(stage: Stage) -> None:
    await stage.up()

    presses = await asyncio.gather(*(stage.press(stage.discord.guest, REFRESH) for _ in range(20)))
    await stage.passes(20)

    types = sorted(press.callback["type"] for press in presses if press.callback)
    assert types == [4] * 19 + [6], "the message stays, and nothing is said to the first one"
    for app in (stage.radarr, stage.sonarr):
        [post] = [request for request in app.requests if request.method == "POST"]
        assert post.path == "/api/v3/command"
        assert b'"RefreshMonitoredDownloads"' in post.body


async def test_everything_is_read_again_after_the_apps_have_looked(stage: Stage) -> None:
    stage.radarr.refresh_every = stage.sonarr.refresh_every = 90
    stage.radarr.command_takes = 8
    stage.settings["CHECK_INTERVAL"] = "300"
    await stage.up()
    stage.radarr.queue.append(downloading(HEAT))
    asked = stage.clock.monotonic()

    press = await stage.press(stage.discord.guest, REFRESH)
    assert press.ack_seconds is not None and press.ack_seconds < 1
    await stage.shows("Heat")

    assert 8 <= stage.clock.monotonic() - asked <= 20
    [command] = stage.radarr.commands
    queue = [request for request in stage.radarr.requests if request.path.endswith("/queue")][-1]
    assert command.done
    assert queue.at >= command.queued_at + 8


async def test_who_presses_sees_an_edit_and_within_thirty_seconds_is_told_how_long_to_wait(stage: Stage) -> None:
    admin = stage.discord.admin
    await stage.showing(paused(HEAT))
    await stage.passes(60)
    edits = len(stage.edits)
    await stage.press(stage.discord.guest, REFRESH)
    await stage.passes(10)
    assert len(stage.edits) == edits + 1, "also if nothing changed"

    answer = await (await stage.press(admin, REFRESH)).answered()

    assert answer["content"] == approved("answer/wait") and answer["flags"] & PRIVATE
    await stage.passes(10)
    assert len(stage.radarr.commands) == len(stage.sonarr.commands) == 1, "nobody was asked again"
    await stage.passes(15)
    await stage.press(admin, REFRESH)
    await stage.passes(10)
    assert len(stage.radarr.commands) == 2


async def test_an_app_that_does_not_look_in_time_and_one_that_cannot_be_asked_hold_nothing_up(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "300"
    stage.radarr.command_takes = 1000
    await stage.up()
    stage.sonarr.fault = on("POST", dropping())
    stage.radarr.queue.append(downloading(ALIEN))
    asked = stage.clock.monotonic()

    await stage.press(stage.discord.guest, REFRESH)
    await stage.shows("Alien")

    assert 14 <= stage.clock.monotonic() - asked <= 25
