"""Importing a blocked download from Discord, from the form to the history's word: once, and only what is safe."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from discarr.demo.arr import Item, LoopbackArr, Request
from discarr.demo.arr.items import IMPORTING, QBITTORRENT, FoundFile, Situation
from discarr.demo.arr.situations import BY_ID, client_unavailable, delayed, downloading, import_blocked
from discarr.demo.discord import Member, Press, Wire, discord_error
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, HARBOUR, HEAT, PRIVATE, Gate, Stage, buttons_of
from tests.support.faults import after, answering, dropping, hanging, on
from tests.support.watching import only_for

NO_UPGRADE = "Not an upgrade for existing movie file. Existing quality: Remux-2160p. New Quality WEBDL-1080p."
NAME, PACK = "Heat (1995)", "Harbour Lights S02"
IMPORTED = approved("answer/imported")
NOT_MOVED = FoundFile("/data/x/heat.mkv", HEAT, fails=True)
"""The app's command says that it succeeded, and imports nothing of this."""


def blocked(*reasons: str) -> Item:
    """A film whose import is blocked for these reasons; by default for one that a person can solve."""
    return import_blocked(HEAT, messages=(("Heat.mkv", reasons or (BY_ID,)),))


def blocked_pack() -> Item:
    """Three episodes, of which one file cannot be matched."""
    return import_blocked(HARBOUR, episodes=HARBOUR.season(2, 3), messages=((BY_ID, ()),))


async def chosen(stage: Stage, opened: Press, how: str) -> Wire:
    """The answer to an open form that is sent off."""
    form = await stage.discord.submit(opened, {"how": how})
    await form.acknowledged()
    return await form.answered(300)


async def listed(stage: Stage, name: str = NAME, *, by: Member | None = None) -> Wire:
    """The private answer that lists the files of an import."""
    return await chosen(stage, await stage.ask(by or stage.discord.admin, name), "import")


def button(message: Wire) -> str:
    (only,) = buttons_of(message)
    return str(only["custom_id"])


async def confirmed(stage: Stage, message: Wire, *, by: Member | None = None) -> Press:
    return await stage.press(by or stage.discord.admin, button(message), on=message)


async def ended(stage: Stage, press: Press) -> str:
    """What the private answer says once it says something else than at the press."""
    first = press.messages[-1]["content"]
    return str(await stage.until(lambda: press.messages[-1]["content"].replace(first, "")))


async def imported(stage: Stage, message: Wire) -> str:
    """The answer to the button below this list of files."""
    return await ended(stage, await confirmed(stage, message))


def commands(arr: LoopbackArr) -> list[Request]:
    """The imports that the app was asked for."""
    return [each for each in arr.requests if each.method == "POST" and b"ManualImport" in each.body]


def files_of(command: Request) -> list[Wire]:
    return list(json.loads(command.body)["files"])


def infos(stage: Stage, what: str) -> list[str]:
    return [text for text in stage.said("INFO") if what in text]


# What is listed, and what is done.


async def test_one_press_imports_what_was_listed_and_the_dashboard_and_the_log_say_who_and_what(stage: Stage) -> None:
    stage.log.set_level("DEBUG", "discarr")
    await stage.showing(blocked(), downloading(ALIEN))
    before = len(stage.radarr.requests)
    opened = await stage.ask(stage.discord.admin, NAME)
    assert stage.radarr.requests[before:] == [], "the form alone asks the app nothing"

    message = await chosen(stage, opened, "import")
    assert all(part in message["content"] for part in ("1 file", "Heat.1995", "WEBDL"))
    assert message["flags"] & PRIVATE and commands(stage.radarr) == []

    assert await imported(stage, message) == IMPORTED
    [command] = commands(stage.radarr)
    [file] = files_of(command)
    assert file["movieId"] == HEAT.id and file["downloadId"]
    await stage.lacks("** Heat")
    by = f"<@{stage.discord.admin.id}>"
    assert by in stage.text and stage.text.count(NAME) == 1, "not reported as an outcome as well"
    [info] = infos(stage, " import ")
    assert str(stage.discord.admin.id) in info and NAME in info
    await stage.passes(11 * 60)
    assert by not in stage.text and NAME not in stage.text
    everything = f"{[each.body for each in stage.discord.requests]} {stage.log.text}"
    assert "/data/downloads" not in everything and stage.radarr.api_key not in everything


