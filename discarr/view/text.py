"""Words for people: strangers' text made harmless, and numbers made readable. Pure."""

import re
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from discarr.view.redaction.titles import without_secrets

ELLIPSIS = "…"
PICTURES = 2
"""Emoji of one text: each is a markdown node, of which clients show about 200 before they cut the text off."""
_SPACES = ("Cc", "Zl", "Zp", "Zs")
_EMOJI_MAKERS = {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), 0x20E3)}
"""Variants, skin tones and key caps: they make an emoji of what was none, or a second one."""
LONGEST = 500
"""Characters of a stranger's text that are looked at: several times what is ever shown of one."""

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›"})
"""What could begin a mention, a timestamp or an emoji. Backslashes do not hold in every client."""
_MARKDOWN = re.compile(r"([\\*_~|`\[\]])")
"""What means something inside a line; the rest does so only at its beginning, where our own text stands."""
_SCHEME = re.compile(r":(?=//)")
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.I)
UNTITLED: Final = "untitled"
_SEEN = 128
"""Texts whose harmless form is kept: more than are seen at a time, and the same come again at each refresh."""


@lru_cache(maxsize=_SEEN)
def plain(text: str, limit: int) -> str:
    """A stranger's text as harmless plain text of one line, at most `limit` characters after escaping.

    No markdown, mention, timestamp, link, direction control or pile of accents survives in it; and no address or key,
    so that no caller can forget it: a text that holds one reads 'an NZB from an address' or alike.
    """
    line = _one_line(text)
    escaped = _escaped(line)
    if len(escaped) <= limit:
        return escaped
    while len(escaped) > limit - len(ELLIPSIS):
        line = line[: min(len(line) - 1, limit)]
        escaped = _escaped(line)
    return escaped.rstrip() + ELLIPSIS


def label(text: str, limit: int) -> str:
    """The same for where Discord shows every character as it is: the labels of buttons and boxes."""
    line = _one_line(text)
    return line if len(line) <= limit else line[: limit - len(ELLIPSIS)].rstrip() + ELLIPSIS


def title(text: str, limit: int) -> str:
    """`plain` for what a download is called: 'untitled' where nothing of it can be seen."""
    return plain(text, limit) or UNTITLED


def title_label(text: str, limit: int) -> str:
    """`label` for what a download is called."""
    return label(text, limit) or UNTITLED


def amount(size: float) -> str:
    """Bytes for people, in the decimal units of download clients: '9.3 GB', '41 GB', '640 kB'."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5:
            break
        size /= 1000
    else:
        unit = "PB"
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f}".removesuffix(".0") + f" {unit}"


def duration(time: timedelta) -> str:
    """Its largest unit: '40 min', '3 h', '2 days'."""
    minutes = int(time.total_seconds()) // 60
    if minutes < 60:
        return f"{max(minutes, 1)} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def clock_time(moment: datetime) -> str:
    """The time of day, in each reader's own zone."""
    return f"<t:{int(moment.timestamp())}:t>"


def moment_ahead(moment: datetime, now: datetime) -> str:
    """The time of day; for what is hours away the distance, since clients let short ones stand still."""
    style = "R" if moment - now >= timedelta(hours=3) else "t"
    return f"<t:{int(moment.timestamp())}:{style}>"


def counted(number: int, one: str, many: str | None = None) -> str:
    """'1 episode', '10 episodes', '1,200 episodes'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _escaped(line: str) -> str:
    line = _EVERYBODY.sub("＠", _SCHEME.sub("∶", line.translate(_LOOKALIKES)))
    return _MARKDOWN.sub(r"\\\1", line)


def _one_line(text: str) -> str:
    """Without control, format and private characters; at most two accents on a letter and PICTURES; spaces single.

    And without a secret: every stranger's text that is shown passes here.
    """
    kept: list[str] = []
    accents = pictures = 0
    for character in unicodedata.normalize("NFC", text[:LONGEST]):
        category = unicodedata.category(character)
        accents = accents + 1 if category in ("Mn", "Me") else 0
        pictures += category == "So"
        if category in _SPACES:
            kept.append(" ")
        elif not (
            character in _EMOJI_MAKERS
            or category[0] == "C"
            or accents > 2
            or (category == "So" and pictures > PICTURES)
        ):
            kept.append(character)
    return without_secrets(" ".join("".join(kept).split()))
