"""The ✖ and its form: who may, what is asked, and what is sent to the app.

What each form offers and says is proved in tests/test_removal_mode.py and tests/test_buttons_and_modals.py.
"""

from typing import Any

import pytest

from discarr.demo.arr import Item
from discarr.demo.arr.records import records_of
from discarr.demo.arr.situations import delayed, downloading, failed, unknown
from discarr.demo.discord import Press
from discarr.view.text import amount
from tests.approved import approved
from tests.stage import ALIEN, HARBOUR, HEAT, PRIVATE, Stage, buttons_of
from tests.support.phrases import EMPTY

NAME = "Heat (1995)"


def question(press: Press) -> str:
    """What the form says above its choice."""
    assert press.modal is not None
    return "\n".join(each["content"] for each in press.modal["components"] if "content" in each)


def options(press: Press) -> list[dict[str, Any]]:
    """The outcomes that the form offers."""
    assert press.modal is not None
    [radio] = [each["component"] for each in press.modal["components"] if "component" in each]
    return list(radio["options"])


# Who may.


async def test_a_guest_is_refused_at_the_button_and_the_form_and_so_is_who_lost_the_right_meanwhile(
    stage: Stage,
) -> None:
    admin, guest = stage.discord.admin, stage.discord.guest
    await stage.showing(downloading(HEAT))

    press, opened = await stage.ask(guest, NAME), await stage.ask(admin, NAME)
    form = await stage.discord.submit(opened, {"how": "remove"}, member=guest)
    await stage.discord.set_role(admin.role_ids[0], 0)

    answers = [await press.answered(), await form.answered(), await stage.sent(opened, "remove")]
    assert [answer["content"] for answer in answers] == [approved("answer/may-not")] * 3
    assert press.modal is None and answers[0]["flags"] & PRIVATE
    await stage.passes(60)
    assert stage.removals() == []


@pytest.mark.parametrize(
    ("setting", "ids", "may"),
    [
        ("REMOVE_ROLE_IDS", "123456789012345678,{mods}", {"admin", "moderator"}),
        ("REMOVE_USER_IDS", "{guest}", {"admin", "guest"}),
        ("REMOVE_ROLE_IDS", "", {"admin"}),
        ("REMOVE_ROLE_IDS", "123456789012345678", {"admin"}),
        ("REMOVE_USER_IDS", "123456789012345678", {"admin"}),
    ],
)
async def test_manage_server_the_roles_and_the_users_of_the_settings_may_remove(
    stage: Stage, setting: str, ids: str, may: set[str]
) -> None:
    stage.settings |= {"REMOVE_ROLE_IDS": "", "REMOVE_USER_IDS": ""}
    stage.settings[setting] = ids.format(mods=stage.discord.guild.mods_role_id, guest=stage.discord.guest.id)
    await stage.showing(downloading(HEAT))

    people = ("admin", "moderator", "guest")
    presses = {name: await stage.ask(getattr(stage.discord, name), NAME) for name in people}
    assert {name for name, press in presses.items() if press.modal} == may
    answer = await stage.remove(getattr(stage.discord, max(may)), NAME)
    assert answer["content"] == approved("answer/removed-remove")


# What the form says.


async def test_the_form_names_the_download_its_size_and_its_instance_also_right_after_a_start(stage: Stage) -> None:
    await stage.showing(downloading(HEAT, size=9_300_000_000))
    custom_id, message = stage.cross(NAME), int(stage.dashboard["id"])
    await stage.restart(until_edited=False)

    press = await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
    await press.acknowledged()

    assert press.modal is not None and "Radarr" in press.modal["title"]
    for part in ("**Heat (1995)**", amount(9_300_000_000), "Heat.1995.1080p"):
        assert part in question(press)


@pytest.mark.parametrize(
    ("item", "offered", "ticked"),
    [
        (failed(HEAT), ["remove", "search", "block", "untrack", "leave"], "search"),
        (delayed(HEAT), ["grab", "remove", "block", "leave"], "remove"),
        (unknown(), ["remove", "category", "leave"], "leave"),
    ],
    ids=["failed", "pending", "unknown"],
)
async def test_the_form_offers_what_can_work_and_ticks_the_likely_one(
    stage: Stage, item: Item, offered: list[str], ticked: str
) -> None:
    await stage.showing(item)

    press = await stage.press(stage.discord.admin, buttons_of(stage.dashboard)[0]["custom_id"])

    assert [option["value"] for option in options(press)] == offered
    assert [option["value"] for option in options(press) if option.get("default")] == [ticked]


# What is sent.


@pytest.mark.parametrize(
    ("how", "flags"),
    [
        ("remove", ("true", "false", "false", "false")),
        ("search", ("true", "true", "false", "false")),
        ("block", ("true", "true", "true", "false")),
        ("untrack", ("false", "false", "false", "false")),
        ("category", ("false", "false", "false", "true")),
    ],
)
async def test_each_outcome_sends_one_delete_with_its_flags(
    stage: Stage, how: str, flags: tuple[str, str, str, str]
) -> None:
    heat = downloading(HEAT)
    await stage.showing(heat, downloading(ALIEN))
    [record] = records_of(heat, "radarr", 0.0)

    answer = await stage.remove(stage.discord.admin, NAME, how)

    [delete] = stage.removals()
    assert delete.path == f"/api/v3/queue/{record['id']}"
    names = ("removeFromClient", "blocklist", "skipRedownload", "changeCategory")
    assert dict(delete.query) == dict(zip(names, flags, strict=True))
    assert answer["content"] == approved(f"answer/removed-{how}")
    assert answer["flags"] & PRIVATE
    assert [item.media for item in stage.radarr.queue] == [ALIEN]


async def test_leave_alone_sends_nothing_and_a_pack_is_removed_by_one_delete(stage: Stage) -> None:
    await stage.showing(downloading(HARBOUR, episodes=HARBOUR.season(2, 10)))

    left = await stage.remove(stage.discord.admin, "Harbour Lights S02", "leave")
    assert (left["content"], stage.removals()) == (approved("answer/left-alone"), [])

    await stage.remove(stage.discord.admin, "Harbour Lights S02")
    assert len(stage.removals()) == 1
    await stage.shows(EMPTY)
