"""The demo: what it simulates, its page as a browser asks for it, and its process."""

import asyncio
import json
import re
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.arr.items import DOWNLOADING, IMPORT_PENDING, IMPORTING, Item, Situation
from discarr.demo.discord import Wire
from discarr.demo.simulation import Simulation
from discarr.demo.start import run_demo
from tests.approved import approved
from tests.stage import PATIENCE, text_of
from tests.support.clocks import HandClock
from tests.support.program import finished
from tests.virtual_time import jumping

# What it simulates: downloads have a pace that people can follow, and go on for ever.


HOURS = 6
ENDING = 2_000_000_000
"""Bytes of which the last may wait for a change of the list that is due."""


def simulated(service: Service) -> Simulation:
    return Simulation(LoopbackArr(service, clock=HandClock().monotonic))


def look(simulations: list[Simulation]) -> dict[Item, tuple[Situation, int]]:
    """The situation of each download, and the bytes to come. What is complete is imported, as far as people see."""
    queue = [item for simulation in simulations for item in simulation.arr.queue]
    return {item: (IMPORTING if item.situation == IMPORT_PENDING else item.situation, item.left) for item in queue}


def test_the_list_changes_at_a_calm_pace_for_ever_and_keeps_its_size() -> None:
    both = [simulated("radarr"), simulated("sonarr")]
    before, speeds, changes = look(both), list[float](), list[int]()
    for _ in range(HOURS * 60):
        for simulation in both * 12:
            simulation.advance(5)
        now = look(both)
        stayed = [item for item in now if item in before and now[item][0] == before[item][0]]
        changes.append(len(before | now) - len(stayed))
        moving = [item for item in stayed if item.situation == DOWNLOADING and item.left > ENDING]
        speeds += [(before[item][1] - item.left) / 60 for item in moving]
        assert all(7 <= len(simulation.arr.queue) <= 10 for simulation in both)
        before = now

    assert changes[0] == 0
    assert max(changes) <= 3
    assert len(changes) <= sum(changes) <= 2 * len(changes)
    assert 2e6 <= min(speeds) and max(speeds) <= 60e6
    for simulation in both:
        events = {event.event for event in simulation.arr.history}
        assert events == {"grabbed", "downloadFolderImported", "downloadFailed"}


@pytest.mark.parametrize("service", ["radarr", "sonarr"])
@pytest.mark.parametrize("is_search", [True, False])
def test_what_was_removed_comes_back_and_after_a_search_as_another_release(service: Service, is_search: bool) -> None:
    simulation = simulated(service)
    item = simulation.arr.queue.pop(0)
    if is_search:
        simulation.arr.blocklist.append(item)
        simulation.arr.searches.append(item)

    simulation.advance(1200)

    [back] = [each for each in simulation.arr.queue if (each.media, each.episodes) == (item.media, item.episodes)]
    assert (back.download_id == item.download_id) is not is_search


# The page: the channel, and a side panel that breaks things.


class Panel:
    """The page with its side panel: what it shows comes as events, and presses go back."""

    def __init__(self, page: aiohttp.ClientSession, events: aiohttp.StreamReader) -> None:
        self.page = page
        self.state: Wire = {"reports": [], "messages": []}
        self._events = events

    @property
    def dashboards(self) -> list[Wire]:
        return [message for message in self.state["messages"] if message["embeds"]]

    @property
    def text(self) -> str:
        return "".join(map(text_of, self.dashboards)).replace("\\", "")

    async def post(self, path: str, **body: object) -> Wire:
        async with self.page.post(f"/page/{path}", json=body) as answer:
            return dict(await answer.json())

    async def until(self, found: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not found():
                    self.state = json.loads((await self._events.readuntil(b"\n\n")).removeprefix(b"data: "))
        except TimeoutError:
            raise AssertionError(f"still: {self.text}\n{self.state['reports']}") from None

    async def press(self, *controls: str) -> None:
        """Press buttons, and wait until the bot has met what they do, or recovered, where there is a sign of that."""
        for control in controls:
            before = [report["number"] for report in self.state["reports"]]
            assert (await self.post("trouble", control=control))["ok"]
            await self.until(lambda: self.state["reports"] and self.state["reports"][0]["number"] not in before)
        await self.until(lambda: all(each["after"] is not None for each in self.state["reports"] if each["sign"]))


@pytest.fixture
async def panel(capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Panel]:
    """That of a demo whose bot has posted its dashboard."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    demo = asyncio.create_task(run_demo(host="127.0.0.1", port=0, speed=1, browser=False))
    while not (address := re.search(r"http://[^\s/]+", capsys.readouterr().out)):
        await asyncio.sleep(0.1)
    async with aiohttp.ClientSession(address[0], read_bufsize=2**20) as page:
        async with page.get("/page/events", timeout=aiohttp.ClientTimeout()) as events:
            panel = Panel(page, events.content)
            await panel.until(lambda: panel.dashboards)
            yield panel
    demo.cancel()
    await asyncio.wait([demo])
    for number, handler in handlers.items():
        signal.signal(number, handler)


@jumping
async def test_the_page_is_served_with_a_strict_policy_and_refuses_unknown_controls(panel: Panel) -> None:
    for path in ("", "style.css", "app.js", "favicon.svg"):
        async with panel.page.get(f"/{path}") as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    unknown: list[dict[str, Any]] = [{"json": {"control": "none"}}, {"data": "control=delete"}]
    for content in unknown:
        async with panel.page.post("/page/trouble", **content) as answer:
            assert answer.status == 400


@jumping
@pytest.mark.parametrize(
    ("controls", "words"),
    [
        (("stop-radarr", "key-sonarr"), "RADARR_URL.*SONARR_API_KEY"),
        (("key-radarr", "stop-sonarr"), "RADARR_API_KEY.*SONARR_URL"),
        (("answer-30046", "answer-500", "answer-429"), ""),
        (("take-view-channel", "take-embed-links", "take-pin-messages"), ""),
        (("cut",), ""),
        (("suppress", "unpin", "restart", "delete"), ""),
    ],
)
async def test_trouble_begins_and_ends_as_one_presses_or_is_healed(
    controls: tuple[str, ...], words: str, panel: Panel
) -> None:
    await panel.press(*controls)
    await panel.until(lambda: re.search(words, panel.text, re.S))
    reads = panel.state["counters"]["reads"]
    await panel.until(lambda: panel.state["counters"]["reads"] > reads)
    assert panel.state["online"] is ("cut" not in controls)

    await panel.press(*controls)
    await panel.until(lambda: len(panel.dashboards) == 1 and panel.state["online"])
    await panel.until(lambda: re.search("_URL|_API_KEY", panel.text) is None)


# The process.


PROMPTLY = 3.5
"""Seconds: the promised one, and the slack of a busy machine. What could hold it up takes three more: a last edit
that Discord refuses, a page that is still open."""


async def demo(*options: str) -> Process:
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
    process = await demo("--host", host)
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
            assert await finished(await demo(*options)) == (2, "", f"{sentence}\n")
