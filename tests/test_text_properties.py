"""No text of any characters does anything where it is shown: a reader of Discord's markdown finds nothing in it.

The reader here is written from what clients do, not from what `discarr.view.text` does.
"""

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.view.redaction.reasons import LONGEST
from discarr.view.text import label, plain, title, title_label

STABLE = settings(max_examples=200, derandomize=True, deadline=None, database=None)

PIECES = (
    "*",
    "**",
    "_",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "[",
    "](",
    ")",
    "<",
    ">",
    "<@1>",
    "<#1>",
    "<t:1:R>",
    "<:a:123>",
    "@everyone",
    "@here",
    "＠ｅｖｅｒｙｏｎｅ",
    "\\",
    "# ",
    "## ",
    "-# ",
    "- ",
    "+ ",
    "1. ",
    "> ",
    ">>> ",
    "---",
    "|",
    ":a:",
    ":smile:",
    ":+1:",
    "::",
    "https://e.example",
    "\n",
    "\r\n",
    "\u2028",
    "\t",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u3164",
    "\u115f",
    "\uffa0",
    "\u2800",
    "\u034f",
    "\u180e",
    "\U000e0041",
    "\u0301",
    "\u0335",
    "\u20dd",
    "\u0e49",
    "\u093f",
    "\u05bc",
    "\ufe0f",
    "\u20e3",
    "◽",
    "🎬",
    "👍🏽",
    "🇩🇪",
    "‼",
    "〰",
    "ℹ",
    "⸻",
    "𒐫",
    "a",
    "B",
    "7",
    " ",
    "é",
    "日",
    "ร",
    "क",
    "ש",
    "\ud800",
    "\0",
    "x.y",
    "12:34:56",
)
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
    st.text(max_size=150),
    st.tuples(st.sampled_from(PIECES), st.integers(1, 300)).map(lambda pair: pair[0] * pair[1]),
    st.tuples(st.sampled_from(PIECES), st.sampled_from(PIECES), st.integers(1, 200)).map(
        lambda parts: "e" + (parts[0] + parts[1]) * parts[2]
    ),
)
SHORTCODE = re.compile(r":[\w+-]*[A-Za-z_][\w+-]*:|:[+-]1:|:100:|:1234:")
BLOCK = re.compile(r"(?:#{1,3}|-#|[-+*>]|>>>|\d+[.)])(?:\s|$)|-{3,}\s*$")
INVISIBLE = {*"\u3164\u115f\u1160\uffa0\u2800\u034f\u17b4\u17b5", *map(chr, range(0xFE00, 0xFE10))}


def live(text: str) -> list[str]:
    """What a client would take for more than letters, in a line that begins with this text."""
    found = [match[0] for pattern in (BLOCK,) if (match := pattern.match(text))]
    rest = ""
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] and not text[at + 1].isalnum() and not text[at + 1].isspace():
            rest += "\0"
            at += 2
            continue
        rest += text[at]
        at += 1
    found += re.findall(r"[\\*_~|`\[\]<>]|://", rest)
    found += SHORTCODE.findall(rest)
    return found + re.findall(r"@(?:everyone|here)", unicodedata.normalize("NFKC", rest), re.I)


def tower(text: str) -> int:
    """The most marks that stand on one letter, or on nothing."""
    most = marks = 0
    for character in " " + text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        most = max(most, marks)
    return most


def emoji(text: str) -> int:
    """Characters that clients draw as pictures."""
    return sum(unicodedata.category(each) == "So" or each in "◽◾‼⁉〰ℹ↔⸻𒐫" for each in text)


def unseen(text: str) -> list[str]:
    """Characters that draw nothing or turn the direction of what follows."""
    return [each for each in text if unicodedata.category(each)[0] == "C" or each in INVISIBLE]


@STABLE
@given(texts, st.integers(1, 200))
def test_nothing_in_a_text_is_alive(text: str, limit: int) -> None:
    shown = plain(text, limit)

    assert live(shown) == []
    assert len(shown) <= limit
    assert emoji(shown) <= 2


@STABLE
@given(texts)
def test_what_is_shown_can_be_seen_stands_in_one_line_and_piles_up_nothing(text: str) -> None:
    for shown in (plain(text, 120), label(text, 100)):
        assert shown == " ".join(shown.split())
        assert unseen(shown) == []
        assert tower(shown) <= 2
        assert not re.match(r"\s*$|[\u0300-\u036f]", shown) or shown == ""


@STABLE
@given(st.text("\u3164\u115f\u1160\uffa0\u2800\u200b\u034f\u00ad\u180e \n\u0301\u202e\ufe0f\U000e0100", max_size=60))
def test_a_name_of_nothing_that_can_be_seen_is_untitled(text: str) -> None:
    assert (title(text, 100), title_label(text, 100)) == ("untitled", "untitled")


@STABLE
@given(texts)
def test_a_label_is_done_with(text: str) -> None:
    once = label(text, 2 * LONGEST)

    assert label(once, 2 * LONGEST) == once
