"""Whatever strangers and apps write comes out as harmless text that keeps its sense."""

import random
import re
import unicodedata
from datetime import timedelta

import pytest

from discarr.view.text import ELLIPSIS, amount, clock_time, counted, duration, moment_ahead, plain, rate
from tests.builders import NOW

HOSTILE = (
    "**bold** __under__ _it_ *it* ~~gone~~ ||spoiler|| `code` ```js\nblock```",
    "[click](https://evil.example/?a=1) [x](<https://evil.example>) ![i](http://evil.example/i.png)",
    "https://evil.example http://evil.example steam://run/1 discord://x HTTPS://EVIL.EXAMPLE",
    "<https://evil.example> <mailto:a@evil.example> a@evil.example",
    "@everyone @here <@123456789012345678> <@!123456789012345678> <@&123456789012345678> <#123456789012345678>",
    "<t:1782907200> <t:1782907200:R> </run:123456789012345678> <id:customize> <sound:1:2>",
    "<:name:123456789012345678> <a:name:123456789012345678>",
    "\\*not escaped\\* \\\\ \\` \\[x](y) \\@everyone \\<@1>",
    "# heading\n## heading\n-# small\n> quote\n>>> quote\n- item\n* item\n1. item\n| a | b |",
    "\u202egpj.exe\u202c \u2066iso\u2069 \u200f\u200e\u061c \u200b\u200c\u200d\u2060\ufeff\u00ad \U000e0041",
    "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309" * 30,
    "a\u20dd\u20de\u20df\u20e0\u20e2\u20e3\u20e4b",
    "line\nline\r\nline\u2028line\u2029line\vline\fline\x85line\tline",
    "\0\x01\x07bell\x1b[31mred\x7f",
    "\ud800 lone \udfff surrogates \udc00\ud800",
    "\U0001f3ac\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea 1\ufe0f\u20e3",
    "日本語 العربية עברית Ünïcödé \u1fef\u1fef\u1fef",
    "｀fullwidth｀ ＊＊x＊＊ ＜@1＞ \ufe64@1\ufe65",
    "A" * 450,
    "*" * 450,
    "\\" * 450,
    "_" * 100_000,
    "é" * 100_000,
    "e\u0301" * 100_000,
    "\u200b" * 100_000,
    "`|_*~[]<>@\\" * 10_000,
    "\U000025fd" * 200,
    ":a:" * 200,
    ":smile: :+1: :100: a:b:c :wave::skin-tone-2:",
    "\u3030\u203c\u2049\u2139\u2934" * 40,
    "e" + "\u0301\u200b\u0301\u3164\u034f" * 100,
    "\u0301\u0301 \u0301a",
    "\u0e01" + "\u0e49" * 90,
    "\u0915" + "\u093f" * 90,
    "# Big",
    "## Big",
    "### Big",
    "-# small",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "---",
    ">>> quote",
    "# ",
    "\uff20everyone @\uff45veryone \ufe6bhere @\U0001d41everyone @EVERYONE",
    "@\u200beveryone @\u2060here",
)
PIECES = (
    "*",
    "_",
    "~",
    "|",
    "`",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "@",
    "#",
    "\\",
    ":",
    "/",
    "//",
    "://",
    "https://e.x",
    "\n",
    "@everyone",
    "<@1>",
    "<t:1:R>",
    "\u202e",
    "\u200b",
    "\u0301",
    "a",
    "B",
    " ",
    "é",
    "日",
    "\U0001f3ac",
    "\ud800",
    "\0",
)
MARK_UP = re.compile(r"[*_~|`\[\]]")


def chance_texts(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(PIECES, k=chance.randrange(1, 60))) for _ in range(count)]


def as_shown(escaped: str) -> str:
    """What a reader sees: every escaped character is itself."""
    return re.sub(r"\\([\\*_~|`\[\]#.)+-])", r"\1", escaped)


