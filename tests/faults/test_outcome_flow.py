"""Absent is not gone: what the dashboard says while apps and clients restart, and what became of what left.

Each kind is tried by itself in tests/test_outcomes.py and tests/test_removals.py; here it goes through the whole bot.
"""

import re

import pytest

from discarr.demo.arr import Item, MovieMedia, SeriesMedia
from discarr.demo.arr.faults import after, answering, dropping, on
from discarr.demo.arr.items import QBITTORRENT, SABNZBD
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import delayed, downloading
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.view.dashboard import dashboard_embed
from tests.approved import approved
from tests.builders import SECONDS, download, queue, snapshot
from tests.stage import ALIEN, BROWSE, CLEAN_UP, DUNE, HARBOUR, HEAT, Stage, buttons_of, film
from tests.virtual_time import jumping

pytestmark = jumping


def _words(kind: OutcomeKind) -> str:
    """What the dashboard says before the title of what left like this."""
    shown = snapshot(queue(), outcomes=(Outcome(download(), kind, SECONDS),))
    embed = dashboard_embed(shown)
    text = "\n".join([embed.description or "", *(field.value or "" for field in embed.fields)])
    (line,) = [line for line in text.splitlines() if "Some Film 1" in line]
    return line.partition("Some Film 1")[0].removeprefix("-# ")


IMPORTED, FAILED, UNTRACKED, REMOVED = (_words(kind) for kind in OutcomeKind)
GONE = approved("answer/gone")
NAME, OTHER, PACK = "Heat (1995)", "Dune (2021)", "Harbour Lights S02 E01–E10"


@pytest.fixture
async def shown(stage: Stage) -> Stage:
    """Two films of two clients and a season, in apps that ask their clients once a minute."""
    stage.radarr.queue += [downloading(HEAT), downloading(DUNE, client=SABNZBD)]
    stage.sonarr.queue.append(downloading(HARBOUR, episodes=HARBOUR.season(2, 10)))
    for app in (stage.radarr, stage.sonarr):
        app.refresh_every, app.watches_clients = 60, True
    await stage.up()
    await stage.shows(NAME, OTHER, PACK)
    await stage.passes(65)
    return stage


def outcomes(stage: Stage) -> list[str]:
    """What is said of anything that left."""
    return [words for words in (IMPORTED, FAILED, UNTRACKED, REMOVED) if words in stage.text]


def is_disabled(stage: Stage, name: str) -> bool:
    id = stage.cross(name)
    return any(button.get("disabled", False) for button in buttons_of(stage.dashboard) if button["custom_id"] == id)


async def always_shows(stage: Stage, seconds: float, *names: str) -> None:
    """For so long these have rows, and nothing is said to have left."""
    for _ in range(round(seconds / 15)):
        await stage.passes(15)
        assert outcomes(stage) == []
        for name in names:
            assert f"** {name}" in stage.text, f"{name} not in\n{stage.text}"


def caught_up(stage: Stage) -> None:
    for app in (stage.radarr, stage.sonarr):
        app.catch_up()


@pytest.mark.parametrize("away", [(QBITTORRENT.name,), (QBITTORRENT.name, SABNZBD.name)])
@pytest.mark.parametrize("seconds", [60, 420])
async def test_clients_that_restart_twice_have_removed_nothing(
    shown: Stage, away: tuple[str, ...], seconds: float
) -> None:
    for _ in range(2):
        caught_up(shown)
        shown.radarr.unreachable_clients |= set(away)
        await always_shows(shown, seconds, NAME, OTHER, PACK)
        caught_up(shown)
        shown.radarr.unreachable_clients.clear()
        await always_shows(shown, 450, NAME, OTHER, PACK)

    assert not is_disabled(shown, NAME)


async def test_what_is_absent_has_a_disabled_button_and_is_not_cleaned_up(shown: Stage) -> None:
    shown.radarr.unreachable_clients.add(QBITTORRENT.name)
    await shown.passes(125)

    assert is_disabled(shown, NAME)
    assert not is_disabled(shown, OTHER)
    assert shown.count(CLEAN_UP) == 0


@pytest.mark.parametrize("busy_for", [0, 300])
@pytest.mark.parametrize("new_database", [False, True])
async def test_an_app_that_restarts_twice_has_removed_nothing(
    shown: Stage, busy_for: float, new_database: bool
) -> None:
    for _ in range(2):
        shown.radarr.restart(busy_for=busy_for, new_database=new_database)
        await always_shows(shown, busy_for + 200, NAME, OTHER, PACK)

    assert not is_disabled(shown, NAME)


async def test_an_import_is_said_at_the_read_that_lacks_it(shown: Stage) -> None:
    caught_up(shown)
    item, began = shown.sonarr.queue[0], shown.clock.monotonic()
    shown.sonarr.finish(item)

    await shown.shows(f"{IMPORTED}{PACK}")

    assert shown.clock.monotonic() - began <= 5 + 30 + 5, "the app's refresh, one interval, one edit"
    assert shown.text.count("Harbour Lights") == 1


async def test_a_part_of_a_season_is_said_to_be_a_part(shown: Stage) -> None:
    item = shown.sonarr.queue[0]
    shown.sonarr.remember(item, "grabbed", at=shown.clock.now().timestamp() - 3600)
    shown.sonarr.remember(item, "downloadFolderImported", episodes=item.episodes[:1])
    caught_up(shown)
    shown.sonarr.queue.clear()
    await shown.passes(300)

    assert f"{IMPORTED}{PACK} (1 of 10" in shown.text


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (("downloadFailed",), FAILED),
        (("downloadIgnored",), UNTRACKED),
        ((), REMOVED),
        (("grabbed", "downloadFolderImported", "grabbed"), REMOVED),
        (("grabbed", "downloadFailed", "grabbed"), REMOVED),
    ],
)
async def test_what_left_otherwise_is_said_as_its_history_has_it(
    shown: Stage, events: tuple[str, ...], words: str
) -> None:
    caught_up(shown)
    item = shown.radarr.queue.pop(0)
    for event in events:
        shown.radarr.remember(item, event)
    await shown.passes(300)

    assert f"{words}{NAME}" in shown.text
    assert outcomes(shown) == [words]


