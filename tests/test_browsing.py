"""Browse: the whole queue in pages, privately, for everybody."""

import asyncio
import re

import pytest
from aiohttp import web

from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading, failed, paused
from discarr.demo.discord import Member, Press, Wire
from tests.approved import outage
from tests.stage import ALIEN, BROWSE, HARBOUR, HEAT, PRIVATE, Stage, buttons_of, film, text_of
from tests.support.phrases import EMPTY
from tests.virtual_time import jumping

pytestmark = jumping

SAY, UPDATE = 4, 7
"""How a press was answered: with a new message, or by changing the one it was made on."""


async def opened(stage: Stage, member: Member | None = None) -> Press:
    """A page opened from the dashboard."""
    press = await stage.press(member or stage.discord.guest, "discarr:browse")
    return press


async def turned(stage: Stage, member: Member, custom_id: str, message: Wire, *values: str) -> Press:
    """A button or the menu of this page, pressed."""
    press = await stage.discord.press(member, custom_id, message_id=int(message["id"]), values=values)
    await press.acknowledged()
    return press


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


@pytest.mark.parametrize(("count", "pages", "on_the_last"), [(1, 1, 1), (10, 1, 10), (11, 2, 1), (25, 3, 5)])
async def test_ten_to_a_page_each_with_its_cross(stage: Stage, count: int, pages: int, on_the_last: int) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(1, count + 1)))
    guest = stage.discord.guest
    first = (await opened(stage)).messages[0]
    page, seen = first, rows(first)

    for number in range(1, pages + 1):
        assert numbers(page) == [number, pages]
        crosses = [each["custom_id"] for each in buttons_of(page) if each.get("label", "").startswith("✖")]
        assert len(crosses) == len(set(crosses)) == len(rows(page))
        assert button(page, "◀").get("disabled", False) is (number == 1)
        assert button(page, "▶").get("disabled", False) is (number == pages)
        if number < pages:
            page = (await turned(stage, guest, button(page, "▶")["custom_id"], page)).messages[0]
            seen += rows(page)

    assert page["flags"] & PRIVATE
    assert len(rows(page)) == on_the_last
    assert [int(row.split()[0]) for row in seen] == list(range(1, count + 1))
    assert len(set(row.split(" ", 1)[1] for row in seen)) == count


async def test_with_nothing_in_the_queue_a_page_from_before_says_so(stage: Stage) -> None:
    item = downloading(HEAT)
    await stage.showing(item)
    page = (await opened(stage)).messages[0]
    stage.radarr.queue.remove(item)
    await stage.shows(EMPTY)

    again = (await turned(stage, stage.discord.guest, "discarr:page:all:1", page)).messages[0]

    assert (rows(again), numbers(again)) == ([], [1, 1])


async def test_five_thousand_downloads_have_five_hundred_pages(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "300"
    stage.radarr.queue += [downloading(film(number)) for number in range(5000)]
    await stage.up()
    assert stage.count(BROWSE) == 5000

    page = (await opened(stage)).messages[0]
    assert numbers(page) == [1, 500]
    last = await stage.discord.press_raw(stage.discord.guest, "discarr:page:all:500", message_id=int(page["id"]))
    await last.acknowledged()

    assert last.ack_seconds is not None and last.ack_seconds < 1
    assert [int(row.split()[0].replace(",", "")) for row in rows(last.messages[0])] == list(range(4991, 5001))


async def test_a_page_out_of_range_is_the_nearest_one(stage: Stage) -> None:
    items = [downloading(film(number)) for number in range(21)]
    await stage.showing(*items)
    page = (await opened(stage)).messages[0]
    second = (await turned(stage, stage.discord.guest, "discarr:page:all:2", page)).messages[0]
    next_id = button(second, "▶")["custom_id"]
    del stage.radarr.queue[5:]
    await stage.until(lambda: stage.count(BROWSE) == 5)

    now = (await turned(stage, stage.discord.guest, next_id, second)).messages[0]

    assert numbers(now) == [1, 1]
    assert len(rows(now)) == 5


async def test_the_menu_filters_by_attention_and_by_instance(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), failed(ALIEN), downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    guest = stage.discord.guest
    page = (await opened(stage)).messages[0]
    menu = buttons_of(page)[-1]
    assert [option["value"] for option in menu["options"]] == ["all", "attention", "health", "radarr", "sonarr"]
    found: dict[str, list[str]] = {}

    for value in ("attention", "radarr", "sonarr", "all"):
        page = (await turned(stage, guest, "discarr:filter", page, value)).messages[0]
        found[value] = sorted(row.split(" ", 1)[1] for row in rows(page))
        ticked = [option["value"] for option in buttons_of(page)[-1]["options"] if option.get("default")]
        assert ticked == [value]

    film_one, film_two, episode = "Alien (1979)", "Heat (1995)", "Harbour Lights S01E01 · Chapter 1"
    assert found == {
        "attention": [film_one],
        "radarr": [film_one, film_two],
        "sonarr": [episode],
        "all": [film_one, episode, film_two],
    }


async def test_a_filter_stays_while_the_pages_turn(stage: Stage) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(15)), failed(HEAT))
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.shows("Harbour")
    page = (await opened(stage)).messages[0]
    page = (await turned(stage, stage.discord.guest, "discarr:filter", page, "radarr")).messages[0]

    page = (await turned(stage, stage.discord.guest, button(page, "▶")["custom_id"], page)).messages[0]

    assert numbers(page) == [2, 2] and len(rows(page)) == 6
    assert [option["value"] for option in buttons_of(page)[-1]["options"] if option.get("default")] == ["radarr"]