def assert_harmless(text: str) -> None:
    unescaped = re.sub(r"\\[\\*_~|`\[\]]|^\d*\\[#.)+-]", "", text)
    assert "\\" not in unescaped
    assert not MARK_UP.search(unescaped)
    assert not set("<>") & set(text)
    assert "://" not in text
    assert text == " ".join(text.split())
    assert not [c for c in text if unicodedata.category(c)[0] == "C" or unicodedata.category(c) in ("Zl", "Zp")]
    assert not re.search(r"@(everyone|here)", unicodedata.normalize("NFKC", text), re.I)
    assert not re.search(r":(?!\d+:)[\w+-]+:|:100:|:1234:", text)
    assert not re.match(r"(?:#{1,3}|[-+>]|-#|\d+[.)])(?:\s|$)|---|>>>", text)
    assert not re.search(r"(?:^|\s)[\u0300-\u036f]|[\u0300-\u036f]{3}", text)
    text.encode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_does_anything_and_none_is_too_long(text: str) -> None:
    for limit in (1, 2, 10, 120, 1000):
        made = plain(text, limit)

        assert len(made) <= limit
        assert_harmless(made)


@pytest.mark.parametrize("seed", range(20))
def test_no_mixture_of_pieces_does_anything(seed: int) -> None:
    chance = random.Random(seed)
    for text in chance_texts(seed, 100):
        limit = chance.randrange(1, 80)
        made = plain(text, limit)
        assert len(made) <= limit
        assert_harmless(made)


@pytest.mark.parametrize(
    "text",
    [
        "The Lighthouse Archive S02E05 · The Keeper's Son",
        "Some.Film.2024.1080p.WEB-DL.DDP5.1.H.264-EXAMPLE",
        "Amélie (2001)",
        "千と千尋の神隠し (2001)",
        "Кино, 2020: часть 2",
        "What? Really! #1 & 100 % + more; (yes) {no} $5 ^^",
        "العربية עברית",
        "M*A*S*H",
        "snake_case_name",
        "a/b // c",
        "Alien³ — “quoted”",
        "🎬 cinema",
        "Señor -- 1:23",
    ],
)
def test_a_harmless_text_is_shown_as_it_is(text: str) -> None:
    assert as_shown(plain(text, 300)) == text


def test_markdown_is_shown_and_does_nothing() -> None:
    assert plain("**a** _b_ `c` ~~d~~ ||e|| [f](g) \\", 100) == (
        r"\*\*a\*\* \_b\_ \`c\` \~\~d\~\~ \|\|e\|\| \[f\](g) " + "\\\\"
    )


def test_lines_become_one_and_spaces_single() -> None:
    assert plain("  a\r\n\tb\u2028c \u00a0 \u3000d\x85e\0f ", 100) == "a b c d e f"


def test_direction_and_invisible_characters_are_left_out() -> None:
    assert plain("a\u202eb\u2066c\u200bd\ufeffe\u00adf\u200fg\ue000h\U000e0041i", 100) == "abcdefghi"


def test_a_letter_keeps_two_accents_at_most() -> None:
    assert plain("Z" + "\u0335" * 50 + "a", 100) == "Z\u0335\u0335a"


@pytest.mark.parametrize("mark", ["\u0301", "\u0335", "\u20dd", "\u20de", "\u0489", "\ufe0f", "\u20e3"])
def test_no_mark_piles_up_on_a_letter(mark: str) -> None:
    assert len(plain("a" + mark * 50, 100)) <= 3


