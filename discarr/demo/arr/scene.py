"""The demo's play: downloads that progress, finish, stall, fail and arrive, endlessly.

`Scene.advance` is all there is to it. It depends on nothing but the seed, the clock and what was removed meanwhile.
"""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from discarr.demo.arr import items, situations
from discarr.demo.arr.cast import GIB, SERIES, Release, releases, starting_items
from discarr.demo.arr.clients import client_trouble
from discarr.demo.arr.items import Item, Service, Situation
from discarr.demo.arr.server import LoopbackArr

TICK = 5.0
"""Simulated seconds of one step; how `advance` is called in between makes no difference."""

FEWEST, MOST = 8, 14
"""New downloads arrive by themselves while there are fewer than MOST, at once below FEWEST."""

WAITS: dict[Situation, float] = {
    items.QUEUED: 600,
    items.METADATA: 240,
    items.STALLED: 5400,
    items.IMPORT_PENDING: 45,
    items.IMPORTING: 30,
    items.IMPORT_BLOCKED: 14_400,
    items.FAILED: 1200,
    items.REJECTED: 1200,
    items.DELAY: 1800,
    items.CLIENT_UNAVAILABLE: 900,
}
"""Simulated seconds until an item in this situation goes on; one that is not here waits for a person."""

BEGINNINGS: dict[str, tuple[Situation, ...]] = {
    "torrent": (items.DOWNLOADING, items.DOWNLOADING, items.DOWNLOADING, items.METADATA, items.DELAY),
    "usenet": (items.DOWNLOADING, items.DOWNLOADING, items.QUEUED, items.QUEUED, items.CLIENT_UNAVAILABLE),
}
"""What a new download may start as, by its protocol."""

ARRIVAL, SEARCH, RSS = 240.0, 60.0, 1500.0
"""Simulated seconds until: a new download, the grab after a search, the grab of something that was only removed."""


@dataclass(slots=True)
class Course:
    """How an item's life goes on."""

    rate: float
    """Bytes in a simulated second."""
    wait: float = 0.0
    """Simulated seconds until its situation changes by itself."""
    doom: Situation | None = None
    """What it will come to on the way: STALLED, FAILED, IMPORT_BLOCKED or REJECTED; None is a good end."""


@dataclass(slots=True)
class Grab:
    """A release that will be grabbed later."""

    item: Item
    wait: float


