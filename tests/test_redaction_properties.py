"""Secrets of every kind in sentences of every kind: what must go is known when the sentence is made.

Each secret is made of words that no sentence has, so that one that is left shows, however the redaction works.
"""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.view.redaction.reasons import redacted
from discarr.view.text import plain, title_label

STABLE = settings(max_examples=150, derandomize=True, deadline=None, database=None)
"""The same examples at each run: a change here is a change of the code."""

WORDS = ("qozzle", "Vexquil", "zwark", "Jyxtop", "quvvik", "Zyqqa", "wozzik", "Xaqqi")
SENTENCES = (
    "{}",
    "Unable to connect to SABnzbd, HTTP request failed: {}",
    "failed ({}), retrying",
    "Error: {}",
    "see {} for more",
    "The download client said: {}.",
    "{} was refused",
    "it says {}, and nothing else",
    "[{}] is wrong",
    "'{}' is wrong",
    '"{}" is wrong',
    "Fehler ü{}ü",
    "_{}_",
    "first line\n{}\nlast line",
    '{{"error": "{}"}}',
    "a; {}; b",
    "{}: it failed",
    "Error:{}",
    "→{}",
    "…{}…",
    "**{}**",
    "|{}|",
    "“{}”",
    "«{}»",
    "1){}",
    "#{}",
    "x,{},y",
    "\u200b{}\u200b",
)
BARE = tuple(each for each in SENTENCES if "ü" not in each and "_" not in each)

Made = tuple[str, Sequence[str]]
"""A text, and the parts of it that must not come out."""

names = st.sampled_from(WORDS)
hexadecimal = st.text("0123456789abcdef", min_size=32, max_size=40).filter(lambda text: any(map(str.isalpha, text)))
random_keys = st.lists(
    st.tuples(st.sampled_from("abcxyz"), st.sampled_from("QRSTUV"), st.sampled_from("2345789")), min_size=8, max_size=12
).map(lambda parts: "".join(map("".join, parts)))
values = st.one_of(hexadecimal, random_keys, names, names.map(lambda name: name + "7!x"))


@st.composite
def keys(draw: st.DrawFn) -> Made:
    """A key with its name."""
    name = draw(
        st.sampled_from(
            (
                "apikey",
                "api_key",
                "ApiKey",
                "X-Api-Key",
                "authkey",
                "rsskey",
                "passkey",
                "torrent_pass",
                "torrentpass",
                "token",
                "access_token",
                "auth",
                "pwd",
                "password",
                "ma_password",
                "sid",
                "secret",
                "session_key",
                "PASSWORD",
            )
        )
    )
    value = draw(values)
    shape = draw(
        st.sampled_from(
            (
                "{0}={1}",
                "{0} = {1}",
                "{0}: {1}",
                "{0}:{1}",
                "{0}='{1}'",
                '{0}="{1} {1}"',
                "'{0}': '{1}'",
                '"{0}": "{1} x"',
                '"{0}":"{1}"',
                '\\"{0}\\":\\"{1}\\"',
                "{0}%3D{1}",
                "x=1&{0}={1}&y=2",
                "{0} => {1}",
                "{0} '{1}'",
            )
        )
    )
    return shape.format(name, value), [value]


@st.composite
def bare_keys(draw: st.DrawFn) -> Made:
    """What is a key by its looks."""
    value = draw(st.one_of(hexadecimal, random_keys))
    shape = draw(
        st.sampled_from(
            ("{}", "The API key {} was refused", "Bearer {}", "Authorization: Bearer {}", "token {}", "{}==")
        )
    )
    return shape.format(value), [value]


@st.composite
def addresses(draw: st.DrawFn) -> Made:
    """Where something listens."""
    host = draw(
        st.sampled_from(
            ("qozzle.example.org", "qozzle", "10.77.66.55", "[fe80::77:66]", "[2001:db8::7766%25eth7]", "qozzle.lan")
        )
    )
    port = draw(st.sampled_from(("", ":8080", ":443")))
    path = draw(st.sampled_from(("", "/", "/zwark/Jyxtop?quvvik=1", "/zwark?apikey=Jyxtop&x=y")))
    user = draw(st.sampled_from(("", "maria:hunter7@")))
    scheme = draw(st.sampled_from(("http://", "https://", "udp://", "HTTP://", "http:\\/\\/", "http%3A%2F%2F")))
    secrets = ["qozzle", "77", "zwark", "Jyxtop", "quvvik", "maria", "hunter", "8080"]
    return f"{scheme}{user}{host}{port}{path}", secrets


