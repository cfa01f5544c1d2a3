"""Presses and submitted forms: what a person did, how the bot answered, and until when it may."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .channel import EPHEMERAL, LOADING, LoopbackChannel, StoredMessage, trimmed
from .guild import Guild
from .values import Changes, DiscordError, Member, Wire

COMPONENT, MODAL_SUBMIT = 3, 5
"""Types of interactions."""
SAY, THINK, DEFER_UPDATE, UPDATE, OPEN_MODAL = 4, 5, 6, 7, 9
"""Types of first answers."""
LABEL, RADIO_GROUP = 18, 21
"""Types of components: https://docs.discord.com/developers/components/reference"""

ANSWER_SECONDS = 3
"""How long the bot has for its first answer."""
TOKEN_SECONDS = 15 * 60
"""How long an interaction's token is good for edits of the answer."""

type Choices = Mapping[str, str | list[str]]
"""What a person chooses in a form, by custom_id."""


@dataclass(slots=True, eq=False, kw_only=True)
class Press:
    """A button pressed, a select chosen or a form submitted by one member."""

    interaction_id: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    member: Member
    type: int
    source: StoredMessage | None
    """The message that has the component; None for a press that was made by hand on none."""
    pressed_at: float
    ack_seconds: float | None = None
    """How long the bot took for its first answer, by the server's clock."""
    callback: Wire | None = None
    """The first answer: `type` and `data`; None until it came."""
    answer: StoredMessage | None = None
    """The message that answers; the pressed one if it was updated."""
    changes: Changes

    @property
    def modal(self) -> Wire | None:
        return dict(self.callback["data"]) if self.callback and self.callback["type"] == OPEN_MODAL else None

    @property
    def messages(self) -> list[Wire]:
        return [] if self.answer is None else [self.answer.wire()]

    async def acknowledged(self, timeout: float = ANSWER_SECONDS) -> Wire:
        """Wait for the first answer; TimeoutError where the person sees "This interaction failed"."""
        return await self.changes.until(lambda: self.callback, timeout)

    async def answered(self, timeout: float = 10) -> Wire:
        """Wait until there is a message that says more than "thinking"; return it."""
        await self.changes.until(lambda: self.answer is not None and not self.answer.flags & LOADING, timeout)
        return self.messages[0]


class Interactions:
    """What people pressed, and the bot's answers."""

    def __init__(self, guild: Guild, channel: LoopbackChannel) -> None:
        self._guild = guild
        self._channel = channel
        self.presses: dict[int, Press] = {}
        """Submitted forms, too, by the ids of their interactions."""

    def new(self, member: Member, data: Wire, source: StoredMessage | None = None) -> Press:
        """A press on `source`, or the submit of a form that a press on it has opened."""
        press = Press(
            interaction_id=self._guild.new_id(),
            member=member,
            type=MODAL_SUBMIT if "components" in data else COMPONENT,
            source=source,
            pressed_at=self._guild.clock(),
            changes=self._guild.changes,
        )
        self.presses[press.interaction_id] = press
        return press

    def payload(self, press: Press, data: Wire) -> Wire:
        """The gateway's INTERACTION_CREATE."""
        guild = self._guild
        permissions = {"permissions": str(guild.permissions(press.member))}
        message = {} if press.source is None else {"message": press.source.wire()}
        return {
            "id": str(press.interaction_id),
            "application_id": str(guild.bot.id),
            "type": press.type,
            "data": data,
            "token": press.token,
            "version": 1,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "channel_id": str(guild.channel_id),
            "channel": guild.channel_wire() | permissions,
            "member": guild.member_wire(press.member) | permissions,
            "app_permissions": str(guild.permissions(guild.bot)),
            "locale": "en-US",
            "attachment_size_limit": 10_485_760,
        } | message

    # The bot's answers.

    def answer(self, interaction_id: int, token: str, body: Wire) -> Wire:
        """Take the first answer to an interaction; returns what Discord says about it."""
        press = self.presses.get(interaction_id)
        if press is not None and press.callback is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if press is None or press.token != token or self._age(press) > ANSWER_SECONDS:
            raise DiscordError(404, 10062, "Unknown interaction")
        callback = {"type": body["type"], "data": trimmed(body.get("data") or {})}
        message = self._take(press, callback["type"], callback["data"])
        press.ack_seconds, press.callback = self._age(press), callback
        self._guild.changes.tell()
        resource = {} if message is None else {"resource": {"type": body["type"], "message": message.wire()}}
        return {"interaction": {"id": str(interaction_id), "type": press.type}} | resource

    def edit_original(self, token: str, body: Wire) -> Wire:
        press = next((each for each in self.presses.values() if each.token == token), None)
        if press is None or self._age(press) > TOKEN_SECONDS:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if press.callback is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        return self._edit(press, press.answer or press.source, body).wire()

    def _age(self, press: Press) -> float:
        return self._guild.clock() - press.pressed_at

    def _take(self, press: Press, type: int, data: Wire) -> StoredMessage | None:
        """A form cannot be answered with a form."""
        if type in (SAY, THINK):
            return self._answer(press, data, loading=LOADING if type == THINK else 0)
        if type == UPDATE:
            return self._edit(press, press.source, data)
        if type == DEFER_UPDATE:
            return press.source
        if type != OPEN_MODAL or press.type != COMPONENT:
            raise DiscordError(400, 50035, "Invalid Form Body")
        return None

    def _answer(self, press: Press, data: Wire, *, loading: int) -> StoredMessage:
        """A new message, private if its flags say so."""
        flags = data.get("flags", 0)
        metadata = {"id": str(press.interaction_id), "type": press.type, "user": press.member.user_wire()}
        press.answer = self._channel.make(
            self._guild.bot,
            data | {"flags": flags | loading},
            private_to=press.member.id if flags & EPHEMERAL else None,
            extra={"webhook_id": str(self._guild.bot.id), "interaction_metadata": metadata},
        )
        return press.answer

    def _edit(self, press: Press, message: StoredMessage | None, body: Wire) -> StoredMessage:
        if message is None or message.id not in self._channel.all:
            raise DiscordError(404, 10008, "Unknown Message")
        self._channel.edit(message, body)
        press.answer = message
        return message


def walk(tree: list[Wire]) -> Iterator[Wire]:
    """Every component, also those in rows and labels, in the order of the screen."""
    for component in tree:
        yield component
        yield from walk(component.get("components") or [])
        if "component" in component:
            yield component["component"]


def submitted(modal: Wire, choices: Choices) -> Wire:
    """Return the `data` of the interaction that submits a form; what is not chosen keeps its default."""
    return {"custom_id": modal["custom_id"], "components": [_filled_in(each, choices) for each in modal["components"]]}


def _filled_in(part: Wire, choices: Choices) -> Wire:
    if part["type"] != LABEL:
        return {"type": part["type"]}
    component = part["component"]
    defaults = [option["value"] for option in component["options"] if option.get("default")]
    given = choices.get(component["custom_id"], defaults)
    chosen = [given] if isinstance(given, str) else given
    is_one = component["type"] == RADIO_GROUP
    value = {"value": chosen[0] if chosen else None} if is_one else {"values": chosen}
    return {"type": LABEL, "component": {"type": component["type"], "custom_id": component["custom_id"]} | value}
