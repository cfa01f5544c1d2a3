"""The environment becomes settings, or every mistake at once, each naming its variable and what to do."""

import json
import logging
import os
import re
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from discarr.errors import ConfigurationError
from discarr.model.instance import Instance, Service
from discarr.settings import Settings, settings_from

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.token-that-opens-nothing"
KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
CERTIFICATE = Path(__file__).parent / "fixtures/tls/certificate.pem"
DISCORD = {"DISCORD_TOKEN": TOKEN, "DISCORD_CHANNEL_ID": "123456789012345678"}
RADARR = {"RADARR_URL": "http://192.168.1.5:7878", "RADARR_API_KEY": KEY}
SONARR = {"SONARR_URL": "http://192.168.1.5:8989", "SONARR_API_KEY": KEY}
LEAST = DISCORD | RADARR


def mistakes(environment: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        settings_from(environment)
    assert caught.value.mistakes
    return caught.value.mistakes


def mistake(environment: Mapping[str, str]) -> str:
    (only,) = mistakes(environment)
    return only


def without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


# What is right


def test_the_least_that_is_needed_gives_every_other_setting_its_default() -> None:
    settings = settings_from(LEAST)

    assert settings.discord_token.get_secret_value() == TOKEN
    assert settings.discord_channel_id == 123456789012345678
    assert (settings.check_interval, settings.health_check_interval, settings.stuck_threshold_minutes) == (30, 300, 60)
    assert (settings.remove_role_ids, settings.remove_user_ids) == (frozenset(), frozenset())
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("apps", "instances"),
    [
        (RADARR, [Instance("radarr", Service.RADARR)]),
        (SONARR, [Instance("sonarr", Service.SONARR)]),
        (SONARR | RADARR, [Instance("radarr", Service.RADARR), Instance("sonarr", Service.SONARR)]),
    ],
)
def test_one_app_is_enough(apps: dict[str, str], instances: list[Instance]) -> None:
    assert [server.instance for server in settings_from(DISCORD | apps).instances] == instances


def test_further_instances_have_names_and_come_after_the_unnamed_one_of_their_service() -> None:
    named = {
        f"{prefix}_{variable}": value
        for prefix in ("SONARR_ANIME", "RADARR_4K", "RADARR_4K_HDR", "RADARR_API")
        for variable, value in (("URL", f"http://{prefix.lower().replace('_', '-')}:80"), ("API_KEY", KEY))
    }

    settings = settings_from(LEAST | SONARR | named)

    assert [(server.instance.key, server.instance.label) for server in settings.instances] == [
        ("radarr", "Radarr"),
        ("radarr-4k", "Radarr 4k"),
        ("radarr-4k-hdr", "Radarr 4k hdr"),
        ("radarr-api", "Radarr api"),
        ("sonarr", "Sonarr"),
        ("sonarr-anime", "Sonarr anime"),
    ]
    assert settings.instances[1].url == "http://radarr-4k:80"


def test_a_named_instance_needs_no_unnamed_one() -> None:
    settings = settings_from(DISCORD | {"SONARR_4K_URL": "http://sonarr", "SONARR_4K_API_KEY": KEY})

    assert [server.instance for server in settings.instances] == [Instance("sonarr-4k", Service.SONARR)]


@pytest.mark.parametrize(("name", "is_one"), [("A", True), ("X" * 24, True), ("X" * 25, False)])
def test_a_name_has_1_to_24_characters(name: str, is_one: bool) -> None:
    environment = LEAST | {f"RADARR_{name}_URL": "http://radarr", f"RADARR_{name}_API_KEY": KEY}

    assert len(settings_from(environment).instances) == (2 if is_one else 1)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://radarr:7878", "http://radarr:7878"),
        ("http://radarr:7878/", "http://radarr:7878"),
        ("http://radarr:7878///", "http://radarr:7878"),
        ("http://radarr:7878/films/", "http://radarr:7878/films"),
        ("http://radarr:7878/api", "http://radarr:7878"),
        ("http://radarr:7878/api/v3", "http://radarr:7878"),
        ("http://radarr:7878/films/api/v3/", "http://radarr:7878/films"),
        ("https://films.example.org/radarr", "https://films.example.org/radarr"),
        ("  http://radarr  ", "http://radarr"),
        ("http://[::1]:7878/", "http://[::1]:7878"),
        ("http://radarr/capi", "http://radarr/capi"),
    ],
)
def test_an_address_ends_with_its_url_base(given: str, url: str) -> None:
    (server,) = settings_from(LEAST | {"RADARR_URL": given}).instances

    assert server.url == url