async def test_a_slow_look_at_the_files_is_acknowledged_at_once(stage: Stage) -> None:
    await stage.showing(blocked())
    gate = asyncio.Event()
    stage.radarr.fault = only_for("/manualimport", hanging(gate))
    form = await stage.discord.submit(await stage.ask(stage.discord.admin, NAME), {"how": "import"})
    await form.acknowledged()

    await stage.passes(90)
    gate.set()

    assert buttons_of(await form.answered(60))


async def test_of_a_pack_what_has_no_match_is_left_out_and_is_imported_once_it_has_one(stage: Stage) -> None:
    item = blocked_pack()
    one, two, three = item.episodes
    unmatched = FoundFile("/data/p/three.mkv")
    first, second = FoundFile("/data/p/one.mkv", HARBOUR, (one,)), FoundFile("/data/p/two.mkv", HARBOUR, (two,))
    item.files = [first, second, unmatched]
    await stage.showing(item)

    message = await listed(stage, PACK)
    assert "2 files" in message["content"] and "three.mkv" in message["content"]
    assert "2 of 3" in await imported(stage, message)
    item.files = [FoundFile("/data/p/three.mkv", HARBOUR, (three,))]
    await imported(stage, await listed(stage, PACK))

    sent = [[file["episodeIds"] for file in files_of(command)] for command in commands(stage.sonarr)]
    assert sent == [[[one.id], [two.id]], [[three.id]]]


@pytest.mark.parametrize(
    "item",
    [
        blocked(NO_UPGRADE),
        blocked("Caution: Found executable file with extension: '.exe'"),
        blocked("A reason of a version to come"),
        downloading(HEAT),
    ],
    ids=["not an upgrade", "dangerous", "unknown", "not complete"],
)
async def test_what_is_not_safe_is_not_offered_and_not_done_for_a_forged_form(stage: Stage, item: Item) -> None:
    await stage.showing(item)
    modal = (await stage.ask(stage.discord.admin, NAME)).modal
    assert modal is not None and "'value': 'import'" not in str(modal)
    options = [{"value": "import", "default": True}]
    radio = {"type": 21, "id": 2, "custom_id": "how", "required": False, "options": options}
    forged = {"custom_id": modal["custom_id"], "components": [{"type": 18, "id": 1, "component": radio}]}

    await (await stage.discord.submit(forged, member=stage.discord.admin)).answered(60)
    await stage.passes(60)

    assert not any("manualimport" in each.path or "command" in each.path for each in stage.radarr.requests)


@pytest.mark.parametrize(
    "file",
    [
        FoundFile("/data/x/heat.mkv", HEAT, rejections=(NO_UPGRADE,), replaces=True),
        FoundFile("/data/x/setup.exe", HEAT, rejections=("Unable to determine if file is a sample",)),
        FoundFile("/data/x/heat.mkv", ALIEN),
        FoundFile("/data/x/heat.mkv", HEAT, has_quality=False),
    ],
    ids=["a better file", "an exe", "another movie", "no quality"],
)
async def test_a_file_that_turns_out_to_be_unsafe_leaves_nothing_to_confirm(stage: Stage, file: FoundFile) -> None:
    item = blocked()
    item.files = [file]
    await stage.showing(item)

    message = await listed(stage)

    assert buttons_of(message) == []
    assert file.path.rpartition("/")[2] in message["content"] and "/data" not in message["content"]


