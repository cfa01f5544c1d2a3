"""What the loopback servers do as the real ones do, as far as no test of the bot would notice if they did not.

For the apps, recorded answers or their source prove each of these; for Discord, its documentation.
"""

import json
from typing import Any

import pytest
from multidict import MultiDict

from discarr.demo.arr import Item, MovieMedia, items
from discarr.demo.arr.records import records_of
from discarr.demo.arr.routes import answer_to
from discarr.demo.arr.situations import downloading
from discarr.demo.discord import DiscordError, Wire
from tests.support.clocks import HandClock
from tests.support.limits import require_limits
from tests.support.situations import DELUGE
from tests.support.strict_arr import StrictArr

FILM, OTHER = MovieMedia(11, "The Cartographer's Umbrella", 2024), MovieMedia(12, "Paper Boats at Noon", 2018)


class App(StrictArr):
    """Up for a day, refreshing once a minute, and asked without a port."""

    def __init__(self, *queue: Item) -> None:
        self.hands = HandClock()
        super().__init__("radarr", clock=lambda: self.hands.now().timestamp())
        self.start_time -= 86_400
        self.queue, self.refresh_every, self.watches_clients = list(queue), 60, True
        self.refresh()

    def ask(self, path: str, method: str = "GET", **query: str) -> Any:
        """The JSON of a 200, else the status."""
        answer = answer_to(self, method, f"/api/v3/{path}", MultiDict(query), b"")
        return json.loads(answer.text) if answer.status == 200 and answer.text else answer.status

    @property
    def listed(self) -> list[str]:
        return [record["title"] for record in self.ask("queue", pageSize="1000")["records"]]

    @property
    def sources(self) -> list[str]:
        return [entry["source"] for entry in self.ask("health")]


@pytest.fixture
def radarr() -> App:
    return App(downloading(FILM), downloading(OTHER, client=items.SABNZBD))


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

    number = records_of(item, "radarr", radarr.clock())[0]["id"]
    assert radarr.ask(f"queue/{number}", "DELETE", **flags) == answer
    places = {name: getattr(radarr, name) for name in ("queue", "untracked", "blocklist", "searches")}
    assert {name for name, place in places.items() if place == [item]} == left


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

    assert (radarr.listed, radarr.ask("system/task")[1]["lastStartTime"]) == ([], refreshed)
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


# The limits of Discord.


OPEN_MODAL = 9
"""The type of an answer that is a form."""


def rows(*parts: list[Wire]) -> Wire:
    button = {"type": 2, "style": 2, "label": "x"}
    return {"components": [{"type": 1, "components": [button | each for each in part]} for part in parts]}


def group(type: int, custom_id: str, *values: str, **more: object) -> Wire:
    options = [{"label": value, "value": value, "default": value == "one"} for value in values]
    return {"type": 18, "label": "x", "component": {"type": type, "custom_id": custom_id, "options": options} | more}


def form(*parts: Wire, title: str = "Remove Heat?") -> Wire:
    return {"custom_id": "form", "title": title, "components": [*parts, {"type": 10, "content": "**Heat**"}]}


HOW = group(21, "how", "one", "two")


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        {"colour": 1},
        {"flags": 1},
        {"content": "x", "flags": 1 << 6},
        rows([]),
        rows([{}]),
        rows([{"custom_id": "x" * 101}]),
        rows([{"custom_id": "a"}], [{"custom_id": "a"}]),
        rows([{"custom_id": f"{index}"} for index in range(6)]),
        rows(*([{"custom_id": f"{index}"}] for index in range(6))),
        form(HOW, title="x" * 46),
        form(group(21, "how", "one")),
        form(group(21, "how", "one", "one")),
        form(group(22, "boxes", *map(str, range(11)))),
        form(group(22, "boxes", "a", "b", min_values=3)),
        form(HOW, HOW),
        form(HOW, *[{"type": 10, "content": "x"}] * 5),
    ],
)
def test_a_message_or_a_form_that_breaks_a_limit_is_refused(body: Wire) -> None:
    with pytest.raises(DiscordError, match="400"):
        if "title" in body:
            require_limits("/x/callback", {}, {"type": OPEN_MODAL, "data": body})
        else:
            require_limits("/channels/{channel}/messages", {}, body)
