"""Downloads get the titles that people use, asked for sparingly and remembered for a while."""

import asyncio
import json

import pytest

from discarr.demo.arr import EpisodeMedia, Item, MovieMedia, situations
from discarr.demo.arr import Service as Word
from discarr.demo.arr.server import Fault
from discarr.model.download import Media
from discarr.tracking.titles import EPISODES, FRESH, LIMIT, RETRY
from tests.support import faults
from tests.support.builders import download
from tests.support.situations import unparsed
from tests.support.watching import FILM, SERIES, Crowd, Watched, watched
from tests.virtual_time import jumping


def titles(app: Watched) -> list[str]:
    return [app.snapshot.title(download) for download in app.queue.downloads]


async def learned(app: Watched) -> list[str]:
    """The titles after a read, and after everything unknown was asked for; the release where there is none."""
    await app.read(after=0)
    await asyncio.gather(*app.monitor.learn_titles(app.queue.downloads))
    return titles(app)


def asked(app: Watched) -> list[str]:
    return [path for path in app.requests if path.startswith(("movie", "series", "episode"))]


def of_series(*episodes: EpisodeMedia) -> Item:
    return situations.downloading(SERIES, episodes=episodes)


ARCHIVE, BOTH = SERIES.title, ["series/5", "episode"]
UNMATCHED: list[tuple[Word, Item]] = [("sonarr", of_series()), ("sonarr", situations.unknown()), ("radarr", unparsed())]


@pytest.mark.parametrize(
    ("word", "item", "name", "questions"),
    [
        ("radarr", situations.downloading(MovieMedia(11, "Umbrella", 2024)), "Umbrella (2024)", ["movie/11"]),
        ("radarr", situations.downloading(MovieMedia(11, "Umbrella", 0)), "Umbrella", ["movie/11"]),
        ("sonarr", of_series(*SERIES.season(2, 1, first=5)), f"{ARCHIVE} S02E05 · Chapter 5", BOTH),
        ("sonarr", of_series(*SERIES.season(0, 1, first=3)), f"{ARCHIVE} S00E03 · Chapter 3", BOTH),
        ("sonarr", of_series(EpisodeMedia(900, 5, 2, 5, "")), f"{ARCHIVE} S02E05", BOTH),
        ("sonarr", of_series(*SERIES.season(12, 1, first=105)), f"{ARCHIVE} S12E105 · Chapter 105", BOTH),
        ("sonarr", of_series(*SERIES.season(2, 2, first=5)), f"{ARCHIVE} S02 E05–E06", BOTH),
        ("sonarr", of_series(*SERIES.season(2, 10)[::-1]), f"{ARCHIVE} S02 E01–E10", BOTH),
        (
            "sonarr",
            of_series(*SERIES.season(2, 1), *SERIES.season(2, 1, first=10)),
            f"{ARCHIVE} S02 · 2 episodes",
            BOTH,
        ),
        ("sonarr", of_series(*SERIES.season(2, EPISODES)), f"{ARCHIVE} S02 E01–E40", BOTH),
        ("sonarr", of_series(*SERIES.season(2, EPISODES + 1)), f"{ARCHIVE} S02", ["series/5"]),
        ("sonarr", of_series(*SERIES.season(1, 2), *SERIES.season(3, 2)), f"{ARCHIVE} S01–S03", BOTH),
        *((word, item, item.title, []) for word, item in UNMATCHED),
    ],
)
async def test_a_download_is_called_by_the_title_that_people_use_and_what_the_app_could_not_match_by_its_release(
    word: Word, item: Item, name: str, questions: list[str]
) -> None:
    async with watched(word, item) as app:
        assert await learned(app) == [name]
        assert asked(app) == questions


