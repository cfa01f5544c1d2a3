"""The channel and the side panel as people see them: the demo as its own process, and Chromium before it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from discarr.demo.sample_data import HOSTILE
from discarr.model.download import State
from discarr.view.row import WORDS
from discarr.view.text import plain
from tests.stage import BROWSE, CLEAN_UP

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
expect = playwright.expect
PATIENCE = 20_000
"""Milliseconds that a page may take for anything."""
expect.set_options(timeout=PATIENCE)
CHROMIUM = Path("/usr/bin/chromium")
# Chromium refuses to start as root with its sandbox.
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", *(["--no-sandbox"] if os.getuid() == 0 else [])]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's browser, closed before other tests begin: while it is there, an event loop runs in this thread."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: install Debian's package chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of a demo that runs for all tests of the file."""
    command = [sys.executable, "-m", "discarr", "demo", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.terminate()


class Screens:
    """Opens pages, and writes down what the browser complains of or asks elsewhere."""

    def __init__(self, chromium: Any, demo: str) -> None:
        self.complaints: list[str] = []
        self._chromium = chromium
        self._demo = demo

    def open(self, viewer: str, *, width: int = 1280, height: int = 900) -> Any:
        """The page as a viewer sees it on a screen of this size, with the dashboard on it."""
        page = self._chromium.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self._complain(said.text, said.type in ("error", "warning")))
        page.on("pageerror", lambda error: self._complain(str(error), True))
        page.on("request", lambda asked: self._complain(asked.url, not asked.url.startswith(self._demo)))
        page.goto(f"{self._demo}?viewer={viewer}")
        page.locator("#messages .embed").wait_for()
        return page

    def _complain(self, text: str, really: bool) -> None:
        self.complaints += [text] if really else []


@pytest.fixture
def screens(chromium: Any, demo: str) -> Iterator[Screens]:
    """Opens pages for one test, which must give no complaint."""
    screens = Screens(chromium, demo)
    yield screens
    for context in chromium.contexts:
        context.close()
    assert screens.complaints == []


def dashboard(page: Any) -> Any:
    return page.locator("#messages .message", has=page.locator(".embed"))


def embed(page: Any) -> Any:
    return dashboard(page).locator(".embed")


def answers(page: Any) -> Any:
    """What only this viewer sees."""
    return page.locator("#private .message")


def first_cross(page: Any) -> Any:
    return dashboard(page).get_by_role("button", name=re.compile("✖ 1$"))


def own_button(page: Any, custom_id: str) -> Any:
    return dashboard(page).locator(f"[data-key$='/{custom_id}']")


def control(page: Any, name: str) -> Any:
    return page.locator(f"[data-key={name}]")


def report_on(page: Any, name: str) -> Any:
    """Press a button of the side panel; what the panel then reports about it."""
    newest = page.locator("#trouble .reports li").first
    number = int(newest.get_attribute("data-number") or 0) if newest.count() else 0
    control(page, name).click()
    report = page.locator(f".reports li[data-number='{number + 1}']")
    report.wait_for()
    return report


def test_a_form_can_be_left_or_sent_and_then_it_removes(screens: Screens) -> None:
    page = screens.open("moderator")
    form, presses = page.get_by_role("dialog"), page.locator("[data-counter=presses]")
    before = int(presses.inner_text())
    first_cross(page).click()
    form.get_by_role("button", name="Cancel").click()
    expect(form).to_be_hidden()
    expect(answers(page)).to_have_count(0)

    first_cross(page).click()
    expect(form).to_contain_text("This form will be submitted to Discarr")
    name = form.locator(".parts > div strong").first.inner_text()
    form.locator("input[value=remove]").click()
    form.get_by_role("button", name="Submit").click()

    expect(form).to_be_hidden()
    expect(answers(page).last).to_contain_text("Only you can see this")
    expect(answers(page).last).to_contain_text(name)
    expect(embed(page)).to_contain_text(re.compile(rf"{re.escape(name)}.*@moderator", re.S))
    expect(presses).to_have_text(str(before + 3))