class Scene:
    """The simulation of one app. Simulated time runs `speed` times as fast as the clock.

    Speeds and times left are told in the clock's time, so that what is predicted comes true.
    """

    def __init__(self, arr: LoopbackArr, *, speed: float = 1.0, seed: int = 7) -> None:
        self.arr = arr
        self.speed = speed
        # It picks titles and speeds and guards nothing, and it has to be the same every time.
        self._random = random.Random(f"{seed} {arr.service}")  # nosec B311
        self._courses: dict[Item, Course] = {}
        self._grabs: list[Grab] = []
        self._owed = 0.0
        self._until_arrival = ARRIVAL
        self._takes = 1
        for item in starting_items(arr.service, arr.clock()):
            self._enter(item)

    def advance(self, seconds: float) -> None:
        """Let so many seconds of the clock pass."""
        self._owed += seconds * self.speed
        while self._owed >= TICK:
            self._owed -= TICK
            self._step()

    async def run(self, every: float = 1.0) -> None:
        """Advance with the clock for ever; `every` is real seconds between steps."""
        before = self.arr.clock()
        while True:
            await asyncio.sleep(every)
            now = self.arr.clock()
            self.advance(max(now - before, 0.0))
            before = now

    def stall(self, item: Item) -> None:
        """The item loses its connections for an hour and a half of simulated time."""
        self._become(item, items.STALLED)

    def fail(self, item: Item) -> None:
        """The client gives the item up; in twenty simulated minutes the app blocklists it and searches another."""
        self._become(item, items.FAILED)

    def finish(self, item: Item) -> None:
        """The item is done and goes on to be imported."""
        item.left = 0
        self._courses[item].doom = None
        self._become(item, items.IMPORT_PENDING)

    def add_pack(self, episodes: int = 10) -> Item:
        """A new season pack of so many episodes; on Radarr, which has no packs, one more film."""
        if self.arr.service == "radarr":
            return self.add_many(1)[0]
        series = SERIES[self._takes % len(SERIES)]
        self._takes += 1
        pack = Release(series, series.season(20 + self._takes, episodes))
        return self._enter(self._item_of(pack, size=int(episodes * 2.5 * GIB)))

    def add_many(self, count: int) -> list[Item]:
        """So many new downloads at once, each of another release, beyond the usual bound."""
        pool = releases(self.arr.service)
        return [self._enter(self._item_of(self._random.choice(pool))) for _ in range(count)]

    def add(self, item: Item) -> Item:
        """This very item, as it is."""
        return self._enter(item)

    def lose_client(self, name: str) -> None:
        """A download client goes away: its items vanish from the queue, and health says so."""
        self.arr.unreachable_clients.add(name)
        self.arr.health.append(client_trouble(name))

    def restore_client(self, name: str) -> None:
        """A lost client answers again."""
        self.arr.unreachable_clients.discard(name)
        self.arr.health.remove(client_trouble(name))

    def _step(self) -> None:
        self._notice_removals()
        for item, course in list(self._courses.items()):
            course.wait -= TICK
            if item.situation == items.DOWNLOADING:
                self._progress(item, course)
            elif item.situation in WAITS and course.wait <= 0 and item.media:
                self._go_on(item, course)
        self._grab_what_is_due()
        self._arrive()

    def _progress(self, item: Item, course: Course) -> None:
        item.left -= int(course.rate * self._random.uniform(0.8, 1.2) * TICK)
        if course.doom in (items.STALLED, items.FAILED) and item.left < item.size * 0.4:
            situation, course.doom = course.doom, None
            self._become(item, situation)
        elif item.left > 0:
            item.time_left = int(item.left / course.rate / self.speed)
        else:
            item.left = 0
            self._become(item, items.IMPORT_PENDING if item.media else items.IMPORT_BLOCKED)

    def _go_on(self, item: Item, course: Course) -> None:
        """What a situation turns into when its time is up."""
        if item.situation == items.IMPORTING and course.doom is None:
            self.arr.finish(item)
            del self._courses[item]
        elif item.situation in (items.FAILED, items.REJECTED):
            self._give_up(item)
        elif item.situation in (items.IMPORT_PENDING, items.IMPORTING):
            situation, course.doom = course.doom or items.IMPORTING, None
            self._become(item, situation)
        elif item.situation == items.IMPORT_BLOCKED:  # somebody imported it by hand
            self._become(item, items.IMPORTING)
        else:
            if item.pending:
                item.added = self.arr.clock()
                self.arr.remember(item, "grabbed")
            if item.size == 0:
                item.size = item.left = int(1.5 * GIB)
            self._become(item, items.DOWNLOADING)

    def _give_up(self, item: Item) -> None:
        """The app deals with a failed download: blocklist, remove, search."""
        self.arr.queue.remove(item)
        self.arr.remember(item, "downloadFailed")
        self.arr.blocklist.append(item)
        self.arr.searches.append(item)

    def _become(self, item: Item, situation: Situation) -> None:
        course = self._courses[item]
        course.wait = WAITS.get(situation, 0.0)
        if situation != item.situation:
            item.messages = situations.NOT_IMPORTED if situation == items.IMPORT_BLOCKED else ()
        item.situation = situation
        item.left = 0 if situation == items.FAILED else item.left
        item.time_left = 0 if item.left <= 0 and item.size else None
        if situation in (items.DOWNLOADING, items.QUEUED):
            item.time_left = int(item.left / course.rate / self.speed)
        item.due = self.arr.clock() + course.wait / self.speed

    def _notice_removals(self) -> None:
        """What a person removed comes back: another release after a search, else the same one, as RSS brings it."""
        here = set(self.arr.queue)
        for item in [item for item in self._courses if item not in here]:
            del self._courses[item]
            if item in self.arr.searches and item.media:
                self._grabs.append(Grab(self._item_of(Release(item.media, item.episodes), size=item.size), SEARCH))
            elif self._is_still_wanted(item):
                again = replace(item, situation=items.DOWNLOADING, left=item.size, error=None, messages=())
                self._grabs.append(Grab(again, RSS))
        self.arr.searches.clear()

    def _is_still_wanted(self, item: Item) -> bool:
        """Whether the app would grab the same release again: it is in the library, and not blocked or ignored."""
        blocked = item in self.arr.blocklist
        wanted = item.media is not None and item.grabbed and not item.pending
        return wanted and not blocked and item not in self.arr.untracked

    def _grab_what_is_due(self) -> None:
        for grab in self._grabs:
            grab.wait -= TICK
        due = [grab for grab in self._grabs if grab.wait <= 0]
        self._grabs = [grab for grab in self._grabs if grab.wait > 0]
        for grab in due:
            grab.item.added = self.arr.clock()
            self._enter(grab.item)
            self.arr.remember(grab.item, "grabbed")

    def _arrive(self) -> None:
        self._until_arrival -= TICK
        count = len(self.arr.queue)
        if count >= FEWEST and (self._until_arrival > 0 or count >= MOST):
            return
        self._until_arrival = ARRIVAL
        there = {(item.media, item.episodes) for item in self.arr.queue}
        pool = [release for release in releases(self.arr.service) if (release.media, release.episodes) not in there]
        if pool:
            item = self._item_of(self._random.choice(pool))
            item.situation = self._random.choice(BEGINNINGS[item.client.protocol])
            item.size = item.left = 0 if item.situation == items.METADATA else item.size
            self._enter(item)
            if not item.pending:
                self.arr.remember(item, "grabbed")

    def _item_of(self, release: Release, size: int = 0) -> Item:
        """A fresh download of a release; each take has a title and an id of its own."""
        self._takes += 1
        each = self._random.uniform(0.7, 3) * len(release.episodes) or self._random.uniform(2, 14)
        client = self._random.choice((items.QBITTORRENT, items.SABNZBD))
        item = situations.downloading(
            release.media,
            episodes=release.episodes,
            size=size or int(each * GIB),
            added=self.arr.clock(),
            client=client,
        )
        title = item.title.replace("-EXAMPLE", f"-TAKE{self._takes}")
        return replace(item, title=title, left=item.size, download_id="")

    def _enter(self, item: Item) -> Item:
        """Put an item into the queue, with a fate."""
        course = Course(rate=self._random.uniform(1, 12) * 1024**2)
        if item.left == item.size:
            ill = items.STALLED if item.client.protocol == "torrent" else items.FAILED
            course.doom = self._random.choices((None, ill, items.IMPORT_BLOCKED), (80, 15, 5))[0]
        self._courses[item] = course
        self.arr.queue.append(item)
        self._become(item, item.situation)
        return item


def demo_scene(service: Service, clock: Callable[[], float] = time.time, speed: float = 1.0) -> Scene:
    """A loopback server (not started) as `.arr`, with a play on it that somebody has to `run()` or `advance()`.

    The app refreshes its view once a simulated minute, as the real ones do.
    """
    arr = LoopbackArr(service, clock=clock)
    arr.refresh_every = 60 / speed
    return Scene(arr, speed=speed)
