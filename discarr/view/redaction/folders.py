"""Finds where a path or an address begins and ends in a sentence. Pure.

The apps put paths into quotes (.NET: "Access to the path '…' is denied."), into brackets ("[…] is not a valid local
path. You may need a Remote Path Mapping.") or bare into a sentence ("places downloads in … but this directory does not
appear to exist."), and the name of a folder can contain spaces, quotes and brackets.
"""

import re
from typing import Final

_OPEN: Final = r"\s'\"`(\[{<=:,;|>‘’“”«»"
_PATH: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]:[\\/](?=\S)"  # C:\ or C:/
    r"|(?<!\\)\\\\(?=[\w?.])"  # \\server
    rf"|(?<![^{_OPEN}])(?:~[\w-]*|\$\w+|\.{{1,2}})?/{{1,3}}(?=[^\W\d]\w|[\w.][^\s/]*/|\.\w)"
    r"|(?<![A-Za-z0-9./\\-])/(?=[A-Za-z][^\s/]+/)|(?<![A-Za-z0-9])~[\w-]*/(?=\w)"
    r"|[\w%.-]+\\(?=\w)"  # DOMAIN\user, Downloads\film
    r"|(?<![\w/.-])\w[\w.-]*/(?=(?:[\w.'-]+/)*[\w.'-]+\.[a-z]\w{2,3}(?!\w))"  # complete/film.mkv
    r"|(?<=['\"\[])(?<!\w['\"])(?:/(?=\w)"  # '/x', 'Some Film/film.mkv'
    r"|(?=[^'\"/\[\]]*[a-z][^'\"/\[\]]*/[^'\"\[\]]*[a-z][^'\"\[\]]*(?:/|\.[a-z]\w{2,3}['\"\]])))"
)
_CLOSING: Final = {"'": "'", '"': '"', "`": "`", "‘": "’", "“": "”", "«": "»", "[": "]", "(": ")", "{": "}", "<": ">"}
_BRACKETS: Final = "[({<"
_INNER: Final = re.compile(r"\s[^\s\\/]+[\\/]\S*")
"""A word with a separator in it: the path extends to there."""
_WORDS: Final = re.compile(
    r"\W*(?:(?:[Aa]nd|[Ee]ither|[Ff]ile|[Ff]older|[Ii]nput|[Mm]ovie)s?/\w+|[A-Z\d/]+|S\d+E\d+\S*)\W*"
)
"""Words with a slash that belong to the sentence."""
_SHORT: Final = r"(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|Jr|Sr|No|Pt|vs))(?<!\b(?:Mrs|Vol))"
_HARD: Final = re.compile(r"[\n\r\"]|;\s|\s(?:[-=]>|→|\|)\s")
_VERBS: Final = (
    "is|are|was|were|be|but|because|does|doesn't|did|didn't|do|don't|could|couldn't|can|can't|cannot|has|hasn't|have"
    "|had"
    "|already|after|before|while|during|failed|fails|due|not|exists?|missing|denied|since|which|when|if|until|will"
    "|would|should|must|may|might|appears|seems|needs|timed|using|got|on line"
)
_SOFT: Final = re.compile(
    rf"{_SHORT}[.](?=\s+[A-Z])|[,.!?]?\s(?=(?:{_VERBS})\b)"
    r"|,\s(?=(?:skipp|check|please|retry|see|ensure|make sure|ignor)\w*)"
    r"|:\s(?=[A-Z]?[a-z/-]+\s[a-z])|\s\((?=[A-Z]?[a-z]+\s[a-z])"
)
_LEFT: Final = re.compile(r"\s+(?:to|and|or|from|into|in|at|as|with)$|[\s.,:;!?]+$")


def without_places(text: str, start: re.Pattern[str], instead: str) -> str:
    """Return the text with `instead` in place of each path or address that begins like `start`."""
    made, at = [], 0
    while (match := start.search(text, at)) is not None:
        made += [text[at : match.start()], instead]
        # Some patterns only look ahead: a path has at least one character, or the same one is found for ever.
        at = max(_end(text, match.start(), match.end()), match.end(), match.start() + 1)
    return "".join([*made, text[at:]])


def without_paths(text: str) -> str:
    """Return the text with '(path)' in place of each path."""
    return without_places(text, _PATH, "(path)")


def _end(text: str, start: int, begun: int) -> int:
    opener = text[start - 1 : start]
    end = None
    if opener and opener in _BRACKETS:
        end = _balanced(text, start, opener)
    elif opener in _CLOSING:
        end = _unquoted_end(text, start, _CLOSING[opener])
    return _bare_end(text, start, begun) if end is None else end


def _balanced(text: str, start: int, opener: str) -> int | None:
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] == opener) - (text[at] == _CLOSING[opener])
        if not depth:
            return at
    return None


def _unquoted_end(text: str, start: int, quote: str) -> int | None:
    """Return the last quote that can close before another one opens: names contain apostrophes."""
    another = re.compile(r"(?<=[\s(\[=:,])['\"](?=\S)").search(text, start)
    within = text[start : another.start() if another else len(text)]
    escaped = text[: start - 1].endswith("\\")
    ends = [match.start() for match in re.finditer(rf"\\?{quote}(?!\w)", within)]
    ends = [end for end in ends if (within[end] == "\\") is escaped] or ends
    return start + (ends[-1] if quote in "'’" else ends[0]) if ends else None


def _bare_end(text: str, start: int, begun: int) -> int:
    """Return the end of a bare path: after its last separator, where the sentence goes on. Rather lose a word."""
    end = min(match.start() for match in (*_ends(text, begun), re.compile(r"\Z").search(text)) if match)
    within = text[begun:end]
    end = begun + _closed(within)
    first = re.compile(r"\S*").match(text, begun, end)
    inner = [match for match in _INNER.finditer(text, begun, end) if not _WORDS.fullmatch(match[0])]
    last = inner[-1].end() if inner else first.end() if first else begun
    soft = _SOFT.search(text, max(begun, last - 1), end)
    end = soft.start() if soft else end
    while (left := _LEFT.search(text, begun, end)) is not None:
        end = left.start()
    return end


def _ends(text: str, begun: int) -> tuple[re.Match[str] | None, ...]:
    return _HARD.search(text, begun), re.compile(r"\s(?=['\"(\[]?(?:[A-Za-z]:[\\/]|\\\\|~?/+\w))").search(text, begun)


def _closed(within: str) -> int:
    """Return where a bracket closes that was opened before the text."""
    open = {"[": 0, "(": 0}
    for at, character in enumerate(within):
        if character in open:
            open[character] += 1
        elif character in "])":
            opener = "[" if character == "]" else "("
            open[opener] -= 1
            if open[opener] < 0:
                return at
    return len(within)
