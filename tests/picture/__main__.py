"""Makes the pictures: the dashboard that the bot posts, on the demo's page, in Chromium with its clock stopped."""

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

from discarr.demo.arr.items import DELAY, DOWNLOADING, IMPORTING, QUEUED, STALLED
from discarr.demo.discord import LoopbackDiscord
from discarr.demo.page import ChannelPage
from discarr.demo.sample_data import starting_items
from tests.browser.test_channel import ARGUMENTS, CHROMIUM
from tests.stage import Stage
from tests.virtual_time import JumpingLoop

WIDTHS = {"dashboard.png": 640, "phone.png": 390}
"""The pictures, and how wide the window is in each."""
HEIGHT = 2000


async def noon() -> LoopbackDiscord:
    """A channel in which one thing needs attention, most goes well, and a moderator has removed something."""
    async with Stage() as stage:
        for app in (stage.radarr, stage.sonarr):
            shown = (DOWNLOADING, STALLED, IMPORTING, QUEUED, DELAY)
            app.queue = [item for item in starting_items(app.service, app.clock()) if item.situation in shown]
        await stage.up()
        for _ in range(3):
            for item in (*stage.radarr.queue, *stage.sonarr.queue):
                if item.situation == DOWNLOADING:
                    rate = item.size // 900
                    item.left -= 30 * rate
                    item.time_left = item.left / rate
            await stage.passes(30)
        stage.radarr.finish(stage.radarr.queue[-1])
        await stage.remove(stage.discord.moderator, "Tomorrow, Only Wetter (2026)")
        await stage.passes(30)
        await stage.crash()  # without "offline since"
        return stage.discord


async def photograph(server: LoopbackDiscord) -> None:
    """Show the channel on the page, and take the pictures of it."""
    server.add_routes(ChannelPage(server).routes())
    async with server, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for name, width in WIDTHS.items():
            path = Path(__file__).with_name(name)
            page = await browser.new_page(
                viewport={"width": width, "height": HEIGHT}, device_scale_factor=1.5, locale="en-GB", timezone_id="UTC"
            )
            await page.clock.set_fixed_time(server.guild.clock())
            await page.goto(server.page_url)
            await page.locator("#messages .embed").wait_for()
            await page.locator("#messages").screenshot(path=path)
            print(f"{path}: {path.stat().st_size // 1000} kB")
        await browser.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        channel = runner.run(noon())
    asyncio.run(photograph(channel))
