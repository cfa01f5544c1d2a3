"""The demo's movies and series, all invented, and what their downloads are doing when it starts."""

from dataclasses import dataclass
from typing import TypedDict

from discarr.demo.arr import EpisodeMedia, Item, MovieMedia, SeriesMedia, Service, items, situations
from discarr.demo.arr.manual_import import BY_ID

GIB = 1024**3
HOSTILE = (
    "**Bold**_Moves_||spoiler||~~2022~~ <@123456789012345678> @everyone https://evil.example/?a=1 <t:1:R> "
    "[click](https://evil.example) `x` \u202egpj.exe\u202c 1080p"
)
BLOCKED = "Not an upgrade for existing movie file. Existing quality: Bluray-1080p. New Quality Bluray-1080p."

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
STUCK = 7
"""The movie whose import is blocked at the start, and which a person can import."""
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
    """A movie, an episode, or several."""

    media: MovieMedia | SeriesMedia
    episodes: tuple[EpisodeMedia, ...] = ()


def releases(service: Service) -> tuple[Release, ...]:
    """Return the releases that new downloads are taken from."""
    if service == "radarr":
        return tuple(Release(movie) for movie in MOVIES)
    singles = [Release(series, series.season(3, 1, first=number)) for series in SERIES for number in range(1, 7)]
    doubles = [Release(series, series.season(4, 2, first=1)) for series in SERIES[:3]]
    packs = [Release(series, series.season(1, 8)) for series in SERIES[3:]]
    return (*singles, *doubles, *packs)


class _Grab(TypedDict):
    added: float | None
    size: int
    left: int


def starting_items(service: Service, now: float) -> list[Item]:
    """Return the queue at the start of the demo."""

    def grab(hours: float, gib: float, left: float) -> _Grab:
        """When it was grabbed, its size, and the share that is still to come."""
        return {"added": now - hours * 3600, "size": int(gib * GIB), "left": int(gib * left * GIB)}

    if service == "radarr":
        return [
            situations.downloading(MOVIES[0], **grab(0.4, 18.4, 0.6), quality="WEBDL-2160p", custom_formats=("HDR10",)),
            situations.downloading(MOVIES[1], **grab(0.2, 6.5, 0.8), quality="Bluray-1080p"),
            situations.stalled(MOVIES[2], **grab(31, 9.3, 0.65), quality="Bluray-1080p"),
            situations.import_blocked(
                MOVIES[3], **grab(50, 8, 0), messages=(("Two.Cuts.and.a.Half.2017.1080p.BluRay.mkv", (BLOCKED,)),)
            ),
            situations.queued(MOVIES[4], **grab(0.1, 12, 1), quality="Bluray-1080p"),
            situations.downloading(MOVIES[9], **grab(0.7, 11, 0.3)),
            situations.delayed(MOVIES[6], **grab(0.3, 5.2, 1)),
            situations.import_blocked(
                MOVIES[STUCK], **grab(26, 4.4, 0), messages=(("The.Neon.Ledger.of.Port.Elm", (BY_ID,)),)
            ),
            situations.importing(MOVIES[10], **grab(3, 7.1, 0)),
        ]
    light, moon, salt, daily, harbor, orchard, second, sons = SERIES
    return [
        situations.downloading(light, episodes=light.season(2, 10), **grab(1, 41, 0.5)),
        situations.downloading(moon, episodes=moon.season(4, 2, first=9), **grab(0.3, 3, 0.7), client=items.SABNZBD),
        situations.downloading(harbor, episodes=harbor.season(1, 1), **grab(0.5, 1.5, 0.5)),
        situations.queued(salt, episodes=salt.season(3, 3), **grab(0.2, 20, 1), quality="Bluray-1080p"),
        situations.metadata(orchard, episodes=orchard.season(1, 1, first=4), added=now - 60),
        situations.client_unavailable(daily, episodes=daily.season(12, 1, first=40), **grab(0.2, 0.7, 1)),
        situations.importing(second, episodes=second.season(5, 1, first=6), **grab(2, 1.4, 0)),
        situations.failed(sons, episodes=sons.season(2, 1, first=8), **grab(4, 1.1, 0)),
        situations.paused(moon, episodes=moon.season(1, 6), **grab(70, 14, 0.5)),
    ]
