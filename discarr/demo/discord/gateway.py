"""The gateway: sessions that are identified, resumed, dropped and silenced.

https://docs.discord.com/developers/events/gateway
"""

import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from .values import Changes, Clock, Wire

log = logging.getLogger(__name__)

GUILDS = 1 << 0
"""The one intent the bot asks for. Another one would bring it events that the loopback does not send."""

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, INVALID_SESSION = 0, 1, 2, 3, 6, 9
HELLO, HEARTBEAT_ACK = 10, 11

FORGET = (1000, 1001, 4007, 4009)
"""Close codes after which Discord no longer resumes the session."""


@dataclass(slots=True)
class GatewaySession:
    id: str
    events: list[tuple[str, Wire]] = field(default_factory=list)
    """In order; the first has the sequence number 1."""


@dataclass(slots=True, eq=False)
class Connection:
    """One websocket, and the session it speaks for. Nothing is compressed, although discord.py offers it."""

    request: web.Request
    socket: web.WebSocketResponse
    session: GatewaySession | None = None
    sent: int = 0
    """The sequence number of the last event that was sent here."""

    async def send(self, op: int, data: object = None, event: str | None = None, sequence: int | None = None) -> None:
        try:
            await self.socket.send_json({"op": op, "d": data, "s": sequence, "t": event})
        except ConnectionError:
            log.debug("The gateway's client is gone")


class LoopbackGateway:
    """Where the bot's websocket arrives, and what can be done to it."""

    def __init__(
        self, *, token: str, clock: Clock, changes: Changes, ready: Callable[[], Wire], guild: Callable[[], Wire]
    ) -> None:
        self.identifies: list[float] = []
        """When the bot identified; Discord allows 1,000 a day."""
        self.resumes: list[float] = []
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
        self._refusing = False

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
            if code is not None:
                self._forget(connection.session, code)
                await connection.socket.close(code=code)
            elif connection.request.transport is not None:
                connection.request.transport.abort()

    async def refuse(self, refusing: bool = True) -> None:
        """Answer new handshakes with 503."""
        self._refusing = refusing

    async def send(self, event: str, data: Wire) -> None:
        """Send an event; the bot gets it when it resumes if it is not connected."""
        if self._live is not None:
            self._live.events.append((event, json.loads(json.dumps(data))))
            await self._flush()

    async def _flush(self) -> None:
        for connection in tuple(self._connections):
            session = connection.session
            while session is not None and connection.sent < len(session.events):
                event, data = session.events[connection.sent]
                connection.sent += 1
                await connection.send(DISPATCH, data, event, connection.sent)

    def _forget(self, session: GatewaySession | None, code: int) -> None:
        if session is not None and code in FORGET:
            self._sessions.pop(session.id, None)
            if self._live is session:
                self._live = None

    # What the bot does.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self._refusing:
            return web.Response(status=503, text="upstream connect error")
        connection = Connection(request, web.WebSocketResponse(max_msg_size=4096, compress=False))
        await connection.socket.prepare(request)
        self._connections.add(connection)
        try:
            code = await self._listen(connection)
            self._forget(connection.session, code)
        finally:
            self._connections.discard(connection)
            self._changes.tell()
        return connection.socket

    async def _listen(self, connection: Connection) -> int:
        """Take what the bot sends until the connection ends; the code the bot closed it with, 1006 if it did not."""
        await connection.send(HELLO, {"heartbeat_interval": self.heartbeat_ms})
        while True:
            message = await connection.socket.receive()
            if message.type is WSMsgType.CLOSE:
                return int(message.data)
            if message.type is not WSMsgType.TEXT:
                return 1006
            payload = message.json()
            await self._take(connection, payload["op"], payload["d"])

    async def _take(self, connection: Connection, op: int, data: Wire) -> None:
        if op == HEARTBEAT:
            await connection.send(HEARTBEAT_ACK)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif op != PRESENCE:
            log.error("The loopback gateway does not know opcode %s", op)
        self._changes.tell()

    async def _identify(self, connection: Connection, data: Wire) -> None:
        self.identifies.append(self._clock())
        if data["token"] != self._token:
            await connection.socket.close(code=4004)
        elif data["intents"] & ~GUILDS:
            await connection.socket.close(code=4014)
        else:
            self._live = connection.session = GatewaySession(secrets.token_hex(16))
            self._sessions[self._live.id] = self._live
            await self.send("READY", self._ready() | {"session_id": self._live.id})
            if data["intents"]:
                await self.send("GUILD_CREATE", self._guild())

    async def _resume(self, connection: Connection, data: Wire) -> None:
        session = self._sessions.get(data["session_id"])
        if data["token"] != self._token:
            await connection.socket.close(code=4004)
        elif session is None or data["seq"] is None or data["seq"] > len(session.events):
            await connection.send(INVALID_SESSION, False)
        else:
            self.resumes.append(self._clock())
            connection.sent = data["seq"]
            self._live = connection.session = session
            await self.send("RESUMED", {})