@st.composite
def hosts(draw: st.DrawFn) -> Made:
    """A host that no scheme gives away."""
    return draw(
        st.sampled_from(
            (
                "10.77.66.55",
                "10.77.66.55:8080",
                "[fe80::77:66]:8080",
                "fe80::77:66%eth7",
                "2001:db8:77::66",
                "::ffff:10.77.66.55",
                "qozzle:8080",
                "qozzle.lan:8080",
                "qozzle-nas:443",
                "quvvik_nas:9091",
                "maria:hunter7@qozzle",
                "maria@qozzle.example",
                "qozzle.example/api/zwark",
                "aa:77:cc:66:ee:ff",
            )
        )
    ), ["77", "66", "qozzle", "quvvik", "8080", "9091", "maria", "hunter", "zwark"]


@st.composite
def named_hosts(draw: st.DrawFn) -> Made:
    """A host after a word that leads to one."""
    host = draw(
        st.sampled_from(("qozzle.example.org", "qozzle.lan", "qozzle.home.internal", "qozzle-7", "qozzle", "'qozzle'"))
    )
    shape = draw(
        st.sampled_from(
            (
                "failed to connect to {}",
                "Unable to connect to {}, please check your settings",
                "host {} is down",
                "hostname: {}",
                "server {} returned an error",
                "connection to {} timed out",
                "the host '{}' was not found",
            )
        )
    )
    return shape.format(host), ["qozzle"]


@st.composite
def users(draw: st.DrawFn) -> Made:
    """A person's name after a word that leads to one."""
    name = draw(names)
    shape = draw(
        st.sampled_from(
            (
                "user {} failed",
                "for user '{}'",
                'User "{}" was rejected',
                "username={}",
                "username: {}",
                "logged in as {}",
                "is not writable by the user '{}'.",
                '"user": "{}"',
                "ma_username={}&x=1",
            )
        )
    )
    return shape.format(name), [name]


folder_names = st.one_of(
    names,
    st.tuples(names, names).map(" ".join),
    names.map(lambda name: f"{name}'s {name} (2006)"),
    names.map(lambda name: f"{name} [1080p]"),
    names.map(lambda name: f"{name} & {name}, {name}"),
    names.map(lambda name: f"Dr. {name}"),
    names.map(lambda name: f"the {name} of {name}"),
    names.map(lambda name: f"{name}.ü-{name}"),
)


@st.composite
def paths(draw: st.DrawFn) -> Made:
    """A path as the apps put it into their sentences."""
    folders = draw(st.lists(folder_names, min_size=2, max_size=4))
    root, separator = draw(
        st.sampled_from((("/", "/"), ("C:\\", "\\"), ("C:/", "/"), ("\\\\", "\\"), ("~/", "/"), ("\\/", "\\/")))
    )
    path = root + separator.join(folders)
    shape = draw(
        st.sampled_from(
            (
                "Access to the path '{}' is denied.",
                "[{}] is not a valid local path. You may need a Remote Path Mapping.",
                "No files found are eligible for import in {}",
                "Directory doesn't exist. {}",
                "path={}",
                '"path": "{}"',
                "places downloads in {} but this directory does not appear to exist.",
                "Could not find file '{}'.",
                "({})",
                "Hardlinking from '{}' to '{}' failed.",
                "File {} was removed part way through processing.",
                "Destination {} already exists.",
                "Unable to write to folder: {}. Ensure this path exists",
                "{}: Permission denied",
                "cannot open {} (No such file or directory)",
            )
        )
    )
    return shape.format(path, path), WORDS


def assert_hidden(text: str, secrets: Sequence[str]) -> None:
    made = redacted(text)
    shown = made.lower() + plain(made, 400).lower()
    assert [secret for secret in secrets if secret.lower() in shown] == [], (text, made)


@STABLE
@given(st.one_of(keys(), addresses()), st.sampled_from(SENTENCES))
def test_no_key_and_no_address_is_left_of_a_sentence(made: Made, sentence: str) -> None:
    assert_hidden(sentence.format(made[0]), made[1])


@STABLE
@given(st.one_of(bare_keys(), hosts()), st.sampled_from(SENTENCES))
def test_no_host_is_left_and_nothing_that_looks_like_a_key(made: Made, sentence: str) -> None:
    assert_hidden(sentence.format(made[0]), made[1])


@STABLE
@given(st.one_of(users(), named_hosts()), st.sampled_from(BARE))
def test_no_user_and_no_host_is_left_after_the_words_that_lead_to_one(made: Made, sentence: str) -> None:
    assert_hidden(sentence.format(made[0]), made[1])


@settings(STABLE, max_examples=300)
@given(paths())
def test_no_folder_is_left_of_a_sentence(made: Made) -> None:
    assert_hidden(*made)


@STABLE
@given(st.one_of(keys(), addresses(), hosts(), paths(), users()))
def test_what_is_redacted_is_done_with(made: Made) -> None:
    once = redacted(made[0])

    assert redacted(once) == once
    assert title_label(once, 400) == " ".join(once.split())
