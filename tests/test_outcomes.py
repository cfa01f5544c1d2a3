"""What became of a download that its app lists no longer: never said without proof, and then at once.

The loopback app behaves as DownloadMonitoringService.cs, DownloadClientStatusService.cs, TaskManager.cs and
HealthCheckService.cs of NzbDrone.Core do: see discarr/demo/arr/app.py and clients.py.
"""

import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from aiohttp import web

from discarr.arr.models import HistoryRecord
from discarr.demo.arr import Item, LoopbackArr, MovieMedia, SeriesMedia, client_trouble, faults
from discarr.demo.arr.items import QBITTORRENT, SABNZBD
from discarr.demo.arr.situations import delayed, downloading
from discarr.model.outcome import OutcomeKind
from discarr.model.queue import IncompleteReason
from discarr.tracking.outcomes import GIVE_UP, HISTORIES, SHOWN_FOR, outcome_from
from tests.builders import NOW, download, pack
from tests.clocks import HandClock
from tests.watching import Watched, absent, client_of, keys, monitoring, only_for, running, watched

FILM, OTHER, THIRD = (MovieMedia(11 + n, name, 2024) for n, name in enumerate(("Umbrella", "Salt", "Paper Boats")))
SERIES = SeriesMedia(5, "The Lighthouse Archive")
SEASON = SERIES.season(2, 10)


@pytest.fixture
async def radarr() -> AsyncIterator[Watched]:
    """Two downloads of one client and one of another, in an app that asks its clients once a minute."""
    items = downloading(FILM), downloading(OTHER), downloading(THIRD, client=SABNZBD)
    async with watched("radarr", *items) as app:
        app.arr.refresh_every, app.arr.watches_clients = 60, True
        await app.read()
        yield app


def pull(app: Watched, number: int = 0) -> Item:
    """Take a download out of its client by hand, which the app notices at its next refresh."""
    return app.arr.queue.pop(number)


async def until_decided(app: Watched, *, at_most: float = 600) -> float:
    """Read until nothing is absent any more; the seconds that it took."""
    began = app.clock.monotonic()
    while app.queue.absent:
        await app.read()
        assert app.clock.monotonic() - began <= at_most
    return app.clock.monotonic() - began


async def until_absent(app: Watched) -> None:
    while not app.queue.absent:
        await app.read()


def event(id: int, word: str, minutes: float = 0, episode: int | None = None) -> HistoryRecord:
    """A line of the history, so many minutes after NOW."""
    date = (NOW + timedelta(minutes=minutes)).isoformat()
    return HistoryRecord.model_validate({"id": id, "eventType": word, "date": date, "episodeId": episode})


# What the history says


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("downloadFolderImported", OutcomeKind.IMPORTED),
        ("downloadFailed", OutcomeKind.FAILED),
        ("downloadIgnored", OutcomeKind.UNTRACKED),
    ],
)
async def test_what_the_history_says_is_known_at_the_read_that_lacks_it(
    radarr: Watched, event: str, kind: OutcomeKind
) -> None:
    item = pull(radarr)
    radarr.arr.remember(item, event)
    radarr.arr.refresh()

    queue = await radarr.read()

    assert radarr.outcomes == [(kind, item.title)]
    assert (len(queue.downloads), queue.absent) == (2, frozenset())


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([], OutcomeKind.REMOVED),
        (["grabbed"], OutcomeKind.REMOVED),
        (["downloadFolderImported", "grabbed"], OutcomeKind.REMOVED),
        (["grabbed", "downloadFolderImported", "grabbed"], OutcomeKind.REMOVED),
        (["grabbed", "downloadFailed", "grabbed"], OutcomeKind.REMOVED),
        (["grabbed", "downloadFailed", "grabbed", "downloadFolderImported"], OutcomeKind.IMPORTED),
        (["grabbed", "downloadFolderImported", "downloadFailed"], OutcomeKind.FAILED),
        (["grabbed", "movieFileDeleted", "downloadFolderImported"], OutcomeKind.IMPORTED),
        (["grabbed", "movieFileDeleted", "somethingNew"], OutcomeKind.REMOVED),
        (["movieFolderImported"], OutcomeKind.IMPORTED),
    ],
)
@pytest.mark.parametrize("step", [0, 1, 3600])
async def test_only_what_is_newer_than_the_last_grab_counts(
    events: list[str], kind: OutcomeKind, step: float, radarr: Watched
) -> None:
    """Of equal seconds the id tells which is newer: it rises with each line."""
    item = pull(radarr)
    now = radarr.clock.now().timestamp()
    for number, event in enumerate(events):
        radarr.arr.remember(item, event, at=now - step * (len(events) - number - 1))
    await until_absent_or_gone(radarr)

    await until_decided(radarr)

    assert radarr.outcomes == [(kind, item.title)]


