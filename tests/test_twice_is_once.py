"""However often and by however many a removal is asked for, each download is removed once."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from aiohttp import web

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Press, discord_error, submitted
from tests.approved import approved
from tests.phrases import EMPTY
from tests.stage import ALIEN, HEAT, Gate, Stage, film
from tests.virtual_time import jumping

pytestmark = jumping

DONE = approved("answer/removed-remove").rpartition("**")[2]
GONE = approved("answer/gone")


def said(answers: list[str]) -> Mapping[str, int]:
    """How many were told what."""
    return Counter("done" if DONE in text else "gone" if GONE in text else text for text in answers)


async def test_a_double_press_by_one_person_removes_once(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    stage.radarr.fault = gate = Gate("DELETE")
    opened = [await stage.ask(stage.discord.admin, "Heat (1995)") for _ in range(2)]

    forms = [await stage.discord.submit(each, {"how": "remove"}) for each in opened]
    await gate.arrived.wait()
    gate.opened.set()
    answers = [(await form.answered())["content"] for form in forms]

    assert said(answers) == {"done": 1, "gone": 1}
    assert len(stage.removals()) == 1


async def test_two_people_at_once_remove_once(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    people = stage.discord.admin, stage.discord.moderator
    opened = [await stage.ask(person, "Heat (1995)") for person in people]

    answers = await asyncio.gather(*(stage.sent(each, "remove") for each in opened))

    assert said([answer["content"] for answer in answers]) == {"done": 1, "gone": 1}
    assert len(stage.removals()) == 1


async def test_who_comes_later_with_an_open_form_is_told_that_it_is_gone(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    late = await stage.ask(stage.discord.moderator, "Heat (1995)")
    await stage.remove(stage.discord.admin, "Heat (1995)")
    await stage.passes(300)

    answer = await stage.sent(late, "block")

    assert GONE in answer["content"]
    assert len(stage.removals()) == 1


async def test_a_failed_removal_is_told_to_everybody_and_can_be_tried_again(stage: Stage) -> None:
    item = downloading(HEAT, client_error="Connection refused")
    await stage.showing(item)
    people = stage.discord.admin, stage.discord.moderator
    opened = [await stage.ask(person, "Heat (1995)") for person in people]
    answers = await asyncio.gather(*(stage.sent(each, "remove") for each in opened))
    assert {answer["content"] for answer in answers} == {approved("answer/failed")}
    assert len(stage.removals()) == 1

    item.client_error = None
    await stage.passes(10)

    assert DONE in (await stage.remove(stage.discord.admin, "Heat (1995)"))["content"]


async def test_three_people_with_twenty_presses_each_send_one_delete_for_each_download(stage: Stage) -> None:
    stage.settings["REMOVE_USER_IDS"] = str(stage.discord.guest.id)
    await stage.showing(*(downloading(film(number)) for number in range(20)))
    book = await stage.discord.press(stage.discord.admin, "discarr:browse")
    await book.acknowledged()
    ids = [button["custom_id"] for row in book.messages[0]["components"] for button in row["components"]]
    second = await stage.discord.press(stage.discord.admin, "discarr:page:all:2")
    await second.acknowledged()
    ids += [button["custom_id"] for row in second.messages[0]["components"] for button in row["components"]]
    crosses = [custom_id for custom_id in ids if custom_id.startswith("discarr:remove:")]
    assert len(set(crosses)) == 20
    message = int(stage.dashboard["id"])

    async def one(press: Press) -> str:
        await press.acknowledged()
        return str((await stage.sent(press, "remove"))["content"])

    people = stage.discord.admin, stage.discord.moderator, stage.discord.guest
    presses = [
        await stage.discord.press_raw(person, custom_id, message_id=message)
        for custom_id in crosses
        for person in people
    ]
    answers = await asyncio.gather(*map(one, presses))

    assert said(list(answers)) == {"done": 20, "gone": 40}
    assert Counter(delete.path for delete in stage.removals()).most_common(1)[0][1] == 1
    assert len(stage.removals()) == 20
    await stage.shows(EMPTY)


async def test_the_same_interaction_delivered_twice_removes_once(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    assert opened.modal is not None
    stage.radarr.fault = gate = Gate("DELETE")
    form = await stage.discord.submit(opened, {"how": "remove"})
    again = stage.discord.interactions.payload(form, submitted(opened.modal, {"how": "remove"}))

    await stage.discord.gateway.send("INTERACTION_CREATE", again)
    await gate.arrived.wait()
    await stage.passes(5)
    gate.opened.set()
    answer = await form.answered()

    assert DONE in answer["content"]
    assert (len(form.messages), len(stage.removals())) == (1, 1)


async def test_a_press_that_discord_no_longer_knows_removes_nothing(stage: Stage) -> None:
    """The person was told that it failed: what they do not expect must not happen."""

    async def too_late(request: web.Request, route: str) -> web.StreamResponse | None:
        return discord_error(404, 10062, "Unknown interaction") if route.endswith("/callback") else None

    await stage.showing(downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    stage.discord.fault = too_late

    await stage.discord.submit(opened, {"how": "remove"})
    await stage.passes(60)

    assert stage.removals() == []
    assert "** Heat (1995)" in stage.text
