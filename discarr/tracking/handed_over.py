"""The pending releases that are listed no longer: their app handed each to a client, or dropped it."""

from collections.abc import Collection, Iterable, Mapping

from discarr.model.download import Download, DownloadKey
from discarr.model.progress import Now
from discarr.model.queue import HandedOver

REMEMBERED_FOR = 3600.0
"""Seconds: a form can stay open for long."""
LIMIT = 500


class HandedOverTracker:
    """The pending releases of one instance that left its queue lately."""

    def __init__(self) -> None:
        self.known: Mapping[DownloadKey, HandedOver] = {}
        """Replaced at each read, never changed."""

    def note(self, missing: Iterable[Download], listed: Collection[DownloadKey], *, before: Now, now: Now) -> None:
        """Take in a read: what it lacks that was listed at the read before it."""
        left = {**self.known} | {each.key: HandedOver(each, before.seconds) for each in missing if each.pending}
        kept = [
            (key, each)
            for key, each in left.items()
            if key not in listed and now.seconds - each.last_seen < REMEMBERED_FOR
        ]
        self.known = dict(kept[-LIMIT:])
