"""Presses of other versions, made by hand, or made elsewhere: a sentence or nothing, and never a removal."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from discarr.demo.arr.items import SABNZBD
from discarr.demo.arr.situations import downloading, failed
from discarr.demo.discord import Member, Press, Wire
from tests.approved import approved
from tests.stage import ALIEN, DUNE, HARBOUR, HEAT, PRIVATE, Stage, buttons_of
from tests.virtual_time import jumping

pytestmark = jumping

DIGITS = "deadbeef0123:0123deadbeef"
"""What names a download in the right form, and is none that is there."""
OUTDATED = [
    "discarr:",
    "discarr::",
    "discarr:v1:remove:radarr:1",
    "discarr:v2:refresh",
    "discarr:removeall",
    "discarr:remove",
    "discarr:remove:",
    "discarr:remove:radarr",
    "discarr:remove:radarr:",
    "discarr:remove:radarr:-1",
    "discarr:remove:radarr:1.5",
    "discarr:remove:radarr:1e9",
    "discarr:remove:radarr:0x1",
    "discarr:remove:radarr:" + "1" * 70,
    "discarr:remove:radarr:deadbeef0123",
    f"discarr:remove:radarr:{DIGITS} ",
    f"discarr:remove:radarr: {DIGITS}",
    f"discarr:remove:radarr:{DIGITS}\n",
    f"discarr:remove:radarr:{DIGITS}0",
    f"discarr:remove:radarr:{DIGITS}:1",
    f"discarr:remove:radarr:{DIGITS.upper()}",
    f"discarr:remove:radarr:{DIGITS[:-1]}\N{ARABIC-INDIC DIGIT ONE}",
    f"discarr:remove:RADARR:{DIGITS}",
    f"discarr:remove:../radarr:{DIGITS}",
    f"discarr:remove:radarr/..:{DIGITS}",
    f"discarr:remove:radarr:{DIGITS}?removeFromClient=true"[:100],
    f"discarr:remove::{DIGITS}",
    "discarr:form:radarr:1",
    f"discarr:form:radarr:{DIGITS[1:]}",
    "discarr:page",
    "discarr:page:all",
    "discarr:page:all:-1",
    "discarr:page:all:one",
    "discarr:page:all:1234567",
    "discarr:page:ALL:1",
    "discarr:browse:1",
    "discarr:cleanup:all",
    "discarr:cleanup-form:1",
    "discarr:REFRESH",
    "discarr:filter:all",
    "discarr:\N{RIGHT-TO-LEFT OVERRIDE}refresh",
    "discarr:" + "x" * 92,
]
"""What no button of this version carries."""

VALID = [
    f"discarr:remove:radarr:{DIGITS}",
    f"discarr:remove:nosuch:{DIGITS}",
    f"discarr:remove:radarr-4k:{DIGITS}",
    f"discarr:remove:all:{DIGITS}",
    f"discarr:form:radarr:{DIGITS}",
    f"discarr:form:nosuch:{DIGITS}",
    "discarr:page:all:0",
    "discarr:page:all:999999",
    "discarr:page:nosuch:1",
    "discarr:page:attention:1",
    "discarr:filter",
    "discarr:cleanup-form",
    "discarr:browse",
]
"""In the right form, and about nothing that is there."""


async def stuck(stage: Stage) -> int:
    """The bot is up, with things to remove and to clean up; the id of the dashboard."""
    await stage.showing(downloading(HEAT), failed(ALIEN), downloading(HARBOUR, episodes=HARBOUR.season(1, 3)))
    return int(stage.dashboard["id"])


async def by_hand(stage: Stage, member: Member, custom_id: str, how: str | None, ticked: Sequence[str] = ()) -> Press:
    """A form that nobody opened, sent off with any values."""
    choice = {"type": 21, "custom_id": "how", "required": False, "options": _ticked([how] if how is not None else [])}
    boxes = {"type": 22, "id": 2, "custom_id": "which-1", "required": False, "options": _ticked(ticked)}
    components = [{"type": 18, "id": 3, "component": boxes}, {"type": 18, "id": 4, "component": choice | {"id": 5}}]
    return await stage.discord.submit({"custom_id": custom_id, "components": components}, member=member)


def _ticked(values: Sequence[str]) -> list[Wire]:
    return [{"value": value, "default": True} for value in values]


@pytest.mark.parametrize("admin", [False, True], ids=["guest", "admin"])
async def test_a_custom_id_of_another_version_or_made_by_hand_gets_a_private_sentence(
    stage: Stage, admin: bool
) -> None:
    message = await stuck(stage)
    member = stage.discord.admin if admin else stage.discord.guest

    for custom_id in OUTDATED:
        press = await stage.discord.press_raw(member, custom_id, message_id=message)
        answer = await press.answered()
        assert answer["content"] == approved("answer/outdated"), custom_id
        assert answer["flags"] & PRIVATE
    await stage.passes(60)

    assert stage.removals() == []


@pytest.mark.parametrize("admin", [False, True], ids=["guest", "admin"])
async def test_a_custom_id_about_nothing_that_is_there_is_answered_and_removes_nothing(
    stage: Stage, admin: bool
) -> None:
    message = await stuck(stage)
    member = stage.discord.admin if admin else stage.discord.guest

    for custom_id in VALID:
        press = await stage.discord.press_raw(member, custom_id, message_id=message)
        answer = await press.answered()
        assert answer["content"] or answer["embeds"], custom_id
    await stage.passes(60)

    assert stage.removals() == []


async def test_a_guest_can_do_nothing_with_any_id_that_would_work_for_an_admin(stage: Stage) -> None:
    message = await stuck(stage)
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    assert opened.modal is not None
    ids = [button["custom_id"] for button in buttons_of(stage.dashboard)]
    ids += [opened.modal["custom_id"], "discarr:cleanup-form"]
    harmless = {"discarr:refresh", "discarr:browse"}

    for custom_id in [custom_id for custom_id in ids if custom_id not in harmless]:
        press = await stage.discord.press_raw(stage.discord.guest, custom_id, message_id=message)
        assert (await press.answered())["content"] == approved("answer/may-not")
        form = await by_hand(stage, stage.discord.guest, custom_id, "remove")
        assert (await form.answered())["content"] == approved("answer/may-not")
    await stage.passes(60)

    assert stage.removals() == []


async def test_an_outcome_that_is_none_of_ours_leaves_alone(stage: Stage) -> None:
    await stuck(stage)
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    assert opened.modal is not None

    for how in ("leave", "everything", "", "REMOVE", None, "remove "):
        form = await by_hand(stage, stage.discord.admin, opened.modal["custom_id"], how)
        assert (await form.answered())["content"] == approved("answer/left-alone"), how

    assert stage.removals() == []


async def test_an_outcome_that_cannot_work_for_this_download_is_refused(stage: Stage) -> None:
    """Sent by hand: the form does not offer it for an item that is not in a client with a category."""
    await stage.showing(downloading(HEAT, client=SABNZBD))
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    assert opened.modal is not None

    form = await by_hand(stage, stage.discord.admin, opened.modal["custom_id"], "category")

    assert (await form.answered())["content"] == approved("answer/cannot")
    assert stage.removals() == []


async def test_a_clean_up_form_by_hand_removes_nothing_that_it_does_not_name(stage: Stage) -> None:
    await stuck(stage)

    for box in (
        "",
        "radarr",
        f"radarr:{DIGITS}",
        f"nosuch:{DIGITS}",
        "::",
        "x" * 100,
        "1" * 5000,
        f"radarr:{DIGITS[:-1]}١",
    ):
        form = await by_hand(stage, stage.discord.admin, "discarr:cleanup-form", "remove", [box] if box else [])
        assert (await form.answered())["content"], box
    await stage.passes(60)

    assert stage.removals() == []


async def test_a_form_of_a_hundred_boxes_by_hand_is_cut_to_twenty(stage: Stage) -> None:
    await stuck(stage)
    ticked = [f"radarr:{number:012}:{number:012}" for number in range(1, 101)]

    form = await by_hand(stage, stage.discord.admin, "discarr:cleanup-form", "remove", ticked)
    await stage.until(lambda: form.messages and re.match("20 ", form.messages[0]["content"], re.M))

    assert len(form.messages[0]["content"]) <= 2000


MENU, RADIO_BUTTONS, CHECKBOXES, LABEL = 3, 21, 22, 18
JUNK: list[Any] = [None, True, 7, 1.5, {}, [], [[]], [None, 7], {"a": [1]}, "9" * 5000, "x" * 40, "remove:", ["leave"]]
"""What no client of Discord's sends as a value."""


