"""Radarr or Sonarr on a loopback port, over HTTP."""

import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from ssl import SSLContext
from typing import NamedTuple, Self

from aiohttp import web
from multidict import CIMultiDictProxy, MultiMapping

from discarr.demo.arr.app import App
from discarr.demo.arr.items import Service
from discarr.demo.arr.routes import answer_to

API_KEYS: dict[Service, str] = {
    "radarr": "d15ca44000000000000000000000001a",
    "sonarr": "d15ca44000000000000000000000002a",
}
"""Keys of 32 hexadecimal digits as the apps have them. These open nothing but the demo."""

HOST = "127.0.0.1"

Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


class Request(NamedTuple):
    """A request that came in, and how it was answered."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]
    status: int
    """0: it was never answered."""
    at: float
    body: bytes


class LoopbackArr(App):
    """An `App` on the loopback interface. `stop()` makes its port refuse connections, `start()` brings it back."""

    def __init__(
        self, service: Service, *, api_key: str = "", port: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(service, clock)
        self.api_key = api_key or API_KEYS[service]
        self.requests: list[Request] = []
        self.fault: Fault | None = None
        """Asked before each request: an answer of its own, or None to go on as usual."""
        self._port = port
        self._ssl_context: SSLContext | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._handle)
        # A short wait, so that a request that a fault keeps open cannot hold up the stop.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port, ssl_context=self._ssl_context).start()
        self._port = self._runner.addresses[0][1]
        self.start_time = self.clock()

    async def stop(self) -> None:
        """Stop listening, and close all connections. What was asked by a client that went away goes on."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        status, body = 0, await request.read()
        try:
            response = await self.fault(request) if self.fault else None
            if response is None:
                response = await self.respond(request)
            status = response.status
            return response
        finally:
            self.requests.append(
                Request(request.method, request.path, request.query, request.headers, status, self.clock(), body)
            )

    async def respond(self, request: web.Request) -> web.Response:
        """Do what a request asks for; the answer that it has without a fault."""
        answer = self._answer(request, request.path, await request.read())
        # The date is of the app's clock (aspnetcore, Kestrel/Core/…/DateHeaderValueManager).
        answer.headers["Date"] = formatdate(self.clock(), usegmt=True)
        if answer.body and "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.enable_compression(web.ContentCoding.gzip)
        return answer

    def _answer(self, request: web.Request, path: str, body: bytes) -> web.Response:
        """Key first, route second: a wrong key is a 401 even where there is no such path."""
        if path == "/ping":
            return web.json_response({"status": "OK"})
        if request.headers.get("X-Api-Key") != self.api_key:
            return web.Response(status=401)
        return answer_to(self, request.method, path, request.query, body)
