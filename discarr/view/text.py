"""Makes untrusted text harmless, and numbers readable. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from discarr.view.redaction.characters import is_picture, is_plain, visible
from discarr.view.redaction.reasons import LONGEST
from discarr.view.redaction.titles import without_secrets

ELLIPSIS = "…"
PICTURES = 2
"""Emoji per text: each is a markdown node, and clients truncate a text after about 200 of them."""
_STACKED: Final = 2
"""Combining marks above, below and around a letter."""
_MARKS: Final = 4
"""All combining marks of a letter, including spacing ones, as in the scripts of India."""

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›"})
"""Characters that could begin a mention, a timestamp or an emoji. Backslashes do not work in every client."""
_MARKDOWN = re.compile(r"([\\*_~|`\[\]])")
"""Markdown inside a line."""
_BLOCK: Final = re.compile(r"^(?:(?=#{1,3}(?:\s|$))|(?=[-+](?:[\s#-]|$))|(\d{1,9})(?=[.)](?:\s|$)))")
"""Markdown at the beginning of a line, or after '-# '."""
_SHORTCODE: Final = re.compile(r":(?=(?:(?!\d+:)[\w+-]+|100|1234):)")
"""Clients turn ':smile:' into an emoji, and two names that are numbers. '12:34:56' is a time."""
_AT: Final = re.compile("[@＠﹫]")
UNTITLED: Final = "untitled"
_FAR: Final = timedelta(hours=3)
"""From here on a moment ahead is shown as a distance."""
_TIME_OF_DAY: Final = timedelta(hours=20)
"""Up to here a moment in the past is shown without its date."""
_SEEN = 128
"""Texts whose harmless form is cached: more than one dashboard shows, and each refresh shows the same ones."""


@lru_cache(maxsize=_SEEN)
def plain(text: str, limit: int) -> str:
    """Return an untrusted text as one harmless line, at most `limit` characters after escaping.

    No markdown, mention, timestamp, link, direction control or stack of accents survives. A text with an address or a
    key is replaced by words like 'an NZB from an address', so that no caller can forget to redact it.
    """
    line = _one_line(text)
    escaped, length = _escaped(line), min(len(line), limit)
    while len(escaped) > limit:
        length -= 1
        escaped = _escaped(_shortened(line, length))
    return escaped


def label(text: str, limit: int) -> str:
    """Return the same as `plain` without escaping, for labels of buttons and checkboxes."""
    line = _one_line(text)
    return line if len(line) <= limit else _shortened(line, limit - len(ELLIPSIS))


def title(text: str, limit: int) -> str:
    """Return `plain` for the title of a download: UNTITLED if nothing of it is visible."""
    return plain(text, limit) or UNTITLED


def title_label(text: str, limit: int) -> str:
    """Return `label` for the title of a download: UNTITLED if nothing of it is visible."""
    return label(text, limit) or UNTITLED


@lru_cache(maxsize=_SEEN)
def amount(size: float, *, whole_from: float = 100) -> str:
    """Return bytes in binary units, as the apps' pages do, with a decimal below `whole_from`: '9.3 GiB', '640 KiB'."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 999.5:
            break
        size /= 1024
    else:
        unit = "PiB"
    digits = f"{size:.0f}" if unit == "B" or size >= whole_from else f"{size:.1f}".removesuffix(".0")
    return f"{digits} {unit}"


def rate(speed: float) -> str:
    """Return bytes per second: '4.5 MiB/s', '42 MiB/s'. It is measured too coarsely for more digits."""
    return f"{amount(speed, whole_from=4.95)}/s"


def duration(time: timedelta) -> str:
    """Return a duration in its largest unit: 'a few minutes', '40 min', '3 h', '2 days'.

    Minutes are in tens: each change of a row costs an edit.
    """
    minutes = int(time.total_seconds()) // 60
    if minutes < 10:
        return "a few minutes"
    if minutes < 60:
        return f"{minutes // 10 * 10} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"


def ended(sentence: str) -> str:
    """Return the sentence with a full stop, unless it ends with a mark of its own."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def moment_past(moment: datetime, now: datetime) -> str:
    """Return a Discord timestamp: the time of day, with the date if it is long ago, or the clock was set back."""
    return f"<t:{int(moment.timestamp())}:{'t' if abs(now - moment) < _TIME_OF_DAY else 'f'}>"


def moment_ahead(moment: datetime, now: datetime) -> str:
    """Return a Discord timestamp: the time of day, or the distance if it is hours away.

    Clients do not update a distance often enough for shorter ones.
    """
    style = "R" if moment - now >= _FAR else "t"
    return f"<t:{int(moment.timestamp())}:{style}>"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: '1 episode', '10 episodes', '1,200 episodes'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int) -> str:
    """Return the first names and the number of the others: 'A, B and 3 more'."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def needing_text(number: int) -> str:
    """Return how many downloads need attention: '1 needs attention', '3 need attention'."""
    return f"{number:,} {'needs' if number == 1 else 'need'} attention"


def joined(*parts: str) -> str:
    """Return the parts that are not empty, with dots between."""
    return " · ".join(filter(None, parts))


def limited(lines: Sequence[str], longest: int = 1024) -> str:
    """Return the first lines that fit into a field of an embed, and a last one with the number of the others."""
    shown: list[str] = []
    for line in lines:
        if len("\n".join([*shown, line])) <= longest - 20:
            shown.append(line)
    return "\n".join(shown + ([f"… and {len(lines) - len(shown)} more"] if len(shown) < len(lines) else []))


def _shortened(line: str, length: int) -> str:
    """Return at most so many characters and an ellipsis, without a part of a word unless most would be lost."""
    head = line[:length]
    words = head if line[length : length + 1] == " " else head.rpartition(" ")[0]
    return (words if 2 * len(words) > length else head).rstrip() + ELLIPSIS


def _escaped(line: str) -> str:
    line = _SHORTCODE.sub("∶", _AT.sub(_at, line.translate(_LOOKALIKES)))
    return _BLOCK.sub(r"\1\\", _MARKDOWN.sub(r"\\\1", line))


def _at(match: re.Match[str]) -> str:
    """Return the @, separated from 'everyone' and 'here' in any width and letters."""
    after = unicodedata.normalize("NFKC", match.string[match.end() :][:20]).casefold()
    return f"{match[0]} " if after.startswith(("everyone", "here")) else match[0]


def _one_line(text: str) -> str:
    """Return the visible characters in one line, with few combining marks, few emoji and no secret.

    Every untrusted text that is shown passes through here.
    """
    line = text[: 10 * LONGEST]
    if not is_plain(line):
        line = _unstacked(unicodedata.normalize("NFC", visible(line))[:LONGEST])
    return without_secrets(" ".join(line[:LONGEST].split()))


def _unstacked(line: str) -> str:
    """Return the line with few combining marks and few emoji."""
    characters: list[str] = []
    stacked = marks = pictures = 0
    for character in line:
        category = unicodedata.category(character)
        pictures += is_picture(character)
        if is_picture(character) and pictures > PICTURES:
            continue
        mark = category[0] == "M"
        marks = marks + 1 if mark else 0
        stacked = stacked + (category != "Mc") if mark else 0
        bare = mark and (not characters or characters[-1].isspace())
        if not bare and marks <= _MARKS and stacked <= _STACKED:
            characters.append(character)
    return "".join(characters)
