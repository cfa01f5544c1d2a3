"""Renders the private view of all downloads, page by page. Pure."""

from collections.abc import Iterable
from itertools import batched, islice
from typing import NamedTuple

import discord

from discarr.model.download import Download
from discarr.model.ordering import all_rows, attention
from discarr.model.queue import Queue, Snapshot
from discarr.view.custom_ids import ALL, ATTENTION
from discarr.view.dashboard import GREY
from discarr.view.instance_lines import outage_lines
from discarr.view.sections import detailed_sections
from discarr.view.text import counted, limited, moment_past, needing_text, plain

PAGE = 10
"""Rows per page."""
_A_LINE = 4
"""Instances per line."""


class Page(NamedTuple):
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
    total, passing = _passing(snapshot, filter)
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * PAGE
    return Page(filter, number, pages, start + 1, total, tuple(islice(passing, start, start + PAGE)))


def page_embed(page: Page, snapshot: Snapshot) -> discord.Embed:
    """Return the page as an embed, with the version and the time of the data of each instance."""
    title = f"Page {page.number:,} of {page.pages:,} · {_what(page, snapshot)}"
    embed = discord.Embed(title=title, colour=GREY, timestamp=snapshot.now.at)
    embed.description = "\n".join(detailed_sections(page.rows, page.first, snapshot)) or "Nothing here"
    embed.add_field(name="\u200b", value=limited([*outage_lines(snapshot), *_ages(snapshot)]))
    embed.set_footer(text="shown")
    return embed


def _what(page: Page, snapshot: Snapshot) -> str:
    if page.filter == ATTENTION:
        return needing_text(page.total)
    queue = snapshot.queue(page.filter)
    return counted(page.total, "download") + (f" in {queue.instance.label}" if queue else "")


def _ages(snapshot: Snapshot) -> list[str]:
    """Return when each instance was read, a few instances per line, so that no line is too long for the field."""
    now = snapshot.now.at
    read = [f"{_label(queue)} as of {moment_past(queue.read_at, now)}" for queue in snapshot.queues if queue.read_at]
    return [" · ".join(some) for some in batched(read, _A_LINE)]


def _label(queue: Queue) -> str:
    version = ".".join(plain(queue.version, 20).split(".")[:2])
    return f"{queue.instance.label} {version}".strip()


def _passing(snapshot: Snapshot, filter: str) -> tuple[int, Iterable[Download]]:
    """Return how many downloads pass the filter, and these in the order of their rows."""
    if filter == ATTENTION:
        needing = attention(snapshot)
        return len(needing), needing
    queues = [queue for queue in snapshot.queues if filter in (ALL, queue.instance.key)]
    return sum(len(queue.downloads) for queue in queues), all_rows(queues)
