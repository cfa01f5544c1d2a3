"""The side panel in a browser; that the bot copes with each of its buttons is tested in time that jumps."""

import re
from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def panel(chromium: Any, demo: str) -> Iterator[Panel]:
    """One page for all of these: the demo is one and the same, too."""
    screens = Screens(chromium, demo)
    yield Panel(screens.open())
    screens.close()


def test_a_button_reports_what_was_done_and_that_the_bot_recovered(panel: Panel) -> None:
    [report] = panel.press("suppress")

    expect(report.locator(".did")).to_contain_text("A moderator has removed the embed")
    expect(report.locator(".outcome")).to_have_text(re.compile(r"✓ it was back after \d"))


def test_a_button_stays_pressed_until_it_is_pressed_again(panel: Panel) -> None:
    controls, status = ("cut", "client"), panel.page.locator("#status")
    for look, says in (("control on", "Discarr is offline"), ("control", "Discarr is online")):
        panel.press(*controls)
        for control in controls:
            expect(panel.page.locator(f"[data-key={control}]")).to_have_class(look)
        expect(status).to_have_text(says)


def test_downloads_that_stall_come_as_a_pack_or_by_hundreds_are_shown(panel: Panel) -> None:
    name = panel.press("stall", "pack", "many")[0].locator(".did").inner_text().partition(" has lost")[0]

    expect(panel.embed).to_contain_text(re.compile(rf"{re.escape(name)}.{{0,160}}{WORDS[State.STALLED]}", re.S))
    expect(panel.page.locator(f"[data-key$='/{BROWSE}']", has_text=re.compile(r" 3\d\d$"))).to_be_visible()
