"""Each button of the demo's side panel breaks something, and the bot copes: the demo in time that jumps."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from discarr.demo.discord import Wire
from discarr.demo.start import run_demo
from tests.stage import PATIENCE, text_of
from tests.virtual_time import jumping

pytestmark = jumping


class Panel:
    """The side panel, as the page has it: what it shows comes as events, and presses go back."""

    def __init__(self, page: aiohttp.ClientSession, events: aiohttp.StreamReader) -> None:
        self._page = page
        self._events = events
        self._state: Wire = {}

    async def until(self, found: Callable[[Wire], bool]) -> None:
        """Wait until the page is sent what this looks for."""
        async with asyncio.timeout(PATIENCE):
            while not self._state or not found(self._state):
                self._state = json.loads((await self._events.readuntil(b"\n\n")).removeprefix(b"data: "))

    async def press(self, *controls: str) -> list[int]:
        """Press buttons; the number of the report about each."""
        numbers = []
        for control in controls:
            before = self._newest(self._state)
            async with self._page.post("/page/trouble", json={"control": control}) as answer:
                assert answer.status == 200
            await self.until(lambda state: self._newest(state) == before + 1)
            numbers.append(before + 1)
        return numbers

    async def copes(self, *numbers: int) -> None:
        """Wait until the panel has seen the signs of recovery that these reports watch for."""
        wanted = set(numbers)
        await self.until(
            lambda state: wanted <= {each["number"] for each in state["reports"] if each["after"] is not None}
        )

    async def shows(self, pattern: str) -> None:
        """Wait until the dashboard says this."""
        try:
            await self.until(lambda state: re.search(pattern, text(state), re.S) is not None)
        except TimeoutError:
            raise AssertionError(f"{pattern} not in:\n{text(self._state)}") from None

    async def lacks(self, pattern: str) -> None:
        """Wait until the dashboard no longer says this."""
        try:
            await self.until(lambda state: re.search(pattern, text(state), re.S) is None)
        except TimeoutError:
            raise AssertionError(f"{pattern} still in:\n{text(self._state)}") from None

    async def reads_again(self) -> None:
        """Wait until the bot has read the apps once more."""
        before = self._state["counters"]["reads"]
        await self.until(lambda state: state["counters"]["reads"] > before)

    @staticmethod
    def _newest(state: Wire) -> int:
        return int(state["reports"][0]["number"]) if state["reports"] else 0


def dashboards(state: Wire) -> list[Wire]:
    return [message for message in state["messages"] if message["embeds"]]


def text(state: Wire) -> str:
    """What the dashboard says."""
    return "".join(map(text_of, dashboards(state))).replace("\\", "")


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
            await panel.until(lambda state: bool(dashboards(state)))
            yield panel
    demo.cancel()
    await asyncio.wait([demo])
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        (("stop-radarr", "key-sonarr"), "RADARR_URL.*SONARR_API_KEY"),
        (("key-radarr", "stop-sonarr"), "RADARR_API_KEY.*SONARR_URL"),
    ],
)
async def test_apps_that_are_stopped_or_change_their_key_are_told_and_forgotten(
    controls: tuple[str, ...], words: str, panel: Panel
) -> None:
    await panel.copes(*await panel.press(*controls))
    await panel.shows(words)
    # A new life of the bot has never read them, and does not wait for a third failure.
    await panel.press("restart")
    await panel.shows(words)

    await panel.copes(*await panel.press(*controls))
    await panel.lacks("_URL|_API_KEY")


async def test_what_happens_to_the_dashboard_is_healed(panel: Panel) -> None:
    for controls in (("suppress", "unpin"), ("restart",), ("delete",)):
        await panel.copes(*await panel.press(*controls))
    await panel.until(lambda state: len(dashboards(state)) == 1)


async def test_a_cut_gateway_comes_back(panel: Panel) -> None:
    await panel.press("cut")
    await panel.until(lambda state: not state["online"])
    await panel.copes(*await panel.press("cut"))
    await panel.until(lambda state: bool(state["online"]))


async def test_discord_misbehaves_and_the_bot_goes_on(panel: Panel) -> None:
    faults = ("answer-30046", "answer-500", "answer-429")
    for fault in faults:
        await panel.copes(*await panel.press(fault))
    await panel.copes(*await panel.press(*faults))
    await panel.until(lambda state: len(dashboards(state)) == 1)


async def test_permissions_are_taken_and_given_back(panel: Panel) -> None:
    controls = ("take-view-channel", "take-embed-links", "take-pin-messages")
    await panel.press(*controls)
    await panel.reads_again()
    await panel.copes(*await panel.press(*controls))
    await panel.until(lambda state: len(dashboards(state)) == 1)
