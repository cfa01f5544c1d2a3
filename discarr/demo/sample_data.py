"""The demo's movies and series, all invented, and what their downloads are doing when it starts."""

from collections.abc import Callable
from typing import Any, NamedTuple

from discarr.demo.arr import EpisodeMedia, Item, MovieMedia, SeriesMedia, Service, items, situations
from discarr.demo.arr.situations import BY_ID

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


class Release(NamedTuple):
    """A movie, an episode, or several."""

    media: MovieMedia | SeriesMedia
    episodes: tuple[EpisodeMedia, ...] = ()


def part(series: SeriesMedia, season: int, count: int, *, first: int = 1) -> Release:
    return Release(series, series.season(season, count, first=first))


def releases(service: Service) -> tuple[Release, ...]:
    """Return the releases that new downloads are taken from."""
    if service == "radarr":
        return tuple(map(Release, MOVIES))
    singles = [part(series, 3, 1, first=number) for series in SERIES for number in range(1, 7)]
    doubles = [part(series, 4, 2) for series in SERIES[:3]]
    packs = [part(series, 1, 8) for series in SERIES[3:]]
    return (*singles, *doubles, *packs)


def starting_items(service: Service, now: float) -> list[Item]:
    def item(make: Callable[..., Item], release: Release, hours: float, gib: float, left: float, **more: Any) -> Item:
        """A download that was grabbed some hours ago, of so many GiB, a share of which is still to come."""
        times = {"added": now - hours * 3600, "size": int(gib * GIB), "left": int(gib * left * GIB)}
        return make(release.media, episodes=release.episodes, **times, **more)

    if service == "radarr":
        films = releases(service)
        not_better = (("Two.Cuts.and.a.Half.2017.1080p.BluRay.mkv", (BLOCKED,)),)
        by_id = (("The.Neon.Ledger.of.Port.Elm", (BY_ID,)),)
        return [
            item(situations.downloading, films[0], 0.4, 18.4, 0.6, quality="WEBDL-2160p", custom_formats=("HDR10",)),
            item(situations.downloading, films[1], 0.2, 6.5, 0.8, quality="Bluray-1080p"),
            item(situations.stalled, films[2], 31, 9.3, 0.65, quality="Bluray-1080p"),
            item(situations.import_blocked, films[3], 50, 8, 0, messages=not_better),
            item(situations.queued, films[4], 0.1, 12, 1, quality="Bluray-1080p"),
            item(situations.downloading, films[9], 0.7, 11, 0.3),
            item(situations.delayed, films[6], 0.3, 5.2, 1),
            item(situations.import_blocked, films[STUCK], 26, 4.4, 0, messages=by_id),
            item(situations.importing, films[10], 3, 7.1, 0),
        ]
    light, moon, salt, daily, harbor, orchard, second, sons = SERIES
    return [
        item(situations.downloading, part(light, 2, 10), 1, 41, 0.5),
        item(situations.downloading, part(moon, 4, 2, first=9), 0.3, 3, 0.7, client=items.SABNZBD),
        item(situations.downloading, part(harbor, 1, 1), 0.5, 1.5, 0.5),
        item(situations.queued, part(salt, 3, 3), 0.2, 20, 1, quality="Bluray-1080p"),
        item(situations.metadata, part(orchard, 1, 1, first=4), 1 / 60, 0, 0),
        item(situations.client_unavailable, part(daily, 12, 1, first=40), 0.2, 0.7, 1),
        item(situations.importing, part(second, 5, 1, first=6), 2, 1.4, 0),
        item(situations.failed, part(sons, 2, 1, first=8), 4, 1.1, 0),
        item(situations.paused, part(moon, 1, 6), 70, 14, 0.5),
    ]
