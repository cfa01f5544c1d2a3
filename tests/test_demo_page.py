"""The demo's page as a browser asks for it: the channel, and a side panel that breaks things. In time that jumps."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from discarr.demo.discord import Wire
from discarr.demo.start import run_demo
from tests.stage import PATIENCE, buttons_of, text_of
from tests.virtual_time import jumping

pytestmark = jumping


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

    async def reads_again(self) -> None:
        before = self.state["counters"]["reads"]
        await self.until(lambda: self.state["counters"]["reads"] > before)


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


async def test_the_page_is_served_with_a_strict_policy_and_refuses_unknown_controls(panel: Panel) -> None:
    for path in ("", "style.css", "app.js", "favicon.svg"):
        async with panel.page.get(f"/{path}") as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    unknown: list[dict[str, Any]] = [{"json": {"control": "none"}}, {"data": "control=delete"}]
    for content in unknown:
        async with panel.page.post("/page/trouble", **content) as answer:
            assert answer.status == 400


async def test_a_press_opens_a_form_whose_answer_can_be_dismissed(panel: Panel) -> None:
    [message] = panel.dashboards
    cross = buttons_of(message)[0]["custom_id"]
    absent, opened = [
        await panel.post("press", viewer="admin", message_id=message["id"], custom_id=each) for each in ("b", cross)
    ]
    done = await panel.post("submit", interaction_id=opened["interaction_id"], values={"how": "remove"})
    assert (absent["ok"], opened["ok"], done["ok"]) == (False, True, True)

    await panel.until(lambda: any(each["content"] for each in panel.state["private"]))
    [answer] = panel.state["private"]
    await panel.post("dismiss", viewer="admin", message_id=answer["id"])
    await panel.until(lambda: panel.state["private"] == [])


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
    await panel.reads_again()
    assert panel.state["online"] is ("cut" not in controls)

    await panel.press(*controls)
    await panel.until(lambda: len(panel.dashboards) == 1 and panel.state["online"])
    await panel.until(lambda: re.search("_URL|_API_KEY", panel.text) is None)
