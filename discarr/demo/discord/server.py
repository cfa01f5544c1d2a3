"""The loopback Discord as a server: REST, gateway and page on one port of this machine."""

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from .answers import Answers
from .page import ChannelPage
from .people import People
from .rest import Rest
from .values import Clock, Wire


class LoopbackDiscord(People):
    """A Discord of one guild with one channel, which the unmodified bot takes for the real one.

    `port` 0 takes a free one. `clock` gives the time of messages, of the 3 seconds for an answer and of the 15 minutes
    of its token.
    """

    def __init__(
        self, *, token: str = "demo-token", clock: Clock = time.time, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        super().__init__(token=token, clock=clock, host=host, port=port)
        self._page = ChannelPage(self)
        self._extra_routes: Sequence[web.RouteDef] = ()
        self._runner: web.AppRunner | None = None
        self._sender: asyncio.Task[None] | None = None

    def add_panel(self, routes: Sequence[web.RouteDef], state: Callable[[], Wire]) -> None:
        """Serve these routes too, from the next start on, and let the page know this state beside the channel's."""
        self._extra_routes = routes
        self._page.extra_state = state

    async def start(self) -> None:
        """Listen. After `stop` it may be started again, on the same port and with everything as it was.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application(middlewares=[self.front.middleware])
        app.add_routes(Rest(self.guild, self.channel, lambda: self.gateway_url).routes())
        app.add_routes(Answers(self.guild, self.channel, self.interactions).routes())
        app.add_routes([web.get("/gateway", self.gateway.handle), *self._page.routes(), *self._extra_routes])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._runner = runner
        await web.TCPSite(runner, self.host, self.port).start()
        self.port = int(runner.addresses[0][1])
        self._sender = asyncio.create_task(self.gateway.run(), name="loopback gateway")

    async def stop(self) -> None:
        self._page.close()
        await self.gateway.drop()
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.wait([self._sender])
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
