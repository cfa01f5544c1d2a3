"""Only removals that can work are offered, and each does on the server what its name says."""

from collections.abc import Callable
from functools import partial
from itertools import product

import pytest

from discarr.arr.parsing import downloads_from, queue_page
from discarr.demo.arr import App, EpisodeMedia, Flags, Item, MovieMedia, SeriesMedia, items, situations
from discarr.demo.arr.items import NOON
from discarr.demo.arr.query import Query
from discarr.demo.arr.queue_views import queue_page as served_page
from discarr.demo.arr.removal import AppFailed, remove
from discarr.demo.arr.wire import Service as ServiceWord
from discarr.demo.arr.wire import json_text
from discarr.model.queue import Download, State
from discarr.model.removal_mode import Removal, likely_removal, removals_for
from tests.builders import NOW, RADARR, SONARR, download, pack, waiting

FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
SEASON: tuple[EpisodeMedia, ...] = SERIES.season(2, 10)
EVERYTHING = Query([("pageSize", "1000"), ("includeUnknownMovieItems", "true"), ("includeUnknownSeriesItems", "true")])

R, S, B, T, C = (
    Removal.REMOVE,
    Removal.BLOCK_AND_SEARCH,
    Removal.BLOCK,
    Removal.STOP_TRACKING,
    Removal.CHANGE_CATEGORY,
)


@pytest.mark.parametrize(
    ("how", "flags"),
    [
        (R, {"removeFromClient": "true", "blocklist": "false", "skipRedownload": "false", "changeCategory": "false"}),
        (S, {"removeFromClient": "true", "blocklist": "true", "skipRedownload": "false", "changeCategory": "false"}),
        (B, {"removeFromClient": "true", "blocklist": "true", "skipRedownload": "true", "changeCategory": "false"}),
        (T, {"removeFromClient": "false", "blocklist": "false", "skipRedownload": "false", "changeCategory": "false"}),
        (C, {"removeFromClient": "false", "blocklist": "false", "skipRedownload": "false", "changeCategory": "true"}),
    ],
)
def test_every_flag_is_said_since_one_left_out_takes_the_apps_own_default(how: Removal, flags: dict[str, str]) -> None:
    assert how.flags == flags


@pytest.mark.parametrize(
    ("subject", "offered"),
    [
        pytest.param(download(), (R, S, B, T, C), id="tracked, with a post-import category"),
        pytest.param(download(can_change_category=False), (R, S, B, T), id="tracked, without one"),
        pytest.param(pack(), (R, S, B, T, C), id="pack"),
        pytest.param(download(state=State.FAILED), (R, S, B, T, C), id="failed"),
        pytest.param(download(state=State.STALLED), (R, S, B, T, C), id="stalled"),
        pytest.param(waiting(), (R, B), id="pending"),
        pytest.param(waiting(state=State.CLIENT_UNAVAILABLE, parsed=False), (R, B), id="pending, client away"),
        pytest.param(download(grabbed_by_app=False), (R, T, C), id="known, not grabbed"),
        pytest.param(download(grabbed_by_app=False, parsed=False), (R, C), id="not grabbed, not parsed"),
        pytest.param(download(parsed=False), (R, S, B, C), id="grabbed, not parsed"),
    ],
)
def test_each_kind_of_download_is_offered_what_can_work_for_it(subject: Download, offered: tuple[Removal, ...]) -> None:
    assert removals_for(subject) == offered


@pytest.mark.parametrize(
    ("subject", "likely"),
    [
        pytest.param(download(), R, id="downloading"),
        pytest.param(download(state=State.PAUSED), R, id="paused"),
        pytest.param(download(state=State.IMPORT_BLOCKED), R, id="import blocked"),
        pytest.param(pack(), R, id="pack"),
        pytest.param(waiting(), R, id="pending"),
        pytest.param(download(state=State.FAILED), S, id="failed"),
        pytest.param(download(state=State.REJECTED), S, id="rejected"),
        pytest.param(download(state=State.STALLED), S, id="stalled"),
        pytest.param(download(stalled_for=NOW - NOW), S, id="still"),
        pytest.param(download(grabbed_by_app=False), None, id="not grabbed"),
        pytest.param(download(grabbed_by_app=False, state=State.STALLED), None, id="not grabbed, stalled"),
        pytest.param(download(grabbed_by_app=False, state=State.FAILED_FOREIGN), None, id="not grabbed, failed"),
        pytest.param(download(grabbed_by_app=False, parsed=False), None, id="not grabbed, not parsed"),
    ],
)
def test_what_is_ticked_at_first_is_the_likely_wish_and_nothing_for_what_may_be_somebody_elses(
    subject: Download, likely: Removal | None
) -> None:
    assert likely_removal(subject) is likely


