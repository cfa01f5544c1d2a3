"""The button Health: everybody may press it, and sees what the apps report and how much space is free."""

import asyncio

import pytest

from discarr.demo.arr.records import mount, root_folder
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import Wire
from tests.stage import BROWSE, HEAT, PRIVATE, Stage, text_of
from tests.support.faults import answering, hanging
from tests.support.watching import only_for

HEALTH = "discarr:health"
SECRET = "http://sab.internal:8080/api?apikey=00112233445566778899aabbccddeeff at /data/media/movies"
ROOT_FOLDER = {"source": "RootFolderCheck", "type": "error", "message": SECRET}
INDEXERS = {"source": "IndexerStatusCheck", "type": "warning", "message": SECRET}
TIB = 2**40


async def opened(stage: Stage) -> Wire:
    """The private view of a guest."""
    press = await stage.discord.press_raw(stage.discord.guest, HEALTH, message_id=int(stage.dashboard["id"]))
    await press.acknowledged()
    return await press.answered(60)


def asked(stage: Stage, path: str) -> int:
    """How often Radarr was asked for this."""
    return sum(each.path.endswith(path) for each in stage.radarr.requests)


async def test_a_guest_sees_warnings_and_free_space_without_a_path_or_a_key(stage: Stage) -> None:
    stage.radarr.health = [ROOT_FOLDER, INDEXERS, {"source": SECRET, "type": "error", "message": SECRET}]
    stage.radarr.root_folders = [root_folder(1, "/data/media/movies", 2 * TIB), root_folder(2, "/gone", None)]
    stage.radarr.disks = [mount("/data", 2 * TIB, 16 * TIB)]
    await stage.up()

    answer = await opened(stage)

    assert answer["flags"] & PRIVATE
    text = text_of(answer)
    for line in (
        "⚠️ a library folder is missing",
        "⚠️ some indexers are failing",
        "1 more: see System, Status in Radarr",
        "Library folder 1: 2 TiB free of 16 TiB",
        "Library folder 2: missing, or too slow to answer",
        "✓ no problems reported",
    ):
        assert line in text
    shown = text + stage.text
    assert not [secret for secret in ("0011223344", "internal", "/data", "/gone") if secret in shown]


async def test_it_is_in_the_menu_of_browse_too(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    browser = (await stage.press(stage.discord.guest, BROWSE)).messages[0]

    press = await stage.press(stage.discord.guest, "discarr:filter", "health", on=browser)

    assert "✓ no problems reported" in text_of(await press.answered(60))


async def test_there_is_a_button_only_while_something_is_reported_or_nothing_listed(stage: Stage) -> None:
    await stage.up()
    empty = stage.labels
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(60)
    well = stage.labels
    stage.radarr.health = [INDEXERS]
    await stage.passes(310)

    assert (empty, well) == (["Refresh", "Health"], ["✖ 1", "Browse 1", "Refresh"])
    assert stage.labels == ["✖ 1", "Browse 1", "Refresh", "Health"]


async def test_the_free_space_is_asked_for_only_when_somebody_looks_and_once_a_minute(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    await stage.passes(600)
    before = asked(stage, "/rootfolder")
    for _ in range(5):
        await opened(stage)
    at_once = asked(stage, "/rootfolder")
    await stage.passes(60)
    await opened(stage)

    assert (before, at_once, asked(stage, "/rootfolder"), asked(stage, "/diskspace")) == (0, 1, 2, 2)


async def test_an_app_that_is_slow_to_list_its_folders_delays_the_answer_for_a_while(stage: Stage) -> None:
    stage.radarr.fault = only_for("/rootfolder", hanging(asyncio.Event()))
    await stage.up()
    began = stage.clock.monotonic()

    text = text_of(await opened(stage))

    assert "free space unknown" in text and "Library folder 1: 1 TiB free of 16 TiB" in text
    assert 14 <= stage.clock.monotonic() - began <= 17


@pytest.mark.parametrize(
    ("path", "fault", "said"),
    [
        ("/diskspace", answering(404), "Library folder 1: 1 TiB free\n"),
        ("/health", answering(500), "❔ health unknown"),
        ("/health", hanging(asyncio.Event()), "❔ health unknown"),
    ],
    ids=["no disks", "no health", "slow health"],
)
async def test_an_app_that_does_not_say_how_it_is_is_shown_as_usual(
    stage: Stage, path: str, fault: Fault, said: str
) -> None:
    stage.radarr.fault = only_for(path, fault)
    began = stage.clock.monotonic()
    await stage.showing(downloading(HEAT))

    assert stage.clock.monotonic() - began <= 20
    assert "Heat" in stage.text and "trouble" not in stage.text
    assert ("Radarr ?" in stage.text) is (path == "/health")
    assert said in text_of(await opened(stage))


async def test_what_stops_imports_is_shown_within_five_minutes_and_is_over_a_minute_after_its_end(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    stage.radarr.health = [ROOT_FOLDER]
    await stage.passes(310)
    during = stage.text
    stage.radarr.health = []
    await stage.passes(100)

    assert "Imports may fail" in during and "a library folder is missing" in during
    assert "Imports may fail" not in stage.text


async def test_warnings_cause_an_edit_only_when_they_change(stage: Stage) -> None:
    stage.settings["HEALTH_CHECK_INTERVAL"] = "10"
    stage.radarr.health = [ROOT_FOLDER, INDEXERS]
    await stage.up()
    await stage.passes(60)
    before = len(stage.edits)
    await stage.passes(3600)

    assert len(stage.edits) - before <= 13, "the heartbeats"
