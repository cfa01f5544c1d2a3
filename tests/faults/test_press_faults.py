"""Presses that Discord, another process or an app gets in the way of: done once if they were taken, or not at all."""

import asyncio

import pytest
from aiohttp import web

from discarr.demo.arr import MovieMedia, SeriesMedia
from discarr.demo.arr.situations import delayed, downloading
from discarr.demo.discord import Fault, Press, Wire
from discarr.demo.discord.rest import Rest
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, CLEAN_UP, HARBOUR, HEAT, REFRESH, Stage
from tests.support import discord_faults as wrong
from tests.support.discord_faults import CALLBACK, UNREADABLE, Answer, Call, answered, answering_with

ORIGINAL = ("PATCH", "/webhooks/{application}/{token}/messages/{message}")


async def begun(request: web.Request) -> web.StreamResponse:
    """An answer whose end never comes."""
    response = web.StreamResponse()
    await response.prepare(request)
    await asyncio.sleep(1000)
    return response


ANSWERS: dict[str, Fault] = {
    **{name: answering_with(UNREADABLE[name]) for name in ("null", "no text", "deep", "parts of a wrong type")},
    "a press without an id": answering_with(b'{"interaction": {"id": null}}'),
    "nothing": answered(lambda _: web.Response(status=204)),
    "no gzip": answered(lambda _: web.Response(body=b"{}", headers={"Content-Encoding": "gzip"})),
    "begun": answered(begun),
    "a login page": wrong.fault("a login page"),
    # discord.py sends it again, and Discord says that it has the acknowledgement already.
    "502": wrong.fault("502"),
}


async def opened(stage: Stage) -> Press:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    return await stage.ask(stage.discord.admin, "Heat (1995)")


@pytest.mark.parametrize("call", [CALLBACK, ORIGINAL], ids=["acknowledgement", "reply"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_press_that_discord_took_is_done_and_answered_whatever_it_answers(
    answer: Fault, call: Call, stage: Stage
) -> None:
    form = await opened(stage)
    rest = Rest(stage.discord.guild, stage.discord.channel, stage.discord.interactions)
    do = {CALLBACK: rest.answer, ORIGINAL: rest.edit_answer}[call]

    async def done(request: web.Request) -> web.StreamResponse | None:
        stage.discord.fault = None
        await do(request)
        return await answer(request, "")

    stage.discord.fault = answered(done, call)
    press = await stage.discord.submit(form, {"how": "remove"})
    reply = await press.answered(30)

    assert "Heat (1995)" in reply["content"]
    assert len(stage.removals()) == 1
    assert stage.warnings == stage.tracebacks == []


@pytest.mark.parametrize(
    "refusal",
    [
        *(wrong.refusing(status, code) for status, code in ((404, 10062), (403, 50013), (500, 0))),
        wrong.proxy(403, "<html>Blocked</html>"),
        lambda _: web.json_response(7, status=400),
    ],
)
async def test_a_press_that_discord_refuses_is_not_done_and_said_once(refusal: Answer, stage: Stage) -> None:
    form = await opened(stage)

    stage.discord.fault = answered(refusal, CALLBACK)
    for _ in range(3):
        await stage.discord.submit(form, {"how": "remove"})
        await stage.discord.press(stage.discord.guest, REFRESH)
        await stage.passes(40)

    assert stage.removals() == [] and stage.radarr.commands == []
    assert len(stage.warnings) == 1
    assert stage.tracebacks == []


async def test_presses_that_cannot_be_read_disturb_nothing(stage: Stage) -> None:
    await opened(stage)
    data = {"custom_id": CLEAN_UP, "component_type": 2}
    press = stage.discord.interactions.new(stage.discord.guest, data)
    payload = stage.discord.interactions.payload(press, data)
    of_nobody = {key: value for key, value in payload.items() if key != "member"}
    parts: list[Wire] = [
        {"type": 1, "data": "x"},
        {"type": 2, "data": [1]},
        {"member": None},
        {"id": []},
        {"channel": {}},
    ]
    for odd in [of_nobody, *(payload | each for each in parts)] * 2:
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
