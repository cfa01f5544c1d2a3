"""Downloads as the demo never has them: `rejected(movie)`."""

from typing import Unpack

from discarr.demo.arr import Item, items, situations
from discarr.demo.arr.items import DownloadClient, ItemFields, Media, Situation

DELUGE = DownloadClient(4, "Deluge", "torrent", ignores_category=True)
REJECTED = Situation("completed", "error", "failedPending")
FAILED_NOT_GRABBED = Situation("failed", "warning")


def import_pending(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Complete, and not yet seen by the app."""
    return _in(items.IMPORT_PENDING, situations.importing(media, **fields))


def rejected(media: Media | None = None) -> Item:
    """The app found a dangerous file in it and will treat it as failed."""
    reason = "Caution: Found potentially dangerous file with extension: '.exe'"
    return _in(REJECTED, situations.importing(media, messages=(("setup.exe", (reason,)),)))


def failed_not_grabbed(media: Media | None = None) -> Item:
    """The client gave up on something that the app did not grab, so the app does nothing."""
    reason = "Download has failed wasn't grabbed by Radarr, skipping automatic download handling"
    messages = (("A download of somebody else", (reason,)),)
    return _in(FAILED_NOT_GRABBED, situations.failed(media, messages=messages, error="", added=None, indexer=None))


def unparsed() -> Item:
    """The app could not parse its name: no custom formats, and no quality."""
    title = "family holiday 2009 (dvd rip) FINAL final2"
    reason = "Movie title mismatch, automatic import is not possible. Manual Import required."
    return situations.import_blocked(
        title=title, quality="Unknown", custom_formats=None, messages=((title, (reason,)),), added=None, indexer=None
    )


def _in(situation: Situation, item: Item) -> Item:
    item.situation = situation
    return item
