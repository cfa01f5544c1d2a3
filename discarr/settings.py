"""The settings: environment and `.env` become one frozen value, or every mistake at once."""

import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from logging import getLogger
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from discarr.arr.addresses import is_address
from discarr.environment import Unreadable, Value, plain, plain_value, with_files_read
from discarr.errors import ConfigurationError
from discarr.model.queue import Instance, Service

log = getLogger(__name__)

_WORD = re.compile(r"[!#-&(-~]+")
"""No quotes: those around a value are gone by now."""


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _without_scheme(value: object) -> object:
    """Without the word that stands before the token in the header of a request."""
    return plain_value(re.sub(r"^bot\s+", "", value, flags=re.IGNORECASE)) if isinstance(value, str) else value


def _at_least_one(value: object) -> object:
    """As min_length, which also counts an instance with a mistake as none."""
    if not value:
        raise ValueError
    return value


def _one_word(value: SecretStr) -> SecretStr:
    """What goes into a header: a comment or a second line in the file would break it."""
    if not _WORD.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


def _base_url(url: str) -> str:
    if not is_address(url):
        raise ValueError
    return re.sub(r"/+(api(/v3)?/*)?$", "", url)


def _trusted(value: object) -> object:
    """A word as a bool, or the path of a CA file that can be read."""
    if not isinstance(value, str):
        return value
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    try:
        ssl.create_default_context(cafile=value)
    except OSError as error:
        raise ValueError from error
    return Path(value)


Snowflake = Annotated[int, Field(gt=0, lt=2**63)]
Ids = Annotated[frozenset[Snowflake], BeforeValidator(_split)]
Word = Annotated[SecretStr, AfterValidator(_one_word)]


class InstanceSettings(BaseModel):
    """Where one Radarr or Sonarr is, and how to get in."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    instance: Instance
    url: Annotated[str, AfterValidator(_base_url), Field(repr=False)]
    """With its URL base, without a slash at the end."""
    api_key: Word
    verify_tls: Annotated[bool | Path, BeforeValidator(_trusted)] = True
    """False for any certificate, or the file of the CA to trust."""

    @property
    def trust(self) -> bool | Path:
        """The same; False without TLS, since the list of CAs would take half a megabyte for nothing."""
        return urlsplit(self.url).scheme == "https" and self.verify_tls


class Settings(BaseModel):
    """Everything that can be set. A field's alias is its variable."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, hide_input_in_errors=True)

    instances: Annotated[tuple[InstanceSettings, ...], BeforeValidator(_at_least_one), Field(alias="instances")]
    """Radarrs before Sonarrs, the unnamed one of each first."""
    discord_token: Annotated[Word, BeforeValidator(_without_scheme)]
    discord_channel_id: Snowflake
    check_interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two reads."""
    health_check_interval: Annotated[int, Field(ge=10, le=3600)] = 60
    """Seconds between two status checks."""
    stuck_threshold_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] = 60
    remove_role_ids: Ids = frozenset()
    remove_user_ids: Ids = frozenset()
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"


INSTANCE_VARIABLES = {
    "URL": "the address of the app with its URL base, such as http://192.168.1.5:7878",
    "API_KEY": "the key from Settings, General of the app",
    "VERIFY_TLS": "true, false, or the path of a CA file",
}
"""What follows RADARR_, SONARR_, RADARR_<NAME>_ and SONARR_<NAME>_."""

_MUST_BE = {
    "DISCORD_TOKEN": "the bot's token, from its page on Discord's developer site",  # nosec B105 # a description
    "DISCORD_CHANNEL_ID": "the channel's id, about 19 digits (Developer Mode, right click, Copy Channel ID)",
    "CHECK_INTERVAL": "a whole number of seconds from 5 to 300",
    "HEALTH_CHECK_INTERVAL": "a whole number of seconds from 10 to 3600",
    "STUCK_THRESHOLD_MINUTES": "a whole number of minutes from 1 to 10080",
    "REMOVE_ROLE_IDS": "ids of roles with commas between, such as 123456789012345678,234567890123456789",
    "REMOVE_USER_IDS": "ids of users with commas between, such as 123456789012345678,234567890123456789",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
}
_NO_INSTANCE = "No instance is set: give RADARR_URL and RADARR_API_KEY, or SONARR_URL and SONARR_API_KEY"
_PREFIXES = ("RADARR", "SONARR", "DISCORD_", "DISCARR", "CHECK_INTERVAL", "HEALTH_CHECK", "STUCK_", "REMOVE_")
_INSTANCE = re.compile(r"(RADARR|SONARR)(?:_([A-Z0-9_]{1,24}))??_(URL|API_KEY|VERIFY_TLS)")
_FORGETFUL = re.compile(r"((?:RADARR|SONARR)(?:_[A-Z0-9]+)*?)(?<!_API)_(?:APIKEY|API|KEY|APITOKEN|API_TOKEN|TOKEN)")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings in these variables. An empty one counts as not there.

    Raises:
        ConfigurationError: with every mistake that was found.
    """
    given = {name: value for name, value in plain(environment).items() if value}
    values = with_files_read(given, _is_known)
    instances = _instances(values)
    near_misses = _near_misses(given)
    try:
        settings = Settings.model_validate(
            {**{name: values[name] for name in _MUST_BE if name in values}, "instances": list(instances.values())}
        )
    except ValidationError as error:
        prefixes = list(instances)
        mistakes = dict.fromkeys(_mistake(detail, prefixes, values) for detail in error.errors())
        raise ConfigurationError([*mistakes, *near_misses]) from None
    if near_misses:
        raise ConfigurationError(near_misses)
    return settings


