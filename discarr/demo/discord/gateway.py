"""The gateway's sessions as they begin, resume and end: https://docs.discord.com/developers/events/gateway"""

import logging
import secrets
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from .guild import Guild
from .values import Wire

log = logging.getLogger(__name__)

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID_SESSION = 0, 1, 2, 6, 9
HELLO, HEARTBEAT_ACK = 10, 11

FORGET = (1000, 1001, 4007, 4009)
"""Close codes after which Discord no longer resumes the session."""


@dataclass(slots=True, eq=False)
class Connection:
    """One websocket. Nothing is compressed, although discord.py offers it."""

    request: web.Request
    socket: web.WebSocketResponse
    session_id: str | None = None
    """The session it speaks for."""
    sent: int = 0
    """The sequence number of the last event that was sent here."""

    async def send(self, op: int, data: object = None, event: str | None = None, sequence: int | None = None) -> None:
        try:
            await self.socket.send_json({"op": op, "d": data, "s": sequence, "t": event})
        except ConnectionError:
            log.debug("The gateway's client is gone")


class LoopbackGateway:
    """Where the bot's websocket arrives, and what can be done to it."""

    def __init__(self, guild: Guild, token: str) -> None:
        self.identifies: list[float] = []
        """When the bot identified; Discord allows 1,000 a day."""
        self.resumes: list[float] = []
        self.heartbeat_ms = 41_250
        """How often new connections are asked for a heartbeat."""
        self._guild = guild
        self._token = token
        self._sessions: dict[str, list[tuple[str, Wire]]] = {}
        """The events of each in order; the first has the sequence number 1. The last one is live."""
        self._connections: set[Connection] = set()
        self._refusing = False

    @property
    def connected(self) -> bool:
        """Whether the bot has identified or resumed on an open connection."""
        return any(each.session_id is not None and not each.socket.closed for each in self._connections)

    async def wait_connected(self, timeout: float | None = 5, *, connected: bool = True) -> None:
        await self._guild.changes.until(lambda: self.connected == connected, timeout)

    # What can be done to it.

    async def drop(self) -> None:
        """Cut every connection off as a lost network does; the other side sees 1006."""
        for connection in tuple(self._connections):
            if connection.request.transport is not None:
                connection.request.transport.abort()

    async def refuse(self, refusing: bool = True) -> None:
        """Answer new handshakes with 503."""
        self._refusing = refusing

    async def send(self, event: str, data: Wire) -> None:
        """Send an event; the bot gets it when it resumes if it is not connected."""
        for live in list(self._sessions.values())[-1:]:
            live.append((event, data))
        await self._flush()

    async def _flush(self) -> None:
        for connection in tuple(self._connections):
            events = self._sessions.get(connection.session_id or "", [])
            while connection.sent < len(events):
                event, data = events[connection.sent]
                connection.sent += 1
                await connection.send(DISPATCH, data, event, connection.sent)

    def _forget(self, connection: Connection, code: int) -> None:
        if code in FORGET:
            self._sessions.pop(connection.session_id or "", None)

    # What the bot does.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if self._refusing:
            return web.Response(status=503, text="upstream connect error")
        connection = Connection(request, web.WebSocketResponse(max_msg_size=4096, compress=False))
        await connection.socket.prepare(request)
        self._connections.add(connection)
        try:
            self._forget(connection, await self._listen(connection))
        finally:
            self._connections.discard(connection)
            self._guild.changes.tell()
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
        elif op in (IDENTIFY, RESUME) and data["token"] != self._token:
            await connection.socket.close(code=4004)
        elif op == IDENTIFY:
            await self._identify(connection)
        elif op == RESUME:
            await self._resume(connection, data)
        else:
            log.error("The loopback gateway does not know opcode %s", op)
        self._guild.changes.tell()

    async def _identify(self, connection: Connection) -> None:
        self.identifies.append(self._guild.clock())
        connection.session_id = secrets.token_hex(16)
        self._sessions[connection.session_id] = []
        here = {"session_id": connection.session_id, "resume_gateway_url": f"ws://{connection.request.host}/gateway"}
        await self.send("READY", self._guild.ready_wire() | here)
        await self.send("GUILD_CREATE", self._guild.create_wire())

    async def _resume(self, connection: Connection, data: Wire) -> None:
        events = self._sessions.pop(data["session_id"], None)
        if events is None or data["seq"] is None or data["seq"] > len(events):
            await connection.send(INVALID_SESSION, False)
            return
        self.resumes.append(self._guild.clock())
        connection.session_id, connection.sent = data["session_id"], data["seq"]
        self._sessions[data["session_id"]] = events
        await self.send("RESUMED", {})
