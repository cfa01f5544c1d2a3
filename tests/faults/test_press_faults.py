"""Presses that Discord, another process or an app gets in the way of: done once if they were taken, or not at all."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from discarr.demo.arr import MovieMedia, SeriesMedia
from discarr.demo.arr.situations import delayed, downloading
from discarr.demo.discord import Press, discord_error
from discarr.demo.discord.rest import Rest
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, CLEAN_UP, HARBOUR, HEAT, REFRESH, Stage
from tests.support.discord_faults import CALLBACK, UNREADABLE, Answer, Call, answered

ORIGINAL = ("PATCH", "/webhooks/{application}/{token}/messages/{message}")
JSON = {"Content-Type": "application/json"}


def unreadable(body: bytes) -> Callable[[web.Request], web.Response]:
    return lambda _: web.Response(body=body, headers=JSON)


async def hung(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers=JSON)
    await response.prepare(request)
    await asyncio.sleep(1000)
    return response


ANSWERS: dict[str, Answer] = {
    **{name: unreadable(UNREADABLE[name]) for name in ("cut off", "null", "no text", "deep", "parts of a wrong type")},
    "nothing": lambda _: web.Response(status=204),
    "a press without an id": unreadable(b'{"interaction": {"id": null}}'),
    "a page": lambda _: web.Response(text="<html>Sign in</html>", content_type="text/html"),
    "no gzip": lambda _: web.Response(body=b"{}", headers=JSON | {"Content-Encoding": "gzip"}),
    "hung": hung,
    # discord.py sends it again, and Discord says that it has the acknowledgement already.
    "an error": lambda _: web.Response(status=502, text="<html>Bad Gateway</html>"),
}


async def opened(stage: Stage) -> Press:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    return await stage.ask(stage.discord.admin, "Heat (1995)")


@pytest.mark.parametrize("call", [CALLBACK, ORIGINAL], ids=["acknowledgement", "reply"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_press_that_discord_took_is_done_and_answered_whatever_it_answers(
    answer: Answer, call: Call, stage: Stage
) -> None:
    form = await opened(stage)
    rest = Rest(stage.discord.guild, stage.discord.channel, stage.discord.interactions)
    do, then = {CALLBACK: rest.answer, ORIGINAL: rest.edit_answer}[call], answered(answer)

    async def done(request: web.Request) -> web.StreamResponse | None:
        stage.discord.fault = None
        await do(request)
        return await then(request, "")

    stage.discord.fault = answered(done, call)
    press = await stage.discord.submit(form, {"how": "remove"})
    reply = await press.answered(30)

    assert "Heat (1995)" in reply["content"]
    assert len(stage.removals()) == 1
    assert stage.warnings == []
    assert stage.tracebacks == []


REFUSALS = {
    "404": lambda _: discord_error(404, 10062, "Unknown interaction"),
    "403": lambda _: discord_error(403, 50013, "Missing Permissions"),
    "500": lambda _: discord_error(500, 0, "500: Internal Server Error"),
    "a block page": lambda _: web.Response(status=403, text="<html>Blocked</html>", content_type="text/html"),
    "unreadable": lambda _: web.Response(status=400, body=b"7", headers=JSON),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_press_that_discord_refuses_is_not_done_and_said_once(
    refusal: Callable[[web.Request], web.Response], stage: Stage
) -> None:
    form = await opened(stage)

    stage.discord.fault = answered(refusal, CALLBACK)
    for _ in range(3):
        await stage.discord.submit(form, {"how": "remove"})
        await stage.discord.press(stage.discord.guest, REFRESH)
        await stage.passes(40)

    assert stage.removals() == [] and stage.radarr.commands == []
    assert len(stage.warnings) == 1
    assert stage.tracebacks == []


ODD: list[dict[str, Any]] = [
    {"type": 2, "data": [1]},
    {"type": 1, "data": "x"},
    {"member": None},
    {"id": []},
    {"channel": {}},
]


async def test_presses_that_cannot_be_read_disturb_nothing(stage: Stage) -> None:
    await opened(stage)
    data = {"custom_id": REFRESH, "component_type": 2}
    press = stage.discord.interactions.new(stage.discord.guest, data)
    payload = stage.discord.interactions.payload(press, data)
    nobody = {key: value for key, value in payload.items() if key != "member"}
    clean_up = nobody | {"data": data | {"custom_id": CLEAN_UP}}
    for _ in range(2):
        for odd in (*(payload | changes for changes in ODD), clean_up):
            await stage.discord.gateway.send("INTERACTION_CREATE", odd)
            await stage.passes(5)

    assert len(stage.warnings) <= 1
    assert stage.tracebacks == []


async def test_a_press_that_was_answered_elsewhere_or_came_too_late_is_said_once(stage: Stage) -> None:
    """The other process with the same token is always a little faster; in between, it is not."""
    await opened(stage)

    async def rival(request: web.Request) -> None:
        press = stage.discord.interactions.presses.get(int(request.match_info["interaction"]))
        if press is not None and press.callback is None:
            press.callback = {"type": 6, "data": {}}

    async def late(request: web.Request) -> None:
        await asyncio.sleep(4)

    for fault in (late, rival, None, rival, late):
        stage.discord.fault = answered(fault, CALLBACK) if fault else None
        await stage.discord.press(stage.discord.guest, BROWSE)
        await stage.passes(10)
        assert len(stage.warnings) == 1

    assert stage.tracebacks == []


@pytest.mark.parametrize(
    ("media", "read_for", "is_listed"), [(ALIEN, 35, True), (ALIEN, 0, False), (HARBOUR, 0, True), (HARBOUR, 35, False)]
)
async def test_a_pending_release_that_was_handed_over_has_started_whatever_its_client_calls_it(
    stage: Stage, media: MovieMedia | SeriesMedia, read_for: float, is_listed: bool
) -> None:
    """A torrent names itself; until the next refresh the app lists neither (Core/Download/DownloadService.cs)."""
    episodes = HARBOUR.season(2, 10) if media is HARBOUR else ()
    item, app = delayed(media, episodes=episodes), stage.sonarr if episodes else stage.radarr
    await stage.showing(item)
    name = "Harbour Lights S02 E01–E10" if episodes else "Alien (1979)"
    form, cross, message = await stage.ask(stage.discord.admin, name), stage.cross(name), int(stage.dashboard["id"])
    app.queue[:] = [downloading(media, episodes=episodes, title="another name [GRP]")] if is_listed else []
    await stage.passes(read_for)

    answers = [await stage.sent(form, "remove")]
    press = await stage.discord.press_raw(stage.discord.admin, cross, message_id=message)
    answers.append(await press.answered(300))

    assert all("started" in each["content"] and approved("answer/gone") not in each["content"] for each in answers)
    assert len(app.queue) == is_listed
    assert read_for == 0 or stage.removals() == []
