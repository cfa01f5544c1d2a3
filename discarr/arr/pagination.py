"""The whole queue of an instance, page by page; and nothing done twice for what did not change."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from discarr.arr.http import Body
from discarr.arr.models import QueuePage
from discarr.arr.parsing import ReadContext, downloads_from, merge
from discarr.errors import BadAnswer
from discarr.model.download import Download, DownloadKey

PAGE_SIZE = 1000
"""Records a page. The apps set no limit; a page of this size is about 1.3 MB, and some 20 ms of work."""
MAX_PAGES = 100


@dataclass(frozen=True, slots=True)
class QueueRead:
    """What a queue held when it was read."""

    downloads: tuple[Download, ...] = ()
    unreadable: int = 0
    """Records that could not be understood."""
    answered_at: datetime | None = None
    """When the app answered, by its own clock; None where it does not say."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What is kept of a page: enough to do nothing if the same bytes come again."""

    digest: int
    """Python's own hash of its bytes: salted, 64 bits, a fifth of the time of the fastest in hashlib."""
    number: int | None
    total: int
    length: int
    unreadable: int
    downloads: dict[DownloadKey, Download]


class QueueReader:
    """Reads the pages, and remembers those of the last read.

    This is the program's only memo: the same bytes give the very same downloads.
    """

    def __init__(self, get: Callable[[int], Awaitable[Body]], parse: Callable[[bytes], QueuePage]) -> None:
        """`get` returns the body of the page with this number, `parse` what is in it; both raise ArrError."""
        self._get = get
        self._parse = parse
        self._pages: tuple[_Page, ...] = ()
        self._downloads: tuple[Download, ...] = ()

    async def read(self, context: ReadContext) -> QueueRead:
        """Return everything in the queue at one moment: the very same downloads if nothing changed.

        Raises:
            ArrError: it could not be read, or not all of it.
        """
        pages, steady, answered_at = await self._fetch(context)
        if not steady:
            pages, _, answered_at = await self._fetch(context)
        if any(page.length or page.total > 0 for page in pages) and not any(page.downloads for page in pages):
            raise BadAnswer("sent a queue in which nothing can be read")
        if pages != self._pages:
            self._pages, self._downloads = pages, _merged(pages)
        return QueueRead(self._downloads, sum(page.unreadable for page in pages), answered_at)

    async def _fetch(self, context: ReadContext) -> tuple[tuple[_Page, ...], bool, datetime | None]:
        """Every page; whether the queue kept its length meanwhile; and when the first page was answered."""
        pages: list[_Page] = []
        totals: set[int] = set()
        answered_at: datetime | None = None
        for number in range(1, MAX_PAGES + 1):
            body = await self._get(number)
            answered_at = answered_at or body.answered_at
            page = self._page(number, body.content, context)
            totals.add(page.total)
            if number > 1 and page.number not in (None, number):
                # A page past the end is not empty: the app answers with the last one, and says so in `page`.
                break
            pages.append(page)
            if not page.length or sum(page.length for page in pages) >= page.total:
                break
        return tuple(pages), len(totals) == 1, answered_at

    def _page(self, number: int, content: bytes, context: ReadContext) -> _Page:
        """One page as downloads; of its bytes and records nothing is kept while the next one is read."""
        digest = hash(content)
        if number <= len(self._pages) and self._pages[number - 1].digest == digest:
            return self._pages[number - 1]
        page = self._parse(content)
        records = [record for record in page.records if record is not None]
        return _Page(
            digest,
            page.page,
            page.total_records or 0,
            len(page.records),
            len(page.records) - len(records),
            downloads_from(records, context),
        )


def _merged(pages: Sequence[_Page]) -> tuple[Download, ...]:
    """All pages together. A pack can begin on one and end on another."""
    downloads: dict[DownloadKey, Download] = {}
    for page in pages:
        for key, download in page.downloads.items():
            known = downloads.get(key)
            downloads[key] = merge(known, download) if known else download
    return tuple(downloads.values())
