"""Redacts the sentences of the apps, and leaves the words around a secret as they are. Pure."""

import re
from functools import lru_cache
from typing import Final

from discarr.view.redaction.characters import folded, visible
from discarr.view.redaction.folders import without_paths
from discarr.view.redaction.hosts import without_hosts, without_urls
from discarr.view.redaction.keys import without_bare_keys, without_named_keys

_DISGUISED: Final = re.compile(r"\S*(?:%[0-9A-Fa-f]{2}|[\uff01-\uff5e∶꞉∕⁄⧸⧵꞊]|&\#?\w{2,8};)\S*")
LONGEST: Final = 500
"""Characters of an untrusted text that are processed: several times as many as are ever shown."""


@lru_cache(maxsize=128)
def redacted(text: str) -> str:
    """Return a sentence of an app without addresses, keys, users and paths, and otherwise unchanged.

    Secrets are recognised by their context and their form: a name after 'user', a host after 'connect to', a mix of
    letters and digits as in no language. Longer texts are cut at LONGEST characters.
    """
    seen = visible(text[: 10 * LONGEST])
    if len(seen) > LONGEST:  # at a space: a truncated key might not look like one
        seen = seen[:LONGEST].rpartition(" ")[0] or seen[:LONGEST]
    sentence = seen.replace("\\/", "/")
    made = _redacted(_DISGUISED.sub(_undisguised, sentence))
    return seen if made == sentence else made


@lru_cache(maxsize=128)
def without_indexer(text: str, indexer: str) -> str:
    """Return the text without the indexer's name, however it is written; Prowlarr adds ' (Prowlarr)' to each name."""
    bare = re.sub(r"\s*\((?:Prowlarr|Jackett)\)\s*$", "", indexer, flags=re.I)
    words = re.findall(r"[^\W_]+", bare) or bare.split()
    if not words:
        return text
    name = r"[\W_]{0,3}".join(map(re.escape, words))
    ignored = re.I if len("".join(words)) > 3 else re.NOFLAG
    return re.sub(rf"(?<![^\W_]){name}(?:\s?\((?:Prowlarr|Jackett)\))?(?![^\W_])", "the indexer", text, flags=ignored)


def _redacted(text: str) -> str:
    return without_bare_keys(without_hosts(without_paths(without_named_keys(without_urls(text)))))


def _undisguised(match: re.Match[str]) -> str:
    """Return a word in percent encoding or full width, or '(address)' if its plain form contains a secret."""
    plainly = folded(match[0])
    return match[0] if _redacted(plainly) == plainly else "(address)"
