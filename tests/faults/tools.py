"""What the fault tests share: a bot made by hand, lines that can be cut, and looks at what was said and sent."""

import asyncio
import json
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from itertools import pairwise
from typing import Any

import yarl
from aiohttp import web

from discarr.bot._discord_internals import redirected_to
from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import LoopbackDiscord
from tests.stage import Stage

SECRETS = (
    "127.0.0.1",
    "localhost",
    "radarr.test",
    "/config",
    "/data/",
    "C:\\",
    "apikey",
    "00112233445566778899aabbccddeeff",
    "downloads.internal",
    "NzbDrone",
    "Traceback",
    'File "',
    "System.",
    "   at ",
    ".cs:line",
)
"""Hosts, paths, keys and stack traces: in no message and in no line of the log."""


async def ended(task: asyncio.Task[Any]) -> BaseException | None:
    """End a task as SIGTERM does; how it ended, None for well."""
    task.cancel()
    await asyncio.wait([task])
    return None if task.cancelled() else task.exception()


async def app_hangs(request: web.Request) -> web.StreamResponse | None:
    """An app that never answers."""
    await asyncio.Event().wait()
    return None


async def lose_gateway(stage: Stage) -> None:
    """From now on there is no gateway: what it said last gets out of date."""
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()


class Line:
    """A TCP line to a server that can be frozen: nothing passes, nothing is said."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.flowing = asyncio.Event()
        self.flowing.set()
        self._to = port
        self._ways: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Line"]:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for way in list(self._ways):
                await ended(way)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        ways = {asyncio.create_task(self._pass(*way)) for way in ((reader, back), (there, writer))}
        self._ways |= ways
        await asyncio.wait(ways)
        self._ways -= ways

    async def _pass(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(65_536):
                await self.flowing.wait()
                to.write(chunk)
                await to.drain()
        except OSError:
            pass
        finally:
            if not self.flowing.is_set():
                to.transport.abort()
            to.close()


def over(line: Line, server: LoopbackDiscord) -> AbstractContextManager[None]:
    """Have discord.py reach this Discord by this line, both REST and gateway."""
    return redirected_to(
        server.api_base.replace(f":{server.port}/", f":{line.port}/"), f"ws://127.0.0.1:{line.port}/gateway"
    )


def assert_nothing_leaked(stage: Stage) -> None:
    """Neither the channel nor the log holds a secret, a path, a host or a stack trace."""
    apps = stage.radarr, stage.sonarr
    secrets = (*SECRETS, *(app.api_key for app in apps), *(f":{port_of(app)}" for app in apps))
    records = [each for each in stage.log.records if not each.name.startswith(("aiohttp.server", "discarr.demo"))]
    sent = json.dumps([request.body for request in stage.discord.requests], ensure_ascii=False)
    text = "\n".join([sent, *(f"{record.getMessage()} {record.exc_text}" for record in records)])
    assert [secret for secret in secrets if secret in text] == []


def port_of(app: LoopbackArr) -> int:
    """The port that an app listens on, or did."""
    return yarl.URL(app.url).port or 0


def accepted(stage: Stage) -> list[float]:
    """When Discord took an edit of the dashboard."""
    return [edit.at for edit in stage.edits if edit.status == 200]


def gaps(moments: Iterable[float]) -> list[float]:
    """Seconds between each and the next."""
    return [later - sooner for sooner, later in pairwise(moments)]


def most_in(window: float, moments: Iterable[float]) -> int:
    """The largest number of these within so many seconds."""
    ordered = sorted(moments)
    return max((bisect_left(ordered, moment + window) - number for number, moment in enumerate(ordered)), default=0)
