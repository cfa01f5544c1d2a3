"""Long queues as an app tells them, worked out beforehand: a server at work would be measured together with the bot.

From one variant to the next `sizeleft` changes in every record.
"""

import gzip
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice, product
from math import ceil
from textwrap import indent
from typing import NamedTuple

from aiohttp import web

from discarr.demo.arr import EpisodeMedia, Item, LoopbackArr, MovieMedia, SeriesMedia, Service, records_of
from discarr.demo.arr.records import json_text
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
LEFT = "LEFT"
_PACK = 8
"""Episodes of a pack; every fifth of Sonarr's downloads is one."""


def items(service: Service, now: float) -> Iterator[Item]:
    """Downloads in mixed situations without end, the oldest first. Whatever moves is done tomorrow at the earliest."""
    for number in count():
        media, episodes = _film(number) if service == "radarr" else _episodes(number)
        item = _MIXED[number % len(_MIXED)](
            media,
            episodes=episodes,
            size=4_000_000_000 + number * 1_048_573,
            added=now - 30 * DAY + number * 60,
            custom_formats=("HDR10",) if number % 3 else (),
        )
        item.output_path = f"/data/downloads/complete/{item.title}"
        if item.time_left:
            item.time_left = DAY + number * 60
        yield item


def _film(number: int) -> tuple[MovieMedia, tuple[EpisodeMedia, ...]]:
    return MovieMedia(number + 1, f"The Long Way Home, Part {number + 1}", 1960 + number % 60), ()


def _episodes(number: int) -> tuple[SeriesMedia, tuple[EpisodeMedia, ...]]:
    series = SeriesMedia(number // 5 + 1, f"Harbour Lights {number // 5 + 1}")
    return series, series.season(2, _PACK) if number % 5 == 4 else series.season(1, 1, first=number % 5 + 1)


class Record(NamedTuple):
    id: int
    download_id: str
    left: int
    template: str
    """Its text, with LEFT for the bytes that are left."""


def records(service: Service, amount: int, now: float) -> list[Record]:
    """So many records; the last pack may be cut off."""
    endless = (record for item in items(service, now) for record in records_of(item, service, now))
    return [
        Record(each["id"], each["downloadId"], each["sizeleft"], indent(json_text(each | {"sizeleft": LEFT}), "    "))
        for each in islice(endless, amount)
    ]


def pages(amount: int) -> range:
    """The numbers of the pages that so many records take: at least the first."""
    return range(1, max(1, ceil(amount / PAGE)) + 1)


def body(records: Sequence[Record], number: int, variant: int) -> bytes:
    """A page of the queue, indented as the apps send it."""
    listed = ",\n".join(
        record.template.replace(f'"{LEFT}"', str(abs(record.left - variant * STEP)))
        for record in records[(number - 1) * PAGE : number * PAGE]
    )
    head = (
        f'{{\n  "page": {number},\n  "pageSize": {PAGE},\n  "sortKey": "added",\n  "sortDirection": "ascending",\n'
        f'  "totalRecords": {len(records)},\n  "records": [\n'
    )
    return f"{head}{listed}\n  ]\n}}".encode()


class ReadyQueue:
    """Answers an app's queue and its removals at once; whatever else is asked, the app answers itself."""

    def __init__(self, app: LoopbackArr, amount: int, now: float) -> None:
        self.changes = Changes()
        """Wakes with every read of the first page."""
        self.changing = False
        """Whether each read finds every record changed."""
        self.reads = 0
        """How often the first page was read."""
        self.counted: Counter[str] = Counter()
        """Requests for the `queue`, and the bytes of their answers as `gzip`."""
        self.delete_came = self.delete_answered = 0.0
        """When (perf_counter) the last DELETE came in, and when its answer was ready."""
        self._records = records(app.service, amount, now)
        self._variant = 0
        self._ready: dict[tuple[int, int], bytes] = {}
        for item in islice(items(app.service, now), amount):
            app.learn(item.media, item.episodes)
        for variant, number in product(range(VARIANTS), pages(amount)):
            self._page(variant, number)
        app.fault = self._answer

    async def _answer(self, request: web.Request) -> web.StreamResponse | None:
        if not request.path.startswith("/api/v3/queue"):
            return None
        if request.method == "DELETE":
            return self._removed(int(request.path.rpartition("/")[2]))
        if (number := int(request.query["page"])) == 1:
            self._variant = (self._variant + self.changing) % VARIANTS
            self.reads += 1
            self.changes.tell()
        packed = self._page(self._variant, number)
        self.counted.update({"queue": 1, "gzip": len(packed)})
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
        return web.Response(body=packed, headers=headers)

    def _removed(self, id: int) -> web.Response:
        self.delete_came = time.perf_counter()
        gone = next(record.download_id for record in self._records if record.id == id)
        self._records = [record for record in self._records if record.download_id != gone]
        self._ready.clear()
        self.delete_answered = time.perf_counter()
        return web.Response()

    def _page(self, variant: int, number: int) -> bytes:
        if (variant, number) not in self._ready:
            # Level 1 is what the apps' ASP.NET takes unless told otherwise.
            self._ready[variant, number] = gzip.compress(body(self._records, number, variant), compresslevel=1)
        return self._ready[variant, number]
