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


class App(StrictArr):
    """Up for a day, refreshing once a minute, and asked without a port."""

    def __init__(self, service: Service, *queue: Item) -> None:
        self.hands = HandClock()
        super().__init__(service, clock=lambda: self.hands.now().timestamp())
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
        wanted = {"pageSize": "1000", "includeUnknownMovieItems": "true", "includeUnknownSeriesItems": "true"}
        return list(self.ask("queue", **wanted)["records"])

    @property
    def listed(self) -> list[str]:
        return [record["title"] for record in self.records]

    @property
    def sources(self) -> list[str]:
        return [entry["source"] for entry in self.ask("health")]

    @property
    def refreshed(self) -> str:
        return str(self.ask("system/task")[1]["lastStartTime"])


@pytest.fixture
def radarr() -> App:
    return App("radarr", downloading(FILM), downloading(OTHER, client=items.SABNZBD))


@pytest.fixture
def sonarr() -> App:
    return App("sonarr", downloading(SERIES, episodes=SERIES.season(2, 10)))


def test_a_page_past_the_end_is_an_earlier_page_and_unknown_items_are_listed_only_if_requested(radarr: App) -> None:
    films = [downloading(MovieMedia(number, str(number), 2000), added=NOON + number) for number in range(25)]
    radarr.queue = [*films, situations.unknown(), unparsed()]
    radarr.refresh()
    page = radarr.ask("queue", page="4")

    assert (page["page"], page["totalRecords"]) == (2, 25)
    assert [record["movieId"] for record in page["records"]] == list(range(10, 20))
    assert radarr.ask("queue", page="desc") == 400
    assert ["customFormats" in record for record in radarr.records if "movieId" not in record] == [False, True]


def test_removing_takes_the_siblings_and_leaves_no_history(sonarr: App) -> None:
    [pack] = sonarr.queue
    one, other = (situations.delayed(SERIES, title=title) for title in ("One", "Other"))
    sonarr.queue += [one, other]

    assert {(record["size"], record.get("downloadId")) for record in sonarr.records} == {
        (pack.size, pack.download_id),
        (one.size, None),
    }
    assert [sonarr.delete(each, removeFromClient="false") for each in (one, other)] == [200, 404]
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
    radarr.queue = [item]
    radarr.refresh()
    radarr.unreachable_clients = {"SABnzbd"}

    assert radarr.delete(item, **flags) == answer
    places = {name: getattr(radarr, name) for name in ("queue", "untracked", "blocklist", "searches")}
    assert {name for name, place in places.items() if place == [item]} == left


def test_a_grabbed_release_is_a_download_with_another_id_after_the_next_refresh(sonarr: App) -> None:
    pack = situations.delayed(SERIES, episodes=SERIES.season(1, 3))
    sonarr.queue += [pack, situations.delayed(SERIES, episodes=SERIES.season(1, 1, first=2), title="Sibling")]
    number = sonarr.id_of(pack)

    assert [sonarr.ask(f"queue/grab/{each}", "POST") for each in (7, number, number)] == [404, 200, 404]
    assert {pack.title, "Sibling"}.isdisjoint(sonarr.listed)
    sonarr.hands.pass_time(5)
    assert number not in [record["id"] for record in sonarr.records if record["title"] == pack.title] != []


def test_the_refresh_moves_both_dates_at_its_end_in_whole_seconds(radarr: App) -> None:
    radarr.refresh_takes = 20
    radarr.hands.pass_time(70)
    before = radarr.refreshed
    radarr.hands.pass_time(20)

    assert (before, radarr.refreshed) == ("2026-07-01T12:00:00Z", "2026-07-01T12:01:00Z")


@pytest.mark.parametrize(
    ("since_refresh", "busy_for", "new_database", "refreshed", "first_refresh"),
    [
        (10, 0, False, "2026-07-01T12:00:00Z", 60),
        (45, 0, False, "2026-07-01T12:00:00Z", 30),
        (0, 200, True, "0001-01-01T00:00:00Z", 200),
    ],
)
def test_a_restarted_app_lists_nothing_until_it_has_asked(
    radarr: App, since_refresh: int, busy_for: int, new_database: bool, refreshed: str, first_refresh: int
) -> None:
    radarr.hands.pass_time(since_refresh)
    radarr.restart(busy_for=busy_for, new_database=new_database)
    radarr.hands.pass_time(first_refresh - 1)

    assert (radarr.listed, radarr.refreshed) == ([], refreshed)
    radarr.hands.pass_time(1)
    assert len(radarr.listed) == 2


def test_rows_of_a_lost_client_vanish_before_health_reports_it_and_pauses_grow_to_an_hour(radarr: App) -> None:
    film, _ = radarr.queue
    radarr.unreachable_clients = {"SABnzbd"}
    radarr.hands.pass_time(60)
    assert (radarr.listed, radarr.sources) == ([film.title], [])
    radarr.hands.pass_time(5)
    assert radarr.sources == ["DownloadClientCheck"]

    asked = []
    for minute in range(2, 180):
        radarr.hands.pass_time(60)
        if "SABnzbd" not in radarr.watch.paused(radarr.clock()):
            asked.append(minute)
        radarr.catch_up()
    assert asked == [2, 3, 4, 5, 6, 6 + 5, 11 + 15, 26 + 30, 56 + 60, 116 + 60]
    radarr.unreachable_clients = set()
    assert (len(radarr.listed), radarr.sources) == (1, ["DownloadClientCheck", "DownloadClientStatusCheck"])


def test_values_are_written_as_dot_net_writes_them() -> None:
    spans = [wire_span(seconds) for seconds in (754, -3, 273_906, 365 * 86_400, 2833.4829374)]

    assert spans == ["00:12:34", "-00:00:03", "3.04:05:06", "365.00:00:00", "00:47:13.4829374"]
