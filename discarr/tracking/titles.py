"""Fetches the titles of movies and episodes from the app in the background, and caches them."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from logging import getLogger
from typing import NamedTuple

from discarr.arr.client import ArrClient
from discarr.arr.models import Episode
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.download import Download, Media

log = getLogger(__name__)

LIMIT = 500
"""Titles cached per instance: more than one dashboard or page shows, and less than 100 kB."""
FRESH = 6 * 3600.0
"""Seconds until a title is fetched again, since titles change."""
RETRY = 300.0
"""Seconds until a title that could not be fetched is tried again."""
EPISODES = 40
"""Episodes fetched for one season pack; a longer one is named by its season."""
_AT_ONCE = 4


class _Title(NamedTuple):
    text: str
    """'' if it could not be fetched."""
    until: float


class Titles:
    """The known titles of the movies and episodes of one instance."""

    def __init__(self, client: ArrClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._titles: OrderedDict[Media, _Title] = OrderedDict()
        self._asking: dict[Media, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    def known(self) -> Mapping[tuple[str, Media], str]:
        """Return all known titles by instance key and media."""
        key = self._client.instance.key
        return {(key, media): title.text for media, title in self._titles.items() if title.text}

    def learn(self, downloads: Iterable[Download]) -> set[asyncio.Task[None]]:
        """Fetch the titles of these downloads that are unknown or outdated; return the tasks.

        If that fails, the last title stays, and the next attempt is RETRY seconds later.
        """
        wanted = {download.media for download in downloads if _is_matched(download.media)}
        named_alike: defaultdict[tuple[int | None, int | None], list[Media]] = defaultdict(list)
        for media in wanted - self._asking.keys():
            if self._is_due(media):
                named_alike[media.movie, media.series].append(media)
        for medias in named_alike.values():
            self._asking |= dict.fromkeys(medias, asyncio.create_task(self._learn(medias), name="title"))
        return {self._asking[media] for media in wanted & self._asking.keys()}

    def _is_due(self, media: Media) -> bool:
        title = self._titles.get(media)
        return title is None or title.until <= self._clock.monotonic()

    async def close(self) -> None:
        """Cancel the requests in flight."""
        asking = tuple(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _learn(self, medias: Sequence[Media]) -> None:
        """Fetch the titles of a movie, or of downloads of one series, which is requested once for all of them."""
        try:
            name = await self._name(medias[0])
            await asyncio.gather(*(self._learn_episodes(media, name) for media in medias))
        except ArrError as error:
            for media in medias:
                self._failed(media, error)
        finally:
            for media in medias:
                del self._asking[media]

    async def _learn_episodes(self, media: Media, name: str) -> None:
        try:
            text = name if media.series is None else f"{name} {await self._episodes(media)}"
        except ArrError as error:
            self._failed(media, error)
        else:
            self._remember(media, text, FRESH)

    def _failed(self, media: Media, error: ArrError) -> None:
        log.debug("%s: no title for %s: it %s", self._client.instance.label, media, error)
        known = self._titles.get(media)
        self._remember(media, known.text if known else "", RETRY)

    def _remember(self, media: Media, text: str, seconds: float) -> None:
        self._titles[media] = _Title(text, self._clock.monotonic() + seconds)
        self._titles.move_to_end(media)
        while len(self._titles) > LIMIT:
            self._titles.popitem(last=False)

    async def _name(self, media: Media) -> str:
        """Return the name of a movie or series."""
        match media:
            case Media(movie=int(id)):
                movie = await self._limited(self._client.movie, id)
                return f"{movie.title} ({movie.year})" if movie.year else movie.title
            case Media(series=int(id)):
                return (await self._limited(self._client.series, id)).title
        return ""

    async def _episodes(self, media: Media) -> str:
        """Return 'S02E05 · Title', 'S02 E01–E10', 'S02 · 2 episodes' if some between them are missing, or 'S02' if
        the episodes are unknown or too many.

        Sonarr 3 sends no season with the queue, so it is taken from the episodes.
        """
        if not media.episodes or (len(media.episodes) > EPISODES and media.season is not None):
            return f"S{media.season:02}"
        episodes = await self._limited(self._client.episodes, media.episodes[:EPISODES])
        first, last = min(episodes, key=_position), max(episodes, key=_position)
        if len(episodes) == 1:
            number = f"S{first.season_number:02}E{first.episode_number:02}"
            return f"{number} · {first.title}" if first.title else number
        if first.season_number != last.season_number:
            return f"S{first.season_number:02}–S{last.season_number:02}"
        if last.episode_number - first.episode_number != len(media.episodes) - 1:
            return f"S{first.season_number:02} · {len(media.episodes)} episodes"
        return f"S{first.season_number:02} E{first.episode_number:02}–E{last.episode_number:02}"

    async def _limited[Id, Value](self, fetch: Callable[[Id], Awaitable[Value]], id: Id) -> Value:
        async with self._at_once:
            return await fetch(id)


def _is_matched(media: Media) -> bool:
    """Return whether the app knows its movie or episodes. Of a series alone, the release name says more."""
    return media.movie is not None or (media.series is not None and (media.season is not None or bool(media.episodes)))


def _position(episode: Episode) -> tuple[int, int]:
    return episode.season_number, episode.episode_number
