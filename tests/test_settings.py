"""The environment becomes settings, or every mistake at once, each naming its variable and what to do."""

import logging
import os
import re
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest

from discarr.errors import ConfigurationError
from discarr.settings import settings_from

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.token-that-opens-nothing"
KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
CERTIFICATE = Path(__file__).parent / "fixtures/tls/certificate.pem"
DISCORD = {"DISCORD_TOKEN": TOKEN, "DISCORD_CHANNEL_ID": "123456789012345678"}
SONARR = {"SONARR_URL": "http://192.168.1.5:8989", "SONARR_API_KEY": KEY}
LEAST = DISCORD | {"RADARR_URL": "http://192.168.1.5:7878", "RADARR_API_KEY": KEY}
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


def saved(folder: Path, content: bytes) -> str:
    """Write a file with this content; its path."""
    (folder / "secret").write_bytes(content)
    return str(folder / "secret")


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


def without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


def key_in(file: str) -> dict[str, str]:
    return without(LEAST, "RADARR_API_KEY") | {"RADARR_API_KEY_FILE": file}


ALL_NAMES = "SONARR_ANIME RADARR_4K RADARR_4K_HDR SONARR RADARR_API RADARR"


@pytest.mark.parametrize(
    ("prefixes", "labels"),
    [
        ("SONARR", ["Sonarr"]),
        ("SONARR_4K", ["Sonarr 4k"]),
        (ALL_NAMES, ["Radarr", "Radarr 4k", "Radarr 4k hdr", "Radarr api", "Sonarr", "Sonarr anime"]),
        (f"RADARR RADARR_{'X' * 24} RADARR_{'X' * 25}", ["Radarr", f"Radarr {'x' * 24}"]),
    ],
)
def test_one_app_is_enough_and_named_ones_come_after_the_unnamed_one(prefixes: str, labels: list[str]) -> None:
    urls = {f"{prefix}_URL": f"http://{prefix.lower().replace('_', '-')}" for prefix in prefixes.split()}
    found = settings_from(DISCORD | urls | {f"{prefix}_API_KEY": KEY for prefix in prefixes.split()}).instances

    assert [server.instance.label for server in found] == labels
    assert [server.url for server in found] == [f"http://{server.instance.key}" for server in found]


def test_the_address_for_people_leads_to_the_queue_of_its_instance(caplog: pytest.LogCaptureFixture) -> None:
    external = {f"{name}_EXTERNAL_URL": f"https://example.org/{name}/" for name in ("RADARR", "SONARR_4K")}
    radarr, sonarr, sonarr_4k = (each.queue_page for each in settings_from(EVERYTHING | SONARR | external).instances)

    assert (radarr, sonarr) == ("https://example.org/RADARR/activity/queue", "")
    assert sonarr_4k == "https://example.org/SONARR_4K/activity/queue" and caplog.records == []


MOST = 2**63 - 1


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        *(("RADARR_URL", f"http://radarr:7878{more}", "http://radarr:7878") for more in ("", "/", "///", "/api")),
        ("RADARR_URL", "http://radarr:7878/films/api/v3/", "http://radarr:7878/films"),
        ("RADARR_URL", "https://films.example.org/radarr", "https://films.example.org/radarr"),
        ("RADARR_URL", "http://[::1]:7878/", "http://[::1]:7878"),
        ("RADARR_URL", "http://radarr/capi", "http://radarr/capi"),
        *(("RADARR_VERIFY_TLS", given, read) for given, read in (("TRUE", True), ("False", False), ("", True))),
        *((name, str(CERTIFICATE), CERTIFICATE) for name in ("RADARR_VERIFY_TLS", "RADARR_VERIFY_TLS_FILE")),
        ("REMOVE_ROLE_IDS", "1,2", {1, 2}),
        ("REMOVE_USER_IDS", " 1 , 2 ,, 3, ", {1, 2, 3}),
        ("REMOVE_USER_IDS", ",", set()),
        ("REMOVE_USER_IDS", str(MOST), {MOST}),
        *(("LOG_LEVEL", level, level.upper()) for level in ("debug", "Info", "WARNING", "error")),
        *((name, str(value), value) for name, *limits in LIMITS for value in limits),
    ],
)
def test_a_value_is_read_as_it_is_meant(name: str, given: str, read: object) -> None:
    settings = settings_from(LEAST | {name: given})
    values = settings.model_dump() | {f"radarr_{name}": value for name, value in settings.instances[0]}

    assert values[name.lower().removesuffix("_file")] == read


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_a_certificate_is_checked_as_set_but_only_where_there_is_tls(scheme: str) -> None:
    verify = {"RADARR_VERIFY_TLS": str(CERTIFICATE), "SONARR_VERIFY_TLS": str(CERTIFICATE)}
    settings = settings_from(LEAST | SONARR | verify | {"SONARR_URL": f"{scheme}://sonarr"})

    assert [server.trust for server in settings.instances] == [False, CERTIFICATE]