async def test_removals_of_two_clean_ups_are_all_ours(stage: Stage) -> None:
    """A clean-up takes twenty at most."""
    stage.radarr.queue += [downloading(film(number)) for number in range(25)]
    stage.radarr.refresh_every = 60
    await stage.up()
    await stage.until(lambda: stage.count(BROWSE) == 25)
    await stage.passes(65)
    for _ in range(25):
        found = re.search(r"\*\*1\*\* (.+)", stage.text)
        assert found is not None
        await stage.remove(stage.discord.admin, found[1])
        await stage.passes(6)
    for _ in range(10):
        await stage.passes(30)
        assert outcomes(stage) == []
    assert "and 24 more" in stage.text


async def test_the_same_release_grabbed_again_days_later_is_imported(shown: Stage) -> None:
    item = shown.radarr.queue[0]
    await shown.remove(shown.discord.admin, NAME)
    await shown.passes(3 * 86_400)
    again = downloading(HEAT, added=shown.clock.now().timestamp())
    assert again.download_id == item.download_id
    shown.radarr.queue.append(again)
    shown.radarr.remember(again, "grabbed")
    await shown.shows(NAME)
    caught_up(shown)
    shown.radarr.finish(again)

    await shown.shows(f"{IMPORTED}{NAME}")


async def test_a_removal_that_did_not_take_is_shown_again_and_can_be_pressed_again(shown: Stage) -> None:
    item = shown.radarr.queue[0]
    item.survives_removal = True
    await shown.remove(shown.discord.admin, NAME)
    await shown.lacks(f"** {NAME}")
    await shown.passes(120 + 35)

    assert f"<@{shown.discord.admin.id}>" in shown.text
    assert not is_disabled(shown, NAME)
    item.survives_removal = False
    await shown.remove(shown.discord.moderator, NAME)
    await shown.passes(300)
    assert outcomes(shown) == []
    assert f"<@{shown.discord.moderator.id}>" in shown.text
    assert len(shown.removals()) == 2


@pytest.mark.parametrize("proxy", [answering(504), dropping()])
@pytest.mark.parametrize("how", ["remove", "search"])
async def test_a_removal_whose_answer_was_lost_is_theirs_once_the_queue_lacks_it(
    shown: Stage, proxy: Fault, how: str
) -> None:
    shown.radarr.fault = on("DELETE", after(shown.radarr, proxy))
    await shown.remove(shown.discord.admin, NAME, how)
    shown.radarr.fault = None
    for _ in range(10):
        await shown.passes(30)
        assert outcomes(shown) == []

    assert f"<@{shown.discord.admin.id}>" in shown.text
    assert len(shown.removals()) == 1


async def test_a_row_does_not_flicker_back_after_its_removal(shown: Stage) -> None:
    shown.radarr.refresh_takes = 20
    caught_up(shown)
    shown.radarr.begin_refresh()
    await shown.remove(shown.discord.admin, NAME)
    shown.radarr.end_refresh()
    for _ in range(30):
        await shown.passes(10)
        assert f"** {NAME}" not in shown.text
        assert outcomes(shown) == []


async def test_a_form_of_a_pending_release_that_was_handed_over_removes_nothing(stage: Stage) -> None:
    item = delayed(ALIEN)
    await stage.showing(item)
    form = await stage.ask(stage.discord.admin, "Alien (1979)")
    stage.radarr.queue[0] = Item(media=ALIEN, title=item.title, size=item.size, left=item.size // 2)
    await stage.passes(35)
    before = stage.text

    await stage.sent(form, "remove")

    assert stage.removals() == []
    assert "Alien (1979)" in before and outcomes(stage) == []


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("read_for", [0, 35])
@pytest.mark.parametrize("media", [ALIEN, HARBOUR])
async def test_a_pending_release_that_was_handed_over_has_started_whatever_its_client_calls_it(
    stage: Stage, media: MovieMedia | SeriesMedia, read_for: float, is_listed: bool
) -> None:
    """A torrent names itself; until the next refresh the app lists neither (Core/Download/DownloadService.cs)."""
    episodes = HARBOUR.season(2, 10) if media is HARBOUR else ()
    item, app = delayed(media, episodes=episodes), stage.sonarr if episodes else stage.radarr
    await stage.showing(item)
    name = PACK if episodes else "Alien (1979)"
    form, cross, message = await stage.ask(stage.discord.admin, name), stage.cross(name), int(stage.dashboard["id"])
    app.queue[:] = [downloading(media, episodes=episodes, title="another name [GRP]")] if is_listed else []
    await stage.passes(read_for)

    answers = [await stage.sent(form, "remove")]
    press = await stage.discord.press_raw(stage.discord.admin, cross, message_id=message)
    answers.append(await press.answered(300))

    assert [("has started" in each["content"], GONE in each["content"]) for each in answers] == [(True, False)] * 2
    assert len(app.queue) == is_listed


async def test_many_that_leave_at_once_are_said_on_one_line(stage: Stage) -> None:
    items = [downloading(film(number)) for number in range(30)]
    stage.radarr.queue += items
    await stage.up()
    await stage.until(lambda: stage.count(BROWSE) == 30)
    await stage.passes(65)
    for item in items:
        stage.radarr.finish(item)

    await stage.shows(IMPORTED, "27")
    assert stage.text.count(IMPORTED) == 1
