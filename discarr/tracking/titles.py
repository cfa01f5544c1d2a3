"""What people call a download: titles from the app, fetched beside the reads and kept for a while."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from logging import getLogger
from typing import Any

from discarr.arr.client import ArrClient
from discarr.arr.models import Episode
from discarr.clock import Clock
from discarr.errors import ArrError
from discarr.model.ordering import Listing
from discarr.model.queue import Download, Media

log = getLogger(__name__)

LIMIT = 500
"""Names kept an instance: more than anybody looks at, and less than 100 kB."""
FRESH = 6 * 3600.0
"""Seconds until a name is asked for again, since titles are renamed."""
RETRY = 300.0
"""Seconds until a name that could not be had is asked for again."""
EPISODES = 40
"""Episodes asked for a pack; a longer one is named by its season."""
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Kept:
    name: str
    """'' if the app could not say."""
    until: float


class Names:
    """The names of one instance's downloads, as far as they are known."""

    def __init__(self, client: ArrClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._kept: OrderedDict[Media, _Kept] = OrderedDict()
        self._given: tuple[Download, ...] = ()
        self._listed: Listing | None = None
        self._asking: set[Media] = set()
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    def named(self, download: Download) -> Download:
        """The same download under its name, if that is known by now."""
        kept = self._kept.get(download.media)
        return download._replace(name=kept.name) if kept and kept.name else download

    def listed(self, downloads: tuple[Download, ...]) -> tuple[Download, ...]:
        """These under their names. The very same downloads give the very same answer until a name comes in."""
        if self._listed is None or self._given is not downloads:
            self._given, self._listed = downloads, Listing(map(self.named, downloads))
        return self._listed

    def unknown(self, downloads: Iterable[Download]) -> tuple[Media, ...]:
        """What has to be asked for, and is not being asked for already."""
        now = self._clock.monotonic()
        wanted = {download.media for download in downloads} - {Media()} - self._asking
        return tuple(media for media in wanted if (kept := self._kept.get(media)) is None or kept.until <= now)

    def fetch(self, wanted: Iterable[Media]) -> Coroutine[Any, Any, None]:
        """Ask the app for these; from this call on they count as asked for.

        What it cannot say keeps the name it had, and is asked again later.
        """
        asked = set(wanted)
        self._asking |= asked
        return self._fetch_all(asked)

    async def _fetch_all(self, asked: set[Media]) -> None:
        try:
            await asyncio.gather(*(self._fetch(media) for media in asked))
        finally:
            self._asking -= asked

    async def _fetch(self, media: Media) -> None:
        now = self._clock.monotonic()
        try:
            kept = _Kept(await self._name(media), now + FRESH)
        except ArrError as error:
            log.debug("%s: no name for %s: it %s", self._client.instance.label, media, error)
            before = self._kept.get(media)
            kept = _Kept(before.name if before else "", now + RETRY)
        self._kept[media] = kept
        self._listed = None
        self._kept.move_to_end(media)
        while len(self._kept) > LIMIT:
            self._kept.popitem(last=False)

    async def _name(self, media: Media) -> str:
        if media.movie is not None:
            movie = await self._limited(self._client.movie, media.movie)
            return f"{movie.title} ({movie.year})" if movie.year else movie.title
        if media.series is None or media.season is None:  # matched to no episode: the release says more
            return ""
        series = await self._limited(self._client.series, media.series)
        return f"{series.title} {await self._episodes(media)}"

    async def _episodes(self, media: Media) -> str:
        """'S02E05 · Title', 'S02 E01–E10', or 'S02' where single episodes are not known or too many."""
        if not media.episodes or len(media.episodes) > EPISODES:
            return f"S{media.season:02}"
        episodes = await asyncio.gather(*(self._limited(self._client.episode, id) for id in media.episodes))
        first, last = min(episodes, key=_position), max(episodes, key=_position)
        if len(episodes) == 1:
            number = f"S{first.season_number:02}E{first.episode_number:02}"
            return f"{number} · {first.title}" if first.title else number
        if first.season_number != last.season_number:
            return f"S{first.season_number:02}–S{last.season_number:02}"
        return f"S{first.season_number:02} E{first.episode_number:02}–E{last.episode_number:02}"

    async def _limited[Value](self, ask: Callable[[int], Awaitable[Value]], id: int) -> Value:
        async with self._at_once:
            return await ask(id)


def _position(episode: Episode) -> tuple[int, int]:
    return episode.season_number, episode.episode_number
