"""Decides which characters of an untrusted text are visible. Pure."""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_PLAIN: Final = re.compile("[ -~·–]*")
"""ASCII, and what Discarr itself writes into names. Without a look at the tables of Unicode such a name takes three
fifths of the time, and the process 0.1 MB less."""
_SPACES: Final = ("Cc", "Zl", "Zp", "Zs")
_IGNORED: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff\u20e3]"
)
"""Unicode's default-ignorable code points, which are invisible, beyond those of category C: Hangul fillers are letters,
and selectors of variants are marks. Then skin tones and key caps, which make a second emoji, or turn a character into
one."""
_BLANK: Final = frozenset("\u2800\u303f\U0001d159\U00013441\U00013442\U00016fe4")
"""Drawn as an empty space without being one: the braille blank and alike."""
_LOOKALIKES: Final = str.maketrans("∶꞉∕⁄⧸⧵꞊", "::///\\=")
_EMOJI: Final = re.compile(
    "[\u203c\u2049\u2139\u2194-\u2199\u25b6\u25c0\u25fb-\u25fe\u2934\u2935\u3030\u303d\u2e3a\u2e3b\U00012219\U0001242b]"
)
"""Emoji that Unicode counts as punctuation, letters or mathematics, and letters as wide as a word."""


def is_plain(text: str) -> bool:
    """Return whether the text has only characters that are visible, and the same in every normal form."""
    return _PLAIN.fullmatch(text) is not None


def visible(text: str) -> str:
    """Return the text without invisible characters, and with a space for whatever is shown as one. Keeps line feeds."""
    return text if is_plain(text) else "".join(map(_seen, _IGNORED.sub("", text)))


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if character in _BLANK or category in _SPACES:
        return " " if character != "\n" else character
    return "" if category[0] == "C" else character


def is_picture(character: str) -> bool:
    """Return whether clients may show the character as an emoji."""
    return bool(_EMOJI.match(character)) or unicodedata.category(character) == "So"


def folded(text: str) -> str:
    """The text without disguise: full width, lookalikes, percent encoding and HTML, of which there may be several."""
    for _ in range(4):
        before, text = text, unquote(_unescaped(text))
        if not is_plain(text):
            text = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
        if text == before:
            break
    return text


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape  # its table of names takes half a megabyte, and hardly any text needs it

    return unescape(text)
