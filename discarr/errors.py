"""Everything Discarr raises on purpose.

    DiscarrError
    ├── ConfigurationError      the settings are wrong; carries every mistake at once
    ├── FatalError              Discord refuses this bot for good (token, intents)
    ├── AlreadyGone             the download had left the queue before it could be removed
    └── ArrError                an instance could not be read or could not do what was asked
        ├── Unreachable         nothing listens there, or its name is not known
        ├── TimedOut            it is there and does not answer in time
        ├── TlsTrouble          its certificate is not trusted          (said at once)
        ├── KeyRejected         401: the API key is not its own         (said at once)
        ├── Blocked             401 or 403 of a proxy before it         (said at once)
        ├── WrongAddress        a login page, a redirect, a web page    (said at once)
        ├── WrongApp            another app answers at this URL         (said at once)
        ├── Starting            503: it is up but not ready
        ├── ServerFailed        it answered with an error
        ├── BadAnswer           what it sent is not a queue, is cut off or too large
        └── InternalFault       Discarr itself failed while it dealt with the instance

The text of an ArrError is a sentence that may be shown to anybody: it never holds
a host, a path, a key or a word of what the server sent.
"""

from collections.abc import Sequence
from typing import ClassVar


class DiscarrError(Exception):
    """The root of the tree."""


class ConfigurationError(DiscarrError):
    """The settings are wrong. `mistakes` are sentences, each naming its variable and what to do."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class FatalError(DiscarrError):
    """Discord refuses this bot, and trying again cannot help. The text says what to do."""


class AlreadyGone(DiscarrError):
    """The download had left the queue before."""


class ArrError(DiscarrError):
    """An instance could not be read, or could not do what was asked. The text is fit to be shown."""

    at_once: ClassVar[bool] = False
    """True if one occurrence proves the trouble, so that it is shown without waiting for a second."""

    def __init__(self, sentence: str, *, uncertain: bool = False) -> None:
        super().__init__(sentence)
        self.uncertain = uncertain
        """What was asked for may have been done all the same: only the answer was lost."""


class Unreachable(ArrError):
    """Nothing listens at the instance's URL, or the name in it is not known."""


class TimedOut(ArrError):
    """The instance accepted the connection and did not answer in time."""


class TlsTrouble(ArrError):
    """The instance's certificate is not trusted, or it does not speak TLS."""

    at_once = True


class KeyRejected(ArrError):
    """The instance answered 401."""

    at_once = True


class Blocked(ArrError):
    """A login, a firewall or the like answers before the instance."""

    at_once = True


class WrongAddress(ArrError):
    """Something answers at the URL, and it is not the API: a login page, a redirect, a web page."""

    at_once = True


class WrongApp(ArrError):
    """Another app than the configured one answers, such as Sonarr at Radarr's URL."""

    at_once = True


class Starting(ArrError):
    """The instance answered 503: it is starting, or a proxy has nothing behind it."""


class ServerFailed(ArrError):
    """The instance, or a proxy before it, answered with an error of its own."""


class BadAnswer(ArrError):
    """The answer is not what the API promises: cut off, too large, or something else entirely."""


class InternalFault(ArrError):
    """An exception nobody anticipated was raised while an instance was dealt with."""

    def __init__(self) -> None:
        super().__init__("met a fault inside Discarr: its log has the details", uncertain=True)
