"""The environment becomes settings, or every mistake at once, each naming its variable and what to do."""

import json
import logging
import os
import re
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from discarr.errors import ConfigurationError
from discarr.model.instance import Instance, Service
from discarr.settings import settings_from

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.token-that-opens-nothing"
KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
CERTIFICATE = Path(__file__).parent / "fixtures/tls/certificate.pem"
DISCORD = {"DISCORD_TOKEN": TOKEN, "DISCORD_CHANNEL_ID": "123456789012345678"}
RADARR = {"RADARR_URL": "http://192.168.1.5:7878", "RADARR_API_KEY": KEY}
SONARR = {"SONARR_URL": "http://192.168.1.5:8989", "SONARR_API_KEY": KEY}
LEAST = DISCORD | RADARR
EVERYTHING = LEAST | {
    "SONARR_4K_URL": "http://sonarr",
    "SONARR_4K_API_KEY": KEY,
    "RADARR_VERIFY_TLS": "false",
    "SONARR_4K_VERIFY_TLS": str(CERTIFICATE),
    "CHECK_INTERVAL": "7",
    "HEALTH_CHECK_INTERVAL": "11",
    "STUCK_THRESHOLD_MINUTES": "3",
    "REMOVE_ROLE_IDS": "1,2",
    "REMOVE_USER_IDS": "3",
    "LOG_LEVEL": "debug",
}

LIMITS = [("CHECK_INTERVAL", 5, 300), ("HEALTH_CHECK_INTERVAL", 10, 3600), ("STUCK_THRESHOLD_MINUTES", 1, 10080)]

type Saved = Callable[[str | bytes], str]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Write a file with this content; its path."""

    def save(content: str | bytes) -> str:
        (tmp_path / "secret").write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(tmp_path / "secret")

    return save


def mistakes(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The mistakes, which must not tell what is in a variable."""
    with pytest.raises(ConfigurationError) as caught:
        settings_from(environment)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert TOKEN not in told and KEY not in told
    assert caught.value.mistakes and str(caught.value).splitlines() == list(caught.value.mistakes)
    return caught.value.mistakes


def mistake(environment: Mapping[str, str]) -> str:
    (only,) = mistakes(environment)
    return only


def first_words(environment: Mapping[str, str]) -> list[str]:
    return [text.split()[0] for text in mistakes(environment)]


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


def test_one_app_is_enough() -> None:
    named = {"SONARR_4K_URL": "http://sonarr", "SONARR_4K_API_KEY": KEY}
    for apps, keys in (RADARR, "radarr"), (SONARR, "sonarr"), (SONARR | RADARR, "radarr sonarr"), (named, "sonarr-4k"):
        found = [server.instance for server in settings_from(DISCORD | apps).instances]
        assert found == [Instance(key, Service(key.partition("-")[0])) for key in keys.split()]


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


def test_a_name_has_1_to_24_characters() -> None:
    for name, count in ("A", 2), ("X" * 24, 2), ("X" * 25, 1):
        environment = LEAST | {f"RADARR_{name}_URL": "http://radarr", f"RADARR_{name}_API_KEY": KEY}
        assert len(settings_from(environment).instances) == count


@pytest.mark.parametrize(
    ("given", "url"),
    [
        *((f"http://radarr:7878{more}", "http://radarr:7878") for more in ("", "/", "///", "/api", "/api/v3")),
        ("http://radarr:7878/films/", "http://radarr:7878/films"),
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
def test_tls_is_verified_unless_the_settings_of_the_instance_say_otherwise(given: str, verify: bool | Path) -> None:
    settings = settings_from(LEAST | SONARR | {"SONARR_VERIFY_TLS": given})

    assert [server.verify_tls for server in settings.instances] == [True, verify]


MOST = 2**63 - 1


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("REMOVE_ROLE_IDS", "1,2", {1, 2}),
        ("REMOVE_USER_IDS", " 1 , 2 ,, 3, ", {1, 2, 3}),
        ("REMOVE_USER_IDS", "7,7", {7}),
        ("REMOVE_USER_IDS", ",", set()),
        ("REMOVE_USER_IDS", str(MOST), {MOST}),
        *(("LOG_LEVEL", level, level.upper()) for level in ("debug", "Info", "WARNING", "error")),
        *((name, str(value), value) for name, *limits in LIMITS for value in limits),
    ],
)
def test_a_value_is_read_as_it_is_meant(name: str, given: str, read: object) -> None:
    assert settings_from(LEAST | {name: given}).model_dump()[name.lower()] == read


