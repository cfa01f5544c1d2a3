"""Who plays in the demo: invented films and series, and what is going on with them when it begins."""

from dataclasses import dataclass
from typing import TypedDict

from discarr.demo.arr import items, situations
from discarr.demo.arr.items import EpisodeMedia, Item, Media, MovieMedia, SeriesMedia, Service

GIB = 1024**3
HOSTILE = (
    "**Bold**_Moves_||spoiler||~~2022~~ <@123456789012345678> @everyone https://evil.example/?a=1 <t:1:R> "
    "[click](https://evil.example) `x` \u202egpj.exe\u202c 1080p"
)

MOVIES = tuple(
    MovieMedia(number, title, year)
    for number, (title, year) in enumerate(
        (
            ("The Cartographer's Umbrella", 2024),
            ("Paper Boats at Noon", 2018),
            ("Standing Still in Ostrom", 2016),
            ("Two Cuts and a Half", 2017),
            ("Glacier Road Nine", 2021),
            ("Broken Parity", 2015),
            ("Tomorrow, Only Wetter", 2026),
            ("The Neon Ledger of Port Elm", 2025),
            ("A Map of Small Rooms", 2019),
            ("The Ninth Ferry Home", 2023),
            ("Salt, Iron and Marzipan", 2022),
            ("Bold_Moves: *The* `Movie`", 2020),
            ("Slightly Less Than Nothing", 2012),
            ("The Clockmaker's Daughter-in-Law", 2011),
            ("Ash Thursday Blues", 2008),
            ("Cold Tea for Eleven", 2014),
            ("The Unfinished Footbridge", 2010),
            ("Night Bus to Marrow", 2013),
        ),
        start=11,
    )
)
SERIES = tuple(
    SeriesMedia(number, title)
    for number, title in enumerate(
        (
            "The Lighthouse Archive",
            "Moon Courier",
            "Salt Flats Registry",
            "The Daily Brieftaker",
            "Harbor Lamps Unlimited",
            "The Quiet Orchardist",
            "The Second-and-a-Half Shift",
            "Markdown & Sons",
        ),
        start=5,
    )
)


@dataclass(frozen=True, slots=True)
class Release:
    """Something that may be grabbed: a film, an episode, or several."""

    media: Media
    episodes: tuple[EpisodeMedia, ...] = ()


def releases(service: Service) -> tuple[Release, ...]:
    """All that new downloads are taken from."""
    if service == "radarr":
        return tuple(Release(movie) for movie in MOVIES)
    singles = [Release(series, series.season(3, 1, first=number)) for series in SERIES for number in range(1, 7)]
    doubles = [Release(series, series.season(4, 2, first=1)) for series in SERIES[:3]]
    packs = [Release(series, series.season(1, 8)) for series in SERIES[3:]]
    return (*singles, *doubles, *packs)


def starting_items(service: Service, now: float) -> list[Item]:
    """What is in the queue when the demo begins."""
    return _movies(now) if service == "radarr" else _episodes(now)


class _Grab(TypedDict):
    added: float | None
    size: int


def _grabbed(now: float, hours: float, gib: float) -> _Grab:
    return {"added": now - hours * 3600, "size": int(gib * GIB)}


def _movies(now: float) -> list[Item]:
    blocked = "Not an upgrade for existing movie file. Existing quality: Bluray-1080p. New Quality Bluray-1080p."
    return [
        situations.downloading(MOVIES[0], **_grabbed(now, 0.4, 18.4), quality="WEBDL-2160p", custom_formats=("HDR10",)),
        situations.downloading(MOVIES[1], **_grabbed(now, 0.2, 6.5), quality="Bluray-1080p"),
        situations.stalled(MOVIES[2], **_grabbed(now, 31, 9.3), quality="Bluray-1080p"),
        situations.import_blocked(
            MOVIES[3],
            **_grabbed(now, 50, 8),
            quality="Bluray-1080p",
            messages=(("Two.Cuts.and.a.Half.2017.1080p.BluRay.mkv", (blocked,)),),
        ),
        situations.queued(MOVIES[4], **_grabbed(now, 0.1, 12), quality="Bluray-1080p"),
        situations.downloading(MOVIES[9], **_grabbed(now, 0.7, 11), left=int(1.9 * GIB)),
        situations.delayed(MOVIES[6], **_grabbed(now, 0.3, 5.2)),
        situations.paused(MOVIES[7], **_grabbed(now, 80, 4.4), quality="DVD", languages=("Japanese",)),
        situations.importing(MOVIES[10], **_grabbed(now, 3, 7.1), quality="WEBDL-1080p"),
    ]


def _episodes(now: float) -> list[Item]:
    light, moon, salt, daily, harbor, orchard, second, sons = SERIES
    return [
        situations.downloading(light, episodes=light.season(2, 10), **_grabbed(now, 1, 41), has_file=True),
        situations.downloading(
            moon, episodes=moon.season(4, 2, first=9), **_grabbed(now, 0.3, 3), client=items.SABNZBD
        ),
        situations.downloading(harbor, episodes=harbor.season(1, 1), **_grabbed(now, 0.5, 1.5)),
        situations.queued(salt, episodes=salt.season(3, 3), **_grabbed(now, 0.2, 20), quality="Bluray-1080p"),
        situations.metadata(orchard, episodes=orchard.season(1, 1, first=4), added=now - 60),
        situations.client_unavailable(daily, episodes=daily.season(12, 1, first=40), **_grabbed(now, 0.2, 0.7)),
        situations.importing(second, episodes=second.season(5, 1, first=6), **_grabbed(now, 2, 1.4)),
        situations.failed(sons, episodes=sons.season(2, 1, first=8), **_grabbed(now, 4, 1.1)),
        situations.paused(moon, episodes=moon.season(1, 6), **_grabbed(now, 70, 14)),
    ]
