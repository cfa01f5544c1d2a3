"""Importing a blocked download from Discord, from the form to the history's word: once, and only what is safe."""

import asyncio
import json
from collections.abc import Callable

import pytest
from aiohttp import web

from discarr.demo.arr import Item, LoopbackArr, Request
from discarr.demo.arr.items import IMPORTING, QBITTORRENT, Situation
from discarr.demo.arr.manual_import import BY_ID, FoundFile
from discarr.demo.arr.situations import client_unavailable, delayed, downloading, import_blocked
from discarr.demo.discord import Member, Press, Wire, discord_error
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, HARBOUR, HEAT, PRIVATE, Gate, Stage, buttons_of
from tests.support.faults import answering, dropping, hanging
from tests.support.watching import only_for
from tests.virtual_time import jumping

pytestmark = jumping

NO_UPGRADE = "Not an upgrade for existing movie file. Existing quality: Remux-2160p. New Quality WEBDL-1080p."
NAME = "Heat (1995)"


def blocked(*reasons: str) -> Item:
    """A film whose import is blocked for these reasons; by default for one that a person can solve."""
    return import_blocked(HEAT, messages=(("Heat.mkv", reasons or (BY_ID,)),))


def blocked_pack() -> Item:
    """Three episodes, of which one file cannot be matched."""
    return import_blocked(HARBOUR, episodes=HARBOUR.season(2, 3), messages=((BY_ID, ()),))


async def listed(stage: Stage, member: Member, name: str = NAME) -> Wire:
    """The private answer that lists the files of an import."""
    form = await stage.discord.submit(await stage.ask(member, name), {"how": "import"})
    await form.acknowledged()
    return await form.answered(300)


def button(message: Wire) -> str:
    (only,) = buttons_of(message)
    return str(only["custom_id"])


async def confirmed(stage: Stage, member: Member, message: Wire) -> Press:
    press = await stage.discord.press(member, button(message))
    await press.acknowledged()
    return press


async def ended(stage: Stage, press: Press) -> str:
    """What the private answer says once it says something else than at the press."""
    first = press.messages[-1]["content"]
    return str(await stage.until(lambda: press.messages[-1]["content"].replace(first, "")))


async def imported(stage: Stage, member: Member, name: str = NAME) -> str:
    return await ended(stage, await confirmed(stage, member, await listed(stage, member, name)))


def commands(arr: LoopbackArr) -> list[Request]:
    """The imports that the app was asked for."""
    return [each for each in arr.requests if each.method == "POST" and b"ManualImport" in each.body]


def infos(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.message for each in caplog.records if each.levelname == "INFO" and " import " in each.message]


# What is listed.


async def test_opening_the_form_asks_the_app_nothing(stage: Stage) -> None:
    await stage.showing(blocked())
    before = len(stage.radarr.requests)

    await stage.ask(stage.discord.admin, NAME)

    assert [each.path for each in stage.radarr.requests[before:]] == []


async def test_the_files_are_listed_privately_and_nothing_is_done_yet(stage: Stage) -> None:
    await stage.showing(blocked())

    message = await listed(stage, stage.discord.admin)

    assert "1 file" in message["content"] and "Heat.1995" in message["content"] and "WEBDL" in message["content"]
    assert message["flags"] & PRIVATE
    assert commands(stage.radarr) == []


async def test_a_slow_look_at_the_files_is_acknowledged_at_once(stage: Stage) -> None:
    await stage.showing(blocked())
    gate = asyncio.Event()
    stage.radarr.fault = only_for("/manualimport", hanging(gate))
    form = await stage.discord.submit(await stage.ask(stage.discord.admin, NAME), {"how": "import"})
    await form.acknowledged()

    await stage.passes(90)
    gate.set()

    assert buttons_of(await form.answered(60))


async def test_no_path_and_no_key_of_the_app_is_shown_or_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "discarr")
    await stage.showing(blocked())

    await imported(stage, stage.discord.admin)

    everything = f"{[each.body for each in stage.discord.requests]} {caplog.text}"
    assert "/data/downloads" not in everything and stage.radarr.api_key not in everything


# What is done.


