"""The controls of the fault panel: each changes something on purpose, and says what to watch."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from discarr.demo.arr import API_KEYS, Item, MovieMedia, Service, client_trouble, items, situations
from discarr.demo.discord import LoopbackDiscord, discord_error, too_many_requests
from discarr.demo.sample_data import GIB, HOSTILE
from discarr.demo.session import NotPossible, Session

WRONG_KEY = "0" * 32
MANY = 300
WAIT, WAIT_LONGER = 2.0, 4.0
"""Seconds that Discord asks the bot to wait."""

type Action = Callable[[Session], Awaitable[str] | str]
"""Does it, and returns what was done in one sentence. Raises NotPossible."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows that the bot has recovered."""

    words: str
    """As in "pinned again after 3 s"."""
    watch: Callable[[Session], Callable[[], bool]]
    """Called before the action; what it returns is asked afterwards until it is true."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a press of the button does."""

    label: str
    action: Action
    look: str
    """What to watch in the channel."""
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A button of the panel. One with an `end` stays pressed until it is pressed again."""

    name: str
    begin: Step
    end: Step | None = None


def _edits(session: Session) -> Callable[[], bool]:
    before = session.counters.edits
    return lambda: session.counters.edits > before


def _summary(session: Session) -> str:
    """The first line of the dashboard."""
    return str((session.dashboard or {}).get("content", ""))


def _another(session: Session) -> Callable[[], bool]:
    before = session.dashboard
    return lambda: session.dashboard is not None and session.dashboard["id"] != (before or {}).get("id")


EDITED = Sign("edited again", _edits)
ANOTHER = Sign("there was a new one", _another)
PINNED = Sign("pinned again", lambda session: lambda: bool(session.discord.pinned))
BACK = Sign("it was back", lambda session: lambda: bool((session.dashboard or {}).get("embeds")))
CONNECTED = Sign("connected", lambda session: lambda: session.discord.gateway.connected)


def _shown(name: str) -> Sign:
    return Sign("shown on the dashboard", lambda session: lambda: name in _summary(session))


def _gone(name: str) -> Sign:
    def watch(session: Session) -> Callable[[], bool]:
        edited = _edits(session)
        return lambda: edited() and name not in _summary(session)

    return Sign("the warning was gone", watch)


def _stop(service: Service) -> Control:
    name = service.capitalize()

    async def stop(session: Session) -> str:
        await session.simulations[service].arr.stop()
        return f"{name} does not listen any more."

    async def start(session: Session) -> str:
        await session.simulations[service].arr.start()
        return f"{name} is up again."

    look = (
        "One failed read is no outage. After the third one the dashboard says what is wrong and since when. "
        f"{name}'s rows stay; the other app goes on."
    )
    end = Step(f"Start {name}", start, "The warning goes with the next good read.", _gone(name))
    return Control(f"stop-{service}", Step(f"Stop {name}", stop, look, _shown(name)), end)


def _change_key(service: Service) -> Control:
    name = service.capitalize()

    def set_key(key: str, done: str) -> Action:
        def action(session: Session) -> str:
            session.simulations[service].arr.api_key = key
            return done

        return action

    look = "A rejected key is reported at once, with the setting to look at."
    change = set_key(WRONG_KEY, f"{name} has a new API key, which the bot does not know.")
    restore = set_key(API_KEYS[service], f"{name} has its old API key again.")
    end = Step(f"Restore {name}'s key", restore, "The warning goes with the next good read.", _gone(name))
    return Control(f"key-{service}", Step(f"Change {name}'s key", change, look, _shown(name)), end)


def _reach_sabnzbd(done: str, *, is_there: bool) -> Action:
    def action(session: Session) -> str:
        for simulation in session.simulations.values():
            simulation.arr.unreachable_clients = set() if is_there else {items.SABNZBD.name}
            simulation.arr.health = [] if is_there else [client_trouble(items.SABNZBD.name)]
        return done

    return action


def _stall(session: Session) -> str:
    for simulation in session.simulations.values():
        for item in simulation.arr.queue:
            if item.situation == items.DOWNLOADING and item.media and item.client.protocol == "torrent":
                simulation.stall(item)
                return f"{_name_of(item)} has lost its connections."
    raise NotPossible("No torrent is downloading at the moment.")


def _add_pack(session: Session) -> str:
    return f"Sonarr has grabbed a season of {_name_of(session.simulations['sonarr'].add_pack())}."


def _add_many(session: Session) -> str:
    for simulation in session.simulations.values():
        simulation.add_many(MANY // len(session.simulations))
    return f"{MANY} more downloads have been added."


def _add_hostile(session: Session) -> str:
    session.simulations["radarr"].add(situations.import_blocked(title=HOSTILE, size=GIB, added=None))
    return "A release name from outside is full of markdown, mentions and links."


def _name_of(item: Item) -> str:
    if isinstance(item.media, MovieMedia):
        return f"{item.media.title} ({item.media.year})"
    return item.media.title if item.media else item.title


def _moderate(act: Callable[[LoopbackDiscord, int], Awaitable[None]], done: str) -> Action:
    async def action(session: Session) -> str:
        await act(session.discord, session.dashboard_id)
        return f"A moderator has {done}."

    return action


_DELETE = _moderate(LoopbackDiscord.delete_message, "deleted the dashboard")
_UNPIN = _moderate(LoopbackDiscord.unpin, "unpinned the dashboard")
_SUPPRESS = _moderate(LoopbackDiscord.suppress_embeds, "removed the embed, with the cross in its corner")


def _take(permission: str, look: str) -> Control:
    words = permission.replace("_", " ").title()

    async def take(session: Session) -> str:
        await session.discord.take(permission)
        return f"The bot has lost the permission {words}."

    async def give(session: Session) -> str:
        await session.discord.give(permission)
        return f"The bot has the permission {words} again."

    end = Step(f"Give {words}", give, "The bot notices by itself.", EDITED)
    return Control(f"take-{permission.replace('_', '-')}", Step(f"Take {words}", take, look), end)


def _answer(name: str, look: str, answer: Callable[[], web.Response], *methods: str) -> Control:
    """Answer requests about the channel with this; only those with these methods, if there are any."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return answer() if route.startswith("/channels/") and (not methods or request.method in methods) else None

    def begin(session: Session) -> str:
        session.faults[name] = fault
        return f"From now on Discord answers {name}."

    def end(session: Session) -> str:
        session.faults.pop(name, None)
        return f"Discord does not answer {name} any more."

    def met_again(session: Session) -> Callable[[], bool]:
        before = session.met[name]
        return lambda: session.met[name] > before

    return Control(
        f"answer-{name}",
        Step(f"Answer {name}", begin, look, Sign("the bot met it", met_again)),
        Step(f"End {name}", end, "One edit brings the current state; the missed ones are not repeated.", EDITED),
    )


