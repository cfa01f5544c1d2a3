"""The client of one Radarr or Sonarr."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from discarr import errors
from discarr.arr.bodies import Body, Packed
from discarr.arr.isolation import Isolation
from discarr.arr.models import Command, Episode, HealthItem, HistoryPage, HistoryRecord, Movie, Series, SystemStatus
from discarr.arr.pagination import PAGE_SIZE, QueueReader, let_others_run
from discarr.arr.parsing import QueuePage, queue_page
from discarr.clock import Clock
from discarr.model.queue import DownloadRef, Instance, Queue, Service
from discarr.model.removal_mode import Removal

HISTORY = 200
"""Events: an imported season pack is one for each episode."""
SLICE = 2**16
"""Bytes that are unpacked at a time."""
CONNECT_DEADLINE = 5.0
"""Seconds until a host that does not answer at all is given up."""
READ_DEADLINE = 25.0
"""Seconds for one whole answer, so that a slow drip ends too."""
REMOVE_DEADLINE = 120.0
"""Seconds. The app waits for its download client for up to 100 before it answers."""

COMMAND_POLL = 1.0
"""Seconds between two looks at whether a command is done."""
_REFRESH_COMMAND = {"name": "RefreshMonitoredDownloads"}
_UNKNOWN_ITEMS = {Service.RADARR: "includeUnknownMovieItems", Service.SONARR: "includeUnknownSeriesItems"}
_HEALTH = TypeAdapter(tuple[HealthItem, ...])


class ArrClient:
    """One instance's API. Use it as an async context manager, or call `close`.

    All clients of a program should have one `turn`, which is held while one of them works on a page.
    """

    def __init__(
        self,
        instance: Instance,
        url: str,
        api_key: str,
        *,
        tls: ssl.SSLContext,
        clock: Clock,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self.instance = instance
        self.isolation = Isolation(instance)
        self._clock = clock
        self._reader = QueueReader(instance, self._page, self._parsed_page, turn or asyncio.Lock())
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

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def queue(self) -> Queue:
        """Everything in the queue, at one moment.

        Raises:
            ArrError: it could not be read, or not wholly.
        """
        read_at, began = self._clock.now(), self._clock.monotonic()
        contents = await self._reader.read(read_at)
        return Queue(self.instance, contents.downloads, contents.unreadable, read_at, began)

    async def _page(self, number: int) -> Packed:
        return await self._packed(
            "GET",
            "queue",
            {
                "page": str(number),
                "pageSize": str(PAGE_SIZE),
                "sortKey": "added",
                "sortDirection": "ascending",
                _UNKNOWN_ITEMS[self.instance.service]: "true",
            },
        )

    async def _parsed_page(self, packed: Packed) -> QueuePage:
        body = self._body(packed)
        await let_others_run()
        with self._bad_answer_named():
            return queue_page(body)

    async def status(self) -> SystemStatus:
        """Which app answers, and its version.

        Raises:
            ArrError: it could not be read.
        """
        return await self._value("system/status", SystemStatus)

    async def health(self) -> tuple[HealthItem, ...]:
        """What the app itself complains of; empty when all is well.

        Raises:
            ArrError: it could not be read.
        """
        body = await self._get("health")
        with self._bad_answer_named():
            return _HEALTH.validate_json(body)

    async def history(self) -> tuple[HistoryRecord, ...]:
        """The last HISTORY events, newest first.

        Raises:
            ArrError: it could not be read.
        """
        parameters = {"page": "1", "pageSize": str(HISTORY), "sortKey": "date", "sortDirection": "descending"}
        return tuple(self._parsed(HistoryPage, await self._get("history", parameters)).records)

    async def movie(self, id: int) -> Movie:
        """A movie of Radarr's. Raises ArrError."""
        return await self._value(f"movie/{id}", Movie)

    async def series(self, id: int) -> Series:
        """A series of Sonarr's. Raises ArrError."""
        return await self._value(f"series/{id}", Series)

    async def episode(self, id: int) -> Episode:
        """An episode of Sonarr's. Raises ArrError."""
        return await self._value(f"episode/{id}", Episode)

    async def remove(self, ref: DownloadRef, how: Removal) -> None:
        """Remove a download, with all its records. It can take as long as REMOVE_DEADLINE.

        Raises:
            AlreadyGone: it had left the queue before.
            ArrError: the app could not do it, or did not say whether it did.
        """
        async with self._answer("DELETE", f"queue/{ref.id}", how.flags, deadline=REMOVE_DEADLINE) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise errors.AlreadyGone
            if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                raise errors.ServerFailed("could not do it: its download client refused, or is away (500)")
            self._check(answer)

    async def refresh_downloads(self) -> None:
        """Have the app look at its download clients now; returns when it has. It takes some seconds.

        Raises:
            ArrError: it could not be asked.
        """
        command = self._parsed(Command, self._body(await self._packed("POST", "command", json=_REFRESH_COMMAND)))
        while not command.is_over:
            await asyncio.sleep(COMMAND_POLL)
            command = await self._value(f"command/{command.id}", Command)

    async def _value[Value: BaseModel](self, path: str, model: type[Value]) -> Value:
        return self._parsed(model, await self._get(path))

    def _parsed[Value: BaseModel](self, model: type[Value], body: bytes) -> Value:
        with self._bad_answer_named():
            return model.model_validate_json(body)

    async def _get(self, path: str, parameters: Mapping[str, str] | None = None) -> bytes:
        return self._body(await self._packed("GET", path, parameters))

    def _body(self, packed: Packed) -> bytes:
        with self.isolation:
            return _unpacked(packed)

    async def _packed(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        json: Mapping[str, str] | None = None,
    ) -> Packed:
        """A good answer, as it came."""
        async with self._answer(method, path, parameters, deadline=READ_DEADLINE, json=json) as answer:
            self._check(answer)
            body = Body()
            async for chunk in answer.aiter_raw():
                body.take(chunk)
            return Packed(body.whole, answer.headers.get("Content-Encoding", ""))

    @asynccontextmanager
    async def _answer(
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
        with self.isolation:
            try:
                async with (
                    asyncio.timeout(deadline),
                    self._http.stream(
                        method, f"api/v3/{path}", params=parameters, json=json, timeout=timeout
                    ) as answer,
                ):
                    yield answer
            except (httpx.RequestError, TimeoutError) as error:
                raise self._wire_error(error) from error

    def _wire_error(self, error: Exception) -> errors.ArrError:
        url = self.instance.variable("URL")
        causes = list(_causes(error))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return errors.TlsTrouble(
                f"has a certificate that is not trusted, or speaks no TLS: look at {url}, "
                f"and name its CA's file in {self.instance.variable('VERIFY_TLS')}"
            )
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return errors.Unreachable(f"is not reachable: the host name in {url} is not known")
        if isinstance(error, httpx.ConnectTimeout):
            return errors.TimedOut(f"is not reachable: no answer to the connection. Is its host up, and {url} right?")
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return errors.TimedOut("does not answer in time: it is busy, or it hangs")
        if isinstance(error, httpx.ConnectError):
            return errors.Unreachable(f"is not reachable: nothing listens there. Is it running, and {url} right?")
        return errors.Unreachable("broke off the connection in the middle of an answer")

    def _check(self, answer: httpx.Response) -> None:
        """Raise what a status or a web page means. The body is not looked at: it can carry keys and paths."""
        status = answer.status_code
        url, key = self.instance.variable("URL"), self.instance.variable("API_KEY")
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
            raise errors.ServerFailed(f"answers with an error ({status}): its own log says why")
        if not answer.is_success:
            raise errors.BadAnswer(f"answers with a status that makes no sense here ({status})")
        if "html" in answer.headers.get("Content-Type", ""):
            raise errors.WrongAddress(f"shows a web page: is {url} right, with its URL base and without a login?")

    def _redirect_error(self, location: str) -> errors.WrongAddress:
        url = self.instance.variable("URL")
        if "/api/v3/" in location.partition("?")[0]:
            return errors.WrongAddress(f"has moved: {url} needs its URL base at the end, or https")
        return errors.WrongAddress(f"sends to a login page: {url} must lead straight to the app, with its URL base")

    @contextmanager
    def _bad_answer_named(self) -> Iterator[None]:
        with self.isolation:
            try:
                yield
            except ValidationError:
                # Not `from error`: its text quotes the answer.
                raise errors.BadAnswer("sent an answer that is cut off, or is not what its API promises") from None


def _unpacked(packed: Packed) -> bytes:
    """By httpx, and slice by slice, since some kilobytes can unpack to gigabytes."""
    body = packed.body
    if packed.encoding:
        slices = (body[start : start + SLICE] for start in range(0, len(body), SLICE))
        answer = httpx.Response(httpx.codes.OK, headers={"Content-Encoding": packed.encoding}, content=slices)
        unpacked = Body()
        try:
            for chunk in answer.iter_bytes():
                unpacked.take(chunk)
        except httpx.DecodingError as error:
            raise errors.BadAnswer("sent an answer that cannot be unpacked") from error
        body = unpacked.whole
    if not body or body.isspace():
        raise errors.BadAnswer("sent an empty answer")
    return body


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
