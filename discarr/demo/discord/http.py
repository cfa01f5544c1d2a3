"""What REST requests and answers are made of."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .values import Wire

API = "/api/v10"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Fault = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]
"""Asked before every REST request with its templated route; None lets the request through, else it is the answer."""


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


def route_of(request: web.Request) -> str:
    """The templated route below the API's version; the bare path where none fits."""
    resource = request.match_info.route.resource
    return (request.path if resource is None else resource.canonical).removeprefix(API)


def with_limits(response: web.StreamResponse, request: web.Request) -> web.StreamResponse:
    """Adds the rate limit's headers; there is always more left, so that discord.py never waits."""
    numbers = {"Limit": "50", "Remaining": "49", "Reset-After": "1.000"}
    numbers["Bucket"] = f"{request.method} {route_of(request)}"
    response.headers.update({f"X-RateLimit-{name}": number for name, number in numbers.items()})
    return with_via(response)


async def body_of(request: web.Request) -> Any:
    """The request's JSON; None where there is none."""
    return await request.json() if request.body_exists else None
