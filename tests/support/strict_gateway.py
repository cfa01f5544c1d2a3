"""A gateway that can fall silent, send anything and end sessions."""

from discarr.demo.discord.gateway import HEARTBEAT, IDENTIFY, INVALID_SESSION, Connection, LoopbackGateway
from discarr.demo.discord.guild import Guild
from discarr.demo.discord.values import Wire

RECONNECT = 7
GUILDS = 1 << 0
"""The one intent the bot asks for. Another one would bring it events that the loopback does not send."""


class StrictGateway(LoopbackGateway):
    """The gateway of the tests."""

    def __init__(self, guild: Guild, token: str) -> None:
        super().__init__(guild, token)
        self.heartbeats = 0
        """How many were acknowledged."""
        self._silent = False

    async def drop(self, code: int | None = None) -> None:
        """Close every connection with a code, or cut it off."""
        if code is None:
            return await super().drop()
        for connection in tuple(self._connections):
            self._forget(connection, code)
            await connection.socket.close(code=code)

    async def reconnect(self) -> None:
        """Ask the bot to reconnect and resume."""
        for connection in tuple(self._connections):
            await connection.send(RECONNECT)

    async def invalidate(self) -> None:
        """Tell the bot that its session is invalid."""
        for connection in tuple(self._connections):
            self._forget(connection, 4009)
            await connection.send(INVALID_SESSION, False)

    async def silence(self, silent: bool = True) -> None:
        """Neither acknowledge nor send anything any more; afterwards what was missed is sent."""
        self._silent = silent
        await self._flush()

    async def garble(self, frame: str | bytes) -> None:
        """Send this as it is on every connection."""
        for connection in tuple(self._connections):
            if isinstance(frame, str):
                await connection.socket.send_str(frame)
            else:
                await connection.socket.send_bytes(frame)

    async def _flush(self) -> None:
        if not self._silent:
            await super()._flush()

    async def _take(self, connection: Connection, op: int, data: Wire) -> None:
        if op == IDENTIFY and data["intents"] != GUILDS:
            await connection.socket.close(code=4014)
        elif not self._silent:
            await super()._take(connection, op, data)
            self.heartbeats += op == HEARTBEAT
            self._guild.changes.tell()
