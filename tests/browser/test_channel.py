"""The channel as people see it, in a browser."""

import re
from typing import Any

import pytest

from discarr.demo.sample_data import HOSTILE, MOVIES, STUCK
from discarr.view.text import plain
from tests.browser.conftest import BUILD, PATIENCE, Screens
from tests.stage import BROWSE, CLEAN_UP

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect
expect.set_options(timeout=PATIENCE)
HOSTILE_SHOWN = plain(HOSTILE, 100)
"""Its name has an address in it."""


def dashboard(page: Any) -> Any:
    return page.locator("#messages .message", has=page.locator(".embed"))


def answers(page: Any) -> Any:
    """What only this viewer sees."""
    return page.locator("#private .message")


def first_cross(page: Any) -> Any:
    return dashboard(page).get_by_role("button", name=re.compile("✖ 1$"))


def open_pins(page: Any) -> Any:
    page.get_by_role("button", name="Pinned messages", exact=True).click()
    return page.get_by_role("region", name="Pinned messages")


def open_a_form(page: Any) -> None:
    """Press the first ✖ until a form opens: the download of the first row may leave at any moment."""
    form = page.get_by_role("dialog")
    for _ in range(5):
        first_cross(page).dispatch_event("click")
        try:
            expect(form).to_be_visible(timeout=6000)
        except AssertionError:
            continue
        return
    expect(form).to_be_visible()


def test_the_dashboard_appears_pinned(screens: Screens) -> None:
    page = screens.open()

    expect(dashboard(page)).to_have_count(1)
    expect(open_pins(page).locator(".message")).to_have_count(1)


def test_a_press_opens_a_form_and_the_form_removes(screens: Screens) -> None:
    page = screens.open("moderator")
    presses = int(page.locator("[data-counter=presses]").inner_text())
    first_cross(page).click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("This form will be submitted to Discarr")
    name = form.locator(".parts > div strong").first.inner_text()
    form.locator("input[value=remove]").click()
    form.get_by_role("button", name="Submit").click()

    expect(form).to_be_hidden()
    expect(answers(page).last).to_contain_text("Only you can see this")
    expect(answers(page).last).to_contain_text(name)
    expect(dashboard(page).locator(".embed")).to_contain_text(re.compile(rf"{re.escape(name)}.*@moderator", re.S))
    expect(page.locator("[data-counter=presses]")).to_have_text(str(presses + 2))


def test_a_stuck_import_is_listed_confirmed_and_imported(screens: Screens) -> None:
    page = screens.open("moderator")
    name = MOVIES[STUCK].title
    row = re.search(rf"(\d+) {re.escape(name)}", dashboard(page).locator(".embed").inner_text())
    assert row is not None
    dashboard(page).get_by_role("button", name=f"✖ {row[1]}", exact=True).click()
    form = page.get_by_role("dialog")
    form.locator("input[value=import]").click()
    form.get_by_role("button", name="Submit").click()

    expect(answers(page).last).to_contain_text("Behind.the.Scenes.mkv is left out")
    answers(page).last.get_by_role("button", name="Import 1 file").click()

    expect(answers(page).last).to_contain_text("was imported")
    expect(dashboard(page).locator(".embed")).to_contain_text(re.compile(rf"{re.escape(name)}.* by @moderator"))
    expect(dashboard(page).locator(".embed")).not_to_contain_text(re.compile(rf"\d {re.escape(name)}"))


def test_a_form_can_be_left_and_nothing_happens(screens: Screens) -> None:
    page = screens.open()
    first_cross(page).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(answers(page)).to_have_count(0)


def test_a_guest_is_refused_in_private(screens: Screens) -> None:
    page, other = screens.open("guest"), screens.open("moderator")
    before = answers(other).count()
    first_cross(page).click()

    expect(answers(page).last).to_contain_text("You are not allowed")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(answers(other)).to_have_count(before)
    answers(page).last.get_by_role("button", name="Dismiss message").click()
    expect(answers(page)).to_have_count(0)


def test_a_guest_browses_page_by_page_and_by_app(screens: Screens) -> None:
    page = screens.open("guest")
    dashboard(page).locator(f"[data-key$='/{BROWSE}']").click()
    expect(answers(page).locator(".embed-title")).to_contain_text("Page 1 of 2")
    answers(page).get_by_role("button", name="▶").click()
    expect(answers(page).locator(".embed-title")).to_contain_text("Page 2 of 2")
    answers(page).get_by_role("combobox").select_option(label="Only Sonarr")

    expect(answers(page).locator(".embed-title")).to_contain_text("in Sonarr")
    expect(dashboard(page)).to_have_count(1)


def test_a_nasty_name_comes_by_itself_does_nothing_and_is_cleaned_up(screens: Screens) -> None:
    page = screens.open()
    page.locator("[data-key=hostile]").click()
    embed = dashboard(page).locator(".embed")
    expect(embed).to_contain_text(HOSTILE_SHOWN)
    expect(embed.locator("a, .spoiler, .mention:has-text('everyone')")).to_have_count(0)

    dashboard(page).locator(f"[data-key$='/{CLEAN_UP}']").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("checkbox").first).to_be_visible()
    for box in form.get_by_role("checkbox").all():
        box.check()
    form.get_by_role("button", name="Submit").click()

    expect(form).to_be_hidden()
    expect(answers(page).last).to_contain_text(HOSTILE_SHOWN)


def test_a_phone_wraps_what_does_not_fit_and_cuts_nothing(screens: Screens) -> None:
    page = screens.open("moderator", width=360, height=780)
    buttons = dashboard(page).locator(".button")
    sizes = buttons.evaluate_all(
        "buttons => buttons.map(({ offsetWidth, offsetHeight }) => [offsetWidth, offsetHeight])"
    )
    assert sizes and all(width >= 60 and height >= 32 for width, height in sizes)
    name = page.get_by_role("combobox", name="Viewing as")
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")
    pins = open_pins(page)
    pins.get_by_role("button", name="Close pinned messages").click()
    expect(pins).to_be_hidden()


@pytest.mark.parametrize(("name", "width", "height"), [("wide", 1280, 900), ("narrow", 390, 844)])
def test_the_page_is_accessible_and_has_its_picture_taken(screens: Screens, name: str, width: int, height: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
    page = screens.open(width=width, height=height, scale=2)
    for part in ("html", "main"):
        assert page.locator(part).evaluate("part => part.scrollWidth <= part.clientWidth")
    BUILD.mkdir(exist_ok=True)
    page.screenshot(path=BUILD / f"demo-{name}.png")
    found = axe.Axe().run(page).response["violations"]
    dashboard(page).locator(f"[data-key$='/{BROWSE}']").click()
    expect(answers(page).locator(".embed").last).to_be_visible()
    if page.locator("#trouble").is_hidden():
        page.get_by_role("button", name="Make trouble").click()
    found += axe.Axe().run(page).response["violations"]
    open_a_form(page)
    page.screenshot(path=BUILD / f"demo-{name}-form.png")
    found += axe.Axe().run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")] == []
