"""One running demo: the loopback servers, what is simulated on them, the shipped bot, and the counters."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import web

from discarr.bot.app import Bot, clients_of
from discarr.clock import Clock
from discarr.demo.arr import LoopbackArr, Service
from discarr.demo.discord import Fault, LoopbackDiscord, Wire
from discarr.demo.simulation import Simulation
from discarr.settings import settings_from

PATIENCE = 0.6
"""Seconds that the bot's last edit may take at the end of the demo."""
_EDIT = ("PATCH", "/channels/{channel}/messages/{message}")


class NotPossible(Exception):
    """This cannot be done now; the text says why."""


class Seen(NamedTuple):
    """What can be seen of the bot at one moment."""

    counted: Counter[str]
    """The accepted edits of the dashboard, and the requests that met each fault, since the start of the demo."""
    dashboard: Wire
    """The bot's message; empty while there is none."""
    is_pinned: bool
    is_connected: bool

    @property
    def summary(self) -> str:
        """The first line of the dashboard."""
        return str(self.dashboard.get("content", ""))


class Session:
    """Everything that the controls can change, and what can be observed."""

    def __init__(self, discord: LoopbackDiscord, simulations: Mapping[Service, Simulation]) -> None:
        self.discord = discord
        self.simulations = simulations
        self.faults: dict[str, Fault] = {}
        """The current faults of Discord's REST API by name. Several take turns."""
        self.apps = {service: simulation.arr for service, simulation in simulations.items()}
        self._settings = settings_from(settings_for(discord, *self.apps.values()))
        self._bot: asyncio.Task[None] | None = None
        self._counted: Counter[str] = Counter()
        discord.fault = self._fault

    async def run_bot(self) -> None:
        """Run the shipped bot until it ends by itself; it is started again if only its task was cancelled."""
        try:
            while self._bot is None or self._bot.cancelled():
                self._bot = asyncio.create_task(self._run_once(), name="bot")
                await asyncio.wait([self._bot])
            self._bot.result()
        finally:
            # The last edit has to arrive, whatever the faults.
            self.faults.clear()
            await self.stop_bot(PATIENCE)

    async def stop_bot(self, patience: float | None = None) -> None:
        """End the bot as SIGTERM does, and wait for its last edit, for so many seconds at most."""
        if self._bot is not None:
            self._bot.cancel()
            await asyncio.wait([self._bot], timeout=patience)

    async def _run_once(self) -> None:
        async with clients_of(self._settings) as clients:
            await Bot(self._settings, clients, Clock()).run()

    @property
    def dashboard(self) -> Wire:
        by_the_bot = [each for each in self.discord.messages if each["author"]["id"] == str(self.discord.bot_id)]
        shown = [each for each in by_the_bot if each["components"] and "interaction_metadata" not in each]
        return shown[-1] if shown else {}

    @property
    def dashboard_id(self) -> int:
        """Raises NotPossible while there is none."""
        if not self.dashboard:
            raise NotPossible("There is no dashboard at the moment.")
        return int(self.dashboard["id"])

    def seen(self) -> Seen:
        self._count()
        is_pinned, is_connected = bool(self.discord.pinned), self.discord.gateway.connected
        return Seen(self._counted.copy(), self.dashboard, is_pinned, is_connected)

    def counters(self) -> Wire:
        self._count()
        reads = max(self._counted[service] for service in self.apps)
        saved = max(0, reads - self._counted["attempts"])
        presses = len(self.discord.interactions.presses)
        return {"edits": self._counted["edits"], "saved": saved, "reads": reads, "presses": presses}

    def _count(self) -> None:
        """Count the servers' requests, and forget them, so that a demo can run for days."""
        edits = [request for request in self.discord.requests if (request.method, request.route) == _EDIT]
        self._counted["attempts"] += len(edits)
        self._counted["edits"] += sum(request.status == 200 for request in edits)
        self.discord.requests.clear()
        for service, app in self.apps.items():
            pages = [each.query["page"] for each in app.requests if each.path.endswith("/queue")]
            self._counted[service] += pages.count("1")
            app.requests.clear()

    async def _fault(self, request: web.Request, route: str) -> web.StreamResponse | None:
        for name, fault in tuple(self.faults.items()):
            answer = await fault(request, route)
            if answer is not None:
                self._counted[name] += 1
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
