"""One constructor for each situation of a download: `stalled(movie, size=…, left=…)`."""

from typing import Unpack

from discarr.demo.arr import items
from discarr.demo.arr.items import Item, ItemFields, Media, Situation, StatusMessage

NOT_IMPORTED: tuple[StatusMessage, ...] = (
    ("One or more files expected in this release were not imported or missing", ()),
    ("sample.mkv", ("Sample",)),
)


def downloading(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Half done, ten minutes to go."""
    return _item(media, items.DOWNLOADING, 0.5, fields, {"time_left": 600})


def queued(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Waiting for its turn in the client, which already estimates a time."""
    return _item(media, items.QUEUED, 1, fields, {"time_left": 11_742, "client": items.SABNZBD})


def paused(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Paused by a person; the client estimates no time."""
    return _item(media, items.PAUSED, 0.5, fields, {})


def metadata(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """A magnet link without metadata yet: size 0."""
    return _item(media, items.METADATA, 0, fields, {"size": 0})


def stalled(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """qBittorrent has no connections: status `warning` while the app itself says `ok`."""
    return _item(media, items.STALLED, 0.65, fields, {})


def importing(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The app is copying or linking it into its library."""
    return _item(media, items.IMPORTING, 0, fields, {"time_left": 0})


def import_blocked(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Complete, but the app needs a person: the messages give the reason."""
    return _item(media, items.IMPORT_BLOCKED, 0, fields, {"time_left": 0, "messages": NOT_IMPORTED})


def failed(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The client gave up; the app will blocklist it soon."""
    return _item(media, items.FAILED, 0, fields, {"time_left": 0, "client": items.SABNZBD})


def delayed(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Held back by a delay profile until `due`."""
    return _item(media, items.DELAY, 1, fields, {})


def client_unavailable(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The client was away at the grab; the app tries again at `due`."""
    return _item(media, items.CLIENT_UNAVAILABLE, 1, fields, {"client": items.SABNZBD})


def unknown(**fields: Unpack[ItemFields]) -> Item:
    """Parsed, but of no movie or series in the library, and not grabbed by the app."""
    return _item(None, items.DOWNLOADING, 0.5, fields, {"time_left": 1800, "added": None, "indexer": None})


def _item(media: Media | None, situation: Situation, share: float, given: ItemFields, defaults: ItemFields) -> Item:
    """Make an item of which `share` is still to come, unless `given` says how much is left."""
    merged: ItemFields = {**defaults, **given}
    merged.setdefault("left", int(merged.get("size", 4_000_000_000) * share))
    return Item(media=media, situation=situation, **merged)
