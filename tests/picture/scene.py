"""What the picture shows: one evening, always the same."""

from datetime import UTC, datetime, timedelta

from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Download, Snapshot, State
from discarr.model.removal_mode import Removal, Removed
from tests.builders import download, pack, queue, snapshot

NOW = datetime(2026, 7, 1, 20, 4, tzinfo=UTC)
GB = 1_000_000_000


def evening() -> Snapshot:
    """Something of everything: one thing needs attention, most goes well."""
    radarr = queue(
        download(
            1,
            name="Standing Still in Ostrom (2016)",
            quality="Bluray-1080p",
            state=State.STALLED,
            size=9_300_000_000,
            remaining=6_000_000_000,
            reason="The download is stalled with no connections",
            done_at=None,
            grabbed_at=_ago(31),
        ),
        _moving(2, "The Cartographer's Umbrella (2024)", "WEBDL-2160p", 18.4, 0.45, speed=42, minutes=4),
        _moving(3, "Paper Boats at Noon (2018)", "Bluray-1080p", 6.5, 0.78, speed=11, minutes=2),
        download(4, name="The Ninth Ferry Home (2023)", state=State.IMPORTING, size=11 * GB, remaining=0, done_at=None),
        download(5, name="Glacier Road Nine (2021)", state=State.QUEUED, size=12 * GB, remaining=12 * GB, done_at=None),
        read_at=NOW,
    )
    sonarr = queue(
        _pack(11, "The Lighthouse Archive S02 E01–E10", 41, 0.92, speed=12, minutes=5),
        _pack(31, "Moon Courier S04 E09–E10", 3, 0.31, speed=8, minutes=4),
        download(
            41,
            instance="sonarr",
            name="The Daily Brieftaker S12E40 · Chapter 40",
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
    return snapshot(radarr, sonarr, at=NOW)


def gone() -> tuple[Outcome, ...]:
    """What was imported a moment ago."""
    return (Outcome(download(90, name="Salt, Iron and Marzipan (2022)"), OutcomeKind.IMPORTED, at=0.0),)


def removed(by: int) -> tuple[Removed, ...]:
    """What somebody removed."""
    return (Removed(download(91, name="Broken Parity (2015)"), Removal.BLOCK_AND_SEARCH, by, _ago(0.1), since=0.0),)


def _moving(id: int, name: str, quality: str, gb: float, done: float, *, speed: float, minutes: float) -> Download:
    size = int(gb * GB)
    return download(
        id,
        name=name,
        quality=quality,
        size=size,
        remaining=int(size * (1 - done)),
        speed=speed * 1_000_000,
        done_at=NOW + timedelta(minutes=minutes),
        grabbed_at=_ago(1 + id / 10),
    )


def _pack(id: int, name: str, gb: float, done: float, *, speed: float, minutes: float) -> Download:
    size = int(gb * GB)
    return pack(
        id,
        name=name,
        size=size,
        remaining=int(size * (1 - done)),
        speed=speed * 1_000_000,
        done_at=NOW + timedelta(minutes=minutes),
        grabbed_at=_ago(1 + id / 10),
    )


def _ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)