async def until_absent_or_gone(app: Watched) -> None:
    while not app.queue.absent and not app.outcomes:
        await app.read()


async def test_ids_that_do_not_rise_with_the_answer_are_put_in_order() -> None:
    """The app sorts by date alone, so that of equal seconds any order may come."""
    grab, done, old = event(7, "grabbed"), event(9, "downloadFolderImported"), event(5, "downloadFailed")
    for history in ([grab, done, old], [old, grab, done], [done, old, grab]):
        outcome = outcome_from(download(), history, 0.0, first_seen=NOW)
        assert outcome is not None and outcome.kind is OutcomeKind.IMPORTED


@pytest.mark.parametrize("count", [1, 9, 10])
async def test_a_part_that_was_imported_is_a_part(count: int) -> None:
    item = downloading(SERIES, episodes=SEASON)
    async with watched("sonarr", item) as sonarr:
        sonarr.arr.remember(item, "grabbed", at=sonarr.clock.now().timestamp() - 600)
        sonarr.arr.remember(item, "downloadFolderImported", episodes=SEASON[:count])
        sonarr.arr.queue.clear()
        await sonarr.read()
        at_once = sonarr.kinds
        await until_decided(sonarr)
        (outcome,) = sonarr.snapshot.outcomes

    assert outcome.kind is OutcomeKind.IMPORTED
    assert at_once == ([OutcomeKind.IMPORTED] if count == 10 else []), "a part does not prove that the rest is gone"
    assert (outcome.imported, outcome.grabbed) == ((0, 0) if count == 10 else (count, 10))
    assert outcome.is_whole_import is (count == 10)


@pytest.mark.parametrize("imported_as", [[], [None], [301], [301, 302]])
def test_what_was_imported_as_other_episodes_is_no_part_of_none(imported_as: list[int | None]) -> None:
    """A manual import decides itself which episodes a file is."""
    history = [event(1 + n, "grabbed", 0, 201 + n) for n in range(2)]
    history += [event(9 + n, "downloadFolderImported", 5, episode) for n, episode in enumerate(imported_as)]

    outcome = outcome_from(pack(episodes=2), history, 0.0, first_seen=NOW)

    assert (outcome is not None and outcome.is_whole_import) is bool(imported_as)


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
@pytest.mark.parametrize("dateless", ["grabbed", "downloadFolderImported", "both"])
def test_an_event_without_a_date_is_as_old_as_its_id(ids: tuple[int, int], dateless: str) -> None:
    """`[grabbed, imported]` is imported, `[imported, grabbed]` is not."""
    events = [event(id, word) for id, word in zip(ids, ("grabbed", "downloadFolderImported"), strict=True)]
    history = [
        each.model_copy(update={"date": None}) if dateless in (each.event_type, "both") else each for each in events
    ]

    outcome = outcome_from(download(), history, 0.0, first_seen=NOW)

    assert (outcome is not None) is (ids == (1, 2))


