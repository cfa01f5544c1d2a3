"""Trouble with Discord itself, and with the bot's own life."""

from collections.abc import Callable

from aiohttp import web

from discarr.demo.deeds.deed import EDITED, Deed, Sign, Step
from discarr.demo.discord import discord_error, too_many_requests
from discarr.demo.theatre import Theatre

WAIT, WAIT_LONGER = 2.0, 4.0
"""Seconds that Discord asks the bot to wait."""


def refusing(name: str, look: str, answer: Callable[[], web.Response], *methods: str) -> Deed:
    """Requests about the channel get this answer; only those with these methods, if any are named."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        return answer() if route.startswith("/channels/") and (not methods or request.method in methods) else None

    async def begin(theatre: Theatre) -> str:
        theatre.faults[name] = fault
        return f"From now on Discord answers {name}."

    async def end(theatre: Theatre) -> str:
        theatre.faults.pop(name, None)
        return f"Discord does not answer {name} any more."

    return Deed(
        f"answer-{name}",
        Step(f"Answer {name}", begin, look, Sign("the bot met it", lambda theatre: _met_again(theatre, name))),
        Step(f"End {name}", end, "One edit brings the newest state; none of the missed ones is made up for.", EDITED),
    )


def _met_again(theatre: Theatre, name: str) -> Callable[[], bool]:
    before = theatre.met[name]
    return lambda: theatre.met[name] > before


async def _cut(theatre: Theatre) -> str:
    await theatre.discord.gateway.refuse()
    await theatre.discord.gateway.drop()
    return "The bot's connection is cut, and new ones are refused."


async def _mend(theatre: Theatre) -> str:
    await theatre.discord.gateway.refuse(False)
    return "Discord's gateway lets the bot in again."


async def _restart(theatre: Theatre) -> str:
    await theatre.bot.restart()
    return "The bot was ended, as SIGTERM does it, and started again."


ERROR_500 = refusing(
    "500",
    "The dashboard stands still: the bot tries again with longer and longer waits, and posts nothing twice.",
    lambda: discord_error(500, 0, "500: Internal Server Error"),
)
LIMIT_429 = refusing(
    "429",
    "Discord asks for two seconds of patience, each time. The bot has it, and goes on reading meanwhile.",
    lambda: too_many_requests(WAIT),
)
LIMIT_30046 = refusing(
    "30046",
    "Too many edits of a message older than an hour: Discord asks for four seconds of patience, each time. "
    "No new message is posted instead.",
    lambda: too_many_requests(WAIT_LONGER, code=30046),
    "PATCH",
)
CUT = Deed(
    "cut",
    Step("Cut the gateway", _cut, "The dashboard goes on, since edits need no gateway. Only presses fail: try one."),
    Step(
        "Mend the gateway",
        _mend,
        "The bot resumes its session, and presses work again. After a long cut it may take a while.",
        Sign("connected", lambda theatre: lambda: theatre.discord.gateway.connected),
    ),
)
RESTART = Deed(
    "restart",
    Step(
        "Restart the bot",
        _restart,
        "Its last edit said that it was offline. Then it found its own message again, without a file; old buttons "
        "still work.",
        EDITED,
    ),
)
