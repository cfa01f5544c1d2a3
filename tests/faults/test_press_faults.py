"""Presses while Discord, or what answers in its place, is in trouble: done once if they were taken, else not at all."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Press, discord_error
from tests.faults.tools import said
from tests.stage import ALIEN, HEAT, REFRESH, Stage
from tests.support.discord_faults import CALLBACK, UNREADABLE
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
    "403": lambda: discord_error(403, 50013, "Missing Permissions"),
    "500": lambda: discord_error(500, 0, "500: Internal Server Error"),
    "a block page": lambda: web.Response(status=403, text="<html>Blocked</html>", content_type="text/html"),
    "unreadable": lambda: web.Response(status=400, body=b"7", headers={"Content-Type": "application/json"}),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_press_that_discord_refuses_is_not_done_and_said_once(
    refusal: Callable[[], web.Response], stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    form = await opened(stage)

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return refusal() if (request.method, route) == CALLBACK else None

    stage.discord.fault = fault
    for _ in range(3):
        await stage.discord.submit(form, {"how": "remove"})
        await stage.discord.press(stage.discord.guest, REFRESH)
        await stage.passes(40)

    assert stage.removals() == [] and stage.radarr.commands == []
    assert len(said(caplog, "WARNING", "ERROR")) == 1
    assert [record.name for record in caplog.records if record.exc_info] == []


ODD: dict[str, dict[str, Any]] = {
    "a list in place of its data": {"type": 2, "data": [1]},
    "a text in place of its data": {"type": 1, "data": "x"},
    "nobody who pressed": {"member": None},
    "an id of a wrong type": {"id": []},
    "no channel": {"channel": {}},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD)
async def test_a_press_that_cannot_be_read_disturbs_nothing(
    changes: dict[str, Any], stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(stage)
    data = {"custom_id": REFRESH, "component_type": 2}
    press = stage.discord.interactions.new(stage.discord.guest, data)
    payload = stage.discord.interactions.payload(press, data)
    nobody = {key: value for key, value in payload.items() if key != "member"}
    for _ in range(2):
        await stage.discord.gateway.send("INTERACTION_CREATE", payload | changes)
        await stage.discord.gateway.send(
            "INTERACTION_CREATE", nobody | {"data": data | {"custom_id": "discarr:cleanup"}}
        )
    await stage.passes(20)

    assert len(said(caplog, "WARNING", "ERROR")) <= 1
    assert [record.name for record in caplog.records if record.exc_info] == []
