"""Redacts keys, passwords and user names in a sentence. Pure."""

import re
from typing import Final

from discarr.view.redaction.known_words import ORDINARY

_VALUE: Final = (
    r"(?P<value>(?!\((?:key|user|address|path)\))(?:\\?\"[^\"]*(?:\\?\"|$)|'(?:[^']|'(?=\w))*(?:'|$)|\[[^\]]*\]|<[^>]*>"
    r"|(?i:(?:basic|bearer|digest|token)\s+)?(?:[^\s&\"<>;]|;(?!\w+\s=))*(?:\(key\)|[^\s&\"<>.,;:!?')\]}(])))"
)
_NAMES: Final = (
    r"(?:pass(?:wd|wort|[\s_-]?(?:word|phrase|code))?|pwd?|psw|mot\sde\spasse|contraseña|wachtwoord"
    r"|token|secret|auth(?:orization)?|sid|session(?:[\s_-]?id)?"
    r"|credentials?|cookie|bearer"
    r"|(?:(?:api|access|auth|rss|private|secret|pass|security|encryption)[\s_.-]?)?key)"
)
_PEOPLE: Final = r"(?:user(?:[\s_-]?name)?|login|account|owner|e-?mail)"
_QUOTE: Final = r"\\?['\"]?"
_ASSIGNED: Final = re.compile(
    rf"(?P<name>(?:{_NAMES}|{_PEOPLE}|uid|sig|signature|otp|pin)s?\d{{0,3}}(?:\[\w*\])?{_QUOTE}"
    rf"\s?(?:=>?|:=|->)\s?){_VALUE}",
    re.I,
)
_NAMED: Final = re.compile(
    rf"(?P<name>(?P<of>{_NAMES}|{_PEOPLE}(?:s(?=\W{{1,3}}[^\W\d]))?|(?<![a-z])(?:pin|otp)){_QUOTE}"
    rf"\s?:\s{{0,4}}(?:[|>]\s+)?){_VALUE}",
    re.I,
)
_FIELD: Final = re.compile(
    rf"(?P<name>{_QUOTE}(?<![\w-])[\w-]*(?:{_NAMES}|{_PEOPLE}){_QUOTE}[\s,]+{_QUOTE}value{_QUOTE}\s?[:=]\s?){_VALUE}",
    re.I,
)
"""One of the apps' own settings: a name, and its value beside it."""
_WEAK: Final = re.compile(r"key|pass|auth|secret|pw|session|owner|account", re.I)
"""Words in titles of films: 'The Secret: Dare to Dream'."""
_NO_KEY: Final = re.compile(r"(?:mon|don|tur|whis|hoc|joc|hot)key$|(?:com|tres|by|sur|over)pass$", re.I)
_FOLLOWING: Final = re.compile(
    rf"(?P<name>(?P<of>(?:log|sign|connect|authenticat|run)\w*(?:\sin)?\sas(?:\suser)?|owned\sby"
    rf"|(?:login|logon|authentication)\s(?:failed|failure|error|denied|refused)\sfor"
    rf"|(?<!\S)-u|(?<![a-z])(?:pin|otp)|{_NAMES}|{_PEOPLE})\s+(?P<is>(?:is|was)\s+)?){_VALUE}",
    re.I,
)
_PAIR: Final = re.compile(r"[\w.@-]{2,}[/:][^\s/:]{3,}")
"""A user and a password, as after 'credentials'."""
_SURE: Final = re.compile(
    r"user|login|logon|owned|-u|.*\s(?:as|as\suser|for)$|passw|passphrase|.*api|.*access|passkey", re.I
)
_PERSON: Final = re.compile(r"user|log[io]n|account|owne|e-?mail|-u|.*\s(?:as|as\suser|for)$", re.I)
_TOKENS: Final = (
    re.compile(rf"(?<=<)(?:\w+:)?\w*(?:{_NAMES}|{_PEOPLE})>[^<]+", re.I),
    re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{6,}(?:\.[\w-]+)*"),
    re.compile(r"(?i:(?<![a-z])(?:bearer|basic)\s+)(?=\S*(?:\d|[a-z][A-Z]|=))[\w.~+/=-]{6,}"),
)
_QUERY: Final = re.compile(r"(?<=[?&])(?P<name>[\w.-]+=)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,}")
_RUN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9])")
_CHANGE: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)")
_HEX: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{16,}|[0-9a-f]{24,}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![A-Za-z0-9])",
    re.I,
)


def without_named_keys(text: str) -> str:
    """The text without what a name says is a key, a password or a person."""
    text = _ASSIGNED.sub(r"\g<name>(key)", _FIELD.sub(r"\g<name>(key)", text))
    text = _NAMED.sub(_named, text)
    for pattern in _TOKENS:
        text = pattern.sub("(key)", text)
    return _FOLLOWING.sub(_following, text)


def without_bare_keys(text: str) -> str:
    """The text without what is a key by its looks."""
    return _RUN.sub(_run, _HEX.sub("(key)", _QUERY.sub(r"\g<name>(key)", text)))


def _named(match: re.Match[str]) -> str:
    """Redact what follows a colon, except ordinary words ('password: required') and titles of films."""
    word, of = match["value"], match["of"]
    weak = _WEAK.fullmatch(_before(match) + of) and (of[0].isupper() or word.isdigit())
    film = weak and re.fullmatch(r"[A-Z][a-z]*|\d{1,4}", word)
    honest = word.lower() in ORDINARY or film or _NO_KEY.search(_before(match) + of)
    return match[0] if honest else f"{match['name']}(key)"


def _following(match: re.Match[str]) -> str:
    """Redact what follows such a word directly, if it can be a value."""
    word, of = match["value"].strip("\\'\"[]<>()"), match["of"]
    quoted = match["value"].lstrip("\\").startswith(("'", '"'))
    person = _PERSON.match(of)
    if word.lower() in ORDINARY or _NO_KEY.search(_before(match) + of) or re.search(r"n['’]t$|^\W*$", word):
        return match[0]
    if not (person or quoted) and (word.endswith(("ing", "ed")) or word[0] > "z"):
        return match[0]
    if _PAIR.fullmatch(word) and not all(part in ORDINARY for part in re.split("[/:]", word.lower())):
        return f"{match['name']}(key)"
    bracketed = match["value"][0] in "[("
    named = _SURE.match(of) and not match["is"] and (quoted or (len(word) > 1 and not _before(match).strip("_-xX")))
    if named or (_secret(word) and not bracketed) or (quoted and len(word) > 3):
        return f"{match['name']}({'user' if person else 'key'})"
    return match[0]


def _before(match: re.Match[str]) -> str:
    """Return the beginning of the word: 'mon' of 'monkey', 'ma_' of 'ma_username'."""
    before = re.search(r"[A-Za-z0-9_-]*\Z", match.string[max(match.start() - 30, 0) : match.start()])
    return before[0] if before else ""


def _secret(word: str) -> bool:
    """Return whether it mixes letters, digits and cases as no word does."""
    mixed = len(word) >= 6 and re.search(r"\d", word) and re.search(r"[A-Za-z]", word)
    return bool(mixed or re.fullmatch(r"\d{6,}", word) or (len(word) >= 8 and re.search(r"[a-z][A-Z]", word)))


def _run(match: re.Match[str]) -> str:
    """Redact a run that changes between letters, digits and cases more often than any name."""
    run = match[0]
    changes = len(_CHANGE.findall(run))
    name = changes < max(len(run) * 0.22, 4) or re.search(r"S\d\dE\d\d", run, re.I) or not re.search(r"\d", run)
    return run if name else "(key)"
