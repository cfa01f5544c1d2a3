"""The controls of the fault panel: each changes something on purpose, and says what to watch."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from discarr.demo.arr import API_KEYS, Item, MovieMedia, Service, client_trouble, items, situations
from discarr.demo.discord import LoopbackDiscord, discord_error, too_many_requests
from discarr.demo.sample_data import GIB, HOSTILE
from discarr.demo.session import NotPossible, Seen, Session

WRONG_KEY = "0" * 32
MANY = 300
WAIT, WAIT_LONGER = 2.0, 4.0
"""Seconds that Discord asks the bot to wait."""

type Action = Callable[[Session], Awaitable[str]]
"""Does it, and returns what was done in one sentence. Raises NotPossible."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows that the bot has recovered."""

    words: str
    """As in "pinned again after 3 s"."""
    is_given: Callable[[Seen, Seen], bool]
    """By what was seen right after the action, before any recovery, and by what is seen now."""


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


EDITED = Sign("edited again", lambda before, now: now.counted["edits"] > before.counted["edits"])
ANOTHER = Sign(
    "there was a new one", lambda before, now: now.dashboard.get("id") not in (None, before.dashboard.get("id"))
)
PINNED = Sign("pinned again", lambda before, now: now.is_pinned)
BACK = Sign("it was back", lambda before, now: bool(now.dashboard.get("embeds")))
CONNECTED = Sign("connected", lambda before, now: now.is_connected)


def _shown(name: str) -> Sign:
    return Sign("shown on the dashboard", lambda before, now: name in now.summary)


def _gone(name: str) -> Sign:
    return Sign("the warning was gone", lambda before, now: EDITED.is_given(before, now) and name not in now.summary)


def _met(name: str) -> Sign:
    return Sign("the bot met it", lambda before, now: now.counted[name] > before.counted[name])


def _doing(act: Callable[[Session], object], done: str) -> Action:
    """Make an action of what changes something, at once or when it is awaited."""

    async def action(session: Session) -> str:
        result = act(session)
        if inspect.isawaitable(result):
            await result
        return done

    return action


def _stop(service: Service) -> Control:
    app = service.capitalize()
    stop = _doing(lambda session: session.apps[service].stop(), f"{app} does not listen any more.")
    start = _doing(lambda session: session.apps[service].start(), f"{app} is up again.")
    look = (
        "One failed read is no outage. After the third one the dashboard says what is wrong and since when. "
        f"{app}'s rows stay; the other app goes on."
    )
    end = Step(f"Start {app}", start, "The warning goes with the next good read.", _gone(app))
    return Control(f"stop-{service}", Step(f"Stop {app}", stop, look, _shown(app)), end)


def _change_key(service: Service) -> Control:
    def set_key(key: str, done: str) -> Action:
        return _doing(lambda session: setattr(session.apps[service], "api_key", key), done)

    app = service.capitalize()
    change = set_key(WRONG_KEY, f"{app} has a new API key, which the bot does not know.")
    restore = set_key(API_KEYS[service], f"{app} has its old API key again.")
    look = "A rejected key is reported at once, with the setting to look at."
    end = Step(f"Restore {app}'s key", restore, "The warning goes with the next good read.", _gone(app))
    return Control(f"key-{service}", Step(f"Change {app}'s key", change, look, _shown(app)), end)


def _lose_clients(session: Session, *names: str) -> None:
    """Let these clients answer neither app, and all others both."""
    for app in session.apps.values():
        app.unreachable_clients = set(names)
        app.health = [client_trouble(name) for name in names]


_UNPLUG = _doing(lambda session: _lose_clients(session, items.SABNZBD.name), "Neither app can reach SABnzbd.")
_PLUG_IN = _doing(_lose_clients, "SABnzbd answers again.")


async def _stall(session: Session) -> str:
    for simulation in session.simulations.values():
        for item in simulation.arr.queue:
            if item.situation == items.DOWNLOADING and item.media and item.client.protocol == "torrent":
                simulation.become(item, items.STALLED)
                return f"{_name_of(item)} has lost its connections."
    raise NotPossible("No torrent is downloading at the moment.")


async def _add_pack(session: Session) -> str:
    return f"Sonarr has grabbed a season of {_name_of(session.simulations['sonarr'].add_pack())}."


async def _add_many(session: Session) -> str:
    for simulation in session.simulations.values():
        simulation.add_many(MANY // len(session.simulations))
    return f"{MANY} more downloads have been added."


async def _add_hostile(session: Session) -> str:
    session.simulations["radarr"].add(situations.import_blocked(title=HOSTILE, size=GIB, added=None))
    return "A release name from outside is full of markdown, mentions and links."


def _name_of(item: Item) -> str:
    if isinstance(item.media, MovieMedia):
        return f"{item.media.title} ({item.media.year})"
    return item.media.title if item.media else item.title


def _moderate(act: Callable[[LoopbackDiscord, int], object], done: str) -> Action:
    return _doing(lambda session: act(session.discord, session.dashboard_id), f"A moderator has {done}.")


_DELETE = _moderate(LoopbackDiscord.delete_message, "deleted the dashboard")
_UNPIN = _moderate(LoopbackDiscord.unpin, "unpinned the dashboard")
_SUPPRESS = _moderate(LoopbackDiscord.suppress_embeds, "removed the embed, with the cross in its corner")


def _take(permission: str, look: str) -> Control:
    words = permission.replace("_", " ").title()
    take = _doing(lambda session: session.discord.take(permission), f"The bot has lost the permission {words}.")
    give = _doing(lambda session: session.discord.give(permission), f"The bot has the permission {words} again.")
    end = Step(f"Give {words}", give, "The bot notices by itself.", EDITED)
    return Control(f"take-{permission.replace('_', '-')}", Step(f"Take {words}", take, look), end)


def _answer(name: str, look: str, answer: Callable[[], web.Response], *methods: str) -> Control:
    """Answer requests about the channel with this; only those with these methods, if there are any."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return answer() if route.startswith("/channels/") and (not methods or request.method in methods) else None

    begin = _doing(lambda session: session.faults.update({name: fault}), f"From now on Discord answers {name}.")
    stop = _doing(lambda session: session.faults.pop(name), f"Discord does not answer {name} any more.")
    end = Step(f"End {name}", stop, "One edit brings the current state; the missed ones are not repeated.", EDITED)
    return Control(f"answer-{name}", Step(f"Answer {name}", begin, look, _met(name)), end)


async def _cut(session: Session) -> str:
    await session.discord.gateway.refuse()
    await session.discord.gateway.drop()
    return "The bot's connection is cut, and new ones are refused."


_MEND = _doing(lambda session: session.discord.gateway.refuse(False), "Discord's gateway accepts the bot again.")
_RESTART = _doing(Session.stop_bot, "The bot was stopped, as by SIGTERM, and started again.")

PANEL: Mapping[str, tuple[Control, ...]] = {
    "Apps": (
        _stop("radarr"),
        _stop("sonarr"),
        _change_key("radarr"),
        _change_key("sonarr"),
        Control(
            "client",
            Step("Unplug SABnzbd", _UNPLUG, "Within a minute the dashboard says that rows may be missing."),
            Step("Plug SABnzbd in", _PLUG_IN, "Its downloads are back with the next read."),
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
            Step("Mend the gateway", _MEND, "The bot resumes its session, and presses work again.", CONNECTED),
        ),
    ),
    "The bot": (
        Control("restart", Step("Restart the bot", _RESTART, "It finds its message again. Old buttons work.", EDITED)),
    ),
}
