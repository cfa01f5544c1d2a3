"""Turns the environment into one frozen value, or reports all mistakes at once."""

import os
import re
import ssl
import stat
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from logging import getLogger
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from discarr.arr.addresses import is_address
from discarr.environment import Unreadable, Value, plain, plain_value, with_files_read
from discarr.errors import ConfigurationError
from discarr.model.instance import Instance, Service
from discarr.near_misses import near_miss

log = getLogger(__name__)

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
"""How much is logged. Not a Literal: its validator alone takes 128 kB of memory."""
_WORD = re.compile(r"[!#-&(-\[\]-~]+")
"""No quotes and no backslash: those of launchers are removed before."""
_UNREADABLE = "unreadable"
"""The type of an error whose message says what to set the variable to."""


def _digits(value: object) -> object:
    """Accept an id only as Discord shows it: not 1_000, +1 or 1.0, which pydantic takes for integers too."""
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,19}", value):
        raise ValueError
    return value


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise ValueError
    return value.upper()


def _without_scheme(value: object) -> object:
    """Remove 'Bot ', which precedes the token in the header of a request."""
    return plain_value(re.sub(r"^bot\s+", "", value, flags=re.IGNORECASE)) if isinstance(value, str) else value


def _at_least_one(value: object) -> object:
    """Require an element. min_length would not count an instance with a mistake."""
    if not value:
        raise ValueError
    return value


def _one_word(value: SecretStr) -> SecretStr:
    """Accept only one word, as for a header: a file can contain a comment or a second line."""
    if not _WORD.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


def _base_url(url: str) -> str:
    if not is_address(url):
        raise ValueError
    return re.sub(r"/+(api(/v3)?/*)?$", "", url)


def _trusted(value: object) -> object:
    """Return a bool, or the path of a readable CA file."""
    if not isinstance(value, str):
        return value
    return value.lower() == "true" if value.lower() in ("true", "false") else ca_file(value)


def ca_file(path: str) -> Path:
    """Return the path of a CA file. Raises ValueError if it is none, or cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # OpenSSL would wait at a pipe
            raise ValueError
        ssl.create_default_context(cafile=path)
    except PermissionError as error:
        raise PydanticCustomError(_UNREADABLE, "a file that this user can read") from error
    except OSError as error:
        raise ValueError from error
    return Path(path)


Snowflake = Annotated[int, BeforeValidator(_digits), Field(gt=0, lt=2**63)]
Ids = Annotated[frozenset[Snowflake], BeforeValidator(_split)]
Word = Annotated[SecretStr, AfterValidator(_one_word)]


class InstanceSettings(BaseModel):
    """The address, the key and the TLS settings of one instance."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    key: str
    """That of its Instance."""
    url: Annotated[str, AfterValidator(_base_url), Field(repr=False)]
    """Including the URL base, without a slash at the end."""
    api_key: Word
    verify_tls: Annotated[bool | Path, BeforeValidator(_trusted)] = True
    """False to accept any certificate, or the file of the CA to trust."""
    external_url: Annotated[Annotated[str, AfterValidator(_base_url)] | None, Field(repr=False)] = None
    """Where people open the app in their browsers; None if there are to be no links."""

    @property
    def instance(self) -> Instance:
        """The instance of these settings."""
        return Instance.of(self.key)

    @property
    def queue_page(self) -> str:
        """The address of its queue for people; '' without `external_url`."""
        return f"{self.external_url}/activity/queue" if self.external_url else ""

    @property
    def trust(self) -> bool | Path:
        """`verify_tls`, or False without TLS, because an unused list of CAs takes half a megabyte."""
        return urlsplit(self.url).scheme == "https" and self.verify_tls


