"""Sends one request to an app, with deadlines and size limits; every failure is an ArrError. Knows no endpoint."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import NamedTuple

import httpx

from discarr import errors
from discarr.arr.failures import Failures, set_location_aside
from discarr.arr.isolation import Isolation
from discarr.model.instance import Instance

CONNECT_DEADLINE = 5.0
"""Seconds to wait for a connection."""
READ_DEADLINE = 25.0
"""Seconds for one complete answer, so that a slow drip ends too."""
MAX_BODY = 32 * 2**20
"""Bytes, after decompression. A page of 1,000 records is about 1.3 MB."""


class Body(NamedTuple):
    """The body of a good answer, decompressed."""

    content: bytes
    answered_at: datetime | None
    """When the app answered, by its own clock (UTC, full seconds); None if it sent no date."""


class ArrHttp:
    """The HTTP connections to one instance."""

    def __init__(self, instance: Instance, url: str, api_key: str, tls: ssl.SSLContext, isolation: Isolation) -> None:
        self._isolation = isolation
        self._failures = Failures(instance, ca_named=isinstance(tls, NamedCaContext))
        # Redirects are not followed: a 302 turns DELETE into GET, and the key would go to another host.
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"X-Api-Key": api_key, "Accept": "application/json"},
            http2=True,
            verify=tls,
            trust_env=False,
            follow_redirects=False,
            # The key is the login; a cookie that cannot be encoded would fail every later request.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            event_hooks={"response": [set_location_aside]},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def body(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | Sequence[str]] | None = None,
        *,
        deadline: float = READ_DEADLINE,
        json: Mapping[str, object] | None = None,
    ) -> Body:
        """Return the body of a good answer. `deadline` is in seconds.

        Raises:
            ArrError: the request failed, or the answer was a bad one.
        """
        async with self.answer(method, path, parameters, deadline=deadline, json=json) as answer:
            return await self.read(answer)

    async def read(self, answer: httpx.Response) -> Body:
        """Return the body of this answer.

        Raises:
            ArrError: it is a bad answer.
        """
        await self.check(answer)
        return Body(await _content(answer), date_of(answer))

    @asynccontextmanager
    async def answer(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str | Sequence[str]] | None = None,
        *,
        deadline: float,
        json: Mapping[str, object] | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """Send one request, and yield the answer before its body is read.

        `deadline` is in seconds, for all that happens in the `async with` block.

        Raises:
            ArrError: whatever goes wrong, anticipated or not.
        """
        timeout = httpx.Timeout(deadline, connect=CONNECT_DEADLINE)
        with self._isolation:
            try:
                async with (
                    asyncio.timeout(deadline),
                    self._http.stream(
                        method, f"api/v3/{path}", params=parameters, json=json, timeout=timeout
                    ) as answer,
                ):
                    yield answer
            except httpx.DecodingError as error:
                raise errors.BadAnswer("sent an answer that cannot be decompressed", uncertain=True) from error
            except (httpx.RequestError, ssl.SSLError, TimeoutError) as error:  # httpx lets TLS alerts through
                raise self._failures.of_wire(error) from error

    async def check(self, answer: httpx.Response) -> None:
        """Return if this is a good answer.

        Raises:
            ArrError: its status says otherwise, or it is a web page.
        """
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise self._failures.unauthorized(answer, await self._ping())
        if (failure := self._failures.of_answer(answer)) is not None:
            raise failure

    async def _ping(self) -> httpx.Response | None:
        """Return the answer of the app's `/ping` to a request without a key; None if there is none."""
        request = self._http.build_request("GET", "ping", timeout=CONNECT_DEADLINE)
        del request.headers["X-Api-Key"]
        try:
            async with asyncio.timeout(CONNECT_DEADLINE):
                answer = await self._http.send(request, stream=True)
                await answer.aclose()
                return answer
        except (httpx.RequestError, ssl.SSLError, TimeoutError):
            return None


async def _content(answer: httpx.Response) -> bytes:
    """Return the body, decompressed while it arrives: a few kilobytes can expand to gigabytes."""
    if "," in answer.headers.get("Content-Encoding", ""):
        raise errors.BadAnswer("sent an answer that was packed more than once")
    chunks, size = [], 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > MAX_BODY:
            raise errors.BadAnswer(f"sent more than {MAX_BODY // 2**20} MiB, too much for a queue")
        chunks.append(chunk)
    content = b"".join(chunks)
    if not content or content.isspace():
        raise errors.BadAnswer("sent an empty answer")
    return content


def date_of(answer: httpx.Response) -> datetime | None:
    """Return when the app answered, by its own clock (UTC, full seconds); None if it sent no date."""
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


class NamedCaContext(ssl.SSLContext):
    """Trusts only the CAs of one file that the user named.

    VERIFY_X509_STRICT, which Python 3.13 sets by default, is off: it rejects CAs without a key usage, as a plain
    `openssl req -x509` makes them. The user has already decided to trust this one.
    """


@cache
def tls_context(verify: bool | Path) -> ssl.SSLContext:
    """Return the TLS context for a setting of VERIFY_TLS, shared by all instances that have the same one.

    Each context costs some megabytes and tens of milliseconds. An unreadable CA file raises OSError.
    """
    if isinstance(verify, Path):
        context = NamedCaContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(verify)
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the file may contain only an issuing CA
        return context
    return httpx.create_ssl_context(verify=verify)
