"""The channel's messages: made, edited, deleted and pinned by Discord's rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .guild import Guild
from .payloads import LOADING, SUPPRESS_EMBEDS, visible
from .values import Changes, Clock, DiscordError, Member, Snowflakes, Wire, iso, user_wire

DEFAULT, PINS_ADD, REPLY = 0, 6, 19
"""Types of messages."""

MAX_PINS = 250
NONCE_SECONDS = 300
"""How long Discord remembers a nonce: "a few minutes"."""


@dataclass(slots=True, kw_only=True)
class StoredMessage:
    id: int
    channel_id: int
    author: Member
    at: float
    type: int = DEFAULT
    content: str = ""
    embeds: list[Wire] = field(default_factory=list)
    components: list[Wire] = field(default_factory=list)
    flags: int = 0
    edited_at: float | None = None
    pinned_at: float | None = None
    nonce: str | None = None
    private_to: int | None = None
    """The member who alone sees it; None for everybody's."""
    dismissed: bool = False
    extra: Wire = field(default_factory=dict)
    """What only some types have: references, the interaction it came from."""

    def wire(self) -> Wire:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "type": self.type,
            "author": user_wire(self.author),
            "content": self.content,
            "embeds": [] if self.flags & SUPPRESS_EMBEDS else self.embeds,
            "components": self.components,
            "flags": self.flags,
            "timestamp": iso(self.at),
            "edited_timestamp": None if self.edited_at is None else iso(self.edited_at),
            "pinned": self.pinned_at is not None,
            "mention_everyone": False,
            "attachments": [],
            "tts": False,
        } | self.extra


class LoopbackChannel:
    """No event tells of messages: the bot does not ask for the intent that would make Discord send them."""

    def __init__(self, guild: Guild, snowflakes: Snowflakes, clock: Clock, changes: Changes) -> None:
        self.all: dict[int, StoredMessage] = {}
        """Everybody's and private ones, oldest first."""
        self._guild = guild
        self._snowflakes = snowflakes
        self._clock = clock
        self._changes = changes

    def public(self) -> Iterator[StoredMessage]:
        return (message for message in self.all.values() if message.private_to is None)

    def seen_by(self, member: Member) -> Iterator[StoredMessage]:
        return (
            message
            for message in self.all.values()
            if message.private_to in (None, member.id) and not message.dismissed
        )

    def pins(self) -> list[StoredMessage]:
        """The last pinned first."""
        pinned = [message for message in self.public() if message.pinned_at is not None]
        return sorted(pinned, key=lambda message: message.pinned_at or 0, reverse=True)

    def get(self, message_id: int, *, private: bool = False) -> StoredMessage:
        """Raises DiscordError if there is no such message; private ones count only if asked for."""
        message = self.all.get(message_id)
        if message is None or (message.private_to is not None and not private):
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    def make(self, author: Member, body: Wire, *, flags: int = 0, **parts: Any) -> StoredMessage:
        """Post a message; `parts` are those of StoredMessage that do not come from the body."""
        message = StoredMessage(
            id=self._snowflakes.next(),
            channel_id=self._guild.channel_id,
            author=author,
            at=self._clock(),
            flags=flags | (body.get("flags") or 0),
            nonce=body.get("nonce"),
            **visible(body),
            **parts,
        )
        if message.type != PINS_ADD and not message.flags & LOADING:
            _require_something(message)
        self.all[message.id] = message
        if message.private_to is None:
            self._guild.last_message_id = message.id
        self._changes.tell()
        return message

    def repeated(self, author: Member, nonce: object) -> StoredMessage | None:
        """The message this author sent with the same nonce in the last minutes."""
        since = self._clock() - NONCE_SECONDS
        for message in self.all.values():
            if message.nonce == nonce and message.author == author and message.at >= since:
                return message
        return None

    def edit(self, message: StoredMessage, body: Wire) -> None:
        """Change what the body names. Flags only hide or show the embeds; Discord does not call that alone an edit."""
        parts, flags = visible(body), body.get("flags")
        _require_something(replace(message, **parts))
        for part, value in parts.items():
            setattr(message, part, value)
        if flags is not None:
            message.flags = message.flags & ~SUPPRESS_EMBEDS | flags & SUPPRESS_EMBEDS
        message.flags &= ~LOADING
        if parts:
            message.edited_at = self._clock()
        self._changes.tell()

    def delete(self, message: StoredMessage) -> None:
        del self.all[message.id]
        self._changes.tell()

    def pin(self, message: StoredMessage, by: Member) -> None:
        """Pin, and leave the notice "… pinned a message to this channel"; nothing happens if it is pinned already."""
        if message.pinned_at is not None:
            return
        if len(self.pins()) >= MAX_PINS:
            raise DiscordError(400, 30003, f"Maximum number of pins reached ({MAX_PINS})")
        message.pinned_at = self._clock()
        self.make(by, {}, type=PINS_ADD, extra={"message_reference": self.reference(message)})

    def reference(self, message: StoredMessage) -> Wire:
        """How another message refers to this one."""
        ids = {"message_id": message.id, "channel_id": self._guild.channel_id, "guild_id": self._guild.id}
        return {"type": 0} | {key: str(value) for key, value in ids.items()}


def _require_something(message: StoredMessage) -> None:
    if not message.content and not message.embeds:
        raise DiscordError(400, 50006, "Cannot send an empty message")
