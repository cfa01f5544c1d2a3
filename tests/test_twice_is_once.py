"""However often and by however many a removal is asked for, each download is removed once."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Press, Wire, submitted
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, HEAT, Gate, Stage, buttons_of, film
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
