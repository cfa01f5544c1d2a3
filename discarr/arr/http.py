"""One request to an app: deadlines, bounds, and every failure as an ArrError. Knows no endpoint."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from discarr import errors
from discarr.arr.isolation import Isolation
from discarr.model.instance import Instance

CONNECT_DEADLINE = 5.0
"""Seconds until a host that does not answer at all is given up."""
READ_DEADLINE = 25.0
"""Seconds for one answer in full, so that a slow drip ends too."""
MAX_BODY = 32 * 2**20
"""Bytes, after decompression. A page of 1,000 records is about 1.3 MB."""


@dataclass(frozen=True, slots=True)
class Body:
    """A good answer, unpacked."""

    content: bytes
    answered_at: datetime | None
    """When the app answered, by its own clock (UTC, whole seconds); None where it does not say."""


class ArrHttp:
    """The connection to one instance."""

    def __init__(self, instance: Instance, url: str, api_key: str, tls: ssl.SSLContext, isolation: Isolation) -> None:
        self._instance = instance
        self._isolation = isolation
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
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def body(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        json: Mapping[str, str] | None = None,
    ) -> Body:
        """Return the body of a good answer.

        Raises:
            ArrError: there was none.
        """
        async with self.answer(method, path, parameters, deadline=READ_DEADLINE, json=json) as answer:
            self.check(answer)
            return Body(await _content(answer), date_of(answer))

    @asynccontextmanager
    async def answer(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        deadline: float,
        json: Mapping[str, str] | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """One request. Whatever goes wrong with it, foreseen or not, is an ArrError."""
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
                raise errors.BadAnswer("sent an answer that cannot be unpacked") from error
            except (httpx.RequestError, TimeoutError) as error:
                raise self._wire_error(error) from error

    def _wire_error(self, error: Exception) -> errors.ArrError:
        url = self._instance.variable("URL")
        causes = list(_causes(error))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return errors.TlsTrouble(
                f"has a certificate that is not trusted, or speaks no TLS: look at {url}, "
                f"and name its CA's file in {self._instance.variable('VERIFY_TLS')}"
            )
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return errors.Unreachable(f"is not reachable: the host name in {url} is not known")
        if isinstance(error, httpx.ConnectTimeout):
            return errors.TimedOut(f"is not reachable: no answer to the connection. Is its host up, and {url} right?")
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return errors.TimedOut("does not answer in time: it is busy, or it hangs", uncertain=True)
        if isinstance(error, httpx.ConnectError):
            return errors.Unreachable(f"is not reachable: nothing listens there. Is it running, and {url} right?")
        return errors.Unreachable("broke off the connection in the middle of an answer", uncertain=True)

    def check(self, answer: httpx.Response) -> None:
        """Raise what a status or a web page means. The body is not looked at: it can carry keys and paths."""
        status = answer.status_code
        url, key = self._instance.variable("URL"), self._instance.variable("API_KEY")
        if status == httpx.codes.UNAUTHORIZED:
            raise errors.KeyRejected(f"rejects its API key: copy it from Settings, General into {key}")
        if status == httpx.codes.FORBIDDEN:
            raise errors.KeyRejected(f"forbids the access (403): is {url} behind a proxy with its own login?")
        if answer.has_redirect_location:
            raise self._redirect_error(answer.headers["Location"])
        if status == httpx.codes.NOT_FOUND:
            raise errors.WrongAddress(f"has no API at its address (404): is {url} right, with its URL base?")
        if status == httpx.codes.SERVICE_UNAVAILABLE:
            raise errors.Starting("is starting up, or the proxy before it finds it away (503)")
        if status >= 500:
            raise errors.ServerFailed(f"answers with an error ({status}): its own log says why", uncertain=True)
        if not answer.is_success:
            raise errors.BadAnswer(f"answers with a status that makes no sense here ({status})")
        if "html" in answer.headers.get("Content-Type", ""):
            raise errors.WrongAddress(f"shows a web page: is {url} right, with its URL base and without a login?")

    def _redirect_error(self, location: str) -> errors.WrongAddress:
        url = self._instance.variable("URL")
        if "/api/v3/" in location.partition("?")[0]:
            return errors.WrongAddress(f"has moved: {url} needs its URL base at the end, or https")
        return errors.WrongAddress(f"sends to a login page: {url} must lead straight to the app, with its URL base")


async def _content(answer: httpx.Response) -> bytes:
    """The body, unpacked while it comes: some kilobytes can unpack to gigabytes, twice packed ones to more."""
    if "," in answer.headers.get("Content-Encoding", ""):
        raise errors.BadAnswer("sent an answer that was packed more than once")
    chunks, size = [], 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > MAX_BODY:
            raise errors.BadAnswer(f"sent more than {MAX_BODY // 2**20} MiB, which is no queue")
        chunks.append(chunk)
    content = b"".join(chunks)
    if not content or content.isspace():
        raise errors.BadAnswer("sent an empty answer")
    return content


def date_of(answer: httpx.Response) -> datetime | None:
    """Return when the app answered, by its own clock, in whole seconds."""
    try:
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@cache
def tls_context(verify: bool | Path) -> ssl.SSLContext:
    """One context for all instances that are verified alike: each costs some megabytes and tens of milliseconds."""
    if isinstance(verify, Path):
        return ssl.create_default_context(cafile=verify)
    return httpx.create_ssl_context(verify=verify)
