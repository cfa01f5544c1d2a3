"""What became of a download that its app lists no longer: never said without proof, and then at once.

The loopback app behaves as DownloadMonitoringService.cs, DownloadClientStatusService.cs, TaskManager.cs and
HealthCheckService.cs of NzbDrone.Core do: see discarr/demo/arr/app.py and tests/support/strict_arr.py.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.arr.models import HistoryRecord
from discarr.demo.arr import Item, MovieMedia, client_trouble
from discarr.demo.arr.items import QBITTORRENT, SABNZBD, Situation
from discarr.demo.arr.server import Fault
from discarr.demo.arr.situations import delayed, downloading
from discarr.model.outcome import OutcomeKind
from discarr.tracking.outcomes import GIVE_UP, HISTORIES, SHOWN_FOR, outcome_from
from tests.support import faults
from tests.support.builders import NOW, download, pack
from tests.support.strict_arr import StrictArr
from tests.support.watching import FILM, NO_TASKS, OTHER, SERIES, Watched, absent, dated, keys, watched

THIRD, LATER = MovieMedia(13, "Paper Boats", 2020), MovieMedia(14, "Later", 2025)
SEASON = SERIES.season(2, 10)
AN_HOUR_AGO = NOW - timedelta(hours=1)
IMPORTED, FAILED, REMOVED = OutcomeKind.IMPORTED, OutcomeKind.FAILED, OutcomeKind.REMOVED


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """Two downloads of one client and one of another, in an app that asks its clients once a minute."""
    items = downloading(FILM), downloading(OTHER), downloading(THIRD, client=SABNZBD)
    async with watched("radarr", *items) as app:
        app.arr.refresh_every, app.arr.watches_clients = 60, True
        await app.read()
        yield app


def pull(app: Watched) -> Item:
    """Take a download out of its client by hand, which the app notices at its next refresh."""
    return app.arr.queue.pop(0)


async def keeps_all_rows(app: Watched, seconds: float, *, every: float = 30) -> None:
    """Read for so long; every row that is shown now is shown all the time."""
    everything = keys(app.queue)
    for queue in await app.read_for(seconds, every=every):
        assert everything <= keys(queue)


def event(id: int, word: str, minutes: float = 0, episode: int | None = None) -> HistoryRecord:
    """A line of the history, so many minutes after NOW."""
    date = (NOW + timedelta(minutes=minutes)).isoformat()
    return HistoryRecord.model_validate({"id": id, "eventType": word, "date": date, "episodeId": episode})


def rewritten(app: StrictArr, change: Callable[[str], str]) -> Fault:
    """The app's queue as it is after this change of its text."""

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return web.json_response(text=change((await app.respond(request)).text or ""))

    return faults.only_for("/queue", fault)


def name_no_client(app: StrictArr) -> None:
    """Before 2020 the apps did not send the client's name."""
    app.fault = rewritten(app, lambda text: text.replace('"downloadClient":', '"another":'))


def report_by_hand(app: StrictArr) -> None:
    app.watches_clients = False
    app.health = [client_trouble(SABNZBD.name)]


def recover(app: StrictArr) -> None:
    app.fault = None
    app.unreachable_clients.clear()


EVENTS: dict[str, Callable[[StrictArr], object]] = {
    "one client is away": lambda app: app.unreachable_clients.add(QBITTORRENT.name),
    "other client is away": lambda app: app.unreachable_clients.add(SABNZBD.name),
    "clients are back": lambda app: app.unreachable_clients.clear(),
    "restart": lambda app: app.restart(),
    "restart, busy": lambda app: app.restart(busy_for=130),
    "restart, busy for long": lambda app: app.restart(busy_for=400),
    "restart, new database": lambda app: app.restart(new_database=True),
    "restart, new and busy": lambda app: app.restart(busy_for=400, new_database=True),
    "refresh": StrictArr.refresh,
    "app fails": lambda app: setattr(app, "fault", faults.answering(503)),
    "health fails": lambda app: setattr(app, "fault", faults.only_for("/health", faults.answering(503))),
    "history fails": lambda app: setattr(app, "fault", faults.only_for("/history", faults.answering(503))),
    "tasks fail": lambda app: setattr(app, "fault", NO_TASKS),
    "all is well": recover,
}
BY_HAND: dict[str, Callable[[StrictArr], object]] = {
    "no client is named": name_no_client,
    "health is told by hand": report_by_hand,
    "health is cleared": lambda app: setattr(app, "health", []),
    "a release is pending": lambda app: app.queue.append(delayed(LATER, client=QBITTORRENT)),
}