def test_episodes_imported_before_the_last_grab_are_no_part_of_it() -> None:
    first = [event(1 + n, "grabbed", 0, 201 + n) for n in range(3)]
    first += [event(4 + n, "downloadFolderImported", 5, 201 + n) for n in range(3)]
    again = [event(7 + n, "grabbed", 60, 201 + n) for n in range(3)] + [event(10, "downloadFolderImported", 65, 202)]

    outcome = outcome_from(pack(episodes=3), [*first, *again], 0.0, first_seen=NOW)

    assert outcome is not None
    assert (outcome.imported, outcome.grabbed) == (1, 3)


def test_what_the_app_did_not_grab_is_judged_from_when_it_was_first_seen() -> None:
    before, after = (event(1, "downloadFolderImported", minutes) for minutes in (-30, 30))

    foreign = download(grabbed_at=None)

    assert outcome_from(foreign, [before], 0.0, first_seen=NOW) is None
    assert outcome_from(foreign, [after], 0.0, first_seen=NOW) is not None


@pytest.mark.parametrize("hours", [-30, -1, 0, 1, 30])
async def test_what_the_app_did_not_grab_is_judged_by_the_apps_clock(hours: int) -> None:
    """Its history has the dates of its own clock, which is an hour or a day from ours on some machines."""
    clock = HandClock()
    async with LoopbackArr("radarr", clock=lambda: clock.now().timestamp() + 3600 * hours) as arr:
        arr.start_time -= 86_400
        item = downloading(FILM, added=None, indexer=None)
        arr.queue = [item]
        async with monitoring(client_of(arr), clock=clock) as monitor:
            app = Watched(arr, monitor, clock)
            await app.read_for(300)
            arr.finish(item)
            await app.read()

            assert app.outcomes == [(OutcomeKind.IMPORTED, item.title)]


@pytest.mark.parametrize("minutes", [-600, -5, 5, 600])
@pytest.mark.parametrize("is_grabbed", [True, False])
async def test_an_import_is_said_whatever_the_clock_of_a_proxy_says(minutes: int, is_grabbed: bool) -> None:
    """nginx answers with its own `Date`; the history of a long pack no longer has the grab."""
    item = downloading(FILM) if is_grabbed else downloading(FILM, added=None, indexer=None)
    async with watched("radarr", item) as app:

        async def proxied(request: web.Request) -> web.StreamResponse | None:
            answer = await app.arr.respond(request)
            at = app.clock.now() + timedelta(minutes=minutes)
            answer.headers["Date"] = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
            return answer

        app.arr.fault = proxied
        await app.read_for(300)
        app.arr.history.clear()
        app.arr.finish(item)
        await app.read()

        assert app.kinds == [OutcomeKind.IMPORTED]


async def test_an_id_in_other_letters_is_the_same_download(radarr: Watched) -> None:
    """The app compares exactly, so that its answer for the queue's id is empty."""
    item = pull(radarr)
    radarr.arr.remember(item, "downloadFolderImported")
    event = radarr.arr.history[-1]
    radarr.arr.history[-1] = replace(event, download_id=item.download_id.lower())
    await until_absent(radarr)

    await until_decided(radarr)

    assert radarr.kinds == [OutcomeKind.IMPORTED]


async def test_the_history_is_asked_only_when_something_is_absent(radarr: Watched) -> None:
    await radarr.read_for(600)
    before = [path for path in radarr.requests_since(0) if path == "history"]
    radarr.arr.finish(radarr.arr.queue[0])
    await until_absent_or_gone(radarr)

    assert before == []
    assert [request.query["downloadId"] for request in radarr.arr.requests if "history" in request.path] == [
        radarr.snapshot.outcomes[0].download.key.id
    ]