class Settings(BaseModel):
    """All settings. The alias of a field is its variable."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, hide_input_in_errors=True)

    instances: Annotated[tuple[InstanceSettings, ...], BeforeValidator(_at_least_one), Field(alias="instances")]
    """Radarr before Sonarr, each beginning with the unnamed one."""
    discord_token: Annotated[Word, BeforeValidator(_without_scheme)]
    discord_channel_id: Snowflake
    check_interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two reads."""
    health_check_interval: Annotated[int, Field(ge=10, le=3600)] = 300
    """Seconds between two requests for an app's status and health while nothing is wrong."""
    stuck_threshold_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] = 60
    remove_role_ids: Ids = frozenset()
    remove_user_ids: Ids = frozenset()
    log_level: Annotated[str, AfterValidator(_level)] = "INFO"
    """One of LEVELS."""


INSTANCE_VARIABLES = {
    "URL": "the address of the app with its URL base, such as http://192.168.1.5:7878",
    "API_KEY": "the key from Settings, General of the app",
    "VERIFY_TLS": "true, false, or the path of a CA file",
    "EXTERNAL_URL": "the address of the app in a browser, such as https://radarr.example.org",
}
"""The variables after RADARR_, SONARR_, RADARR_<NAME>_ and SONARR_<NAME>_, with what to set them to."""