# What the history says


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", None),
        ("grabbed", None),
        ("grabbed downloadFolderImported", IMPORTED),
        ("downloadFolderImported grabbed", None),
        ("grabbed downloadFolderImported grabbed", None),
        ("grabbed downloadFailed grabbed", None),
        ("grabbed downloadFailed grabbed downloadFolderImported", IMPORTED),
        ("grabbed downloadFolderImported downloadFailed", FAILED),
        ("grabbed movieFileDeleted downloadFolderImported", IMPORTED),
        ("grabbed movieFileDeleted somethingNew", None),
        ("movieFolderImported", IMPORTED),
        ("grabbed downloadIgnored", OutcomeKind.UNTRACKED),
    ],
)
@pytest.mark.parametrize("dateless", ["", "grabbed", "downloadFolderImported", "grabbed downloadFolderImported"])
@pytest.mark.parametrize("minutes", [0, 60])
def test_only_what_is_newer_than_the_last_grab_counts(
    words: str, kind: OutcomeKind | None, dateless: str, minutes: int
) -> None:
    """Of equal seconds, and without a date, the id tells which is newer: it rises whatever the order of the answer."""
    history = [
        event(id, word, minutes * id).model_copy(update={"date": None} if word in dateless.split() else {})
        for id, word in enumerate(words.split())
    ]

    for answer in (history, history[::-1], history[1:] + history[:1]):
        outcome = outcome_from(download(), answer, 0.0, first_seen=NOW)
        assert (outcome and outcome.kind) is kind


async def test_a_part_that_was_imported_does_not_prove_that_the_rest_is_gone() -> None:
    item = downloading(SERIES, episodes=SEASON)
    async with watched("sonarr", item) as sonarr:
        sonarr.arr.remember(item, "grabbed", at=sonarr.clock.now().timestamp() - 600)
        sonarr.arr.remember(item, "downloadFolderImported", episodes=SEASON[:9])
        sonarr.arr.queue.clear()
        await sonarr.read()
        assert sonarr.kinds == []
        await sonarr.read_for(300)
        (outcome,) = sonarr.snapshot.outcomes

    assert (outcome.kind, outcome.is_whole_import) == (IMPORTED, False)
    assert (outcome.imported, outcome.grabbed) == (9, 10)


GRABBED = [event(id, "grabbed", 0, 200 + id) for id in (1, 2, 3)]
FIRST_IMPORT = [event(3 + n, "downloadFolderImported", 5, 200 + n) for n in (1, 2, 3)]
AGAIN = [event(6 + n, "grabbed", 60, 200 + n) for n in (1, 2, 3)]


def imported(*episodes: int | None) -> list[HistoryRecord]:
    return [event(20 + n, "downloadFolderImported", 65, episode) for n, episode in enumerate(episodes)]


@pytest.mark.parametrize(
    ("history", "part"),
    [
        (GRABBED + imported(201, 203), (2, 3)),
        (GRABBED + imported(201, 202, 203), (0, 0)),
        pytest.param(GRABBED + FIRST_IMPORT + AGAIN + imported(202), (1, 3), id="before the last grab"),
        pytest.param(GRABBED + imported(301, 302), (0, 0), id="by hand, as other episodes"),
        pytest.param(GRABBED + imported(None), (0, 0), id="of an unknown episode"),
        (GRABBED, None),
    ],
)
def test_what_was_imported_of_the_last_grab_is_a_part_of_it(
    history: list[HistoryRecord], part: tuple[int, int] | None
) -> None:
    outcome = outcome_from(pack(episodes=3), history, 0.0, first_seen=NOW)

    assert (outcome and (outcome.imported, outcome.grabbed)) == part


@pytest.mark.parametrize(
    ("grabbed_at", "minutes", "counts"),
    [(None, -30, False), (None, 30, True), (AN_HOUR_AGO, -90, False), (AN_HOUR_AGO, -30, True)],
)
def test_without_a_grab_in_the_history_counts_what_came_after_it_was_grabbed_or_first_seen(
    grabbed_at: datetime | None, minutes: float, counts: bool
) -> None:
    history = [event(1, "downloadFolderImported", minutes)]

    outcome = outcome_from(download(grabbed_at=grabbed_at), history, 0.0, first_seen=NOW)

    assert (outcome is not None) is counts


