"""Presses of other versions, made by hand, or made elsewhere: a sentence or nothing, and never a removal."""

import re
from typing import Any

import pytest

from discarr.demo.arr.items import SABNZBD
from discarr.demo.arr.situations import downloading, failed
from discarr.demo.discord import Member, Press, Wire
from tests.approved import approved
from tests.stage import ALIEN, DUNE, HARBOUR, HEAT, PRIVATE, Stage, buttons_of

DIGITS = "deadbeef0123:0123deadbeef"
"""What names a download in the right form, and is none that is there."""
REMOVE = "discarr:remove:radarr"
OUTDATED = [
    *("discarr:", "discarr:v1:remove:radarr:1", "discarr:v2:refresh", "discarr:remove", f"{REMOVE}:{DIGITS}:1"),
    *("discarr:page:ALL:1", "discarr:cleanup:all", "discarr:\N{RIGHT-TO-LEFT OVERRIDE}refresh", "discarr:" + "x" * 92),
]
"""What no button of this version carries; more of it is in tests/test_custom_ids.py."""
VALID = [
    *(f"discarr:remove:{key}:{DIGITS}" for key in ("radarr", "nosuch", "radarr-4k", "all")),
    *(f"discarr:form:{key}:{DIGITS}" for key in ("radarr", "nosuch")),
    *("discarr:page:all:0", "discarr:page:all:999999", "discarr:page:nosuch:1", "discarr:page:attention:1"),
    *("discarr:filter", "discarr:cleanup-form", "discarr:browse"),
]
"""In the right form, and about nothing that is there."""


@pytest.fixture
async def message(stage: Stage) -> int:
    """The dashboard, with things to remove and to clean up."""
    await stage.showing(downloading(HEAT), failed(ALIEN), downloading(HARBOUR, episodes=HARBOUR.season(1, 3)))
    return int(stage.dashboard["id"])


async def opened_form(stage: Stage, name: str = "Heat (1995)") -> str:
    """The custom_id of the form of the row with this name."""
    press = await stage.ask(stage.discord.admin, name)
    assert press.modal is not None
    return str(press.modal["custom_id"])


RADIO_BUTTONS, CHECKBOXES, LABEL = 21, 22, 18


def form_data(custom_id: str, how: Any, which: Any = ()) -> Wire:
    """The data of a form with these in the place of its values."""
    parts = (
        {"type": CHECKBOXES, "id": 2, "custom_id": "which-1", "values": which},
        {"type": RADIO_BUTTONS, "id": 4, "custom_id": "how", "value": how},
    )
    components = [{"type": LABEL, "id": part["id"], "component": part} for part in parts]
    return {"custom_id": custom_id, "components": components}


async def sent(stage: Stage, data: Wire, member: Member | None = None) -> Press:
    """An interaction with this data, which nobody was offered, sent as it comes over the gateway."""
    source = stage.discord.channel.all[int(stage.dashboard["id"])]
    press = stage.discord.interactions.new(member or stage.discord.admin, data, source=source)
    await stage.discord.gateway.send("INTERACTION_CREATE", stage.discord.interactions.payload(press, data))
    return press


async def answer_to(stage: Stage, data: Wire, member: Member | None = None) -> str:
    return str((await (await sent(stage, data, member)).answered())["content"])


@pytest.mark.parametrize("admin", [False, True], ids=["guest", "admin"])
async def test_a_custom_id_of_another_version_or_about_nothing_is_answered_and_removes_nothing(
    stage: Stage, message: int, admin: bool
) -> None:
    member = stage.discord.admin if admin else stage.discord.guest

    for custom_id in (*OUTDATED, *VALID):
        answer = await (await stage.discord.press_raw(member, custom_id, message_id=message)).answered()
        assert answer["content"] or answer["embeds"], custom_id
        if custom_id in OUTDATED:
            assert answer["content"] == approved("answer/outdated") and answer["flags"] & PRIVATE, custom_id
    await stage.passes(60)

    assert stage.removals() == []