def test_a_guest_is_refused_in_private_and_may_browse_by_page_and_by_app(screens: Screens) -> None:
    page, other = screens.open("guest"), screens.open("moderator")
    before = answers(other).count()
    first_cross(page).click()
    expect(answers(page).last).to_contain_text("You are not allowed")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(answers(other)).to_have_count(before)
    answers(page).last.get_by_role("button", name="Dismiss message").click()
    expect(answers(page)).to_have_count(0)

    own_button(page, BROWSE).click()
    title = answers(page).locator(".embed-title")
    expect(title).to_contain_text("Page 1 of 2")
    answers(page).get_by_role("button", name="▶").click()
    expect(title).to_contain_text("Page 2 of 2")
    answers(page).get_by_role("combobox").select_option(label="Only Sonarr")
    expect(title).to_contain_text("in Sonarr")
    expect(dashboard(page)).to_have_count(1)


def test_a_nasty_name_comes_by_itself_does_nothing_and_is_cleaned_up(screens: Screens) -> None:
    page, shown = screens.open("admin"), plain(HOSTILE, 100)
    control(page, "hostile").click()
    expect(embed(page)).to_contain_text(shown)
    expect(embed(page).locator("a, .spoiler, .mention:has-text('everyone')")).to_have_count(0)

    own_button(page, CLEAN_UP).click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("checkbox").first).to_be_visible()
    for box in form.get_by_role("checkbox").all():
        box.check()
    form.get_by_role("button", name="Submit").click()

    expect(form).to_be_hidden()
    expect(answers(page).last).to_contain_text(shown)


def test_controls_show_their_effect_a_report_and_whether_they_are_on(screens: Screens) -> None:
    page = screens.open("admin")
    report = report_on(page, "suppress")
    expect(report.locator(".did")).to_contain_text("A moderator has removed the embed")
    expect(report.locator(".outcome")).to_have_text(re.compile(r"✓ it was back after \d"))
    for look, says in (("control on", "Discarr is offline"), ("control", "Discarr is online")):
        for name in ("cut", "client"):
            report_on(page, name)
            expect(control(page, name)).to_have_class(look)
        expect(page.locator("#status")).to_have_text(says)

    name = report_on(page, "stall").locator(".did").inner_text().partition(" has lost")[0]
    # A reason that another row shares stands there.
    row = re.compile(rf"{re.escape(name)}.{{0,160}}(no connections|{WORDS[State.STALLED]})", re.S)
    expect(embed(page)).to_contain_text(row)
    report_on(page, "pack")
    report_on(page, "many")
    expect(own_button(page, BROWSE)).to_have_text(re.compile(r" 3\d\d$"))


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 780)])
def test_the_page_is_accessible_and_cuts_nothing(screens: Screens, width: int, height: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing").Axe()
    page = screens.open("moderator", width=width, height=height)
    for part in ("html", "main", "#viewer"):
        assert page.locator(part).evaluate("part => part.scrollWidth <= part.clientWidth")
    sizes = (
        dashboard(page).locator(".button").evaluate_all("all => all.map(one => [one.offsetWidth, one.offsetHeight])")
    )
    assert sizes and all(width >= 60 and height >= 32 for width, height in sizes)
    found = axe.run(page).response["violations"]
    own_button(page, BROWSE).click()
    expect(answers(page).locator(".embed").last).to_be_visible()
    page.get_by_role("button", name="Pinned messages", exact=True).click()
    pins = page.get_by_role("region", name="Pinned messages")
    expect(pins.locator(".message")).to_have_count(1)
    found += axe.run(page).response["violations"]
    pins.get_by_role("button", name="Close pinned messages").click()
    expect(pins).to_be_hidden()
    if page.locator("#trouble").is_hidden():
        page.get_by_role("button", name="Make trouble").click()
    # On a phone the panel is in front of it.
    first_cross(page).dispatch_event("click")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += axe.run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")] == []