# Names and values as launchers leave them


@pytest.mark.parametrize(
    "spelling",
    [" {}\n", "{}\r", '"{}"', "'{}'", "\"'{}'\"", ' "{}" \r\n', '" {} "', "\ufeff{}", "{}\u200b", '\ufeff"{}"', "{}\0"]
    + ["\u202a{}\u202c", "\u200e{}\u200c", "\u2066 {} \u2069", "\xad{}"],
)
def test_what_a_launcher_leaves_around_a_value_is_taken_off(spelling: str) -> None:
    assert settings_from({n: spelling.format(v) for n, v in EVERYTHING.items()}) == settings_from(EVERYTHING)


@pytest.mark.parametrize("spelling", ["export {}", "export \t{}", "\ufeff{}", "\ufeffexport {}", "{} ", "{}\r"])
def test_what_a_launcher_leaves_around_a_name_is_taken_off(spelling: str) -> None:
    assert settings_from({spelling.format(name): value for name, value in LEAST.items()}) == settings_from(LEAST)


def test_a_name_as_it_should_be_goes_before_the_same_name_in_other_words() -> None:
    for twice in (LEAST | {"export DISCORD_TOKEN": "other"}, {"export DISCORD_TOKEN": "other"} | LEAST):
        assert settings_from(twice) == settings_from(LEAST)


@pytest.mark.parametrize("spelling", ["Bot {}", "bot  {}", "BOT\t{}", '"Bot {}"', 'Bot "{}"', "'Bot {} '"])
def test_a_token_may_stand_behind_the_word_of_its_header(spelling: str) -> None:
    assert settings_from(LEAST | {"DISCORD_TOKEN": spelling.format(TOKEN)}) == settings_from(LEAST)


def test_an_empty_variable_is_as_good_as_none() -> None:
    empty = {"CHECK_INTERVAL": " ", "SONARR_URL": "", "REMOVE_ROLE_IDS": ""}

    assert settings_from(LEAST | empty) == settings_from(LEAST)


# What is wrong

