"""Items in each situation there is, ready made: `stalled(film, size=…, left=…)`."""

from typing import Unpack

from discarr.demo.arr import items
from discarr.demo.arr.items import Item, ItemFields, Situation, StatusMessage
from discarr.demo.arr.media import Media

NOT_IMPORTED: tuple[StatusMessage, ...] = (
    ("One or more files expected in this release were not imported or missing", ()),
    ("sample.mkv", ("Sample",)),
)
NO_UPGRADE = (
    "Not a Custom Format upgrade for existing episode file(s). New: [Tier 04] (300) do not improve on Existing: "
    "[Tier 03] (400)"
)
FOREIGN: ItemFields = {
    "added": None,
    "indexer": None,
    "custom_formats": None,
    "quality": "Unknown",
    "languages": ("Unknown",),
}
"""What an item has that the app neither grabbed nor understands."""
MISMATCH = "Movie title mismatch, automatic import is not possible. Manual Import required."


def downloading(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Half done, ten minutes to go."""
    return _item(media, items.DOWNLOADING, 0.5, fields, {"time_left": 600})


def queued(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Waits for its turn in the client, which already guesses a time."""
    return _item(media, items.QUEUED, 1, fields, {"time_left": 11_742, "client": items.SABNZBD})


def paused(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Somebody paused it; no time left is told."""
    return _item(media, items.PAUSED, 0.5, fields, {})


def metadata(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """A magnet whose metadata is still looked for: size 0."""
    return _item(media, items.METADATA, 0, fields, {"size": 0})


def stalled(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """qBittorrent has no connections: status `warning` while the app itself says `ok`."""
    return _item(media, items.STALLED, 0.65, fields, {})


def import_pending(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Done, and the app has not picked it up yet."""
    return _item(media, items.IMPORT_PENDING, 0, fields, {"time_left": 0})


def importing(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The app copies or links it into its library right now."""
    return _item(media, items.IMPORTING, 0, fields, {"time_left": 0})


def import_blocked(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Done, but the app needs a person: the messages say why."""
    return _item(media, items.IMPORT_BLOCKED, 0, fields, {"time_left": 0, "messages": NOT_IMPORTED})


def failed(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The client gave up and the app will deal with it soon."""
    return _item(media, items.FAILED, 0, fields, {"time_left": 0, "client": items.SABNZBD})


def failed_not_grabbed(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The client gave up on something the app never asked for, so the app leaves it alone."""
    reason = "Download has failed wasn't grabbed by Radarr, skipping automatic download handling"
    ours: ItemFields = {
        "time_left": 0,
        "client": items.SABNZBD,
        "added": None,
        "indexer": None,
        "messages": (("A download of somebody else", (reason,)),),
        "error": "",
    }
    return _item(media, items.FAILED_NOT_GRABBED, 0, fields, ours)


def rejected(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The app found a dangerous file in it and will treat it as failed."""
    reason = "Caution: Found potentially dangerous file with extension: '.exe'"
    return _item(media, items.REJECTED, 0, fields, {"time_left": 0, "messages": (("setup.exe", (reason,)),)})


def delayed(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """A delay profile holds the release back until `due`."""
    return _item(media, items.DELAY, 1, fields, {"tied": False})


def client_unavailable(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The client was away at the grab; the app tries again at `due`."""
    return _item(media, items.CLIENT_UNAVAILABLE, 1, fields, {"client": items.SABNZBD})


def unknown(**fields: Unpack[ItemFields]) -> Item:
    """Parsed, but in nobody's library, and not grabbed by the app."""
    return _item(None, items.DOWNLOADING, 0.5, fields, {"time_left": 1800, "added": None, "indexer": None})


def unparsed(**fields: Unpack[ItemFields]) -> Item:
    """Nothing could be read from its name: no custom formats, no quality, no language."""
    ours: ItemFields = {
        **FOREIGN,
        "title": "family holiday 2009 (dvd rip) FINAL final2",
        "time_left": 0,
        "messages": (("family holiday 2009 (dvd rip) FINAL final2", (MISMATCH,)),),
    }
    return _item(None, items.IMPORT_BLOCKED, 0, fields, ours)


def matched_by_id(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """Done, stuck, and its state still says downloading (recorded: radarr-5.0.3-completed-downloading-warning)."""
    reason = "Found matching movie via grab history, but release was matched to movie by ID. Manual Import required."
    return _stuck(media, "downloading", (("Release.1.1080p.WEB-GRP", (reason,)),), {"error": "", **fields})


def import_waiting(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """An import that is refused and tried again: importPending with a warning (recorded: sonarr-4.0.12-messages).

    The head of the messages has none of its own; the reason is in the second one (Core/Download/
    CompletedDownloadService.cs).
    """
    head = "One or more episodes expected in this release were not imported or missing from the release"
    return _stuck(media, "importPending", ((head, ()), ("Release.1.mkv", (NO_UPGRADE,))), fields)


def title_only(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """A blocked import with its reason as a title without messages (recorded: sonarr-4.0.13-title-only)."""
    return _stuck(media, "importBlocked", ((NO_UPGRADE, ()),), fields)


def import_failed(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """An import that ended with files left out, in the word of older versions (recorded: lidarr-import-failed)."""
    reason = "Failed to import track, Destination already exists."
    return _stuck(media, "importFailed", (("Release.1.1080p.WEB-GRP", (reason,)),), fields)


def importing_with_warning(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """The next try of a refused import: nothing takes the warning back (Core/…/TrackedDownloads/TrackedDownload.cs)."""
    return _stuck(media, "importing", NOT_IMPORTED, fields)


def unknown_state(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """A state word that nobody knows yet, with a warning."""
    return _stuck(media, "somethingNew", NOT_IMPORTED, fields)


def paused_unknown(**fields: Unpack[ItemFields]) -> Item:
    """A paused download that the app knows nothing about (recorded: sonarr-4-unknown-items)."""
    return _item(None, items.PAUSED, 0.02, fields, {**FOREIGN, "size": 33_400_415_461, "left": 560_594_943})


def complete_with_warning(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """All bytes are there and the client warns, as qBittorrent's error and missing files do (QBittorrent.cs)."""
    return _item(media, Situation("warning", error="qBittorrent is reporting an error"), 0, fields, {})


def finishing(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """All bytes are there and the client still works on it: SABnzbd verifies or unpacks (Sabnzbd.cs, GetHistory)."""
    return _item(media, items.DOWNLOADING, 0, fields, {"time_left": 0, "client": items.SABNZBD})


def queued_complete(media: Media | None = None, **fields: Unpack[ItemFields]) -> Item:
    """All bytes are there and it is queued: as qBittorrent's checkingUP is shown (QBittorrent.cs)."""
    return _item(media, items.QUEUED, 0, fields, {})


def _stuck(media: Media | None, state: str, messages: tuple[StatusMessage, ...], fields: ItemFields) -> Item:
    return _item(media, Situation("completed", "warning", state), 0, fields, {"time_left": 0, "messages": messages})


def _item(media: Media | None, situation: Situation, share: float, given: ItemFields, ours: ItemFields) -> Item:
    """An item of which `share` is still to come unless `given` says how much is left."""
    merged: ItemFields = {**ours, **given}
    merged.setdefault("left", int(merged.get("size", 4_000_000_000) * share))
    return Item(media=media, situation=situation, **merged)