async def test_at_most_ten_histories_are_asked_for_at_a_read_and_all_are_in_the_end() -> None:
    films = [downloading(MovieMedia(n, f"Film {n}", 2000)) for n in range(1, 26)]
    async with watched("radarr", *films) as radarr:
        for item in films:
            radarr.arr.remember(item, "downloadFolderImported")
        radarr.arr.queue.clear()
        counts, shown = [], []
        for _ in range(4):
            number = len(radarr.arr.requests)
            queue = await radarr.read()
            counts.append(radarr.requests_since(number).count("history"))
            shown.append((len(queue.absent), len(radarr.outcomes)))

    assert counts == [HISTORIES, HISTORIES, 5, 0]
    assert shown == [(15, 10), (5, 20), (0, 25), (0, 25)]


async def test_histories_that_fail_keep_their_rows_and_hold_up_no_other(radarr: Watched) -> None:
    films = [downloading(MovieMedia(n, f"Film {n}", 2000)) for n in range(1, 26)]
    radarr.arr.queue += films
    radarr.arr.refresh()
    await radarr.read()
    bad = {item.download_id for item in films[:15]}

    async def fault(request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=500) if request.query.get("downloadId") in bad else None

    radarr.arr.fault = fault
    for item in films:
        radarr.arr.queue.remove(item)
        radarr.arr.remember(item, "downloadFolderImported")
    radarr.arr.refresh()
    await radarr.read_for(120)
    while_failing = len(radarr.outcomes), set(absent(radarr.queue)) == {item.title for item in films[:15]}
    radarr.arr.fault = None
    await radarr.read_for(60)

    assert while_failing == (10, True)
    assert radarr.kinds == [OutcomeKind.IMPORTED] * 25


async def test_a_history_that_never_answers_is_given_up_without_a_word(radarr: Watched) -> None:
    radarr.arr.fault = only_for("/history", faults.answering(500))
    pull(radarr)
    await until_absent(radarr)

    took = await until_decided(radarr, at_most=2000)

    assert took >= GIVE_UP
    assert radarr.outcomes == []


# Removed: proved, or not said


async def test_what_was_removed_by_hand_is_said_after_a_refresh_that_began_later_lacks_it_too(radarr: Watched) -> None:
    item = pull(radarr)
    await until_absent(radarr)
    refreshes = {radarr.arr.task.started_at}
    while radarr.queue.absent:
        await radarr.read()
        refreshes.add(radarr.arr.task.started_at)

    assert len(refreshes) >= 2
    assert radarr.outcomes == [(OutcomeKind.REMOVED, item.title)]


async def test_while_it_is_undecided_its_row_stays_and_is_marked(radarr: Watched) -> None:
    before = keys(radarr.queue)
    item = pull(radarr)
    await until_absent(radarr)

    assert keys(radarr.queue) == before
    assert absent(radarr.queue) == [item.title]
    assert radarr.outcomes == []


async def test_a_refresh_that_ends_between_the_question_and_the_answer_proves_nothing(radarr: Watched) -> None:
    """The row is back at the end of the refresh, just after the queue was read without it."""
    radarr.arr.unreachable_clients.add(SABNZBD.name)
    await until_absent(radarr)
    radarr.arr.unreachable_clients.clear()
    radarr.arr.watch.health = []
    ended = False

    async def fault(request: web.Request) -> web.StreamResponse | None:
        nonlocal ended
        if request.path.endswith("/queue") and not ended:
            answer = await radarr.arr.respond(request)
            radarr.arr.refresh()
            ended = True
            return answer
        return None

    radarr.arr.refresh_every = 1e9
    radarr.arr.fault = fault
    await radarr.read(after=15)
    await radarr.read(after=15)

    assert (radarr.queue.absent, radarr.outcomes) == (frozenset(), [])


