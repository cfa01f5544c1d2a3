"""The demo as its own process, and Chromium before it; without a browser these tests are skipped and say so."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000
"""Milliseconds that a page may take for anything."""
BUILD = Path(__file__).parents[2] / "build"
"""Where pictures go."""
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The system's browser, closed before other tests begin: while it is there, an event loop runs in this thread."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: install Debian's package chromium")
    as_root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS + as_root)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The address of a demo that runs for all tests of a file."""
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
        self._contexts: list[Any] = []

    def open(self, viewer: str = "admin", *, width: int = 1280, height: int = 900, scale: float = 1) -> Any:
        """The page as a viewer sees it on a screen of this size, with the dashboard on it."""
        context = self._chromium.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self._complain(said.text, said.type in ("error", "warning")))
        page.on("pageerror", lambda error: self._complain(str(error), True))
        page.on("request", lambda asked: self._complain(asked.url, not asked.url.startswith(self._demo)))
        page.goto(f"{self._demo}?viewer={viewer}")
        page.locator("#messages .embed").wait_for()
        return page

    def _complain(self, text: str, really: bool) -> None:
        self.complaints += [text] if really else []

    def close(self) -> None:
        """Close all pages; there must have been no complaint."""
        for context in self._contexts:
            context.close()
        assert self.complaints == []


@pytest.fixture
def screens(chromium: Any, demo: str) -> Iterator[Screens]:
    """Opens pages for one test."""
    screens = Screens(chromium, demo)
    yield screens
    screens.close()
