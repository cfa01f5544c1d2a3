"""The page that shows the channel in a browser, and the presses that come from it."""

import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from discarr.demo.discord import LoopbackDiscord, Member, Press, Wire

FOLDER = Path(__file__).parent

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class ChannelPage:
    """The channel as one of its viewers sees it; `more` is sent to the page beside it."""

    def __init__(self, discord: LoopbackDiscord, more: Callable[[], Wire] = dict) -> None:
        self._discord = discord
        self._more = more

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.file),
            web.get(r"/{file:[a-z]+\.(?:css|js|svg)}", self.file),
            web.get("/page/events", self.events),
            web.post("/page/press", self.press),
            web.post("/page/submit", self.submit),
            web.post("/page/dismiss", self.dismiss),
        ]

    async def file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(FOLDER / request.match_info.get("file", "index.html"), headers=HEADERS)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The whole state as one viewer sees it, at once and after each change, as server-sent events."""
        viewer = self._viewer(request.query.get("viewer", self._discord.admin.name))
        response = web.StreamResponse(headers=HEADERS | {"Content-Type": "text/event-stream"})
        await response.prepare(request)
        shown = ""

        def news() -> str | None:
            state = json.dumps(self._state(viewer))
            return state if state != shown else None

        with contextlib.suppress(ConnectionError):  # the browser is gone, as it is on every reload
            while True:
                shown = await self._discord.changes.until(news)
                await response.write(f"data: {shown}\n\n".encode())
        return response

    def _state(self, viewer: Member) -> Wire:
        guild, channel = self._discord.guild, self._discord.channel
        return {
            "bot": guild.bot.name,
            "names": {str(member.id): member.name for member in guild.members.values()},
            "online": self._discord.gateway.connected,
            "messages": [message.wire() for message in channel.public()],
            "private": [message.wire() for message in channel.seen_by(viewer) if message.private_to is not None],
            "pins": [message.wire() for message in channel.pins()],
        } | self._more()

    async def press(self, request: web.Request) -> web.Response:
        """Press and wait for the bot's first answer: `{"ok": true, "modal": …}`; `{"ok": false}` if none came."""
        body = await json_of(request)
        viewer = self._viewer(body.get("viewer"))
        message_id, values = int(body["message_id"]), list(body.get("values") or [])
        return await _outcome(self._discord.press(viewer, str(body["custom_id"]), message_id=message_id, values=values))

    async def submit(self, request: web.Request) -> web.Response:
        """Submit the form that the press of this id opened."""
        body = await json_of(request)
        opened = self._discord.interactions.presses.get(int(body["interaction_id"]))
        if opened is None:
            raise web.HTTPBadRequest(text="No such form.")
        return await _outcome(self._discord.submit(opened, body.get("values")))

    async def dismiss(self, request: web.Request) -> web.Response:
        body = await json_of(request)
        await self._discord.dismiss(self._viewer(body.get("viewer")), int(body["message_id"]))
        return web.json_response({"ok": True})

    def _viewer(self, name: object) -> Member:
        for member in self._discord.guild.viewers:
            if member.name == name:
                return member
        raise web.HTTPBadRequest(text="No such viewer.")


async def _outcome(press: Awaitable[Press]) -> web.Response:
    try:
        pressed = await press
        await pressed.acknowledged()
    except (LookupError, TimeoutError):
        return web.json_response({"ok": False})
    return web.json_response({"ok": True, "interaction_id": str(pressed.interaction_id), "modal": pressed.modal})


async def json_of(request: web.Request) -> Wire:
    """Return the JSON that the page sent; other sites' pages cannot send this content type unasked."""
    if request.content_type != "application/json":
        raise web.HTTPBadRequest(text="JSON is wanted.")
    body = await request.json()
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="A JSON object is wanted.")
    return body