VALUES = (
    *(" {}\n", "{}\r", '"{}"', "'{}'", "\"'{}'\"", ' "{}" \r\n', '" {} "', "\ufeff{}", "{}\u200b", '\ufeff"{}"'),
    *("{}\0", "\u202a{}\u202c", "\u200e{}\u200c", "\u2066 {} \u2069", "\xad{}"),
)
NAMES = ("export {}", "export \t{}", "\ufeff{}", "\ufeffexport {}", "{} ", "{}\r")
TOKENS = ("Bot {}", "bot  {}", "BOT\t{}", '"Bot {}"', 'Bot "{}"', "'Bot {} '")


@pytest.mark.parametrize(
    "given",
    [
        *({name: spelling.format(value) for name, value in EVERYTHING.items()} for spelling in VALUES),
        *({spelling.format(name): value for name, value in EVERYTHING.items()} for spelling in NAMES),
        *(EVERYTHING | {"DISCORD_TOKEN": spelling.format(TOKEN)} for spelling in TOKENS),
        *(EVERYTHING | {"export DISCORD_TOKEN": "other"}, {"export DISCORD_TOKEN": "other"} | EVERYTHING),
        EVERYTHING | {"SONARR_URL": "", "RADARR_EXTERNAL_URL": " "},
    ],
)
def test_what_launchers_leave_around_names_and_values_changes_nothing(given: Mapping[str, str]) -> None:
    assert settings_from(given) == settings_from(EVERYTHING)


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
NO_NUMBERS = ("-1", "30.5", "thirty", "30s", "1e2", "0x20", TOKEN)
WRONG: Mapping[str, tuple[str, ...]] = {
    "RADARR_URL": (*NO_URL, f"radarr/?apikey={KEY}", "true # as it should be"),
    "RADARR_API_KEY": NO_WORDS,
    "DISCORD_TOKEN": NO_WORDS,
    "DISCORD_CHANNEL_ID": (*"0 -1 +1 1_0 1.0 general #general 12.5 <#123>".split(), str(2**63), TOKEN),
    "REMOVE_ROLE_IDS": NO_IDS,
    "REMOVE_USER_IDS": (*NO_IDS, "30 # as often as that"),
    "LOG_LEVEL": ("verbose", TOKEN, "INFO # as it should be"),
    "RADARR_VERIFY_TLS": (
        "yes",
        "0",
        "/no/such/file.pem",
        "ca\x00.pem",
        TOKEN,
        "true # as it should be",
        __file__,
        KEY * 20,
    ),
    **{name: (str(low - 1), str(high + 1), *NO_NUMBERS) for name, low, high in LIMITS},
}
QUOTES = ('"{}', "{}'", r"{}\n", r"\"{}\"", "'{}\"", "“{}”", '"{}" # a comment')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name, values in WRONG.items() for value in (*values, *NO_TEXT)),
        *((name, spelling.format(value)) for name, value in LEAST.items() for spelling in QUOTES),
    ],
)
def test_a_wrong_value_is_one_mistake_with_its_variable(name: str, value: str) -> None:
    assert mistake(LEAST | {name: value}).startswith(f"{name} must be ")


@pytest.mark.parametrize("prefix", ["RADARR", "SONARR", "RADARR_4K", "SONARR__X_"])
@pytest.mark.parametrize(("half", "other"), [("URL", "API_KEY"), ("API_KEY", "URL")])
def test_half_a_pair_names_the_other_half_and_the_way_out(prefix: str, half: str, other: str, tmp_path: Path) -> None:
    """As where `.env.example` was copied, with its addresses, by somebody without Sonarr."""
    value = SONARR[f"SONARR_{half}"]
    for variable, given in ((f"{prefix}_{half}", value), (f"{prefix}_{half}_FILE", saved(tmp_path, value.encode()))):
        told = mistake({**DISCORD, variable: given})
        assert told.startswith(f"{prefix}_{other} is missing: ") and f"clear {variable} if you have no " in told


