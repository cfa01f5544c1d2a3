"""Long queues as an app tells them, worked out beforehand: a server at work would be measured together with the bot.

From one variant to the next `sizeleft` changes in every record.
"""

import gzip
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice
from textwrap import indent
from typing import NamedTuple

from aiohttp import web

from discarr.demo.arr import Item, LoopbackArr, MovieMedia, SeriesMedia, Service, records_of
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
_PACK = 8
"""Episodes of a pack; every fifth of Sonarr's downloads is one."""


def items(service: Service, now: float) -> Iterator[Item]:
    """Downloads in mixed situations without end, the oldest first. Whatever moves is done tomorrow at the earliest."""
    for number in count():
        series = SeriesMedia(number // 5 + 1, f"Harbour Lights {number // 5 + 1}")
        is_pack, film = (
            number % 5 == 4,
            MovieMedia(number + 1, f"The Long Way Home, Part {number + 1}", 1960 + number % 60),
        )
        episodes = series.season(2, _PACK) if is_pack else series.season(1, 1, first=number % 5 + 1)
        item = _MIXED[number % len(_MIXED)](
            film if service == "radarr" else series,
            episodes=() if service == "radarr" else episodes,
            size=4_000_000_000 + number * 1_048_573,
            added=now - 30 * DAY + number * 60,
            custom_formats=("HDR10",) if number % 3 else (),
        )
        item.output_path = f"/data/downloads/complete/{item.title}"
        if item.time_left:
            item.time_left = DAY + number * 60
        yield item


class Record(NamedTuple):
    """A record as it is told in the first variant."""

    id: int
    download_id: str
    left: int
    first: str

    def text(self, variant: int) -> str:
        left = abs(self.left - variant * STEP)
        return self.first.replace(f'"sizeleft": {self.left},', f'"sizeleft": {left},')


def records(service: Service, amount: int, now: float) -> tuple[Record, ...]:
    told = islice((record for item in items(service, now) for record in records_of(item, service, now)), amount)
    return tuple(
        Record(each["id"], each["downloadId"], each["sizeleft"], indent(json_text(each), "    ")) for each in told
    )


def pages(records: Sequence[Record], variant: int) -> list[bytes]:
    """The pages of the queue, at least one, indented as the apps send them."""
    return [_page(records, first, variant) for first in range(0, len(records) or 1, PAGE)]


def _page(records: Sequence[Record], first: int, variant: int) -> bytes:
    listed = ",\n".join(record.text(variant) for record in records[first : first + PAGE])
    head = (
        f'{{\n  "page": {first // PAGE + 1},\n  "pageSize": {PAGE},\n  "sortKey": "added",\n'
        f'  "sortDirection": "ascending",\n  "totalRecords": {len(records)},\n  "records": [\n'
    )
    return f"{head}{listed}\n  ]\n}}".encode()


def packed(pages: Sequence[bytes]) -> list[bytes]:
    """Level 1 is what the apps' ASP.NET takes unless told otherwise."""
    return [gzip.compress(page, compresslevel=1) for page in pages]


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
        self._ready = [packed(pages(self._records, variant)) for variant in range(VARIANTS)]
        for item in islice(items(app.service, now), amount):
            app.learn(item.media, item.episodes)
        app.fault = self._answer

    async def _answer(self, request: web.Request) -> web.StreamResponse | None:
        number = request.path.removeprefix("/api/v3/queue")
        if number == request.path:
            return None
        return self._removed(int(number[1:])) if number else self._told(int(request.query["page"]))

    def _told(self, number: int) -> web.Response:
        if number == 1:
            self._variant = (self._variant + self.changing) % VARIANTS
            self.reads += 1
            self.changes.tell()
        body = self._ready[self._variant][number - 1]
        self.counted.update({"queue": 1, "gzip": len(body)})
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
        return web.Response(body=body, headers=headers)

    def _removed(self, id: int) -> web.Response:
        """From then on there is only one variant, without that download."""
        self.delete_came = time.perf_counter()
        gone = next(record.download_id for record in self._records if record.id == id)
        self._records = tuple(record for record in self._records if record.download_id != gone)
        self._ready = [packed(pages(self._records, self._variant))] * VARIANTS
        self.delete_answered = time.perf_counter()
        return web.Response()