async def test_a_title_is_asked_for_again_after_a_while_and_stays_as_it_was_while_it_cannot_be_had() -> None:
    item = situations.downloading(FILM)
    first, second = "The Cartographer's Umbrella (2024)", "The Mapmaker's Umbrella (2024)"
    async with watched("radarr", item) as radarr:

        async def passes(seconds: float, title: str, *, questions: int, fault: Fault | None = None) -> None:
            radarr.arr.fault = fault
            radarr.clock.pass_time(seconds)
            assert await learned(radarr) == [title]
            assert len(asked(radarr)) == questions

        failing = faults.only_for("/movie", faults.answering(500))
        await passes(0, item.title, questions=1, fault=failing)
        await passes(RETRY - 1, item.title, questions=1)
        await passes(1, first, questions=2)
        item.media = MovieMedia(11, "The Mapmaker's Umbrella", 2024)
        await passes(FRESH - 1, first, questions=2)
        await passes(1, first, questions=3, fault=failing)
        await passes(RETRY, second, questions=4)


ONE_TOO_MANY = [episode.record() for episode in SERIES.season(1, 2)]


@pytest.mark.parametrize("answer", [500, {}, [], [{"id": 101}], [SERIES.season(2, 1)[0].record()], ONE_TOO_MANY])
async def test_an_answer_with_other_episodes_makes_no_title_and_costs_no_other_its_own(answer: object) -> None:
    """As of a proxy that drops repeated parameters, or of an app that does not know them."""
    item, fault = of_series(*SERIES.season(1, 1)), faults.answering(500 if answer == 500 else 200, json.dumps(answer))
    async with watched("sonarr", item, of_series(*SERIES.season(2, 3))) as sonarr:
        sonarr.arr.fault = faults.only_for(f"episodeIds={item.episodes[0].id}", fault)

        assert await learned(sonarr) == [item.title, f"{ARCHIVE} S02 E01–E03"]
        assert sorted(asked(sonarr)) == ["episode", "episode", "series/5"]


MOVIE, EPISODE = situations.downloading(FILM), of_series(*SERIES.season(1, 1))
NO_TITLES = (
    {"id": 12, "title": "Another Film"},
    {"title": "No Id"},
    *({"id": 11, "title": each} for each in (" ", "\u200b")),
)


@pytest.mark.parametrize(
    ("word", "item", "part", "answer"),
    [*(("radarr", MOVIE, "/movie", each) for each in NO_TITLES), ("sonarr", EPISODE, "/series", {"id": SERIES.id})],
)
async def test_an_answer_with_another_id_or_without_a_title_makes_none(
    word: Word, item: Item, part: str, answer: object
) -> None:
    async with watched(word, item) as app:
        app.arr.fault = faults.only_for(part, faults.answering(200, json.dumps(answer)))

        assert await learned(app) == [item.title]


@jumping
async def test_what_is_being_asked_for_is_asked_once_with_at_most_four_questions_open() -> None:
    season, crowd = SERIES.season(2, 12), Crowd()
    again = situations.downloading(SERIES, episodes=season[:1], title="Another.Release-EXAMPLE")
    async with watched("sonarr", *map(of_series, season), again) as sonarr:
        sonarr.arr.fault, downloads = crowd, sonarr.queue.downloads
        first = sonarr.monitor.learn_titles(downloads)
        await asyncio.sleep(2)
        assert sonarr.monitor.learn_titles(downloads) == first
        await asyncio.gather(*first)

        assert (crowd.count, crowd.most) == (13, 4)
        assert sonarr.monitor.learn_titles(downloads) == set()


@pytest.mark.parametrize(("others", "known"), [(LIMIT - 1, True), (LIMIT, False)])
async def test_the_oldest_titles_are_forgotten_beyond_the_limit(others: int, known: bool) -> None:
    async with watched("radarr", situations.downloading(FILM)) as radarr:
        await learned(radarr)

        # A title that cannot be had takes a place all the same.
        seasons = (download(n, media=Media(series=5, season=n)) for n in range(1, others + 1))
        await asyncio.gather(*radarr.monitor.learn_titles(seasons))

        assert (titles(radarr) == ["The Cartographer's Umbrella (2024)"]) is known
