"""The buttons that everybody may press: Refresh has the apps look and reads again, Health shows how they are."""

import asyncio

import pytest

from discarr.demo.arr.records import mount, root_folder
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import downloading, paused
from tests.approved import approved
from tests.stage import BROWSE, HEAT, PRIVATE, REFRESH, Stage, text_of
from tests.support.faults import answering, dropping, hanging, only_for

SECRET = "http://sab.internal:8080/api?apikey=00112233445566778899aabbccddeeff at /data/media/movies"
ROOT_FOLDER = {"source": "RootFolderCheck", "type": "error", "message": SECRET}
TIB = 2**40


async def opened(stage: Stage) -> str:
    message = int(stage.dashboard["id"])
    press = await stage.discord.press_raw(stage.discord.guest, "discarr:health", message_id=message)
    await press.acknowledged()
    answer = await press.answered(60)
    assert answer["flags"] & PRIVATE
    return text_of(answer)


async def test_twenty_guests_at_once_make_both_apps_look_once_and_later_ones_wait(stage: Stage) -> None:
    admin, guest = stage.discord.admin, stage.discord.guest
    await stage.showing(paused(HEAT))
    await stage.passes(60)
    edits = len(stage.edits)
    presses = await asyncio.gather(*(stage.press(guest, REFRESH) for _ in range(20)))
    await stage.passes(10)

    types = sorted(press.callback["type"] for press in presses if press.callback)
    assert types == [4] * 19 + [6], "the message stays, and nothing is said to the first one"
    assert len(stage.edits) == edits + 1, "also if nothing changed"
    answer = await (await stage.press(admin, REFRESH)).answered()
    assert answer["content"] == approved("answer/wait") and answer["flags"] & PRIVATE
    await stage.passes(10)
    for app in (stage.radarr, stage.sonarr):
        [post] = [request for request in app.requests if request.method == "POST"]
        assert post.path == "/api/v3/command" and b'"RefreshMonitoredDownloads"' in post.body
    await stage.passes(15)
    await stage.press(admin, REFRESH)
    await stage.passes(10)
    assert len(stage.radarr.commands) == 2


@pytest.mark.parametrize(("takes", "least", "most"), [(8, 8, 20), (1000, 14, 25)])
async def test_everything_is_read_again_once_the_apps_have_looked_or_do_not_in_time_or_cannot_be_asked(
    stage: Stage, takes: float, least: float, most: float
) -> None:
    stage.settings["CHECK_INTERVAL"] = "300"
    stage.radarr.command_takes = takes
    await stage.up()
    stage.sonarr.fault = only_for("POST", dropping)
    stage.radarr.queue.append(downloading(HEAT))
    asked = stage.clock.monotonic()

    press = await stage.press(stage.discord.guest, REFRESH)
    assert press.ack_seconds is not None and press.ack_seconds < 1
    await stage.shows("Heat")

    assert least <= stage.clock.monotonic() - asked <= most


async def test_health_has_a_button_while_something_is_reported_and_always_an_entry_of_browse(stage: Stage) -> None:
    """What stops imports is shown within five minutes. Free space is asked for when somebody looks, once a minute."""

    def asked() -> int:
        return sum(each.path.endswith(("/rootfolder", "/diskspace")) for each in stage.radarr.requests)

    well = ["✖ 1", "Browse 1", "Refresh"]
    await stage.up()
    assert stage.labels == ["Refresh", "Health"]
    stage.radarr.queue.append(downloading(HEAT))
    await stage.passes(60)
    assert stage.labels == well
    stage.radarr.health = [ROOT_FOLDER, {"source": SECRET, "type": "error", "message": SECRET}]
    stage.radarr.root_folders = [root_folder(1, "/data/media/movies", 2 * TIB), root_folder(2, "/gone", None)]
    stage.radarr.disks = [mount("/data", 2 * TIB, 16 * TIB)]
    await stage.passes(310)
    assert stage.labels == [*well, "Health"]
    assert "Imports may fail" in stage.text and "a library folder is missing" in stage.text
    before, texts = asked(), {await opened(stage) for _ in range(5)}
    assert (before, asked(), len(texts)) == (0, 2, 1)
    [text] = texts
    for line in ("⚠️ a library folder is missing", "1 more", "1: 2 TiB free of 16 TiB", "2: missing, or too slow to"):
        assert line in text
    assert not [secret for secret in ("0011223344", "internal", "/data", "/gone") if secret in text + stage.text]
    stage.radarr.health = []
    await stage.passes(100)
    assert stage.labels == well and "Imports may fail" not in stage.text

    browser = (await stage.press(stage.discord.guest, BROWSE)).messages[0]
    press = await stage.press(stage.discord.guest, "discarr:filter", "health", on=browser)
    assert "✓ no problems reported" in text_of(await press.answered(60))
    assert asked() == 4


@pytest.mark.parametrize(
    ("path", "fault", "said", "seconds"),
    [
        ("/diskspace", answering(404), "Library folder 1: 1 TiB free\n", 0),
        ("/rootfolder", hanging, "Library folder 1: 1 TiB free of 16 TiB", 15),
        ("/health", answering(500), "❔ health unknown", 0),
        ("/health", hanging, "❔ health unknown", 0),
    ],
    ids=["no disks", "slow folders", "no health", "slow health"],
)
async def test_an_app_that_does_not_say_how_it_is_is_shown_as_usual_and_delays_the_answer_for_a_while(
    stage: Stage, path: str, fault: Fault, said: str, seconds: float
) -> None:
    stage.radarr.fault = only_for(path, fault)
    began = stage.clock.monotonic()
    await stage.showing(downloading(HEAT))

    shown = stage.clock.monotonic()
    assert shown - began <= 20
    assert "Heat" in stage.text and "trouble" not in stage.text
    assert ("Radarr ?" in stage.text) is (path == "/health")
    text = await opened(stage)
    assert said in text and ("free space unknown" in text) is (path == "/rootfolder")
    assert seconds - 1 <= stage.clock.monotonic() - shown <= seconds + 2
