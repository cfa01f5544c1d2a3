"""What the tests of faults share: looks at what was said and sent, and when."""

import asyncio
import json
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import yarl
from aiohttp import web

from discarr.demo.arr import LoopbackArr
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
