"""What the pages and `.env.example` say is so: settings, files, permissions, commands and quoted sentences."""

import io
import re
import tomllib
from pathlib import Path

import pytest
from dotenv import dotenv_values

from discarr.__main__ import main
from discarr.bot.permissions import REQUIRED_PERMISSIONS, required_permissions
from discarr.model.instance import Service
from discarr.settings import INSTANCE_VARIABLES, Settings, settings_from

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
OF_APPS = {f"{service.upper()}_{variable}" for service in Service for variable in INSTANCE_VARIABLES}
ALL = sorted(OF_APPS | {name.upper() for name in Settings.model_fields if name != "instances"})
IN_EXAMPLE = re.findall(r"(?<=\n)(.*)\n(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)", EXAMPLE)
"""Each setting that is given, and each that is commented out, with the line above it."""


# The settings


def readme_rows() -> dict[str, str]:
    """Each setting of the README's table, and the default that its row tells."""
    lines = [line for line in README.splitlines() if re.match(r"\| `[A-Z]", line)]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return {name: row[1].strip("`") for row in rows for name in re.findall(r"`([A-Z0-9_<>]+)`", row[0])}


def test_the_readme_and_the_example_have_no_other_setting() -> None:
    pattern = re.compile(r"(RADARR|SONARR|<INSTANCE>)(_<NAME>)?_(URL|API_KEY|VERIFY_TLS|EXTERNAL_URL)(_FILE)?")
    given = [line.partition("=")[0] for line in EXAMPLE.splitlines() if line and not line.startswith("#")]

    assert [name for name in readme_rows() if name not in ALL and not pattern.fullmatch(name)] == []
    assert [name for name in given if name not in ALL] == []


@pytest.mark.parametrize("name", ALL)
def test_the_readme_and_the_example_have_each_setting_with_its_default_and_the_example_a_comment_above_it(
    name: str,
) -> None:
    [(above, value)] = [(above, value) for above, each, value in IN_EXAMPLE if each == name]
    field = Settings.model_fields.get(name.lower())

    assert re.fullmatch("# [^=]{9,}", above) and "#" not in value
    if field is None:
        assert name in readme_rows()
    elif field.is_required():
        assert (readme_rows()[name], value) == ("required", "")
    elif isinstance(field.default, frozenset):
        assert (readme_rows()[name], value) == ("empty", "")
    else:
        assert readme_rows()[name] == value == str(field.default)


@pytest.mark.parametrize("services", [[*Service], [Service.RADARR], [Service.SONARR]])
def test_the_example_filled_in_is_a_right_configuration(services: list[Service]) -> None:
    """A user leaves out the address and key of an app that there is not."""
    values = {name: value or "" for name, value in dotenv_values(stream=io.StringIO(EXAMPLE)).items()}
    values |= {"DISCORD_TOKEN": "a-token", "DISCORD_CHANNEL_ID": "123456789012345678"}
    for service in Service:
        given = {f"{service.upper()}_URL": "http://app:80", f"{service.upper()}_API_KEY": "abc"}
        values = values | given if service in services else {n: v for n, v in values.items() if n not in given}

    assert [server.instance.service for server in settings_from(values).instances] == services


# Everything else


def test_the_readme_asks_for_the_permissions_that_the_program_needs() -> None:
    rows = re.findall(r"^ +\| ([A-Z][\w ]+) \| to |^ +\| ([A-Z][\w ]+) \| the ", README, re.MULTILINE)

    assert [first or second for first, second in rows] == [need.name for need in REQUIRED_PERMISSIONS]
    assert f"permissions={required_permissions().value}`" in README


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_what_a_page_links_or_names_is_there(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8")
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
