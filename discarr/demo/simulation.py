"""Simulates the downloads of one app: they progress, finish, stall, fail and arrive, endlessly.

The pace is one that people can follow: a download takes ten to twenty minutes at 2 to 60 MB/s, only progress changes in
the first minute, and after that one row at a time.
"""

import random
from dataclasses import dataclass, replace

from discarr.demo.arr import Item, LoopbackArr, Service, items, situations
from discarr.demo.arr.items import FoundFile, Situation
from discarr.demo.sample_data import GIB, SERIES, Release, part, releases, starting_items

TICK = 1.0
"""Simulated seconds of one step; how `advance` is called in between makes no difference."""
REFRESH_EVERY = 3.0
"""Seconds between two refreshes of the app's own view. Real apps take a minute."""
CALM: dict[Service, float] = {"radarr": 75.0, "sonarr": 105.0}
"""Simulated seconds until the first change of the list."""
CHANGE_EVERY = 60.0
"""Simulated seconds from a change of the list to the next one in the same app."""
ROWS = 9
"""New downloads arrive while an app has fewer."""
RUNS = 700.0, 1300.0
"""Seconds that a download takes, if its speed stays within SPEEDS."""
SPEEDS = 2.8e6, 48e6
"""Bytes per second, before they vary."""
SEARCH, RSS = 20.0, 240.0
"""Simulated seconds until: the grab after a search, the grab of something that was only removed."""
WAITS: dict[Situation, float] = {
    items.QUEUED: 240,
    items.METADATA: 90,
    items.STALLED: 600,
    items.IMPORT_PENDING: 15,
    items.IMPORTING: 20,
    items.IMPORT_BLOCKED: 3600,
    items.FAILED: 600,
    items.DELAY: 400,
    items.CLIENT_UNAVAILABLE: 200,
}
"""Simulated seconds until an item in this situation goes on; in any other it waits for a person."""
STARTS: dict[str, tuple[Situation, ...]] = {
    "torrent": (items.DOWNLOADING, items.DOWNLOADING, items.DOWNLOADING, items.METADATA, items.DELAY),
    "usenet": (items.DOWNLOADING, items.DOWNLOADING, items.DOWNLOADING, items.QUEUED, items.CLIENT_UNAVAILABLE),
}
"""The situations of a new download, by its protocol."""


@dataclass(slots=True)
class Course:
    """How an item goes on."""

    rate: float
    """Bytes in a simulated second."""
    wait: float = 0.0
    """Simulated seconds until its situation may change by itself."""
    trouble: Situation | None = None
    """STALLED, FAILED or IMPORT_BLOCKED, if it will get there."""


