"""Keeps a fault in the handling of one instance from affecting the others."""

import traceback
from logging import getLogger
from types import TracebackType

from discarr.errors import DiscarrError, InternalFault
from discarr.model.instance import Instance

log = getLogger(__name__)

_FAULT = "%s: an internal error, which is a bug in Discarr; please report it"


class Isolation:
    """A context manager that turns an exception nobody anticipated into an InternalFault of its instance.

    The first one from each place is logged with its stack, until `recovered` is called. Its message is left out: it
    can quote the answer of the app, including keys and addresses.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._logged: set[str] = set()

    def __enter__(self) -> None:
        """Do nothing: all the work is in `__exit__`."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, DiscarrError):
            self._log(error)
            raise InternalFault from error

    def recovered(self) -> None:
        """Log the next fault again, even one that was logged before."""
        self._logged.clear()

    def _log(self, error: Exception) -> None:
        where = "".join(traceback.format_tb(error.__traceback__))
        if where not in self._logged:
            self._logged.add(where)
            nameless = Exception(type(error).__name__)
            log.error(_FAULT, self._instance.label, exc_info=(Exception, nameless, error.__traceback__))
