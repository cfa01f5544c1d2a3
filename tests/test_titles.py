"""Downloads get the titles that people use, asked for sparingly and remembered for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from discarr.arr.client import ArrClient
from discarr.arr.parsing import ReadContext
from discarr.clock import Clock
from discarr.demo.arr import EpisodeMedia, Item, LoopbackArr, MovieMedia, SeriesMedia, situations
from discarr.demo.arr import Service as Word
from discarr.model.download import Download, Media
from discarr.tracking.titles import EPISODES, FRESH, LIMIT, RETRY, Titles
from tests.support import faults
from tests.support.builders import download
from tests.support.clocks import HandClock
from tests.support.situations import unparsed
from tests.support.watching import client_of, only_for
from tests.virtual_time import jumping

FILM = MovieMedia(11, "The Cartographer's Umbrella", 2024)
SERIES = SeriesMedia(5, "The Lighthouse Archive")


class Library:
    """An app with downloads, their titles, and what was asked for a title."""

    def __init__(self, arr: LoopbackArr, client: ArrClient, clock: Clock) -> None:
        self.arr = arr
        self.client = client
        self.titles = Titles(client, clock)

    async def downloads(self) -> tuple[Download, ...]:
        return tuple((await self.client.queue(ReadContext.alone(self.client.instance))).downloads.values())

    async def ask(self) -> None:
        """Ask for every title that is due, and wait for the answers."""
        await asyncio.gather(*self.titles.learn(await self.downloads()))

    async def learned(self) -> list[str]:
        """The titles after everything unknown was asked for; the release where there is none."""
        await self.ask()
        return await self.known()

    async def known(self) -> list[str]:
        known = self.titles.known()
        return [known.get((d.key.instance, d.media), d.release) for d in await self.downloads()]

    @property
    def asked(self) -> list[str]:
        paths = [request.path.removeprefix("/api/v3/") for request in self.arr.requests]
        return [path for path in paths if path != "queue"]


@asynccontextmanager
async def library(word: Word, *items: Item, clock: Clock | None = None) -> AsyncIterator[Library]:
    clock = clock or HandClock()
    async with LoopbackArr(word) as arr, client_of(arr) as client:
        arr.queue = list(items)
        app = Library(arr, client, clock)
        try:
            yield app
        finally:
            await app.titles.close()


def of_series(*episodes: EpisodeMedia) -> Item:
    return situations.downloading(SERIES, episodes=episodes)


@pytest.mark.parametrize(("year", "name"), [(2024, "Umbrella (2024)"), (0, "Umbrella")])
async def test_a_movie_is_called_by_its_title_and_year_if_it_has_one_and_two_downloads_are_one_question(
    year: int, name: str
) -> None:
    film = MovieMedia(11, "Umbrella", year)
    again = situations.downloading(film, title="Umbrella.2024.PROPER-EXAMPLE")
    async with library("radarr", situations.downloading(film), again) as radarr:
        assert await radarr.learned() == [name] * 2
        assert radarr.asked == ["movie/11"]


@pytest.mark.parametrize(
    ("episodes", "name"),
    [
        (SERIES.season(2, 1, first=5), "The Lighthouse Archive S02E05 · Chapter 5"),
        (SERIES.season(0, 1, first=3), "The Lighthouse Archive S00E03 · Chapter 3"),
        ((EpisodeMedia(900, 5, 2, 5, ""),), "The Lighthouse Archive S02E05"),
        (SERIES.season(12, 1, first=105), "The Lighthouse Archive S12E105 · Chapter 105"),
        (SERIES.season(2, 2, first=5), "The Lighthouse Archive S02 E05–E06"),
        (SERIES.season(2, 10), "The Lighthouse Archive S02 E01–E10"),
        (SERIES.season(2, 10)[::-1], "The Lighthouse Archive S02 E01–E10"),
        (SERIES.season(2, EPISODES), "The Lighthouse Archive S02 E01–E40"),
        (SERIES.season(2, EPISODES + 1), "The Lighthouse Archive S02"),
        (SERIES.season(1, 2) + SERIES.season(3, 2), "The Lighthouse Archive S01–S03"),
    ],
)
async def test_episodes_are_called_by_series_season_and_number(episodes: tuple[EpisodeMedia, ...], name: str) -> None:
    async with library("sonarr", of_series(*episodes)) as sonarr:
        assert await sonarr.learned() == [name]
        assert len(sonarr.asked) == 1 + (len(episodes) if len(episodes) <= EPISODES else 0), "the series, and each"


@pytest.mark.parametrize(
    ("word", "item"),
    [("sonarr", situations.downloading(SERIES)), ("sonarr", situations.unknown()), ("radarr", unparsed())],
)
async def test_what_the_app_could_not_match_keeps_its_release_name_and_is_not_asked_for(word: Word, item: Item) -> None:
    async with library(word, item) as app:
        assert await app.learned() == [item.title]
        assert app.asked == []


async def test_what_was_matched_later_gets_its_title() -> None:
    item = situations.downloading(SERIES)
    async with library("sonarr", item) as sonarr:
        before = await sonarr.learned()
        item.episodes = SERIES.season(2, 1)

        assert (before, await sonarr.learned()) == ([item.title], ["The Lighthouse Archive S02E01 · Chapter 1"])


async def test_a_title_that_is_known_is_asked_for_again_when_it_is_old_and_then_taken_over() -> None:
    clock, item = HandClock(), situations.downloading(FILM)
    async with library("radarr", item, clock=clock) as radarr:
        asked = []
        for wait in (0, FRESH - 1, 1):
            clock.pass_time(wait)
            await radarr.learned()
            asked.append(len(radarr.asked))
        item.media = MovieMedia(11, "The Mapmaker's Umbrella", 2024)
        clock.pass_time(FRESH)

        assert asked == [1, 1, 2]
        assert await radarr.learned() == ["The Mapmaker's Umbrella (2024)"]


async def test_a_title_that_cannot_be_had_is_asked_for_again_after_a_while_and_stays_as_it_was() -> None:
    clock = HandClock()
    async with library("radarr", situations.downloading(FILM), clock=clock) as radarr:
        radarr.arr.fault = only_for("/movie", faults.answering(500))
        asked = []
        for wait in (0, RETRY - 1, 1):
            clock.pass_time(wait)
            assert await radarr.learned() == [radarr.arr.queue[0].title]
            asked.append(len(radarr.asked))
        assert asked == [1, 1, 2]

        for fault, wait in ((None, RETRY), (only_for("/movie", faults.dropping()), FRESH)):
            radarr.arr.fault = fault
            clock.pass_time(wait)
            assert await radarr.learned() == ["The Cartographer's Umbrella (2024)"]


async def test_an_episode_that_cannot_be_had_costs_no_other_download_its_title() -> None:
    async with library("sonarr", of_series(*SERIES.season(1, 1)), of_series(*SERIES.season(2, 3))) as sonarr:
        sonarr.arr.fault = only_for(f"/episode/{SERIES.season(2, 3)[1].id}", faults.answering(404))

        assert sorted(await sonarr.learned()) == [
            "The Lighthouse Archive S01E01 · Chapter 1",
            "The.Lighthouse.Archive.S02.1080p.WEB-DL-EXAMPLE",
        ]


@jumping
async def test_at_most_four_questions_are_open_at_once() -> None:
    open_now, most = 0, 0

    async def slow(request: web.Request) -> web.StreamResponse | None:
        nonlocal open_now, most
        if request.path.endswith("/queue"):
            return None
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(1)
        open_now -= 1
        return None

    films = [situations.downloading(MovieMedia(number, f"Film {number}", 2000)) for number in range(1, 6)]
    async with library("radarr", *films) as radarr, library("sonarr", of_series(*SERIES.season(2, 12))) as sonarr:
        for app, wanted in ((radarr, 5), (sonarr, 13)):
            app.arr.fault = slow
            await app.ask()
            assert len(app.asked) == wanted
            assert (most, open_now) == (4, 0)


@jumping
async def test_what_is_being_asked_for_is_asked_once_and_holds_nobody_up() -> None:
    async with library("radarr", situations.downloading(FILM)) as radarr:
        downloads, answering = await radarr.downloads(), asyncio.Event()
        radarr.arr.fault = faults.hanging(answering)
        first = radarr.titles.learn(downloads)
        await asyncio.sleep(1)
        second = radarr.titles.learn(downloads)
        answering.set()
        await asyncio.gather(*first)

        assert first == second
        assert radarr.asked == ["movie/11"]
        assert radarr.titles.learn(downloads) == set()


@pytest.mark.parametrize(("others", "known"), [(LIMIT - 1, True), (LIMIT, False)])
async def test_the_oldest_titles_are_forgotten_beyond_the_limit(others: int, known: bool) -> None:
    async with library("radarr", situations.downloading(FILM)) as radarr:
        await radarr.learned()

        # What is matched to nothing has no title without a question, and takes a place all the same.
        unmatched = (download(n, media=Media(series=n)) for n in range(1, others + 1))
        await asyncio.gather(*radarr.titles.learn(unmatched))

        assert (await radarr.known() == ["The Cartographer's Umbrella (2024)"]) is known
