"""Who may press, and presses of other versions, made by hand, or made elsewhere: a sentence or nothing."""

from itertools import product

import pytest

from discarr.demo.arr.items import SABNZBD
from discarr.demo.arr.situations import BY_ID, delayed, downloading, failed, import_blocked
from discarr.demo.discord import Press, Wire
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, CLEAN_UP, HARBOUR, HEAT, PRIVATE, REFRESH, Stage, buttons_of, film

NAME = "Heat (1995)"
DIGITS = "deadbeef0123:0123deadbeef"
"""What names a download in the right form, and is none that is there."""
REMOVE, FORM = "discarr:remove:radarr", "discarr:cleanup-form"
OUTDATED = ["discarr:", "discarr:v1:remove:radarr:1", "discarr:\N{RIGHT-TO-LEFT OVERRIDE}refresh"]
"""What no button of this version carries; more of it is in tests/test_custom_ids.py."""
VALID = [
    *(f"discarr:remove:{key}:{DIGITS}" for key in ("radarr", "nosuch", "radarr-4k", "all")),
    *(f"discarr:form:{key}:{DIGITS}:0" for key in ("radarr", "nosuch")),
    *("discarr:page:all:0", "discarr:page:all:999999", "discarr:page:nosuch:1", "discarr:page:attention:1"),
    *("discarr:filter", FORM, BROWSE),
]
"""In the right form, and about nothing that is there."""


async def test_a_guest_and_who_lost_the_right_meanwhile_can_do_nothing_that_changes_something(stage: Stage) -> None:
    blocked = import_blocked(HEAT, messages=(("Heat.mkv", (BY_ID,)),))
    await stage.showing(blocked, delayed(ALIEN), failed(film(1)))
    admin, guest, submit = stage.discord.admin, stage.discord.guest, stage.discord.submit
    ids = [each["custom_id"] for each in buttons_of(stage.dashboard) if each["custom_id"] not in (REFRESH, BROWSE)]
    one, other = [await stage.ask(admin, name) for name in (NAME, "Alien")]
    clean_up = await stage.press(admin, CLEAN_UP)
    forms = (one, "remove"), (one, "import"), (other, "grab"), (clean_up, "search")
    [confirm] = buttons_of(await stage.sent(one, "import"))

    presses = [await stage.discord.press(guest, custom_id) for custom_id in ids]
    presses += [await submit(form, {"how": how}, member=guest) for form, how in forms]
    await stage.discord.set_role(admin.role_ids[0], 0)
    presses += [await submit(form, {"how": how}) for form, how in forms]
    presses.append(await stage.discord.press(admin, confirm["custom_id"]))

    for press in presses:
        answer = await press.answered()
        assert answer["content"] == approved("answer/may-not") and answer["flags"] & PRIVATE
        assert press.modal is None
    await stage.passes(60)
    assert {each.method for each in stage.radarr.requests} == {"GET"}


@pytest.mark.parametrize(
    ("setting", "ids", "may"),
    [
        ("REMOVE_ROLE_IDS", "123456789012345678,{mods}", {"admin", "moderator"}),
        ("REMOVE_USER_IDS", "{guest}", {"admin", "guest"}),
        ("REMOVE_ROLE_IDS", "", {"admin"}),
        ("REMOVE_USER_IDS", "123456789012345678", {"admin"}),
    ],
)
async def test_manage_server_and_the_settings_say_who_may(stage: Stage, setting: str, ids: str, may: set[str]) -> None:
    stage.settings |= {"REMOVE_ROLE_IDS": "", "REMOVE_USER_IDS": ""}
    stage.settings[setting] = ids.format(mods=stage.discord.guild.mods_role_id, guest=stage.discord.guest.id)
    await stage.showing(downloading(HEAT))

    people = ("admin", "moderator", "guest")
    presses = {name: await stage.ask(getattr(stage.discord, name), NAME) for name in people}
    assert {name for name, press in presses.items() if press.modal} == may
    answer = await stage.remove(getattr(stage.discord, max(may)), NAME)
    assert answer["content"] == approved("answer/removed-remove")