@pytest.mark.parametrize(
    ("meant", "names"),
    [
        ("RADARR_API_KEY", "RADARR_APIKEY RADARR_KEY RADARR_TOKEN RADARR_API RADARR__AUTH__APIKEY Radarr_Api_Key"),
        ("RADARR_API_KEY", "RADARR_KEY_FILE API_KEY"),
        ("RADARR_URL", "radarr_url RADARR_URI RADAR_URL MY_RADARR_URL"),
        ("DISCORD_TOKEN", "DISCORD_TOKENS DISCORD_BOT_TOKEN BOT_TOKEN TOKEN"),
        ("DISCORD_CHANNEL_ID", "DISCORD_CHANEL_ID DISCORD_CHANNEL CHANNEL_ID channel_id CHANNELID"),
        ("RADARR_API_KEY", f"RADARR_API_KEY:{KEY} RADARR_API_KEY-{KEY}=3 RADARR_APIKEY:{KEY}"),
    ],
)
def test_a_near_miss_of_what_is_missing_names_what_was_meant(meant: str, names: str) -> None:
    for given in names.split():
        missing, guess = mistakes(without(LEAST, meant) | {given: KEY})
        assert missing.startswith(f"{meant} is missing")
        shown = re.sub(r"\W.*", "…", given)
        assert (guess.split()[0], guess.split()[-1]) == (shown, f"{meant}?")


NO_CHANNELS = "DISCORD_CLIENT_ID DISCORD_GUILD_ID GITHUB_TOKEN CHANNEL_NAME ID PATH DISCORD_SERVICE_PORT_CHANNEL_ID"
ALL_WRONG = {name: values[0] for name, values in WRONG.items() if name != "DISCORD_TOKEN"} | {"SONARR_APIKEY": KEY}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        *((SONARR | {"SONARR_URL": "", name: "1"}, ["SONARR_URL", name]) for name in ("SONARR_URI", "sonarr_url")),
        *(({name: "1"}, ["No", name]) for name in ("RADARR_APIKEY", "SONAR_URL", "SONARR_KEY")),
        *((LEAST | {"DISCORD_CHANNEL_ID": "", name: "1"}, ["DISCORD_CHANNEL_ID"]) for name in NO_CHANNELS.split()),
        (LEAST | {"SONARR_URL": "http://s"}, ["SONARR_API_KEY"]),
        (LEAST | {"RADARR_4K_URL": "radarr", "RADARR_4K_API_KEY": KEY}, ["RADARR_4K_URL"]),
        (LEAST | {"RADARR_URL": "radarr", "SONARR_4K_URL": "http://s"}, ["RADARR_URL", "SONARR_4K_API_KEY"]),
        (
            ALL_WRONG | {"SONARR_4K_URL": "http://s", "DISCORD_TOKEN": "", "DISCORD_TOKEN_FILE": "/no/such/file"},
            [*ALL_WRONG, "DISCORD_TOKEN_FILE", "SONARR_4K_API_KEY"],
        ),
    ],
)
def test_all_mistakes_and_what_may_have_been_meant_are_told_at_once(given: dict[str, str], named: list[str]) -> None:
    assert sorted(told.split()[0] for told in mistakes(DISCORD | given)) == sorted(named)


