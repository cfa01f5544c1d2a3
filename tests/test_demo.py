"""The demo as a process: how it starts, what it says, how it ends."""

import re
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process, create_subprocess_exec

import aiohttp
import pytest

from tests.approved import approved
from tests.support.program import finished

PROMPTLY = 3.5
"""Seconds: the promised one, and the slack of a busy machine. What could hold it up takes three more: a last edit
that Discord refuses, a page that is still open."""


async def started(*options: str) -> Process:
    command = (sys.executable, "-m", "discarr", "demo", "--no-browser", *options)
    return await create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)


@pytest.mark.parametrize(
    ("control", "by", "host", "warning"),
    [
        ("answer-429", signal.SIGINT, "127.0.0.1", ""),
        ("stop-radarr", signal.SIGTERM, "0.0.0.0", "everybody who can reach 0.0.0.0"),
    ],
)
async def test_it_says_where_it_is_and_ends_promptly_in_the_middle_of_trouble_before_an_open_page(
    control: str, by: signal.Signals, host: str, warning: str
) -> None:
    process = await started("--host", host)
    try:
        assert process.stdout is not None
        said = [(await process.stdout.readline()).decode() for _ in range(2)]
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", "".join(said))
        async with aiohttp.ClientSession(address, read_bufsize=2**20) as page, page.get("/page/events") as events:
            while b'"embeds": [{' not in await events.content.readuntil(b"\n\n"):
                pass
            assert (await page.post("/page/trouble", json={"control": control})).ok
            began = time.monotonic()
            process.send_signal(by)
            code, output, errors = await finished(process)
        assert time.monotonic() - began < PROMPTLY
        assert (code, output, bool(errors)) == (0, "", bool(warning))
        assert warning in errors
    finally:
        if process.returncode is None:
            process.kill()


async def test_an_address_that_it_cannot_have_is_reported_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentences = {
            ("--port", str(port)): approved("command/port-taken").format(port),
            ("--host", "203.0.113.1"): approved("command/no-such-host"),
        }
        for options, sentence in sentences.items():
            assert await finished(await started(*options)) == (2, "", f"{sentence}\n")
