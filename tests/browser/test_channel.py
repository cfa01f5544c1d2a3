"""The channel and the side panel as people see them: the demo as its own process, and Chromium before it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
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


class Screen:
    """The page as one viewer sees it. Locators look anew at each use."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.dashboard = page.locator("#messages .message", has=page.locator(".embed"))
        self.embed = self.dashboard.locator(".embed")
        self.first_cross = self.dashboard.get_by_role("button", name=re.compile("✖ 1$"))
        self.form = page.get_by_role("dialog")
        self.answers = page.locator("#private .message")
        """What only this viewer sees."""

    def button(self, custom_id: str) -> Any:
        return self.dashboard.locator(f"[data-key$='/{custom_id}']")

    def control(self, name: str) -> Any:
        return self.page.locator(f"[data-key={name}]")

    def is_accessible(self) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
        found = axe.Axe().run(self.page).response["violations"]
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in grave] == []

    def report_on(self, name: str) -> Any:
        """Press a button of the side panel; what the panel then reports about it."""
        newest = self.page.locator("#trouble .reports li").first
        number = int(newest.get_attribute("data-number") or 0) if newest.count() else 0
        self.control(name).click()
        expect(newest).to_have_attribute("data-number", str(number + 1))
        return newest


type Open = Callable[..., Screen]


@pytest.fixture
def screen(chromium: Any, demo: str) -> Iterator[Open]:
    """Opens the page for a viewer; the browser must not complain of it, and it must ask nothing elsewhere."""
    complaints: list[str] = []

    def opened(viewer: str, *, width: int = 1280, height: int = 900) -> Screen:
        page = chromium.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: complaints.extend([said.text] if said.type in ("error", "warning") else []))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.extend([] if asked.url.startswith(demo) else [asked.url]))
        page.goto(f"{demo}?viewer={viewer}")
        page.locator("#messages .embed").wait_for()
        for part in ("html", "main", "#viewer"):
            assert page.locator(part).evaluate("part => part.scrollWidth <= part.clientWidth"), "it is cut off"
        sizes = page.locator("#messages .button").evaluate_all("all => all.map(x => [x.offsetWidth, x.offsetHeight])")
        assert sizes and all(width >= 60 and height >= 32 for width, height in sizes)
        return Screen(page)

    yield opened
    for context in chromium.contexts:
        context.close()
    assert complaints == []


def test_on_a_phone_a_form_can_be_left_or_sent_and_then_it_removes(screen: Open) -> None:
    channel = screen("moderator", width=360, height=780)
    presses = channel.page.locator("[data-counter=presses]")
    before = int(presses.inner_text())
    channel.first_cross.click()
    channel.form.get_by_role("button", name="Cancel").click()
    expect(channel.form).to_be_hidden()
    expect(channel.answers).to_have_count(0)

    channel.page.get_by_role("button", name="Make trouble").click()
    channel.first_cross.dispatch_event("click")  # on a phone the panel is in front of it
    expect(channel.form).to_contain_text("This form will be submitted to Discarr")
    channel.is_accessible()
    name = channel.form.locator(".parts > div strong").first.inner_text()
    channel.form.locator("input[value=remove]").click()
    channel.form.get_by_role("button", name="Submit").click()

    expect(channel.form).to_be_hidden()
    expect(channel.answers.last).to_contain_text("Only you can see this")
    expect(channel.answers.last).to_contain_text(name)
    expect(channel.embed).to_contain_text(re.compile(rf"{re.escape(name)}.*@moderator", re.S))
    expect(presses).to_have_text(str(before + 3))


def test_a_guest_is_refused_in_private_and_may_browse_by_page_and_by_app(screen: Open) -> None:
    guest, moderator = screen("guest"), screen("moderator")
    before = moderator.answers.count()
    guest.first_cross.click()
    expect(guest.answers.last).to_contain_text("You are not allowed")
    expect(guest.form).to_be_hidden()
    expect(moderator.answers).to_have_count(before)
    guest.answers.last.get_by_role("button", name="Dismiss message").click()
    expect(guest.answers).to_have_count(0)

    guest.button(BROWSE).click()
    title = guest.answers.locator(".embed-title")
    expect(title).to_contain_text("Page 1 of 2")
    guest.answers.get_by_role("button", name="▶").click()
    expect(title).to_contain_text("Page 2 of 2")
    guest.answers.get_by_role("combobox").select_option(label="Only Sonarr")
    expect(title).to_contain_text("in Sonarr")
    guest.page.get_by_role("button", name="Pinned messages", exact=True).click()
    pins = guest.page.get_by_role("region", name="Pinned messages")
    expect(pins.locator(".message")).to_have_count(1)
    guest.is_accessible()
    pins.get_by_role("button", name="Close pinned messages").click()
    expect(pins).to_be_hidden()
    expect(guest.dashboard).to_have_count(1)


def test_a_nasty_name_comes_by_itself_does_nothing_and_is_cleaned_up(screen: Open) -> None:
    channel, shown = screen("admin"), plain(HOSTILE, 100)
    channel.control("hostile").click()
    expect(channel.embed).to_contain_text(shown)
    expect(channel.embed.locator("a, .spoiler, .mention:has-text('everyone')")).to_have_count(0)

    channel.button(CLEAN_UP).click()
    expect(channel.form.get_by_role("checkbox").first).to_be_visible()
    for box in channel.form.get_by_role("checkbox").all():
        box.check()
    channel.form.get_by_role("button", name="Submit").click()

    expect(channel.form).to_be_hidden()
    expect(channel.answers.last).to_contain_text(shown)


def test_controls_show_their_effect_a_report_and_whether_they_are_on(screen: Open) -> None:
    channel = screen("admin")
    report = channel.report_on("suppress")
    expect(report.locator(".did")).to_contain_text("A moderator has removed the embed")
    expect(report.locator(".outcome")).to_have_text(re.compile(r"✓ it was back after \d"))
    for look, says in (("control on", "Discarr is offline"), ("control", "Discarr is online")):
        for name in ("cut", "client"):
            channel.report_on(name)
            expect(channel.control(name)).to_have_class(look)
        expect(channel.page.locator("#status")).to_have_text(says)

    name = channel.report_on("stall").locator(".did").inner_text().partition(" has lost")[0]
    # A reason that another row shares stands there.
    row = re.compile(rf"{re.escape(name)}.{{0,160}}(no connections|{WORDS[State.STALLED]})", re.S)
    expect(channel.embed).to_contain_text(row)
    channel.report_on("pack")
    channel.report_on("many")
    expect(channel.button(BROWSE)).to_have_text(re.compile(r" 3\d\d$"))
    # What the page is sent after a restart of the demo at the same address.
    show = "import('/panel.js').then(panel => panel.showTrouble({groups, reports}, {panel: [], reports: []}))"
    channel.page.evaluate(show)
