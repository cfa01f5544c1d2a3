"""What the pages say is so: the sentences they quote, their files, permissions and commands."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from discarr.__main__ import main
from discarr.bot.permissions import REQUIRED_PERMISSIONS, required_permissions

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "discarr"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    pytest.param(path, path.read_text(encoding="utf-8"), id=path.relative_to(ROOT).as_posix())
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
]
QUOTES = re.findall("“(.+?)”", README)
LEAST = 15
"""Letters that a text of the source must give itself, so that `{a}: {b}` is not taken for everything."""


def sentences_of_the_source() -> Iterator[re.Pattern[str]]:
    """Each text in the program, with anything where a value stands."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                parts = [node.value]
            else:
                continue
            if len("".join(str(part) for part in parts if part is not None)) >= LEAST:
                yield re.compile("".join(".+" if part is None else re.escape(str(part)) for part in parts), re.DOTALL)


SENTENCES = list(sentences_of_the_source())


def test_the_readme_quotes_what_people_meet() -> None:
    assert len(QUOTES) >= 10


@pytest.mark.parametrize("quote", QUOTES)
def test_each_sentence_that_the_readme_quotes_is_one_the_program_says(quote: str) -> None:
    assert any(sentence.fullmatch(quote) for sentence in SENTENCES)


def test_the_reasons_that_the_readme_quotes_for_permissions_are_those_of_the_program() -> None:
    by_name = {need.name: need for need in REQUIRED_PERMISSIONS}
    quoted = {name: quote for quote in QUOTES for name in by_name if quote.startswith(name)}

    assert quoted and all(quote.endswith(by_name[name].why) for name, quote in quoted.items())


def test_the_readme_asks_for_the_permissions_that_the_program_needs() -> None:
    rows = re.findall(r"^ +\| ([A-Z][\w ]+) \| to |^ +\| ([A-Z][\w ]+) \| the ", README, re.MULTILINE)

    assert [first or second for first, second in rows] == [need.name for need in REQUIRED_PERMISSIONS]
    assert f"permissions={required_permissions().value}`" in README


def test_each_package_is_in_the_table_of_the_architecture_once() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

    packages = [f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")]
    assert sorted(re.findall(r"^\| `(\w+/)` \|", text, re.MULTILINE)) == sorted(packages)


@pytest.mark.parametrize(("page", "text"), PAGES)
def test_what_a_page_links_or_names_in_the_repository_is_there(page: Path, text: str) -> None:
    linked = [page.parent / target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    named = [ROOT / path for path in re.findall(r"[ `]((?:docker|docs|tests|\.ci|\.github)/[\w./-]+)", text)]

    there = {ROOT / "docker/.env"}  # the user makes it
    assert [path for path in [*linked, *named] if path not in there and not path.exists()] == []


@pytest.mark.parametrize(("page", "text"), PAGES)
def test_each_command_of_discarr_that_a_page_names_exists(
    page: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in sorted(set(re.findall(r"(?:run |`|^ *)discarr ([a-z]+)", text, re.MULTILINE))):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0, f"{page}: {command}"
        assert "usage: discarr" in capsys.readouterr().out


@pytest.mark.parametrize(("page", "text"), PAGES)
def test_each_group_that_a_page_names_exists(page: Path, text: str) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]

    assert set(re.findall(r"--group (\w+)", text)) <= groups.keys(), page


def test_the_readme_has_a_line_for_each_command_that_never_ends() -> None:
    lines = [line.strip() for line in README.splitlines()]

    assert {"uv run discarr demo", "uv run --group test pytest", "discarr"} <= set(lines)
    assert "&&" not in README, "PowerShell 5 has none"


def test_the_readme_is_no_longer_than_150_lines() -> None:
    assert len(README.splitlines()) <= 150
