"""What the loopback apps do as the real ones do: recorded answers or the apps' source prove each of these."""

import json
from typing import Any

import pytest
from multidict import MultiDict

from discarr.demo.arr import Item, MovieMedia, SeriesMedia, Service, items, situations
from discarr.demo.arr.items import NOON
from discarr.demo.arr.records import records_of, wire_span
from discarr.demo.arr.routes import answer_to
from discarr.demo.arr.situations import downloading
from tests.support.clocks import HandClock
from tests.support.situations import DELUGE, unparsed
from tests.support.strict_arr import StrictArr

FILM, OTHER = MovieMedia(11, "The Cartographer's Umbrella", 2024), MovieMedia(12, "Paper Boats at Noon", 2018)
SERIES = SeriesMedia(5, "The Lighthouse Archive")
ALL = {"pageSize": "1000", "includeUnknownMovieItems": "true", "includeUnknownSeriesItems": "true"}


class App(StrictArr):
    """Up for a day, refreshing once a minute, and asked without a port."""

    def __init__(self, service: Service, hands: HandClock, *queue: Item) -> None:
        super().__init__(service, clock=lambda: hands.now().timestamp())
        self.start_time -= 86_400
        self.queue, self.refresh_every, self.watches_clients = list(queue), 60, True
        self.refresh()

    def ask(self, path: str, method: str = "GET", **query: str) -> Any:
        """The JSON of a 200, else the status."""
        answer = answer_to(self, method, f"/api/v3/{path}", MultiDict(query), b"")
        return json.loads(answer.text) if answer.status == 200 and answer.text else answer.status

    def delete(self, item: Item, **flags: str) -> Any:
        return self.ask(f"queue/{self.id_of(item)}", "DELETE", **flags)

    def id_of(self, item: Item) -> int:
        return int(records_of(item, self.service, self.clock())[0]["id"])

    @property
    def records(self) -> list[dict[str, Any]]:
        return list(self.ask("queue", **ALL)["records"])

    @property
    def listed(self) -> list[str]:
        return [record["title"] for record in self.records]

    @property
    def sources(self) -> list[str]:
        """Who reports something about the app's health."""
        return [entry["source"] for entry in self.ask("health")]

    @property
    def refreshed(self) -> str:
        """When the last refresh began."""
        return str(self.ask("system/task")[1]["lastStartTime"])


@pytest.fixture
def hands() -> HandClock:
    return HandClock()


@pytest.fixture
def radarr(hands: HandClock) -> App:
    return App("radarr", hands, downloading(FILM), downloading(OTHER, client=items.SABNZBD))


@pytest.fixture
def sonarr(hands: HandClock) -> App:
    return App("sonarr", hands, downloading(SERIES, episodes=SERIES.season(2, 10)))


def test_a_page_past_the_end_is_an_earlier_page(radarr: App) -> None:
    radarr.queue = [downloading(MovieMedia(number, str(number), 2000), added=NOON + number) for number in range(25)]
    radarr.refresh()
    page = radarr.ask("queue", page="4")

    assert (page["page"], page["totalRecords"]) == (2, 25)
    assert [record["movieId"] for record in page["records"]] == list(range(10, 20))
    assert radarr.ask("queue", page="desc") == 400


def test_unknown_items_are_listed_only_if_requested(radarr: App) -> None:
    radarr.queue = [situations.unknown(), unparsed()]
    radarr.refresh()

    assert radarr.ask("queue")["records"] == []
    assert ["customFormats" in record for record in radarr.records] == [False, True]


def test_removing_takes_the_siblings_and_leaves_no_history(sonarr: App) -> None:
    [pack] = sonarr.queue

    assert {(record["size"], record["downloadId"]) for record in sonarr.records} == {(pack.size, pack.download_id)}
    assert [sonarr.delete(pack), sonarr.delete(pack)] == [200, 404]
    assert (sonarr.records, sonarr.history) == ([], [])


IN_LIST = {"removeFromClient": "false"}
"""Leave it in its client."""
CATEGORY = IN_LIST | {"changeCategory": "true"}
BLOCK = {"blocklist": "true"}


