"""Gone is not lost: imported, failed, removed or only away, as the app's own history says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from discarr.demo.arr import HistoryEvent, client_trouble
from discarr.demo.arr.faults import answering
from discarr.demo.arr.items import SABNZBD
from discarr.demo.arr.situations import delayed, downloading
from discarr.model.queue import State
from discarr.view.row import icon
from tests.approved import SAMPLE, approved
from tests.builders import download
from tests.phrases import ALL_DONE, CLIENT_AWAY, EMPTY, JUST_STARTED, RADARR_WELL
from tests.stage import ALIEN, BROWSE, DUNE, HARBOUR, HEAT, Stage
from tests.virtual_time import jumping

pytestmark = jumping

IMPORTED, FAILED, UNTRACKED, REMOVED = (
    approved(f"departed/{kind}").removesuffix(SAMPLE) for kind in ("imported", "failed", "untracked", "removed")
)
GONE = IMPORTED, FAILED, UNTRACKED, REMOVED


@pytest.fixture
async def shown(stage: Stage) -> Stage:
    """Heat and Dune are downloading."""
    stage.radarr.queue += [downloading(HEAT), downloading(DUNE, client=SABNZBD)]
    await stage.up()
    await stage.shows("Heat (1995)", "Dune (2021)")
    await stage.passes(65)
    return stage


def told(stage: Stage) -> list[str]:
    """What is said of anything that left."""
    return [words for words in GONE if words in stage.text]


async def test_a_quarter_of_an_hour_is_a_quarter_of_an_hour(shown: Stage) -> None:
    shown.radarr.finish(shown.radarr.queue[0])
    await shown.shows(f"{IMPORTED}Heat (1995)")

    await shown.passes(14 * 60)
    assert f"{IMPORTED}Heat (1995)" in shown.text
    await shown.passes(100)
    assert told(shown) == []


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("downloadFailed", FAILED),
        ("downloadIgnored", UNTRACKED),
        ("movieFolderImported", IMPORTED),
        (None, REMOVED),
        ("grabbed", REMOVED),
        ("somethingNew", REMOVED),
    ],
)
async def test_the_history_tells_what_became_of_it(event: str | None, kind: str, shown: Stage) -> None:
    item = shown.radarr.queue.pop(0)
    if event is not None:
        shown.radarr.remember(item, event)

    await shown.shows(f"{kind}Heat (1995)")
    assert told(shown) == [kind]


async def test_an_id_in_other_letters_is_the_same_download(shown: Stage) -> None:
    item = shown.radarr.queue.pop(0)
    shown.radarr.remember(item, "downloadFolderImported")
    shown.radarr.history[-1] = replace(shown.radarr.history[-1], download_id=item.download_id.lower())

    await shown.shows(f"{IMPORTED}Heat (1995)")


async def test_the_newest_line_of_the_history_counts(shown: Stage) -> None:
    item = shown.radarr.queue.pop(0)
    shown.radarr.remember(item, "downloadFailed")
    await shown.passes(0)
    later = HistoryEvent(
        shown.clock.now().timestamp() + 1,
        "downloadFolderImported",
        item.title,
        {"movieId": 1},
        item.quality,
        item.languages,
        item.download_id,
    )
    shown.radarr.history.append(later)

    await shown.shows(f"{IMPORTED}Heat (1995)")


async def test_a_pack_is_told_once(stage: Stage) -> None:
    item = downloading(HARBOUR, episodes=HARBOUR.season(2, 10))
    stage.sonarr.queue.append(item)
    await stage.up()
    await stage.shows("Harbour Lights S02 E01–E10")
    await stage.passes(65)

    stage.sonarr.finish(item)

    await stage.shows(f"{IMPORTED}Harbour Lights S02 E01–E10")
    assert stage.text.count("Harbour Lights") == 1


async def test_a_pending_release_that_is_grabbed_did_not_leave(stage: Stage) -> None:
    stage.radarr.queue.append(delayed(HEAT))
    await stage.up()
    await stage.shows("Heat (1995)")

    stage.radarr.queue[0] = downloading(HEAT)
    await stage.shows(icon(download(state=State.DOWNLOADING)))

    assert told(stage) == []


async def test_a_removal_by_a_press_is_told_once_with_who_it_was(shown: Stage) -> None:
    await shown.remove(shown.discord.admin, "Heat")
    await shown.passes(100)

    assert f"<@{shown.discord.admin.id}>" in shown.text
    assert told(shown) == [] and shown.text.count("Heat (1995)") == 1


async def test_a_client_that_is_away_is_told_and_nothing_is_called_removed_or_done(shown: Stage) -> None:
    shown.radarr.unreachable_clients |= {"qBittorrent", "SABnzbd"}
    shown.radarr.health = [client_trouble("qBittorrent")]

    await shown.shows(CLIENT_AWAY)
    await shown.passes(200)

    assert told(shown) == []
    assert EMPTY not in shown.text and ALL_DONE not in shown.text
    shown.radarr.unreachable_clients.clear()
    shown.radarr.health = []
    await shown.shows("Heat (1995)", "Dune (2021)", RADARR_WELL)
    assert told(shown) == []


async def test_a_client_of_which_the_app_complains_later_takes_nothing_away(shown: Stage) -> None:
    """The app's own check of its clients comes after the first look that failed."""
    shown.radarr.unreachable_clients.add("qBittorrent")
    await shown.lacks("**1 Heat")
    await shown.passes(30)
    shown.radarr.health = [client_trouble("qBittorrent")]
    await shown.shows(CLIENT_AWAY)

    assert told(shown) == [], "what is only away was not removed"


