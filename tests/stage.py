"""The real bot between a loopback Discord, Radarr and Sonarr: real sockets, and time that jumps.

    async def test_a_sentence(stage: Stage) -> None:
        stage.radarr.queue.append(downloading(HEAT))
        await stage.up()
        await stage.shows("Heat (1995)")

Nothing here waits for a while and hopes: `until`, `shows` and `lacks` wake with every change of the channel, and
`passes` is time that passes at once, with all that happens in it.
"""

import asyncio
import re
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import Any, Self

import pytest
from aiohttp import web
from discord.gateway import KeepAliveHandler

from discarr.bot._discord_internals import redirected_to
from discarr.bot.app import Bot, clients_of
from discarr.bot.content import OFFLINE
from discarr.clock import Clock
from discarr.demo.arr import Item, LoopbackArr, MovieMedia, Request, SeriesMedia
from discarr.demo.discord import Member, Press, Wire
from discarr.demo.discord import Request as DiscordRequest
from discarr.demo.session import settings_for
from discarr.settings import settings_from
from tests.support.discord_faults import without_code
from tests.support.strict_arr import StrictArr
from tests.support.strict_discord import StrictDiscord
from tests.virtual_time import loop_clock

REFRESH, BROWSE, CLEAN_UP = "discarr:refresh", "discarr:browse", "discarr:cleanup"
"""The custom_ids of the dashboard's own buttons."""
HEAT = MovieMedia(1, "Heat", 1995)
ALIEN = MovieMedia(2, "Alien", 1979)
DUNE = MovieMedia(3, "Dune", 2021)
HARBOUR = SeriesMedia(7, "Harbour Lights")
_OF_THE_BOT: ContextVar[bool] = ContextVar("_OF_THE_BOT")
"""Set for the bot's task, and with it for every task that is made in it."""
PRIVATE = 1 << 6
"""The flag of a message that only one person sees."""
PATIENCE = 150.0
"""Virtual seconds that a test waits for anything; they pass in moments."""


def film(number: int) -> MovieMedia:
    return MovieMedia(100 + number, f"Film {number:04}", 2020)