@pytest.mark.parametrize(
    ("given", "verify"),
    [("true", True), ("TRUE", True), ("false", False), ("False", False), (str(CERTIFICATE), CERTIFICATE), ("", True)],
)
def test_tls_is_verified_unless_the_settings_say_otherwise(given: str, verify: bool | Path) -> None:
    (server,) = settings_from(LEAST | {"RADARR_VERIFY_TLS": given}).instances

    assert server.verify_tls == verify


def test_each_instance_has_its_own_way_to_verify_tls() -> None:
    settings = settings_from(LEAST | SONARR | {"SONARR_VERIFY_TLS": "false"})

    assert [server.verify_tls for server in settings.instances] == [True, False]


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("", set()),
        ("1", {1}),
        ("1,2", {1, 2}),
        (" 1 , 2 ,, 3, ", {1, 2, 3}),
        ("7,7", {7}),
        (",", set()),
        (str(2**63 - 1), {2**63 - 1}),
    ],
)
@pytest.mark.parametrize("name", ["REMOVE_ROLE_IDS", "REMOVE_USER_IDS"])
def test_ids_stand_with_commas_between(name: str, given: str, ids: set[int]) -> None:
    settings = settings_from(LEAST | {name: given})

    assert {"REMOVE_ROLE_IDS": settings.remove_role_ids, "REMOVE_USER_IDS": settings.remove_user_ids}[name] == ids


@pytest.mark.parametrize("given", ["debug", "Info", "WARNING", "error"])
def test_a_log_level_may_be_written_in_any_case(given: str) -> None:
    assert settings_from(LEAST | {"LOG_LEVEL": given}).log_level == given.upper()


def test_an_empty_variable_is_as_good_as_none() -> None:
    empty = {"CHECK_INTERVAL": " ", "SONARR_URL": "", "REMOVE_ROLE_IDS": ""}

    assert settings_from(LEAST | empty) == settings_from(LEAST)


# Names and values as launchers leave them


@pytest.mark.parametrize(
    "spelling",
    [" {}\n", "{}\r", '"{}"', "'{}'", "\"'{}'\"", ' "{}" \r\n', '" {} "', "\ufeff{}", "{}\u200b", '\ufeff"{}"', "{}\0"]
    + ["\u202a{}\u202c", "\u200e{}\u200c", "\u2066 {} \u2069", "\xad{}"],
)
def test_what_a_launcher_leaves_around_a_value_is_taken_off(spelling: str) -> None:
    everything = (
        LEAST
        | SONARR
        | {
            "CHECK_INTERVAL": "7",
            "RADARR_VERIFY_TLS": "false",
            "SONARR_VERIFY_TLS": str(CERTIFICATE),
            "REMOVE_ROLE_IDS": "1,2",
        }
    )

    assert settings_from({n: spelling.format(value) for n, value in everything.items()}) == settings_from(everything)


@pytest.mark.parametrize("spelling", ["export {}", "export \t{}", "\ufeff{}", "\ufeffexport {}", "{} ", "{}\r"])
def test_what_a_launcher_leaves_around_a_name_is_taken_off(spelling: str) -> None:
    assert settings_from({spelling.format(name): value for name, value in LEAST.items()}) == settings_from(LEAST)


def test_a_name_as_it_should_be_goes_before_the_same_name_in_other_words() -> None:
    for twice in (LEAST | {"export DISCORD_TOKEN": "other"}, {"export DISCORD_TOKEN": "other"} | LEAST):
        assert settings_from(twice) == settings_from(LEAST)


@pytest.mark.parametrize("spelling", ["Bot {}", "bot  {}", "BOT\t{}", '"Bot {}"', 'Bot "{}"', "'Bot {} '"])
def test_a_token_may_stand_behind_the_word_of_its_header(spelling: str) -> None:
    assert settings_from(LEAST | {"DISCORD_TOKEN": spelling.format(TOKEN)}) == settings_from(LEAST)


@pytest.mark.parametrize("spelling", ['"{}', "{}'", r"{}\n", r"\"{}\"", "'{}\"", "“{}”", '"{}" # a comment'])
@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "RADARR_URL", "RADARR_API_KEY", "DISCORD_CHANNEL_ID"])
def test_a_quote_that_cannot_be_taken_off_is_named(name: str, spelling: str) -> None:
    assert mistake(LEAST | {name: spelling.format(LEAST[name])}).startswith(f"{name} must be ")


