"""Guesses which setting was meant by an unknown variable."""

import re
from collections.abc import Collection

_LIKE = 0.85
"""How alike two names must be, from 0 to 1."""
_SPLIT = {  # nosec B105 # words of names
    "APIKEY": "API_KEY",
    "APITOKEN": "API_KEY",
    "TOKEN": "KEY",
    "BOT": "DISCORD",
    "CHANNELID": "CHANNEL_ID",
}
_ORCHESTRATED = re.compile(r".*_(PORT|SERVICE)(_.*)?")
"""Variables that Docker's links and Kubernetes add for each container and service, never misspelt settings."""
_SHORTEST = 5
"""Letters of a name that may be a single word of a setting: TOKEN, but not ID."""


def near_miss(name: str, settings: Collection[str]) -> str:
    """Return the setting that was probably meant by this name; '' for none."""
    if _ORCHESTRATED.fullmatch(name.upper()):
        return ""
    likeness, setting = max(((_likeness(name.upper(), setting), setting) for setting in settings), default=(0, ""))
    return setting if likeness >= _LIKE else ""


def _likeness(name: str, setting: str) -> float:
    from difflib import SequenceMatcher  # takes 0.2 MB, and is needed for unknown names only

    ratio = SequenceMatcher(None, name.removesuffix("_FILE"), setting).ratio()
    return max(ratio, _LIKE) if _has_same_words(name, setting) else ratio


def _has_same_words(name: str, setting: str) -> bool:
    """Return whether one has all words of the other: DISCORD_BOT_TOKEN has more, CHANNEL_ID and RADARR_KEY less."""
    words, wanted = _words(name), _words(setting)
    fewest = 1 if setting.startswith("DISCORD_") else 2
    return wanted <= words or (words <= wanted and len(words) >= fewest and len(name) >= _SHORTEST)


def _words(name: str) -> set[str]:
    words = re.findall("[A-Z0-9]+", name.removesuffix("_FILE"))
    return set("_".join(_SPLIT.get(word, word) for word in words).split("_")) - {""}
