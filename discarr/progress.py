"""How fast a download is and how long it stands still, from one read to the next. Pure but for its memory."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from discarr.downloads import MOVING, Download, State

POINTS = 5
"""Changes of the left size that a speed is taken over."""
QUIET = 240.0
"""Seconds without a change after which the last speed is no longer true. The apps look at their clients
every 60 to 90 s, so that two missed looks are no news."""


@dataclass(slots=True)
class _Track:
    """One download over time: (seconds, bytes left) at each change, newest last."""

    since: float
    """When it last moved, or was first seen, or began to be in a state in which bytes should come."""
    changes: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=POINTS))
    left: int = -1


class Progress:
    """The memory of one instance's downloads."""

    def __init__(self, still_after: timedelta) -> None:
        self._still_after = still_after.total_seconds()
        self._tracks: dict[str | int, _Track] = {}

    def measured(self, downloads: Iterable[Download], at: float) -> tuple[Download, ...]:
        """The downloads of a read that began at this second of the monotonic clock, with speed and stillness.

        What is not among them is forgotten.
        """
        tracks: dict[str | int, _Track] = {}
        result = []
        for download in downloads:
            key = download.download_id or download.ref.id
            track = tracks[key] = self._tracks.get(key) or _Track(at)
            _follow(track, download, at)
            result.append(self._measured(download, track, at))
        self._tracks = tracks
        return tuple(result)

    def _measured(self, download: Download, track: _Track, at: float) -> Download:
        if download.state not in MOVING:
            return download
        still = at - track.since
        speed = _speed(track, at) if download.state is State.DOWNLOADING else None
        still_for = timedelta(seconds=still) if still >= self._still_after else None
        if speed is None and still_for is None:
            return download
        return download._replace(speed=speed, still_for=still_for)


def _follow(track: _Track, download: Download, at: float) -> None:
    if download.state not in MOVING:
        track.since, track.left = at, download.left
        track.changes.clear()
    elif track.left != download.left:
        if download.left > track.left >= 0:  # checked again, or started over: what it did before says nothing
            track.changes.clear()
        # The first sight is no change: nobody knows how long before it the app took the number.
        if track.left >= 0:
            track.changes.append((at, download.left))
        track.since, track.left = at, download.left


def _speed(track: _Track, at: float) -> float | None:
    """Bytes a second between the oldest and the newest change; None until there are two, or when they are old."""
    if len(track.changes) < 2 or at - track.changes[-1][0] > QUIET:
        return None
    (began, more), (ended, less) = track.changes[0], track.changes[-1]
    return (more - less) / (ended - began) if ended > began else None
