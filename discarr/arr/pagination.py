"""The whole queue of an instance, page by page; and nothing done twice for what did not change."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from discarr.arr.bodies import Packed
from discarr.arr.parsing import QueuePage, downloads_from, merge
from discarr.memory import return_freed_memory
from discarr.model.queue import Download, Instance

PAGE_SIZE = 1000
"""Records a page. The apps set no limit; a page of this size is about 1.3 MB, and some 10 ms of work."""
MOST_PAGES = 100
TURNS = 10
"""Turns of the event loop between two pieces of work on a page: a press takes about five until it is answered."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a queue held when it was read."""

    downloads: tuple[Download, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What is kept of a page: enough to do nothing if the same bytes come again."""

    digest: int
    """Python's own hash of its bytes: salted, 64 bits, three times as fast as SHA-256."""
    number: int | None
    total: int
    length: int
    unreadable: int
    downloads: dict[Hashable, Download]


async def let_others_run() -> None:
    """Let presses be answered. A real pause would cost more: a processor that slept begins cold."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class QueueReader:
    """Reads the pages. `get` answers the one with this number, `parse` makes a page of the answer; both may raise.

    `turn` is held while a page is worked on and nobody else is heard, so that pages of two instances keep apart.
    """

    def __init__(
        self,
        instance: Instance,
        get: Callable[[int], Awaitable[Packed]],
        parse: Callable[[Packed], Awaitable[QueuePage]],
        turn: asyncio.Lock,
    ) -> None:
        self._instance = instance
        self._get = get
        self._parse = parse
        self._turn = turn
        self._pages: tuple[_Page, ...] = ()
        self._contents = Contents((), 0)

    async def read(self, read_at: datetime) -> Contents:
        """Everything in the queue, at one moment. The very same value as before if the app sent the same bytes."""
        pages, steady = await self._fetch(read_at)
        if not steady:
            pages, _ = await self._fetch(read_at)
        if pages != self._pages:
            self._pages, self._contents = pages, _contents(pages)
            return_freed_memory()
            await let_others_run()
        return self._contents

    async def _fetch(self, read_at: datetime) -> tuple[tuple[_Page, ...], bool]:
        """Every page; and whether the queue kept its length meanwhile."""
        pages: list[_Page] = []
        totals: set[int] = set()
        for number in range(1, MOST_PAGES + 1):
            page = await self._page(number, read_at)
            totals.add(page.total)
            if page.number not in (None, number):
                # A page past the end is not empty: the app answers with the last one, and says so in `page`.
                break
            pages.append(page)
            if not page.length or sum(page.length for page in pages) >= page.total:
                break
        return tuple(pages), len(totals) == 1

    async def _page(self, number: int, read_at: datetime) -> _Page:
        """One page as downloads; of its bytes and records nothing is kept while the next one is read."""
        packed = await self._get(number)
        digest = hash(packed)
        if number <= len(self._pages) and self._pages[number - 1].digest == digest:
            return self._pages[number - 1]
        async with self._turn:
            page = await self._parse(packed)
            del packed
            await let_others_run()
            records = page.readable
            downloads = downloads_from(self._instance, records, read_at=read_at)
        return _Page(
            digest, page.page, page.total_records or 0, len(page.records), len(page.records) - len(records), downloads
        )


def _contents(pages: Sequence[_Page]) -> Contents:
    """All pages together. A pack can begin on one and end on another."""
    downloads: dict[Hashable, Download] = {}
    for page in pages:
        for key, download in page.downloads.items():
            known = downloads.get(key)
            downloads[key] = merge(known, download) if known else download
    return Contents(tuple(downloads.values()), sum(page.unreadable for page in pages))
