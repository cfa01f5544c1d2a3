"""Downloads as the demo never has them: `rejected(movie)`."""

from functools import partial

from discarr.demo.arr import Item, items, situations
from discarr.demo.arr.items import DownloadClient, Situation

DELUGE = DownloadClient(4, "Deluge", "torrent", ignores_category=True)

import_pending = partial(Item, situation=items.IMPORT_PENDING, time_left=0)
"""Complete, and not yet seen by the app."""
rejected = partial(
    Item,
    situation=Situation("completed", "error", "failedPending"),
    time_left=0,
    messages=(("setup.exe", ("Caution: Found potentially dangerous file with extension: '.exe'",)),),
)
"""The app found a dangerous file in it and will treat it as failed."""
failed_not_grabbed = partial(situations.failed, situation=Situation("failed", "warning"), added=None, indexer=None)
"""The client gave up on something that the app did not grab, so the app does nothing."""
unparsed = partial(
    situations.import_blocked,
    title="family holiday 2009 (dvd rip) FINAL final2",
    quality="Unknown",
    custom_formats=None,
    added=None,
    indexer=None,
)
"""The app could not parse its name: no custom formats, and no quality."""
