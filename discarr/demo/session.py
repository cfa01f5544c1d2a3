"""One running demo: the loopback servers, what is simulated on them, the shipped bot, and the counters."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from aiohttp import web

from discarr.bot.app import Bot, clients_of
from discarr.clock import Clock
from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.discord import Fault, LoopbackDiscord, Wire
from discarr.demo.simulation import Simulation
from discarr.settings import Settings, settings_from

PATIENCE = 0.6
"""Seconds that the bot's last edit may take at the end of the demo."""
_EDIT = ("PATCH", "/channels/{channel}/messages/{message}")


class NotPossible(Exception):
    """This cannot be done now; the text says why."""


class Counters:
    """Turns the servers' lists of requests into numbers, and empties them, so that a demo can run for days."""

    def __init__(self, discord: LoopbackDiscord, apps: Sequence[LoopbackArr]) -> None:
        self.edits = 0
        """Edits of the dashboard that were accepted."""
        self._attempts = 0
        self._reads = dict.fromkeys(apps, 0)
        self._discord = discord

    def count(self) -> None:
        """Count the requests since the last time."""
        edits = [request for request in self._discord.requests if (request.method, request.route) == _EDIT]
        self._attempts += len(edits)
        self.edits += sum(request.status == 200 for request in edits)
        self._discord.requests.clear()
        for app in self._reads:
            first_pages = [each for each in app.requests if each.query.get("page") == "1"]
            self._reads[app] += sum(each.path.endswith("/queue") for each in first_pages)
            app.requests.clear()

    def wire(self) -> Wire:
        """Return the numbers for the page."""
        self.count()
        reads = max(self._reads.values(), default=0)
        return {
            "edits": self.edits,
            "saved": max(0, reads - self._attempts),
            "reads": reads,
            "presses": len(self._discord.interactions),
        }


class RunningBot:
    """The shipped bot; it can be restarted."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._task: asyncio.Task[None] | None = None
        self._failed = asyncio.Event()

    def start(self) -> None:
        """Start it and return at once."""
        self._task = asyncio.create_task(self._run(), name="bot")
        self._task.add_done_callback(self._ended)

    async def stop(self, patience: float | None = None) -> None:
        """End it as SIGTERM does, and wait for its last edit, for so many seconds at most."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=patience)

    async def failure(self) -> None:
        """Wait until the bot has ended by itself, and raise what it ended with."""
        await self._failed.wait()
        if self._task is not None:
            self._task.result()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._failed.set()

    async def _run(self) -> None:
        async with clients_of(self._settings) as clients:
            await Bot(self._settings, clients, Clock()).run()


class Session:
    """Everything that the controls can change, and what they can observe."""

    def __init__(self, discord: LoopbackDiscord, simulations: Mapping[Service, Simulation]) -> None:
        self.discord = discord
        self.simulations = simulations
        apps = [simulation.arr for simulation in simulations.values()]
        self.bot = RunningBot(settings_from(settings_for(discord, *apps)))
        self.counters = Counters(discord, apps)
        self.faults: dict[str, Fault] = {}
        """The current faults of Discord's REST API by name. Several take turns."""
        self.met: Counter[str] = Counter()
        """How many requests met each of them."""
        discord.fault = self._fault

    @property
    def dashboard(self) -> Wire | None:
        """The bot's message; None while there is none."""
        by_the_bot = [
            message
            for message in self.discord.messages
            if message["author"]["id"] == str(self.discord.bot_id)
            and message["components"]
            and "interaction_metadata" not in message
        ]
        return by_the_bot[-1] if by_the_bot else None

    @property
    def dashboard_id(self) -> int:
        """Raises NotPossible while there is none."""
        if self.dashboard is None:
            raise NotPossible("There is no dashboard at the moment.")
        return int(self.dashboard["id"])

    async def _fault(self, request: web.Request, route: str) -> web.StreamResponse | None:
        for name, fault in tuple(self.faults.items()):
            answer = await fault(request, route)
            if answer is not None:
                self.met[name] += 1
                self.faults[name] = self.faults.pop(name)
                return answer
        return None


def settings_for(server: LoopbackDiscord, *apps: LoopbackArr) -> dict[str, str]:
    """Return the variables that make a bot use these servers."""
    settings = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_CHANNEL_ID": str(server.channel_id),
        "CHECK_INTERVAL": "5",
        "REMOVE_ROLE_IDS": str(server.guild.mods_role_id),
        "STUCK_THRESHOLD_MINUTES": "5",
    }
    for app in apps:
        settings[f"{app.service.upper()}_URL"] = app.url
        settings[f"{app.service.upper()}_API_KEY"] = app.api_key
    return settings
