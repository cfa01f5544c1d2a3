"""Many refreshes among faults, run by hand: `uv run python -m tests.soak [--refreshes 20000] [--seed N]`.

Radarr, Sonarr and Discord are loopback servers, time jumps, and a fault drawn from the table strikes every few
refreshes. At the end there must be one message with the right rows, and the memory that is reachable from Python
(tracemalloc) must be within 2 MB of what it was after the first refreshes.
"""

import argparse
import asyncio
import gc
import logging
import random
import re
import resource
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Awaitable, Callable

from aiohttp import web

from discarr.demo.arr import LoopbackArr, client_trouble
from discarr.demo.arr.faults import answering, cut_short, dropping, hanging, starting_up
from discarr.demo.arr.server import Fault as AppFault
from discarr.demo.arr.situations import downloading, failed, stalled
from discarr.demo.discord import cut_off, discord_error, too_many_requests
from tests.phrases import ALL_WELL
from tests.stage import BROWSE, Stage, film, text_of
from tests.virtual_time import JumpingLoop

FIRST = 500
"""Refreshes after which memory is measured for the first time."""
SPARE = 2 * 2**20
INTERVAL = 5
LASTS = (5.0, 60.0)
"""Seconds of a fault."""
FRAMES = 8
"""Frames of each allocation that tell whether it is a server's."""
LEAST_KEPT = 20
"""Messages, requests and events that the servers remember: their memory is not the bot's."""

type Fault = Callable[[Stage], Awaitable[None]]


def of_app(make: Callable[[], AppFault]) -> Fault:
    """A fault of one of the two apps."""

    async def strike(stage: Stage) -> None:
        random.choice((stage.radarr, stage.sonarr)).fault = make()

    return strike


def of_discord(answer: Callable[[web.Request], web.StreamResponse]) -> Fault:
    """Every request of REST is answered with this."""

    async def strike(stage: Stage) -> None:
        async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
            return answer(request)

        stage.discord.fault = fault

    return strike


async def _discord_hangs(stage: Stage) -> None:
    async def fault(request: web.Request, route: str) -> web.StreamResponse | None:
        await asyncio.sleep(400)
        return None

    stage.discord.fault = fault


async def _deleted(stage: Stage) -> None:
    for message in stage.discord.messages:
        await stage.discord.delete_message(int(message["id"]))


async def _unpinned(stage: Stage) -> None:
    for message in stage.discord.pinned:
        await stage.discord.unpin(int(message["id"]))


async def _suppressed(stage: Stage) -> None:
    for message in stage.discord.pinned:
        await stage.discord.suppress_embeds(int(message["id"]))


async def _permission_lost(stage: Stage) -> None:
    await stage.discord.take(random.choice(("send_messages", "embed_links", "read_message_history", "view_channel")))


async def _gateway_away(stage: Stage) -> None:
    await stage.discord.gateway.refuse()
    await stage.discord.gateway.drop()


async def _client_away(stage: Stage) -> None:
    stage.radarr.unreachable_clients.add("qBittorrent")
    stage.radarr.health = [client_trouble("qBittorrent")]


async def _app_down(stage: Stage) -> None:
    await stage.radarr.stop()


FAULTS: dict[str, Fault] = {
    "app hangs": of_app(lambda: hanging(asyncio.Event())),
    "app drops": of_app(dropping),
    "app cut short": of_app(cut_short),
    "app empty": of_app(lambda: answering(200)),
    "app HTML": of_app(lambda: answering(200, "<html>", "text/html")),
    "app 401": of_app(lambda: answering(401)),
    "app 500": of_app(lambda: answering(500, '{"message": "x"}')),
    "app starting": of_app(lambda: starting_up("Radarr")),
    "app moved": of_app(lambda: answering(307, headers={"Location": "/radarr/api/v3/queue"})),
    "app down": _app_down,
    "client away": _client_away,
    "Discord 500": of_discord(lambda _: discord_error(500, 0, "500")),
    "Discord 503": of_discord(lambda _: web.Response(status=503)),
    "Discord 429": of_discord(lambda _: too_many_requests(3)),
    "Discord 30046": of_discord(lambda _: too_many_requests(4, code=30046)),
    "Cloudflare": of_discord(lambda _: web.Response(status=429, headers={"Retry-After": "20"})),
    "Discord cut": of_discord(cut_off),
    "Discord hangs": _discord_hangs,
    "deleted": _deleted,
    "unpinned": _unpinned,
    "suppressed": _suppressed,
    "permission lost": _permission_lost,
    "gateway dropped": lambda stage: stage.discord.gateway.drop(),
    "gateway away": _gateway_away,
    "gateway silent": lambda stage: stage.discord.gateway.silence(),
    "gateway op 7": lambda stage: stage.discord.gateway.reconnect(),
    "session invalid": lambda stage: stage.discord.gateway.invalidate(),
    "mad event": lambda stage: stage.discord.gateway.send("GUILD_ROLE_UPDATE", {"role": {}}),
}


async def heal(stage: Stage) -> None:
    """Everything is well again."""
    if stage.radarr.fault is None and not await _listens(stage.radarr):
        await stage.radarr.start()
        stage.radarr.start_time -= 86_400
    stage.radarr.fault = stage.sonarr.fault = stage.discord.fault = None
    stage.radarr.unreachable_clients.clear()
    stage.radarr.health = []
    await stage.discord.gateway.silence(silent=False)
    await stage.discord.gateway.refuse(refusing=False)
    await stage.discord.give("send_messages", "embed_links", "read_message_history", "view_channel")


