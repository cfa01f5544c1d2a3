"""Decides which characters of an untrusted text are visible. Pure."""

import unicodedata
from typing import Final
from urllib.parse import unquote

_SPACES: Final = ("Cc", "Zl", "Zp", "Zs")
_IGNORED: Final = frozenset(
    map(
        chr,
        (
            0x034F,
            0x115F,
            0x1160,
            0x17B4,
            0x17B5,
            *range(0x180B, 0x1810),
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ),
    )
)
"""Unicode's default-ignorable code points, which are invisible, beyond those of category C: Hangul fillers are letters,
and selectors of variants are marks."""
_BLANK: Final = frozenset("\u2800\u303f\U0001d159\U00013441\U00013442\U00016fe4")
"""Drawn as an empty space without being one: the braille blank and alike."""
_LOOKALIKES: Final = str.maketrans("∶꞉∕⁄⧸⧵꞊", "::///\\=")
_EMOJI_MAKERS: Final = frozenset(map(chr, (*range(0x1F3FB, 0x1F400), 0x20E3)))
"""Skin tones and key caps: they make a second emoji, or turn a character into one."""
_EMOJI: Final = frozenset(
    map(
        chr,
        (
            0x203C,
            0x2049,
            0x2139,
            *range(0x2194, 0x219A),
            0x25B6,
            0x25C0,
            *range(0x25FB, 0x25FF),
            0x2934,
            0x2935,
            0x3030,
            0x303D,
            0x2E3A,
            0x2E3B,
            0x12219,
            0x1242B,
        ),
    )
)
"""Emoji that Unicode counts as punctuation, letters or mathematics, and letters as wide as a word."""


def visible(text: str) -> str:
    """Return the text without invisible characters, and with a space for whatever is shown as one. Keeps line feeds."""
    return text if text.isascii() and text.isprintable() else "".join(filter(None, map(_seen, text)))


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if character in _BLANK or category in _SPACES:
        return " " if character != "\n" else character
    return "" if character in _IGNORED or character in _EMOJI_MAKERS or category[0] == "C" else character


def is_picture(character: str) -> bool:
    """Return whether clients may show the character as an emoji."""
    return character in _EMOJI or unicodedata.category(character) == "So"


def folded(text: str) -> str:
    """The text without disguise: full width, lookalikes, percent encoding and HTML, of which there may be several."""
    for _ in range(4):
        before, text = text, unicodedata.normalize("NFKC", unquote(_unescaped(text))).translate(_LOOKALIKES)
        if text == before:
            break
    return text


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape  # its table of names takes half a megabyte, and hardly any text needs it

    return unescape(text)
