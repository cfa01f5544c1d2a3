"""What DELETE /api/v3/queue/{id} and POST /api/v3/queue/grab/{id} do in Radarr 6.0 and Sonarr 4.0."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from discarr.demo.arr.app import App
from discarr.demo.arr.items import DOWNLOADING, Item, Json


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
    """Remove one download by the id of any of its rows, with all of them.

    Raises:
        NotFound: there is no such id (any more).
        AppFailed: the client refuses, the id is there twice, or the flags do not fit the item.
    """
    item = _target(app, number)
    if item.pending:
        _remove_pending(app, item, flags)
    else:
        _remove_tracked(app, item, flags)


def grab(app: App, number: int) -> None:
    """Hand a pending release to its client now (Queue/QueueActionController.cs, Core/Download/DownloadService.cs).

    Its pending siblings vanish at once, those of the same movie or with an episode in common
    (Core/Download/Pending/PendingReleaseService.cs, RemoveGrabbed; there a better one stays). The download is listed,
    with another id, at the refresh 5 s later.

    Raises:
        NotFound: there is no pending release with this id; a download in a client is none.
        AppFailed: the client does not answer or refuses; the release stays pending.
    """
    item = _pending(app, number)
    if item is None:
        raise NotFound
    _ask_client(app, item)
    item.situation, item.added = DOWNLOADING, app.clock()
    app.queue[:] = [other for other in app.queue if not (other.pending and _competes(other, item))]
    app.remember(item, "grabbed")
    app.refresh_soon()


def _target(app: App, number: int) -> Item:
    """The item with an id; pending ones are looked up first."""
    pending = _pending(app, number)
    if pending is not None:
        return pending
    tracked = [row.item for row in app.tracked_rows() if row.record["id"] == number]
    if len(tracked) > 1:
        raise AppFailed("System.InvalidOperationException", "Sequence contains more than one matching element")
    if not tracked:
        raise NotFound
    return tracked[0]


def _pending(app: App, number: int) -> Item | None:
    return next((row.item for row in app.pending_rows() if row.record["id"] == number), None)


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
    if flags.blocklist:
        _blocklist(app, item, flags)
    if not (flags.remove_from_client or flags.change_category or flags.blocklist) and not _ignored(app, item):
        return
    app.stop_tracking(item.download_id)


def _ask_client(app: App, item: Item) -> None:
    error = item.client_error
    if item.client.name in app.unreachable_clients:
        error = f"Unable to connect to {item.client.name}"
    if error is not None:
        raise AppFailed("NzbDrone.Core.Download.Clients.DownloadClientException", error)


def _leave(app: App, item: Item) -> None:
    """Take one download out of the client, with its data, however many client entries list it."""
    app.learn_queue()
    app.queue[:] = [other for other in app.queue if other.pending or other.download_id != item.download_id]


def _change_category(app: App, item: Item) -> None:
    """Without a post-import category some clients do nothing, and the item is back at the next refresh."""
    if item.client.has_category:
        _abandon(app, item)
    elif not item.client.ignores_category:
        message = f"{item.client.name} does not support marking items as imported"
        raise AppFailed("System.NotSupportedException", message)


def _abandon(app: App, item: Item) -> None:
    """Leave the data in the client, where the app no longer tracks it."""
    _leave(app, item)
    app.untracked.append(item)


def _blocklist(app: App, item: Item, flags: Flags) -> None:
    """Mark a download as failed, which blocklists it and starts a search; does nothing if the app did not grab it."""
    if not item.grabbed or item.media is None:
        return
    app.remember(item, "downloadFailed")
    app.blocklist.append(item)
    if item in app.queue and item.client.protocol == "usenet":
        _leave(app, item)  # "Remove Failed" is on: it leaves the client although nobody asked for that
    elif item in app.queue:
        _abandon(app, item)  # a torrent stays until its seeding goals are met
    if not flags.skip_redownload:
        app.searches.append(item)


def _ignored(app: App, item: Item) -> bool:
    """Return whether the app stops tracking the item: it does nothing for one that is not in the library."""
    if item.custom_formats is None:
        message = "Object reference not set to an instance of an object."
        raise AppFailed("System.NullReferenceException", message)
    if item.media is None:
        return False
    app.remember(item, "downloadIgnored")
    _abandon(app, item)
    return True


def _competes(one: Item, other: Item) -> bool:
    return one.media == other.media and (one.episodes == other.episodes or bool({*one.episodes} & {*other.episodes}))
