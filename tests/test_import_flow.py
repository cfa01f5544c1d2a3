"""Importing a blocked download from Discord, from the form to the history's word: once, and only what is safe.

What is safe is proved in tests/test_manual_import.py, and what becomes of a command in tests/test_actions.py.
"""

import asyncio
import json

from discarr.demo.arr import Item
from discarr.demo.arr.items import IMPORTING, QBITTORRENT, FoundFile
from discarr.demo.arr.situations import BY_ID, client_unavailable, delayed, downloading, import_blocked
from discarr.demo.discord import Member, Press, Wire
from tests.approved import approved
from tests.stage import ALIEN, BROWSE, HARBOUR, HEAT, PRIVATE, Gate, Stage, buttons_of
from tests.support.faults import answering, hanging, only_for

NAME, PACK = "Heat (1995)", "Harbour Lights S02"
IMPORTED = approved("answer/imported")
NOT_MOVED = FoundFile("/data/x/heat.mkv", HEAT, fails=True)
"""The app's command says that it succeeded, and imports nothing of this."""


def blocked(*files: FoundFile) -> Item:
    """A film whose import is blocked for a reason that a person can solve."""
    item = import_blocked(HEAT, messages=(("Heat.mkv", (BY_ID,)),))
    item.files = list(files) or item.files
    return item


async def listed(stage: Stage, name: str = NAME, *, by: Member | None = None) -> Wire:
    """The private answer that lists the files of an import."""
    return await stage.sent(await stage.ask(by or stage.discord.admin, name), "import")


async def confirmed(stage: Stage, message: Wire, *, by: Member | None = None) -> Press:
    (button,) = buttons_of(message)
    return await stage.press(by or stage.discord.admin, button["custom_id"], on=message)


async def ended(stage: Stage, press: Press) -> str:
    """What the private answer says once it says something else than at the press."""
    first = press.messages[-1]["content"]
    return str(await stage.until(lambda: press.messages[-1]["content"].replace(first, "")))


async def imported(stage: Stage, message: Wire) -> str:
    """The answer to the button below this list of files."""
    return await ended(stage, await confirmed(stage, message))


def commands(stage: Stage) -> list[Wire]:
    """The imports that the apps were asked for."""
    posts = (each for app in (stage.radarr, stage.sonarr) for each in app.requests if each.method == "POST")
    bodies = [json.loads(each.body) for each in posts if each.path.endswith("/command")]
    return [body for body in bodies if body["name"] == "ManualImport"]


async def test_what_was_listed_is_imported_once_for_all_who_press(stage: Stage) -> None:
    """The dashboard and the log say who began it."""
    stage.log.set_level("DEBUG", "discarr")
    stage.radarr.refresh_every = 60
    await stage.showing(blocked(), downloading(ALIEN))
    admin, moderator, before = stage.discord.admin, stage.discord.moderator, len(stage.radarr.requests)
    opened = await stage.ask(admin, NAME)
    assert stage.radarr.requests[before:] == [], "the form alone asks the app nothing"
    message = await stage.sent(opened, "import")
    assert all(part in message["content"] for part in ("1 file", "Heat.1995", "WEBDL"))
    assert message["flags"] & PRIVATE and commands(stage) == []
    other, later = await listed(stage, by=moderator), await listed(stage)

    stage.radarr.fault = gate = Gate("POST")
    presses = [await confirmed(stage, message), await confirmed(stage, other, by=moderator)]
    await gate.arrived.wait()
    await stage.passes(5)
    gate.opened.set()
    assert await asyncio.gather(*(ended(stage, press) for press in presses)) == [IMPORTED] * 2
    await imported(stage, later)

    [command] = commands(stage)
    [file] = command["files"]
    assert file["movieId"] == HEAT.id and file["downloadId"]
    assert file.keys().isdisjoint({"movie", "seriesId", "episodeIds"})
    await stage.lacks("** Heat")
    assert f"<@{admin.id}>" in stage.text and stage.text.count(NAME) == 1, "not reported as an outcome as well"
    [info] = [text for text in stage.said("INFO") if " import " in text]
    assert str(admin.id) in info and NAME in info
    everything = f"{[each.body for each in stage.discord.requests]} {stage.log.text}"
    assert "/data/downloads" not in everything and stage.radarr.api_key not in everything


async def test_of_a_pack_what_has_no_match_is_left_out_and_what_cannot_be_moved_is_not_counted(stage: Stage) -> None:
    """What was left out is imported once it has a match."""
    item = import_blocked(HARBOUR, episodes=HARBOUR.season(2, 3), messages=((BY_ID, ()),))
    one, two, three = item.episodes
    item.files = [
        FoundFile("/data/p/one.mkv", HARBOUR, (one,)),
        FoundFile("/data/p/two.mkv", HARBOUR, (two,), fails=True),
        FoundFile("/data/p/three.mkv"),
    ]
    await stage.showing(item)

    message = await listed(stage, PACK)
    assert "2 files" in message["content"] and "three.mkv" in message["content"]
    assert "1 of 3" in await imported(stage, message)
    item.files = [FoundFile("/data/p/three.mkv", HARBOUR, (three,))]
    await imported(stage, await listed(stage, PACK))

    sent = [[file["episodeIds"] for file in command["files"]] for command in commands(stage)]
    assert sent == [[[one.id], [two.id]], [[three.id]]]