class Stage(AsyncExitStack):
    """The three servers, and the bot once it is started."""

    log: pytest.LogCaptureFixture
    """Only the stage of the fixture has one."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = loop_clock()
        self.discord = StrictDiscord(clock=self._seconds)
        self.radarr = StrictArr("radarr", clock=self._seconds)
        self.sonarr = StrictArr("sonarr", clock=self._seconds)
        self.settings = {"CHECK_INTERVAL": "30", "STUCK_THRESHOLD_MINUTES": "60"}
        self.bot: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        for server in (self.discord, self.radarr, self.sonarr):
            await self.enter_async_context(server)
        self.enter_context(redirected_to(self.discord.api_base, self.discord.gateway_url))
        self.push_async_callback(_cancel, asyncio.create_task(self._small_talk()))
        self.push_async_callback(self.stop)
        # The apps have been running for long, so that an empty queue is nothing but empty.
        self.radarr.start_time = self.sonarr.start_time = self._seconds() - 86_400
        return self

    # The bot.

    def start(
        self, *, clock: Clock | None = None, health_file: Path | None = None, **changes: str
    ) -> asyncio.Task[None]:
        """Start the bot with these settings besides those of the stage, as its command line does; returns at once."""

        async def run() -> None:
            variables = settings_for(self.discord, self.radarr, self.sonarr) | self.settings | changes
            settings = settings_from(variables)
            async with clients_of(settings) as clients:
                await Bot(settings, clients, clock or self.clock, health_file=health_file).run()

        context = copy_context()
        context.run(_OF_THE_BOT.set, True)
        self.bot = asyncio.create_task(run(), name="bot", context=context)
        return self.bot

    @property
    def tasks(self) -> set[asyncio.Task[Any]]:
        """The bot's tasks, also those that discord.py and httpx have made for it; not the servers'."""
        return {task for task in asyncio.all_tasks() if _OF_THE_BOT in task.get_context()}

    async def up(self) -> None:
        """Start the bot, and wait until its dashboard is pinned, the notice is gone and presses arrive."""
        self.start()
        await self.discord.gateway.wait_connected(PATIENCE)
        await self.until(lambda: len(self.discord.pinned) == 1 and not self.notices)

    async def stop(self) -> None:
        bot, self.bot = self.bot, None
        if bot is not None:
            await _cancel(bot)
            # What the end of the process does: discord.py leaves a task behind if it ends within 2 s of READY, and
            # threads that send heartbeats in real time, of which little passes here.
            await asyncio.gather(*(_cancel(task) for task in self.tasks))
            for thread in threading.enumerate():
                if isinstance(thread, KeepAliveHandler):
                    thread.stop()

    async def crash(self) -> None:
        """End the bot without a last word: Discord hears nothing from it any more."""
        before = self.discord.fault
        self.discord.fault = without_code(503)
        await self.discord.gateway.drop()
        await self.stop()
        self.discord.fault = before

    async def restart(self, *, until_edited: bool = True) -> None:
        await self.stop()
        edits = len(self.edits)
        self.start()
        await self.discord.gateway.wait_connected(PATIENCE)
        await self.until(lambda: len(self.edits) > edits or not until_edited)

    # What is seen.

    @property
    def dashboard(self) -> Wire:
        """The bot's message, of which there must be exactly one."""
        posted = [message for message in self.discord.messages if message["type"] == 0]
        [mine] = [message for message in posted if message["author"]["id"] == str(self.discord.bot_id)]
        return mine

    @property
    def text(self) -> str:
        """Everything that the dashboard says; '' while there is none."""
        return text_of(self.dashboard) if any(message["components"] for message in self.discord.messages) else ""

    @property
    def notices(self) -> list[Wire]:
        """The lines "… pinned a message"."""
        return [message for message in self.discord.messages if message["type"] == 6]

    @property
    def labels(self) -> list[str]:
        return [button["label"] for button in buttons_of(self.dashboard)]

    def count(self, custom_id: str) -> int:
        """The number on the dashboard's button with this custom_id; 0 where it is not offered."""
        label = next((each["label"] for each in buttons_of(self.dashboard) if each["custom_id"] == custom_id), "")
        return int(re.sub(r"\D", "", label) or 0)

    @property
    def is_offline(self) -> bool:
        return self.text.startswith(f"{OFFLINE}\n")

    def cross(self, name: str, message: Wire | None = None) -> str:
        """The custom_id of the ✖ of the row with this name, found as a person finds it: by its number."""
        message = message or self.dashboard
        found = re.search(rf"\*\*([\d,]+)\*\* {re.escape(name)}", text_of(message))
        assert found is not None, f"no row {name} in {text_of(message)}"
        [button] = [button for button in buttons_of(message) if button.get("label") == f"✖ {found[1]}"]
        return str(button["custom_id"])

    # What is in the log.

    @property
    def warnings(self) -> list[str]:
        return self.said("WARNING", "ERROR", "CRITICAL")

    @property
    def tracebacks(self) -> list[str]:
        """The loggers of all that was logged with one, also of libraries."""
        return [record.name for record in self.log.records if record.exc_info]

    def said(self, *levels: str) -> list[str]:
        """What Discarr itself has logged at these levels (INFO and up, if none is named)."""
        return [
            record.getMessage()
            for record in self.log.records
            if record.name.startswith("discarr") and ".demo" not in record.name
            if record.levelname in (levels or ("INFO", "WARNING", "ERROR", "CRITICAL"))
        ]

    # What was asked of the servers.

    @property
    def posts(self) -> list[DiscordRequest]:
        return self._asked("POST", "/channels/{channel}/messages")

    @property
    def edits(self) -> list[DiscordRequest]:
        """Every edit of a message of the channel, accepted or not."""
        return self._asked("PATCH", "/channels/{channel}/messages/{message}")

    @property
    def pinnings(self) -> list[DiscordRequest]:
        return self._asked("PUT", "/channels/{channel}/messages/pins/{message}")

    def _asked(self, method: str, route: str) -> list[DiscordRequest]:
        return [each for each in self.discord.requests if (each.method, each.route) == (method, route)]

    def removals(self, *apps: LoopbackArr) -> list[Request]:
        return [each for app in apps or (self.radarr, self.sonarr) for each in app.requests if each.method == "DELETE"]

    # Waiting.

    async def until[T](self, found: Callable[[], T | None]) -> T:
        """What `found` returns, as soon as there is something in it; looked at with every change of Discord."""
        try:
            return await self.discord.changes.until(lambda: found() or None, PATIENCE)
        except TimeoutError:
            raise AssertionError(f"waited in vain; the dashboard says:\n{self.text}") from None

    async def shows(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.text for text in texts))

    async def lacks(self, text: str) -> None:
        await self.until(lambda: self.text != "" and text not in self.text)

    async def passes(self, seconds: float) -> None:
        """Time passes at once, and everything that is due in it happens."""
        await asyncio.sleep(seconds)

    async def progresses(self, seconds: float, *, every: float = 30, by: int = 10_000_000) -> None:
        """Time passes in which Radarr's first download goes on, so that each read has something new to show."""
        for _ in range(round(seconds / every)):
            self.radarr.queue[0].left -= by
            await self.passes(every)

    # What people do.

    async def showing(self, *items: Item) -> None:
        """The apps have these (what has episodes is Sonarr's), the bot is up, and they are shown by people's names."""
        for item in items:
            (self.sonarr if item.episodes else self.radarr).queue.append(item)
        await self.up()
        await self.passes(10)

    async def press(self, member: Member, custom_id: str, *values: str, on: Wire | None = None) -> Press:
        """Press a button, or choose in a menu, of this message or any, and wait for the acknowledgement."""
        message_id = None if on is None else int(on["id"])
        press = await self.discord.press(member, custom_id, message_id=message_id, values=values)
        await press.acknowledged()
        return press

    async def ask(self, member: Member, name: str) -> Press:
        """Press the ✖ of the row with this name; returns when the form (or a refusal) is there."""
        return await self.press(member, self.cross(name))

    async def remove(self, member: Member, name: str, how: str = "remove") -> Wire:
        """Press the ✖, choose, send the form off; the answer."""
        return await self.sent(await self.ask(member, name), how)

    async def sent(self, opened: Press, how: str) -> Wire:
        form = await self.discord.submit(opened, {"how": how})
        await form.acknowledged()
        return await form.answered(300)

    async def post_as_bot(self, body: Wire) -> int:
        """A message in the bot's name, as an earlier life of it may have left one; its id."""
        return self.discord.channel.make(self.discord.guild.bot, body).id

    async def _small_talk(self) -> None:
        """Events that mean nothing, as servers are full of them: without one a minute the bot thinks its line dead."""
        while True:
            await asyncio.sleep(50)
            await self.discord.gateway.send("SOMETHING_ELSE", {})

    def _seconds(self) -> float:
        return self.clock.now().timestamp()


class Gate:
    """A fault that holds requests with this method until it is opened; then they go on as usual."""

    def __init__(self, method: str) -> None:
        self._method = method
        self.arrived = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, request: web.Request, route: str = "") -> web.StreamResponse | None:
        if request.method == self._method:
            self.arrived.set()
            await self.opened.wait()
        return None


def text_of(message: Wire) -> str:
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title", ""), embed.get("description", "")]
        parts += [field["value"] for field in embed.get("fields", ())]
        parts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(parts)


def buttons_of(message: Wire) -> list[Wire]:
    return [component for row in message["components"] for component in row["components"]]


async def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
