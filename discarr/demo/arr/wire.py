"""How Radarr and Sonarr write values down: .NET's JSON, dates, time spans and hashed ids."""

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, Literal

Service = Literal["radarr", "sonarr"]
Json = dict[str, Any]
"""One JSON object as the apps send it: a null is left out, never written."""

TICKS = 10_000_000
"""Ticks in a second of .NET's TimeSpan."""

YEAR_ONE = -62_135_596_800.0
"""0001-01-01, .NET's date that was never set."""

_HTML_SENSITIVE = re.compile(r"[&<>'+`\u007f]")


def wire_time(at: float) -> str:
    """A moment as both apps write it: UTC, whole seconds, `Z`."""
    return datetime.fromtimestamp(at, UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def wire_span(seconds: float) -> str:
    """A duration as .NET's TimeSpan in "c" format: `[-][d.]hh:mm:ss[.fffffff]`.

    A day or more is `1.02:03:04`, and a fraction always has seven digits: both surprise parsers of `hh:mm:ss`.
    """
    whole, fraction = divmod(abs(round(seconds * TICKS)), TICKS)
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return ("-" if seconds < 0 else "") + (f"{days}." if days else "") + clock + (f".{fraction:07}" if fraction else "")


def hashed_id(text: str) -> int:
    """A queue id: the first four bytes of SHA-1, little endian, without the sign bit (the apps' GetHashInt31)."""
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4], "little") & 0x7FFFFFFF


def json_text(value: object) -> str:
    """JSON as the apps' controllers send it: indented, text as it is but for characters outside the BMP."""
    return "".join(_surrogates(c) if ord(c) > 0xFFFF else c for c in json.dumps(value, indent=2, ensure_ascii=False))


def error_text(value: object) -> str:
    """JSON as the apps' error pipeline sends it: also everything that means something in HTML is escaped."""
    return _HTML_SENSITIVE.sub(lambda match: f"\\u{ord(match[0]):04X}", json.dumps(value, indent=2))


def _surrogates(character: str) -> str:
    pair = character.encode("utf-16-be")
    return f"\\u{pair[:2].hex().upper()}\\u{pair[2:].hex().upper()}"