def _is_known(name: str) -> bool:
    return name in _MUST_BE or _INSTANCE.fullmatch(name) is not None


def _instances(values: Mapping[str, Value]) -> dict[str, dict[str, object]]:
    """The fields of each instance by what its variables begin with."""
    found = {
        (Service(match[1].lower()), match[2] or "")
        for name in values
        if (match := _INSTANCE.fullmatch(name)) and match[3] != "VERIFY_TLS"
    }
    return {
        (prefix := "_".join(filter(None, [service.upper(), name]))): {
            "instance": Instance(prefix.lower().replace("_", "-"), service),
            **{part.lower(): values[f"{prefix}_{part}"] for part in INSTANCE_VARIABLES if f"{prefix}_{part}" in values},
        }
        for service, name in sorted(found)
    }


def _mistake(detail: ErrorDetails, prefixes: Sequence[str], values: Mapping[str, Value]) -> str:
    """The sentence for a place in the settings where a value is missing or wrong."""
    match detail:
        case {"input": Unreadable(mistake)}:
            return mistake
        case {"loc": ("instances", int(place), str(field), *_)}:
            variable, must_be = f"{prefixes[place]}_{field.upper()}", INSTANCE_VARIABLES[field.upper()]
        case {"loc": ("instances",)}:
            return _NO_INSTANCE
        case _:
            variable = str(detail["loc"][0])
            must_be = _MUST_BE[variable]
    value = values.get(variable)
    if value is None:
        empty = f". {variable}_FILE names a file without text" if f"{variable}_FILE" in values else ""
        return f"{variable} is missing: {must_be}{empty}"
    comment = ". Put the comment on a line of its own" if "#" in str(value) else ""
    return f"{variable} must be {must_be}{comment}"


def _near_misses(given: Iterable[str]) -> list[str]:
    """A mistake for each variable that is nearly one of ours; one WARNING for the rest that begin like ours."""
    mistakes, strange = [], []
    for name in given:
        known = _is_known(name) or _is_known(name.removesuffix("_FILE"))
        if known or not name.upper().startswith(_PREFIXES):
            continue
        meant = _meant(name.upper())
        if meant:
            mistakes.append(f"{name} is not a setting: did you mean {meant}?")
        else:
            strange.append(name)
    if strange:
        log.warning("Not settings of Discarr, and ignored: %s", ", ".join(sorted(strange)))
    return mistakes


def _meant(name: str) -> str | None:
    if _is_known(name):
        return name
    if match := _FORGETFUL.fullmatch(name):
        return f"{match[1]}_API_KEY"
    from difflib import get_close_matches  # 0.2 MB, for mistakes only

    known = [*_MUST_BE, *(f"{service.upper()}_{variable}" for service in Service for variable in INSTANCE_VARIABLES)]
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.85)), None)