@pytest.mark.parametrize(
    ("options", "flags", "answer", "left"),
    [
        ({}, BLOCK, 200, {"blocklist", "searches"}),
        ({}, BLOCK | {"skipRedownload": "true"}, 200, {"blocklist"}),
        ({"added": None}, BLOCK, 200, set()),
        ({"client_error": "No"}, BLOCK, 500, {"queue"}),
        ({"client": items.SABNZBD}, BLOCK, 500, {"queue"}),
        ({}, IN_LIST, 200, {"untracked"}),
        ({}, IN_LIST | BLOCK, 200, {"untracked", "blocklist", "searches"}),
        ({"media": None}, IN_LIST, 200, {"queue"}),
        ({"custom_formats": None}, IN_LIST, 500, {"queue"}),
        ({}, CATEGORY, 200, {"untracked"}),
        ({"client": DELUGE}, CATEGORY, 200, {"queue"}),
        ({"client": items.SABNZBD}, CATEGORY, 500, {"queue"}),
    ],
)
def test_a_removal_does_what_its_flags_and_the_client_allow(
    radarr: App, options: dict[str, Any], flags: dict[str, str], answer: int, left: set[str]
) -> None:
    item = downloading(**{"media": FILM} | options)
    radarr.queue, radarr.unreachable_clients = [item], set()
    radarr.refresh()
    radarr.unreachable_clients = {"SABnzbd"}

    assert radarr.delete(item, **flags) == answer
    places = {name: getattr(radarr, name) for name in ("queue", "untracked", "blocklist", "searches")}
    assert {name for name, place in places.items() if place == [item]} == left


def test_removing_a_pending_release_takes_all_of_that_film(radarr: App) -> None:
    one, other = situations.delayed(FILM, title="One"), situations.delayed(FILM, title="Other")
    radarr.queue += [one, other]

    assert radarr.delete(one, removeFromClient="false") == 200
    assert {"One", "Other"}.isdisjoint(radarr.listed)


def test_a_grabbed_release_is_a_download_with_another_id_after_the_next_refresh(sonarr: App, hands: HandClock) -> None:
    pack = situations.delayed(SERIES, episodes=SERIES.season(1, 3))
    sonarr.queue += [pack, situations.delayed(SERIES, episodes=SERIES.season(1, 1, first=2), title="Sibling")]
    number = sonarr.id_of(pack)

    assert [sonarr.ask(f"queue/grab/{each}", "POST") for each in (7, number, number)] == [404, 200, 404]
    assert {pack.title, "Sibling"}.isdisjoint(sonarr.listed)
    hands.pass_time(5)
    assert number not in [record["id"] for record in sonarr.records if record["title"] == pack.title] != []


def test_the_refresh_moves_both_dates_at_its_end_in_whole_seconds(radarr: App, hands: HandClock) -> None:
    radarr.refresh_takes = 20
    hands.pass_time(70)
    before = radarr.refreshed
    hands.pass_time(20)

    assert (before, radarr.refreshed) == ("2026-07-01T12:00:00Z", "2026-07-01T12:01:00Z")


@pytest.mark.parametrize(("since_refresh", "first_tick"), [(10, 60), (45, 30)])
def test_a_restarted_app_lists_nothing_until_it_has_asked(
    radarr: App, hands: HandClock, since_refresh: int, first_tick: int
) -> None:
    hands.pass_time(since_refresh)
    radarr.restart()
    hands.pass_time(first_tick - 1)

    assert (radarr.listed, radarr.refreshed) == ([], "2026-07-01T12:00:00Z")
    hands.pass_time(1)
    assert len(radarr.listed) == 2


def test_other_tasks_delay_the_first_refresh_also_with_a_new_database(radarr: App, hands: HandClock) -> None:
    radarr.restart(busy_for=200, new_database=True)
    radarr.post_command("RefreshMonitoredDownloads")
    hands.pass_time(199)

    assert (radarr.listed, radarr.refreshed) == ([], "0001-01-01T00:00:00Z")
    hands.pass_time(1)
    assert len(radarr.listed) == 2


def test_rows_of_a_lost_client_vanish_before_health_reports_it(radarr: App, hands: HandClock) -> None:
    film, _ = radarr.queue
    radarr.unreachable_clients = {"SABnzbd"}
    hands.pass_time(60)

    assert (radarr.listed, radarr.sources) == ([film.title], [])
    hands.pass_time(5)
    assert radarr.sources == ["DownloadClientCheck"]


def test_pauses_of_a_client_that_stays_away_grow_to_an_hour(radarr: App, hands: HandClock) -> None:
    radarr.unreachable_clients = {"SABnzbd"}
    asked = []
    for minute in range(1, 180):
        hands.pass_time(60)
        if "SABnzbd" not in radarr.watch.paused(radarr.clock()):
            asked.append(minute)
        radarr.catch_up()

    assert asked == [1, 2, 3, 4, 5, 6, 6 + 5, 11 + 15, 26 + 30, 56 + 60, 116 + 60]
    radarr.unreachable_clients = set()
    assert (len(radarr.listed), radarr.sources) == (1, ["DownloadClientCheck", "DownloadClientStatusCheck"])


def test_values_are_written_as_dot_net_writes_them() -> None:
    spans = [wire_span(seconds) for seconds in (754, -3, 273_906, 365 * 86_400, 2833.4829374)]

    assert spans == ["00:12:34", "-00:00:03", "3.04:05:06", "365.00:00:00", "00:47:13.4829374"]
