"""The log: a line for each message, whatever is in it."""

import logging
import re
import sys

import pytest

from discarr.logs import LineFormatter, one_line

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d WARNING discarr\.x: .*")


def formatted(message: str, *values: object, name: str = "discarr.x", failed: bool = False) -> str:
    error = sys.exc_info() if failed else None
    return LineFormatter().format(logging.LogRecord(name, logging.WARNING, "x.py", 1, message, values, error))


@pytest.mark.parametrize(
    "hostile",
    ["\n2026-01-01 00:00:00.000+00:00 ERROR   discarr: a lie", "\r", "\x0b\x0c\x1c\x85\u2028\u2029", "\x1b[2J"]
    + ["\0", "\udcff", "\u202egnp.exe", "\u200b"],
)
def test_nothing_in_a_message_ends_its_line_or_moves_the_cursor(hostile: str) -> None:
    for line in (formatted(f"It is {hostile} here"), formatted("It is %s here", hostile), formatted("%s", [hostile])):
        assert LINE.fullmatch(line) and line.isprintable()


def test_what_people_write_stays_as_it_is() -> None:
    assert one_line("Amélie – 千と千尋 ✓ (2001) 🎬") == "Amélie – 千と千尋 ✓ (2001) 🎬"


def test_a_traceback_keeps_its_lines_and_none_of_them_looks_like_a_message() -> None:
    try:
        raise ZeroDivisionError("a\n2026-01-01 00:00:00.000+00:00 ERROR   discarr: a lie\x1b[2J")
    except ZeroDivisionError:
        first, *rest = formatted("It failed", failed=True).splitlines()

    assert LINE.fullmatch(first)
    assert any("ZeroDivisionError" in line for line in rest)
    assert all(line.startswith("    ") and line.isprintable() for line in rest)
