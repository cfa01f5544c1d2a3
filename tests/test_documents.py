"""`.env.example` and the README's table of settings say what the settings are, no less and no more."""

import io
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from discarr.errors import ConfigurationError
from discarr.model.instance import Service
from discarr.settings import INSTANCE_VARIABLES, Settings, settings_from

ROOT = Path(__file__).parent.parent
OF_APPS = {f"{service.upper()}_{variable}" for service in Service for variable in INSTANCE_VARIABLES}
GENERAL = {field.alias or name for name, field in Settings.model_fields.items() if name != "instances"}
ALL = sorted(GENERAL | OF_APPS)
ASSIGNMENT = re.compile(r"(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)")
"""A setting that is given, or one that is commented out."""


def example_lines() -> list[str]:
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()


def readme_rows() -> dict[str, str]:
    """Each setting of the README's table, and the default that its row tells."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if re.match(r"\| `[A-Z]", line)]
    return {name: row[1].strip("`") for row in rows for name in re.findall(r"`([A-Z0-9_<>]+)`", row[0])}


@pytest.mark.parametrize("name", ALL)
def test_each_setting_is_in_the_readme_s_table_and_in_the_example_once_with_a_comment_above_it(name: str) -> None:
    lines = example_lines()
    [place] = [number for number, line in enumerate(lines) if (m := ASSIGNMENT.fullmatch(line)) and m[1] == name]

    assert name in readme_rows()
    assert re.fullmatch("# .{9,}", lines[place - 1]) and not ASSIGNMENT.fullmatch(lines[place - 1])


def test_neither_has_a_setting_that_is_none_nor_a_comment_behind_a_value() -> None:
    pattern = re.compile(r"(RADARR|SONARR|<INSTANCE>)(_<NAME>)?_(URL|API_KEY|VERIFY_TLS|EXTERNAL_URL)(_FILE)?")
    given = [line for line in example_lines() if line and not line.startswith("#")]

    assert [name for name in readme_rows() if name not in ALL and not pattern.fullmatch(name)] == []
    assert [line for line in given if not (m := ASSIGNMENT.fullmatch(line)) or m[1] not in ALL] == []
    assert [line for line in example_lines() if (m := ASSIGNMENT.fullmatch(line)) and "#" in m[2]] == []


@pytest.mark.parametrize("name", sorted(GENERAL))
def test_the_defaults_in_both_are_the_defaults(name: str) -> None:
    field = Settings.model_fields[name.lower()]
    if field.is_required():
        readme, example = "required", ""
    elif isinstance(field.default, frozenset):
        readme, example = "empty", ""
    else:
        readme = example = str(field.default)

    assert readme_rows()[name] == readme
    assert [m[2] for line in example_lines() if (m := ASSIGNMENT.fullmatch(line)) and m[1] == name] == [example]


def filled(*services: Service) -> dict[str, str]:
    """The example as a user fills it in who has these apps, and leaves out the address and key of the others."""
    text = "\n".join(example_lines())
    values = {name: value or "" for name, value in dotenv_values(stream=io.StringIO(text)).items()}
    values |= {"DISCORD_TOKEN": "a-token", "DISCORD_CHANNEL_ID": "123456789012345678"}
    for service in Service:
        given = {f"{service.upper()}_URL": "http://app:80", f"{service.upper()}_API_KEY": "abc"}
        values = values | given if service in services else {n: v for n, v in values.items() if n not in given}
    return values


def test_the_example_filled_in_is_a_right_configuration() -> None:
    for services in [*Service], [Service.RADARR], [Service.SONARR]:
        assert [server.instance.service for server in settings_from(filled(*services)).instances] == services


def test_the_example_as_it_is_says_what_to_fill_in() -> None:
    text = "\n".join(example_lines())
    with pytest.raises(ConfigurationError) as caught:
        settings_from({name: value or "" for name, value in dotenv_values(stream=io.StringIO(text)).items()})

    told = {mistake.split()[0] for mistake in caught.value.mistakes}
    assert {"DISCORD_TOKEN", "DISCORD_CHANNEL_ID"} <= told
