"""All exceptions that Discarr raises on purpose.

    DiscarrError
    ├── ConfigurationError      the settings are wrong; contains all mistakes
    ├── FatalError              Discord refuses this bot, and retrying cannot help (token, intents)
    ├── AlreadyGone             the download left the queue before it could be removed
    └── ArrError                an instance could not be read or could not do what was asked
        ├── Unreachable         nothing listens there, or its name is not known
        ├── TimedOut            it does not answer in time
        ├── TlsTrouble          its certificate is not trusted          (shown at once)
        ├── KeyRejected         401: the API key is wrong               (shown at once)
        ├── Blocked             401 or 403 of a proxy in front         (shown at once)
        ├── WrongAddress        a login page, a redirect, a web page    (shown at once)
        ├── WrongApp            another app answers at this URL         (shown at once)
        ├── Starting            503: it is starting
        ├── ServerFailed        it answered with an error
        ├── BadAnswer           its answer is invalid, incomplete or too large
        └── InternalFault       Discarr itself failed: a bug            (shown at once)

The text of an ArrError is a sentence that is safe to show to anybody: it never contains a host, a path, a key or
anything that the server sent.
"""

from collections.abc import Sequence
from typing import ClassVar


class DiscarrError(Exception):
    """The base of all exceptions of Discarr."""


class ConfigurationError(DiscarrError):
    """The settings are wrong. `mistakes` are sentences, each with a variable and what to do about it."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


class FatalError(DiscarrError):
    """Discord refuses this bot, and retrying cannot help. The text says what to do."""


class AlreadyGone(DiscarrError):
    """The download left the queue before it could be removed or grabbed, or somebody else is removing it."""


class ArrError(DiscarrError):
    """An instance could not be read, or could not do what was asked. The text is safe to show."""

    at_once: ClassVar[bool] = False
    """True if a single occurrence proves the problem, so that it is shown without waiting for another."""

    def __init__(self, sentence: str, *, uncertain: bool = False) -> None:
        super().__init__(sentence)
        self.uncertain = uncertain
        """Whether the app may have done it all the same."""


class Unreachable(ArrError):
    """Nothing listens at the instance's URL, or the name in it is not known."""


class TimedOut(ArrError):
    """The instance did not accept the connection, or did not answer, in time."""


class TlsTrouble(ArrError):
    """The instance's certificate is not trusted, or it does not speak TLS."""

    at_once = True


class KeyRejected(ArrError):
    """The instance answered 401."""

    at_once = True


class Blocked(ArrError):
    """A login page, a firewall or the like answers instead of the instance."""

    at_once = True


class WrongAddress(ArrError):
    """Something other than the API answers at the URL: a login page, a redirect, a web page."""

    at_once = True


class WrongApp(ArrError):
    """An app other than the configured one answers, such as Sonarr at Radarr's URL."""

    at_once = True


class Starting(ArrError):
    """The instance answered 503: it is starting, or a proxy cannot reach it."""


class ServerFailed(ArrError):
    """The instance, or a proxy in front of it, answered with a server error."""


class BadAnswer(ArrError):
    """The answer is not what the API promises: incomplete, too large, or something else entirely."""


class InternalFault(ArrError):
    """An unanticipated exception was raised while Discarr handled the instance."""

    at_once = True

    def __init__(self) -> None:
        super().__init__("caused an internal error in Discarr: see Discarr's log", uncertain=True)
