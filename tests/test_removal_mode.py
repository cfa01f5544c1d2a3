"""Only removals that can work are offered, and each does on the server what its name says."""

from collections.abc import Callable
from functools import partial
from itertools import product

import pytest

from discarr.arr.parsing import queue_page
from discarr.demo.arr import App, EpisodeMedia, Item, MovieMedia
from discarr.demo.arr.items import NOON
from discarr.demo.arr.records import json_text
from discarr.demo.arr.removal import AppFailed, Flags, remove
from discarr.demo.arr.routes import Page
from discarr.demo.arr.routes import queue_page as served_page
from discarr.demo.arr.situations import client_unavailable, delayed, downloading, failed, import_blocked, unknown
from discarr.model.download import Download, State
from discarr.model.removal_mode import RemovalMode, likely_mode, modes_for
from discarr.view.modals import is_ticked
from tests.support.builders import AT, COMPLETE, STALLED_AFTER, download, queue, snapshot, waiting
from tests.support.records import made_of
from tests.support.situations import DELUGE, failed_not_grabbed, import_pending, rejected, unparsed
from tests.support.watching import FILM, SERIES

SEASON: tuple[EpisodeMedia, ...] = SERIES.season(2, 10)
CAUTION = "Caution: Found potentially dangerous file with extension: .lnk"
"""As the apps say it: NzbDrone.Core/MediaFiles/EpisodeImport/Specifications."""
EVERYTHING = Page(page_size=1000, include_unknown_movie_items=True, include_unknown_series_items=True)

R, S, B, T, C = RemovalMode
LONG = STALLED_AFTER + 1


@pytest.mark.parametrize(
    ("subject", "likely"),
    [
        pytest.param(download(), R, id="downloading"),
        pytest.param(download(state=State.STALLED), R, id="stalled a moment ago"),
        pytest.param(waiting(), R, id="pending"),
        pytest.param(waiting(state=State.CLIENT_UNAVAILABLE, lasts=LONG), R, id="pending, client away for long"),
        pytest.param(download(state=State.FAILED), S, id="failed"),
        pytest.param(download(state=State.STALLED, lasts=LONG), S, id="stalled for long"),
        pytest.param(download(lasts=LONG), S, id="no progress for long"),
        pytest.param(download(state=State.METADATA, size=0, remaining=0, lasts=LONG), S, id="no metadata for long"),
        pytest.param(download(state=State.IMPORT_BLOCKED, reasons=(CAUTION,)), S, id="dangerous"),
        pytest.param(download(state=State.REJECTED), S, id="rejected"),
    ],
)
def test_a_form_has_selected_what_nobody_regrets(subject: Download, likely: RemovalMode) -> None:
    assert likely_mode(subject, AT, STALLED_AFTER) is likely


@pytest.mark.parametrize("state", State)
def test_only_what_is_incomplete_and_grabbed_or_dangerous_is_proposed_for_removal(state: State) -> None:
    """With every other thing that decides about a removal."""
    broken, moving = (State.FAILED, State.FAILED_FOREIGN), (State.DOWNLOADING, State.STALLED, State.METADATA)
    for grabbed, pending, warned, complete, dangerous, lasts in product(*[(True, False)] * 5, (0, LONG)):
        subject = download(
            state=state,
            grabbed_by_app=grabbed,
            pending=pending,
            warned=warned,
            complete=complete,
            reasons=(CAUTION,) if dangerous else (),
            lasts=lasts,
        )
        likely, has_data = likely_mode(subject, AT, STALLED_AFTER), complete or state in COMPLETE

        assert likely in (None, *modes_for(subject)) and R in modes_for(subject)
        assert likely is None or (grabbed and (not has_data or subject.dangerous))
        is_broken = state in broken or (state in moving and lasts > 0)
        may_tick = is_broken and grabbed and not pending and not has_data
        assert is_ticked(subject, snapshot(queue(subject))) is may_tick


MADE: dict[str, Callable[[], Item]] = {
    **{
        f"radarr: {make(FILM).situation}": partial(make, FILM)
        for make in (downloading, import_pending, import_blocked, failed, rejected, delayed, client_unavailable)
    },
    "radarr: a client without categories": partial(downloading, FILM, client=DELUGE),
    "radarr: not grabbed": partial(downloading, FILM, added=None, indexer=None),
    "radarr: somebody else's failed one": failed_not_grabbed,
    "sonarr: season pack": partial(downloading, SERIES, episodes=SEASON),
    "sonarr: delayed season pack": partial(delayed, SERIES, episodes=SEASON),
    "sonarr: no episode": partial(downloading, SERIES, title="The.Lighthouse.S09E99-X"),
    **{f"{service}: unknown": unknown for service in ("radarr", "sonarr")},
    **{f"{service}: unparsed": unparsed for service in ("radarr", "sonarr")},
}


def _app(kind: str) -> App:
    app = App("sonarr" if kind.startswith("sonarr") else "radarr", lambda: NOON)
    app.queue = [MADE[kind](), downloading(MovieMedia(12, "A Neighbour", 2000), title="A.Neighbour-X")]
    return app


def _listed(app: App) -> Download:
    """The download under test, as we read it from the app."""
    found = made_of(queue_page(json_text(served_page(app, EVERYTHING)).encode()))
    return next(one for one in found if "Neighbour" not in one.release)


PROMISES = {
    R: (True, False, False, False),
    S: (True, False, True, True),
    B: (True, False, True, False),
    T: (True, True, False, False),
    C: (True, True, False, False),
}
"""Whether it is gone from the queue, stays in its client, is blocklisted and searched for again."""


def _comes_true(app: App, how: RemovalMode) -> bool:
    """Whether the app, told so on the wire, does with its first item what this removal promises."""
    item = app.queue[0]
    try:
        remove(app, _listed(app).queue_id, Flags.model_validate(how.flags))
    except AppFailed:
        return False
    app.refresh()
    gone = item not in app.queue and len(app.queue) == 1
    blocked = app.blocklist == [item]
    return (gone, item in app.untracked, blocked, app.searches == [item]) == PROMISES[how]


@pytest.mark.parametrize("kind", MADE)
def test_a_removal_is_offered_where_the_server_does_what_it_promises_and_nowhere_else(kind: str) -> None:
    offered = modes_for(_listed(_app(kind)))

    assert offered == tuple(how for how in RemovalMode if _comes_true(_app(kind), how))