@pytest.mark.parametrize(
    ("is_grabbed", "hours", "minutes"),
    [(False, -30, 0), (False, -1, 0), (False, 1, 0), (False, 30, 0)]
    + [(is_grabbed, 0, minutes) for is_grabbed in (True, False) for minutes in (-600, -5, 5, 600)],
)
async def test_an_import_is_said_whatever_the_clock_of_the_app_or_a_proxy(
    is_grabbed: bool, hours: int, minutes: int
) -> None:
    """The history of a long pack no longer has the grab, and what the app did not grab never had one."""
    item = downloading(FILM) if is_grabbed else downloading(FILM, added=None, indexer=None)
    async with watched("radarr", item, is_read=False, hours_ahead=hours) as radarr:
        radarr.arr.fault = dated(radarr, minutes) if minutes else None
        await radarr.read_for(300, every=100)
        radarr.arr.history.clear()
        radarr.arr.finish(item)
        await radarr.read()

        assert radarr.kinds == [IMPORTED]


async def test_ten_histories_are_asked_for_at_a_read_and_one_that_never_answers_is_given_up() -> None:
    films = [downloading(MovieMedia(n, f"Film {n}", 2000)) for n in range(1, 26)]
    async with watched("radarr", *films) as radarr:
        bad = [item.download_id for item in films[:15]]

        async def fault(request: web.Request) -> web.StreamResponse | None:
            return web.Response(status=500) if request.query.get("downloadId") in bad else None

        radarr.arr.fault = fault
        for item in films:
            radarr.arr.finish(item)
        for _ in range(4):
            assert (await radarr.asked()).count("history") == HISTORIES
        assert (len(radarr.outcomes), set(absent(radarr.queue))) == (10, {item.title for item in films[:15]})
        del bad[1:]
        await radarr.read_for(60)
        assert radarr.kinds == [IMPORTED] * 24
        await radarr.read_for(GIVE_UP - 180)
        assert absent(radarr.queue) == [films[0].title]
        await radarr.read_for(120)

    assert radarr.queue.absent == frozenset()
    assert films[0].title not in {title for _, title in radarr.outcomes}


async def test_of_a_very_long_pack_a_part_stays_a_part() -> None:
    episodes = SERIES.season(1, 99) + SERIES.season(2, 51)
    async with watched("sonarr", item := downloading(SERIES, episodes=episodes)) as sonarr:
        sonarr.arr.remember(item, "grabbed", at=sonarr.clock.now().timestamp() - 600)
        sonarr.arr.remember(item, "downloadFolderImported", episodes=episodes[50:])
        sonarr.arr.queue.clear()
        await sonarr.read_for(300)
        (outcome,) = sonarr.snapshot.outcomes

    assert (outcome.imported, outcome.grabbed) == (100, 150)


@pytest.mark.parametrize(("word", "event"), [("imported", "downloadFolderImported"), ("ignored", "downloadIgnored")])
@pytest.mark.parametrize("days", [0, 20])
async def test_what_was_over_long_before_its_app_lists_it_for_a_moment_is_no_news(
    radarr: Watched, word: str, event: str, days: int
) -> None:
    now = radarr.clock.now().timestamp()
    seeding = Item(THIRD, situation=Situation("completed", tracked_state=word), added=now - 30 * 86_400)
    radarr.arr.remember(seeding, "grabbed", at=seeding.added)
    radarr.arr.remember(seeding, event, at=now - days * 86_400)
    radarr.arr.queue.append(seeding)
    radarr.arr.refresh()
    assert seeding.title in {each.release for each in (await radarr.read()).downloads}
    radarr.arr.queue.remove(seeding)
    radarr.arr.refresh()
    await radarr.read_for(120)

    assert (len(radarr.outcomes), radarr.queue.absent) == (0 if days else 1, frozenset())


async def test_an_app_that_does_not_import_has_lost_track_of_what_is_complete(radarr: Watched) -> None:
    radarr.arr.health = [{"source": "ImportMechanismCheck", "type": "warning", "message": "x"}]
    pull(radarr)
    await radarr.read_for(300)

    assert radarr.kinds == [OutcomeKind.UNTRACKED]


