"""Does what the dashboard needs besides edits, one write at a time."""

from discarr.bot.channel import Channel
from discarr.bot.leftovers import Leftovers
from discarr.bot.permissions import AccessMonitor
from discarr.bot.pins import PinKeeper
from discarr.clock import Clock


class Housekeeping:
    """Pins the dashboard, and deletes the pin notice and duplicates. Its failures affect nothing else."""

    def __init__(self, channel: Channel, access: AccessMonitor, clock: Clock) -> None:
        self.leftovers = Leftovers(channel, clock)
        self.pins = PinKeeper(channel, access, self.leftovers, clock)

    def due(self) -> bool:
        """Return whether there is something to do now."""
        return self.leftovers.due() or self.pins.notice_due() or self.pins.pin_due()

    async def work(self, message_id: int) -> None:
        """Do one thing that is due, with at most one write."""
        if self.pins.notice_due():
            await self.pins.find_notice(message_id)
        if self.leftovers.due():
            await self.leftovers.work()
        elif self.pins.pin_due():
            await self.pins.pin(message_id)