async def test_a_page_says_how_old_its_data_is_also_of_an_instance_that_is_away(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(HARBOUR, episodes=HARBOUR.season(1, 1)))
    await stage.sonarr.stop()
    last_read = int(stage.clock.now().timestamp())
    await stage.shows(outage("nothing-listens", "Sonarr"))

    text = text_of((await opened(stage)).messages[0])

    radarr, sonarr = (int(found) for found in re.findall(r"(?:Radarr|Sonarr) [^*\n]*?<t:(\d+):t>", text)[:2])
    assert sonarr <= last_read < radarr
    assert outage("nothing-listens", "Sonarr") in text


@pytest.mark.parametrize(("takes", "named"), [(0, True), (1.5, True), (10, False)])
async def test_a_page_waits_for_its_titles_but_not_for_longer_than_discord(
    stage: Stage, takes: float, named: bool
) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(13)))
    page = (await opened(stage)).messages[0]
    stage.radarr.fault = slow("/movie/", takes)

    press = await turned(stage, stage.discord.guest, "discarr:page:all:2", page)

    assert press.ack_seconds is not None and press.ack_seconds < 2.5
    names = [re.fullmatch(r"\d+ Film \d{4} \(2020\)", row) is not None for row in rows(press.messages[0])]
    assert names == [named] * 3


async def test_a_page_that_was_asked_for_right_after_a_start_waits_for_the_first_read(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(HEAT))
    await stage.up()
    message = int(stage.dashboard["id"])
    await stage.stop()
    stage.radarr.fault = slow("/queue", 6)
    stage.start()
    await stage.discord.gateway.wait_connected()

    press = await stage.discord.press_raw(stage.discord.guest, "discarr:browse", message_id=message)
    await press.acknowledged()

    assert press.ack_seconds is not None and press.ack_seconds < 2.5


async def test_what_two_people_browse_does_not_disturb_the_other_nor_the_dashboard(stage: Stage) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(30)), failed(HEAT))
    await stage.passes(20)  # the second edit of a new process is over
    guest, admin = stage.discord.guest, stage.discord.admin
    dashboard = stage.dashboard
    mine, yours = await asyncio.gather(opened(stage, guest), opened(stage, admin))

    await turned(stage, guest, "discarr:page:all:2", mine.messages[0])
    await turned(stage, admin, "discarr:filter", yours.messages[0], "attention")

    assert numbers(mine.messages[0]) == [2, 4]
    assert rows(yours.messages[0]) == ["1 Heat (1995)"]
    assert stage.dashboard == dashboard


async def test_a_cross_on_a_page_opens_the_form_and_a_guests_does_not(stage: Stage) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(12)))
    for member, allowed in ((stage.discord.admin, True), (stage.discord.guest, False)):
        page = (await opened(stage, member)).messages[0]
        second = (await turned(stage, member, "discarr:page:all:2", page)).messages[0]
        press = await turned(stage, member, button(second, "✖ 11")["custom_id"], second)
        assert (press.modal is not None) is allowed
        if allowed:
            await stage.sent(press, "remove")

    assert len(stage.radarr.queue) == 11


async def test_a_page_of_fifteen_minutes_ago_opens_a_fresh_one(stage: Stage) -> None:
    await stage.showing(*(paused(film(number)) for number in range(12)))
    page = (await opened(stage)).messages[0]
    young = await turned(stage, stage.discord.guest, button(page, "▶")["custom_id"], page)
    await stage.passes(15 * 60 + 5)

    old = await turned(stage, stage.discord.guest, button(young.messages[0], "◀")["custom_id"], page)

    assert young.callback is not None and young.callback["type"] == UPDATE
    assert old.callback is not None and old.callback["type"] == SAY
    fresh = old.messages[0]
    assert fresh["id"] != page["id"] and fresh["flags"] & PRIVATE
    assert numbers(fresh) == [1, 2]


async def test_a_page_from_before_a_restart_turns(stage: Stage) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(12)))
    page = (await opened(stage)).messages[0]
    await stage.restart()

    second = await turned(stage, stage.discord.guest, button(page, "▶")["custom_id"], page)

    assert numbers(second.messages[0]) == [2, 2]


async def test_a_removed_row_is_on_no_page(stage: Stage) -> None:
    await stage.showing(*(downloading(film(number)) for number in range(12)))
    await stage.remove(stage.discord.admin, "Film 0003")

    page = (await opened(stage)).messages[0]

    assert numbers(page) == [1, 2]
    assert not [row for row in rows(page) if "Film 0003" in row]
