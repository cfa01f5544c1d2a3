"""Absent is not gone: what the dashboard says while apps and clients restart, and what became of what left.

Each kind is proved by itself in tests/test_outcomes.py and tests/test_removals.py; here some go through the whole bot.
"""

import pytest

from discarr.demo.arr import MovieMedia, SeriesMedia
from discarr.demo.arr.items import QBITTORRENT, SABNZBD
from discarr.demo.arr.situations import delayed, downloading
from tests.approved import approved
from tests.stage import ALIEN, CLEAN_UP, DUNE, HARBOUR, HEAT, Stage, buttons_of

IMPORTED, REMOVED = approved("departed/imported", ""), approved("departed/removed", "")
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


def is_disabled(stage: Stage, name: str) -> bool:
    id = stage.cross(name)
    return any(button.get("disabled", False) for button in buttons_of(stage.dashboard) if button["custom_id"] == id)


async def always_shows(stage: Stage, seconds: float) -> None:
    """For so long all have rows, and nothing is said to have left."""
    for _ in range(round(seconds / 15)):
        await stage.passes(15)
        assert IMPORTED not in stage.text and REMOVED not in stage.text
        assert [name for name in (NAME, OTHER, PACK) if f"** {name}" not in stage.text] == []


def caught_up(stage: Stage) -> None:
    for app in (stage.radarr, stage.sonarr):
        app.catch_up()


async def test_a_client_that_restarts_twice_has_removed_nothing_and_what_is_absent_cannot_be_pressed(
    shown: Stage,
) -> None:
    for seconds in (60, 420):
        caught_up(shown)
        shown.radarr.unreachable_clients.add(QBITTORRENT.name)
        await always_shows(shown, seconds)
        assert is_disabled(shown, NAME) and not is_disabled(shown, OTHER)
        assert shown.count(CLEAN_UP) == 0
        caught_up(shown)
        shown.radarr.unreachable_clients.clear()
        await always_shows(shown, 450)
        assert not is_disabled(shown, NAME)


async def test_what_left_is_said_once_it_is_proved(shown: Stage) -> None:
    caught_up(shown)
    shown.radarr.queue.pop(0)
    began = shown.clock.monotonic()
    shown.sonarr.finish(shown.sonarr.queue[0])

    await shown.shows(f"{IMPORTED}{PACK}")
    assert shown.clock.monotonic() - began <= 5 + 30 + 5, "the app's refresh, one interval, one edit"
    assert shown.text.count("Harbour Lights") == 1
    assert REMOVED not in shown.text, "only a later refresh proves that"
    await shown.shows(f"{REMOVED}{NAME}")


@pytest.mark.parametrize(
    ("media", "read_for", "is_listed"), [(ALIEN, 35, True), (ALIEN, 0, False), (HARBOUR, 0, True), (HARBOUR, 35, False)]
)
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

    assert [("started" in each["content"], GONE in each["content"]) for each in answers] == [(True, False)] * 2
    assert len(app.queue) == is_listed
    assert read_for == 0 or stage.removals() == []