@pytest.mark.parametrize("state", State)
def test_what_is_ticked_at_first_is_among_what_is_offered(state: State) -> None:
    for grabbed, pending, parsed in product((True, False), repeat=3):
        subject = download(state=state, grabbed_by_app=grabbed, pending=pending, parsed=parsed)

        assert likely_removal(subject) in (None, *removals_for(subject))
        assert R in removals_for(subject)


MADE: dict[str, tuple[ServiceWord, Callable[[], Item]]] = {
    "downloading film": ("radarr", partial(situations.downloading, FILM)),
    "film in a client without a category": ("radarr", partial(situations.downloading, FILM, client=items.DELUGE)),
    "film in SABnzbd": ("radarr", partial(situations.downloading, FILM, client=items.SABNZBD)),
    "queued film": ("radarr", partial(situations.queued, FILM)),
    "paused film": ("radarr", partial(situations.paused, FILM)),
    "film without metadata": ("radarr", partial(situations.metadata, FILM)),
    "stalled film": ("radarr", partial(situations.stalled, FILM)),
    "film to be imported": ("radarr", partial(situations.import_pending, FILM)),
    "blocked film": ("radarr", partial(situations.import_blocked, FILM)),
    "failed film": ("radarr", partial(situations.failed, FILM)),
    "rejected film": ("radarr", partial(situations.rejected, FILM)),
    "known film that was not grabbed": ("radarr", partial(situations.downloading, FILM, added=None, indexer=None)),
    "delayed film": ("radarr", partial(situations.delayed, FILM)),
    "film whose client is away": ("radarr", partial(situations.client_unavailable, FILM)),
    "unknown film": ("radarr", situations.unknown),
    "unparsed film": ("radarr", situations.unparsed),
    "somebody else's failed one": ("radarr", situations.failed_not_grabbed),
    "season pack": ("sonarr", partial(situations.downloading, SERIES, episodes=SEASON)),
    "blocked season pack": ("sonarr", partial(situations.import_blocked, SERIES, episodes=SEASON)),
    "failed episode": ("sonarr", partial(situations.failed, SERIES, episodes=SEASON[:1])),
    "delayed season pack": ("sonarr", partial(situations.delayed, SERIES, episodes=SEASON)),
    "series without an episode": ("sonarr", partial(situations.downloading, SERIES, title="The.Lighthouse.S09E99-X")),
    "unknown episode": ("sonarr", situations.unknown),
    "unparsed episode": ("sonarr", situations.unparsed),
}


def _app(kind: str) -> App:
    service, item = MADE[kind]
    app = App(service, lambda: NOON)
    app.queue = [item(), situations.downloading(MovieMedia(12, "A Neighbour", 2000), title="A.Neighbour-X")]
    return app


def _listed(app: App) -> Download:
    """The download under test, as we read it from the app."""
    listed = queue_page(json_text(served_page(app, EVERYTHING)).encode()).readable
    downloads = downloads_from(RADARR if app.service == "radarr" else SONARR, listed, read_at=NOW)
    return next(one for one in downloads.values() if "Neighbour" not in one.release)


def _comes_true(app: App, how: Removal) -> bool:
    """Whether the app, told so on the wire, does with its first item what this removal promises."""
    item, subject = app.queue[0], _listed(app)
    names = {
        "removeFromClient": "remove_from_client",
        "blocklist": "blocklist",
        "skipRedownload": "skip_redownload",
        "changeCategory": "change_category",
    }
    flags = Flags(**{names[name]: value == "true" for name, value in how.flags.items()})
    try:
        remove(app, subject.ref.id, flags)
    except AppFailed:
        return False
    app.refresh()
    gone = item not in app.queue and len(app.queue) == 1
    stays_in_client = item in app.untracked
    blocked = [entry.item for entry in app.blocklist] == [item]
    searched = app.searches == [item]
    done = (gone, stays_in_client, blocked, searched)
    return (
        done
        == {
            R: (True, False, False, False),
            S: (True, False, True, True),
            B: (True, False, True, False),
            T: (True, True, False, False),
            C: (True, True, False, False),
        }[how]
    )


@pytest.mark.parametrize("kind", MADE)
def test_a_removal_is_offered_where_the_server_does_what_it_promises_and_nowhere_else(kind: str) -> None:
    offered = removals_for(_listed(_app(kind)))

    assert offered == tuple(how for how in Removal if _comes_true(_app(kind), how))