@pytest.mark.parametrize("interval", [10, 30, 300])
@pytest.mark.parametrize("away_for", [20, 200, 1500])
async def test_a_client_that_restarts_has_removed_nothing(radarr: Watched, interval: float, away_for: float) -> None:
    """All rows of one client, twice; its rows return at the end of the pause, up to an hour later."""
    everything = keys(radarr.queue)
    for _ in range(2):
        radarr.arr.unreachable_clients.add(QBITTORRENT.name)
        for queue in await radarr.read_for(away_for, every=min(interval, away_for)):
            assert keys(queue) == everything
        radarr.arr.unreachable_clients.clear()
        for queue in await radarr.read_for(1500, every=interval):
            assert keys(queue) == everything

    assert radarr.outcomes == []
    assert (radarr.queue.absent, radarr.queue.incomplete) == (frozenset(), None)


async def test_rows_of_a_client_that_are_missing_for_one_refresh_are_not_gone(radarr: Watched) -> None:
    """Two of three vanish and come back, twice: the client answers with a part of what it has."""
    everything = keys(radarr.queue)
    for _ in range(2):
        held = [pull(radarr), pull(radarr)]
        radarr.arr.refresh()
        assert absent(await radarr.read(after=5)) == [item.title for item in held]
        radarr.arr.queue += held
        radarr.arr.refresh()
        queue = await radarr.read(after=25)
        assert (keys(queue), queue.absent) == (everything, frozenset())

    assert radarr.outcomes == []


async def test_a_client_that_is_away_when_it_is_asked_again_at_once_is_not_taken_for_empty(radarr: Watched) -> None:
    """An import has the app ask its clients 5 s later, and its health check comes no sooner."""
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    for queue in await radarr.read_for(20, every=2):
        radarr.arr.refresh()
        assert len(queue.downloads) == 3
    await radarr.read_for(300)

    assert radarr.outcomes == []


async def test_health_that_does_not_answer_says_nothing(radarr: Watched) -> None:
    radarr.arr.fault = only_for("/health", faults.answering(500))
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    await radarr.read_for(GIVE_UP - 120)
    radarr.arr.unreachable_clients.clear()
    await radarr.read_for(600)

    assert radarr.outcomes == []
    assert len(radarr.queue.downloads) == 3


async def test_health_is_cleared_before_the_rows_are_back_and_nothing_is_removed(radarr: Watched) -> None:
    radarr.arr.watches_clients = False
    radarr.arr.health = [client_trouble(SABNZBD.name)]
    radarr.arr.unreachable_clients.add(SABNZBD.name)
    await radarr.read_for(600)
    radarr.arr.health = []
    await radarr.read()
    await radarr.read()
    radarr.arr.unreachable_clients.clear()
    await radarr.read_for(90)

    assert (radarr.outcomes, len(radarr.queue.downloads)) == ([], 3)


async def test_a_client_that_still_has_rows_is_there_whatever_the_health_says_of_another(radarr: Watched) -> None:
    radarr.arr.unreachable_clients.add(SABNZBD.name)
    await radarr.read_for(90)
    item = pull(radarr)
    await radarr.read_for(240)

    assert radarr.outcomes == [(OutcomeKind.REMOVED, item.title)]
    assert len(radarr.queue.absent) == 1, "that of the client that is away"


async def test_a_pending_release_does_not_prove_that_its_client_answers(radarr: Watched) -> None:
    radarr.arr.queue.append(delayed(MovieMedia(40, "Later", 2025), client=QBITTORRENT))
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    await radarr.read_for(900)

    assert (radarr.outcomes, len(radarr.queue.downloads)) == ([], 4)


async def test_rows_that_name_no_client_do_not_vouch_for_each_other(radarr: Watched) -> None:
    """Before 2020 the apps did not send the client's name."""

    async def nameless(request: web.Request) -> web.StreamResponse | None:
        if not request.path.endswith("/queue"):
            return None
        text = (await radarr.arr.respond(request)).text or ""
        named = [f'"downloadClient": "{name}"' for name in (QBITTORRENT.name, SABNZBD.name)]
        for words in named:
            text = text.replace(words, '"downloadClient": ""')
        return web.json_response(text=text)

    radarr.arr.fault = nameless
    await radarr.read_for(60)
    radarr.arr.unreachable_clients.add(SABNZBD.name)
    await radarr.read_for(600)

    assert (radarr.outcomes, len(radarr.queue.downloads)) == ([], 3)