async def _cut(session: Session) -> str:
    await session.discord.gateway.refuse()
    await session.discord.gateway.drop()
    return "The bot's connection is cut, and new ones are refused."


async def _mend(session: Session) -> str:
    await session.discord.gateway.refuse(False)
    return "Discord's gateway accepts the bot again."


async def _restart(session: Session) -> str:
    await session.bot.stop()
    session.bot.start()
    return "The bot was stopped, as by SIGTERM, and started again."


PANEL: Mapping[str, tuple[Control, ...]] = {
    "Apps": (
        _stop("radarr"),
        _stop("sonarr"),
        _change_key("radarr"),
        _change_key("sonarr"),
        Control(
            "client",
            Step(
                "Unplug SABnzbd",
                _reach_sabnzbd("Neither app can reach SABnzbd.", is_there=False),
                "Within a minute the dashboard says that rows may be missing.",
            ),
            Step(
                "Plug SABnzbd in",
                _reach_sabnzbd("SABnzbd answers again.", is_there=True),
                "Its downloads are back with the next read.",
            ),
        ),
    ),
    "Downloads": (
        Control("stall", Step("Stall a download", _stall, "Its row moves to what needs attention, with the reason.")),
        Control("pack", Step("Add a season pack", _add_pack, "Ten records of Sonarr's become one row. See Browse.")),
        Control("hostile", Step("Add a nasty name", _add_hostile, "None of its markdown, links and mentions works.")),
        Control("many", Step("300 downloads at once", _add_many, "The dashboard shows ten rows, Browse all of them.")),
    ),
    "Dashboard": (
        Control("delete", Step("Delete the dashboard", _DELETE, "The bot posts and pins a new one.", ANOTHER)),
        Control("unpin", Step("Unpin it", _UNPIN, "The bot pins it again, but at most once in ten minutes.", PINNED)),
        Control("suppress", Step("Remove its embed", _SUPPRESS, "The bot puts it back with its next edit.", BACK)),
    ),
    "Permissions": (
        _take("view_channel", "The dashboard stops, since the bot sees no channel. The log says so once."),
        _take("embed_links", "The dashboard stops: Discord would drop the embed of each edit. The log says so once."),
        _take("pin_messages", "Nothing changes before the next pin: unpin the dashboard, too. It goes on unpinned."),
    ),
    "Discord": (
        _answer(
            "500",
            "The dashboard stops: the bot tries again with longer and longer waits, and posts nothing twice.",
            lambda: discord_error(500, 0, "500: Internal Server Error"),
        ),
        _answer(
            "429",
            "Discord asks for two seconds of patience, each time. The bot waits, and goes on reading meanwhile.",
            lambda: too_many_requests(WAIT),
        ),
        _answer(
            "30046",
            "Too many edits of a message older than an hour. The bot waits, and posts no new message instead.",
            lambda: too_many_requests(WAIT_LONGER, code=30046),
            "PATCH",
        ),
        Control(
            "cut",
            Step("Cut the gateway", _cut, "The dashboard goes on, since edits need no gateway. Only presses fail."),
            Step("Mend the gateway", _mend, "The bot resumes its session, and presses work again.", CONNECTED),
        ),
    ),
    "The bot": (
        Control("restart", Step("Restart the bot", _restart, "It finds its message again. Old buttons work.", EDITED)),
    ),
}
"""The groups of controls as the panel shows them."""
