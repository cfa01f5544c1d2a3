"""However often and by however many a removal is asked for, each download is removed once."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Press, Wire, discord_error, submitted
from tests.approved import approved
from tests.faults.tools import answered
from tests.stage import ALIEN, BROWSE, HEAT, Gate, Stage, buttons_of, film
from tests.support.discord_faults import CALLBACK
from tests.support.phrases import EMPTY
from tests.virtual_time import jumping

pytestmark = jumping

DONE = approved("answer/removed-remove").rpartition("**")[2]
GONE = approved("answer/gone")


def counted(answers: list[Wire]) -> Mapping[str, int]:
    """How many were answered what."""
    texts = [answer["content"] for answer in answers]
    return Counter("done" if DONE in text else "gone" if GONE in text else text for text in texts)


async def test_a_double_press_and_an_interaction_delivered_twice_remove_once(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    stage.radarr.fault = gate = Gate("DELETE")
    opened = [await stage.ask(stage.discord.admin, "Heat (1995)") for _ in range(2)]

    forms = [await stage.discord.submit(each, {"how": "remove"}) for each in opened]
    assert opened[0].modal is not None
    again = stage.discord.interactions.payload(forms[0], submitted(opened[0].modal, {"how": "remove"}))
    await stage.discord.gateway.send("INTERACTION_CREATE", again)
    await gate.arrived.wait()
    await stage.passes(5)
    gate.opened.set()

    assert counted([await form.answered() for form in forms]) == {"done": 1, "gone": 1}
    assert [len(form.messages) for form in forms] == [1, 1]
    assert len(stage.removals()) == 1


async def test_who_comes_later_with_an_open_form_is_answered_that_it_is_gone(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    late = await stage.ask(stage.discord.moderator, "Heat (1995)")
    await stage.remove(stage.discord.admin, "Heat (1995)")
    await stage.passes(300)

    assert GONE in (await stage.sent(late, "block"))["content"]
    assert len(stage.removals()) == 1


async def test_a_failed_removal_is_reported_to_everybody_and_can_be_tried_again(stage: Stage) -> None:
    item = downloading(HEAT, client_error="Connection refused")
    await stage.showing(item)
    opened = [await stage.ask(person, "Heat (1995)") for person in (stage.discord.admin, stage.discord.moderator)]
    answers = await asyncio.gather(*(stage.sent(each, "remove") for each in opened))
    assert counted(list(answers)) == {approved("answer/failed"): 2}
    assert len(stage.removals()) == 1

    item.client_error = None
    await stage.passes(10)

    assert DONE in (await stage.remove(stage.discord.admin, "Heat (1995)"))["content"]


async def test_three_people_with_twelve_presses_each_send_one_delete_for_each_download(stage: Stage) -> None:
    stage.settings["REMOVE_USER_IDS"] = str(stage.discord.guest.id)
    await stage.showing(*(downloading(film(number)) for number in range(12)))
    message = int(stage.dashboard["id"])
    crosses: set[str] = set()
    for page in (BROWSE, "discarr:page:all:2"):
        press = await stage.discord.press_raw(stage.discord.admin, page, message_id=message)
        ids = [button["custom_id"] for button in buttons_of(await press.answered())]
        crosses |= {custom_id for custom_id in ids if custom_id.startswith("discarr:remove:")}
    assert len(crosses) == 12

    async def one(press: Press) -> Wire:
        await press.acknowledged()
        return await stage.sent(press, "remove")

    people = stage.discord.admin, stage.discord.moderator, stage.discord.guest
    presses = [
        await stage.discord.press_raw(person, custom_id, message_id=message)
        for custom_id in sorted(crosses)
        for person in people
    ]
    answers = await asyncio.gather(*map(one, presses))

    assert counted(list(answers)) == {"done": 12, "gone": 24}
    assert len({delete.path for delete in stage.removals()}) == len(stage.removals()) == 12
    await stage.shows(EMPTY)


async def test_a_press_that_discord_no_longer_knows_removes_nothing(stage: Stage) -> None:
    """The person has seen that it failed: what they do not expect must not happen."""
    await stage.showing(downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    stage.discord.fault = answered(lambda _: discord_error(404, 10062, "Unknown interaction"), CALLBACK)

    await stage.discord.submit(opened, {"how": "remove"})
    await stage.passes(60)

    assert stage.removals() == []
    assert "** Heat (1995)" in stage.text
