"""What the running bot tells a container's health check: a small file in the temp folder.

Only the standard library is imported, so that a check costs some 30 ms and no memory to speak of.
The times are of the machine's monotonic clock, which all its processes share.
"""

import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

REFRESHES = 3
"""Intervals without a refresh after which the bot is ill."""
EDIT_WITHIN = 600.0
"""Seconds. There is a sign of life every 5 minutes, whatever happens to the queues."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is. An app that is down is no illness of ours."""

    interval: float
    refreshed_at: float
    edited_at: float
    """When Discord last accepted an edit; minus infinity if it never did."""
    connected: bool
    """Presses can come in."""


def health_file() -> Path:
    """Where a bot of this user says how it is."""
    return Path(tempfile.gettempdir()) / f"discarr-health-{os.getuid() if hasattr(os, 'getuid') else 0}.json"


def report(health: Health, file: Path) -> None:
    """Put it into the file, whole or not at all. Raises OSError."""
    new = file.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps(asdict(health)), encoding="utf-8")
    new.replace(file)


def illness(file: Path, now: float | None = None) -> str:
    """What is wrong with the bot that writes this file, in a sentence; '' if nothing is."""
    try:
        health = Health(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return "no bot has told how it is: it does not run, or it started moments ago"
    now = time.monotonic() if now is None else now
    if health.refreshed_at > now:
        return "no bot has told how it is since this machine was started"
    if now - health.refreshed_at > REFRESHES * health.interval:
        return f"the queues were not read for {now - health.refreshed_at:.0f} s"
    if health.edited_at == float("-inf"):
        return "Discord has not accepted an edit yet"
    if now - health.edited_at > EDIT_WITHIN:
        return f"Discord has not accepted an edit in the last {EDIT_WITHIN / 60:.0f} minutes"
    return "" if health.connected else "Discord's gateway is not connected: presses do not arrive"
