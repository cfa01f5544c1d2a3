"""Trouble with Radarr, Sonarr and their download clients, and what may happen to downloads."""

from collections.abc import Callable

from discarr.demo.arr import API_KEYS, items, situations
from discarr.demo.arr.cast import GIB, HOSTILE
from discarr.demo.arr.items import Service
from discarr.demo.deeds.deed import Deed, Sign, Step
from discarr.demo.theatre import Impossible, Theatre, name_of

WRONG_KEY = "0" * 32
MANY = 300


def stopping(service: Service) -> Deed:
    name = service.capitalize()

    async def stop(theatre: Theatre) -> str:
        await theatre.scenes[service].arr.stop()
        return f"{name} does not listen any more."

    async def start(theatre: Theatre) -> str:
        await theatre.scenes[service].arr.start()
        return f"{name} is up again."

    return Deed(
        f"stop-{service}",
        Step(
            f"Stop {name}",
            stop,
            "One failed read is no outage. After the third one the dashboard says what is wrong "
            f"and since when. {name}'s rows stay, told in the past; the other app goes on.",
            _told(name),
        ),
        Step(f"Start {name}", start, "The warning goes with the next good read.", _gone(name)),
    )


def wrong_key(service: Service) -> Deed:
    name = service.capitalize()

    async def change(theatre: Theatre) -> str:
        theatre.scenes[service].arr.api_key = WRONG_KEY
        return f"{name} has got a new API key, which the bot does not know."

    async def restore(theatre: Theatre) -> str:
        theatre.scenes[service].arr.api_key = API_KEYS[service]
        return f"{name} has its old API key again."

    return Deed(
        f"key-{service}",
        Step(
            f"Change {name}'s key", change, "A rejected key is told at once, with the setting to look at.", _told(name)
        ),
        Step(f"Restore {name}'s key", restore, "The warning goes with the next good read.", _gone(name)),
    )


def _told(name: str) -> Sign:
    return Sign("told on the dashboard", lambda theatre: lambda: name in theatre.summary)


def _gone(name: str) -> Sign:
    def watch(theatre: Theatre) -> Callable[[], bool]:
        edited = theatre.counters.edits
        return lambda: theatre.counters.edits > edited and name not in theatre.summary

    return Sign("the warning was gone", watch)


async def _lose_client(theatre: Theatre) -> str:
    for scene in theatre.scenes.values():
        scene.lose_client(items.SABNZBD.name)
    return "Neither app can reach SABnzbd."


async def _restore_client(theatre: Theatre) -> str:
    for scene in theatre.scenes.values():
        scene.restore_client(items.SABNZBD.name)
    return "SABnzbd answers again."


async def _stall(theatre: Theatre) -> str:
    for scene in theatre.scenes.values():
        for item in scene.arr.queue:
            is_torrent = item.client.protocol == "torrent"
            if item.situation == items.DOWNLOADING and item.media is not None and is_torrent:
                scene.stall(item)
                return f"{name_of(item)} has lost its connections."
    raise Impossible("No torrent is downloading at the moment.")


async def _add_pack(theatre: Theatre) -> str:
    return f"Sonarr has grabbed a season of {name_of(theatre.scenes['sonarr'].add_pack())}."


async def _add_many(theatre: Theatre) -> str:
    for scene in theatre.scenes.values():
        scene.add_many(MANY // len(theatre.scenes))
    return f"{MANY} more downloads have begun."


async def _add_hostile(theatre: Theatre) -> str:
    theatre.scenes["radarr"].add(situations.import_blocked(title=HOSTILE, size=GIB, added=None))
    return "A stranger's release name is full of markdown, mentions and links."


CLIENT = Deed(
    "client",
    Step(
        "Unplug SABnzbd",
        _lose_client,
        "Its downloads vanish from answers that look good. Within a minute, at the "
        "next look at the app's health, the dashboard says that rows may be missing.",
    ),
    Step("Plug SABnzbd in", _restore_client, "Its downloads are back with the next read."),
)
STALL = Deed("stall", Step("Stall a download", _stall, "Its row goes up to what needs attention, with the reason."))
PACK = Deed(
    "pack",
    Step(
        "Add a season pack",
        _add_pack,
        "Ten records of Sonarr's become one row, counted once. If the first rows are taken, Browse has it.",
    ),
)
HOSTILE_NAME = Deed(
    "hostile",
    Step(
        "Add a nasty name",
        _add_hostile,
        "It needs attention, so its row is among the first. None of its markdown, links and mentions works.",
    ),
)
MANY_MORE = Deed(
    "many",
    Step(
        "300 downloads at once",
        _add_many,
        "One message still holds it: ten rows, what needs attention first. Browse has the others.",
    ),
)