@pytest.mark.parametrize("imported_before", [False, True])
async def test_a_command_that_says_successful_and_imported_nothing_is_not_believed(
    stage: Stage, imported_before: bool
) -> None:
    item = blocked()
    item.files = [NOT_MOVED]
    if imported_before:
        stage.radarr.remember(item, "downloadFolderImported", at=stage.radarr.clock() + 3600)
        stage.radarr.remember(item, "grabbed", at=stage.radarr.clock() + 3601)
    await stage.showing(item)

    assert await imported(stage, await listed(stage)) == approved("answer/imported-nothing")

    await stage.shows(approved("action/import-nothing").partition(" by <@")[0])
    assert f"** {NAME}" in stage.text


async def test_a_pack_of_which_one_file_could_not_be_moved_is_imported_in_part(stage: Stage) -> None:
    item = blocked_pack()
    one, two, three = item.episodes
    moved = FoundFile("/data/p/one.mkv", HARBOUR, (one,))
    item.files = [moved, FoundFile("/data/p/two.mkv", HARBOUR, (two, three), fails=True)]
    await stage.showing(item)

    assert "1 of 3" in await imported(stage, await listed(stage, PACK))


# Once, and by whom.


@pytest.mark.parametrize("how", ["a form from before", "a button of Browse"])
async def test_what_is_being_imported_cannot_be_removed_meanwhile(stage: Stage, how: str) -> None:
    stage.radarr.command_takes = 600
    item, moderator = blocked(), stage.discord.moderator
    item.files = [NOT_MOVED]
    await stage.showing(item)
    opened = await stage.ask(moderator, NAME)
    page = await (await stage.discord.press(moderator, BROWSE)).answered()
    await confirmed(stage, await listed(stage))
    await stage.shows("importing Heat")

    if how == "a form from before":
        press = await stage.discord.submit(opened, {"how": "remove"})
    else:
        press = await stage.discord.press(moderator, stage.cross(NAME, page), message_id=int(page["id"]))

    assert approved("answer/being-imported") in (await press.answered(60))["content"]
    assert stage.removals() == []


async def test_two_people_at_once_send_one_command_and_both_are_answered_and_a_later_one_sends_none(
    stage: Stage,
) -> None:
    stage.radarr.refresh_every = 60
    await stage.showing(blocked())
    people = stage.discord.admin, stage.discord.moderator, stage.discord.admin
    *at_once, later = [(await listed(stage, by=person), person) for person in people]
    stage.radarr.fault = gate = Gate("POST")

    presses = [await confirmed(stage, message, by=person) for message, person in at_once]
    await gate.arrived.wait()
    await stage.passes(5)
    gate.opened.set()

    assert await asyncio.gather(*(ended(stage, press) for press in presses)) == [IMPORTED] * 2
    await imported(stage, later[0])
    assert (len(commands(stage.radarr)), len(infos(stage, " import "))) == (1, 1)


async def test_who_may_not_remove_may_neither_import_nor_grab(stage: Stage) -> None:
    admin, guest = stage.discord.admin, stage.discord.guest
    await stage.showing(blocked(), delayed(ALIEN))
    message, opened = await listed(stage), await stage.ask(admin, "Alien (1979)")
    grab = await stage.discord.submit(opened, {"how": "grab"}, member=guest)
    await stage.discord.set_role(admin.role_ids[0], 0)

    confirmation = await stage.discord.press(admin, button(message))

    for press in (grab, confirmation):
        assert (await press.answered())["content"] == approved("answer/may-not")
    await stage.passes(60)
    assert commands(stage.radarr) == grabs(stage.radarr) == []


async def test_a_press_that_discord_no_longer_knows_imports_nothing(stage: Stage) -> None:
    async def too_late(request: web.Request, route: str) -> web.StreamResponse | None:
        return discord_error(404, 10062, "Unknown interaction") if route.endswith("/callback") else None

    await stage.showing(blocked())
    message = await listed(stage)
    stage.discord.fault = too_late

    await stage.discord.press(stage.discord.admin, button(message))
    await stage.passes(60)

    assert commands(stage.radarr) == []


