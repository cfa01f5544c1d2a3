"""Months of presses and edits leave nothing behind: what is kept is counted before and after many of them.

Measured with the whole bot over real sockets: the running tasks, and the objects of discord.py and discarr.
The loopback servers, which remember everything on purpose, are left out. Dozens say as much as the 10,000 of a month:
what each one leaves behind is a whole number, and 0 of 30 is 0 of any.
"""

import asyncio
import gc
import itertools
from collections.abc import Awaitable, Callable

from discarr.demo.arr.items import DOWNLOADING, PAUSED
from discarr.demo.arr.situations import downloading, failed
from tests.stage import BROWSE, Stage, buttons_of, film
from tests.virtual_time import jumping

pytestmark = jumping

MANY = 30


def objects() -> int:
    """How many objects of discord.py and of discarr there are, its servers' left out."""
    gc.collect()
    modules = (str(type(each).__module__) for each in gc.get_objects())
    return sum(name.startswith(("discord.", "discarr.")) and not name.startswith("discarr.demo") for name in modules)


async def leaves_nothing(act: Callable[[int], Awaitable[None]]) -> None:
    """Do it many times, and see that nothing of it is left."""
    await act(15)  # caches and pools are filled by the first ones
    tasks, count = len(asyncio.all_tasks()), objects()
    await act(MANY)
    assert len(asyncio.all_tasks()) <= tasks
    assert objects() - count < MANY / 2, "no more than one generation of 20 rows, which may be on its way"


async def test_edits_leave_nothing_behind(stage: Stage) -> None:
    stage.settings |= {"CHECK_INTERVAL": "5", "HEALTH_CHECK_INTERVAL": "3600"}
    stage.radarr.queue += [downloading(film(number)) for number in range(20)]
    await stage.up()
    await stage.passes(2)  # so that no read is under way when the tasks are counted
    items = itertools.cycle(stage.radarr.queue)

    async def edit(count: int) -> None:
        for item in itertools.islice(items, count):
            item.situation = PAUSED if item.situation == DOWNLOADING else DOWNLOADING
            await stage.passes(5)

    await leaves_nothing(edit)
    assert len([request for request in stage.edits if request.status == 200]) >= MANY


async def test_presses_and_forms_leave_nothing_behind(stage: Stage) -> None:
    stage.settings["CHECK_INTERVAL"] = "300"
    await stage.showing(*(downloading(film(number)) for number in range(12)), failed(film(20)))
    message, admin = int(stage.dashboard["id"]), stage.discord.admin
    cross = next(button["custom_id"] for button in buttons_of(stage.dashboard))
    [page] = (await stage.press(admin, BROWSE)).messages
    answers = {cross: 9, BROWSE: 4, "discarr:page:all:2": 7, "discarr:cleanup": 9, "discarr:old": 4}
    ids = itertools.cycle(answers)

    async def press(count: int) -> None:
        for id in itertools.islice(ids, count):
            on = int(page["id"]) if answers[id] == 7 else message
            pressed = await stage.discord.press_raw(admin, id, message_id=on)
            assert (await pressed.acknowledged())["type"] == answers[id]
            if pressed.modal:
                await (await stage.discord.submit(pressed, {"how": "leave"})).acknowledged()
        await stage.passes(5)

    await leaves_nothing(press)
