"""Whatever strangers and apps write comes out as harmless text that keeps its sense.

A reader of Discord's markdown, written from what clients do and not from what `discarr.view.text` does, finds nothing
in it.
"""

import re
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from discarr.view.text import amount, counted, duration, ended, label, moment_ahead, plain, rate, title, title_label
from tests.support.builders import HOSTILE, NOW

PIECES = (
    *"* ** _ __ ~~ || ` ``` [ ]( ) ( ] < > <@1> <#1> <t:1:R> <:a:123> @ @everyone @here ＠ｅｖｅｒｙｏｎｅ \\ --- | :".split(),
    *"/ :// // :a: :smile: :+1: :: https://e.example a B 7 é 日 ร क ש x.y 12:34:56 ◽ 🎬 👍🏽 🇩🇪 ‼ 〰 ℹ ⸻ 𒐫 #".split(),
    *":100: :1234: :wave::skin-tone-2: ﹫here @\u200beveryone steam:// a@b.c ``` ~~~ \\@everyone \\<@1> ｀ ＜@1＞".split(),
    *("# ", "## ", "12) ", "-# ", "- ", "+ ", "1. ", "> ", ">>> ", " ", "\n", "\r\n", "\u2028", "\t", "\ud800", "\0"),
    *"\u202e\u2066\u200b\u200d\ufeff\u3164\u115f\uffa0\u2800\u034f\u180e\U000e0041\u0301\u0335\u20dd\u0e49\u093f",
    *"\u05bc\ufe0f\u20e3",
)
texts = st.one_of(
    st.sampled_from(sorted(HOSTILE.values())),
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
    rest = re.sub(r"\\(?:_|[^\w\s])", "\0", text)
    found = [match[0] for match in [BLOCK.match(text)] if match]
    found += re.findall(r"[\\*_~|`\[\]<>]|://", rest) + SHORTCODE.findall(rest)
    return found + re.findall(r"@(?:everyone|here)", unicodedata.normalize("NFKC", rest), re.I)


def tower(text: str) -> int:
    """The most marks that stand on one letter, or on nothing."""
    most = marks = 0
    for character in " " + text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        most = max(most, marks)
    return most


@settings(max_examples=600)
@given(texts, st.integers(1, 200))
@example("a*_`" * 40, 1)
def test_nothing_in_a_text_is_alive_and_all_of_it_can_be_seen_in_one_line(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert live(shown) == []
    assert len(shown) <= limit
    assert sum(unicodedata.category(each) == "So" or each in "◽◾‼⁉〰ℹ↔⸻𒐫" for each in shown) <= 2, "pictures"
    for line in (shown, label(text, 100)):
        assert line == " ".join(line.split())
        assert [each for each in line if unicodedata.category(each)[0] == "C" or each in INVISIBLE] == []
        assert tower(line) <= 2
        assert not re.match(r"\s*$|[\u0300-\u036f]", line) or line == ""
        line.encode()


@given(st.text("\u3164\u115f\u1160\uffa0\u2800\u200b\u034f\u00ad\u180e \n\u0301\u202e\ufe0f\U000e0100", max_size=60))
def test_a_name_of_nothing_that_can_be_seen_is_untitled(text: str) -> None:
    assert (title(text, 100), title_label(text, 100), plain(text, 100)) == ("untitled", "untitled", "")


HARMLESS = (
    *("The Lighthouse Archive S02E05 · The Keeper's Son", "千と千尋の神隠し (2001)", "العربية עברית", "🎬 cinema"),
    *("What? Really! #1 & 100 % + more; (yes) {no} $5 ^^", "M*A*S*H", "snake_case_name", "a/b // c", "Señor -- 1:23"),
)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_is_shown_as_it_is(text: str) -> None:
    assert re.sub(r"\\([\\*_~|`\[\]#.)+-])", r"\1", plain(text, 300)) == text, "every escaped character is itself"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**a** _b_ `c` ~~d~~ ||e|| [f](g) \\", r"\*\*a\*\* \_b\_ \`c\` \~\~d\~\~ \|\|e\|\| \[f\](g) " + "\\\\"),
        ("  a\r\n\tb\u2028c \u00a0 \u3000d\x85e\0f ", "a b c d e f"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u00adf\u200fg\ue000h\U000e0041i", "abcdefghi"),
        ("Z" + "\u0335" * 50 + "a", "Z\u0335\u0335a"),
        ("Ame\u0301lie", "Amélie"),
        *((nothing, "") for nothing in ("", " ", "\n\t", "\u200b" * 50, "\u202e\u202c", "\ud800", "\0")),
    ],
)
def test_markdown_is_shown_lines_become_one_and_what_cannot_be_seen_is_left_out(text: str, shown: str) -> None:
    assert plain(text, 100) == shown


@pytest.mark.parametrize("character", ["a", "*", "\\", "_", "é", "日", "<", "@"])
@pytest.mark.parametrize("limit", [10, 11, 120])
def test_the_limit_holds_after_escaping_exactly_where_it_lies(character: str, limit: int) -> None:
    one = plain(character, 10)
    fits = limit // len(one)

    assert [plain(character * count, limit) for count in (fits - 1, fits)] == [one * (fits - 1), one * fits]
    over = plain(character * (fits + 1), limit)
    assert over == one * ((limit - 1) // len(one)) + "…" and len(over) <= limit


def test_a_cut_leaves_no_space_before_its_ellipsis() -> None:
    assert plain("abcd efgh", 6) == "abcd…"
    assert [plain("Not an upgrade for existing files", limit) for limit in (20, 24)] == ["Not an upgrade for…"] * 2
    assert label("Not an upgrade for existing files", 19) == "Not an upgrade for…"
    assert plain("Some verylongwordthatgoeson", 12) == "Some verylo…"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (amount(0), "0 B"),
        (amount(999), "999 B"),
        (amount(1000), "1 KiB"),
        (amount(1536), "1.5 KiB"),
        (amount(99.96 * 2**20), "100 MiB"),
        (amount(1010 * 2**20), "1 GiB"),
        (amount(212.4 * 2**30), "212 GiB"),
        (amount(1.5 * 2**40), "1.5 TiB"),
        (amount(2.5 * 2**50), "2.5 PiB"),
        (rate(0.5 * 2**20), "512 KiB/s"),
        (rate(4.96 * 2**20), "5 MiB/s"),
        (rate(42.5 * 2**20), "42 MiB/s"),
        *((duration(timedelta(seconds=short)), "a few minutes") for short in (0, 60, 599)),
        (duration(timedelta(seconds=600)), "10 min"),
        (duration(timedelta(seconds=3599)), "50 min"),
        (duration(timedelta(hours=1)), "1 h"),
        (duration(timedelta(seconds=7199)), "1 h"),
        (duration(timedelta(hours=47)), "47 h"),
        (duration(timedelta(hours=48)), "2 days"),
        (moment_ahead(NOW + timedelta(seconds=10799), NOW), "<t:1782917999:t>"),
        (moment_ahead(NOW + timedelta(hours=3), NOW), "<t:1782918000:R>"),
        (counted(1, "film"), "1 film"),
        (counted(1200, "film"), "1,200 films"),
        (counted(2, "entry", "entries"), "2 entries"),
        (ended("It is away"), "It is away."),
        (ended("Is it on?"), "Is it on?"),
        (ended("It is."), "It is."),
    ],
)
def test_sizes_speeds_times_and_counts_are_told_as_people_do(said: str, words: str) -> None:
    assert said == words


@given(st.floats(0, 9.99e17))
@example(999.6 * 1024)
def test_no_amount_below_a_thousand_pebibytes_has_more_than_three_digits_before_its_unit(size: float) -> None:
    assert re.fullmatch(r"\d{1,3}(\.\d)? ([KMGTP]i)?B", amount(size))
