"""What DELETE /api/v3/queue/{id} and POST /api/v3/queue/grab/{id} do in Radarr 6.0 and Sonarr 4.0."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from discarr.demo.arr.app import App
from discarr.demo.arr.items import DOWNLOADING, Item, Json
from discarr.demo.arr.records import Row


class Refused(Exception):
    """An answer other than a success: its status, and what is sent as JSON; None for an empty body."""

    def __init__(self, status: int, body: Json | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class NotFound(Refused):
    """Nothing has this id (any more)."""

    def __init__(self) -> None:
        super().__init__(404, {"message": "NotFound"})


class AppFailed(Refused):
    """An exception inside the app: a 500 whose message and stack trace can contain a client's credentials."""

    def __init__(self, kind: str, message: str) -> None:
        place = "Radarr.Api.V3.Queue.QueueController.Remove in ./QueueController.cs:line 319"
        super().__init__(500, {"message": message, "description": f"{kind}: {message}\n   at {place}"})


class Flags(BaseModel):
    """The flags of the query, with the apps' defaults: removing from the client is the default."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)

    remove_from_client: bool = True
    blocklist: bool = False
    skip_redownload: bool = False
    change_category: bool = False


def remove(app: App, number: int, flags: Flags) -> None:
    """Remove one download by the id of any of its rows, with all of them. Pending releases are looked up first.

    Raises NotFound, and AppFailed if the client refuses or the flags do not fit the item.
    """
    if pending := _item(app.pending_rows(), number):
        _remove_pending(app, pending, flags)
    elif tracked := _item(app.tracked_rows(), number):
        _remove_tracked(app, tracked, flags)
    else:
        raise NotFound


def grab(app: App, number: int) -> None:
    """Hand a pending release to its client now (Queue/QueueActionController.cs, Core/Download/DownloadService.cs).

    Its pending siblings vanish at once, those of the same movie or with an episode in common
    (Core/Download/Pending/PendingReleaseService.cs, RemoveGrabbed; there a better one stays). The download is listed,
    with another id, at the refresh 5 s later.

    Raises NotFound, and AppFailed if the client does not answer or refuses: then the release stays pending.
    """
    item = _item(app.pending_rows(), number)
    if item is None:
        raise NotFound
    _ask_client(app, item)
    item.situation, item.added = DOWNLOADING, app.clock()
    app.queue[:] = [other for other in app.queue if not (other.pending and _competes(other, item))]
    app.remember(item, "grabbed")
    app.refresh_soon()


def _item(rows: Iterable[Row], number: int) -> Item | None:
    return next((row.item for row in rows if row.record["id"] == number), None)


def _competes(one: Item, other: Item) -> bool:
    return one.media == other.media and (one.episodes == other.episodes or bool({*one.episodes} & {*other.episodes}))


def _remove_pending(app: App, item: Item, flags: Flags) -> None:
    """Remove every pending release of that movie, or of those same episodes; only `blocklist` is looked at."""
    if flags.blocklist:
        app.blocklist.append(item)
    same = (item.media, item.episodes)
    app.queue[:] = [other for other in app.queue if not (other.pending and (other.media, other.episodes) == same)]


def _remove_tracked(app: App, item: Item, flags: Flags) -> None:
    if flags.remove_from_client:
        _ask_client(app, item)
        if not item.survives_removal:
            _leave(app, item)
    elif flags.change_category:
        _change_category(app, item)
    elif not flags.blocklist and not _is_ignored(app, item):
        return
    if flags.blocklist:
        _blocklist(app, item, flags)
    app.stop_tracking(item.download_id)


def _ask_client(app: App, item: Item) -> None:
    is_away = item.client.name in app.unreachable_clients
    error = f"Unable to connect to {item.client.name}" if is_away else item.client_error
    if error is not None:
        raise AppFailed("NzbDrone.Core.Download.Clients.DownloadClientException", error)


def _leave(app: App, item: Item, *, data_stays: bool = False) -> None:
    """Take one download out of the queue, and out of its client unless its data stays there, untracked."""
    app.queue[:] = [other for other in app.queue if other.pending or other.download_id != item.download_id]
    app.untracked += [item] if data_stays else []


def _change_category(app: App, item: Item) -> None:
    """Without a post-import category some clients do nothing, and the item is back at the next refresh."""
    if item.client.has_category:
        _leave(app, item, data_stays=True)
    elif not item.client.ignores_category:
        message = f"{item.client.name} does not support marking items as imported"
        raise AppFailed("System.NotSupportedException", message)


def _blocklist(app: App, item: Item, flags: Flags) -> None:
    """Mark a download as failed, which blocklists it and starts a search; does nothing if the app did not grab it."""
    if item.added is None or item.media is None:
        return
    app.remember(item, "downloadFailed")
    app.blocklist.append(item)
    if item in app.queue:
        # "Remove Failed" is on: it leaves a usenet client though nobody asked for that; a torrent goes on seeding.
        _leave(app, item, data_stays=item.client.protocol == "torrent")
    if not flags.skip_redownload:
        app.searches.append(item)


def _is_ignored(app: App, item: Item) -> bool:
    """Stop tracking the item, and return True; the app does nothing for one that is not in the library."""
    if item.custom_formats is None:
        raise AppFailed("System.NullReferenceException", "Object reference not set to an instance of an object.")
    if item.media is None:
        return False
    app.remember(item, "downloadIgnored")
    _leave(app, item, data_stays=True)
    return True