async def test_of_many_that_leave_at_once_each_has_its_outcome_in_the_end() -> None:
    films = [downloading(MovieMedia(n, f"Film {n}", 2000)) for n in range(1, 101)]
    async with watched("radarr", *films) as radarr:
        radarr.arr.refresh_every = 60
        radarr.arr.queue.clear()
        said = set(radarr.outcomes)
        while radarr.queue.downloads:
            await radarr.read(after=120)
            said |= set(radarr.outcomes)

    assert said == {(REMOVED, item.title) for item in films}


# Removed: proved, or not said


async def test_what_was_removed_by_hand_is_marked_until_a_later_refresh_lacks_it_too(radarr: Watched) -> None:
    """Its client still has rows, so it is there whatever the health says of another."""
    radarr.arr.unreachable_clients.add(SABNZBD.name)
    await radarr.read_for(90)
    before, item, refreshes = keys(radarr.queue), pull(radarr), set[float]()
    while item.title not in absent(radarr.queue):
        await radarr.read()
    assert (keys(radarr.queue), radarr.outcomes) == (before, [])
    while item.title in absent(radarr.queue):
        refreshes.add(radarr.arr.refreshed_at)
        await radarr.read()

    assert len(refreshes) >= 2
    assert radarr.outcomes == [(REMOVED, item.title)]
    assert len(radarr.queue.absent) == 1, "that of the client that is away"


NOTHING_LEFT: tuple[tuple[float, tuple[str | float, ...]], ...] = (
    (10, ("one client is away", 20.0, "clients are back", 150.0) * 2),
    (30, ("one client is away", 200.0, "clients are back", 400.0) * 2),
    *((every, ("one client is away", 1500.0, "clients are back", 1500.0)) for every in (30, 300)),
    *((30, (event, 500.0)) for event in EVENTS if event.startswith("restart")),
    (30, ("restart", "one client is away", 400.0, "clients are back", 400.0)),
    (30, ("restart, busy for long", *("tasks fail", 30.0, "all is well", 30.0) * 6, 300.0)),
    (30, ("health fails", "one client is away", GIVE_UP - 120, "clients are back", 600.0, "all is well", 600.0)),
    (60, ("one client is away", 120.0, "app fails", 600.0, "all is well", "restart", 2400.0)),
    # An import has the app ask its clients at once, and its health check comes 5 s later.
    (30, ("one client is away", *("refresh", 2.0) * 10, 280.0, "clients are back", 300.0)),
    # The health is well before the rows are back.
    (30, ("health is told by hand", "other client is away", 600.0, "health is cleared", 60.0, "all is well", 90.0)),
    # Neither a pending release nor one that names no client proves that a client answers.
    (30, ("a release is pending", "one client is away", 900.0, "clients are back", 900.0)),
    (30, ("no client is named", 60.0, "other client is away", 600.0, "all is well", 600.0)),
)
"""How often we read; what happens, and for how many seconds: a client's rows return up to an hour after it does."""


@pytest.mark.parametrize(("every", "steps"), NOTHING_LEFT)
async def test_a_client_or_an_app_that_is_away_or_restarts_has_removed_nothing(
    radarr: Watched, every: float, steps: tuple[str | float, ...]
) -> None:
    for step in steps:
        if isinstance(step, str):
            (EVENTS | BY_HAND)[step](radarr.arr)
        else:
            await keeps_all_rows(radarr, step, every=min(every, step))

    assert len(radarr.queue.downloads) == len(radarr.arr.queue)
    assert (radarr.outcomes, radarr.queue.absent, radarr.queue.incomplete) == ([], frozenset(), None)


async def test_a_download_that_is_missing_for_one_refresh_keeps_its_speed(radarr: Watched) -> None:
    for _ in range(4):
        radarr.arr.queue[0].left -= 60_000_000
        radarr.arr.refresh()
        await radarr.read(after=60)
    before, item = radarr.queue.downloads[0].progress, pull(radarr)
    radarr.arr.refresh()
    assert absent(await radarr.read(after=5)) == [item.title]
    radarr.arr.queue.insert(0, item)
    radarr.arr.refresh()

    assert (await radarr.read(after=25)).downloads[0].progress == before
    assert before.speed(radarr.clock.monotonic()) == pytest.approx(1_000_000)