async def forged(stage: Stage, data: Wire) -> Press:
    """An interaction with this data, as it comes over the gateway."""
    message = stage.discord.channel.all[int(stage.dashboard["id"])]
    press = stage.discord.interactions.new(stage.discord.admin, data, source=message)
    await stage.discord.gateway.send("INTERACTION_CREATE", stage.discord.interactions.payload(press, data))
    return press


def form_data(custom_id: str, how: Any, which: Any) -> Wire:
    """A form with these in the place of its values."""
    parts = (
        {"type": CHECKBOXES, "id": 2, "custom_id": "which-1", "values": which},
        {"type": RADIO_BUTTONS, "id": 4, "custom_id": "how", "value": how},
    )
    components = [{"type": LABEL, "id": part["id"], "component": part} for part in parts]
    return {"custom_id": custom_id, "components": components}


async def test_a_form_with_forged_values_is_answered_and_removes_nothing(stage: Stage) -> None:
    await stuck(stage)
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    assert opened.modal is not None
    ids = opened.modal["custom_id"], "discarr:cleanup-form"
    forms = [form_data(id, junk, junk) for id in ids for junk in JUNK]
    forms += [form_data("discarr:cleanup-form", "remove", junk) for junk in JUNK]
    forms += [{"custom_id": id, "components": junk} for id in ids for junk in JUNK]
    forms += [{"custom_id": id, "components": [{"component": junk}]} for id in ids for junk in JUNK]

    for form in forms:
        answer = await (await forged(stage, form)).answered()
        assert answer["content"] == approved("answer/left-alone"), form

    assert stage.removals() == []


