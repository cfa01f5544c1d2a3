"""Writes and reads the health file, by which the running bot informs the health check of a container.

Only the standard library is imported, so that a check takes less than 100 ms and hardly any memory.
Times are those of the machine's monotonic clock, which all its processes share.
"""

import json
import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from discarr.environment import Unreadable, environment, plain, with_files_read
from discarr.errors import ConfigurationError

REFRESHES = 3
"""Intervals without a refresh after which the bot is unhealthy."""
EDIT_WITHIN = 600.0
"""Seconds without an edit after which the bot is unhealthy. The dashboard is edited at least every 300."""
LARGEST_FILE = 4096
"""Bytes to read of the file."""
_CHANNEL = "DISCORD_CHANNEL_ID"
_NO_REPORT = "no health report found: the bot is not running, or has just started"
_TEMPORARY = "/tmp"  # nosec B108 # no link is followed there: see `_write` and `_read`


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the bot. An app that is down does not make it unhealthy."""

    interval: float
    """Seconds between two refreshes."""
    refreshed_at: float | None
    """When the queues were last read (monotonic seconds); None if never."""
    edited_at: float | None
    """When Discord last accepted an edit (monotonic seconds); None if never."""
    connected: bool
    """Presses can come in."""
    process: int = field(default_factory=os.getpid)
    """Who wrote it."""


def health_file(channel_id: int) -> Path:
    """Return the path of the health file for this channel and user. It may not be writable."""
    return Path(_folder()) / f"discarr-health-{_user()}-{channel_id}.json"


def _folder() -> str:
    """Return the user's runtime folder; without one, the first writable folder for temporary files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and _is_writable(runtime) and os.stat(runtime).st_uid == _user():
        return runtime
    folders = [*(os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP")), _TEMPORARY]
    return next(filter(_is_writable, folders), _TEMPORARY)


def _is_writable(folder: str) -> bool:
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def report(health: Health, file: Path) -> None:
    """Write the health file atomically. Raises OSError."""
    _write(json.dumps(asdict(health), allow_nan=False).encode(), file)


def unwritable(file: Path) -> str:
    """Return why the file cannot be written, and what to do; '' if it can."""
    probe = file.with_suffix(f".{os.urandom(8).hex()}")
    try:
        _write(b"{}", probe)
        probe.unlink()
    except OSError as error:
        return f"nothing can be written for `discarr healthcheck` ({error.strerror}): mount a tmpfs on /tmp"
    return ""


def _write(content: bytes, file: Path) -> None:
    """Write a new file and move it into place, so that no link is followed."""
    new = file.with_name(f"{file.name}.{os.urandom(8).hex()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        try:
            opened.write(content)
            opened.flush()
            new.replace(file)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise


def illness(file: Path, now: float | None = None) -> str:
    """Return what is wrong with the bot that writes this file; '' if it is healthy.

    `now` is in monotonic seconds, by default the current time.
    """
    try:
        return _illness(Health(**json.loads(_read(file))), time.monotonic() if now is None else now)
    except (OSError, ValueError, TypeError, OverflowError):
        trouble = unwritable(file)
        return f"{_NO_REPORT}; {trouble}" if trouble else _NO_REPORT


def _illness(health: Health, now: float) -> str:
    if not _is_alive(health.process):
        return "the bot has stopped"
    if health.refreshed_at is None:
        return "the queues were not read yet"
    if health.refreshed_at > now:
        return "no health report since this machine started"
    if now - health.refreshed_at > REFRESHES * health.interval:
        return f"the queues have not been read for {now - health.refreshed_at:.0f} s"
    if health.edited_at is None:
        return "Discord has not accepted an edit yet"
    if now - health.edited_at > EDIT_WITHIN:
        return f"Discord has not accepted an edit in the last {EDIT_WITHIN / 60:.0f} minutes"
    return "" if health.connected else "Discord's gateway is not connected: presses do not arrive"


def _is_alive(process: int) -> bool:
    """Whether a process of this user has this number. Windows, which would end it, is not asked."""
    if not hasattr(os, "getuid"):
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _read(file: Path) -> bytes:
    """Return the content. Raises OSError for a link, for anything but a file, and for a file of another user."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(file, flags), "rb") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_uid != _user():
            raise PermissionError
        return opened.read(LARGEST_FILE)


def configured_channel() -> int:
    """Return the id of the channel in the settings, without validating the others.

    Raises:
        ConfigurationError: it is missing or invalid.
    """
    given = plain(os.environ)
    if not given.get(_CHANNEL) and not given.get(f"{_CHANNEL}_FILE"):
        given = environment()
    values = with_files_read(given, lambda name: name == _CHANNEL)
    match values.get(_CHANNEL):
        case Unreadable(mistake):
            raise ConfigurationError([mistake])
        case None:
            raise ConfigurationError([f"{_CHANNEL} is missing here, and the bot is found by it"])
        case value if re.fullmatch("[0-9]{1,19}", value):
            return int(value)
        case _:
            raise ConfigurationError([f"{_CHANNEL} must be the channel's id, a number"])