@pytest.mark.parametrize("busy_for", [0, 130, 400])
@pytest.mark.parametrize("new_database", [False, True])
async def test_an_app_that_restarts_has_removed_nothing(radarr: Watched, busy_for: float, new_database: bool) -> None:
    """Its first refresh comes after 30 to 60 s, or much later where other tasks are before it."""
    everything = keys(radarr.queue)
    for _ in range(2):
        radarr.arr.restart(busy_for=busy_for, new_database=new_database)
        for queue in await radarr.read_for(busy_for + 300):
            assert keys(queue) == everything

    assert (radarr.outcomes, radarr.queue.absent, radarr.queue.incomplete) == ([], frozenset(), None)


async def test_an_app_and_a_client_that_restart_together_have_removed_nothing(radarr: Watched) -> None:
    everything = keys(radarr.queue)
    radarr.arr.restart()
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    for seconds in (400, 400):
        for queue in await radarr.read_for(seconds):
            assert keys(queue) == everything
        radarr.arr.unreachable_clients.clear()

    assert radarr.outcomes == []


async def test_until_a_restarted_app_has_asked_its_clients_the_queue_is_incomplete(radarr: Watched) -> None:
    radarr.arr.restart(busy_for=400)
    reasons = [queue.incomplete for queue in await radarr.read_for(600)]

    assert reasons[:13] == [IncompleteReason.JUST_STARTED] * 13
    assert reasons[15:] == [None] * 5


async def test_what_leaves_while_the_app_restarts_is_found_out_in_the_end(radarr: Watched) -> None:
    radarr.arr.restart(busy_for=200)
    item = pull(radarr)
    done = pull(radarr)
    radarr.arr.remember(done, "downloadFolderImported")
    await radarr.read()
    at_once = radarr.outcomes
    await radarr.read_for(600)

    assert at_once == [(OutcomeKind.IMPORTED, done.title)]
    assert radarr.outcomes == [(OutcomeKind.REMOVED, item.title), (OutcomeKind.IMPORTED, done.title)]


async def test_an_app_that_cannot_be_read_while_rows_are_absent_has_removed_nothing(radarr: Watched) -> None:
    everything = keys(radarr.queue)
    radarr.arr.unreachable_clients.add(QBITTORRENT.name)
    await until_absent(radarr)
    radarr.arr.fault = faults.answering(503)
    for queue in await radarr.read_for(600):
        assert keys(queue) == everything
    radarr.arr.fault = None
    radarr.arr.restart()
    radarr.arr.unreachable_clients.clear()
    for queue in await radarr.read_for(2400, every=60):
        assert keys(queue) == everything

    assert (radarr.outcomes, radarr.queue.absent) == ([], frozenset())


@pytest.mark.parametrize("minutes", [-60, -5, -1, 1, 60])
async def test_a_proxy_with_another_clock_makes_no_proof(radarr: Watched, minutes: int) -> None:
    """nginx answers with its own `Date`."""

    async def proxied(request: web.Request) -> web.StreamResponse | None:
        answer = await radarr.arr.respond(request)
        at = radarr.clock.now() + timedelta(minutes=minutes)
        answer.headers["Date"] = at.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answer

    everything = keys(radarr.queue)
    radarr.arr.fault = proxied
    radarr.arr.restart(busy_for=150)
    for queue in await radarr.read_for(600):
        assert keys(queue) == everything
    pull(radarr)
    await radarr.read_for(300)

    assert radarr.kinds == [OutcomeKind.REMOVED]


