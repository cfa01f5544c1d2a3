"""Makes the pictures: the bot's own embed and buttons on the demo's page, in Chromium with its clock stopped."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from discarr.demo.discord import LoopbackDiscord
from discarr.demo.page import ChannelPage
from discarr.model.download import Download, Media, State
from discarr.model.outcome import Outcome, OutcomeKind
from discarr.model.queue import Snapshot
from discarr.model.removal_mode import RemovalMode, RemovalRecord
from discarr.view.buttons import dashboard_view
from discarr.view.dashboard import dashboard_embed
from discarr.view.headline import summary
from tests.browser.test_channel import ARGUMENTS, CHROMIUM
from tests.support.builders import SECONDS, download, queue, snapshot

NOW = datetime(2026, 7, 1, 20, 4, tzinfo=UTC)
WIDTHS = {"dashboard.png": 640, "phone.png": 390}
"""The pictures, and how wide the window is in each."""
HEIGHT = 2000


async def photograph() -> None:
    """Show the dashboard, pinned, on the page, and take the pictures of it."""
    server = LoopbackDiscord(clock=NOW.timestamp)
    server.add_routes(ChannelPage(server).routes())
    shown = evening(server.moderator.id)
    embed, components = dashboard_embed(shown).to_dict(), dashboard_view(shown).to_components()
    message = {"content": summary(shown), "embeds": [embed], "components": components}
    server.channel.make(server.guild.bot, message).pinned_at = NOW.timestamp()
    async with server, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for name, width in WIDTHS.items():
            path = Path(__file__).with_name(name)
            page = await browser.new_page(
                viewport={"width": width, "height": HEIGHT}, device_scale_factor=1.5, locale="en-GB", timezone_id="UTC"
            )
            await page.clock.set_fixed_time(NOW)
            await page.goto(server.page_url)
            await page.locator("#messages .embed").wait_for()
            await page.locator("#messages").screenshot(path=path)
            print(f"{path}: {path.stat().st_size // 1000} kB")
        await browser.close()


def evening(by: int) -> Snapshot:
    """Something of everything: one thing needs attention, most goes well, and this member removed something."""
    radarr = queue(
        _row(
            1,
            "Standing Still in Ostrom (2016)",
            9.3,
            0.355,
            state=State.STALLED,
            reasons=("The download is stalled with no connections",),
        ),
        _row(2, "The Cartographer's Umbrella (2024)", 18.4, 0.45, speed=42, minutes=4),
        _row(3, "Paper Boats at Noon (2018)", 6.5, 0.78, speed=11, minutes=2),
        _row(4, "The Ninth Ferry Home (2023)", 11, 1, state=State.IMPORTING),
        _row(5, "Glacier Road Nine (2021)", 12, 0, state=State.QUEUED),
        read_at=NOW,
    )
    sonarr = queue(
        _row(11, "The Lighthouse Archive S02 E01–E10", 41, 0.92, speed=12, minutes=5, instance="sonarr"),
        _row(31, "Moon Courier S04 E09–E10", 3, 0.31, speed=8, minutes=4, instance="sonarr"),
        _row(
            41, "The Daily Brieftaker S12E40 · Chapter 40", 0.7, 0, minutes=25, instance="sonarr", state=State.DELAYED
        ),
        read_at=NOW,
        version="4.0.19.2979",
    )
    imported = Outcome(_row(90, "Salt, Iron and Marzipan (2022)", 9, 1), OutcomeKind.IMPORTED, SECONDS)
    lost, mode = _row(91, "Broken Parity (2015)", 9, 0), RemovalMode.BLOCK_AND_SEARCH
    removed = RemovalRecord(lost, mode, by, NOW - timedelta(minutes=6), SECONDS - 360)
    return snapshot(radarr, sonarr, at=NOW, titles={}, outcomes=(imported,), removed=(removed,))


def _row(
    id: int, name: str, gb: float, done: float, *, speed: float = 0, minutes: float = 0, **changes: Any
) -> Download:
    """A download of so many GB, moving by so many MB a second, and ready in so many minutes, if it moves."""
    pending = changes.get("state") is State.DELAYED
    return download(
        id,
        release=name,
        media=Media(),
        size=int(gb * 1e9),
        remaining=int(gb * 1e9 * (1 - done)),
        speed=speed * 1e6 or None,
        done_at=NOW + timedelta(minutes=minutes) if minutes else None,
        grabbed_at=None if pending else NOW - timedelta(hours=1 + id / 10),
        pending=pending,
        **changes,
    )


if __name__ == "__main__":
    asyncio.run(photograph())
