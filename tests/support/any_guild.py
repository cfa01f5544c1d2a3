"""A guild whose channel can be of any type, a thread or gone, and whose members can be timed out."""

from discarr.demo.discord import DiscordError, Member, Wire
from discarr.demo.discord.guild import Guild, bits
from discarr.demo.discord.values import Clock, iso

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM = 0, 2, 4, 5, 13, 15
ANNOUNCEMENT_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = 10, 11, 12
"""https://docs.discord.com/developers/resources/channel#channel-object-channel-types"""

PARENTS = {ANNOUNCEMENT_THREAD: ANNOUNCEMENT, PUBLIC_THREAD: FORUM, PRIVATE_THREAD: TEXT}
"""Threads, each with the type of the channel it is in; a public one is a post of a forum."""
TIMED_OUT = bits("view_channel", "read_message_history")
"""https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members"""


class AnyGuild(Guild):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.parent_id = self.new_id()
        """The channel that the bot's one is a thread of, where it is a thread."""
        self.channel_type = TEXT
        self.channel_exists = True
        self.archived = self.locked = False
        self.timed_out_until = 0.0
        """Until then, the bot may only look."""

    @property
    def is_thread(self) -> bool:
        return self.channel_type in PARENTS

    def permissions(self, member: Member) -> int:
        is_timed_out = member == self.bot and self.timed_out_until > self.clock()
        return super().permissions(member) & (TIMED_OUT if is_timed_out else -1)

    def may(self, name: str) -> bool:
        return super().may("send_messages_in_threads" if name == "send_messages" and self.is_thread else name)

    def require(self, *names: str) -> None:
        if not self.channel_exists:
            raise DiscordError(404, 10003, "Unknown Channel")
        super().require(*names)

    def require_open(self, method: str) -> None:
        """Raise what Discord answers where a thread is locked or archived."""
        self.require()
        if not self.is_thread or method == "GET":
            return
        if self.locked and not self.may("manage_threads"):
            raise DiscordError(403, 160005, "Thread is locked")
        if self.archived and method != "POST":
            raise DiscordError(400, 50083, "Thread is archived")
        self.archived = False  # a new message reopens a thread

    def member_wire(self, member: Member) -> Wire:
        until = iso(self.timed_out_until) if member == self.bot and self.timed_out_until else None
        return super().member_wire(member) | {"communication_disabled_until": until}

    def channel_of(self, channel_id: int) -> Wire:
        if channel_id == self.parent_id and self.is_thread:
            self.require()
            return self._parent_wire()
        return super().channel_of(channel_id)

    def channel_wire(self) -> Wire:
        wire = super().channel_wire() | {"type": self.channel_type}
        if self.channel_type in (VOICE, STAGE):
            wire |= {"bitrate": 64_000, "user_limit": 0}
        if not self.is_thread:
            return wire
        return wire | {
            "permission_overwrites": [],
            "parent_id": str(self.parent_id),
            "owner_id": str(self.owner.id),
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 4320,
                "archive_timestamp": iso(self.clock()),
            },
        }

    def _parent_wire(self) -> Wire:
        return super().channel_wire() | {"id": str(self.parent_id), "type": PARENTS[self.channel_type]}

    def create_wire(self) -> Wire:
        channels = [self._parent_wire() if self.is_thread else self.channel_wire()] if self.channel_exists else []
        threads = [self.channel_wire()] if self.is_thread else []
        return super().create_wire() | {"channels": channels, "threads": threads}
