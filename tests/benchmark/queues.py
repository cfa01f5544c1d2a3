"""Long queues as an app sends them, worked out beforehand: a server at work would be measured together with the bot.

From one variant to the next `sizeleft` changes in every record.
"""

import gzip
import re
from collections.abc import Iterator, Sequence
from itertools import batched, count, islice
from textwrap import indent

from aiohttp import web

from discarr.demo.arr import Item, LoopbackArr, MovieMedia, SeriesMedia, Service
from discarr.demo.arr.records import json_text, rows_of
from discarr.demo.arr.situations import downloading, failed, import_blocked, importing, paused, queued, stalled
from discarr.demo.discord.values import Changes

VARIANTS = 8
PAGE = 1000
STEP = 7_340_033
"""Bytes by which two variants differ in each record."""
DAY = 86_400.0
_MIXED = (
    *(downloading, queued, downloading, stalled, downloading, queued, downloading, import_blocked, downloading, queued),
    *(paused, queued, downloading, importing, queued, downloading, failed, queued, downloading, queued),
)


def _items(service: Service, now: float) -> Iterator[Item]:
    """Downloads in mixed situations without end, the oldest first. Whatever moves is done tomorrow at the earliest.

    Every fifth of Sonarr's is a pack of eight episodes.
    """
    for number in count():
        movie = MovieMedia(number + 1, f"The Long Way Home, Part {number + 1}", 1960 + number % 60)
        series = SeriesMedia(number // 5 + 1, f"Harbour Lights {number // 5 + 1}")
        episodes = series.season(2, 8) if number % 5 == 4 else series.season(1, 1, first=number % 5 + 1)
        item = _MIXED[number % len(_MIXED)](
            movie if service == "radarr" else series,
            episodes=() if service == "radarr" else episodes,
            size=4_000_000_000 + number * 1_048_573,
            added=now - 30 * DAY + number * 60,
            custom_formats=("HDR10",) if number % 3 else (),
        )
        item.output_path = f"/data/downloads/complete/{item.title}"
        if item.time_left:
            item.time_left = DAY + number * 60
        yield item


class ReadyQueue:
    """Answers for an app's queue at once; whatever else is asked, the app answers itself."""

    def __init__(self, app: LoopbackArr, amount: int, now: float) -> None:
        self.changes = Changes()
        """Wakes with every read of the first page."""
        self.changing = False
        """Whether each read finds every record changed."""
        self.reads = 0
        """How often the first page was read."""
        self.sizes: list[int] = []
        """The bytes of each page that was read."""
        self._variant = 0
        rows = (row for item in _items(app.service, now) for row in rows_of([item], app.service, now))
        texts = []
        for row in islice(rows, amount):
            texts.append(indent(json_text(row.record), "    "))
            app.learn(row.item.media, row.item.episodes)
        self.pages = [_packed(texts, variant) for variant in range(VARIANTS)]
        """Packed as they are on the wire, by variant."""
        app.fault = self._answer

    async def _answer(self, request: web.Request) -> web.StreamResponse | None:
        if not request.path.startswith("/api/v3/queue"):
            return None
        if (number := int(request.query["page"])) == 1:
            self._variant = (self._variant + self.changing) % VARIANTS
            self.reads += 1
            self.changes.tell()
        packed = self.pages[self._variant][number - 1]
        self.sizes.append(len(packed))
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
        return web.Response(body=packed, headers=headers)


def _packed(texts: Sequence[str], variant: int) -> list[bytes]:
    pages = []
    for number, some in enumerate(batched(texts, PAGE), 1):
        listed = ",\n".join(some)
        moved = re.sub('"sizeleft": (.+),', lambda left: f'"sizeleft": {abs(int(left[1]) - variant * STEP)},', listed)
        page = {"page": number, "pageSize": PAGE, "sortKey": "added", "sortDirection": "ascending"}
        empty = json_text(page | {"totalRecords": len(texts), "records": []})
        # Level 1 is what the apps' ASP.NET takes unless told otherwise.
        pages.append(gzip.compress(empty.replace("[]", f"[\n{moved}\n  ]").encode(), compresslevel=1))
    return pages


def ready_queues(amount: int, radarr: LoopbackArr, sonarr: LoopbackArr, *, now: float) -> list[ReadyQueue]:
    """Both apps answer with so many records together."""
    return [ReadyQueue(radarr, amount - amount // 2, now), ReadyQueue(sonarr, amount // 2, now)]