@pytest.mark.parametrize(
    "name",
    [
        "DISCORD_TOKEN",
        "DISCORD_CHANNEL_ID",
        "RADARR_URL",
        "RADARR_API_KEY",
        "RADARR_VERIFY_TLS",
        "CHECK_INTERVAL",
        "REMOVE_ROLE_IDS",
        "REMOVE_USER_IDS",
        "LOG_LEVEL",
    ],
)
@pytest.mark.parametrize("value", ["\udcff", "1\x001", "\x1b[2J", "١٢٣ ٤"])
def test_bytes_that_are_no_text_are_a_mistake_of_their_variable(name: str, value: str) -> None:
    """Python has surrogates in `os.environ` where the bytes are not UTF-8."""
    assert mistake(LEAST | {name: value}).startswith(f"{name} must be ")


# Limits


LIMITS = [("CHECK_INTERVAL", 5, 300), ("HEALTH_CHECK_INTERVAL", 10, 3600), ("STUCK_THRESHOLD_MINUTES", 1, 10080)]


@pytest.mark.parametrize(("name", "low", "high"), LIMITS)
def test_a_number_within_its_limits_is_taken(name: str, low: int, high: int) -> None:
    for value in (low, high):
        settings = settings_from(LEAST | {name: str(value)})
        assert settings.model_dump()[name.lower()] == value


@pytest.mark.parametrize(("name", "low", "high"), LIMITS)
@pytest.mark.parametrize("kind", ["low", "high", "0", "-1", "30.5", "thirty", "30s", "1e2", "0x20"])
def test_a_number_beyond_its_limits_or_none_at_all_is_told_with_them(name: str, low: int, high: int, kind: str) -> None:
    value = {"low": str(low - 1), "high": str(high + 1)}.get(kind, kind)

    told = mistake(LEAST | {name: value})

    assert told.startswith(f"{name} ")
    assert {str(low), str(high)} <= set(re.findall(r"\d+", told))


@pytest.mark.parametrize("value", ["0", "-1", "+1", "1_0", "1.0", "general", "#general", "12.5", str(2**63), "<#123>"])
def test_a_channel_is_given_by_its_id(value: str) -> None:
    assert mistake(LEAST | {"DISCORD_CHANNEL_ID": value}).startswith("DISCORD_CHANNEL_ID ")


@pytest.mark.parametrize("value", ["@Friends", "1;2", "1 2", "0", "-3", "1,two", str(2**63)])
@pytest.mark.parametrize("name", ["REMOVE_ROLE_IDS", "REMOVE_USER_IDS"])
def test_one_bad_id_makes_the_list_a_mistake_and_never_an_open_door(name: str, value: str) -> None:
    assert mistake(LEAST | {name: value}).startswith(f"{name} ")


def test_a_log_level_is_one_of_four() -> None:
    assert mistake(LEAST | {"LOG_LEVEL": "verbose"}).startswith("LOG_LEVEL ")


@pytest.mark.parametrize("value", ["yes", "0", "/no/such/file.pem", "ca\x00.pem"])
def test_verify_tls_is_a_word_or_a_file_that_can_be_read(value: str) -> None:
    assert mistake(LEAST | {"RADARR_VERIFY_TLS": value}).startswith("RADARR_VERIFY_TLS ")


def test_a_file_without_a_certificate_is_no_ca_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")

    assert mistake(LEAST | {"RADARR_VERIFY_TLS": str(tmp_path / "ca.pem")}).startswith("RADARR_VERIFY_TLS ")