@pytest.mark.parametrize(
    "values", [*JUNK, ["9" * 5000], ["nosuch"], ["RADARR", 7]], ids=lambda values: str(values)[:12]
)
async def test_a_menu_with_forged_values_shows_all_downloads(stage: Stage, values: Any) -> None:
    await stuck(stage)
    data = {"custom_id": "discarr:filter", "component_type": MENU, "id": 1, "values": values}

    shown = await (await forged(stage, data)).answered()

    [chosen] = [option["value"] for option in buttons_of(shown)[-1]["options"] if option.get("default")]
    assert chosen == "all"


async def test_presses_in_another_channel_or_server_are_left_to_others(stage: Stage) -> None:
    message = await stuck(stage)
    custom_id = stage.cross("Heat (1995)")
    elsewhere = [
        await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message, channel_id=5),
        await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message, channel_id=5, guild_id=6),
        await stage.discord.press_raw(stage.discord.admin, "discarr:nonsense", message_id=message, channel_id=5),
    ]

    await stage.passes(60)

    assert [press.callback for press in elsewhere] == [None, None, None]


async def test_controls_that_are_not_ours_are_left_to_others(stage: Stage) -> None:
    message = await stuck(stage)

    strange = [
        await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
        for custom_id in ("refresh", "other:remove:radarr:1", "Discarr:refresh", "discarr")
    ]
    await stage.passes(60)

    assert [press.callback for press in strange] == [None] * 4


async def test_a_press_on_a_message_that_was_deleted_meanwhile_is_answered(stage: Stage) -> None:
    stage.radarr.queue.append(downloading(DUNE))
    await stage.up()
    custom_id, message = stage.cross("Dune"), int(stage.dashboard["id"])
    await stage.discord.delete_message(message)

    press = await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
    await press.acknowledged()

    assert press.modal is not None