async def test_a_guest_can_do_nothing_with_any_id_that_would_work_for_an_admin(stage: Stage, message: int) -> None:
    ids = [button["custom_id"] for button in buttons_of(stage.dashboard)]
    ids += [await opened_form(stage), "discarr:cleanup-form"]

    for custom_id in [custom_id for custom_id in ids if custom_id not in ("discarr:refresh", "discarr:browse")]:
        press = await stage.discord.press_raw(stage.discord.guest, custom_id, message_id=message)
        assert (await press.answered())["content"] == approved("answer/may-not")
        assert await answer_to(stage, form_data(custom_id, "remove"), stage.discord.guest) == approved("answer/may-not")
    await stage.passes(60)

    assert stage.removals() == []


async def test_an_outcome_that_cannot_work_for_this_download_is_refused(stage: Stage) -> None:
    """Sent by hand: the form does not offer it for an item that is not in a client with a category."""
    await stage.showing(downloading(HEAT, client=SABNZBD))

    assert await answer_to(stage, form_data(await opened_form(stage), "category")) == approved("answer/cannot")
    assert stage.removals() == []


async def test_a_clean_up_form_by_hand_removes_nothing_that_it_does_not_name_and_twenty_at_most(
    stage: Stage, message: int
) -> None:
    for box in ("radarr", f"radarr:{DIGITS}", f"nosuch:{DIGITS}", f"radarr:{DIGITS[:-1]}\N{ARABIC-INDIC DIGIT ONE}"):
        assert await answer_to(stage, form_data("discarr:cleanup-form", "remove", [box])), box

    ticked = [f"radarr:{number:012}:{number:012}" for number in range(1, 101)]
    form = await sent(stage, form_data("discarr:cleanup-form", "remove", ticked))
    await stage.until(lambda: form.messages and re.match("20 ", form.messages[0]["content"], re.M))

    assert len(form.messages[0]["content"]) <= 2000
    assert stage.removals() == []


JUNK: list[Any] = [None, True, 7, 1.5, {}, [], [[]], [None, 7], {"a": [1]}, "9" * 5000, "x" * 40, "remove:", ["leave"]]
"""What no client of Discord's sends as a value."""


async def test_a_form_with_forged_values_or_without_an_outcome_that_exists_removes_nothing(
    stage: Stage, message: int
) -> None:
    one = await opened_form(stage)
    forms = [form_data(one, how) for how in ("leave", "everything", "", "REMOVE", "remove ")]
    forms += [form_data("discarr:cleanup-form", "remove", junk) for junk in JUNK]
    for id in (one, "discarr:cleanup-form"):
        forms += [form_data(id, junk, junk) for junk in JUNK]
        forms += [{"custom_id": id, "components": junk} for junk in JUNK]
        forms += [{"custom_id": id, "components": [{"component": junk}]} for junk in JUNK]

    for form in forms:
        assert await answer_to(stage, form) == approved("answer/left-alone"), form

    assert stage.removals() == []


async def test_a_menu_with_a_forged_value_shows_all_downloads(stage: Stage, message: int) -> None:
    menu = await sent(stage, {"custom_id": "discarr:filter", "component_type": 3, "id": 1, "values": ["nosuch"]})
    shown = await menu.answered()

    assert [option["value"] for option in buttons_of(shown)[-1]["options"] if option.get("default")] == ["all"]


async def test_presses_elsewhere_and_controls_of_others_are_left_to_them(stage: Stage, message: int) -> None:
    cross = stage.cross("Heat (1995)")
    elsewhere = [(cross, 5, None), (cross, 5, 6), ("discarr:nonsense", 5, None)]
    presses = [
        await stage.discord.press_raw(
            stage.discord.admin, custom_id, message_id=message, channel_id=channel, guild_id=guild
        )
        for custom_id, channel, guild in elsewhere
    ]
    presses += [
        await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
        for custom_id in ("refresh", "other:remove:radarr:1", "Discarr:refresh", "discarr")
    ]

    await stage.passes(60)

    assert [press.callback for press in presses] == [None] * 7


async def test_a_press_on_a_message_that_was_deleted_meanwhile_is_answered(stage: Stage) -> None:
    await stage.showing(downloading(DUNE))
    custom_id, message = stage.cross("Dune"), int(stage.dashboard["id"])
    await stage.discord.delete_message(message)

    press = await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
    await press.acknowledged()

    assert press.modal is not None