@pytest.mark.parametrize(
    "picture", ["\U0001f3ac", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3"]
)
def test_pictures_stay_few_since_clients_cut_off_a_text_of_many(picture: str) -> None:
    shown = plain(picture * 60, 120)

    assert sum(unicodedata.category(character) in ("So", "Me", "Mn", "Sk") for character in shown) <= 3


def test_letters_and_accents_come_together() -> None:
    assert plain("Ame\u0301lie", 100) == "Amélie"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b" * 50, "\u202e\u202c", "\ud800", "\0"])
def test_a_text_of_nothing_is_empty(text: str) -> None:
    assert plain(text, 100) == ""


@pytest.mark.parametrize("character", ["a", "*", "\\", "_", "é", "日", "<", "@"])
@pytest.mark.parametrize("limit", [10, 11, 120])
def test_the_limit_holds_after_escaping_exactly_where_it_lies(character: str, limit: int) -> None:
    width = len(plain(character, 10))
    fits = limit // width

    assert plain(character * (fits - 1), limit) == plain(character, 10) * (fits - 1)
    assert plain(character * fits, limit) == plain(character, 10) * fits
    over = plain(character * (fits + 1), limit)
    assert over == plain(character, 10) * ((limit - 1) // width) + ELLIPSIS
    assert len(over) <= limit


def test_an_escaped_character_is_never_cut_in_two() -> None:
    for limit in range(1, 60):
        assert_harmless(plain("a*_`" * 40, limit))


def test_a_cut_leaves_no_space_before_its_ellipsis() -> None:
    assert plain("abcd efgh", 6) == "abcd…"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_harmless_already_only_gains_escapes(text: str) -> None:
    shown = as_shown(plain(text, 300))

    assert as_shown(plain(shown, 4000)) == shown or shown.endswith(ELLIPSIS)


# Numbers


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1 KiB"),
        (1536, "1.5 KiB"),
        (640 * 2**10, "640 KiB"),
        (2**20, "1 MiB"),
        (84 * 2**20, "84 MiB"),
        (9.3 * 2**30, "9.3 GiB"),
        (38.2 * 2**30, "38.2 GiB"),
        (212.4 * 2**30, "212 GiB"),
        (1.5 * 2**40, "1.5 TiB"),
        (2.5 * 2**50, "2.5 PiB"),
        (99.96 * 2**20, "100 MiB"),
        (1010 * 2**20, "1 GiB"),
        (0.4, "0 B"),
        (84.6, "85 B"),
    ],
)
def test_an_amount_is_told_in_the_unit_that_suits_it(size: float, words: str) -> None:
    assert amount(size) == words


def test_no_amount_below_a_thousand_pebibytes_has_more_than_three_digits_before_its_unit() -> None:
    chance = random.Random(3)
    sizes = [chance.uniform(1, 10) * 10 ** chance.uniform(0, 16) for _ in range(3000)]
    sizes += [1000 * 1024.0**power * share for power in range(5) for share in (0.9994, 0.9996, 0.99996)]

    told = [(size, amount(size)) for size in sizes]

    assert [(size, words) for size, words in told if not re.fullmatch(r"\d{1,3}(\.\d)? ([KMGTP]i)?B", words)] == []


def test_a_speed_of_ten_or_more_has_no_decimals() -> None:
    assert [rate(speed * 2**20) for speed in (0.5, 8.54, 9.96, 42.5)] == [
        "512 KiB/s",
        "8.5 MiB/s",
        "10 MiB/s",
        "42 MiB/s",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 min"),
        (59, "1 min"),
        (60, "1 min"),
        (2400, "40 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7199, "1 h"),
        (3 * 3600, "3 h"),
        (47 * 3600, "47 h"),
        (48 * 3600, "2 days"),
        (365 * 86400, "365 days"),
    ],
)
def test_a_duration_is_told_in_its_largest_unit(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 episodes"), (1, "1 episode"), (10, "10 episodes"), (1200, "1,200 episodes")]
)
def test_things_are_counted(number: int, words: str) -> None:
    assert counted(number, "episode") == words


def test_a_plural_may_be_its_own_word() -> None:
    assert (counted(1, "series", "series"), counted(2, "entry", "entries")) == ("1 series", "2 entries")


def test_a_time_of_day_is_for_each_readers_own_zone() -> None:
    assert clock_time(NOW) == "<t:1782907200:t>"


@pytest.mark.parametrize(
    ("ahead", "style"),
    [
        (timedelta(minutes=1), "t"),
        (timedelta(hours=2, minutes=59, seconds=59), "t"),
        (timedelta(hours=3), "R"),
        (timedelta(days=40), "R"),
    ],
)
def test_only_what_is_hours_away_is_told_as_a_distance(ahead: timedelta, style: str) -> None:
    assert moment_ahead(NOW + ahead, NOW) == f"<t:{1782907200 + int(ahead.total_seconds())}:{style}>"
