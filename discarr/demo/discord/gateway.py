"""The gateway: sessions that are identified, resumed, dropped and silenced."""

import asyncio
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from .values import Changes, Clock, Wire

log = logging.getLogger(__name__)

GUILDS, GUILD_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11

FORGET = (1000, 1001, 4007, 4009)
"""Close codes after which Discord no longer resumes the session."""


@dataclass(slots=True)
class GatewaySession:
    id: str
    intents: int
    events: list[Wire] = field(default_factory=list)
    """Every event of the session in order; the first has the sequence number 1."""


class Connection:
    """One websocket, and the session it speaks for. Nothing is compressed, although discord.py offers it."""

    def __init__(self, request: web.Request) -> None:
        self.socket = web.WebSocketResponse(max_msg_size=4096, compress=False)
        self.session: GatewaySession | None = None
        self.sent = 0
        """The sequence number of the last event that was sent here."""
        self._request = request

    async def send(
        self, op: int, data: object = None, *, event: str | None = None, sequence: int | None = None
    ) -> None:
        try:
            await self.socket.send_json({"op": op, "d": data, "s": sequence, "t": event})
        except ConnectionError:
            log.debug("The gateway's client is gone")

    async def close(self, code: int) -> None:
        await self.socket.close(code=code)

    def cut(self) -> None:
        """Break the connection without a word, as a lost network does; the other side sees 1006."""
        if self._request.transport is not None:
            self._request.transport.abort()