@pytest.mark.parametrize("minutes", [-60, -5, -1, 0, 1, 60])
async def test_what_leaves_while_the_app_restarts_is_found_out_in_the_end(radarr: Watched, minutes: int) -> None:
    """The app compares ids exactly, so that its history of one in other letters is empty."""
    radarr.arr.fault = dated(radarr, minutes)
    radarr.arr.restart(busy_for=200)
    item, done, renamed = (pull(radarr) for _ in range(3))
    for each in (done, renamed):
        radarr.arr.remember(each, "downloadFolderImported")
    radarr.arr.history[-1] = replace(radarr.arr.history[-1], download_id=renamed.download_id.lower())
    await radarr.read()
    assert radarr.outcomes == [(IMPORTED, done.title)]

    await radarr.read_for(600)
    assert set(radarr.outcomes) == {(REMOVED, item.title), (IMPORTED, done.title), (IMPORTED, renamed.title)}
    assert (len(radarr.outcomes), radarr.queue.absent) == (3, frozenset())


async def test_an_app_without_tasks_is_waited_for_longer() -> None:
    """Without `system/task`: absent in two further reads and for 150 s."""
    async with watched("radarr", downloading(FILM), downloading(OTHER)) as radarr:
        radarr.arr.fault = NO_TASKS
        held = pull(radarr)
        await keeps_all_rows(radarr, 150)
        assert radarr.outcomes == []
        radarr.arr.queue.append(held)
        assert (await radarr.read()).absent == frozenset()
        pull(radarr)
        await radarr.read_for(270)
        assert radarr.kinds == [REMOVED]


async def test_a_record_that_cannot_be_read_has_not_left(radarr: Watched) -> None:
    """Its row stays and is marked, however often the app asks its clients meanwhile, even if it was missing before."""
    id, hidden = radarr.queue.downloads[0].queue_id, pull(radarr)
    assert absent(await radarr.read(after=60)) == [hidden.title]
    radarr.arr.queue.insert(0, hidden)
    radarr.arr.fault = rewritten(radarr.arr, lambda text: text.replace(f'"id": {id}', '"id": null'))
    await keeps_all_rows(radarr, 1200, every=60)
    assert (radarr.queue.unreadable, absent(radarr.queue), radarr.outcomes) == (1, [hidden.title], [])
    radarr.arr.fault = None
    assert absent(await radarr.read()) == []


async def test_what_is_listed_again_has_no_outcome_and_the_next_one_is_shown_for_15_minutes(radarr: Watched) -> None:
    item = radarr.arr.queue[0]
    radarr.arr.finish(item)
    await radarr.read()
    assert radarr.outcomes == [(IMPORTED, item.title)]

    again = downloading(FILM)
    radarr.arr.queue.append(again)
    radarr.arr.remember(again, "grabbed")
    await radarr.read_for(90)
    assert radarr.outcomes == []

    radarr.arr.finish(again)
    await radarr.read()
    radarr.clock.pass_time(SHOWN_FOR - 1)
    assert radarr.outcomes == [(IMPORTED, item.title)]
    radarr.clock.pass_time(1)
    assert radarr.outcomes == []


@settings(max_examples=8, derandomize=True, deadline=None, database=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*EVENTS, "pulled", "pulled"]), st.sampled_from([1.0, 5, 15, 30, 60, 120])),
        min_size=10,
        max_size=40,
    )
)
async def test_whatever_happens_nothing_is_said_to_be_removed_that_was_not(steps: list[tuple[str, float]]) -> None:
    """Clients and the app come and go, and some downloads are pulled."""
    films = [MovieMedia(n, f"Film {n}", 2000) for n in range(1, 10)]
    items = [downloading(film, client=(QBITTORRENT, SABNZBD)[film.id % 2]) for film in films]
    async with watched("radarr", *items) as radarr:
        app, pulled = radarr.arr, set[str]()
        app.refresh_every, app.watches_clients = 60, True
        for event, pause in [*steps, ("all is well", 60)]:
            app.catch_up()
            if event != "pulled":
                EVENTS[event](app)
            elif len(app.queue) > 4:
                pulled.add(app.queue.pop(len(app.queue) // 2).title)
            queue = await radarr.read(after=pause)
            assert {title for kind, title in radarr.outcomes if kind is REMOVED} <= pulled
            assert {item.title for item in app.queue} <= {download.release for download in queue.downloads}
        await radarr.read_for(8000, every=400)

        assert {download.release for download in radarr.queue.downloads} == {item.title for item in app.queue}
        assert radarr.queue.absent == frozenset()
