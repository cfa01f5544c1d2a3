"""The rules of a request's body, as values, and the tree of errors Discord answers where they are broken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .values import DiscordError, Wire

type Path = tuple[str | int, ...]


class Problems:
    """Everything that is wrong with one body."""

    def __init__(self) -> None:
        self._tree: Wire = {}

    def add(self, path: Path, code: str, message: str) -> None:
        branch = self._tree
        for step in path:
            branch = branch.setdefault(str(step), {})
        branch.setdefault("_errors", []).append({"code": code, "message": message})

    def answer(self) -> None:
        """Raise Discord's 400 if anything is wrong."""
        if self._tree:
            raise DiscordError(400, 50035, "Invalid Form Body", self._tree)


class Rule(Protocol):
    def check(self, value: Any, path: Path, problems: Problems) -> None:
        """Add to `problems` what is wrong with `value`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string of so many Unicode code points; blanks at its ends, which Discord trims, do not fill it."""

    most: int
    least: int = 0

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
            return
        length = len(value)
        if not value.strip() and self.least:
            problems.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif length > self.most and self.least:
            problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {self.least} and {self.most} in length.")
        elif length > self.most:
            problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {self.most} or fewer in length.")


@dataclass(frozen=True, slots=True)
class Link:
    """An address; Discord takes http, https and, for images, attachment."""

    most: int = 2048

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        Text(self.most, 1).check(value, path, problems)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "attachment://")):
            problems.add(
                path,
                "URL_TYPE_INVALID_SCHEME",
                f"Scheme \"{value.partition(':')[0]}\" is not supported. Scheme must be one of ('http', 'https').",
            )


@dataclass(frozen=True, slots=True)
class Moment:
    """ISO 8601."""

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            problems.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


@dataclass(frozen=True, slots=True)
class Whole:
    least: int = 0
    most: int = 2**31 - 1

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < self.least:
            problems.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {self.least}.")
        elif value > self.most:
            problems.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {self.most}.")


@dataclass(frozen=True, slots=True)
class Flag:
    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, bool):
            problems.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


@dataclass(frozen=True, slots=True)
class Choice:
    of: tuple[int | str, ...]

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if isinstance(value, bool) or value not in self.of:
            allowed = ", ".join(str(each) for each in self.of)
            problems.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{allowed}}}.")


@dataclass(frozen=True, slots=True)
class Snowflake:
    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
            problems.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


@dataclass(frozen=True, slots=True)
class Items:
    """A list of so many things of one kind."""

    of: Rule
    most: int
    least: int = 0

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        if not self.least <= len(value) <= self.most:
            if self.least:
                problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {self.least} and {self.most} in length.")
            else:
                problems.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {self.most} or fewer in length.")
        for index, item in enumerate(value):
            self.of.check(item, (*path, index), problems)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with known keys. A key that is not known is an error here; Discord would pass over it in silence."""

    fields: Mapping[str, Rule]
    needs: frozenset[str] = field(default_factory=frozenset)

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return
        for key in self.needs:
            if value.get(key) is None:
                problems.add((*path, key), "BASE_TYPE_REQUIRED", "This field is required")
        for key, part in value.items():
            rule = self.fields.get(key)
            if rule is None:
                problems.add((*path, key), "LOOPBACK_UNKNOWN_KEY", "The loopback Discord does not know this key.")
            elif part is not None:
                rule.check(part, (*path, key), problems)


@dataclass(frozen=True, slots=True)
class ByType:
    """An object whose number under `type` says which rules it follows."""

    shapes: Mapping[int, Rule]

    def check(self, value: Any, path: Path, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        rule = self.shapes.get(kind) if isinstance(kind, int) else None
        if rule is None:
            allowed = ", ".join(str(each) for each in self.shapes)
            problems.add((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({allowed}).')
        else:
            rule.check(value, path, problems)