async def _listens(app: LoopbackArr) -> bool:
    host, _, port = app.url.removeprefix("http://").partition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


class Soak:
    """The play: what happens in it, and what it counts."""

    def __init__(self, stage: Stage, refreshes: int) -> None:
        self.stage = stage
        self.refreshes = refreshes
        self.struck: Counter[str] = Counter()
        self.presses = 0
        self.seen = self.edited = self.posted = 0
        self.identified = 0

    async def run(self) -> tuple[int, int]:
        """Until there were enough refreshes; the memory after the first ones, and at the end."""
        await self.stage.up()
        while self.seen < FIRST:
            await self._round()
        first = await self._measured()
        while self.seen < self.refreshes:
            await self._round()
        return first, await self._measured()

    async def _round(self) -> None:
        stage = self.stage
        name = random.choice(list(FAULTS))
        self.struck[name] += 1
        await FAULTS[name](stage)
        await stage.passes(random.uniform(*LASTS))
        await heal(stage)
        self._play()
        await stage.passes(random.uniform(0, 40))
        if random.random() < 0.3:
            await self._press()
        self._forget()

    def _play(self) -> None:
        """Things move, come and go."""
        queue = self.stage.radarr.queue
        for item in queue:
            item.left = max(0, item.left - random.randrange(10**8))
        if len(queue) > 5 and random.random() < 0.6:
            self.stage.radarr.finish(queue[0])
        if len(queue) < 25:
            queue.append(random.choice((downloading, stalled, failed))(film(random.randrange(5000))))

    async def _press(self) -> None:
        try:
            press = await self.stage.discord.press(
                self.stage.discord.admin, random.choice(("discarr:refresh", "discarr:browse", "discarr:cleanup"))
            )
            await press.acknowledged()
            self.presses += 1
        except (LookupError, TimeoutError):
            pass  # no such button now, or nobody there to answer

    def _forget(self) -> None:
        """The servers remember everything; that is counted here, and let go."""
        stage, discord = self.stage, self.stage.discord
        self.seen += sum(request.path.endswith("/queue") for request in stage.sonarr.requests)
        self.edited += len(stage.edits)
        self.posted += len(stage.posts)
        self.identified += len(discord.identifies)
        for record in (
            stage.radarr.requests,
            stage.sonarr.requests,
            discord.requests,
            discord.identifies,
            discord.gateway.resumes,
        ):
            record.clear()
        del stage.radarr.history[:-LEAST_KEPT]
        for message in [each for each in discord.channel.all.values() if each.private_to is not None]:
            del discord.channel.all[message.id]

    async def _measured(self) -> int:
        await self.stage.passes(400)
        self._forget()
        gc.collect()
        servers = ("*/discarr/demo/*", "*/tests/*", "*/aiohttp/web*")
        ours = [tracemalloc.Filter(False, path, all_frames=True) for path in (tracemalloc.__file__, *servers)]
        snapshot = tracemalloc.take_snapshot().filter_traces(ours)
        return sum(trace.size for trace in snapshot.traces)


async def soak(refreshes: int) -> bool:
    """Play it, and tell; whether all is as it must be."""
    began = time.monotonic()
    async with Stage(CHECK_INTERVAL=str(INTERVAL), HEALTH_CHECK_INTERVAL="60") as stage:
        stage.radarr.queue += [downloading(film(number)) for number in range(20)]
        play = Soak(stage, refreshes)
        virtual = stage.clock.monotonic()
        first, last = await play.run()
        text = text_of(stage.dashboard)
        names = {item.media.title for item in stage.radarr.queue if item.media is not None}
        rows = re.findall(r"\*\*\d+ (.*) \(2020\)\*\*", text)
        checks = {
            "one message, pinned": len([m for m in stage.discord.messages if m["type"] == 0]) == 1
            and len(stage.discord.pinned) == 1,
            "right rows": len(rows) > 5 and set(rows) <= names and stage.count(BROWSE) == len(names),
            "both apps well": ALL_WELL in text,
            "memory within 2 MB": last - first <= SPARE,
        }
        hours = (stage.clock.monotonic() - virtual) / 3600
        print(f"{play.seen:,} refreshes in {hours:.0f} virtual hours and {time.monotonic() - began:.0f} real seconds")
        print(f"{sum(play.struck.values()):,} faults of {len(play.struck)} kinds, {play.presses} presses")
        print(f"{play.edited:,} edits, {play.posted} posts, {play.identified / hours:.1f} IDENTIFYs an hour")
        print(
            f"tracemalloc {first / 2**20:.2f} MB after the first {FIRST}, {last / 2**20:.2f} MB at the end; "
            f"RSS at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )
        if not checks["right rows"]:
            print("queue:", sorted(names), "dashboard:", text, sep="\n")
        for what, right in checks.items():
            print("✓" if right else "✗", what)
        return all(checks.values())


def main() -> int:
    """Run it; 0 if all is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refreshes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    random.seed(options.seed)
    logging.disable(logging.CRITICAL)
    tracemalloc.start(FRAMES)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return 0 if runner.run(soak(max(options.refreshes, FIRST + 1))) else 1


if __name__ == "__main__":
    sys.exit(main())
