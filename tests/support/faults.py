"""Ready-made faults for `LoopbackArr.fault`: `arr.fault = answering(502, "<html>")`."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from discarr.demo.arr.server import Fault, LoopbackArr


def answering(
    status: int, body: str = "", content_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> Fault:
    """Every request is answered with this but `/ping`, which is as open as always (PingController.cs)."""
    more = {"Content-Type": content_type} if body else {}

    async def fault(request: web.Request) -> web.StreamResponse | None:
        if request.path.endswith("/ping"):
            return None
        return web.Response(status=status, body=body.encode(), headers={**(headers or {}), **more})

    return fault


async def hanging(request: web.Request) -> None:
    await asyncio.Event().wait()


def slow(seconds: float) -> Fault:

    async def fault(request: web.Request) -> web.StreamResponse | None:
        await asyncio.sleep(seconds)
        return None

    return fault


async def dropping(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def only_for(part: str, fault: Fault) -> Fault:
    """A fault of the requests with this in their method, path or query: `only_for("DELETE", slow(9))`."""

    async def chosen(request: web.Request) -> web.StreamResponse | None:
        return await fault(request) if part in f"{request.method} {request.path_qs}" else None

    return chosen


def after(arr: LoopbackArr, fault: Fault) -> Fault:
    """The app does what it was asked to, and its answer is lost: `only_for("DELETE", after(arr, answering(504)))`.

    So does a proxy that waits for less than the 100 s an app gives its client
    (Common/Http/Dispatchers/ManagedHttpDispatcher.cs).
    """

    async def late(request: web.Request) -> web.StreamResponse | None:
        await arr.respond(request)
        return await fault(request)

    return late
