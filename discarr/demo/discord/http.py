"""How REST requests are let in, recorded and answered."""

import json
import logging
import time
import zlib
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any

from aiohttp import web

from .values import Clock, DiscordError, Request, Wire

log = logging.getLogger(__name__)

API = "/api/v10"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Fault = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]
"""Asked before every REST request with its templated route; None lets the request through, else it is the answer."""
type Check = Callable[[web.Request, str, Any], None]
"""Looks at a request, its templated route and its JSON, and raises DiscordError for what Discord would not take."""

NO_AUTHORIZATION = ("/interactions/", "/webhooks/")
"""The routes that carry a token of their own in the path."""


def json_answer(data: Any, status: int = 200) -> web.Response:
    """An answer with the exact content type `application/json`, without which discord.py takes it for text."""
    return web.Response(body=json.dumps(data).encode(), status=status, headers={"Content-Type": "application/json"})


def discord_error(status: int, code: int, message: str) -> web.Response:
    """An error as Discord answers it; for faults."""
    return with_via(json_answer({"message": message, "code": code}, status))


def too_many_requests(retry_after: float, *, code: int = 0, scope: str = "user") -> web.Response:
    """Discord's 429; `code` 30046 is the one for too many edits of messages older than an hour. For faults."""
    body: Wire = {"message": "You are being rate limited.", "retry_after": retry_after, "global": scope == "global"}
    response = json_answer(body | ({"code": code} if code else {}), 429)
    response.headers["Retry-After"] = str(max(1, round(retry_after)))
    response.headers["X-RateLimit-Scope"] = scope
    return with_via(response)


def with_via[R: web.StreamResponse](response: R) -> R:
    """Marks an answer as Discord's own; discord.py takes a 429 without it for Cloudflare's."""
    response.headers["Via"] = "1.1 google"
    return response


class Front:
    """The middleware before every REST route: it records, checks the token, asks for faults and phrases errors."""

    def __init__(self, *, token: str, clock: Clock, fault: Callable[[], Fault | None], check: Check) -> None:
        self.requests: list[Request] = []
        self._fault = fault
        self._token = token
        self._clock = clock
        self._check = check

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/api/"):
            return await handler(request)
        route, body, status = _route_of(request), None, 0
        try:
            body = await body_of(request)
            response = await self._answer(request, route, body, handler)
            status = response.status
        except DiscordError as error:
            status = error.status
            response = _limited(json_answer(error.body, status), request, route)
        finally:
            path = request.path.removeprefix(API)
            self.requests.append(Request(request.method, path, route, dict(request.query), body, status, self._clock()))
        if not response.prepared:
            response.headers["Date"] = formatdate(self._clock(), usegmt=True)  # aiohttp would send the real time
        return response

    async def _answer(self, request: web.Request, route: str, body: Any, handler: Handler) -> web.StreamResponse:
        fault = self._fault()
        if fault is not None and (response := await fault(request, route)) is not None:
            return response
        if not route.startswith(NO_AUTHORIZATION) and request.headers.get("Authorization") != f"Bot {self._token}":
            raise DiscordError(401, 0, "401: Unauthorized")
        self._check(request, route, body)
        try:
            return _limited(await handler(request), request, route)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
            log.error("The loopback Discord has no %s %s", request.method, request.path)
            raise DiscordError(error.status, 0, f"{error.status}: {error.reason}") from error


def _route_of(request: web.Request) -> str:
    """The templated route below the API's version; the bare path where none fits."""
    resource = request.match_info.route.resource
    return (request.path if resource is None else resource.canonical).removeprefix(API)


def _limited(response: web.StreamResponse, request: web.Request, route: str) -> web.StreamResponse:
    """Adds the rate limit's headers; there is always more left, so that discord.py never waits."""
    numbers = {"Limit": "50", "Remaining": "49", "Reset": f"{time.time() + 1:.3f}", "Reset-After": "1.000"}
    numbers["Bucket"] = f"{zlib.crc32(f'{request.method} {route}'.encode()):032x}"
    response.headers.update({f"X-RateLimit-{name}": number for name, number in numbers.items()})
    return with_via(response)


async def body_of(request: web.Request) -> Any:
    """The request's JSON; None where there is none."""
    try:
        return json.loads(await request.read()) if request.body_exists else None
    except ValueError as error:
        raise DiscordError(400, 50109, "The request body contains invalid JSON.") from error
