"""Reads the variables of the process and of `.env`, without what launchers leave around names and values.

Slow modules are imported only when needed, because the health check uses this module.
"""

import io
import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from logging import getLogger
from pathlib import Path
from select import select
from typing import NamedTuple

from discarr.errors import ConfigurationError

log = getLogger(__name__)

LARGEST_FILE = 2**20
"""Bytes that are read of a file."""
PIPE_DEADLINE = 1.0
"""Seconds that a pipe in place of a file may take until somebody writes to it."""
_ENV = Path(".env")
_INVISIBLE = "".join(map(chr, (0, 0xAD, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x2070))))
"""What a page, an editor or a terminal leaves around what is copied from it: marks of direction and width."""
_CERTIFICATE = "-----BEGIN "
_WHY = {
    FileNotFoundError: "it does not exist. Mount it",
    IsADirectoryError: "it is a folder, which Docker makes where the file to mount is missing",
    PermissionError: "let this user read it",
    BlockingIOError: "it is a pipe to which nobody writes",
    UnicodeError: "it is not text. Save it as UTF-8",
}


class Unreadable(NamedTuple):
    """Takes the place of a value that could not be read."""

    mistake: str
    """The sentence for the user."""


Value = str | Unreadable


def environment() -> dict[str, str]:
    """Return the variables of the process and of `.env` in the working directory, as by `plain`.

    Those of the process take precedence; an empty one counts as unset.

    Raises:
        ConfigurationError: `.env` cannot be read.
    """
    return {**plain(_env_file()), **plain(os.environ)}


def env_file_absence() -> str:
    """Where `.env` was expected, and why it was not read; '' if it was."""
    try:
        folder = os.getcwd()
    except OSError:
        folder = "the working directory, which does not exist"
    try:
        _text(_ENV)
    except FileNotFoundError:
        return f"There is no `.env` in {folder}"
    except OSError as error:
        return f"`.env` in {folder} was not read: {_why(error)}"
    except UnicodeError:  # one of the mistakes
        pass
    return ""


def plain(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are not empty.

    They are without `export ` before names, and without quotes and invisible characters around both.
    """
    by_name = sorted(variables.items(), key=lambda item: item[0] == _plain_name(item[0]))
    return {_plain_name(name): plain for name, value in by_name if (plain := plain_value(value))}


def _plain_name(name: str) -> str:
    return re.sub(r"^export\s+", "", _bare(name))


def plain_value(value: str) -> str:
    """Return a value without quotes, even nested ones, and invisible characters around it."""
    value = _bare(value)
    while len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = _bare(value[1:-1])
    return value


def _bare(text: str) -> str:
    while text != (text := text.strip().strip(_INVISIBLE)):
        pass
    return text


def with_files_read(given: Mapping[str, str], is_known: Callable[[str], bool]) -> dict[str, Value]:
    """Return the variables, and NAME with the content of the file for each `<NAME>_FILE` whose NAME is known.

    RADARR_VERIFY_TLS_FILE can also name the CA file itself.
    """
    files = {name: name.removesuffix("_FILE") for name in given if name.endswith("_FILE")}
    contents = {name: _content(variable, name, given) for variable, name in files.items() if is_known(name)}
    return {**given, **{name: content for name, content in contents.items() if content}}


def _content(variable: str, name: str, given: Mapping[str, str]) -> Value:
    if name in given:
        return Unreadable(f"{name} and {variable} are both set: remove one of them")
    may_be_a_path = name.endswith("_VERIFY_TLS")
    try:
        content = plain_value(_text(given[variable]))
    except (OSError, ValueError) as error:
        if may_be_a_path:
            return given[variable]
        return Unreadable(f"{variable} names a file that cannot be read: {_why(error)}")
    return given[variable] if may_be_a_path and _CERTIFICATE in content else content


def _why(error: Exception) -> str:
    return next((why for kind, why in _WHY.items() if isinstance(error, kind)), "mount it, and let this user read it")


def _text(path: str | Path) -> str:
    """Return the text of a file in UTF-8, UTF-16 or UTF-32, with a byte order mark or without."""
    content = _bytes(path)
    return content.decode(json.detect_encoding(content))


def _bytes(path: str | Path) -> bytes:
    """What a file holds, or what comes out of a pipe; without waiting for somebody to open its other end."""
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            if not select([file], [], [], PIPE_DEADLINE)[0]:
                raise BlockingIOError
            os.set_blocking(file.fileno(), True)
        return file.read(LARGEST_FILE)


def _env_file() -> Mapping[str, str]:
    try:
        text = _text(_ENV)
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except PermissionError as error:
        # systemd's EnvironmentFile= reads it as root: all that is in it may be in the environment.
        log.warning("`.env` was not read: %s", _why(error))
        return {}
    except (OSError, UnicodeError) as error:
        raise ConfigurationError([f"`.env` cannot be read: {_why(error)}"]) from error
    from dotenv import dotenv_values  # takes 16 ms

    return {name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value}
