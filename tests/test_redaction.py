"""No address, key, user or folder of a stranger's text is shown; what is none of these stays letter for letter.

`redaction.json` has sentences of Radarr, Sonarr and the clients that they quote, and what each must not show. The
secrets that are put together here are made of words that no sentence has, so that one that is left shows.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discarr.view.redaction.reasons import redacted, without_indexer
from discarr.view.text import label, plain, title, title_label

KNOWN: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures/redaction.json").read_text("utf-8"))
MADE: dict[str, list[Any]] = KNOWN["made"]
NZB, MAGNET = "an NZB from an address", "a magnet link"
TORRENT, DOWNLOAD = "a torrent from an address", "a download from an address"
OUR_OWN = (
    "rejects the API key: copy it from Settings, General into RADARR-API-KEY",
    "rejects DISCORD-TOKEN: the token is on the page Bot",
    "rejects DISCORD-TOKEN: copy it anew from the page Bot",
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *((text, {NZB, MAGNET, TORRENT, DOWNLOAD}) for text in KNOWN["addresses"] + KNOWN["keys"]),
        ("Trying to fetch NZB from https://a.example", {NZB}),
        ("magnet:?xt=urn:btih:c0ffee&tr=https://torrent.example", {MAGNET}),
        ("https://a.example/film.torrent", {TORRENT}),
        ("https://a.example", {DOWNLOAD}),
    ],
)
def test_a_title_that_is_an_address_or_holds_a_key_says_only_what_was_added(text: str, words: set[str]) -> None:
    shown = {title(text, 200), title_label(text, 200), plain(text, 200), label(text, 200)}

    assert len(shown) == 1 and shown <= words


@pytest.mark.parametrize("text", [*KNOWN["harmless titles"], *OUR_OWN])
def test_a_title_that_merely_has_dots_slashes_and_colons_stays(text: str) -> None:
    assert title_label(text, 200) == text


@pytest.mark.parametrize(("text", "secrets"), [(text, secrets) for text, *secrets in KNOWN["leaks"]])
def test_addresses_paths_keys_and_users_never_come_out(text: str, secrets: Sequence[str]) -> None:
    made = redacted(text) + plain(redacted(text), 300)

    assert [secret for secret in secrets if secret in made] == []


@pytest.mark.parametrize("text", KNOWN["harmless sentences"])
def test_an_ordinary_sentence_keeps_all_its_words(text: str) -> None:
    assert redacted(text) == label(redacted(text), 500) == text


MAPPING = "but this is not a valid Linux path. Review your remote path mappings."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[/downloads/My Film (2006)/x] is not a valid local path.", "[(path)] is not a valid local path."),
        ("the path '/downloads/Pan's Labyrinth (2006)/x' is denied.", "the path '(path)' is denied."),
        (f"places downloads in /data/My Media/tv {MAPPING}", f"places downloads in (path) {MAPPING}"),
        ("Hardlinking from '/a/b' to '/c/d' failed.", "Hardlinking from '(path)' to '(path)' failed."),
        ("/downloads/Mission: Impossible (1996)/x.mkv: No such file or directory", "(path): No such file or directory"),
        ("Failed to connect to sab.example.org, check it", "Failed to connect to (address), check it"),
        ("Unable to connect to 10.0.0.7:80, retrying", "Unable to connect to (address), retrying"),
        ("Startup folder is not writable by the user 'maria'.", "Startup folder is not writable by the user (user)."),
        ("apikey=abc is wrong", "apikey=(key) is wrong"),
        ("It failed at '; a/b/ today", "It failed at '(path) a/b/ today"),  # it was searched for ever
        *((text, text) for text in ("user \\", "login \\\\ failed", "token \\")),
    ],
)
def test_the_sentence_around_a_secret_stays(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "indexer", "shown"),
    [
        ("Secret Indexer (Prowlarr) took it down", "Secret Indexer (Prowlarr)", "the indexer took it down"),
        ("Secret Indexer took it down", "Secret Indexer (Prowlarr)", "the indexer took it down"),
        ("Secret Indexer (Prowlarr): 404", "Secret Indexer", "the indexer: 404"),
        ("SecretIndexer and secret-indexer", "Secret Indexer", "the indexer and the indexer"),
        ("HDTV-1080p of TV", "TV", "HDTV-1080p of the indexer"),
        ("_TV_ and TVs", "TV", "_the indexer_ and TVs"),
        ("It failed", "", "It failed"),
        ("It failed", "(Prowlarr)", "It failed"),
        ("a.b", "a+b (", "the indexer"),
        ("★ is down", "★", "the indexer is down"),
    ],
)
def test_the_indexer_is_named_by_no_spelling_of_its_name(text: str, indexer: str, shown: str) -> None:
    assert without_indexer(text, indexer) == shown


REPEATED = (
    *(". a. a- / /a 1. : ' key [ [:: a: \\ http:// :a@ %41 &#61; user aA1 key=' _ a_ <key>".split()),
    *("key ", "a/b ", "'/a ", "to a.b", " [/a", "\u200b", "ａ_", "pass", "api_keyａ"),
)


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_no_text_holds_up_the_event_loop(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = process_time()
    plain(redacted(text), 100)
    title(text, 100)

    assert process_time() - began < 0.25, "it takes 0.03 s at most; seconds, if it grew with the square of the length"


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*REPEATED, "user ", "\\", "'", "[", ": "]), min_size=2, max_size=8))
def test_no_sequence_of_marks_and_words_is_an_error(pieces: Sequence[str]) -> None:
    assert isinstance(redacted("".join(pieces)), str)


WORDS = ("qozzle", "Vexquil", "zwark", "Jyxtop", "quvvik", "Zyqqa", "wozzik", "Xaqqi")
BARE = [each for each in MADE["sentences"] if "ü" not in each and "_" not in each]

OF_HOSTS = "qozzle zwark Jyxtop quvvik maria hunter 77 66 8080 9091".split()

type Made = tuple[str, Sequence[str]]
"""A text, and the parts of it that must not come out."""

names = st.sampled_from(WORDS)
hexadecimal = st.text("0123456789abcdef", min_size=32, max_size=40).filter(lambda text: any(map(str.isalpha, text)))
random_keys = st.from_regex("(?:[abcxyz][QRSTUV][2-57-9]){8,12}", fullmatch=True)
values = st.one_of(hexadecimal, random_keys, names, names.map(lambda name: name + "7!x"))


def one_of(kind: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(MADE[kind])


def filled(kind: str, *texts: st.SearchStrategy[str]) -> st.SearchStrategy[Made]:
    """Shapes of this kind with these texts, of which the last is the secret."""
    return st.builds(lambda shape, *texts: (shape.format(*texts), texts[-1:]), one_of(kind), *texts)


keys = filled("keys", one_of("key names"), values)
bare_keys = filled("bare keys", hexadecimal | random_keys)
users = filled("before users", names)
named_hosts = filled("before hosts", one_of("names of hosts")).map(lambda made: (made[0], ["qozzle"]))
of_address = ("schemes", "users of addresses", "address hosts", "ports", "paths of addresses")
addresses = st.tuples(*map(one_of, of_address)).map(lambda parts: ("".join(parts), OF_HOSTS))
hosts = one_of("hosts").map(lambda host: (host, OF_HOSTS))
FOLDERS = (
    *("{0}", "{0} {0}", "{0}'s {0} (2006)", "{0} [1080p]", "{0} & {0}, {0}"),
    *("Dr. {0}", "the {0} of {0}", "{0}.ü-{0}"),
)
folders = st.builds(str.format, st.sampled_from(FOLDERS), names)
paths = st.builds(
    lambda shape, root, parts: (shape.format(*[root[0] + root[1].join(parts)] * 2), WORDS),
    one_of("before paths"),
    one_of("roots"),
    st.lists(folders, min_size=2, max_size=4),
)
in_sentences = st.tuples(st.one_of(keys, addresses, bare_keys, hosts), one_of("sentences"))
after_words = st.tuples(st.one_of(users, named_hosts), st.sampled_from(BARE))
"""What is recognised by the words before it, so that no other words may follow these."""


@settings(max_examples=500)
@given(st.one_of(in_sentences, after_words, st.tuples(paths, st.just("{}"))))
def test_no_secret_is_left_of_a_sentence_and_redacting_it_again_changes_nothing(parts: tuple[Made, str]) -> None:
    (text, secrets), sentence = parts
    made = redacted(sentence.format(text))
    shown = made.lower() + plain(made, 400).lower()

    assert [secret for secret in secrets if secret.lower() in shown] == [], (text, made)
    once = redacted(text)
    assert redacted(once) == once
    assert title_label(once, 400) == " ".join(once.split())
