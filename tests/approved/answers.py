"""The private answers to presses, as the bot gives them between the loopback servers."""

from collections.abc import Iterator
from dataclasses import replace

from discarr.demo.arr.items import SABNZBD, Item
from discarr.demo.arr.situations import downloading, failed
from discarr.demo.discord import Press, Wire
from discarr.model.removal_mode import RemovalMode, RemovalResult, RemovalStatus
from discarr.view.custom_ids import AskRemove, Remove, custom_id, target_of
from discarr.view.removal_text import not_read_text, nothing_to_clean_up_text, removal_text
from tests.approved import SAMPLE as NAME
from tests.stage import ALIEN, HEAT, Stage, film
from tests.support.builders import OUTAGE, SONARR, download, queue, snapshot
from tests.support.faults import answering, on


async def entries() -> dict[str, str]:
    """Each by its key."""
    async with Stage() as stage:
        await stage.showing(downloading(HEAT))
        told = await _to_presses(stage) | await _to_forms(stage) | await _to_clean_up(stage)
    return {f"answer/{key}": text for key, text in {**told, **dict(_unread()), **dict(_started())}.items()}


async def _to_presses(stage: Stage) -> dict[str, str]:
    admin, guest, message = stage.discord.admin, stage.discord.guest, int(stage.dashboard["id"])
    told = {
        "may-not": await _said(await stage.ask(guest, NAME)),
        "outdated": await _said(await stage.discord.press_raw(admin, "discarr:other", message_id=message)),
        "nothing-to-clean-up": await _said(await stage.discord.press_raw(admin, "discarr:cleanup", message_id=message)),
        "gone": await _said(
            await stage.discord.press_raw(admin, custom_id(AskRemove(target_of(download(9)))), message_id=message)
        ),
    }
    await (await stage.discord.press(admin, "discarr:refresh")).acknowledged()
    await stage.passes(10)
    told["wait"] = await _said(await stage.discord.press(admin, "discarr:refresh"))
    return told


async def _to_forms(stage: Stage) -> dict[str, str]:
    admin = stage.discord.admin
    told = {"left-alone": (await stage.remove(admin, NAME, "leave"))["content"]}
    for how in RemovalMode:
        await _fresh(stage, downloading(HEAT))
        told[f"removed-{how}"] = (await stage.remove(admin, NAME, how))["content"]
    item = await _fresh(stage, downloading(HEAT, client=SABNZBD))
    opened = await stage.ask(admin, NAME)
    assert opened.modal is not None
    told["cannot"] = await _said(await stage.discord.submit(_by_hand(opened.modal["custom_id"]), member=admin))
    told["no-instance"] = await _said(
        await stage.discord.submit(_by_hand(custom_id(Remove(target_of(download(9, instance="lidarr"))))), member=admin)
    )
    stage.radarr.fault = on("DELETE", answering(500))
    told["failed"] = (await stage.sent(opened, "remove"))["content"]
    stage.radarr.fault = None
    opened = await stage.ask(admin, NAME)
    stage.radarr.queue.remove(item)
    told["absent"] = (await stage.sent(opened, "remove"))["content"]
    item = await _fresh(stage, downloading(HEAT))
    opened = await stage.ask(admin, NAME)
    stage.radarr.finish(item)
    told["finished"] = (await stage.sent(opened, "remove"))["content"]
    return told


async def _to_clean_up(stage: Stage) -> dict[str, str]:
    gone, absent = failed(ALIEN), failed(film(1))
    await _fresh(stage, failed(HEAT), gone, absent)
    opened = await stage.discord.press(stage.discord.admin, "discarr:cleanup")
    await opened.acknowledged()
    stage.radarr.finish(gone)
    stage.radarr.queue.remove(absent)
    form = await stage.discord.submit(opened, {})
    await form.acknowledged()
    await stage.until(lambda: form.messages and "3 of 3" in form.messages[0]["content"])
    return {"clean-up": form.messages[0]["content"]}


async def _fresh(stage: Stage, *items: Item) -> Item:
    """The app has these after it had nothing, and the bot has read both."""
    for now in ((), items):
        stage.radarr.queue[:] = now
        await stage.passes(70)
    return items[0]


def _by_hand(custom_id: str) -> Wire:
    """A form that asks for what it does not offer."""
    options = [{"value": "category", "default": True}]
    radio = {"type": 21, "id": 2, "custom_id": "how", "required": False, "options": options}
    return {"custom_id": custom_id, "components": [{"type": 18, "id": 1, "component": radio}]}


async def _said(press: Press) -> str:
    return str((await press.answered(300))["content"])


def _unread() -> Iterator[tuple[str, str]]:
    unread = queue(read_at=None)
    yield "nothing-to-clean-up-without", nothing_to_clean_up_text(snapshot(unread, queue(instance=SONARR)))
    yield "not-read", not_read_text(unread)
    yield "not-read-in-an-outage", not_read_text(replace(unread, outage=OUTAGE))


def _started() -> Iterator[tuple[str, str]]:
    for status in (RemovalStatus.STARTED, RemovalStatus.HANDED_OVER):
        result = RemovalResult(status, RemovalMode.REMOVE, "Radarr", NAME)
        yield status.name.lower().replace("_", "-"), removal_text(result)
