"""The whole queue of an instance, page by page; and nothing done twice for what did not change."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import batched

from discarr.downloads import Download, Instance
from discarr.records import QueuePage, QueueRecord, download_of, groups_of

PAGE_SIZE = 1000
"""Records a page. The apps set no limit; a page of this size is about 1.2 MB on the wire, and some 10 ms of work."""
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Contents:
    """What a queue held when it was read."""

    downloads: tuple[Download, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What is remembered of a page: enough to go on to the next one if the same bytes come again."""

    digest: bytes
    number: int | None
    total: int | None
    length: int


class QueueReader:
    """Reads the pages. `get` answers the bytes of one by its number, `parse` makes a page of them; both may raise."""

    def __init__(
        self, instance: Instance, get: Callable[[int], Awaitable[bytes]], parse: Callable[[bytes], QueuePage]
    ) -> None:
        self._instance = instance
        self._get = get
        self._parse = parse
        self._pages: tuple[_Page, ...] = ()
        self._contents = Contents((), 0)

    async def read(self, read_at: datetime) -> Contents:
        """Everything in the queue, at one moment. The very same value as before if the app sent the same bytes."""
        pages, answers, steady = await self._fetch()
        if not steady:
            pages, answers, _ = await self._fetch()
        if pages != self._pages:
            self._contents = await self._contents_of(answers, read_at)
            self._pages = pages
        return self._contents

    async def _fetch(self) -> tuple[tuple[_Page, ...], list[QueuePage | bytes], bool]:
        """Every page, parsed unless its bytes are known; and whether the queue kept its length meanwhile."""
        pages: list[_Page] = []
        answers: list[QueuePage | bytes] = []
        totals: set[int | None] = set()
        for number in range(1, MOST_PAGES + 1):
            page, answer = self._page(number, await self._get(number))
            totals.add(page.total)
            if page.number not in (None, number):
                # A page past the end is not empty: the app answers with the last one, and says so in `page`.
                break
            pages.append(page)
            answers.append(answer)
            if not page.length or sum(page.length for page in pages) >= (page.total or 0):
                break
        return tuple(pages), answers, len(totals) == 1

    def _page(self, number: int, body: bytes) -> tuple[_Page, QueuePage | bytes]:
        digest = sha256(body).digest()
        if number <= len(self._pages) and self._pages[number - 1].digest == digest:
            return self._pages[number - 1], body
        page = self._parse(body)
        return _Page(digest, page.page, page.total_records, len(page.records)), page

    async def _contents_of(self, answers: Sequence[QueuePage | bytes], read_at: datetime) -> Contents:
        """A page's worth of work at a time, so that presses are answered in between."""
        records: list[QueueRecord] = []
        unreadable = 0
        for answer in answers:
            page = answer if isinstance(answer, QueuePage) else self._parse(answer)
            records += page.readable
            unreadable += len(page.records) - len(page.readable)
            await asyncio.sleep(0)
        downloads: list[Download] = []
        for groups in batched(groups_of(records), PAGE_SIZE):
            downloads += [download_of(group, self._instance, read_at) for group in groups]
            await asyncio.sleep(0)
        return Contents(tuple(downloads), unreadable)