@pytest.mark.parametrize(
    "url",
    [
        "radarr:7878",
        "192.168.1.5",
        "ftp://radarr",
        "http://",
        "http:///films",
        "http://radarr:port",
        "http://radarr:99999",
        "http://radarr:0",
        "http://me:secret@radarr",
        "http://:secret@radarr",
        "http://radarr/?apikey=1",
        "http://radarr/#/",
        "http://ra darr",
        "http://[::1",
        "//radarr",
        "http://radarr:7878/?",
        "http://radarr\u200b:7878",
        "http://[::1]x",
        "http://192.168.1.500:7878",
        "http://256.1.1.1",
        "http://[::1.2.3.400]",
        "http://[:]",
        "http://[1.2.3.4]",
        "http://xn--zzzz",
        "http://a..b",
        "https://.",
        f"http://{'a' * 64}",
        "http://radarr/\x7f",
        "http://radarr/\x01",
        "http://radarr/\udcff",
        f"http://radarr/{'x' * 70_000}",
        "http://radarr/films'",
        'http://radarr"',
        "http://radarr\\films",
    ],
)
def test_what_is_no_address_is_a_mistake(url: str) -> None:
    assert mistake(LEAST | {"RADARR_URL": url}).startswith("RADARR_URL ")


@pytest.mark.parametrize("key", ["two words", "key # of Radarr", "schlüssel", "a\nb"])
def test_a_key_has_no_spaces_and_fits_into_a_header(key: str) -> None:
    assert mistake(LEAST | {"RADARR_API_KEY": key}).startswith("RADARR_API_KEY ")


@pytest.mark.parametrize("token", [f"{TOKEN} # of the bot", f"{TOKEN}\nmore"])
def test_a_token_has_no_spaces_and_fits_into_a_header(token: str) -> None:
    """aiohttp raises a ValueError for a header with a line break: a traceback instead of a sentence."""
    assert mistake(LEAST | {"DISCORD_TOKEN": token}).startswith("DISCORD_TOKEN ")


# What is missing


def test_nothing_at_all_is_told_as_everything_that_is_needed() -> None:
    told = mistakes({})

    assert [text.split()[0] for text in told] == ["No", "DISCORD_TOKEN", "DISCORD_CHANNEL_ID"]
    assert all(name in told[0] for name in ("RADARR_URL", "RADARR_API_KEY", "SONARR_URL", "SONARR_API_KEY"))


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "DISCORD_CHANNEL_ID"])
def test_what_discord_needs_is_told_when_it_is_missing_or_empty(name: str) -> None:
    for environment in (without(LEAST, name), LEAST | {name: ""}):
        assert mistake(environment).startswith(f"{name} ")


@pytest.mark.parametrize("prefix", ["RADARR", "SONARR", "RADARR_4K", "SONARR__X_"])
@pytest.mark.parametrize(("half", "other"), [("URL", "API_KEY"), ("API_KEY", "URL")])
def test_half_a_pair_names_the_other_half(prefix: str, half: str, other: str) -> None:
    values = {"URL": "http://app", "API_KEY": KEY}

    told = mistake(without(LEAST, *RADARR) | {f"{prefix}_{half}": values[half]})

    assert told.startswith(f"{prefix}_{other} is missing: ")
    assert f"empty {prefix}_{half} if" in told


@pytest.mark.parametrize(("half", "other"), [("URL", "API_KEY"), ("API_KEY", "URL")])
def test_half_of_an_app_beside_another_app_may_be_one_that_nobody_has(half: str, other: str, tmp_path: Path) -> None:
    """As where `.env.example` was copied, with its addresses, by somebody without Sonarr."""
    told = mistake(LEAST | {f"SONARR_{half}": SONARR[f"SONARR_{half}"]})
    assert told.startswith(f"SONARR_{other} is missing: ") and f"empty SONARR_{half} if you have no Sonarr" in told

    (tmp_path / "half").write_text(SONARR[f"SONARR_{half}"])
    told = mistake(LEAST | {f"SONARR_{half}_FILE": str(tmp_path / "half")})
    assert f"empty SONARR_{half}_FILE if you have no Sonarr" in told


