"""What the picture shows: one evening, always the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from discarr.model.download import Download, Media, State
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from tests.support.builders import SECONDS, download, queue, snapshot

NOW = datetime(2026, 7, 1, 20, 4, tzinfo=UTC)
GB = 1_000_000_000


def evening(by: int) -> Snapshot:
    """Something of everything: one thing needs attention, most goes well, and this member removed something."""
    radarr = queue(
        download(
            1,
            release="Standing Still in Ostrom (2016)",
            state=State.STALLED,
            size=9_300_000_000,
            remaining=6_000_000_000,
            reasons=("The download is stalled with no connections",),
            media=Media(),
            done_at=None,
            grabbed_at=_ago(31),
        ),
        _moving(2, "The Cartographer's Umbrella (2024)", 18.4, 0.45, speed=42, minutes=4),
        _moving(3, "Paper Boats at Noon (2018)", 6.5, 0.78, speed=11, minutes=2),
        _other(4, "The Ninth Ferry Home (2023)", state=State.IMPORTING, size=11 * GB),
        _other(5, "Glacier Road Nine (2021)", state=State.QUEUED, size=12 * GB, remaining=12 * GB),
        read_at=NOW,
    )
    sonarr = queue(
        _moving(11, "The Lighthouse Archive S02 E01–E10", 41, 0.92, speed=12, minutes=5, instance="sonarr"),
        _moving(31, "Moon Courier S04 E09–E10", 3, 0.31, speed=8, minutes=4, instance="sonarr"),
        download(
            41,
            instance="sonarr",
            media=Media(),
            release="The Daily Brieftaker S12E40 · Chapter 40",
            state=State.DELAYED,
            size=700_000_000,
            remaining=700_000_000,
            done_at=NOW + timedelta(minutes=25),
            grabbed_at=None,
            pending=True,
        ),
        read_at=NOW,
        version="4.0.19.2979",
    )
    imported = Outcome(_other(90, "Salt, Iron and Marzipan (2022)"), OutcomeKind.IMPORTED, SECONDS)
    mode = RemovalMode.BLOCK_AND_SEARCH
    removed = RemovalRecord(_other(91, "Broken Parity (2015)"), mode, by, _ago(0.1), SECONDS - 360)
    return snapshot(radarr, sonarr, at=NOW, titles={}, outcomes=(imported,), removed=(removed,))


def _other(id: int, name: str, **changes: Any) -> Download:
    return download(id, release=name, media=Media(), done_at=None, **changes)


def _moving(id: int, name: str, gb: float, done: float, *, speed: float, minutes: float, **changes: Any) -> Download:
    size = int(gb * GB)
    about: dict[str, Any] = {
        "release": name,
        "media": Media(),
        "size": size,
        "remaining": int(size * (1 - done)),
        "speed": speed * 1_000_000,
        "done_at": NOW + timedelta(minutes=minutes),
        "grabbed_at": _ago(1 + id / 10),
    }
    return download(id, **about, **changes)


def _ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)
