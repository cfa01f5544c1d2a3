"""What the bot costs, counted where its requests arrive."""

from collections.abc import Sequence

from discarr.demo.arr import LoopbackArr
from discarr.demo.discord import LoopbackDiscord, Wire

_EDIT = ("PATCH", "/channels/{channel}/messages/{message}")
_QUEUE = "/api/v3/queue"


class Counters:
    """Takes the servers' lists of requests and turns them into numbers, so that a demo may run for days."""

    def __init__(self, discord: LoopbackDiscord, apps: Sequence[LoopbackArr]) -> None:
        self.edits = 0
        """Edits of the dashboard that were accepted."""
        self._tried = 0
        self._reads = dict.fromkeys(apps, 0)
        self._discord = discord

    def count(self) -> None:
        """Count what came in since the last time."""
        for request in self._discord.requests:
            if (request.method, request.route) == _EDIT:
                self._tried += 1
                self.edits += request.status == 200
        self._discord.requests.clear()
        for app in self._reads:
            self._reads[app] += sum(
                request.path.lower() == app.url_base + _QUEUE and request.query.get("page", "1") == "1"
                for request in app.requests
            )
            app.requests.clear()

    def wire(self) -> Wire:
        """For the page."""
        self.count()
        reads = max(self._reads.values(), default=0)
        return {
            "edits": self.edits,
            "saved": max(0, reads - self._tried),
            "reads": reads,
            "bytes": self._discord.front.traffic.total + sum(app.traffic.total for app in self._reads),
            "presses": len(self._discord.interactions),
        }