async def sent(stage: Stage, data: Wire) -> Press:
    """An interaction with this data, which nobody was offered, sent as it comes over the gateway."""
    source = stage.discord.channel.all[int(stage.dashboard["id"])]
    return await stage.discord.send(data, stage.discord.interactions.new(stage.discord.admin, data, source))


def form_data(custom_id: str, how: object, which: object = ()) -> Wire:
    """The data of a form with these in the place of its values."""
    parts = (
        {"type": 22, "id": 2, "custom_id": "which-1", "values": which},
        {"type": 21, "id": 4, "custom_id": "how", "value": how},
    )
    return {"custom_id": custom_id, "components": [{"type": 18, "id": 1, "component": part} for part in parts]}


async def test_a_press_that_means_nothing_is_answered_and_one_of_others_or_elsewhere_is_not(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), failed(ALIEN), downloading(HARBOUR, episodes=HARBOUR.season(1, 3)))
    admin, cross, message = stage.discord.admin, stage.cross(NAME), int(stage.dashboard["id"])
    for member, custom_id in product((stage.discord.guest, admin), (*OUTDATED, *VALID)):
        answer = await (await stage.discord.press_raw(member, custom_id, message_id=message)).answered()
        assert answer["content"] or answer["embeds"], custom_id
        assert answer["id"] != str(message), custom_id
        if custom_id in OUTDATED:
            assert answer["content"] == approved("answer/outdated") and answer["flags"] & PRIVATE, custom_id

    channel = {"channel_id": "5", "channel": stage.discord.guild.channel_wire() | {"id": "5"}}
    guild = {"guild_id": "6", "guild": {"id": "6", "locale": "en-US", "features": []}}
    others = ("refresh", "other:remove:radarr:1", "Discarr:refresh", "discarr")
    elsewhere: list[tuple[str, Wire]] = [(cross, channel), (cross, channel | guild), (OUTDATED[0], channel)]
    presses = [
        await stage.discord.press_raw(admin, custom_id, message_id=message, **claims)
        for custom_id, claims in [*elsewhere, *((other, {}) for other in others)]
    ]
    await stage.passes(60)

    assert [press.callback for press in presses] == [None] * 7
    assert stage.removals() == []


async def test_forged_values_and_what_is_not_offered_change_nothing(stage: Stage) -> None:
    """What is not in a client with a category cannot get another one, and only a blocked import can be imported."""
    await stage.showing(downloading(HEAT, client=SABNZBD), failed(ALIEN))
    modal = (await stage.ask(stage.discord.admin, NAME)).modal
    assert modal is not None and "'value': 'import'" not in str(modal)
    one = str(modal["custom_id"])
    forms = [form_data(one, how) for how in ("leave", "everything", "REMOVE", None, ["leave"])]
    forms += [form_data(FORM, "remove", 7), form_data(FORM, "remove", ["9" * 5000])]

    for form in (*forms, {"custom_id": one, "components": [[]]}):
        assert (await (await sent(stage, form)).answered())["content"] == approved("answer/left-alone"), form
    for how, answer in {"category": "cannot", "import": "not-any-more", "grab": "not-any-more"}.items():
        reply = await (await sent(stage, form_data(one, how))).answered(60)
        assert reply["content"] == approved(f"answer/{answer}"), how
    other = await sent(stage, form_data(f"discarr:form:nosuch:{DIGITS}:0", "remove"))
    assert (await other.answered())["content"] == approved("answer/no-instance")
    assert {each.method for each in stage.radarr.requests} == {"GET"}
    assert not any("manualimport" in each.path for each in stage.radarr.requests)

    menu = await sent(stage, {"custom_id": "discarr:filter", "component_type": 3, "id": 1, "values": ["nosuch"]})
    shown = await menu.answered()
    assert [option["value"] for option in buttons_of(shown)[-1]["options"] if option.get("default")] == ["all"]
