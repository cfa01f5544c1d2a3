"""Everything that the program writes in a life full of trouble is searched for what nobody may read."""

import json
import re
from pathlib import Path

from aiohttp import web

from discarr.demo.arr import LoopbackArr, MovieMedia
from discarr.demo.arr.situations import downloading, import_blocked
from discarr.demo.discord import Fault, LoopbackDiscord, Press, discord_error
from discarr.demo.session import settings_for
from discarr.settings import settings_from
from tests.approved import shown
from tests.stage import buttons_of, text_of
from tests.support.faults import answering, on
from tests.support.program import Program, program

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GhijKl.a-token-that-opens-nothing"
RADARR_KEY = "5ec7e700000000000000000000000a1a"
SONARR_KEY = "5ec7e700000000000000000000000b2b"
HOST = "localhost"
"""Of both apps. Discord's address is another, 127.0.0.1, so that only theirs is found."""
PATIENCE = 30.0

HEAT = MovieMedia(1, "Heat", 1995)
DUNE = MovieMedia(3, "Dune", 2021)


class Life:
    """A Discord, a Radarr and a Sonarr that put their secrets into everything they send."""

    def __init__(self, folder: Path) -> None:
        self.discord = LoopbackDiscord(token=TOKEN)
        self.radarr = LoopbackArr("radarr", api_key=RADARR_KEY)
        self.sonarr = LoopbackArr("sonarr", api_key=SONARR_KEY)
        self.folder = folder
        self.presses: list[Press] = []

    @property
    def settings(self) -> dict[str, str]:
        """Variables with which the bot uses these servers, and tells all it can in its log."""
        variables = settings_for(self.discord, self.radarr, self.sonarr) | {"LOG_LEVEL": "DEBUG"}
        return {
            name: value.replace("//127.0.0.1", f"//{HOST}") if name.endswith("_URL") else value
            for name, value in variables.items()
        }

    @property
    def leak(self) -> str:
        """A text with the apps' secrets in it, as apps, proxies and trackers send such."""
        return f"GET {self.settings['RADARR_URL']}/api/v3/queue?apikey={RADARR_KEY} X-Api-Key: {SONARR_KEY}"

    @property
    def shown(self) -> str:
        """What the dashboard says."""
        return "\n".join(text_of(message) for message in self.discord.messages)

    async def shows(self, text: str) -> None:
        """Wait until the dashboard says this."""
        await self.discord.changes.until(lambda: text in self.shown, PATIENCE)

    async def remove(self, name: str) -> None:
        """Press the ✖ of the row, send its form off, and wait for the answer."""
        crosses = [button["custom_id"] for button in buttons_of(self.discord.pinned[0]) if "✖" in button["label"]]
        place = int(re.findall(rf"\*\*(\d+)\*\* [^\n]*{name}", self.shown)[0]) - 1
        press = await self.discord.press(self.discord.admin, crosses[place])
        await press.acknowledged()
        form = await self.discord.submit(press, {"how": "remove"})
        await form.answered(PATIENCE)
        self.presses += [press, form]


async def a_life_full_of_trouble(life: Life, bot: Program) -> None:
    """An app that answers with errors, a removal that fails, one that works, a login page, Discord's own trouble."""
    await life.discord.gateway.wait_connected(PATIENCE)
    await life.shows(shown("outage/server-error"))
    await life.shows("Heat (1995)")
    life.radarr.fault = on("DELETE", answering(500, json.dumps({"message": life.leak, "description": life.leak})))
    await life.remove("Heat")
    life.radarr.fault = None
    await life.remove("an NZB from an address")
    await life.discord.changes.until(lambda: f"<@{life.discord.admin.id}>" in life.shown, PATIENCE)
    life.discord.fault = one_error(life)
    location = {"Location": f"{life.settings['RADARR_URL']}/login?apikey={RADARR_KEY}"}
    life.radarr.fault = answering(302, life.leak, headers=location)
    await life.shows(shown("outage/login-page"))
    assert await bot.end() == 0


def one_error(life: Life) -> Fault:
    """Discord's next answer is an error; after it, all is well."""

    async def fault(request: web.Request, route: str) -> web.StreamResponse:
        life.discord.fault = None
        return discord_error(500, 0, "500: Internal Server Error")

    return fault


async def test_no_key_no_token_and_no_address_is_in_anything_that_the_program_writes(tmp_path: Path) -> None:
    life = Life(tmp_path)
    async with life.discord, life.radarr, life.sonarr:
        life.radarr.queue += [
            downloading(HEAT),
            downloading(title=f"Trying to fetch NZB from {life.settings['RADARR_URL']}/getnzb/{RADARR_KEY}?i=1"),
            import_blocked(
                DUNE,
                messages=((life.leak, (life.leak,)),),
                error=life.leak,
                output_path=f"/data/{HOST}/Dune",
                indexer=f"http://{HOST}/{RADARR_KEY}",
            ),
        ]
        life.sonarr.fault = answering(500, json.dumps({"message": life.leak}))
        async with program(life.discord, life.settings, tmp_path) as bot:
            await a_life_full_of_trouble(life, bot)
            written = {
                "log": bot.written,
                "health": bot.health,
                "requests": json.dumps([[each.path, dict(each.query), each.body] for each in life.discord.requests]),
                "messages": json.dumps(life.discord.messages),
                "repr": f"{settings_from(life.settings)!r}",
            }

    secrets = [TOKEN, RADARR_KEY, SONARR_KEY, HOST]
    found = [(where, secret) for where, text in written.items() for secret in secrets if secret in text]
    assert found == []
    # Whoever has the token of a press can answer it in the bot's name, for 15 minutes.
    assert [press.member.name for press in life.presses if press.token in written["log"]] == []
