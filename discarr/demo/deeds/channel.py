"""What moderators may do to the dashboard and to the bot's permissions."""

from collections.abc import Callable

from discarr.demo.deeds.deed import EDITED, Deed, Sign, Step
from discarr.demo.theatre import Theatre


async def _delete(theatre: Theatre) -> str:
    await theatre.discord.delete_message(theatre.dashboard_id)
    return "A moderator has deleted the dashboard."


async def _unpin(theatre: Theatre) -> str:
    await theatre.discord.unpin(theatre.dashboard_id)
    return "A moderator has unpinned the dashboard."


async def _suppress(theatre: Theatre) -> str:
    await theatre.discord.suppress_embeds(theatre.dashboard_id)
    return "A moderator has removed the embed, with the cross in its corner."


def taking(permission: str, look: str) -> Deed:
    words = permission.replace("_", " ").title()

    async def take(theatre: Theatre) -> str:
        await theatre.discord.take(permission)
        return f"The bot has lost the permission {words}."

    async def give(theatre: Theatre) -> str:
        await theatre.discord.give(permission)
        return f"The bot has the permission {words} again."

    return Deed(
        f"take-{permission.replace('_', '-')}",
        Step(f"Take {words}", take, look),
        Step(f"Give {words}", give, "The bot notices by itself.", EDITED),
    )


def _another(theatre: Theatre) -> Callable[[], bool]:
    before = theatre.dashboard
    return lambda: theatre.dashboard is not None and theatre.dashboard["id"] != (before or {}).get("id")


DELETE = Deed(
    "delete",
    Step(
        "Delete the dashboard",
        _delete,
        "The next edit meets nothing, and a new dashboard is posted and pinned.",
        Sign("there was a new one", _another),
    ),
)
UNPIN = Deed(
    "unpin",
    Step(
        "Unpin it",
        _unpin,
        "The answer to the next edit tells that the pin is gone, and it is pinned again. Do it twice, and the bot "
        "waits for ten minutes, so as not to fight with whoever unpins.",
        Sign("pinned again", lambda theatre: lambda: bool(theatre.discord.pinned)),
    ),
)
SUPPRESS = Deed(
    "suppress",
    Step(
        "Remove its embed",
        _suppress,
        "The answer to the next edit tells that the embed is hidden, and it is put back.",
        Sign("it was back", lambda theatre: lambda: theatre.has_embed),
    ),
)
VIEW = taking("view_channel", "The dashboard stands still, since the bot sees no channel. It says so once in its log.")
EMBED = taking(
    "embed_links",
    "The dashboard stands still: Discord would drop the embed of each edit. The bot says so once in its log.",
)
PIN = taking(
    "pin_messages",
    "Nothing changes before the next pin is due: unpin the dashboard, too. It goes on "
    "unpinned, and the log says so once.",
)