async def test_one_press_imports_and_the_dashboard_and_the_log_say_who_and_what(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    await stage.showing(blocked(), downloading(ALIEN))

    answer = await imported(stage, stage.discord.admin)

    assert answer == approved("answer/imported")
    (command,) = commands(stage.radarr)
    (file,) = json.loads(command.body)["files"]
    assert file["movieId"] == HEAT.id and file["downloadId"]
    await stage.lacks("** Heat")
    by = f"<@{stage.discord.admin.id}>"
    assert by in stage.text
    assert len(infos(caplog)) == 1 and str(stage.discord.admin.id) in infos(caplog)[0] and NAME in infos(caplog)[0]
    await stage.passes(11 * 60)
    assert by not in stage.text


async def test_an_import_from_here_is_reported_once_and_not_as_an_outcome_as_well(stage: Stage) -> None:
    await stage.showing(blocked(), downloading(ALIEN))

    await imported(stage, stage.discord.admin)
    await stage.lacks("** Heat")

    assert stage.text.count(NAME) == 1
    await stage.passes(11 * 60)
    assert NAME not in stage.text


async def test_of_a_pack_what_has_no_match_is_left_out_and_the_rest_is_imported(stage: Stage) -> None:
    item = blocked_pack()
    one, two, _ = item.episodes
    stage.sonarr.manual_imports.files[item.download_id] = [
        FoundFile("/data/p/one.mkv", HARBOUR, (one,)),
        FoundFile("/data/p/two.mkv", HARBOUR, (two,)),
        FoundFile("/data/p/three.mkv"),
    ]
    await stage.showing(item)

    message = await listed(stage, stage.discord.admin, "Harbour Lights S02")
    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert "2 files" in message["content"] and "three.mkv" in message["content"]
    assert "2 of 3" in answer
    files = json.loads(commands(stage.sonarr)[0].body)["files"]
    assert [each["episodeIds"] for each in files] == [[one.id], [two.id]]


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
    opened = await stage.ask(stage.discord.admin, NAME)
    assert opened.modal is not None
    options = [each["component"] for each in opened.modal["components"] if "component" in each][0]["options"]
    assert "import" not in [option["value"] for option in options]
    radio = {
        "type": 21,
        "id": 2,
        "custom_id": "how",
        "required": False,
        "options": [{"value": "import", "default": True}],
    }
    forged = {"custom_id": opened.modal["custom_id"], "components": [{"type": 18, "id": 1, "component": radio}]}

    form = await stage.discord.submit(forged, member=stage.discord.admin)
    await form.answered(60)
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
    stage.radarr.manual_imports.files[item.download_id] = [file]
    await stage.showing(item)

    message = await listed(stage, stage.discord.admin)

    assert buttons_of(message) == []
    assert file.path.rpartition("/")[2] in message["content"]
    assert "/data" not in message["content"]


async def test_a_command_that_says_successful_and_imported_nothing_is_not_believed(stage: Stage) -> None:
    item = blocked()
    stage.radarr.manual_imports.files[item.download_id] = [FoundFile("/data/x/heat.mkv", HEAT, fails=True)]
    await stage.showing(item)

    answer = await imported(stage, stage.discord.admin)

    assert answer == approved("answer/imported-nothing")
    await stage.shows(approved("action/import-nothing").partition(" by <@")[0])
    assert "** Heat (1995)" in stage.text


async def test_a_pack_of_which_one_file_could_not_be_moved_is_imported_in_part(stage: Stage) -> None:
    item = blocked_pack()
    one, two, three = item.episodes
    stage.sonarr.manual_imports.files[item.download_id] = [
        FoundFile("/data/p/one.mkv", HARBOUR, (one,)),
        FoundFile("/data/p/two.mkv", HARBOUR, (two, three), fails=True),
    ]
    await stage.showing(item)

    assert "1 of 3" in await imported(stage, stage.discord.admin, "Harbour Lights S02")


async def test_an_import_of_the_past_is_not_taken_for_this_one(stage: Stage) -> None:
    item = blocked()
    stage.radarr.manual_imports.files[item.download_id] = [FoundFile("/data/x/heat.mkv", HEAT, fails=True)]
    stage.radarr.remember(item, "downloadFolderImported", at=stage.radarr.clock() + 3600)
    stage.radarr.remember(item, "grabbed", at=stage.radarr.clock() + 3601)
    await stage.showing(item)

    assert await imported(stage, stage.discord.admin) == approved("answer/imported-nothing")


# Once, and by whom.


async def test_what_was_left_out_can_be_imported_once_it_has_a_match(stage: Stage) -> None:
    item = blocked_pack()
    one, two, three = item.episodes
    files = [FoundFile("/data/p/one.mkv", HARBOUR, (one, two)), FoundFile("/data/p/three.mkv")]
    stage.sonarr.manual_imports.files[item.download_id] = files
    await stage.showing(item)
    await imported(stage, stage.discord.admin, "Harbour Lights S02")
    matched = FoundFile("/data/p/three.mkv", HARBOUR, (three,))
    stage.sonarr.manual_imports.files[item.download_id] = [matched]

    await imported(stage, stage.discord.admin, "Harbour Lights S02")

    assert [len(json.loads(each.body)["files"]) for each in commands(stage.sonarr)] == [1, 1]


@pytest.mark.parametrize("how", ["a form from before", "a button of Browse"])
async def test_what_is_being_imported_cannot_be_removed_meanwhile(stage: Stage, how: str) -> None:
    stage.radarr.command_takes = 600
    item = blocked()
    stage.radarr.manual_imports.files[item.download_id] = [FoundFile("/data/x/heat.mkv", HEAT, fails=True)]
    await stage.showing(item)
    opened = await stage.ask(stage.discord.moderator, NAME)
    page = await (await stage.discord.press(stage.discord.moderator, BROWSE)).answered()
    await confirmed(stage, stage.discord.admin, await listed(stage, stage.discord.admin))
    await stage.shows("importing Heat")

    if how == "a form from before":
        press = await stage.discord.submit(opened, {"how": "remove"})
    else:
        press = await stage.discord.press(stage.discord.moderator, stage.cross(NAME, page), message_id=int(page["id"]))

    assert approved("answer/being-imported") in (await press.answered(60))["content"]
    assert stage.removals() == []


async def test_two_people_at_once_send_one_command_and_both_are_answered(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "discarr")
    await stage.showing(blocked())
    people = stage.discord.admin, stage.discord.moderator
    messages = [await listed(stage, person) for person in people]
    stage.radarr.fault = gate = Gate("POST")

    presses = [await confirmed(stage, *pair) for pair in zip(people, messages, strict=True)]
    await gate.arrived.wait()
    await stage.passes(5)
    gate.opened.set()
    answers = await asyncio.gather(*(ended(stage, press) for press in presses))

    assert answers == [approved("answer/imported")] * 2
    assert (len(commands(stage.radarr)), len(infos(caplog))) == (1, 1)


async def test_who_presses_after_it_was_imported_sends_nothing(stage: Stage) -> None:
    stage.radarr.refresh_every = 60
    await stage.showing(blocked())
    messages = [await listed(stage, person) for person in (stage.discord.admin, stage.discord.moderator)]
    await ended(stage, await confirmed(stage, stage.discord.admin, messages[0]))

    await ended(stage, await confirmed(stage, stage.discord.moderator, messages[1]))

    assert len(commands(stage.radarr)) == 1


async def test_who_may_not_remove_may_not_import(stage: Stage) -> None:
    await stage.showing(blocked())
    message = await listed(stage, stage.discord.admin)
    await stage.discord.set_role(stage.discord.admin.role_ids[0], 0)

    press = await stage.discord.press(stage.discord.admin, button(message))

    assert (await press.answered())["content"] == approved("answer/may-not")
    await stage.passes(60)
    assert commands(stage.radarr) == []


async def test_a_press_that_discord_no_longer_knows_imports_nothing(stage: Stage) -> None:
    async def too_late(request: web.Request, route: str) -> web.StreamResponse | None:
        return discord_error(404, 10062, "Unknown interaction") if route.endswith("/callback") else None

    await stage.showing(blocked())
    message = await listed(stage, stage.discord.admin)
    stage.discord.fault = too_late

    await stage.discord.press(stage.discord.admin, button(message))
    await stage.passes(60)

    assert commands(stage.radarr) == []


async def test_a_file_that_changed_since_it_was_shown_is_shown_again(stage: Stage) -> None:
    item = blocked()
    await stage.showing(item)
    message = await listed(stage, stage.discord.admin)
    stage.radarr.manual_imports.files[item.download_id] = [FoundFile("/data/x/heat.mkv", HEAT, replaces=True)]

    press = await confirmed(stage, stage.discord.admin, message)
    answer = await ended(stage, press)

    assert "replace" in answer and commands(stage.radarr) == []
    assert button(press.messages[-1]) != button(message)
    assert await ended(stage, await confirmed(stage, stage.discord.admin, press.messages[-1])) == approved(
        "answer/imported"
    )


# What goes wrong on the way.


async def test_a_version_without_the_route_is_told(stage: Stage) -> None:
    stage.radarr.fault = only_for("/manualimport", answering(404))
    await stage.showing(blocked())

    message = await listed(stage, stage.discord.admin)

    assert message["content"] == approved("answer/import-too-old") and buttons_of(message) == []


@pytest.mark.parametrize(
    "answer", ["[]", "{}", '[{"path": "/x.mkv"}]', '[{"path": 7, "rejections": null}]', "nonsense"]
)
async def test_an_answer_that_is_not_what_it_should_be_leaves_nothing_to_confirm(stage: Stage, answer: str) -> None:
    await stage.showing(blocked())
    stage.radarr.fault = only_for("/manualimport", answering(200, answer))

    assert buttons_of(await listed(stage, stage.discord.admin)) == []


async def test_an_app_that_went_away_between_the_steps_has_done_nothing(stage: Stage) -> None:
    await stage.showing(blocked())
    message = await listed(stage, stage.discord.admin)
    await stage.radarr.stop()

    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert approved("outage/nothing-listens") in answer


async def test_a_download_that_left_between_the_steps_is_told(stage: Stage) -> None:
    item = blocked()
    await stage.showing(item)
    message = await listed(stage, stage.discord.admin)
    stage.radarr.finish(item)
    await stage.lacks("** Heat")

    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert answer == approved("answer/gone") and commands(stage.radarr) == []


@pytest.mark.parametrize("word", ["importPending", "importing"])
async def test_the_word_that_a_retry_of_the_app_leaves_does_not_matter(stage: Stage, word: str) -> None:
    item = blocked()
    await stage.showing(item)
    message = await listed(stage, stage.discord.admin)
    item.situation = Situation("completed", "warning", word)
    await stage.passes(60)

    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert answer == approved("answer/imported")


async def test_what_the_app_has_begun_to_import_by_itself_is_left_to_it(stage: Stage) -> None:
    item = blocked()
    await stage.showing(item)
    message = await listed(stage, stage.discord.admin)
    item.situation, item.messages = IMPORTING, ()
    await stage.passes(60)

    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert answer == approved("answer/not-any-more") and commands(stage.radarr) == []


async def test_an_import_whose_answer_was_lost_is_found_in_the_history(stage: Stage) -> None:
    await stage.showing(blocked())
    message = await listed(stage, stage.discord.admin)

    async def lost(request: web.Request) -> web.StreamResponse | None:
        if request.method != "POST":
            return None
        await stage.radarr.respond(request)
        return await dropping()(request)

    stage.radarr.fault = lost
    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert answer == approved("answer/imported") and len(commands(stage.radarr)) <= 1


async def test_a_command_that_never_ends_is_left_to_the_dashboard_before_the_answer_can_no_longer_be_edited(
    stage: Stage,
) -> None:
    item = blocked()
    stage.radarr.manual_imports.files[item.download_id] = [FoundFile("/data/x/heat.mkv", HEAT, fails=True)]
    stage.radarr.command_takes = 1e9
    await stage.showing(item)

    press = await confirmed(stage, stage.discord.admin, await listed(stage, stage.discord.admin))
    await stage.passes(15 * 60)

    assert press.messages[-1]["content"] == approved("answer/import-later")
    assert f"by <@{stage.discord.admin.id}>" in stage.text
    assert len(commands(stage.radarr)) == 1


async def test_an_app_that_restarts_during_an_import_is_asked_for_its_history(stage: Stage) -> None:
    await stage.showing(blocked())
    message = await listed(stage, stage.discord.admin)
    stage.radarr.fault = only_for("/command/", answering(404, '{"message": "NotFound"}'))

    assert await ended(stage, await confirmed(stage, stage.discord.admin, message)) == approved("answer/imported")


async def test_a_button_from_before_a_restart_of_the_bot_works(stage: Stage) -> None:
    await stage.showing(blocked())
    message = await listed(stage, stage.discord.admin)
    await stage.restart()

    answer = await ended(stage, await confirmed(stage, stage.discord.admin, message))

    assert answer == approved("answer/imported")


async def test_a_restart_in_the_middle_loses_nothing_but_the_press(stage: Stage) -> None:
    stage.radarr.command_takes = 1e9
    await stage.showing(blocked(), downloading(ALIEN))
    await confirmed(stage, stage.discord.admin, await listed(stage, stage.discord.admin))
    await stage.passes(5)

    await stage.restart()
    await stage.passes(60)

    assert len(commands(stage.radarr)) == 1
    assert "** Heat" not in stage.text and "Alien" in stage.text


# Grabs.


async def grabbed(stage: Stage, member: Member, name: str = NAME) -> str:
    form = await stage.discord.submit(await stage.ask(member, name), {"how": "grab"})
    await form.acknowledged()
    return str((await form.answered(300))["content"])


def grabs(arr: LoopbackArr) -> list[Request]:
    return [each for each in arr.requests if "/queue/grab/" in each.path]


@pytest.mark.parametrize("release", [delayed, client_unavailable])
async def test_a_grab_ends_with_the_download_that_it_became(
    stage: Stage, caplog: pytest.LogCaptureFixture, release: Callable[..., Item]
) -> None:
    caplog.set_level("INFO", "discarr")
    stage.radarr.refresh_every = 60
    await stage.showing(release(HEAT, client=QBITTORRENT))

    answer = await grabbed(stage, stage.discord.admin)

    assert answer == approved("answer/grabbed-and-listed")
    assert f"grabbed by <@{stage.discord.admin.id}>" in stage.text
    assert any("grab" in each.message and NAME in each.message for each in caplog.records if each.levelname == "INFO")


async def test_a_pack_is_grabbed_once_with_all_its_episodes(stage: Stage) -> None:
    stage.sonarr.refresh_every = 60
    await stage.showing(delayed(HARBOUR, episodes=HARBOUR.season(2, 3)))

    assert "grabbed" in await grabbed(stage, stage.discord.admin, "Harbour Lights S02")

    assert len(grabs(stage.sonarr)) == 1


async def test_what_was_grabbed_meanwhile_is_told_to_have_started(stage: Stage) -> None:
    stage.radarr.refresh_every = 60
    item = delayed(HEAT)
    await stage.showing(item)
    opened = await stage.ask(stage.discord.moderator, NAME)
    await grabbed(stage, stage.discord.admin)

    form = await stage.discord.submit(opened, {"how": "grab"})

    assert approved("answer/started") == (await form.answered(60))["content"]
    assert [each.status for each in grabs(stage.radarr)] == [200]


async def test_two_who_grab_at_once_send_one_request(stage: Stage) -> None:
    stage.radarr.refresh_every = 60
    await stage.showing(delayed(HEAT))
    opened = [await stage.ask(person, NAME) for person in (stage.discord.admin, stage.discord.moderator)]
    stage.radarr.fault = gate = Gate("POST")
    forms = [await stage.discord.submit(each, {"how": "grab"}) for each in opened]
    await gate.arrived.wait()
    await stage.passes(2)
    gate.opened.set()

    answers = [(await form.answered(300))["content"] for form in forms]

    assert answers == [approved("answer/grabbed-and-listed")] * 2
    assert len(grabs(stage.radarr)) == 1


async def test_a_grab_that_the_app_no_longer_knows_is_no_error(stage: Stage) -> None:
    item = delayed(HEAT)
    await stage.showing(item)
    opened = await stage.ask(stage.discord.admin, NAME)
    stage.radarr.queue.remove(item)

    form = await stage.discord.submit(opened, {"how": "grab"})

    assert (await form.answered(60))["content"] == approved("answer/handed-over")


async def test_a_client_that_does_not_take_it_is_told_in_our_words_and_the_release_keeps_waiting(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.showing(delayed(HEAT, client_error="http://user:hunter2@sab/api?apikey=SECRET refused"))

    answer = await grabbed(stage, stage.discord.admin)

    assert answer == approved("answer/grab-failed")
    assert "** Heat (1995)" in stage.text and "SECRET" not in stage.text
    (warning,) = [each.message for each in caplog.records if each.levelname == "WARNING" and NAME in each.message]
    assert str(stage.discord.admin.id) in warning and "SECRET" not in caplog.text


async def test_a_grab_whose_answer_is_lost_may_be_done(stage: Stage) -> None:
    await stage.showing(delayed(HEAT))
    stage.radarr.fault = only_for("/queue/grab/", hanging(asyncio.Event()))

    assert await grabbed(stage, stage.discord.admin) == approved("answer/grab-without-answer")


async def test_a_guest_may_not_grab(stage: Stage) -> None:
    await stage.showing(delayed(HEAT))
    opened = await stage.ask(stage.discord.admin, NAME)

    form = await stage.discord.submit(opened, {"how": "grab"}, member=stage.discord.guest)

    assert (await form.answered())["content"] == approved("answer/may-not")
    await stage.passes(60)
    assert grabs(stage.radarr) == []
