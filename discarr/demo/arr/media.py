"""What the apps' libraries hold: films, series and episodes, and how they tell their names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from discarr.demo.arr.wire import Json


@dataclass(frozen=True, slots=True)
class MovieMedia:
    """A film of Radarr's library."""

    id: int
    title: str
    year: int

    def record(self) -> Json:
        """The fields of a `MovieResource` that a reader of names and pictures needs."""
        return {
            "title": self.title,
            "originalTitle": self.title,
            "sortTitle": self.title.lower(),
            "status": "released",
            "images": [_poster(f"movie-{self.id}")],
            "year": self.year,
            "path": f"/data/media/movies/{self.title} ({self.year})",
            "monitored": True,
            "runtime": 112,
            "cleanTitle": _clean(self.title),
            "tmdbId": 900_000 + self.id,
            "titleSlug": str(900_000 + self.id),
            "genres": ["Drama"],
            "id": self.id,
        }


@dataclass(frozen=True, slots=True)
class EpisodeMedia:
    """An episode of Sonarr's library; season 0 holds the specials."""

    id: int
    series_id: int
    season: int
    number: int
    title: str

    def record(self) -> Json:
        """The fields of an `EpisodeResource` that a reader of names needs."""
        return {
            "seriesId": self.series_id,
            "tvdbId": 9_000_000 + self.id,
            "episodeFileId": 0,
            "seasonNumber": self.season,
            "episodeNumber": self.number,
            "title": self.title,
            "hasFile": False,
            "monitored": True,
            "unverifiedSceneNumbering": False,
            "id": self.id,
        }


@dataclass(frozen=True, slots=True)
class SeriesMedia:
    """A series of Sonarr's library."""

    id: int
    title: str
    year: int = 2024

    def season(self, season: int, count: int, *, first: int = 1) -> tuple[EpisodeMedia, ...]:
        """`count` episodes of a season from number `first` on, with ids that are the same every time."""
        return tuple(
            EpisodeMedia(self.id * 10_000 + season * 100 + number, self.id, season, number, f"Chapter {number}")
            for number in range(first, first + count)
        )

    def record(self) -> Json:
        """The fields of a `SeriesResource` that a reader of names and pictures needs."""
        return {
            "title": self.title,
            "sortTitle": self.title.lower(),
            "status": "continuing",
            "ended": False,
            "images": [_poster(f"series-{self.id}")],
            "year": self.year,
            "path": f"/data/media/tv/{self.title}",
            "monitored": True,
            "runtime": 45,
            "tvdbId": 400_000 + self.id,
            "seriesType": "standard",
            "cleanTitle": _clean(self.title),
            "titleSlug": re.sub(r"\W+", "-", self.title.lower()),
            "genres": ["Mystery"],
            "id": self.id,
        }


Media = MovieMedia | SeriesMedia


@dataclass(slots=True)
class Library:
    """Everything an app knows by name. It keeps what left the queue, as a real library does."""

    movies: dict[int, MovieMedia] = field(default_factory=dict)
    series: dict[int, SeriesMedia] = field(default_factory=dict)
    episodes: dict[int, EpisodeMedia] = field(default_factory=dict)

    def learn(self, media: Media | None, episodes: Iterable[EpisodeMedia] = ()) -> None:
        """Know a film or a series, with episodes, from now on."""
        if isinstance(media, MovieMedia):
            self.movies[media.id] = media
        elif media is not None:
            self.series[media.id] = media
        self.episodes.update((episode.id, episode) for episode in episodes)


def release_name(media: Media | None, episodes: Sequence[EpisodeMedia], quality: str) -> str:
    """A release name in the usual form, which is what download clients show."""
    tail = f"{quality.replace('WEBDL-1080p', '1080p.WEB-DL')}-EXAMPLE"
    if media is None:
        return f"Somebody.Elses.Holiday.{tail}"
    dotted = re.sub(r"\W+", ".", media.title).strip(".")
    if isinstance(media, MovieMedia):
        return f"{dotted}.{media.year}.{tail}"
    return f"{dotted}.{_season_name(episodes)}.{tail}"


def _season_name(episodes: Sequence[EpisodeMedia]) -> str:
    if not episodes:
        return "S09E99"  # a series that is known with an episode that is not
    season = f"S{episodes[0].season:02}"
    return season if len(episodes) > 2 else season + "".join(f"E{episode.number:02}" for episode in episodes)


def _clean(title: str) -> str:
    return re.sub(r"\W+", "", title.lower())


def _poster(name: str) -> Json:
    return {"coverType": "poster", "remoteUrl": f"https://image.example.org/{name}.jpg"}
