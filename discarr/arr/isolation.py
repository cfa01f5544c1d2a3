"""Keep a fault of one instance with that instance."""

import traceback
from collections.abc import Iterator
from logging import getLogger
from types import TracebackType

from discarr.errors import DiscarrError, InternalFault
from discarr.model.queue import Instance

log = getLogger(__name__)


class Isolation:
    """A context manager that turns an exception nobody anticipated into an InternalFault of its instance.

    The first one of a kind is logged with its stack, until `recovered` is called. Its message is left out: it can
    quote what the app sent, keys and addresses included.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._logged: set[str] = set()

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, DiscarrError):
            self._log(error)
            raise InternalFault from error

    def recovered(self) -> None:
        """Log the next fault again, whatever it is."""
        self._logged.clear()

    def _log(self, error: Exception) -> None:
        stack = "".join(_stack(error))
        if stack not in self._logged:
            self._logged.add(stack)
            log.error("%s: a fault inside Discarr, which is a bug; please report it:\n%s", self._instance.label, stack)


def _stack(error: BaseException) -> Iterator[str]:
    """Yield where it was raised and what led to it, the cause first, without any exception's message."""
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from _stack(cause)
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__name__}\n"