class LoopbackGateway:
    """Where the bot's websocket arrives, and what can be done to it."""

    def __init__(
        self, *, token: str, clock: Clock, changes: Changes, ready: Callable[[], Wire], guild: Callable[[], Wire]
    ) -> None:
        self.granted_intents = 0
        """The privileged intents the application has been granted; others close the connection with 4014."""
        self.identifies: list[float] = []
        """When the bot identified; Discord allows 1,000 a day."""
        self.resumes: list[float] = []
        self.heartbeats = 0
        """How many were acknowledged."""
        self.heartbeat_ms = 41_250
        """How often new connections are asked for a heartbeat."""
        self._token = token
        self._clock = clock
        self._changes = changes
        self._ready = ready
        self._guild = guild
        self._sessions: dict[str, GatewaySession] = {}
        self._live: GatewaySession | None = None
        self._connections: set[Connection] = set()
        self._silent = False
        self._refusing = False
        self._wake = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether the bot has identified or resumed on an open connection."""
        return any(each.session is not None and not each.socket.closed for each in self._connections)

    async def wait_connected(self, timeout: float | None = 5, *, connected: bool = True) -> None:
        await self._changes.until(lambda: self.connected == connected, timeout)

    # What can be done to it.

    async def drop(self, code: int | None = None) -> None:
        """Close every connection with a code, or cut it off as a lost network does (the other side sees 1006)."""
        for connection in tuple(self._connections):
            if code is None:
                connection.cut()
            else:
                self._forget(connection.session, code)
                await connection.close(code)

    async def reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        for connection in tuple(self._connections):
            await connection.send(RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is invalid (op 9)."""
        for connection in tuple(self._connections):
            if not resumable:
                self._forget(connection.session, 4009)
            await connection.send(INVALID_SESSION, resumable)

    async def silence(self, silent: bool = True) -> None:
        """Neither acknowledge nor send anything any more; afterwards what was missed is sent."""
        self._silent = silent
        await self._flush()

    async def refuse(self, refusing: bool = True) -> None:
        """Answer new handshakes with 503."""
        self._refusing = refusing

    async def send(self, event: str, data: Wire) -> None:
        """Send any event to the bot, whatever its intents."""
        self._keep(event, data)
        await self._flush()

    async def garble(self, frame: str | bytes) -> None:
        """Send this as it is on every connection."""
        for connection in tuple(self._connections):
            if isinstance(frame, str):
                await connection.socket.send_str(frame)
            else:
                await connection.socket.send_bytes(frame)

    def emit(self, event: str, data: Wire) -> None:
        """Send an event soon, if the bot's intents ask for it; kept for a resume if it is not connected."""
        session = self._live
        if session is None or not wants(session.intents, event):
            return
        if not session.intents & MESSAGE_CONTENT and "author" in data and not data["author"]["bot"]:
            data = data | {"content": "", "embeds": [], "components": [], "attachments": []}
        self._keep(event, data)
        self._wake.set()

    def _keep(self, event: str, data: Wire) -> None:
        if self._live is not None:
            number = len(self._live.events) + 1
            self._live.events.append({"event": event, "data": json.loads(json.dumps(data)), "sequence": number})

    async def run(self) -> None:
        """Send what `emit` put aside, for as long as the server lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    async def _flush(self) -> None:
        for connection in tuple(self._connections):
            session = connection.session
            while session is not None and connection.sent < len(session.events) and not self._silent:
                event = session.events[connection.sent]
                connection.sent += 1
                await connection.send(DISPATCH, event["data"], event=event["event"], sequence=event["sequence"])

    def _forget(self, session: GatewaySession | None, code: int) -> None:
        if session is not None and code in FORGET:
            self._sessions.pop(session.id, None)
            if self._live is session:
                self._live = None

    # What the bot does.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self._refusing:
            return web.Response(status=503, text="upstream connect error")
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            log.error("The loopback gateway speaks version 10 in JSON only, not %s", request.query_string)
            return web.Response(status=400)
        connection = Connection(request)
        await connection.socket.prepare(request)
        self._connections.add(connection)
        try:
            code = await self._talk(connection)
            self._forget(connection.session, code)
        finally:
            self._connections.discard(connection)
            self._changes.tell()
        return connection.socket

    async def _talk(self, connection: Connection) -> int:
        """Listen until the connection ends; the code the bot closed it with, 1006 if it did not."""
        await connection.send(HELLO, {"heartbeat_interval": self.heartbeat_ms, "_trace": []})
        while True:
            message = await connection.socket.receive()
            if message.type is WSMsgType.CLOSE:
                return int(message.data)
            if message.type is not WSMsgType.TEXT:
                return 1006
            try:
                payload = json.loads(message.data)
                op, data = int(payload["op"]), payload.get("d")
            except (ValueError, KeyError, TypeError):
                await connection.close(4002)
                continue
            if not self._silent:
                await self._take(connection, op, data)

    async def _take(self, connection: Connection, op: int, data: object) -> None:
        if op == HEARTBEAT:
            await connection.send(HEARTBEAT_ACK)
            self.heartbeats += 1
            self._changes.tell()
        elif op == IDENTIFY and isinstance(data, dict):
            await self._identify(connection, data)
        elif op == RESUME and isinstance(data, dict):
            await self._resume(connection, data)
        elif connection.session is None:
            await connection.close(4003)
        elif op not in (PRESENCE, VOICE):
            log.error("The loopback gateway does not know opcode %s", op)
            await connection.close(4001)

    async def _identify(self, connection: Connection, data: Wire) -> None:
        self.identifies.append(self._clock())
        intents = data.get("intents")
        if connection.session is not None:
            return await connection.close(4005)
        if data.get("token") != self._token:
            return await connection.close(4004)
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return await connection.close(4013)
        if intents & PRIVILEGED & ~self.granted_intents:
            return await connection.close(4014)
        self._live = connection.session = GatewaySession(secrets.token_hex(16), intents)
        self._sessions[self._live.id] = self._live
        self._keep("READY", self._ready() | {"session_id": self._live.id})
        if intents & GUILDS:
            self._keep("GUILD_CREATE", self._guild())
        await self._flush()
        self._changes.tell()

    async def _resume(self, connection: Connection, data: Wire) -> None:
        session = self._sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if data.get("token") != self._token:
            return await connection.close(4004)
        if session is None or not isinstance(sequence, int) or sequence > len(session.events):
            return await connection.send(INVALID_SESSION, False)
        self.resumes.append(self._clock())
        connection.sent = sequence
        self._live = connection.session = session
        self._keep("RESUMED", {"_trace": []})
        await self._flush()
        self._changes.tell()


def wants(intents: int, event: str) -> bool:
    """Whether Discord sends an event to a bot with these intents."""
    if event.startswith("MESSAGE_"):
        return bool(intents & GUILD_MESSAGES)
    if event.startswith(("GUILD_", "CHANNEL_")):
        return bool(intents & GUILDS)
    return True
