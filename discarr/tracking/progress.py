"""How fast a download is and how long it stands still, from one read to the next. Pure but for its memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from discarr.model.ordering import Listing
from discarr.model.queue import MOVING, Download, State

POINTS = 5
"""Changes of the left size that a speed is taken over."""
QUIET = 240.0
"""Seconds without a change after which the last speed is no longer true. The apps look at their clients
every 60 to 90 s, so that two missed looks are no news."""
STILL_STEP = 60.0
"""Seconds after which the time for which something stands still is worked out anew: it is shown in minutes."""


@dataclass(slots=True)
class _Track:
    """One download over time."""

    since: float
    """When it last moved, or was first seen, or began to be in a state in which bytes should come."""
    changes: tuple[tuple[float, int], ...] = ()
    """The last POINTS: seconds, and bytes left; newest last. An empty deque would take 700 bytes."""
    remaining: int = -1
    resting: bool = False
    """It was last seen in a state in which no byte should come."""


class Progress:
    """The memory of one instance's downloads."""

    def __init__(self, stalled_after: timedelta) -> None:
        self._stalled_after = stalled_after.total_seconds()
        self._tracks: dict[str | int, _Track] = {}
        self._given: tuple[Download, ...] = ()
        self._made: tuple[Download, ...] = ()
        self._good_until = float("-inf")
        self._last_at = float("-inf")

    def measured(self, downloads: tuple[Download, ...], at: float) -> tuple[Download, ...]:
        """The downloads of a read that began at this second of the monotonic clock, with speed and stillness.

        What is not among them is forgotten. The very same downloads give the very same answer, for as long as
        time alone does not change it.
        """
        if downloads is not self._given or at >= self._good_until:
            self._made = self._measured_anew(downloads, at)
            self._given = downloads
            self._good_until = min((self._changes_at(track, at) for track in self._tracks.values()), default=at)
        self._last_at = at
        return self._made

    def _measured_anew(self, downloads: Iterable[Download], at: float) -> tuple[Download, ...]:
        tracks: dict[str | int, _Track] = {}
        result = []
        for download in downloads:
            key = download.download_id or download.ref.id
            track = tracks[key] = self._tracks.get(key) or _Track(at)
            _follow(track, download, at, self._last_at)
            result.append(self._measured(download, track, at))
        self._tracks = tracks
        return Listing(result)

    def _changes_at(self, track: _Track, at: float) -> float:
        """When time alone will change what is said of it: its speed grows old, or it begins to stand still."""
        if track.resting:
            return float("inf")
        still_at = track.since + self._stalled_after
        moments = [still_at if at < still_at else at + STILL_STEP]
        if track.changes and at <= track.changes[-1][0] + QUIET:
            moments.append(track.changes[-1][0] + QUIET)
        return min(moments)

    def _measured(self, download: Download, track: _Track, at: float) -> Download:
        if download.state not in MOVING:
            return download
        still = at - track.since
        speed = _speed(track, at) if download.state is State.DOWNLOADING else None
        stalled_for = timedelta(seconds=still) if still >= self._stalled_after else None
        if speed is None and stalled_for is None:
            return download
        return download.measured(speed, stalled_for)


def _follow(track: _Track, download: Download, at: float, before: float) -> None:
    """Take in how it is at this moment; `before` is the moment of the read before this one."""
    if download.state not in MOVING:
        track.remaining, track.resting = download.remaining, True
        track.changes = ()
    elif track.resting:
        track.since = before if track.remaining == download.remaining else at
        track.remaining, track.resting = download.remaining, False
    elif track.remaining != download.remaining:
        if download.remaining > track.remaining >= 0:  # checked again, or started over: what it did before says nothing
            track.changes = ()
        # The first sight is no change: nobody knows how long before it the app took the number.
        if track.remaining >= 0:
            track.changes = (*track.changes[1 - POINTS :], (at, download.remaining))
        track.since, track.remaining = at, download.remaining


def _speed(track: _Track, at: float) -> float | None:
    """Bytes a second between the oldest and the newest change; None until there are two, or when they are old."""
    if len(track.changes) < 2 or at - track.changes[-1][0] > QUIET:
        return None
    (began, more), (ended, less) = track.changes[0], track.changes[-1]
    return (more - less) / (ended - began) if ended > began else None
