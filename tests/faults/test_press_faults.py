"""Presses while Discord, or what answers in its place, is in trouble: done once if they were taken, else not at all."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Press, discord_error
from discarr.demo.discord.faults import CALLBACK, UNREADABLE
from tests.faults.tools import answered, said
from tests.stage import ALIEN, CLEAN_UP, HEAT, REFRESH, Stage
from tests.virtual_time import jumping

pytestmark = jumping

ORIGINAL = ("PATCH", "/webhooks/{application}/{token}/messages/{message}")
ANSWERS = [(CALLBACK, body) for body in (b"[]", b"{}", b"null", b"7", b'{"interaction": {"id": null}}')]
ANSWERS += [(ORIGINAL, body) for body in (*UNREADABLE.values(), b"", b'{"id": "1"}')]


async def opened(stage: Stage) -> Press:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    return await stage.ask(stage.discord.admin, "Heat (1995)")


def taken(stage: Stage, body: bytes, call: tuple[str, str]) -> Callable[[web.Request, str], Awaitable[Any]]:
    """Do what is asked, and answer with this."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        if (request.method, route) != call:
            return None
        if call == CALLBACK:
            press = stage.discord.interactions.find(int(request.match_info["interaction"]))
            assert press is not None
            stage.discord.interactions.acknowledge(press, await request.json())
        return web.Response(body=body, headers={"Content-Type": "application/json"})

    return fault


@pytest.mark.parametrize(("call", "body"), ANSWERS, ids=range(len(ANSWERS)))
async def test_a_press_that_discord_took_is_done_whatever_it_answers(
    call: tuple[str, str], body: bytes, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    form = await opened(stage)
    stage.discord.fault = taken(stage, body, call)

    await stage.discord.submit(form, {"how": "remove"})
    await stage.until(lambda: stage.removals())
    await stage.passes(30)

    assert len(stage.removals()) == 1
    assert len(said(caplog, "WARNING", "ERROR")) <= 1 and "Traceback" not in caplog.text
    assert [record.name for record in caplog.records if record.exc_info] == []


REFUSALS = {
    "403": lambda _: discord_error(403, 50013, "Missing Permissions"),
    "500": lambda _: discord_error(500, 0, "500: Internal Server Error"),
    "a block page": lambda _: web.Response(status=403, text="<html>Blocked</html>", content_type="text/html"),
    "unreadable": lambda _: web.Response(status=400, body=b"7", headers={"Content-Type": "application/json"}),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_press_that_discord_refuses_is_not_done_and_said_once(
    refusal: Callable[[web.Request], web.Response], stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    form = await opened(stage)

    stage.discord.fault = answered(refusal, CALLBACK)
    for _ in range(3):
        await stage.discord.submit(form, {"how": "remove"})
        await stage.discord.press(stage.discord.guest, REFRESH)
        await stage.passes(40)

    assert stage.removals() == [] and stage.radarr.commands == []
    assert len(said(caplog, "WARNING", "ERROR")) == 1
    assert [record.name for record in caplog.records if record.exc_info] == []


ODD: list[dict[str, Any]] = [
    {"type": 2, "data": [1]},
    {"type": 1, "data": "x"},
    {"member": None},
    {"id": []},
    {"channel": {}},
]


async def test_presses_that_cannot_be_read_disturb_nothing(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
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

    assert len(said(caplog, "WARNING", "ERROR")) <= 1
    assert [record.name for record in caplog.records if record.exc_info] == []