NO_URL = (
    *"radarr:7878 192.168.1.5 ftp://radarr http:// http:///films http://radarr:port http://radarr:99999".split(),
    *"http://radarr:0 http://me:secret@radarr http://:secret@radarr http://radarr/?apikey=1 http://radarr/#/".split(),
    *"http://[::1 //radarr http://radarr:7878/? http://[::1]x http://192.168.1.500:7878 http://256.1.1.1".split(),
    *'http://[::1.2.3.400] http://[:] http://[1.2.3.4] http://xn--zzzz http://a..b https://. http://radarr"'.split(),
    *("http://ra darr", "http://radarr\u200b:7878", f"http://{'a' * 64}", "http://radarr/\x7f", "http://radarr/\x01"),
    *("http://radarr/\udcff", f"http://radarr/{'x' * 70_000}", "http://radarr/films'", "http://radarr\\films"),
)
NO_WORDS = ("two words", "key # of Radarr", "schlüssel", "a\nb", f"{KEY} {TOKEN}")
NO_IDS = ("@Friends", "1;2", "1 2", "0", "-3", "1,two", str(2**63), TOKEN)
NO_TEXT = ("\udcff", "1\x001", "\x1b[2J", "١٢٣ ٤")
"""Python has surrogates in `os.environ` where the bytes are not UTF-8."""
WRONG: Mapping[str, tuple[str, ...]] = {
    "RADARR_URL": (*NO_URL, f"radarr/?apikey={KEY}", "true # as it should be"),
    "RADARR_API_KEY": NO_WORDS,
    "DISCORD_TOKEN": NO_WORDS,
    "DISCORD_CHANNEL_ID": (
        *("0", "-1", "+1", "1_0", "1.0", "general", "#general", "12.5", str(2**63), "<#123>", TOKEN),
    ),
    "REMOVE_ROLE_IDS": NO_IDS,
    "REMOVE_USER_IDS": (*NO_IDS, "30 # as often as that"),
    "LOG_LEVEL": ("verbose", TOKEN, "INFO # as it should be"),
    "CHECK_INTERVAL": (TOKEN, "30 # as often as that"),
    "RADARR_VERIFY_TLS": ("yes", "0", "/no/such/file.pem", "ca\x00.pem", TOKEN, "true # as it should be"),
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in WRONG.items() for v in (*values, *NO_TEXT)])
def test_a_wrong_value_is_one_mistake_that_names_its_variable(
    name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert mistake(LEAST | {name: value}).startswith(f"{name} must be ")
    assert caplog.text == ""


@pytest.mark.parametrize("spelling", ['"{}', "{}'", r"{}\n", r"\"{}\"", "'{}\"", "“{}”", '"{}" # a comment'])
@pytest.mark.parametrize("name", LEAST)
def test_a_quote_that_cannot_be_taken_off_is_a_mistake(name: str, spelling: str) -> None:
    assert mistake(LEAST | {name: spelling.format(LEAST[name])}).startswith(f"{name} must be ")


@pytest.mark.parametrize(("name", "low", "high"), LIMITS)
def test_a_number_has_limits_which_are_named(name: str, low: int, high: int) -> None:
    for wrong in (str(low - 1), str(high + 1), "0", "-1", "30.5", "thirty", "30s", "1e2", "0x20"):
        told = mistake(LEAST | {name: wrong})
        assert told.startswith(f"{name} ") and {str(low), str(high)} <= set(re.findall(r"\d+", told))


def test_a_file_without_a_certificate_is_no_ca_file(saved: Saved) -> None:
    assert mistake(LEAST | {"RADARR_VERIFY_TLS": saved("not a certificate")}).startswith("RADARR_VERIFY_TLS ")


# What is missing


def test_nothing_at_all_is_told_as_everything_that_is_needed() -> None:
    told = mistakes({})

    assert [text.split()[0] for text in told] == ["No", "DISCORD_TOKEN", "DISCORD_CHANNEL_ID"]
    assert all(name in told[0] for name in (RADARR | SONARR))


@pytest.mark.parametrize("name", DISCORD)
def test_what_discord_needs_is_told_when_it_is_missing_or_empty(name: str) -> None:
    for environment in (without(LEAST, name), LEAST | {name: ""}):
        assert mistake(environment).startswith(f"{name} ")


@pytest.mark.parametrize(
    ("others", "prefix"),
    [*((DISCORD, each) for each in ("RADARR", "SONARR", "RADARR_4K", "SONARR__X_")), (LEAST, "SONARR")],
)
@pytest.mark.parametrize(("half", "other"), [("URL", "API_KEY"), ("API_KEY", "URL")])
def test_half_a_pair_names_the_other_half_and_the_way_out(
    others: Mapping[str, str], prefix: str, half: str, other: str, saved: Saved
) -> None:
    """As where `.env.example` was copied, with its addresses, by somebody without Sonarr."""
    value = SONARR[f"SONARR_{half}"]
    for variable, given in ((f"{prefix}_{half}", value), (f"{prefix}_{half}_FILE", saved(value))):
        told = mistake({**others, variable: given})
        assert told.startswith(f"{prefix}_{other} is missing: ") and f"clear {variable} if you have no " in told


# Variables that are nearly right, and variables of others


@pytest.mark.parametrize(
    ("meant", "names"),
    [
        ("RADARR_API_KEY", "RADARR_APIKEY RADARR_KEY RADARR_TOKEN RADARR_API RADARR__AUTH__APIKEY Radarr_Api_Key"),
        ("RADARR_API_KEY", "RADARR_KEY_FILE API_KEY"),
        ("RADARR_URL", "radarr_url RADARR_URI RADAR_URL MY_RADARR_URL"),
        ("DISCORD_TOKEN", "DISCORD_TOKENS DISCORD_BOT_TOKEN BOT_TOKEN TOKEN"),
        ("DISCORD_CHANNEL_ID", "DISCORD_CHANEL_ID DISCORD_CHANNEL CHANNEL_ID channel_id CHANNELID"),
    ],
)
def test_a_near_miss_of_what_is_missing_names_what_was_meant(meant: str, names: str) -> None:
    for given in names.split():
        missing, guess = mistakes(without(LEAST, meant) | {given: KEY})
        assert missing.startswith(f"{meant} is missing")
        assert (guess.split()[0], guess.split()[-1]) == (given, f"{meant}?")


def test_a_near_miss_is_named_beside_the_other_half_of_its_pair_and_where_no_instance_is_set() -> None:
    for given in ("SONAR_URL", "SONARR_URI", "sonarr_url"):
        assert first_words(DISCORD | {given: "http://sonarr", "SONARR_API_KEY": KEY}) == ["SONARR_URL", given]
    for given in ("RADARR_APIKEY", "SONAR_URL", "SONARR_KEY"):
        assert first_words(DISCORD | {given: "1"}) == ["No", given]


def test_what_resembles_nothing_that_is_missing_is_not_guessed_at() -> None:
    others = "DISCORD_CLIENT_ID DISCORD_GUILD_ID GITHUB_TOKEN CHANNEL_NAME ID PATH DISCORD_SERVICE_PORT_CHANNEL_ID"
    for given in others.split():
        told = mistake(without(LEAST, "DISCORD_CHANNEL_ID") | {given: "1"})
        assert told.startswith("DISCORD_CHANNEL_ID is missing")


@pytest.mark.parametrize("name", ["RADARR", "RADARR_4K"])
def test_the_address_for_people_leads_to_the_queue_of_its_instance(name: str, caplog: pytest.LogCaptureFixture) -> None:
    given = {f"{name}_URL": "http://radarr:7878", f"{name}_API_KEY": KEY}
    external = {f"{name}_EXTERNAL_URL": "https://media.example.org/radarr/"}

    (without,) = settings_from(LEAST | given).instances[-1:]
    (server,) = settings_from(LEAST | given | external).instances[-1:]

    assert (without.queue_page, server.queue_page) == ("", "https://media.example.org/radarr/activity/queue")
    assert server.instance == without.instance and caplog.records == []


@pytest.mark.parametrize(
    "name",
    (
        "RADARR_KEY RADARR_APIKEY RADARR_TOKEN radarr_url RADARR_URI RADARR_HOST RADARR__API_KEY DISCORD_BOT_TOKEN "
        "DISCORD_TOKENS DISCORD_CHANEL_ID DISCORD_WEBHOOK_URL RADARR_PUBLIC_URL RADARR_PUBLIC_URL_FILE "
        "SONARR_PUBLIC_API_KEY RADARR_X_URL SONAR_URL SONARR_KEY CHECK_INTERVALL REMOVE_ROLES_IDS RADARR__SERVER__PORT "
        "SONARR__LOG__LEVEL SONARR_VERIFY_TLS RADARR_4K_VERIFY_TLS PATH TZ PROWLARR_URL TOKEN"
    ).split(),
)
def test_what_looks_like_a_setting_is_a_warning_at_most_beside_settings_that_are_right(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """People keep one `.env` for all; what is nobody's of ours is not even mentioned."""
    unmentioned = name.endswith("VERIFY_TLS") or name in ("PATH", "TZ", "PROWLARR_URL", "TOKEN")

    assert settings_from(LEAST | {name: KEY}) == settings_from(LEAST)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * (not unmentioned)
    assert KEY not in caplog.text


def test_the_warning_says_what_may_have_been_meant(caplog: pytest.LogCaptureFixture) -> None:
    hints = {
        "CHECK_INTERVALL": "CHECK_INTERVAL?",
        "REMOVE_ROLES_IDS": "REMOVE_ROLE_IDS?",
        "SONAR_URL": "SONARR_URL?",
        "RADARR_4K_URL": "without RADARR_4K_API_KEY",
    }
    for given, hint in hints.items():
        settings_from(LEAST | {given: "http://radarr"})
        assert given in caplog.messages[-1] and hint in caplog.messages[-1]
    assert len(caplog.messages) == len(hints)


def test_a_further_instance_that_is_wrong_or_half_is_a_mistake() -> None:
    assert first_words(LEAST | {"RADARR_4K_URL": "radarr", "RADARR_4K_API_KEY": KEY}) == ["RADARR_4K_URL"]
    beside_a_wrong_one = LEAST | {"RADARR_URL": "radarr", "SONARR_4K_URL": "http://sonarr"}
    assert first_words(beside_a_wrong_one) == ["RADARR_URL", "SONARR_4K_API_KEY"]


def test_what_an_orchestrator_injects_is_one_warning_and_no_mistake(caplog: pytest.LogCaptureFixture) -> None:
    names = (
        "RADARR_PORT RADARR_PORT_7878_TCP RADARR_PORT_7878_TCP_ADDR RADARR_PORT_7878_TCP_PORT RADARR_PORT_7878_TCP_URL "
        "RADARR_PORT_7878_TCP_PROTO RADARR_SERVICE_HOST RADARR_SERVICE_PORT RADARR_SERVICE_PORT_API SONARR_NAME "
        "SONARR_SERVICE_PORT_HTTP SONARR_SERVICE_PORT_URL DISCARR_PORT"
    ).split()

    assert settings_from(LEAST | dict.fromkeys(names, "tcp://10.0.0.1:7878")) == settings_from(LEAST)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert all(name in record.getMessage() for name in names) and "10.0.0.1" not in record.getMessage()


# Files


@pytest.mark.parametrize("name", EVERYTHING)
def test_any_setting_may_be_the_content_of_a_file(name: str, saved: Saved) -> None:
    file = {f"{name}_FILE": saved(f"{EVERYTHING[name]}\n")}
    environment = without(EVERYTHING, name) | file
    before = dict(environment)

    assert settings_from(environment) == settings_from(EVERYTHING)
    assert environment == before


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{KEY}\r\n".encode(),
        f"\ufeff{KEY}".encode("utf-16-be"),
        *(KEY.encode(encoding) for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        f'"{KEY}"\n'.encode(),
        f"{KEY}\0".encode(),
        f"\n\n{KEY}\n\n".encode(),
    ],
)
def test_a_file_is_read_as_editors_and_shells_save_it(content: bytes, saved: Saved) -> None:
    """Windows' editors put a byte order mark first, and PowerShell's `>` writes UTF-16."""
    environment = without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": saved(content)}

    assert settings_from(environment) == settings_from(LEAST)


def test_a_value_and_its_file_both_set_is_a_mistake(saved: Saved) -> None:
    told = mistake(LEAST | {"RADARR_API_KEY_FILE": saved(KEY)})

    assert re.findall(r"\w+_\w+", told) == ["RADARR_API_KEY", "RADARR_API_KEY_FILE"]


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "RADARR_API_KEY", "CHECK_INTERVAL"])
def test_a_file_that_cannot_be_read_is_one_mistake_that_tells_no_path(name: str, saved: Saved, tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", "schlüssel".encode("latin-1"), b"\xfe\xff\xd8\x00"):
        told = mistake(without(LEAST, name) | {f"{name}_FILE": saved(content)})
        assert told.startswith(f"{name}_FILE names a file that cannot be read") and str(tmp_path) not in told
    secret = LEAST.get(name, "7")
    for wrong, why in ((str(tmp_path / "absent"), "exist"), (str(tmp_path), "folder"), (secret, "exist")):
        told = mistake(without(LEAST, name) | {f"{name}_FILE": wrong})
        assert told.startswith(f"{name}_FILE ") and why in told and str(tmp_path) not in told


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 32, b"\xef\xbb\xbf", b"\xff\xfe", b'""\r\n', b"\0"])
def test_a_file_without_text_is_a_missing_value(content: bytes, saved: Saved) -> None:
    told = mistake(without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": saved(content)})

    assert told.startswith("RADARR_API_KEY is missing") and "RADARR_API_KEY_FILE" in told


def test_a_file_without_end_is_no_reason_to_read_for_ever() -> None:
    told = mistake(without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": "/dev/zero"})

    assert told.startswith("RADARR_API_KEY ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_to_which_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)

    told = mistakes(without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": pipe, "RADARR_VERIFY_TLS": pipe})

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


# Everything


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {name: values[0] for name, values in WRONG.items() if name != "DISCORD_TOKEN"} | {"SONARR_APIKEY": KEY}
    told = first_words(wrong | {"SONARR_4K_URL": "http://s", "DISCORD_TOKEN_FILE": "/no/such/file"})

    assert sorted(told) == sorted([*wrong, "DISCORD_TOKEN_FILE", "SONARR_4K_API_KEY"])


def test_settings_show_no_secret_and_cannot_be_changed() -> None:
    settings: Any = settings_from(LEAST | SONARR)

    for text in (repr(settings), str(settings), f"{settings.instances}", json.dumps(settings.model_dump(mode="json"))):
        assert TOKEN not in text and KEY not in text
    assert [server.api_key for server in settings.instances] == [SecretStr(KEY), SecretStr(KEY)]
    with pytest.raises(ValidationError):
        settings.check_interval = 5
    with pytest.raises(ValidationError):
        settings.instances[0].url = "http://elsewhere"