class Simulation:
    """The downloads of one app. Simulated time runs `speed` times as fast as the clock."""

    def __init__(self, arr: LoopbackArr, *, speed: float = 1.0) -> None:
        self.arr = arr
        arr.refresh_every = REFRESH_EVERY
        self._speed = speed
        # It chooses titles and speeds, guards nothing, and has to be the same every time.
        self._random = random.Random(f"7 {arr.service}")  # nosec B311
        self._courses: dict[Item, Course] = {}
        self._grabs: dict[Item, float] = {}
        """What will be grabbed again, and in how many simulated seconds."""
        self._owed = 0.0
        self._calm = CALM[arr.service]
        self._made = 1
        for item in starting_items(arr.service, arr.clock()):
            self.add(item)
            if item.situation == items.IMPORT_BLOCKED:
                self._add_bonus(item)

    def advance(self, seconds: float) -> None:
        """Let so many seconds of the clock pass."""
        self._owed += seconds * self._speed
        while self._owed >= TICK:
            self._owed -= TICK
            self._step()

    def add_pack(self) -> Item:
        pack = part(SERIES[self._made % len(SERIES)], 21 + self._made, 10)
        return self.add(self._item_of(pack, size=25 * GIB))

    def add_many(self, count: int) -> None:
        """Add so many new downloads at once, each of another release."""
        pool = releases(self.arr.service)
        for _ in range(count):
            self.add(self._item_of(self._random.choice(pool)))

    def add(self, item: Item) -> Item:
        slowest, fastest = SPEEDS
        size = item.size or int(1.5 * GIB)
        course = Course(min(max(size / self._random.uniform(*RUNS), slowest), fastest))
        if item.left == item.size:
            trouble = items.STALLED if item.client.protocol == "torrent" else items.FAILED
            course.trouble = self._random.choices((None, trouble, items.IMPORT_BLOCKED), (80, 14, 6))[0]
        self._courses[item] = course
        self.arr.queue.append(item)
        self.become(item, item.situation)
        return item

    def become(self, item: Item, situation: Situation) -> None:
        """Put an item into a situation, and decide how long that lasts."""
        course = self._courses[item]
        course.wait = WAITS.get(situation, 0.0)
        if situation != item.situation:
            item.messages = situations.NOT_IMPORTED if situation == items.IMPORT_BLOCKED else ()
        item.situation = situation
        if situation in (items.FAILED, items.IMPORT_PENDING, items.IMPORT_BLOCKED):
            item.left = 0
        item.time_left = 0 if item.left <= 0 and item.size else None
        if situation in (items.DOWNLOADING, items.QUEUED):
            item.time_left = int(item.left / course.rate / self._speed)
        item.due = self.arr.clock() + course.wait / self._speed

    def _step(self) -> None:
        self._notice_removals()
        for item, course in self._courses.items():
            course.wait -= TICK
            if item.situation == items.DOWNLOADING:
                self._download(item, course)
            elif item.situation == items.IMPORT_PENDING and course.wait < 0:
                self.become(item, items.IMPORTING)
        for item in self._grabs:
            self._grabs[item] -= TICK
        self._calm -= TICK
        if self._calm <= 0 and self._change():
            self._calm = CHANGE_EVERY

    def _download(self, item: Item, course: Course) -> None:
        """Progress, down to the last second's bytes: the end is a change of the list."""
        rate = course.rate * self._random.uniform(0.85, 1.15)
        item.left = max(int(item.left - rate * TICK), int(course.rate))
        item.time_left = int(item.left / course.rate / self._speed)
        if item.left > (item.size * 0.4 if course.trouble in (items.STALLED, items.FAILED) else course.rate):
            course.wait = 0.0

    def _change(self) -> bool:
        """Make the one change of the list that has been due for longest; return whether any was."""
        movable = {items.DOWNLOADING, *WAITS}
        due = [i for i, course in self._courses.items() if course.wait < 0 and i.media and i.situation in movable]
        grab = next((item for item, wait in self._grabs.items() if wait <= 0), None)
        if grab:
            del self._grabs[grab]
            self._grab(grab)
        elif len(self.arr.queue) < (ROWS - 1 if due else ROWS):
            self._grab(self._new_item())
        elif due:
            self._go_on(min(due, key=lambda item: self._courses[item].wait))
        else:
            return False
        return True

    def _go_on(self, item: Item) -> None:
        course = self._courses[item]
        if item.situation == items.IMPORTING:
            self.arr.finish(item)
        elif item.situation == items.FAILED:
            self._give_up(item)
        elif item.situation == items.DOWNLOADING:
            situation, course.trouble = course.trouble or items.IMPORT_PENDING, None
            self.become(item, situation)
        elif item.situation == items.IMPORT_BLOCKED:  # imported by hand
            self.become(item, items.IMPORTING)
        else:
            if item.pending:
                item.added = self.arr.clock()
                self.arr.remember(item, "grabbed")
            if item.size == 0:
                item.size = item.left = int(1.5 * GIB)
            self.become(item, items.DOWNLOADING)

    def _give_up(self, item: Item) -> None:
        """What the app does about a failed download: blocklist, remove, search."""
        self.arr.queue.remove(item)
        self.arr.remember(item, "downloadFailed")
        self.arr.blocklist.append(item)
        self.arr.searches.append(item)

    def _notice_removals(self) -> None:
        """What a person removed comes back: another release after a search, else the same one from RSS."""
        here = set(self.arr.queue)
        for item in [item for item in self._courses if item not in here]:
            del self._courses[item]
            if item in self.arr.searches and item.media:
                self._grabs[self._item_of(Release(item.media, item.episodes), size=item.size)] = SEARCH
            elif self._is_still_wanted(item):
                self._grabs[replace(item, situation=items.DOWNLOADING, left=item.size, error=None, messages=())] = RSS
        self.arr.searches.clear()

    def _is_still_wanted(self, item: Item) -> bool:
        """Whether the app would grab the same release again: not what it blocked, ignores or has imported."""
        is_blocked = item in self.arr.blocklist or item in self.arr.untracked
        is_imported = any(event.item is item and event.event == "downloadFolderImported" for event in self.arr.history)
        return bool(item.media and item.added) and not (item.pending or is_blocked or is_imported)

    def _add_bonus(self, item: Item) -> None:
        """Put a video beside those of a download that the app cannot match, so that an import leaves it out."""
        bonus = FoundFile(f"/data/downloads/{item.title}/Behind.the.Scenes.mkv", size=GIB // 4)
        item.files = [*item.found_files(), bonus]

    def _grab(self, item: Item) -> None:
        item.added = self.arr.clock()
        self.add(item)
        if not item.pending:
            self.arr.remember(item, "grabbed")

    def _new_item(self) -> Item:
        """A download of something that is not in the queue."""
        here = {(item.media, item.episodes) for item in self.arr.queue}
        pool = [release for release in releases(self.arr.service) if release not in here]
        item = self._item_of(self._random.choice(pool))
        item.situation = self._random.choice(STARTS[item.client.protocol])
        if item.situation == items.METADATA:
            item.size = item.left = 0
        return item

    def _item_of(self, release: Release, size: int = 0) -> Item:
        """A new download of a release, with a title and an id of its own."""
        self._made += 1
        gib = self._random.uniform(2, 4) * len(release.episodes) or self._random.uniform(3, 20)
        client = self._random.choice((items.QBITTORRENT, items.SABNZBD))
        size = size or int(gib * GIB)
        item = situations.downloading(
            release.media, episodes=release.episodes, size=size, left=size, added=self.arr.clock(), client=client
        )
        return replace(item, title=item.title.replace("-EXAMPLE", f"-EXAMPLE{self._made}"), download_id="")
