"""Sets up the way to Discord: proxy, certificates, and a comparison of the clocks."""

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any

import aiohttp

_STATUSES: ContextVar[list[int] | None] = ContextVar("_STATUSES", default=None)
"""Where the statuses of the answers to this task's requests are noted."""
TOLERATED_SKEW = timedelta(minutes=2)
"""More than this is visible on a dashboard with times in minutes."""


class ClockSkew:
    """Compares the local clock with Discord's, by the Date header of the last answer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._ahead = timedelta()

    @property
    def sentence(self) -> str:
        """The problem and its fix; '' if the clock is right, or nothing is known."""
        if abs(self._ahead) <= TOLERATED_SKEW:
            return ""
        seconds = abs(self._ahead).total_seconds()
        amount = f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
        return f"This machine's clock is {amount} {'ahead' if self._ahead > timedelta() else 'behind'}: set it right"

    def trace(self) -> aiohttp.TraceConfig:
        """Return the trace configuration for the HTTP client whose answers are to be used."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._note)
        return trace

    async def _note(
        self, session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        try:
            date = parsedate_to_datetime(params.response.headers.get("Date", ""))
            self._ahead = self._now() - date
        except (TypeError, ValueError):  # it is missing, invalid, or without a zone
            self._ahead = timedelta()


@contextmanager
def statuses() -> Iterator[list[int]]:
    """Yield the statuses of all answers to this task's requests in the block, readable or not, also of retries."""
    noted: list[int] = []
    before = _STATUSES.set(noted)
    try:
        yield noted
    finally:
        _STATUSES.reset(before)


async def _note_status(
    session: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
) -> None:
    if (noted := _STATUSES.get()) is not None:
        noted.append(params.response.status)


def client_options(proxy: str | None, skew: ClockSkew) -> dict[str, Any]:
    """Return the options of `discord.Client` for REST and gateway. Call it in a running loop, once per client."""
    trace = skew.trace()
    trace.on_request_end.append(_note_status)
    trusting = {"connector": aiohttp.TCPConnector(limit=0, ssl=_own_trust())} if _names_own_ca() else {}
    return {"proxy": proxy, "http_trace": trace, **trusting}


def _names_own_ca() -> bool:
    return any(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))


def _own_trust() -> ssl.SSLContext:
    """Trust what both variables name: OpenSSL reads them. A private CA is often not as strict as Python 3.13 asks."""
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
