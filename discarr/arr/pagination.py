"""Reads the queue of an instance page by page, and parses only the pages that changed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from discarr.arr.blocking import BlockingWork
from discarr.arr.http import Body
from discarr.arr.models import QueuePage
from discarr.arr.parsing import ReadContext, downloads_from, merge
from discarr.errors import BadAnswer
from discarr.model.download import Download, DownloadKey

PAGE_SIZE = 1000
"""Records per page. The apps set no limit; a page of this size is about 1.3 MB, and takes some 20 ms to parse."""
MAX_PAGES = 100


class QueueRead(NamedTuple):
    """One complete read of a queue."""

    downloads: Mapping[DownloadKey, Download] = MappingProxyType({})
    """In the order of the queue."""
    unreadable: int = 0
    """Records that could not be read."""
    answered_at: datetime | None = None
    """When the app answered, by its own clock; None if it sent no date."""


class _Page(NamedTuple):
    """One parsed page, with the digest by which the same bytes are recognised."""

    digest: int
    """Python's own hash of its bytes: salted, 64 bits, five times as fast as the fastest in hashlib."""
    number: int | None
    total: int
    length: int
    unreadable: int
    downloads: dict[DownloadKey, Download]


class QueueReader:
    """Reads the pages, and remembers those of the last read.

    This is the only cache of parsed downloads: identical bytes give the identical objects.
    """

    def __init__(
        self, get: Callable[[int], Awaitable[Body]], parse: Callable[[bytes], QueuePage], blocking: BlockingWork
    ) -> None:
        """`get` fetches the body of the page with this number, `parse` reads it; both raise ArrError.

        `blocking` is held while a page is parsed: see `ArrClient.blocking`.
        """
        self._get = get
        self._parse = parse
        self._blocking = blocking
        self._pages: tuple[_Page, ...] = ()
        self._downloads: Mapping[DownloadKey, Download] = {}

    async def read(self, context: ReadContext) -> QueueRead:
        """Return all downloads in the queue: the identical mapping if no page changed.

        Raises:
            ArrError: the queue could not be read completely.
        """
        pages, steady, answered_at = await self._fetch(context)
        if not steady:
            pages, _, answered_at = await self._fetch(context)
        if any(page.length or page.total > 0 for page in pages) and not any(page.downloads for page in pages):
            raise BadAnswer("sent a queue in which nothing can be read")
        if pages != self._pages:
            async with self._blocking:
                self._pages, self._downloads = pages, _merged(pages)
        return QueueRead(self._downloads, sum(page.unreadable for page in pages), answered_at)

    async def _fetch(self, context: ReadContext) -> tuple[tuple[_Page, ...], bool, datetime | None]:
        """Return all pages, whether the queue kept its length meanwhile, and when the first page was answered."""
        pages: list[_Page] = []
        totals: set[int] = set()
        answered_at: datetime | None = None
        for number in range(1, MAX_PAGES + 1):
            body = await self._get(number)
            answered_at = answered_at or body.answered_at
            page = await self._page(number, body.content, context)
            totals.add(page.total)
            if number > 1 and page.number not in (None, number):
                # A page past the end is not empty: the app answers with the last one, and says so in `page`.
                break
            pages.append(page)
            if not page.length or sum(page.length for page in pages) >= page.total:
                break
        return tuple(pages), len(totals) == 1, answered_at

    async def _page(self, number: int, content: bytes, context: ReadContext) -> _Page:
        """Return one page as downloads, so that its bytes and records are freed before the next one is read."""
        digest = hash(content)
        if number <= len(self._pages) and self._pages[number - 1].digest == digest:
            return self._pages[number - 1]
        async with self._blocking:
            page = self._parse(content)
        records = [record for record in page.records if record is not None]
        async with self._blocking:
            downloads = downloads_from(records, context)
        unreadable = len(page.records) - len(records)
        return _Page(digest, page.page, page.total_records or 0, len(page.records), unreadable, downloads)


def _merged(pages: Sequence[_Page]) -> dict[DownloadKey, Download]:
    """Return the downloads of all pages. The records of a season pack can be spread over two of them."""
    first, *others = pages
    downloads = dict(first.downloads) if others else first.downloads
    for page in others:
        for key, download in page.downloads.items():
            known = downloads.get(key)
            downloads[key] = merge(known, download) if known else download
    return downloads