async def test_an_app_without_tasks_is_waited_for_longer() -> None:
    """Without `system/task`: absent in two further reads and for 150 s."""
    async with watched("radarr", downloading(FILM), downloading(OTHER)) as radarr:
        radarr.arr.has_tasks = False
        everything = keys(radarr.queue)
        held = pull(radarr)
        for queue in await radarr.read_for(150):
            assert (keys(queue), radarr.outcomes) == (everything, [])
        radarr.arr.queue.append(held)
        await radarr.read()
        back = radarr.queue.absent
        pull(radarr)
        await radarr.read_for(270)

    assert back == frozenset()
    assert radarr.kinds == [OutcomeKind.REMOVED]


async def test_tasks_that_fail_now_and_then_are_no_app_without_tasks(radarr: Watched) -> None:
    everything = keys(radarr.queue)
    radarr.arr.restart(busy_for=400)
    for number in range(13):
        radarr.arr.fault = only_for("/system/task", faults.answering(500)) if number % 2 else None
        assert keys(await radarr.read()) == everything
    radarr.arr.fault = None
    await radarr.read_for(300)

    assert (radarr.outcomes, radarr.queue.absent) == ([], frozenset())


async def test_a_record_that_moves_between_two_pages_has_not_left(radarr: Watched) -> None:
    """The queue keeps its length, so that nothing tells that one was skipped."""
    hidden = radarr.arr.queue[0].download_id

    async def skipping(request: web.Request) -> web.StreamResponse | None:
        if not request.path.endswith("/queue"):
            return None
        page = (await radarr.arr.respond(request)).text or ""
        return web.json_response(text=page.replace(hidden, radarr.arr.queue[1].download_id))

    everything = keys(radarr.queue)
    for _ in range(2):
        radarr.arr.fault = skipping
        queue = await radarr.read()
        assert (keys(queue), len(queue.absent)) == (everything, 1)
        radarr.arr.fault = None
        queue = await radarr.read()
        assert (keys(queue), queue.absent) == (everything, frozenset())

    assert radarr.outcomes == []


async def test_a_record_that_cannot_be_read_has_not_left(radarr: Watched) -> None:
    """Its row stays and is marked, however often the app asks its clients meanwhile."""
    everything, hidden = keys(radarr.queue), radarr.arr.queue[0].title

    async def garbled(request: web.Request) -> web.StreamResponse | None:
        answer = await radarr.arr.respond(request)
        assert isinstance(answer, web.Response) and answer.text is not None
        body = json.loads(answer.text)
        for record in body["records"]:
            record["id"] = None if record["title"] == hidden else record["id"]
        return web.json_response(body)

    radarr.arr.fault = only_for("/queue", garbled)
    for queue in await radarr.read_for(1200, every=60):
        assert (keys(queue), absent(queue), radarr.outcomes) == (everything, [hidden], [])
    radarr.arr.fault = None

    assert absent(await radarr.read()) == []


async def test_speed_and_clocks_survive_an_absence(radarr: Watched) -> None:
    item = radarr.arr.queue[2]
    for _ in range(4):
        item.left -= 60_000_000
        radarr.arr.refresh()
        await radarr.read(after=60)
    (before,) = [d for d in radarr.queue.downloads if d.release == item.title]
    radarr.arr.unreachable_clients.add(SABNZBD.name)
    radarr.arr.refresh()
    await radarr.read_for(60)
    radarr.arr.unreachable_clients.clear()
    radarr.arr.refresh()
    (after,) = [d for d in (await radarr.read()).downloads if d.release == item.title]

    assert after.progress == before.progress
    assert after.progress.speed(radarr.clock.monotonic()) == pytest.approx(1_000_000)


async def test_a_pending_release_that_becomes_a_download_did_not_leave(radarr: Watched) -> None:
    item = delayed(MovieMedia(40, "Later", 2025))
    radarr.arr.queue.append(item)
    await radarr.read_for(60)
    radarr.arr.queue[-1] = downloading(MovieMedia(40, "Later", 2025))
    await radarr.read_for(300)

    assert (radarr.outcomes, len(radarr.queue.downloads)) == ([], 4)


