"""From the ✖ to the answer: once, whoever presses, and whatever the app does meanwhile.

What each form offers and says is proved in tests/test_removal_mode.py and tests/test_buttons_and_modals.py, when a row
is hidden in tests/test_removals.py.
"""

import asyncio

import pytest

from discarr.demo.arr.situations import downloading
from discarr.demo.discord import submitted
from discarr.view.text import amount
from tests.approved import approved
from tests.stage import ALIEN, CLEAN_UP, DUNE, HARBOUR, HEAT, Gate, Stage
from tests.support.faults import hanging
from tests.support.phrases import REMOVING

NAME = "Heat (1995)"
GONE = approved("answer/gone")
DONE = approved("answer/removed-remove")


async def test_a_row_stays_if_a_removal_fails_and_is_gone_before_the_answer_if_it_works(stage: Stage) -> None:
    """The dashboard and the log say who removed it, and nothing says what the app says."""
    secrets = ("d15ca44000000000000000000000001a", "hunter2", "qbittorrent.lan")
    refusal = f"Couldn't connect to http://user:{secrets[1]}@{secrets[2]}:8080/api?apikey={secrets[0]}"
    stage.log.set_level("DEBUG", "discarr")
    heat, alien, admin = downloading(HEAT, client_error=refusal), downloading(ALIEN), stage.discord.admin
    await stage.showing(heat, alien)
    opened = await stage.ask(admin, NAME)
    assert (await stage.sent(opened, "remove"))["content"] == approved("answer/failed")
    stage.radarr.fault = Gate("DELETE")
    form = await stage.discord.submit(opened, {"how": "remove"})
    await stage.shows(REMOVING)
    assert approved("outage/no-answer") in (await form.answered(14 * 60))["content"], "within the answer's life"
    await stage.lacks(REMOVING)
    assert f"** {NAME}" in stage.text
    everything = f"{stage.discord.messages} {[each.body for each in stage.discord.requests]} {stage.log.text}"
    assert [secret for secret in secrets if secret in everything] == []

    stage.radarr.fault = heat.client_error = None
    assert (await stage.sent(opened, "search"))["content"] == approved("answer/removed-search")
    await stage.lacks("** Heat")
    assert approved("removed/search").partition("<@")[0] + f"<@{admin.id}>" in stage.text
    assert any(str(admin.id) in text and "Heat" in text for text in stage.said("INFO"))

    custom_id, message = stage.cross("Alien (1979)"), int(stage.dashboard["id"])
    opened = await stage.ask(admin, "Alien (1979)")
    stage.radarr.finish(alien)
    assert (await stage.sent(opened, "remove"))["content"] == approved("answer/finished", "Alien (1979)")
    await stage.lacks("** Alien")
    press = await stage.discord.press_raw(admin, custom_id, message_id=message)
    assert ((await press.answered())["content"], press.modal) == (GONE, None), "without a form"


async def test_a_slow_delete_is_sent_once_for_a_double_press_delivered_twice(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    stage.radarr.fault = gate = Gate("DELETE")
    opened = [await stage.ask(stage.discord.admin, NAME) for _ in range(2)]

    forms = [await stage.discord.submit(each, {"how": "remove"}) for each in opened]
    assert opened[0].modal is not None
    again = stage.discord.interactions.payload(forms[0], submitted(opened[0].modal, {"how": "remove"}))
    await stage.discord.gateway.send("INTERACTION_CREATE", again)
    await gate.arrived.wait()
    await stage.shows(REMOVING)
    with pytest.raises(LookupError, match="can press no"):
        await stage.ask(stage.discord.admin, NAME)
    await stage.passes(80)
    assert [form.messages[0]["content"] for form in forms] == ["", ""]
    gate.opened.set()

    assert {(await form.answered())["content"] for form in forms} == {DONE, f"**{NAME}**: {GONE}"}
    for form in forms:
        assert len(form.messages) == 1
        assert form.ack_seconds is not None and form.ack_seconds < 1
    assert len(stage.removals()) == 1


@pytest.mark.parametrize("wait", [0, 31])
async def test_a_download_whose_queue_ids_have_changed_is_found_again_or_stays_shown(wait: float, stage: Stage) -> None:
    season = HARBOUR.season(2, 2)
    item = downloading(HARBOUR, episodes=season[:1])
    await stage.showing(item, downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Harbour Lights")
    item.episodes = season[1:]
    await stage.passes(wait)

    await stage.sent(opened, "remove")
    await stage.passes(45)

    assert stage.sonarr.queue == [] or (wait == 0 and "Harbour Lights" in stage.text)
    assert len(stage.radarr.queue) == 1 and stage.removals(stage.radarr) == []


async def test_buttons_and_forms_outlive_a_restart_and_nothing_is_gone_before_a_read(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(DUNE, size=9_300_000_000))
    opened = await stage.ask(stage.discord.admin, NAME)
    cross, message = stage.cross("Dune (2021)"), int(stage.dashboard["id"])
    stage.radarr.fault = hanging(asyncio.Event())
    await stage.restart(until_edited=False)
    early = await stage.discord.press_raw(stage.discord.admin, cross, message_id=message)
    clean_up = await stage.discord.press_raw(stage.discord.admin, CLEAN_UP, message_id=message)
    answers = [await stage.sent(opened, "remove"), await early.answered()]
    stage.radarr.fault = None
    await stage.restart(until_edited=False)
    press = await stage.discord.press_raw(stage.discord.admin, cross, message_id=message)
    await press.acknowledged()

    assert [answer["content"] for answer in answers if GONE in answer["content"]] == []
    assert (await clean_up.answered())["content"] == approved("answer/nothing-to-clean-up-without")
    assert press.modal is not None and "Radarr" in press.modal["title"]
    for part in ("**Dune (2021)**", amount(9_300_000_000), "Dune.2021.1080p"):
        assert part in str(press.modal["components"])
    await stage.sent(press, "remove")
    await stage.sent(opened, "remove")
    assert stage.radarr.queue == []
