"""Browse: the whole queue in pages, privately, for everybody."""

import re

import pytest

from discarr.demo.arr import Item
from discarr.demo.arr.situations import downloading, failed, paused
from discarr.demo.discord import Wire
from tests.stage import ALIEN, BROWSE, HARBOUR, HEAT, PRIVATE, Stage, buttons_of, film, text_of
from tests.support.faults import only_for, slow


def rows(message: Wire) -> list[str]:
    return re.findall(r"(?m)^\*\*[\d,]+\*\* (.+)$", text_of(message))


def films(count: int) -> list[Item]:
    return [paused(film(number)) for number in range(1, count + 1)]


async def opened(stage: Stage) -> Wire:
    return (await stage.press(stage.discord.guest, BROWSE)).messages[0]


def turning(page: Wire, label: str) -> str:
    return next(str(each["custom_id"]) for each in buttons_of(page) if each.get("label") == label)


async def test_the_menu_filters_also_while_pages_turn_after_a_restart(stage: Stage) -> None:
    episode = downloading(HARBOUR, episodes=HARBOUR.season(1, 1))
    await stage.showing(*films(9), downloading(HEAT), failed(ALIEN), episode)
    await stage.passes(20)  # the second edit of a new process is over
    dashboard, page = stage.dashboard, await opened(stage)
    menu = buttons_of(page)[-1]
    assert [option["value"] for option in menu["options"]] == ["all", "attention", "health", "radarr", "sonarr"]
    found: dict[str, list[str]] = {}

    for value in ("attention", "sonarr", "all", "radarr"):
        page = (await stage.press(stage.discord.guest, "discarr:filter", value, on=page)).messages[0]
        found[value] = rows(page)
        assert [option["value"] for option in buttons_of(page)[-1]["options"] if option.get("default")] == [value]
    assert stage.dashboard == dashboard
    await stage.restart()
    second = (await stage.press(stage.discord.guest, turning(page, "▶"), on=page)).messages[0]

    assert found["attention"] == ["Alien (1979)"] and found["sonarr"] == ["Harbour Lights S01E01 · Chapter 1"]
    assert len(found["all"]) == 10 and found["sonarr"][0] not in found["radarr"]
    assert "2 of 2" in second["embeds"][0]["title"]
    assert len(rows(second)) == 1 and rows(second)[0] not in found["radarr"]


@pytest.mark.parametrize(("takes", "named"), [(1.5, True), (10, False)])
async def test_a_page_waits_for_titles_no_longer_than_discord(stage: Stage, takes: float, named: bool) -> None:
    await stage.showing(*films(13))
    page = await opened(stage)
    stage.radarr.fault = only_for("/movie/", slow(takes))

    press = await stage.press(stage.discord.guest, turning(page, "▶"), on=page)

    assert press.ack_seconds is not None and press.ack_seconds < 2.5
    assert [re.fullmatch(r"Film \d{4} \(2020\)", name) is not None for name in rows(press.messages[0])] == [named] * 3


async def test_a_page_of_fifteen_minutes_ago_opens_a_fresh_one(stage: Stage) -> None:
    await stage.showing(*films(12))
    guest, page = stage.discord.guest, await opened(stage)
    young = await stage.press(guest, turning(page, "▶"), on=page)
    await stage.passes(15 * 60 + 5)

    old = await stage.press(guest, turning(young.messages[0], "◀"), on=page)

    assert young.callback is not None and young.callback["type"] == 7, "it changes the message of the press"
    assert old.callback is not None and old.callback["type"] == 4, "it is another message"
    fresh = old.messages[0]
    assert fresh["id"] != page["id"] and fresh["flags"] & PRIVATE
