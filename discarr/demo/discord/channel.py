"""The channel's messages: made, edited, deleted and pinned by Discord's rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .components import numbered
from .guild import Guild
from .payloads import EPHEMERAL, LOADING, SUPPRESS_EMBEDS, stored_embeds
from .values import Changes, Clock, DiscordError, Member, Snowflakes, Wire, iso, user_wire

DEFAULT, PINS_ADD, REPLY = 0, 6, 19
"""Kinds of messages."""

MAX_PINS = 250
NONCE_SECONDS = 300
"""How long Discord remembers a nonce: "a few minutes"."""

type Emit = Callable[[str, Wire], None]
"""Sends an event to the bot over the gateway, if its intents ask for it."""


@dataclass(slots=True, kw_only=True)
class StoredMessage:
    """A message as it is kept, with what hides from its wire shape."""

    id: int
    channel_id: int
    author: Member
    at: float
    kind: int = DEFAULT
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
    """What only some kinds have: references, the interaction it came from."""

    def wire(self) -> Wire:
        nonce = {} if self.nonce is None else {"nonce": self.nonce}
        return (
            {
                "id": str(self.id),
                "channel_id": str(self.channel_id),
                "type": self.kind,
                "author": user_wire(self.author),
                "content": self.content,
                "embeds": [] if self.flags & SUPPRESS_EMBEDS else self.embeds,
                "components": self.components,
                "flags": self.flags,
                "timestamp": iso(self.at),
                "edited_timestamp": None if self.edited_at is None else iso(self.edited_at),
                "pinned": self.pinned_at is not None,
                "mentions": [],
                "mention_roles": [],
                "mention_everyone": False,
                "attachments": [],
                "tts": False,
            }
            | nonce
            | self.extra
        )


class LoopbackChannel:
    def __init__(self, guild: Guild, snowflakes: Snowflakes, clock: Clock, changes: Changes, emit: Emit) -> None:
        self.guild = guild
        self.all: dict[int, StoredMessage] = {}
        """Everybody's and private ones, oldest first."""
        self._snowflakes = snowflakes
        self._clock = clock
        self._changes = changes
        self._emit = emit

    def public(self) -> Iterator[StoredMessage]:
        return (message for message in self.all.values() if message.private_to is None)

    def seen_by(self, member: Member) -> Iterator[StoredMessage]:
        return (
            message
            for message in self.all.values()
            if message.private_to in (None, member.id) and not message.dismissed
        )

    def get(self, message_id: int, *, private: bool = False) -> StoredMessage:
        message = self.all.get(message_id)
        if message is None or (message.private_to is not None and not private):
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    def pins(self) -> list[StoredMessage]:
        """The pinned messages, the last pinned first."""
        pinned = [message for message in self.public() if message.pinned_at is not None]
        return sorted(pinned, key=lambda message: (message.pinned_at, message.id), reverse=True)

    def make(
        self, author: Member, body: Wire, *, flags: int = 0, private_to: int | None = None, **parts: Any
    ) -> StoredMessage:
        """Add a message whose body has been checked; `flags` are kept beside the body's own.

        Raises:
            DiscordError: there is nothing in it.
        """
        message = StoredMessage(
            id=self._snowflakes.next(),
            channel_id=self.guild.channel_id,
            author=author,
            at=self._clock(),
            flags=flags | (body.get("flags") or 0),
            private_to=private_to,
            **parts,
        )
        _fill(message, body)
        if message.kind != PINS_ADD and not message.flags & LOADING:
            _require_something(message.content, message.embeds)
        self._add(message)
        return message

    def _add(self, message: StoredMessage) -> None:
        self.all[message.id] = message
        if message.private_to is None:
            self.guild.last_message_id = message.id
            self._tell("MESSAGE_CREATE", message)
        self._changes.tell()

    def repeated(self, author: Member, nonce: object) -> StoredMessage | None:
        """The message this author sent with the same nonce in the last minutes."""
        since = self._clock() - NONCE_SECONDS
        for message in self.all.values():
            if message.nonce == str(nonce) and message.author == author and message.at >= since:
                return message
        return None

    def edit(self, message: StoredMessage, body: Wire) -> None:
        """Change what the body names and leave the rest.

        Its flags may only hide or show the embeds; Discord does not call that alone an edit.

        Raises:
            DiscordError: nothing would be left in it.
        """
        content = body["content"] if "content" in body else message.content
        _require_something(content, stored_embeds(body["embeds"]) if "embeds" in body else message.embeds)
        _fill(message, body)
        if body.get("flags") is not None:
            message.flags = message.flags & ~SUPPRESS_EMBEDS | body["flags"] & SUPPRESS_EMBEDS
        message.flags &= ~LOADING
        if not body.keys().isdisjoint(("content", "embeds", "components")):
            message.edited_at = self._clock()
        self._changed(message)

    def suppress(self, message: StoredMessage) -> None:
        """Hide the embeds, as a moderator does."""
        message.flags |= SUPPRESS_EMBEDS
        self._changed(message)

    def delete(self, message: StoredMessage) -> None:
        del self.all[message.id]
        if message.private_to is None:
            self._emit("MESSAGE_DELETE", self._place() | {"id": str(message.id)})
        self._changes.tell()

    def pin(self, message: StoredMessage, by: Member) -> None:
        """Pin, and leave the notice "… pinned a message to this channel"; nothing happens if it is pinned already."""
        if message.pinned_at is not None:
            return
        if len(self.pins()) >= MAX_PINS:
            raise DiscordError(400, 30003, f"Maximum number of pins reached ({MAX_PINS})")
        message.pinned_at = self.guild.last_pin = self._clock()
        self._changed(message)
        self._emit("CHANNEL_PINS_UPDATE", self._place() | {"last_pin_timestamp": iso(message.pinned_at)})
        self.make(by, {}, kind=PINS_ADD, extra={"message_reference": self.reference(message)})

    def reference(self, message: StoredMessage) -> Wire:
        """How another message refers to this one."""
        return {"type": 0, "message_id": str(message.id)} | self._place()

    def unpin(self, message: StoredMessage) -> None:
        if message.pinned_at is None:
            return
        message.pinned_at = None
        self._changed(message)
        left = self.pins()
        last = None if not left or left[0].pinned_at is None else iso(left[0].pinned_at)
        self._emit("CHANNEL_PINS_UPDATE", self._place() | {"last_pin_timestamp": last})

    def _changed(self, message: StoredMessage) -> None:
        if message.private_to is None:
            self._tell("MESSAGE_UPDATE", message)
        self._changes.tell()

    def _tell(self, event: str, message: StoredMessage) -> None:
        """Sends the message as the gateway does: with the guild and the author's membership."""
        member = self.guild.member_wire(message.author)
        del member["user"]
        self._emit(event, message.wire() | {"guild_id": str(self.guild.id), "member": member})

    def _place(self) -> Wire:
        return {"channel_id": str(self.guild.channel_id), "guild_id": str(self.guild.id)}


def _fill(message: StoredMessage, body: Wire) -> None:
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = stored_embeds(body["embeds"])
    if "components" in body:
        message.components = numbered(body["components"] or [])
    if body.get("nonce") is not None:
        message.nonce = str(body["nonce"])


def _require_something(content: str | None, embeds: list[Wire]) -> None:
    if not (content or "").strip() and not embeds:
        raise DiscordError(400, 50006, "Cannot send an empty message")


def is_private(flags: int) -> bool:
    return bool(flags & EPHEMERAL)