# Variables that are nearly right, and variables of others


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("RADARR_APIKEY", "RADARR_API_KEY"),
        ("RADARR_KEY", "RADARR_API_KEY"),
        ("RADARR_TOKEN", "RADARR_API_KEY"),
        ("RADARR_API", "RADARR_API_KEY"),
        ("RADARR__AUTH__APIKEY", "RADARR_API_KEY"),
        ("Radarr_Api_Key", "RADARR_API_KEY"),
        ("RADARR_KEY_FILE", "RADARR_API_KEY"),
        ("API_KEY", "RADARR_API_KEY"),
        ("radarr_url", "RADARR_URL"),
        ("RADARR_URI", "RADARR_URL"),
        ("RADAR_URL", "RADARR_URL"),
        ("MY_RADARR_URL", "RADARR_URL"),
        ("DISCORD_TOKENS", "DISCORD_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("BOT_TOKEN", "DISCORD_TOKEN"),
        ("TOKEN", "DISCORD_TOKEN"),
        ("DISCORD_CHANEL_ID", "DISCORD_CHANNEL_ID"),
        ("DISCORD_CHANNEL", "DISCORD_CHANNEL_ID"),
        ("CHANNEL_ID", "DISCORD_CHANNEL_ID"),
        ("channel_id", "DISCORD_CHANNEL_ID"),
        ("CHANNELID", "DISCORD_CHANNEL_ID"),
    ],
)
def test_a_near_miss_of_what_is_missing_names_what_was_meant(given: str, meant: str) -> None:
    missing, *rest = mistakes(without(LEAST, meant) | {given: "1"})

    assert missing.startswith(f"{meant} is missing")
    assert [(text.split()[0], text.split()[-1]) for text in rest] == [(given, f"{meant}?")]


@pytest.mark.parametrize("given", ["SONAR_URL", "SONARR_URI", "sonarr_url"])
def test_a_near_miss_beside_the_other_half_of_its_pair_is_named(given: str) -> None:
    told = mistakes(DISCORD | {given: "http://sonarr", "SONARR_API_KEY": KEY})

    assert [text.split()[0] for text in told] == ["SONARR_URL", given]


@pytest.mark.parametrize("given", ["RADARR_APIKEY", "SONAR_URL", "SONARR_KEY"])
def test_a_near_miss_is_named_where_no_instance_is_set(given: str) -> None:
    told = mistakes(DISCORD | {given: "1"})

    assert [text.split()[0] for text in told] == ["No", given]


@pytest.mark.parametrize(
    "given",
    [
        "DISCORD_CLIENT_ID",
        "DISCORD_GUILD_ID",
        "DISCORD_APP_ID",
        "GITHUB_TOKEN",
        "CHANNEL_NAME",
        "ID",
        "PATH",
        "HOSTNAME",
        "DISCORD_SERVICE_PORT_CHANNEL_ID",
    ],
)
def test_what_resembles_nothing_that_is_missing_is_not_guessed_at(given: str) -> None:
    (told,) = mistakes(without(LEAST, "DISCORD_CHANNEL_ID") | {given: "1"})

    assert told.startswith("DISCORD_CHANNEL_ID is missing")


OTHERS = {
    "RADARR_KEY": KEY,
    "RADARR_APIKEY": KEY,
    "RADARR_TOKEN": KEY,
    "radarr_url": "x",
    "RADARR_URI": "x",
    "RADARR_HOST": "x",
    "RADARR__API_KEY": KEY,
    "DISCORD_BOT_TOKEN": TOKEN,
    "DISCORD_TOKENS": TOKEN,
    "DISCORD_CHANEL_ID": "x",
    "DISCORD_WEBHOOK_URL": "x",
    "RADARR_PUBLIC_URL": "http://radarr.example.org",
    "RADARR_PUBLIC_URL_FILE": "/none",
    "SONARR_PUBLIC_API_KEY": KEY,
    "RADARR_X_URL": "no address",
    "SONAR_URL": "x",
    "SONARR_KEY": KEY,
    "CHECK_INTERVALL": "1",
    "REMOVE_ROLES_IDS": "1",
    "SONARR_VERIFY_TLS": "x",
    "RADARR_4K_VERIFY_TLS": "x",
}


@pytest.mark.parametrize("name", ["RADARR", "RADARR_4K"])
def test_the_address_for_people_leads_to_the_queue_of_its_instance(name: str, caplog: pytest.LogCaptureFixture) -> None:
    given = {f"{name}_URL": "http://radarr:7878", f"{name}_API_KEY": KEY}
    external = {f"{name}_EXTERNAL_URL": "https://media.example.org/radarr/"}

    (without,) = settings_from(LEAST | given).instances[-1:]
    (server,) = settings_from(LEAST | given | external).instances[-1:]

    assert (without.queue_page, server.queue_page) == ("", "https://media.example.org/radarr/activity/queue")
    assert server.instance == without.instance and caplog.records == []


@pytest.mark.parametrize("value", ["radarr.example.org", "ftp://radarr.example.org", "https://radarr.example.org/?x=1"])
def test_an_address_for_people_that_is_none_is_a_mistake(value: str) -> None:
    assert mistake(LEAST | {"RADARR_EXTERNAL_URL": value}).startswith("RADARR_EXTERNAL_URL ")