async def test_what_is_listed_again_had_not_left(shown: Stage) -> None:
    item = shown.radarr.queue.pop(0)
    await shown.shows(f"{REMOVED}Heat")

    shown.radarr.queue.append(item)

    await shown.shows("**1 Heat (1995)**")
    assert told(shown) == []


@asynccontextmanager
async def restarted(stage: Stage) -> AsyncIterator[None]:
    """The app starts anew, and has not looked at its clients yet: a good answer without them."""
    await stage.radarr.stop()
    clients = {item.client.name for item in stage.radarr.queue}
    stage.radarr.unreachable_clients |= clients
    await stage.radarr.start()
    yield
    stage.radarr.unreachable_clients -= clients


async def test_an_app_that_just_started_is_not_called_empty_and_lost_nothing(shown: Stage) -> None:
    async with restarted(shown):
        await shown.shows(JUST_STARTED)
        await shown.passes(30)
        assert told(shown) == []
        assert EMPTY not in shown.text and ALL_DONE not in shown.text
    await shown.shows("Heat (1995)", "Dune (2021)", RADARR_WELL)
    assert told(shown) == []


async def test_an_app_that_just_started_with_something_pending_lost_nothing(shown: Stage) -> None:
    """Pending releases are in its database, so that the answer is not empty."""
    shown.radarr.queue.append(delayed(ALIEN))
    await shown.shows("Alien")

    async with restarted(shown):
        await shown.lacks("**1 Heat")
        assert told(shown) == []
        await shown.passes(30)
        assert told(shown) == []
        assert JUST_STARTED in shown.text
    await shown.shows("Heat (1995)", "Dune (2021)")
    assert told(shown) == []


async def test_a_history_that_does_not_answer_is_asked_again(shown: Stage) -> None:
    async def fault(request: web.Request) -> web.StreamResponse | None:
        return await answering(500)(request) if request.path.endswith("/history") else None

    shown.radarr.fault = fault
    shown.radarr.finish(shown.radarr.queue[0])
    await shown.lacks("**1 Heat")
    assert REMOVED not in shown.text
    await shown.passes(60)
    shown.radarr.fault = None

    await shown.shows(f"{IMPORTED}Heat (1995)")


async def test_many_that_leave_at_once_are_told_on_one_line(stage: Stage) -> None:
    items = [downloading(replace(HEAT, id=50 + number, title=f"Film {number}")) for number in range(30)]
    stage.radarr.queue += items
    await stage.up()
    await stage.until(lambda: stage.count(BROWSE) == 30)
    await stage.passes(65)

    for item in items:
        stage.radarr.finish(item)

    await stage.shows(IMPORTED, "27", EMPTY)
