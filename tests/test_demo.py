"""The demo: what it simulates, its page as a browser asks for it, and its process."""

import asyncio
import json
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web

from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.discord import Wire, json_answer
from discarr.demo.session import Session
from discarr.demo.simulation import Simulation
from discarr.demo.start import served
from tests.approved import approved
from tests.stage import PATIENCE, text_of
from tests.support.clocks import HandClock
from tests.support.program import finished
from tests.virtual_time import jumping

# What it simulates.


def simulated(service: Service) -> Simulation:
    return Simulation(LoopbackArr(service, clock=HandClock().monotonic))


@pytest.mark.parametrize("service", ["radarr", "sonarr"])
def test_the_list_goes_on_for_ever_at_a_calm_pace_and_keeps_its_size(service: Service) -> None:
    simulation = simulated(service)
    for _minute in range(360):
        before = set(simulation.arr.queue)
        simulation.advance(60)
        assert len(before ^ set(simulation.arr.queue)) <= 2
        assert 7 <= len(simulation.arr.queue) <= 10

    assert {each.event for each in simulation.arr.history} == {"grabbed", "downloadFolderImported", "downloadFailed"}


@pytest.mark.parametrize("service", ["radarr", "sonarr"])
def test_what_was_removed_comes_back_and_after_a_search_as_another_release(service: Service) -> None:
    simulation = simulated(service)
    app = simulation.arr
    plain, searched = app.queue.pop(0), app.queue.pop(0)
    app.blocklist.append(searched)
    app.searches.append(searched)

    simulation.advance(1200)

    back = {(each.media, each.episodes): each.download_id for each in app.queue}
    assert back[plain.media, plain.episodes] == plain.download_id
    assert back[searched.media, searched.episodes] != searched.download_id


# The page: the channel, and a side panel that breaks things.


class Panel:
    """The page with its side panel: what it shows comes as events, and presses go back."""

    def __init__(self, session: Session, page: aiohttp.ClientSession, events: aiohttp.StreamReader) -> None:
        self.session = session
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
async def panel() -> AsyncIterator[Panel]:
    """That of a demo whose bot has posted its dashboard."""
    async with AsyncExitStack() as stack:
        session = await served(stack, host="127.0.0.1", port=0, speed=1)
        bot = asyncio.create_task(session.run_bot())
        async with aiohttp.ClientSession(session.discord.page_url, read_bufsize=2**20) as page:
            async with page.get("/page/events", timeout=aiohttp.ClientTimeout()) as events:
                panel = Panel(session, page, events.content)
                await panel.until(lambda: panel.dashboards)
                yield panel
        bot.cancel()
        await asyncio.wait([bot])


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


@jumping
async def test_a_restart_has_succeeded_when_the_new_bot_has_edited_and_not_by_the_farewell(panel: Panel) -> None:
    async def no_login(request: web.Request, route: str) -> web.StreamResponse | None:
        return json_answer({}, 500) if route == "/users/@me" else None

    panel.session.faults["no-login"] = no_login
    for control in ("restart", "pack"):
        assert (await panel.post("trouble", control=control))["ok"]
        await asyncio.sleep(5)
    await panel.until(lambda: len(panel.state["reports"]) == 2)
    assert (panel.state["reports"][1]["after"], len(panel.dashboards)) == (None, 1)

    del panel.session.faults["no-login"]
    await panel.until(lambda: panel.state["reports"][1]["after"] is not None)


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
async def test_it_says_where_it_is_serves_a_strict_page_and_ends_promptly_though_that_is_open_and_there_is_trouble(
    control: str, by: signal.Signals, host: str, warning: str
) -> None:
    process = await demo("--host", host)
    try:
        assert process.stdout is not None
        said = [(await process.stdout.readline()).decode() for _ in range(2)]
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", "".join(said))
        async with aiohttp.ClientSession(address, read_bufsize=2**20) as page, page.get("/page/events") as events:
            for path in ("", "style.css", "app.js", "favicon.svg"):
                async with page.get(f"/{path}") as answer:
                    assert answer.status == 200
                    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            for unknown in ({"json": {"control": "none"}}, {"data": "control=delete"}):
                assert (await page.post("/page/trouble", **unknown)).status == 400
            while b'"embeds": [{' not in await events.content.readuntil(b"\n\n"):
                pass
            assert (await page.post("/page/trouble", json={"control": control})).ok
            taken = approved("command/port-taken").format(port := address.rpartition(":")[2])
            assert await finished(await demo("--port", port)) == (2, "", f"{taken}\n")
            began = time.monotonic()
            process.send_signal(by)
            code, output, errors = await finished(process)
        assert time.monotonic() - began < PROMPTLY
        assert (code, output, warning in errors) == (0, "", True)
    finally:
        if process.returncode is None:
            process.kill()