@pytest.mark.parametrize("name", OTHERS)
def test_what_looks_like_a_setting_is_a_warning_at_most_beside_settings_that_are_right(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert settings_from(LEAST | {name: OTHERS[name]}) == settings_from(LEAST)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * (not name.endswith("VERIFY_TLS"))
    assert KEY not in caplog.text and TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("CHECK_INTERVALL", "CHECK_INTERVAL?"),
        ("REMOVE_ROLES_IDS", "REMOVE_ROLE_IDS?"),
        ("SONAR_URL", "SONARR_URL?"),
        ("RADARR_4K_URL", "without RADARR_4K_API_KEY"),
    ],
)
def test_the_warning_says_what_may_have_been_meant(given: str, hint: str, caplog: pytest.LogCaptureFixture) -> None:
    settings_from(LEAST | {given: "http://radarr"})

    (record,) = caplog.records
    assert given in record.getMessage() and hint in record.getMessage()


def test_a_further_instance_that_is_wrong_is_a_mistake_beside_a_right_one() -> None:
    told = mistakes(LEAST | {"RADARR_4K_URL": "radarr", "RADARR_4K_API_KEY": KEY})

    assert [text.split()[0] for text in told] == ["RADARR_4K_URL"]


def test_a_half_beside_a_wrong_instance_is_a_mistake() -> None:
    told = mistakes(LEAST | {"RADARR_URL": "radarr", "SONARR_4K_URL": "http://sonarr"})

    assert [text.split()[0] for text in told] == ["RADARR_URL", "SONARR_4K_API_KEY"]


ORCHESTRATED = {
    "RADARR_PORT": "tcp://10.0.0.1:7878",
    "RADARR_PORT_7878_TCP": "tcp://10.0.0.1:7878",
    "RADARR_PORT_7878_TCP_ADDR": "10.0.0.1",
    "RADARR_PORT_7878_TCP_PORT": "7878",
    "RADARR_PORT_7878_TCP_PROTO": "tcp",
    "RADARR_SERVICE_HOST": "10.0.0.1",
    "RADARR_SERVICE_PORT": "7878",
    "SONARR_NAME": "/discarr/sonarr",
    "SONARR_SERVICE_PORT_HTTP": "8989",
    "DISCARR_PORT": "tcp://10.0.0.3:80",
    "RADARR_SERVICE_PORT_API": "7878",
    "SONARR_SERVICE_PORT_URL": "8989",
    "RADARR_PORT_7878_TCP_URL": "x",
}


def test_what_an_orchestrator_injects_is_one_warning_and_no_mistake(caplog: pytest.LogCaptureFixture) -> None:
    settings = settings_from(LEAST | ORCHESTRATED)

    assert settings == settings_from(LEAST)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert all(name in record.getMessage() for name in ORCHESTRATED)
    assert "10.0.0.1" not in record.getMessage()


def test_the_apps_own_variables_in_a_shared_env_file_are_no_mistakes() -> None:
    """Radarr's and Sonarr's containers are set up by these; people keep one .env for all."""
    theirs = {
        "RADARR__AUTH__APIKEY": KEY,
        "RADARR__SERVER__PORT": "7878",
        "RADARR__SERVER__URLBASE": "/radarr",
        "SONARR__AUTH__APIKEY": KEY,
        "SONARR__LOG__LEVEL": "info",
        "RADARR__POSTGRES__PASSWORD": "x",
    }

    assert settings_from(LEAST | theirs) == settings_from(LEAST)


def test_variables_of_anybody_else_are_not_even_mentioned(caplog: pytest.LogCaptureFixture) -> None:
    settings_from(LEAST | {"PATH": "/bin", "TZ": "UTC", "PROWLARR_URL": "http://prowlarr", "TOKEN": "x"})

    assert caplog.records == []


# Files


