"""Each button of the side panel breaks something, and the bot copes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from discarr.model.download import State
from discarr.view.row import WORDS
from tests.browser.conftest import PATIENCE, Screens
from tests.stage import BROWSE

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect
expect.set_options(timeout=PATIENCE)


class Panel:
    """The side panel of an open page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.entries = page.locator("#trouble .reports li")
        self.embed = page.locator("#messages .embed")

    def press(self, *controls: str) -> list[Any]:
        """Press buttons; what the panel tells of each."""
        return [self._press(control) for control in controls]

    def _press(self, control: str) -> Any:
        newest = self.entries.first.get_attribute("data-number") if self.entries.count() else "0"
        self.page.locator(f"[data-key={control}]").click()
        reports = self.page.locator(f".reports li[data-number='{int(newest or 0) + 1}']")
        reports.wait_for()
        return reports


def coped(reports: Iterable[Any]) -> None:
    """Wait until the panel has seen the signs it watches for."""
    for each in reports:
        expect(each.locator(".outcome")).to_contain_text("✓")


@pytest.fixture(scope="module")
def panel(chromium: Any, demo: str) -> Iterator[Panel]:
    """One page for all of these: the demo is one and the same, too."""
    screens = Screens(chromium, demo)
    yield Panel(screens.open())
    screens.close()


def test_apps_that_are_stopped_or_change_their_key_are_told_and_forgotten(panel: Panel) -> None:
    one_way = ("stop-radarr", "key-sonarr"), "RADARR_URL.*SONARR_API_KEY"
    the_other = ("key-radarr", "stop-sonarr"), "RADARR_API_KEY.*SONARR_URL"
    for controls, words in (one_way, the_other):
        reports = panel.press(*controls)
        # A new life of the bot has never read them, and does not wait for a third failure.
        panel.press("restart")
        coped(reports)
        expect(panel.embed).to_contain_text(re.compile(words, re.S))
        mended = panel.press(*controls)
    coped(mended)
    expect(panel.embed).not_to_contain_text(re.compile("_URL|_API_KEY"))


def test_downloads_that_stall_come_as_a_pack_or_by_hundreds_are_shown(panel: Panel) -> None:
    name = panel.press("stall")[0].locator(".did").inner_text().partition(" has lost")[0]
    panel.press("pack", "many")
    expect(panel.embed).to_contain_text(re.compile(rf"{re.escape(name)}.{{0,160}}{WORDS[State.STALLED]}", re.S))
    expect(panel.page.locator(f"[data-key$='/{BROWSE}']", has_text=re.compile(r" 3\d\d$"))).to_be_visible()
    for look in ("control on", "control"):
        panel.press("client")
        expect(panel.page.locator("[data-key=client]")).to_have_class(look)


def test_what_happens_to_the_dashboard_is_healed(panel: Panel) -> None:
    coped(panel.press("suppress", "unpin"))
    coped(panel.press("restart"))
    coped(panel.press("delete"))
    expect(panel.embed).to_have_count(1)


def test_a_cut_gateway_comes_back(panel: Panel) -> None:
    panel.press("cut")
    expect(panel.page.locator("#status")).to_have_text("Discarr is offline")
    coped(panel.press("cut"))
    expect(panel.page.locator("#status")).to_have_text("Discarr is online")


def test_discord_misbehaves_and_the_bot_goes_on(panel: Panel) -> None:
    coped(panel.press("answer-30046"))
    mended = panel.press("answer-30046")
    coped(panel.press("answer-500", "answer-429"))
    coped(mended + panel.press("answer-500", "answer-429"))
    expect(panel.embed).to_have_count(1)


def test_permissions_are_taken_and_given_back(panel: Panel) -> None:
    controls = ("take-view-channel", "take-embed-links", "take-pin-messages")
    panel.press(*controls)
    reads = panel.page.locator("[data-counter=reads]")
    expect(reads).not_to_have_text(reads.inner_text())
    coped(panel.press(*controls))
    expect(panel.embed).to_have_count(1)
