"""The ✖ and its form: who may, what is asked, and what is sent to the app."""

from collections.abc import Callable

import pytest

from discarr.demo.arr import Item
from discarr.demo.arr.records import records_of
from discarr.demo.arr.situations import delayed, downloading, failed, import_blocked, stalled, unknown, unparsed
from discarr.demo.discord import Member, Press
from discarr.view.text import amount, counted
from tests.approved import approved
from tests.phrases import EMPTY
from tests.stage import ALIEN, HARBOUR, HEAT, PRIVATE, Stage
from tests.virtual_time import jumping

pytestmark = jumping


def question(press: Press) -> str:
    """What the form says above its choice."""
    assert press.modal is not None
    return "\n".join(each["content"] for each in press.modal["components"] if "content" in each)


def options(press: Press) -> dict[str, bool]:
    """The outcomes that the form offers, and which one is ticked."""
    assert press.modal is not None
    radio = next(each["component"] for each in press.modal["components"] if "component" in each)
    return {option["value"]: option.get("default", False) for option in radio["options"]}


# Who may.


async def test_a_guest_is_refused_privately_at_the_button(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))

    press = await stage.ask(stage.discord.guest, "Heat (1995)")

    assert press.modal is None
    answer = await press.answered()
    assert answer["content"] == approved("answer/may-not")
    assert answer["flags"] & PRIVATE


async def test_a_guest_is_refused_at_the_forms_submit(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")

    form = await stage.discord.submit(opened, {"how": "remove"}, member=stage.discord.guest)

    assert (await form.answered())["content"] == approved("answer/may-not")
    await stage.passes(60)
    assert stage.removals() == []


async def test_a_right_that_is_lost_while_the_form_is_open_is_lost(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Heat (1995)")
    await stage.discord.set_role(stage.discord.admin.role_ids[0], 0)

    answer = await stage.sent(opened, "remove")

    assert answer["content"] == approved("answer/may-not")
    assert stage.removals() == []


def _by_role(stage: Stage) -> Member:
    stage.settings["REMOVE_ROLE_IDS"] = f"123456789012345678,{stage.discord.mods_role_id}"
    return stage.discord.moderator


def _by_name(stage: Stage) -> Member:
    stage.settings["REMOVE_USER_IDS"] = str(stage.discord.guest.id)
    return stage.discord.guest


def _by_manage_server(stage: Stage) -> Member:
    stage.settings["REMOVE_ROLE_IDS"] = ""
    return stage.discord.admin


@pytest.mark.parametrize("allow", [_by_role, _by_name, _by_manage_server])
async def test_manage_server_the_roles_and_the_users_of_the_settings_may_remove(
    stage: Stage, allow: Callable[[Stage], Member]
) -> None:
    member = allow(stage)
    await stage.showing(downloading(HEAT))

    answer = await stage.remove(member, "Heat (1995)")

    assert answer["content"] == approved("answer/removed-remove")


@pytest.mark.parametrize("setting", ["REMOVE_ROLE_IDS", "REMOVE_USER_IDS"])
async def test_no_setting_means_nobody_extra(stage: Stage, setting: str) -> None:
    stage.settings["REMOVE_ROLE_IDS"] = stage.settings["REMOVE_USER_IDS"] = ""
    stage.settings[setting] = "123456789012345678"
    await stage.showing(downloading(HEAT))

    for member in (stage.discord.moderator, stage.discord.guest):
        press = await stage.ask(member, "Heat (1995)")
        assert (await press.answered())["content"] == approved("answer/may-not")


# What the form says.


async def test_the_form_names_the_download_its_size_and_its_instance(stage: Stage) -> None:
    await stage.showing(downloading(HEAT, size=9_300_000_000))

    press = await stage.ask(stage.discord.admin, "Heat (1995)")

    assert press.modal is not None and "Radarr" in press.modal["title"]
    for part in ("**Heat (1995)**", amount(9_300_000_000), "Heat.1995.1080p"):
        assert part in question(press)


async def test_the_form_has_the_title_right_after_a_start(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    custom_id, message = stage.cross("Heat (1995)"), int(stage.dashboard["id"])
    await stage.stop()
    stage.start()
    await stage.discord.gateway.wait_connected()

    press = await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
    await press.acknowledged()

    assert "**Heat (1995)**" in question(press)


async def test_the_form_of_a_pack_says_that_all_its_episodes_go(stage: Stage) -> None:
    await stage.showing(downloading(HARBOUR, episodes=HARBOUR.season(2, 10)))

    press = await stage.ask(stage.discord.admin, "Harbour Lights S02 E01–E10")

    assert counted(10, "episode") in question(press)


async def test_the_form_of_what_the_app_did_not_grab_says_that_it_may_be_somebody_elses(stage: Stage) -> None:
    await stage.showing(unknown())

    press = await stage.ask(stage.discord.admin, "Somebody.Elses.Holiday")

    assert "⚠️" in question(press)
    assert options(press)["leave"] is True


@pytest.mark.parametrize(
    ("item", "offered", "ticked"),
    [
        (downloading(HEAT), ["remove", "search", "block", "untrack", "category", "leave"], "remove"),
        (stalled(HEAT), ["remove", "search", "block", "untrack", "category", "leave"], "remove"),
        (failed(HEAT), ["remove", "search", "block", "untrack", "leave"], "search"),
        (import_blocked(HEAT), ["remove", "search", "block", "untrack", "category", "leave"], "leave"),
        (delayed(HEAT), ["grab", "remove", "block", "leave"], "remove"),
        (unknown(), ["remove", "category", "leave"], "leave"),
        (unparsed(), ["remove", "category", "leave"], "leave"),
    ],
    ids=["downloading", "stalled", "failed", "import blocked", "pending", "unknown", "unparsed"],
)
async def test_the_form_offers_what_can_work_and_ticks_the_likely_one(
    stage: Stage, item: Item, offered: list[str], ticked: str
) -> None:
    await stage.showing(item)
    row = next(label for label in stage.labels if label.startswith("✖"))
    custom_id = next(
        button["custom_id"] for button in stage.dashboard["components"][0]["components"] if button["label"] == row
    )

    press = await stage.discord.press(stage.discord.admin, custom_id)
    await press.acknowledged()

    assert list(options(press)) == offered
    assert [value for value, default in options(press).items() if default] == [ticked]


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

    answer = await stage.remove(stage.discord.admin, "Heat (1995)", how)

    [delete] = stage.removals()
    assert delete.path == f"/api/v3/queue/{record['id']}"
    names = ("removeFromClient", "blocklist", "skipRedownload", "changeCategory")
    assert dict(delete.query) == dict(zip(names, flags, strict=True))
    assert answer["content"] == approved(f"answer/removed-{how}")
    assert answer["flags"] & PRIVATE
    assert [item.media for item in stage.radarr.queue] == [ALIEN]


async def test_leave_alone_sends_nothing(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))

    answer = await stage.remove(stage.discord.admin, "Heat (1995)", "leave")

    assert (answer["content"], stage.removals()) == (approved("answer/left-alone"), [])


async def test_a_pack_is_removed_by_one_delete(stage: Stage) -> None:
    await stage.showing(downloading(HARBOUR, episodes=HARBOUR.season(2, 10)))

    await stage.remove(stage.discord.admin, "Harbour Lights S02")

    assert len(stage.removals()) == 1
    await stage.shows(EMPTY)