async def test_a_file_that_changed_since_it_was_shown_is_shown_again(stage: Stage) -> None:
    item = blocked()
    await stage.showing(item)
    message = await listed(stage)
    item.files = [FoundFile("/data/x/heat.mkv", HEAT, replaces=True)]

    press = await confirmed(stage, message)

    assert "replace" in await ended(stage, press) and commands(stage.radarr) == []
    assert button(press.messages[-1]) != button(message)
    assert await imported(stage, press.messages[-1]) == IMPORTED


# What happens between the list of files and the press, or goes wrong after it.

type Change = Callable[[Stage, Item], Awaitable[None]]


async def bot_restarts(stage: Stage, item: Item) -> None:
    await stage.restart()


async def app_restarts(stage: Stage, item: Item) -> None:
    stage.radarr.fault = only_for("/command/", answering(404, '{"message": "NotFound"}'))


async def answer_is_lost(stage: Stage, item: Item) -> None:
    stage.radarr.fault = on("POST", after(stage.radarr, dropping()))


async def retry_leaves_pending(stage: Stage, item: Item) -> None:
    item.situation = Situation("completed", "warning", "importPending")
    await stage.passes(60)


async def retry_leaves_importing(stage: Stage, item: Item) -> None:
    item.situation = Situation("completed", "warning", "importing")
    await stage.passes(60)


async def app_begins_by_itself(stage: Stage, item: Item) -> None:
    item.situation, item.messages = IMPORTING, ()
    await stage.passes(60)


async def download_leaves(stage: Stage, item: Item) -> None:
    stage.radarr.finish(item)
    await stage.lacks("** Heat")


async def app_goes_away(stage: Stage, item: Item) -> None:
    await stage.radarr.stop()


@pytest.mark.parametrize(
    ("change", "key", "sent"),
    [
        (bot_restarts, "answer/imported", 1),
        (app_restarts, "answer/imported", 1),
        (answer_is_lost, "answer/imported", 1),
        (retry_leaves_pending, "answer/imported", 1),
        (retry_leaves_importing, "answer/imported", 1),
        (app_begins_by_itself, "answer/not-any-more", 0),
        (download_leaves, "answer/gone", 0),
        (app_goes_away, "outage/nothing-listens", 0),
    ],
)
async def test_what_happens_after_the_files_were_listed_is_noticed(
    stage: Stage, change: Change, key: str, sent: int
) -> None:
    item = blocked()
    await stage.showing(item)
    message = await listed(stage)
    await change(stage, item)

    answer = await imported(stage, message)

    assert approved(key) in answer
    assert len([each for each in stage.radarr.commands if each.name == "ManualImport"]) == sent


async def test_a_version_without_the_route_is_told(stage: Stage) -> None:
    stage.radarr.fault = only_for("/manualimport", answering(404))
    await stage.showing(blocked())

    message = await listed(stage)

    assert message["content"] == approved("answer/import-too-old") and buttons_of(message) == []


@pytest.mark.parametrize(
    "answer", ["[]", "{}", '[{"path": "/x.mkv"}]', '[{"path": 7, "rejections": null}]', "nonsense"]
)
async def test_an_answer_that_is_not_what_it_should_be_leaves_nothing_to_confirm(stage: Stage, answer: str) -> None:
    await stage.showing(blocked())
    stage.radarr.fault = only_for("/manualimport", answering(200, answer))

    assert buttons_of(await listed(stage)) == []


async def test_a_command_that_never_ends_is_left_to_the_dashboard_and_not_sent_again_after_a_restart(
    stage: Stage,
) -> None:
    """Before the answer can no longer be edited."""
    item = blocked()
    item.files = [NOT_MOVED]
    stage.radarr.command_takes = 1e9
    await stage.showing(item)

    press = await confirmed(stage, await listed(stage))
    await stage.passes(15 * 60)

    assert press.messages[-1]["content"] == approved("answer/import-later")
    assert f"by <@{stage.discord.admin.id}>" in stage.text
    await stage.restart()
    await stage.passes(60)
    assert len(commands(stage.radarr)) == 1


