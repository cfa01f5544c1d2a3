"""Redacts titles, which are untrusted: release names, or titles from the app. Pure."""

import re
from typing import Final

from discarr.view.redaction.characters import folded
from discarr.view.redaction.known_words import ORDINARY

_KEY: Final = (
    r"(?i:(?:api|access|auth|rss|private|secret|torrent)[\s_.-]?(?:key|token|pass)|passkey|token|passw(?:or)?d|pwd"
    r"|authorization)"
)
"""Names of keys that never occur in titles, so a colon is enough to make the next word a value."""
_WORD: Final = r"(?:[A-Z][a-z]*|(?:19|20)\d\d)(?!\w)"
"""What follows the colon of a film that happens to be called 'The Token': a word of the title, or a year."""
_ADVICE: Final = r"[a-z]+\s(?:it|is|the|a|an|of|from|in|on|to|that|was|has|must)(?!\w)"
"""What follows it in Discarr's own sentences: 'rejects the API key: copy it from Settings'."""
_TITLE_SECRETS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # addresses
        r":(?:\\?/){2}|(?i:https?\s?:\s?(?://|\\)|(?:https?|ftps?|sftp|udp|file|smb|nfs):/)",
        r"(?i:magnet:\S|nzblnk:\S|bt[im]h:[0-9a-z]{32}|urn:bt[im]h:|xt=urn|(?<!\w)(?:data:\w+/\w|javascript:\w))",
        r"(?i:(?<!\w)https?(?::|[:.]/+)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/?(?!\w))|(?<!\S)//[\w.-]+/\S",
        # keys: with a colon, with an equals sign, behind their name, by their form
        rf"{_KEY}['\"]?\s?:\s?['\"]?(?!{_WORD}|{_ADVICE})(?P<value>[^\s'\"(][^\s'\"]*)",
        r"(?i:(?:key|token|pass(?:wd|word)?|pwd|auth|secret|user(?:name)?|login|(?<![a-z])[su]id)=['\"]?[\w%+/])",
        rf"{_KEY}['\"]?\s?=>?\s?['\"]?[^\s=>(]",
        r"=['\"]?(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}",
        rf"{_KEY}\s(?:is\s)?(?![Ss]\d)(?:[0-9A-Fa-f]{{16,}}(?!\w)|(?=\w*\d)[a-z]\w{{5,}})",
        r"\beyJ[\w-]{8,}\.[\w-]+",
        r"(?i:authorization:\s?(?:bearer|basic)\s\S|(?<![a-z])user(?:name)?:\s?\S+\spass(?:word)?:)",
        r"(?i:(?<![a-z])(?:bearer|basic)\s)(?=\S*(?:\d|[a-z][A-Z]))[\w.~+/=-]{8,}",
        # users in an address, and addresses without a scheme that have a query, a key, a port, or a number for a name
        r"(?<![^\s:/@])[^\s:/@]++:[^\s/@]+@[\w\[]|(?<![\w.-])[\w.-]++@[\w.-]+:[\d/]",
        r"(?i:\w\.[a-z]{2,}(?::\d+)?/\S*[?&][\w.-]+=\S)",
        r"/(?i:[0-9a-f]{16,})(?!\w)|\w\.(?:local|lan|internal)/\w",
        r"(?i:\w\.[a-z]{2,}(?::\d+)?/(?:\S*/)?(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16,})",
        r"(?i:[a-z][\w-]*(?::\d{2,5}/(?=\D)|(?<=localhost)[:/]))",
        r"(?<![A-Za-z0-9])[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}:\d{2,5}(?![A-Za-z0-9]|:\d)",
        r"(?<![A-Za-z0-9])\d{1,3}(?:\.\d{1,3}){3}(?::\d|/)",
        r"(?<![\w.])(?:(?:10|127)\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)(?:\.\d{1,3}){2}(?![\w.])",
        r"(?<![\w:])(?i:(?=[a-f:]*\d)[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6}::[0-9a-f:]+)|(?<![\w:])::[0-9a-f]{1,4}(?!\w)",
        r"(?i:(?<![\w:])(?=[\d:]*[a-f]|[\d:]*\d{3})(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:]))",
        r"\[(?i:[0-9a-f]{0,4}:[0-9a-f]{0,4}:[^\]\s]*)\]",
        # folders
        r"(?<![^\s'\"=(\[:\\])(?i:[a-z]):[\\/]|(?<!\S)\.{1,2}/\w",
        r"\\\\[\w.-]+\\|\w\\\w",
        r"(?<![A-Za-z0-9/\\])(?:~|/[\w.-]{2,})/[\w.-]",
    )
)
"""Addresses, keys with a value, users in an address and folders, as in titles. Dots, slashes and colons alone are none
of these: 'www.site.org - Film 2019', 'AC/DC', '3:10 to Yuma', 'The Token: A Film'."""
_KINDS: Final = (
    ("magnet:", "a magnet link"),
    ("nzb", "an NZB from an address"),
    ("torrent", "a torrent from an address"),
)


def without_secrets(title: str) -> str:
    """Return the title, or a description if it contains an address, a key, a user or a folder.

    SABnzbd names an NZB from a URL 'Trying to fetch NZB from http://…?apikey=…' until it has fetched it.
    """
    plainly = folded(title)
    if not any(_is_secret(match) for pattern in _TITLE_SECRETS for match in pattern.finditer(plainly)):
        return title
    return next((words for kind, words in _KINDS if kind in plainly.lower()), "a download from an address")


def _is_secret(match: re.Match[str]) -> bool:
    return match.groupdict().get("value", "").lower() not in ORDINARY