@pytest.mark.parametrize(
    ("names", "remark"),
    [
        ("PATH TZ PROWLARR_URL TOKEN SONARR_VERIFY_TLS RADARR_4K_VERIFY_TLS", None),
        ("RADARR_KEY RADARR_APIKEY RADARR_TOKEN RADARR_URI RADARR_HOST RADARR__API_KEY", ""),
        ("DISCORD_BOT_TOKEN DISCORD_TOKENS DISCORD_CHANEL_ID DISCORD_WEBHOOK_URL RADARR__SERVER__PORT", ""),
        ("DISCARR_PORT RADARR_PORT RADARR_PORT_7878_TCP RADARR_PORT_7878_TCP_ADDR RADARR_PORT_7878_TCP_PROTO", ""),
        ("RADARR_SERVICE_HOST RADARR_SERVICE_PORT RADARR_SERVICE_PORT_API SONARR_NAME SONARR_SERVICE_PORT_HTTP", ""),
        ("CHECK_INTERVALL", " (did you mean CHECK_INTERVAL?)"),
        ("REMOVE_ROLES_IDS", " (did you mean REMOVE_ROLE_IDS?)"),
        ("SONARR__LOG__LEVEL", " (did you mean LOG_LEVEL?)"),
        ("SONAR_URL", " (did you mean SONARR_URL?)"),
        ("radarr_url", " (did you mean RADARR_EXTERNAL_URL?)"),
        ("SONARR_KEY", " (did you mean SONARR_API_KEY?)"),
        (f"SONARR_API_KEY:{KEY}", " (did you mean SONARR_API_KEY?)"),
        ("RADARR_4K_URL", " (without RADARR_4K_API_KEY)"),
        ("RADARR_PORT_7878_TCP_URL", " (without RADARR_PORT_7878_TCP_API_KEY)"),
        ("SONARR_PUBLIC_API_KEY", " (without SONARR_PUBLIC_URL)"),
    ],
)
def test_strangers_are_one_warning_at_most(names: str, remark: str | None, caplog: pytest.LogCaptureFixture) -> None:
    """People keep one `.env` for all; what is nobody's of ours is not even mentioned."""
    assert settings_from(LEAST | dict.fromkeys(names.split(), KEY)) == settings_from(LEAST)

    said = [(record.levelno, record.getMessage().partition(": ")[2]) for record in caplog.records]
    warning = ", ".join(f"{name}{remark}" for name in sorted(names.replace(f":{KEY}", "…").split()))
    assert said == ([] if remark is None else [(logging.WARNING, warning)])


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize(
    ("spelling", "encoding"),
    [
        *((spelling, "utf-8") for spelling in ("{}\n", "\ufeff{}\r\n", '"{}"\n', "{}\0", "\n\n{}\n\n")),
        *(("{}", encoding) for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        ("\ufeff{}", "utf-16-be"),
    ],
)
def test_any_setting_may_be_in_a_file(name: str, spelling: str, encoding: str, tmp_path: Path) -> None:
    """Windows' editors put a byte order mark first, and PowerShell's `>` writes UTF-16."""
    file = saved(tmp_path, spelling.format(EVERYTHING[name]).encode(encoding))

    assert settings_from(without(EVERYTHING, name) | {f"{name}_FILE": file}) == settings_from(EVERYTHING)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "CHECK_INTERVAL"])
def test_a_file_that_cannot_be_read_is_one_mistake_that_tells_no_path(name: str, tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", "schlüssel".encode("latin-1"), b"\xfe\xff\xd8\x00"):
        told = mistake(without(LEAST, name) | {f"{name}_FILE": saved(tmp_path, content)})
        assert told.startswith(f"{name}_FILE names a file that cannot be read") and str(tmp_path) not in told
    for wrong, why in ((str(tmp_path / "absent"), "exist"), (str(tmp_path), "folder"), (LEAST.get(name, "7"), "exist")):
        told = mistake(without(LEAST, name) | {f"{name}_FILE": wrong})
        assert told.startswith(f"{name}_FILE ") and why in told and str(tmp_path) not in told


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 32, b"\xef\xbb\xbf", b"\xff\xfe", b'""\r\n', b"\0"])
def test_a_file_without_text_or_without_end_is_a_missing_value(content: bytes, tmp_path: Path) -> None:
    assert mistake(key_in(str(CERTIFICATE))).startswith("RADARR_API_KEY must be "), "and one with a certificate no key"
    for file in (saved(tmp_path, content), "/dev/zero"):
        told = mistake(key_in(file))
        assert told.startswith("RADARR_API_KEY is missing") and "RADARR_API_KEY_FILE" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_read_as_a_file_but_not_waited_for_if_nobody_writes_to_it(tmp_path: Path) -> None:
    """The shell's `<(...)` hands over the first one."""
    reading, writing = os.pipe()
    with open(writing, "w") as pipe:
        pipe.write(f"{KEY}\n")
    try:
        assert settings_from(key_in(f"/dev/fd/{reading}")) == settings_from(LEAST)
    finally:
        os.close(reading)

    silent = str(tmp_path / "pipe")
    os.mkfifo(silent)
    of_key, of_tls = mistakes(key_in(silent) | {"RADARR_VERIFY_TLS": silent})
    assert of_key.startswith("RADARR_API_KEY_FILE ") and "pipe" in of_key
    assert of_tls.startswith("RADARR_VERIFY_TLS ")