async def test_a_restart_in_the_middle_loses_nothing_but_the_press(stage: Stage) -> None:
    stage.radarr.command_takes = 1e9
    await stage.showing(blocked(), downloading(ALIEN))
    await confirmed(stage, await listed(stage))
    await stage.passes(5)

    await stage.restart()
    await stage.passes(60)

    assert len(commands(stage.radarr)) == 1
    assert "** Heat" not in stage.text and "Alien" in stage.text


# Grabs.


async def grabbed(stage: Stage, name: str = NAME) -> str:
    return str((await chosen(stage, await stage.ask(stage.discord.admin, name), "grab"))["content"])


def grabs(arr: LoopbackArr) -> list[Request]:
    return [each for each in arr.requests if "/queue/grab/" in each.path]


@pytest.mark.parametrize("release", [delayed, client_unavailable])
async def test_a_grab_ends_with_the_download_that_it_became(stage: Stage, release: Callable[..., Item]) -> None:
    stage.radarr.refresh_every = 60
    await stage.showing(release(HEAT, client=QBITTORRENT))

    assert await grabbed(stage) == approved("answer/grabbed-and-listed")

    assert f"grabbed by <@{stage.discord.admin.id}>" in stage.text
    assert any(NAME in each for each in infos(stage, "grab"))


async def test_a_pack_is_grabbed_once_with_all_its_episodes(stage: Stage) -> None:
    stage.sonarr.refresh_every = 60
    await stage.showing(delayed(HARBOUR, episodes=HARBOUR.season(2, 3)))

    assert "grabbed" in await grabbed(stage, PACK)
    assert len(grabs(stage.sonarr)) == 1


async def test_two_who_grab_at_once_send_one_request_and_a_third_is_told_that_it_has_started(stage: Stage) -> None:
    stage.radarr.refresh_every = 60
    await stage.showing(delayed(HEAT))
    people = stage.discord.admin, stage.discord.moderator, stage.discord.moderator
    *at_once, later = [await stage.ask(person, NAME) for person in people]
    stage.radarr.fault = gate = Gate("POST")
    forms = [await stage.discord.submit(each, {"how": "grab"}) for each in at_once]
    await gate.arrived.wait()
    await stage.passes(2)
    gate.opened.set()

    answers = [(await form.answered(300))["content"] for form in forms]

    assert answers == [approved("answer/grabbed-and-listed")] * 2
    assert (await chosen(stage, later, "grab"))["content"] == approved("answer/started")
    assert [each.status for each in grabs(stage.radarr)] == [200]


async def test_a_grab_that_the_app_no_longer_knows_is_no_error(stage: Stage) -> None:
    item = delayed(HEAT)
    await stage.showing(item)
    opened = await stage.ask(stage.discord.admin, NAME)
    stage.radarr.queue.remove(item)

    assert (await chosen(stage, opened, "grab"))["content"] == approved("answer/handed-over")


async def test_a_client_that_does_not_take_it_is_told_in_our_words_and_the_release_keeps_waiting(stage: Stage) -> None:
    await stage.showing(delayed(HEAT, client_error="http://user:hunter2@sab/api?apikey=SECRET refused"))

    assert await grabbed(stage) == approved("answer/grab-failed")

    assert f"** {NAME}" in stage.text and "SECRET" not in stage.text + stage.log.text
    (warning,) = [each.message for each in stage.log.records if each.levelname == "WARNING" and NAME in each.message]
    assert str(stage.discord.admin.id) in warning


async def test_a_grab_whose_answer_is_lost_may_be_done(stage: Stage) -> None:
    await stage.showing(delayed(HEAT))
    stage.radarr.fault = only_for("/queue/grab/", hanging(asyncio.Event()))

    assert await grabbed(stage) == approved("answer/grab-without-answer")
