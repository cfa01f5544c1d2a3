"""What the pages say is so: their files, the permissions, the commands and the sentences that they quote."""

import re
import tomllib
from pathlib import Path

import pytest

from discarr.__main__ import main
from discarr.bot.permissions import REQUIRED_PERMISSIONS, required_permissions

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    pytest.param(path, path.read_text(encoding="utf-8"), id=path.relative_to(ROOT).as_posix())
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
]


def test_the_readme_asks_for_the_permissions_that_the_program_needs() -> None:
    rows = re.findall(r"^ +\| ([A-Z][\w ]+) \| to |^ +\| ([A-Z][\w ]+) \| the ", README, re.MULTILINE)

    assert [first or second for first, second in rows] == [need.name for need in REQUIRED_PERMISSIONS]
    assert f"permissions={required_permissions().value}`" in README


def test_each_package_is_in_the_table_of_the_architecture_once() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

    packages = [f"{path.parent.name}/" for path in (ROOT / "discarr").glob("*/__init__.py")]
    assert sorted(re.findall(r"^\| `(\w+/)` \|", text, re.MULTILINE)) == sorted(packages)


@pytest.mark.parametrize(("page", "text"), PAGES)
def test_what_a_page_links_or_names_is_there(page: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    linked = [page.parent / target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]
    named = [ROOT / path for path in re.findall(r"[ `]((?:docker|docs|tests|\.ci|\.github)/[\w./-]+)", text)]
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]

    there = {ROOT / "docker/.env"}  # the user makes it
    assert [path for path in [*linked, *named] if path not in there and not path.exists()] == []
    assert set(re.findall(r"--group (\w+)", text)) <= groups.keys()
    for command in sorted(set(re.findall(r"(?:run |`|^ *)discarr ([a-z]+)", text, re.MULTILINE))):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0, command
        assert "usage: discarr" in capsys.readouterr().out


def test_each_sentence_that_the_readme_quotes_is_one_the_program_says() -> None:
    approved = (ROOT / "tests/approved/sentences.txt").read_text(encoding="utf-8").replace("\\", "")
    missing = [f"{need.name} is missing in the channel: {need.why}" for need in REQUIRED_PERMISSIONS]
    said = " ".join([*approved.split(), *missing]).replace("**", "")
    quotes = re.findall("“(.+?)”", README.replace("“Sonarr", "“Radarr"))

    assert len(quotes) >= 10
    assert [quote for quote in quotes if quote not in said] == []
