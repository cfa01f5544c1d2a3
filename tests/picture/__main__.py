"""Makes the pictures: the bot's own embed and buttons on the demo's page, in Chromium with its clock stopped."""

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright

from discarr.demo.discord import LoopbackDiscord, Wire
from discarr.demo.page import ChannelPage
from discarr.view.buttons import dashboard_view
from discarr.view.dashboard import dashboard_embed
from discarr.view.headline import summary
from tests.browser.test_channel import ARGUMENTS, CHROMIUM
from tests.picture.scene import NOW, evening

FOLDER = Path(__file__).parent
WIDTHS = {"dashboard.png": 640, "phone.png": 390}
"""The pictures, and how wide the window is in each."""
HEIGHT = 2000


def dashboard(member: int) -> Wire:
    """The message as the bot would send it, after this member removed something."""
    shown = evening(member)
    embed, view = dashboard_embed(shown), dashboard_view(shown)
    return {"content": summary(shown), "embeds": [embed.to_dict()], "components": view.to_components()}


async def photograph(path: Path, *, width: int) -> None:
    """Show the dashboard, pinned, on the page, and take a picture of it."""
    server = LoopbackDiscord(clock=NOW.timestamp)
    server.add_routes(ChannelPage(server).routes())
    async with server:
        message = server.channel.make(server.guild.bot, dashboard(server.moderator.id))
        message.pinned_at = NOW.timestamp()
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            context = await browser.new_context(
                viewport={"width": width, "height": HEIGHT}, device_scale_factor=1.5, locale="en-GB", timezone_id="UTC"
            )
            page = await context.new_page()
            await page.clock.set_fixed_time(NOW)
            await page.goto(server.page_url)
            await page.locator("#messages .embed").wait_for()
            await page.locator("#messages").screenshot(path=path)
            await browser.close()


async def main() -> None:
    for name, width in WIDTHS.items():
        path = FOLDER / name
        await photograph(path, width=width)
        print(f"{path}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    asyncio.run(main())
