"""The three ways the apps show their queue: in pages, whole, and counted."""

from discarr.demo.arr.app import App
from discarr.demo.arr.query import Query
from discarr.demo.arr.records import Row, with_media
from discarr.demo.arr.removal import AppFailed
from discarr.demo.arr.sorting import SORT_KEYS, progress, sort_key
from discarr.demo.arr.wire import Json

STATUSES = (
    "unknown",
    "queued",
    "paused",
    "downloading",
    "completed",
    "failed",
    "warning",
    "delay",
    "downloadClientUnavailable",
    "fallback",
)
PROTOCOLS = ("unknown", "usenet", "torrent")
DIRECTIONS = ("default", "ascending", "descending")


def queue_answer(app: App, query: Query) -> Json:
    """One page of the queue, ten records unless asked otherwise, with no upper limit.

    Items of no known film or series are left out unless asked for, and the default direction is descending. A page
    past the end is not empty: it is the page `total // size`, of which the quotient is rounded down.
    """
    include_unknown = query.flag(_name(app, "includeUnknownMovieItems", "includeUnknownSeriesItems"), False)
    tracked = [row for row in app.tracked_rows() if include_unknown or row.known]
    rows = [row for row in (*tracked, *app.pending_rows()) if _wanted(app, row, query)]
    asked = query.text("sortKey") or "timeleft"
    key = asked if asked.lower() in SORT_KEYS[app.service] else "timeleft"
    descending = query.word("sortDirection", DIRECTIONS) in (None, "descending")
    page, size = query.number("page", 1), query.number("pageSize", 10)
    page, shown = _page(_sorted(rows, key, descending), page, size)
    return _envelope(page, size, key, descending, len(rows), [_shown(app, row, query) for row in shown])


def queue_details(app: App, query: Query) -> list[Json]:
    """The whole queue as a bare list, in the snapshot's order, pending items last and unknown ones always there."""
    rows = (*app.tracked_rows(), *app.pending_rows())
    media = query.numbers(_name(app, "movieId", "seriesId"))
    episodes = query.numbers("episodeIds")
    if media:
        rows = tuple(row for row in rows if _media_id(row) in media)
    elif episodes:
        rows = tuple(row for row in rows if row.record.get("episodeId") in episodes)
    return [_shown(app, row, query) for row in rows]


def queue_status(app: App, query: Query) -> Json:
    """Counts of records (not downloads). A stalled torrent sets no flag: only the app's own complaints do."""
    rows = (*app.tracked_rows(), *app.pending_rows())
    known = [row.record.get("trackedDownloadStatus") for row in rows if row.known]
    unknown = [row.record.get("trackedDownloadStatus") for row in rows if not row.known]
    return {
        "totalCount": len(rows),
        "count": len(known),
        "unknownCount": len(unknown),
        "errors": "error" in known,
        "warnings": "warning" in known,
        "unknownErrors": "error" in unknown,
        "unknownWarnings": "warning" in unknown,
    }


def paged(records: list[Json], query: Query) -> Json:
    """A page of history or blocklist, newest first by default; here a page past the end is empty.

    `date` is the only sort key in common (History/HistoryController.cs); others are as good as none.
    """
    descending = query.word("sortDirection", DIRECTIONS) != "ascending"
    page, size = query.number("page", 1), query.number("pageSize", 10)
    ordered = sorted(records, key=lambda record: (record["date"], record["id"]), reverse=descending)
    first = max(page - 1, 0) * size
    return _envelope(page, size, "date", descending, len(records), ordered[first : first + max(size, 0)])


def _envelope(page: int, size: int, key: str, descending: bool, total: int, records: list[Json]) -> Json:
    direction = "descending" if descending else "ascending"
    return {
        "page": page,
        "pageSize": size,
        "sortKey": key,
        "sortDirection": direction,
        "totalRecords": total,
        "records": records,
    }


def _page(rows: list[Row], page: int, size: int) -> tuple[int, list[Row]]:
    shown = _slice(rows, page, size)
    if shown or page <= 1:
        return page, shown
    if size == 0:
        raise AppFailed("System.DivideByZeroException", "Attempted to divide by zero.")
    last = max(int(len(rows) / size), 1)
    return last, _slice(rows, last, size)


def _slice(rows: list[Row], page: int, size: int) -> list[Row]:
    first = max((page - 1) * size, 0)
    return rows[first : first + max(size, 0)]


def _sorted(rows: list[Row], key: str, descending: bool) -> list[Row]:
    """By the key, equal ones by progress, equal ones as the list has them."""
    return sorted(sorted(rows, key=lambda row: -progress(row)), key=sort_key(key), reverse=descending)


def _wanted(app: App, row: Row, query: Query) -> bool:
    statuses = query.words("status", STATUSES)
    protocol = query.word("protocol", PROTOCOLS)
    media = query.numbers(_name(app, "movieIds", "seriesIds"))
    qualities = query.numbers("quality")
    return (
        (not statuses or row.record["status"] in statuses)
        and (protocol is None or row.record["protocol"] == protocol)
        and (not media or _media_id(row) in media)
        and (not qualities or row.record["quality"]["quality"]["id"] in qualities)
    )


def _shown(app: App, row: Row, query: Query) -> Json:
    if app.service == "radarr":
        return with_media(row, movie=query.flag("includeMovie", False))
    return with_media(row, series=query.flag("includeSeries", False), episode=query.flag("includeEpisode", False))


def _media_id(row: Row) -> int | None:
    found: int | None = row.record.get("movieId", row.record.get("seriesId"))
    return found


def _name(app: App, radarr: str, sonarr: str) -> str:
    return radarr if app.service == "radarr" else sonarr
