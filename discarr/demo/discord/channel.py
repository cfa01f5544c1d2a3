"""The channel's messages: made, edited, deleted and pinned by Discord's rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .guild import Guild
from .values import DiscordError, Member, Wire, iso

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7

PINS_ADD = 6
"""The type of the notice "… pinned a message to this channel"."""
MAX_PINS = 250


@dataclass(slots=True, kw_only=True)
class StoredMessage:
    id: int
    channel_id: int
    author: Member
    at: float
    type: int = 0
    content: str = ""
    embeds: list[Wire] = field(default_factory=list)
    components: list[Wire] = field(default_factory=list)
    flags: int = 0
    edited_at: float | None = None
    pinned_at: float | None = None
    nonce: str | None = None
    private_to: int | None = None
    """The member who alone sees it, 0 once it is dismissed; None for everybody's."""
    extra: Wire = field(default_factory=dict)
    """What only some have: the message that was pinned, the interaction it came from."""

    def wire(self) -> Wire:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "type": self.type,
            "author": self.author.user_wire(),
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

    def __init__(self, guild: Guild) -> None:
        self.all: dict[int, StoredMessage] = {}
        """Everybody's and private ones, oldest first."""
        self._guild = guild

    def public(self) -> list[StoredMessage]:
        return [message for message in self.all.values() if message.private_to is None]

    def seen_by(self, member: Member) -> Iterator[StoredMessage]:
        return (message for message in self.all.values() if message.private_to in (None, member.id))

    def pins(self) -> list[StoredMessage]:
        """The last pinned first."""
        pinned = [message for message in self.public() if message.pinned_at is not None]
        return sorted(pinned, key=lambda message: message.pinned_at or 0, reverse=True)

    def get(self, message_id: int) -> StoredMessage:
        """Raises DiscordError if everybody sees no such message."""
        message = self.all.get(message_id)
        if message is None or message.private_to is not None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    def make(self, author: Member, body: Wire, **parts: Any) -> StoredMessage:
        """Post a message; `parts` are those of StoredMessage that do not come from the body."""
        message = StoredMessage(
            id=self._guild.new_id(),
            channel_id=self._guild.channel_id,
            author=author,
            at=self._guild.clock(),
            flags=body.get("flags") or 0,
            nonce=body.get("nonce"),
            **visible(body),
            **parts,
        )
        self.all[message.id] = message
        self._guild.changes.tell()
        return message

    def edit(self, message: StoredMessage, body: Wire) -> None:
        """Change what the body names. Flags only hide or show the embeds; Discord does not call that alone an edit."""
        parts = visible(body)
        if not parts.get("content", message.content) and not parts.get("embeds", message.embeds):
            raise DiscordError(400, 50006, "Cannot send an empty message")
        for part, value in parts.items():
            setattr(message, part, value)
        if body.get("flags") is not None:
            message.flags = message.flags & ~SUPPRESS_EMBEDS | body["flags"] & SUPPRESS_EMBEDS
        message.flags &= ~LOADING
        if parts:
            message.edited_at = self._guild.clock()
        self._guild.changes.tell()

    def delete(self, message: StoredMessage) -> None:
        del self.all[message.id]
        self._guild.changes.tell()

    def pin(self, message: StoredMessage, by: Member) -> None:
        """Pin, and leave the notice "… pinned a message to this channel"; nothing happens if it is pinned already."""
        if message.pinned_at is not None:
            return
        if len(self.pins()) >= MAX_PINS:
            raise DiscordError(400, 30003, f"Maximum number of pins reached ({MAX_PINS})")
        message.pinned_at = self._guild.clock()
        ids = {"message_id": message.id, "channel_id": message.channel_id, "guild_id": self._guild.id}
        reference = {"type": 0} | {key: str(value) for key, value in ids.items()}
        self.make(by, {}, type=PINS_ADD, extra={"message_reference": reference})


def visible(body: Wire) -> Wire:
    """Return those of the parts that people see which the body names."""
    empty: Wire = {"content": "", "embeds": [], "components": []}
    parts = {part: trimmed(body[part]) or nothing for part, nothing in empty.items() if part in body}
    if "embeds" in parts:
        parts["embeds"] = [_embed(each) for each in parts["embeds"]]
    return parts


def _embed(embed: Wire) -> Wire:
    """The flags are discord.py's, which sends them with every embed."""
    shown = {key: value for key, value in embed.items() if key != "flags"}
    if "timestamp" in shown:
        shown["timestamp"] = iso(datetime.fromisoformat(shown["timestamp"]).timestamp())
    return {"type": "rich"} | shown


def trimmed(value: Any) -> Any:
    """Return a copy as Discord keeps it: with its texts trimmed and without nulls."""
    if isinstance(value, dict):
        return {key: trimmed(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [trimmed(each) for each in value]
    return value.strip() if isinstance(value, str) else value
