"""Renders the private view of all downloads, page by page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

import discord

from discarr.model.download import Download
from discarr.model.ordering import all_rows, attention
from discarr.model.queue import Snapshot
from discarr.view.custom_ids import ALL, ATTENTION
from discarr.view.dashboard import GREY, limited, outage_lines
from discarr.view.row import row_text
from discarr.view.text import clock_time, counted

PAGE = 10
"""Rows per page."""
_A_LINE = 4
"""Instances per line."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a private view."""

    filter: str
    """ALL, ATTENTION, or the key of an instance."""
    number: int
    """From 1 to `pages`."""
    pages: int
    """At least 1, even if there is no row."""
    first: int
    """The number of its first row among all `total` rows, from 1."""
    total: int
    """Downloads that pass the filter."""
    rows: tuple[Download, ...]


def page_of(snapshot: Snapshot, filter: str, number: int) -> Page:
    """Return the page with this number, or the nearest one that exists."""
    passing = _passing(snapshot, filter)
    pages = max(1, -(-len(passing) // PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * PAGE
    return Page(filter, number, pages, start + 1, len(passing), tuple(passing[start : start + PAGE]))


def page_embed(page: Page, snapshot: Snapshot) -> discord.Embed:
    """Return the page as an embed, with the time of the data of each instance."""
    embed = discord.Embed(title=f"Page {page.number:,} of {page.pages:,}", colour=GREY, timestamp=snapshot.now.at)
    rows = [row_text(download, page.first + index, snapshot) for index, download in enumerate(page.rows)]
    embed.description = "\n".join([f"{counted(page.total, 'download')}{_where(page.filter, snapshot)}", "", *rows])
    embed.add_field(name="\u200b", value=limited([*outage_lines(snapshot), *_ages(snapshot)]))
    embed.set_footer(text="shown")
    return embed


def _ages(snapshot: Snapshot) -> list[str]:
    """Return when each instance was read, a few instances per line, so that no line is too long for the field."""
    read = [f"{queue.instance.label} as of {clock_time(queue.read_at)}" for queue in snapshot.queues if queue.read_at]
    return [" · ".join(some) for some in batched(read, _A_LINE)]


def _passing(snapshot: Snapshot, filter: str) -> Sequence[Download]:
    if filter == ATTENTION:
        return attention(snapshot)
    return [download for download in all_rows(snapshot) if filter in (ALL, download.key.instance)]


def _where(filter: str, snapshot: Snapshot) -> str:
    if filter == ATTENTION:
        return " in need of attention"
    queue = snapshot.queue(filter)
    return f" of {queue.instance.label}" if queue else ""
