"""One constructor for each situation of a download: `stalled(movie, size=…, left=…)`."""

from functools import partial

from discarr.demo.arr import items
from discarr.demo.arr.items import SABNZBD, Item, StatusMessage

NOT_IMPORTED: tuple[StatusMessage, ...] = (
    ("One or more files expected in this release were not imported or missing", ()),
    ("sample.mkv", ("Sample",)),
)
BY_ID = "Found matching movie via grab history, but release was matched to movie by ID. Manual Import required."
"""The commonest reason of a blocked import that a person can solve (Core/Download/CompletedDownloadService.cs)."""

downloading = partial(Item, situation=items.DOWNLOADING, time_left=600)
"""Half done, ten minutes to go."""
queued = partial(Item, situation=items.QUEUED, time_left=11_742, client=SABNZBD)
"""Waiting for its turn in the client, which already estimates a time."""
paused = partial(Item, situation=items.PAUSED)
"""Paused by a person; the client estimates no time."""
metadata = partial(Item, situation=items.METADATA, size=0)
"""A magnet link without metadata yet: size 0."""
stalled = partial(Item, situation=items.STALLED)
"""qBittorrent has no connections: status `warning` while the app itself says `ok`."""
importing = partial(Item, situation=items.IMPORTING, time_left=0)
"""The app is copying or linking it into its library."""
import_blocked = partial(Item, situation=items.IMPORT_BLOCKED, time_left=0, messages=NOT_IMPORTED)
"""Complete, but the app needs a person: the messages give the reason."""
failed = partial(Item, situation=items.FAILED, time_left=0, client=SABNZBD)
"""The client gave up; the app will blocklist it soon."""
delayed = partial(Item, situation=items.DELAY)
"""Held back by a delay profile until `due`."""
client_unavailable = partial(Item, situation=items.CLIENT_UNAVAILABLE, client=SABNZBD)
"""The client was away at the grab; the app tries again at `due`."""
unknown = partial(Item, situation=items.DOWNLOADING, time_left=1800, added=None, indexer=None)
"""Parsed, but of no movie or series in the library, and not grabbed by the app."""