# What is remembered


async def test_an_outcome_is_shown_for_a_quarter_of_an_hour(radarr: Watched) -> None:
    radarr.arr.finish(radarr.arr.queue[0])
    await until_absent_or_gone(radarr)

    radarr.clock.pass_time(SHOWN_FOR - 1)
    assert len(radarr.outcomes) == 1
    radarr.clock.pass_time(1)
    assert radarr.outcomes == []


async def test_what_is_listed_again_has_no_outcome_and_the_next_one_is_said_once(radarr: Watched) -> None:
    item = radarr.arr.queue[0]
    radarr.arr.finish(item)
    await until_absent_or_gone(radarr)
    again = downloading(FILM)
    radarr.arr.queue.append(again)
    radarr.arr.remember(again, "grabbed")
    await radarr.read_for(90)
    while_listed = radarr.outcomes
    radarr.arr.finish(again)
    await radarr.read_for(90)

    assert while_listed == []
    assert radarr.outcomes == [(OutcomeKind.IMPORTED, item.title)]


async def test_the_same_id_in_two_instances_is_two_downloads() -> None:
    clock = HandClock()
    one, two = downloading(FILM), downloading(FILM)
    assert one.download_id == two.download_id
    async with running("radarr", clock, one) as first, running("radarr", clock, two) as second:
        clients = client_of(first), client_of(second, "radarr-4k")
        async with monitoring(*clients, clock=clock) as monitor:
            await monitor.refresh()
            first.finish(one)
            clock.pass_time(30)
            await monitor.refresh()
            snapshot = monitor.snapshot()

    assert [outcome.download.key.instance for outcome in snapshot.outcomes] == ["radarr"]
    assert [download.key.instance for download in snapshot] == ["radarr-4k"]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_nothing_is_said_to_be_removed_that_was_not(seed: int) -> None:
    """Clients and the app come and go at random, and some downloads are pulled or imported."""
    chance = random.Random(seed)
    films = [MovieMedia(n, f"Film {n}", 2000) for n in range(1, 10)]
    items = [downloading(film, client=(QBITTORRENT, SABNZBD)[film.id % 2]) for film in films]
    async with watched("radarr", *items) as radarr:
        app, pulled = radarr.arr, set[str]()
        app.refresh_every, app.watches_clients = 60, True

        def pull() -> None:
            if len(app.queue) > 4:
                pulled.add(app.queue.pop(chance.randrange(len(app.queue))).title)

        def lose_client() -> None:
            app.unreachable_clients.add(chance.choice((QBITTORRENT, SABNZBD)).name)

        def restart() -> None:
            app.restart(busy_for=chance.choice((0, 0, 200)), new_database=chance.random() < 0.2)

        def be_slow() -> None:
            app.refresh_takes = chance.choice((0, 5, 25))

        def fail() -> None:
            part = chance.choice(("/queue", "/history", "/health", "/system/status", "/system/task"))
            app.fault = only_for(part, faults.answering(chance.choice((500, 503, 504))))

        def recover() -> None:
            app.fault = None
            app.unreachable_clients.clear()

        events = (pull, lose_client, lose_client, restart, be_slow, fail, recover, recover, app.refresh)
        for _ in range(80):
            app.catch_up()
            if chance.random() < 0.3:
                chance.choice(events)()
            queue = await radarr.read(after=chance.choice((1, 5, 15, 30, 30, 60)))
            there = {item.title for item in app.queue}
            said = {title for kind, title in radarr.outcomes if kind is OutcomeKind.REMOVED}
            assert said <= pulled
            assert there <= {download.release for download in queue.downloads}
        recover()
        await radarr.read_for(8000)

        assert {download.release for download in radarr.queue.downloads} == {item.title for item in app.queue}
        assert radarr.queue.absent == frozenset()
