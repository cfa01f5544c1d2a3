"""Words for people: strangers' text made harmless, and numbers made readable. Pure."""

import re
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from discarr.view.redaction.characters import is_picture, visible
from discarr.view.redaction.reasons import LONGEST
from discarr.view.redaction.titles import without_secrets

ELLIPSIS = "…"
PICTURES = 2
"""Emoji of one text: each is a markdown node, of which clients show about 200 before they cut the text off."""
_STACKED: Final = 2
"""Marks above, below and around a letter."""
_MARKS: Final = 4
"""All marks of a letter, with those that stand beside it, as in the scripts of India."""

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›"})
"""What could begin a mention, a timestamp or an emoji. Backslashes do not hold in every client."""
_MARKDOWN = re.compile(r"([\\*_~|`\[\]])")
"""What means something inside a line."""
_BLOCK: Final = re.compile(r"^(?:(?=#{1,3}(?:\s|$))|(?=[-+](?:[\s#-]|$))|(\d{1,9})(?=[.)](?:\s|$)))")
"""What means something at the beginning of a line, or behind our own '-# '."""
_SHORTCODE: Final = re.compile(r":(?=(?:(?!\d+:)[\w+-]+|100|1234):)")
"""Clients make an emoji of ':smile:', and of two names that are a number. '12:34:56' is a time."""
_AT: Final = re.compile("[@＠﹫]")
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


def ended(sentence: str) -> str:
    """Return the sentence with a full stop, unless it ends with a mark of its own."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


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
    line = _SHORTCODE.sub("∶", _AT.sub(_at, line.translate(_LOOKALIKES)))
    return _BLOCK.sub(r"\1\\", _MARKDOWN.sub(r"\\\1", line))


def _at(match: re.Match[str]) -> str:
    """Apart from 'everyone' and 'here', in whatever width and letters these are written."""
    after = unicodedata.normalize("NFKC", match.string[match.end() :][:20]).casefold()
    return f"{match[0]} " if after.startswith(("everyone", "here")) else match[0]


def _one_line(text: str) -> str:
    """What can be seen of it, spaces single, with few marks on a letter and few PICTURES; and without a secret.

    Every stranger's text that is shown passes here.
    """
    kept: list[str] = []
    stacked = marks = pictures = 0
    for character in unicodedata.normalize("NFC", visible(text[: 10 * LONGEST]))[:LONGEST]:
        category = unicodedata.category(character)
        pictures += is_picture(character)
        if is_picture(character) and pictures > PICTURES:
            continue
        mark = category[0] == "M"
        marks = marks + 1 if mark else 0
        stacked = stacked + (category != "Mc") if mark else 0
        bare = mark and (not kept or kept[-1].isspace())
        if not bare and marks <= _MARKS and stacked <= _STACKED:
            kept.append(character)
    return without_secrets(" ".join("".join(kept).split()))
