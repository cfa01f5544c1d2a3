"""A query string as ASP.NET reads it: names in any case, bad values are a 400."""

from collections.abc import Collection, Iterable


class BadQuery(Exception):
    """A value that its parameter cannot hold."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(name)
        self.name = name
        self.value = value


class Query:
    """The parameters of one request."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = [(name.lower(), value) for name, value in pairs]

    def text(self, name: str) -> str | None:
        """The first value of a parameter; None if it is not there."""
        return next(iter(self.texts(name)), None)

    def texts(self, name: str) -> list[str]:
        """All values of a repeatable parameter."""
        return [value for found, value in self._pairs if found == name.lower()]

    def number(self, name: str, default: int) -> int:
        """A whole number of 32 bits; an empty value is the default."""
        text = self.text(name)
        return _number(name, text) if text else default

    def numbers(self, name: str) -> list[int]:
        """A repeatable whole number: `ids=1&ids=2`, with commas it is a bad value."""
        return [_number(name, text) for text in self.texts(name)]

    def flag(self, name: str, default: bool) -> bool:
        """`true` or `false` in any case; an empty value is the default."""
        text = (self.text(name) or "").strip().lower()
        if text not in ("", "true", "false"):
            raise BadQuery(name, text)
        return text == "true" if text else default

    def word(self, name: str, allowed: Collection[str]) -> str | None:
        """A member of an enum, in any case, as `allowed` spells it."""
        return next(iter(self.words(name, allowed)), None)

    def words(self, name: str, allowed: Collection[str]) -> list[str]:
        """Members of an enum, as `allowed` spells them."""
        spelling = {word.lower(): word for word in allowed}
        found = self.texts(name)
        for text in found:
            if text.lower() not in spelling:
                raise BadQuery(name, text)
        return [spelling[text.lower()] for text in found]


def _number(name: str, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise BadQuery(name, text) from None
    if not -(2**31) <= number < 2**31:
        raise BadQuery(name, text)
    return number
