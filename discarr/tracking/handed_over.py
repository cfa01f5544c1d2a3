"""What became of pending releases that are listed no longer: their app hands each to a client, or drops it."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from discarr.model.download import Download, DownloadKey, Media
from discarr.model.progress import Now

REMEMBERED_FOR = 3600.0
"""Seconds: a form can stay open for long."""
LIMIT = 500


class _Left(NamedTuple):
    download: Download
    last_seen: float
    """When the last read began that listed it (monotonic seconds)."""

    def became(self, download: Download) -> bool:
        """Whether this is it: a client gives the release a name and an id of its own."""
        is_new = not download.pending and download.progress.first_seen > self.last_seen
        return is_new and _overlap(download.media, self.download.media)


class HandedOver:
    """The pending releases of one instance that left its queue lately."""

    def __init__(self) -> None:
        self._left: dict[DownloadKey, _Left] = {}

    def note(self, missing: Iterable[Download], listed: Collection[DownloadKey], *, before: Now, now: Now) -> None:
        """Take in a read: what it lacks that was listed at the read before it."""
        self._left |= {each.key: _Left(each, before.seconds) for each in missing if each.pending}
        kept = [
            (key, left)
            for key, left in self._left.items()
            if key not in listed and now.seconds - left.last_seen < REMEMBERED_FOR
        ]
        self._left = dict(kept[-LIMIT:])

    def among(self, downloads: Collection[Download]) -> Mapping[DownloadKey, Download | None]:
        """Return which of these each one became; None where it is not listed, or was dropped."""
        return {
            key: next((download for download in downloads if left.became(download)), None)
            for key, left in self._left.items()
        }


def _overlap(one: Media, other: Media) -> bool:
    if one.movie is not None:
        return one.movie == other.movie
    return one.series is not None and one.series == other.series and not set(one.episodes).isdisjoint(other.episodes)
