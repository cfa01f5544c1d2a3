"""All that plays in the demo, and what one may look at to tell whether the bot has coped."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from discarr.demo.arr import Item
from discarr.demo.arr.items import MovieMedia, Service
from discarr.demo.arr.scene import Scene
from discarr.demo.counters import Counters
from discarr.demo.discord import Fault, LoopbackDiscord, Wire
from discarr.demo.running import RunningBot


class Impossible(Exception):
    """This cannot be done now; the text says why."""


@dataclass(frozen=True)
class Theatre:
    """The servers, what plays on them, and the bot between."""

    discord: LoopbackDiscord
    scenes: Mapping[Service, Scene]
    bot: RunningBot
    counters: Counters
    faults: dict[str, Fault] = field(default_factory=dict)
    """What is wrong with Discord's REST at the moment, by its name. If it is more than one thing, they take turns."""
    met: Counter[str] = field(default_factory=Counter)
    """How many requests met each of them."""

    def __post_init__(self) -> None:
        self.discord.fault = self._fault

    @property
    def dashboard(self) -> Wire | None:
        """The bot's message; None while there is none."""
        mine = [
            message
            for message in self.discord.messages
            if message["author"]["id"] == str(self.discord.bot_id)
            and message["components"]
            and "interaction_metadata" not in message
        ]
        return mine[-1] if mine else None

    @property
    def dashboard_id(self) -> int:
        """Raises Impossible while there is none."""
        if self.dashboard is None:
            raise Impossible("There is no dashboard at the moment.")
        return int(self.dashboard["id"])

    @property
    def summary(self) -> str:
        """The dashboard's one plain line."""
        return str((self.dashboard or {}).get("content", ""))

    @property
    def has_embed(self) -> bool:
        return bool((self.dashboard or {}).get("embeds"))

    async def _fault(self, request: web.Request, route: str) -> web.StreamResponse | None:
        for name, fault in tuple(self.faults.items()):
            answer = await fault(request, route)
            if answer is not None:
                self.met[name] += 1
                self.faults[name] = self.faults.pop(name)
                return answer
        return None


def name_of(item: Item) -> str:
    """What a person calls it."""
    if item.media is None:
        return item.title
    if isinstance(item.media, MovieMedia):
        return f"{item.media.title} ({item.media.year})"
    return item.media.title
