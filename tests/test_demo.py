"""The demo as a process: how it starts, what it says, how it ends."""

import asyncio
import contextlib
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.approved import approved

PROMPTLY = 3.5
"""Seconds: the promised one, and the slack of a busy machine. What could hold it up takes three more: a last edit
that Discord refuses, a page that is still open."""


class Demo:
    """A demo that runs as its own process, and somebody who looks at its page."""

    def __init__(self, process: asyncio.subprocess.Process, said: str, page: aiohttp.ClientSession) -> None:
        self.process = process
        self.said = said
        self._page = page

    async def make(self, control: str) -> None:
        """Press a button of the side panel."""
        async with self._page.post("/page/trouble", json={"control": control}) as answer:
            assert (await answer.json())["ok"]

    async def seconds_to_end(self, by: signal.Signals = signal.SIGINT) -> float:
        """End it, while the page is open."""
        async with self._page.get("/page/events") as events:
            await events.content.readuntil(b"\n\n")
            began = time.monotonic()
            self.process.send_signal(by)
            await self.process.wait()
            return time.monotonic() - began


@contextlib.asynccontextmanager
async def running(*options: str) -> AsyncIterator[Demo]:
    """A demo whose bot has posted its dashboard."""
    process = await started("--no-browser", *options)
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode() + (await process.stdout.readline()).decode()
    address = re.search(r"http://[^\s/]+", said)
    assert address is not None
    try:
        async with aiohttp.ClientSession(address[0], read_bufsize=2**20) as page:
            async with page.get("/page/events") as events:
                while b'"embeds": [{' not in await events.content.readuntil(b"\n\n"):
                    pass
            yield Demo(process, said, page)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def started(*options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "discarr",
        "demo",
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(*options: str) -> tuple[int | None, str, str]:
    """A demo that ends by itself: exit code, output, complaints."""
    process = await started(*options)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
async def test_it_ends_promptly_though_pages_are_open(by: signal.Signals) -> None:
    async with running() as demo:
        assert await demo.seconds_to_end(by) < PROMPTLY
        assert demo.process.returncode == 0


@pytest.mark.parametrize("control", ["answer-500", "answer-429", "answer-30046", "cut", "stop-radarr", "delete"])
async def test_it_ends_promptly_in_the_middle_of_trouble(control: str) -> None:
    async with running() as demo:
        await demo.make(control)
        assert await demo.seconds_to_end() < PROMPTLY


async def test_without_a_browser_it_prints_the_address_and_nothing_else() -> None:
    async with running() as demo:
        assert re.findall(r"http://\S+", demo.said) == re.findall(r"http://127\.0\.0\.1:\d+/", demo.said)
        demo.process.terminate()
        assert await demo.process.communicate() == (b"", b"")


async def test_a_taken_port_is_reported_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code, out, err = await ended("--port", str(port))

    assert (code, out) == (2, "")
    assert err == approved("command/port-taken").format(port) + "\n"


async def test_a_foreign_host_is_reported_in_one_sentence() -> None:
    code, out, err = await ended("--host", "203.0.113.1")

    assert (code, out) == (2, "")
    assert err == approved("command/no-such-host") + "\n"


async def test_whoever_serves_it_to_others_is_warned() -> None:
    async with running("--host", "0.0.0.0") as demo:
        demo.process.terminate()
        _, err = await demo.process.communicate()

    assert "http://127.0.0.1:" in demo.said
    assert b"0.0.0.0" in err


async def test_an_unknown_control_is_refused() -> None:
    async with running() as demo, aiohttp.ClientSession() as anybody:
        address: Any = re.search(r"http://\S+", demo.said)
        for content in ({"json": {"control": "none"}}, {"data": "control=delete"}):
            async with anybody.post(f"{address[0]}page/trouble", **content) as answer:
                assert answer.status == 400