_MEANING = {
    "DISCORD_TOKEN": "the bot's token, from its page on Discord's developer site",  # nosec B105 # a description
    "DISCORD_CHANNEL_ID": "the channel's id, about 19 digits (Developer Mode, right click, Copy Channel ID)",
    "CHECK_INTERVAL": "a whole number of seconds from 5 to 300",
    "HEALTH_CHECK_INTERVAL": "a whole number of seconds from 10 to 3600",
    "STUCK_THRESHOLD_MINUTES": "a whole number of minutes from 1 to 10080",
    "REMOVE_ROLE_IDS": "role ids separated by commas, such as 123456789012345678,234567890123456789",
    "REMOVE_USER_IDS": "user ids separated by commas, such as 123456789012345678,234567890123456789",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
}
_NO_INSTANCE = "No instance is configured: set RADARR_URL and RADARR_API_KEY, or SONARR_URL and SONARR_API_KEY"
_PAIR = ("URL", "API_KEY")
_UNNAMED = tuple(map(Instance.of, Service))
_LIKE_OURS = re.compile("RADAR[R_]|SONAR[R_]|DISCORD_|DISCARR|CHECK_INTERVAL|HEALTH_CHECK|STUCK_|REMOVE_")
_INSTANCE = re.compile(r"(RADARR|SONARR)(?:_([A-Z0-9_]{1,24}?))??_(EXTERNAL_URL|URL|API_KEY|VERIFY_TLS)")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Return the settings in these variables. An empty variable counts as missing.

    Raises:
        ConfigurationError: the settings are wrong; it contains all mistakes.
    """
    given = plain(environment)
    values = with_files_read(given, _is_known)
    instances, halves = _instances(values)
    general = {name: values[name] for name in _MEANING if name in values}
    try:
        settings = Settings.model_validate({**general, "instances": [_fields(each, values) for each in instances]})
    except ValidationError as error:
        raise ConfigurationError(_mistakes(error.errors(), instances, values)) from None
    _warn_of_strangers(values, halves)
    return settings


def _is_known(name: str) -> bool:
    return name in _MEANING or _INSTANCE.fullmatch(name) is not None


def _instances(values: Mapping[str, Value]) -> tuple[list[Instance], list[Instance]]:
    """Return the instances with any variable, and those to ignore.

    Besides a valid instance, half of a named one may belong to another program, such as RADARR_PUBLIC_URL.
    """
    found = sorted(
        {(match[1], match[2] or "") for name in values if (match := _INSTANCE.fullmatch(name)) and match[3] in _PAIR}
    )
    instances = [
        Instance.of("_".join(filter(None, [service, name])).lower().replace("_", "-")) for service, name in found
    ]
    halves = []
    if any(_is_right(each, values) for each in instances):
        named = [each for each in instances if each not in _UNNAMED]
        halves = [each for each in named if any(each.variable(part) not in values for part in _PAIR)]
    return [each for each in instances if each not in halves], halves


def _is_right(instance: Instance, values: Mapping[str, Value]) -> bool:
    """Return whether its address and its key are set and valid."""
    try:
        InstanceSettings.model_validate(_fields(instance, values, _PAIR))
    except ValidationError:
        return False
    return True


def _fields(
    instance: Instance, values: Mapping[str, Value], parts: Iterable[str] = INSTANCE_VARIABLES
) -> dict[str, object]:
    variables = {part.lower(): instance.variable(part) for part in parts}
    return {"key": instance.key, **{field: values[name] for field, name in variables.items() if name in values}}


def _mistakes(details: Sequence[ErrorDetails], instances: Sequence[Instance], values: Mapping[str, Value]) -> list[str]:
    """Return a sentence for each missing or wrong value, and for each variable that may have been meant."""
    places = dict.fromkeys(_place(detail, instances) for detail in details)
    missing = {place.variable for place in places if place.variable not in values}
    pairs = {each.variable(part) for each in _UNNAMED for part in _PAIR} - values.keys()
    also = set[str]() if any(_is_right(each, values) for each in instances) else pairs
    meant = {name: near_miss(name, missing) or near_miss(name, also) for name in values if not _is_ours(name)}
    return [
        *(_sentence(place, values) for place in places),
        *(f"{_shown(name)} is not a setting: did you mean {setting}?" for name, setting in meant.items() if setting),
    ]


class _Place(NamedTuple):
    """A missing or wrong value in the settings."""

    variable: str
    """Its variable; '' if no instance is set at all."""
    meaning: str
    """What to set it to."""
    instance: Instance | None = None


def _place(detail: ErrorDetails, instances: Sequence[Instance]) -> _Place:
    match detail["loc"]:
        case ("instances", int(number), str(field), *_):
            instance, part = instances[number], field.upper()
            meaning = detail["msg"] if detail["type"] == _UNREADABLE else INSTANCE_VARIABLES[part]
            return _Place(instance.variable(part), meaning, instance)
        case ("instances",):
            return _Place("", _NO_INSTANCE)
        case location:
            return _Place(str(location[0]), _MEANING[str(location[0])])


def _sentence(place: _Place, values: Mapping[str, Value]) -> str:
    match values.get(place.variable):
        case Unreadable(mistake):
            return mistake
        case None:
            return _missing(place, values)
        case value:
            comment = ". Put the comment on a line of its own" if "#" in value else ""
            return f"{place.variable} must be {place.meaning}{comment}"


def _missing(place: _Place, values: Mapping[str, Value]) -> str:
    if not place.variable:
        return place.meaning
    sentence = f"{place.variable} is missing: {place.meaning}"
    if f"{place.variable}_FILE" in values:
        return f"{sentence}. {place.variable}_FILE names an empty file"
    if place.instance is None:
        return sentence
    names = (place.instance.variable(part) + suffix for part in _PAIR for suffix in ("_FILE", ""))
    other = next(name for name in names if name in values)
    return f"{sentence} (or clear {other} if you have no {place.instance.label})"


def _shown(name: str) -> str:
    """Return the name up to the first character that no setting has: a misplaced value may follow it."""
    return re.sub("[^A-Za-z0-9_].*", "…", name, flags=re.DOTALL)


def _is_ours(name: str) -> bool:
    return _is_known(name) or _is_known(name.removesuffix("_FILE"))


def _warn_of_strangers(values: Mapping[str, Value], halves: Sequence[Instance]) -> None:
    """Log one warning about all variables that look like settings but are none."""
    pairs = [[each.variable(part) for part in _PAIR] for each in halves]
    known = [*_MEANING, *(each.variable(part) for each in _UNNAMED for part in INSTANCE_VARIABLES), *chain(*pairs)]
    unset = [name for name in known if name not in values]
    strangers = {
        name: f" (did you mean {setting}?)" if (setting := near_miss(name, unset)) else ""
        for name in values
        if not _is_ours(name) and _LIKE_OURS.match(name.upper())
    } | {name: f" (without {other})" for pair in pairs for name, other in (pair, pair[::-1]) if name in values}
    if strangers:
        log.warning(
            "Ignored, because they are not settings of Discarr: %s",
            ", ".join(f"{_shown(name)}{remark}" for name, remark in sorted(strangers.items())),
        )