@pytest.mark.parametrize(
    "name",
    [
        "DISCORD_TOKEN",
        "DISCORD_CHANNEL_ID",
        "RADARR_URL",
        "RADARR_API_KEY",
        "SONARR_4K_URL",
        "SONARR_4K_API_KEY",
        "RADARR_VERIFY_TLS",
        "CHECK_INTERVAL",
        "HEALTH_CHECK_INTERVAL",
        "STUCK_THRESHOLD_MINUTES",
        "REMOVE_ROLE_IDS",
        "REMOVE_USER_IDS",
        "LOG_LEVEL",
    ],
)
def test_any_setting_may_be_the_content_of_a_file(name: str, tmp_path: Path) -> None:
    environment = LEAST | {
        "SONARR_4K_URL": "http://sonarr",
        "SONARR_4K_API_KEY": KEY,
        "RADARR_VERIFY_TLS": "false",
        "CHECK_INTERVAL": "7",
        "HEALTH_CHECK_INTERVAL": "11",
        "STUCK_THRESHOLD_MINUTES": "3",
        "REMOVE_ROLE_IDS": "1,2",
        "REMOVE_USER_IDS": "3",
        "LOG_LEVEL": "debug",
    }
    (tmp_path / "secret").write_text(f"{environment[name]}\n")

    settings = settings_from(without(environment, name) | {f"{name}_FILE": str(tmp_path / "secret")})

    assert settings == settings_from(environment)