async def test_nothing_is_imported_but_safe_files_as_they_were_listed(stage: Stage) -> None:
    item = blocked(FoundFile("/data/x/another.mkv", ALIEN))
    await stage.showing(item)
    too_old = only_for("/manualimport", answering(404)), approved("answer/import-too-old")
    for stage.radarr.fault, said in (too_old, (None, "another.mkv")):
        message = await listed(stage)
        assert said in message["content"] and "/data" not in message["content"] and buttons_of(message) == []

    item.files = [FoundFile("/data/x/heat.mkv", HEAT)]
    messages = [await listed(stage) for _ in range(4)]
    item.files = [FoundFile("/data/x/heat.mkv", HEAT, replaces=True)]
    press = await confirmed(stage, messages[0])
    assert "replace" in await ended(stage, press)
    again = press.messages[-1]
    assert buttons_of(again) != buttons_of(messages[0])

    await stage.radarr.stop()
    assert approved("outage/nothing-listens") in await imported(stage, messages[1])
    await stage.radarr.start()
    was_blocked, item.situation = item.situation, IMPORTING
    await stage.passes(60)
    assert approved("answer/not-any-more") in await imported(stage, messages[2])
    assert commands(stage) == []

    item.situation = was_blocked
    await stage.passes(60)
    assert await imported(stage, again) == IMPORTED
    await stage.lacks("** Heat")
    assert approved("answer/gone") in await imported(stage, messages[3])
    assert len(commands(stage)) == 1


async def test_an_end_while_files_are_listed_is_no_error(stage: Stage) -> None:
    await stage.showing(blocked())
    opened = await stage.ask(stage.discord.admin, NAME)
    stage.radarr.fault = gate = Gate("GET")
    await (await stage.discord.submit(opened, {"how": "import"})).acknowledged()
    await stage.passes(20)
    await gate.arrived.wait()
    await stage.stop()

    assert (stage.tracebacks, stage.warnings) == ([], [])


async def test_a_command_that_never_ends_is_left_to_the_dashboard_and_nothing_else_is_done(stage: Stage) -> None:
    """Before the answer can no longer be edited. The list of files outlives a restart, as do forms and Browse."""
    moderator = stage.discord.moderator
    stage.radarr.command_takes = 1e9
    await stage.showing(blocked(NOT_MOVED))
    message, opened = await listed(stage), await stage.ask(moderator, NAME)
    page = await (await stage.discord.press(moderator, BROWSE)).answered()
    await stage.restart()

    stage.radarr.fault = gate = Gate("GET")
    press = await confirmed(stage, message)
    await gate.arrived.wait()
    form = await stage.discord.submit(opened, {"how": "remove"})
    assert approved("answer/being-imported") in (await form.answered(60))["content"], "its files are being listed"
    gate.opened.set()
    await stage.shows("importing Heat")
    cross = await stage.discord.press(moderator, stage.cross(NAME, page), message_id=int(page["id"]))
    assert approved("answer/being-imported") in (await cross.answered(60))["content"]
    await stage.passes(15 * 60)

    assert press.messages[-1]["content"] == approved("answer/import-later")
    assert f"by <@{stage.discord.admin.id}>" in stage.text
    await stage.restart()
    await stage.passes(60)
    assert (len(commands(stage)), stage.removals()) == (1, [])


async def test_a_grab_is_one_request_and_ends_with_its_download(stage: Stage) -> None:
    stage.radarr.refresh_every = stage.sonarr.refresh_every = 60
    films = delayed(HEAT, client=QBITTORRENT), client_unavailable(ALIEN, client=QBITTORRENT)
    await stage.showing(*films, delayed(HARBOUR, episodes=HARBOUR.season(2, 3)))

    for name in (NAME, "Alien (1979)", f"{PACK} E01–E03"):
        answer = await stage.sent(await stage.ask(stage.discord.admin, name), "grab")
        assert answer["content"].partition("**: ")[2] == approved("answer/grabbed-and-listed").partition("**: ")[2]
        assert f"{name} grabbed by <@{stage.discord.admin.id}>" in stage.text
        assert any("grab" in each and name in each for each in stage.said("INFO"))
    requests = [each.path for app in (stage.radarr, stage.sonarr) for each in app.requests]
    assert len([path for path in requests if "/queue/grab/" in path]) == 3


async def test_a_grab_that_fails_is_told_in_our_words_and_one_that_is_over_is_no_error(stage: Stage) -> None:
    """If the answer is lost, it may be done."""
    item = delayed(HEAT, client_error="http://user:hunter2@sab/api?apikey=SECRET refused")
    await stage.showing(item)
    opened = await stage.ask(stage.discord.admin, NAME)

    assert (await stage.sent(opened, "grab"))["content"] == approved("answer/grab-failed")
    assert f"** {NAME}" in stage.text and "SECRET" not in stage.text + stage.log.text
    (warning,) = [each for each in stage.said("WARNING") if NAME in each]
    assert str(stage.discord.admin.id) in warning
    stage.radarr.fault = only_for("/queue/grab/", hanging)
    assert (await stage.sent(opened, "grab"))["content"] == approved("answer/grab-without-answer")
    stage.radarr.fault = None
    stage.radarr.queue.remove(item)
    assert (await stage.sent(opened, "grab"))["content"] == approved("answer/handed-over")
    stage.radarr.queue.append(item)
    await stage.passes(60)
    assert (await stage.remove(stage.discord.admin, NAME))["content"] == approved("answer/dropped-remove")
