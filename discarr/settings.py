"""The settings: environment and `.env` become one frozen value, or every mistake at once."""

import re
import ssl
from collections.abc import Iterable, Mapping
from logging import getLogger
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from discarr.errors import ConfigurationError
from discarr.model.queue import Instance, Service

log = getLogger(__name__)

Snowflake = Annotated[int, Field(gt=0, lt=2**63)]


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _one_word(value: SecretStr) -> SecretStr:
    """What goes into a header: a comment or a second line in the file would break it."""
    if not _WORD.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


_WORD = re.compile(r"[!-~]+")
Ids = Annotated[frozenset[Snowflake], BeforeValidator(_split)]


class InstanceSettings(BaseModel):
    """Where one Radarr or Sonarr is, and how to get in."""

    model_config = ConfigDict(frozen=True)

    instance: Instance
    url: Annotated[str, Field(repr=False)]
    """With its URL base, without a slash at the end."""
    api_key: SecretStr
    verify_tls: bool | Path
    """False for any certificate, or the file of the CA to trust."""

    @property
    def trust(self) -> bool | Path:
        """The same; False without TLS, since the list of CAs would take half a megabyte for nothing."""
        return urlsplit(self.url).scheme == "https" and self.verify_tls


class Settings(BaseModel):
    """Everything that can be set. A field's alias is its variable."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper, hide_input_in_errors=True)

    discord_token: Annotated[SecretStr, AfterValidator(_one_word)]
    discord_channel_id: Snowflake
    check_interval: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two reads."""
    health_check_interval: Annotated[int, Field(ge=10, le=3600)] = 60
    """Seconds between two status checks."""
    stuck_threshold_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] = 60
    remove_role_ids: Ids = frozenset()
    remove_user_ids: Ids = frozenset()
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    instances: Annotated[tuple[InstanceSettings, ...], Field(alias="instances")]


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
_UNREAD = "\0"
"""Stands for a value whose file could not be read: that was said, and nothing more is to be said of it."""
_PREFIXES = ("RADARR", "SONARR", "DISCORD_", "DISCARR", "CHECK_INTERVAL", "HEALTH_CHECK", "STUCK_", "REMOVE_")
_INSTANCE = re.compile(r"(RADARR|SONARR)(?:_([A-Z0-9_]{1,24}))??_(URL|API_KEY|VERIFY_TLS)")
_FORGETFUL = re.compile(r"((?:RADARR|SONARR)(?:_[A-Z0-9]+)*?)(?<!_API)_(?:APIKEY|API|KEY|APITOKEN|API_TOKEN|TOKEN)")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """The settings in these variables. An empty one counts as not there.

    Raises:
        ConfigurationError: with every mistake that was found.
    """
    mistakes: list[str] = []
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    values = _with_files_read(given, mistakes)
    instances = _instances(values, mistakes)
    settings = _checked({name: values[name] for name in _MUST_BE if name in values}, instances, mistakes)
    mistakes += _near_misses(given)
    if mistakes or settings is None:
        raise ConfigurationError(mistakes)
    return settings


def _with_files_read(given: Mapping[str, str], mistakes: list[str]) -> dict[str, str]:
    """With the content of the file in place of each `<NAME>_FILE`."""
    values = dict(given)
    for file_variable, path in given.items():
        name = file_variable.removesuffix("_FILE")
        if name == file_variable or not _is_known(name):
            continue
        del values[file_variable]
        if name in given:
            mistakes.append(f"{name} and {file_variable} are both set: remove one of them")
            continue
        try:
            values[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            mistakes.append(f"{file_variable} names a file that cannot be read: mount it, and let this user read it")
            values[name] = _UNREAD
    return {name: value for name, value in values.items() if value}


def _is_known(name: str) -> bool:
    return name in _MUST_BE or _INSTANCE.fullmatch(name) is not None


def _instances(values: Mapping[str, str], mistakes: list[str]) -> tuple[InstanceSettings, ...]:
    """Radarrs before Sonarrs, the unnamed one of each first."""
    found = {
        (Service(match[1].lower()), match[2] or "")
        for name in values
        if (match := _INSTANCE.fullmatch(name)) and match[3] != "VERIFY_TLS"
    }
    if not found:
        mistakes.append("No instance is set: give RADARR_URL and RADARR_API_KEY, or SONARR_URL and SONARR_API_KEY")
    instances = (_instance(service, name, values, mistakes) for service, name in sorted(found))
    return tuple(instance for instance in instances if instance is not None)


def _instance(service: Service, name: str, values: Mapping[str, str], mistakes: list[str]) -> InstanceSettings | None:
    prefix = "_".join(filter(None, [service.upper(), name]))
    url, key = values.get(f"{prefix}_URL"), values.get(f"{prefix}_API_KEY")
    if _UNREAD in (url, key):
        return None
    before = len(mistakes)
    for variable, value in (("URL", url), ("API_KEY", key)):
        if value is None:
            mistakes.append(f"{prefix}_{variable} is missing: {INSTANCE_VARIABLES[variable]}")
    if url is not None and not _is_address(url):
        mistakes.append(f"{prefix}_URL must be {INSTANCE_VARIABLES['URL']}; no user, '?' or '#' in it")
    if key is not None and not _WORD.fullmatch(key):
        mistakes.append(f"{prefix}_API_KEY must be {INSTANCE_VARIABLES['API_KEY']}: letters and digits, no spaces")
    verify = _verify_tls(f"{prefix}_VERIFY_TLS", values.get(f"{prefix}_VERIFY_TLS", "true"), mistakes)
    if len(mistakes) > before or url is None or key is None:
        return None
    return InstanceSettings(
        instance=Instance("_".join(filter(None, [service, name])).lower().replace("_", "-"), service),
        url=re.sub(r"/+(api(/v3)?/*)?$", "", url),
        api_key=SecretStr(key),
        verify_tls=verify,
    )


_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        port_is_right
        and parts.scheme in ("http", "https")
        and _HOST.fullmatch(parts.netloc) is not None
        and not re.search(r"[?#\s]", url)
    )


def _verify_tls(variable: str, value: str, mistakes: list[str]) -> bool | Path:
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    try:
        ssl.create_default_context(cafile=value)
    except (OSError, ValueError):
        mistakes.append(f"{variable} must be {INSTANCE_VARIABLES['VERIFY_TLS']}; this is no CA file that can be read")
    return Path(value)


def _checked(
    values: Mapping[str, str], instances: tuple[InstanceSettings, ...], mistakes: list[str]
) -> Settings | None:
    try:
        return Settings.model_validate({**values, "instances": instances})
    except ValidationError as error:
        wrong = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors())
        mistakes += [
            _mistake(name, missing=name not in values, value=values.get(name, ""))
            for name in wrong
            if values.get(name) != _UNREAD
        ]
        return None


def _mistake(name: str, *, missing: bool, value: str) -> str:
    if missing:
        return f"{name} is missing: {_MUST_BE[name]}"
    hint = ". Put the comment on a line of its own" if "#" in value else ""
    return f"{name} must be {_MUST_BE[name]}{hint}"


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