def test_a_value_and_its_file_both_set_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(KEY)

    told = mistake(LEAST | {"RADARR_API_KEY_FILE": str(tmp_path / "secret")})

    assert re.findall(r"\w+_\w+", told) == ["RADARR_API_KEY", "RADARR_API_KEY_FILE"]


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "RADARR_API_KEY"])
def test_a_file_that_cannot_be_read_is_one_mistake_that_tells_no_path(name: str, tmp_path: Path) -> None:
    told = mistake(without(LEAST, name) | {f"{name}_FILE": str(tmp_path / "absent")})

    assert told.startswith(f"{name}_FILE ")
    assert str(tmp_path) not in told


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "RADARR_API_KEY", "CHECK_INTERVAL"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "schlüssel".encode("latin-1"), b"\xfe\xff\xd8\x00"])
def test_a_file_that_is_no_text_cannot_be_read(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(content)

    told = mistake(without(LEAST, name) | {f"{name}_FILE": str(tmp_path / "secret")})

    assert told.startswith(f"{name}_FILE names a file that cannot be read")


def test_a_folder_in_the_place_of_a_file_is_named_as_one(tmp_path: Path) -> None:
    told = mistake(without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": str(tmp_path)})

    assert told.startswith("RADARR_API_KEY_FILE ") and "folder" in told
    assert str(tmp_path) not in told


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{KEY}\r\n".encode(),
        KEY.encode("utf-16"),
        f"\ufeff{KEY}".encode("utf-16-be"),
        KEY.encode("utf-16-le"),
        KEY.encode("utf-16-be"),
        KEY.encode("utf-32"),
        f'"{KEY}"\n'.encode(),
        f"{KEY}\0".encode(),
        f"\n\n{KEY}\n\n".encode(),
    ],
)
def test_a_file_is_read_as_editors_and_shells_save_it(content: bytes, tmp_path: Path) -> None:
    """Windows' editors put a byte order mark first, and PowerShell's `>` writes UTF-16."""
    (tmp_path / "secret").write_bytes(content)
    environment = without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": str(tmp_path / "secret")}

    assert settings_from(environment) == settings_from(LEAST)


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 32, b"\xef\xbb\xbf", b"\xff\xfe", b'""\r\n', b"\0"])
def test_a_file_without_text_is_a_missing_value(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(content)
    file = {"RADARR_API_KEY_FILE": str(tmp_path / "secret")}

    told = mistake(without(LEAST, "RADARR_API_KEY") | file)

    assert told.startswith("RADARR_API_KEY is missing") and "RADARR_API_KEY_FILE" in told


def test_a_file_without_end_is_no_reason_to_read_for_ever() -> None:
    told = mistake(without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": "/dev/zero"})

    assert told.startswith("RADARR_API_KEY ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_to_which_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    told = mistakes(
        without(LEAST, "RADARR_API_KEY")
        | {"RADARR_API_KEY_FILE": str(tmp_path / "pipe"), "RADARR_VERIFY_TLS": str(tmp_path / "pipe")}
    )

    assert [text.split()[0] for text in told] == ["RADARR_API_KEY_FILE", "RADARR_VERIFY_TLS"]
    assert "pipe" in told[0]


def test_what_a_program_writes_into_a_pipe_is_read_as_a_file() -> None:
    """As the shell's `<(...)` hands it over."""
    reading, writing = os.pipe()
    with open(writing, "w") as pipe:
        pipe.write(f"{KEY}\n")
    environment = without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": f"/dev/fd/{reading}"}

    try:
        assert settings_from(environment) == settings_from(LEAST)
    finally:
        os.close(reading)


# Comments behind values, which docker's --env-file takes for a part of them


@pytest.mark.parametrize("name", ["CHECK_INTERVAL", "STUCK_THRESHOLD_MINUTES", "REMOVE_USER_IDS", "LOG_LEVEL"])
def test_a_comment_behind_a_value_is_told_as_such(name: str) -> None:
    with_comment, without_one = (mistake(LEAST | {name: value}) for value in ("30 # as often as that", "30 as often"))

    assert {text.split()[0] for text in (with_comment, without_one)} == {name}
    assert with_comment != without_one


@pytest.mark.parametrize("name", ["RADARR_URL", "RADARR_API_KEY", "RADARR_VERIFY_TLS"])
def test_a_comment_behind_a_value_of_an_instance_is_a_mistake_too(name: str) -> None:
    assert mistake(LEAST | {name: "true # as it should be"}).startswith(f"{name} ")


# All at once


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = mistakes(
        {
            "DISCORD_CHANNEL_ID": "general",
            "CHECK_INTERVAL": "1",
            "LOG_LEVEL": "loud",
            "REMOVE_ROLE_IDS": "x",
            "RADARR_URL": "radarr",
            "RADARR_API_KEY": "a b",
            "RADARR_VERIFY_TLS": "maybe",
            "SONARR_4K_URL": "http://sonarr",
            "SONARR_APIKEY": KEY,
            "DISCORD_TOKEN_FILE": str(tmp_path / "absent"),
        }
    )

    for name in (
        "DISCORD_TOKEN",
        "DISCORD_CHANNEL_ID",
        "CHECK_INTERVAL",
        "LOG_LEVEL",
        "REMOVE_ROLE_IDS",
        "RADARR_URL",
        "RADARR_API_KEY",
        "RADARR_VERIFY_TLS",
        "SONARR_4K_API_KEY",
        "SONARR_APIKEY",
    ):
        assert any(text.startswith(name) for text in told), name
    assert len(told) == len(set(told))


def test_the_text_of_the_error_is_all_its_mistakes() -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from({})

    assert str(caught.value).splitlines() == list(caught.value.mistakes)


# Secrets


def test_secrets_are_in_no_text_of_the_settings() -> None:
    settings = settings_from(LEAST | SONARR)

    for text in (repr(settings), str(settings), f"{settings.instances}", json.dumps(settings.model_dump(mode="json"))):
        assert TOKEN not in text
        assert KEY not in text
    assert [server.api_key for server in settings.instances] == [SecretStr(KEY), SecretStr(KEY)]


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("DISCORD_CHANNEL_ID", TOKEN),
        ("CHECK_INTERVAL", TOKEN),
        ("REMOVE_USER_IDS", TOKEN),
        ("LOG_LEVEL", TOKEN),
        ("RADARR_URL", f"radarr/?apikey={KEY}"),
        ("RADARR_API_KEY", f"{KEY} {TOKEN}"),
        ("RADARR_VERIFY_TLS", TOKEN),
        ("RADARR_APIKEY", KEY),
        ("RADARR_API_KEY_FILE", KEY),
        ("DISCORD_TOKENS", TOKEN),
    ],
)
def test_no_mistake_tells_what_was_in_a_variable(name: str, secret: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings_from(LEAST | {"CHECK_INTERVAL": "1", name: secret})

    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert TOKEN not in told
    assert KEY not in told


def test_a_file_given_in_place_of_a_path_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    told = mistakes(without(LEAST, "DISCORD_TOKEN") | {"DISCORD_TOKEN_FILE": TOKEN})

    assert TOKEN not in "".join(told) + caplog.text


# A value


def test_settings_cannot_be_changed() -> None:
    settings = settings_from(LEAST)

    with pytest.raises(ValidationError):
        settings.check_interval = 5  # type: ignore[misc]
    with pytest.raises(ValidationError):
        settings.instances[0].url = "http://elsewhere"  # type: ignore[misc]
    assert (settings.check_interval, settings.instances[0].url) == (30, "http://192.168.1.5:7878")
    assert isinstance(settings, Settings)


def test_the_given_variables_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(KEY)
    environment = without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": str(tmp_path / "secret")}
    before = dict(environment)

    settings_from(environment)

    assert environment == before
