"""Browse: the whole queue in pages, privately, for everybody."""

import asyncio
import re

import pytest
from aiohttp import web

from discarr.demo.arr import Item
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading, failed, paused
from discarr.demo.discord import Member, Wire
from tests.stage import ALIEN, BROWSE, HARBOUR, HEAT, PRIVATE, Stage, buttons_of, film, text_of

SAY, UPDATE = 4, 7
"""How a press was answered: with a new message, or by changing the one it was made on."""


async def opened(stage: Stage, member: Member | None = None) -> Wire:
    """A page opened from the dashboard."""
    return (await stage.press(member or stage.discord.guest, BROWSE)).messages[0]


async def turned(stage: Stage, custom_id: str, page: Wire, *values: str, by: Member | None = None) -> Wire:
    """The page after a button or the menu of this one was pressed."""
    return (await stage.press(by or stage.discord.guest, custom_id, *values, on=page)).messages[0]


def button(message: Wire, label: str) -> Wire:
    """The button of this label."""
    return next(each for each in buttons_of(message) if each.get("label") == label)


def slow(path: str, seconds: float) -> Fault:
    """What has this in its path takes so long."""

    async def fault(request: web.Request) -> web.StreamResponse | None:
        if path in request.path:
            await asyncio.sleep(seconds)
        return None

    return fault


def rows(message: Wire) -> list[str]:
    """The numbers and names of the rows."""
    return [f"{number} {name}" for number, name in re.findall(r"(?m)^\*\*([\d,]+)\*\* (.+)$", text_of(message))]


def numbers(message: Wire) -> list[int]:
    """The number of the page, and how many there are."""
    return [int(number) for number in re.findall(r"\d+", message["embeds"][0]["title"])[:2]]


def films(count: int) -> list[Item]:
    return [downloading(film(number)) for number in range(1, count + 1)]


def ticked(message: Wire) -> list[str]:
    """What the menu shows as chosen."""
    return [option["value"] for option in buttons_of(message)[-1]["options"] if option.get("default")]


async def test_the_menu_filters_by_attention_and_by_instance_also_while_pages_turn_after_a_restart(
    stage: Stage,
) -> None:
    episode = downloading(HARBOUR, episodes=HARBOUR.season(1, 1))
    await stage.showing(*films(9), downloading(HEAT), failed(ALIEN), episode)
    await stage.passes(20)  # the second edit of a new process is over
    dashboard, page = stage.dashboard, await opened(stage)
    menu = buttons_of(page)[-1]
    assert [option["value"] for option in menu["options"]] == ["all", "attention", "health", "radarr", "sonarr"]
    found: dict[str, list[str]] = {}

    for value in ("attention", "sonarr", "all", "radarr"):
        page = await turned(stage, "discarr:filter", page, value)
        found[value] = [row.split(" ", 1)[1] for row in rows(page)]
        assert ticked(page) == [value]
    assert stage.dashboard == dashboard
    await stage.restart()
    second = await turned(stage, button(page, "▶")["custom_id"], page)

    assert found["attention"] == ["Alien (1979)"] and found["sonarr"] == ["Harbour Lights S01E01 · Chapter 1"]
    assert len(found["all"]) == 10 and found["sonarr"][0] not in found["radarr"]
    assert (numbers(second), len(rows(second)), ticked(second)) == ([2, 2], 1, ["radarr"])


@pytest.mark.parametrize(("takes", "named"), [(1.5, True), (10, False)])
async def test_a_page_waits_for_its_titles_but_not_for_longer_than_discord(
    stage: Stage, takes: float, named: bool
) -> None:
    await stage.showing(*films(13))
    page = await opened(stage)
    stage.radarr.fault = slow("/movie/", takes)

    press = await stage.press(stage.discord.guest, "discarr:page:all:2", on=page)

    assert press.ack_seconds is not None and press.ack_seconds < 2.5
    names = [re.fullmatch(r"\d+ Film \d{4} \(2020\)", row) is not None for row in rows(press.messages[0])]
    assert names == [named] * 3


async def test_a_page_that_was_asked_for_right_after_a_start_waits_for_the_first_read(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    message = int(stage.dashboard["id"])
    stage.radarr.fault = slow("/queue", 6)
    await stage.restart(until_edited=False)

    press = await stage.discord.press_raw(stage.discord.guest, BROWSE, message_id=message)
    await press.acknowledged()

    assert press.ack_seconds is not None and press.ack_seconds < 2.5


async def test_a_cross_on_a_page_opens_the_form_but_not_for_a_guest_and_the_row_is_on_no_page_then(
    stage: Stage,
) -> None:
    await stage.showing(*films(12))
    guest, admin = stage.discord.guest, stage.discord.admin
    first = await opened(stage, guest), await opened(stage, admin)
    for member, page, allowed in ((guest, first[0], False), (admin, first[1], True)):
        second = await turned(stage, "discarr:page:all:2", page, by=member)
        cross = next(button for button in buttons_of(second) if button["label"] == "✖ 11")
        press = await stage.press(member, cross["custom_id"], on=second)
        assert (press.modal is not None) is allowed
    removed = rows(second)[0].partition(" ")[2]
    await stage.sent(press, "remove")
    page = await opened(stage)

    assert len(stage.radarr.queue) == 11 and numbers(page) == [1, 2]
    assert removed not in text_of(page) + text_of(await turned(stage, "discarr:page:all:2", page))


async def test_a_page_of_fifteen_minutes_ago_opens_a_fresh_one(stage: Stage) -> None:
    await stage.showing(*(paused(film(number)) for number in range(12)))
    guest, page = stage.discord.guest, await opened(stage)
    young = await stage.press(guest, button(page, "▶")["custom_id"], on=page)
    await stage.passes(15 * 60 + 5)

    old = await stage.press(guest, button(young.messages[0], "◀")["custom_id"], on=page)

    assert young.callback is not None and young.callback["type"] == UPDATE
    assert old.callback is not None and old.callback["type"] == SAY
    fresh = old.messages[0]
    assert fresh["id"] != page["id"] and fresh["flags"] & PRIVATE
    assert numbers(fresh) == [1, 2]
