"""Presses and submitted forms: what a person did, how the bot answered, and until when it may."""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial

from .channel import DEFAULT, REPLY, LoopbackChannel, StoredMessage
from .guild import Guild
from .payloads import EPHEMERAL, LOADING, form
from .values import Changes, Clock, DiscordError, Member, Snowflakes, Wire, user_wire

COMPONENT, MODAL_SUBMIT = 3, 5
"""Types of interactions."""
SAY, THINK, DEFER_UPDATE, UPDATE, OPEN_MODAL = 4, 5, 6, 7, 9
"""Types of first answers."""

ANSWER_SECONDS = 3
"""How long the bot has for its first answer."""
TOKEN_SECONDS = 15 * 60
"""How long an interaction's token is good for edits of the answer."""


@dataclass(slots=True, eq=False, kw_only=True)
class Press:
    """A button pressed, a select chosen or a form submitted by one member."""

    interaction_id: int
    token: str = field(default_factory=partial(secrets.token_urlsafe, 48))
    member: Member
    type: int
    source: StoredMessage | None
    """The message that has the component; None for a press that was made by hand on none."""
    pressed_at: float
    ack_seconds: float | None = None
    """How long the bot took for its first answer, by the server's clock."""
    callback: Wire | None = None
    """The first answer: `type` and `data`; None until it came."""
    modal: Wire | None = None
    """The form it opened."""
    original_id: int | None = None
    """The message `@original` means."""
    answer_ids: list[int] = field(default_factory=list)
    stored: Mapping[int, StoredMessage]
    """All messages of the channel."""
    changes: Changes

    @property
    def messages(self) -> list[Wire]:
        """The answers as they are now, oldest first; the pressed message is one if it was updated."""
        return [deepcopy(self.stored[each].wire()) for each in self.answer_ids if each in self.stored]

    async def acknowledged(self, timeout: float = ANSWER_SECONDS) -> Wire:
        """Wait for the first answer; TimeoutError where the person sees "This interaction failed"."""
        return await self.changes.until(lambda: self.callback, timeout)

    async def answered(self, timeout: float = 10) -> Wire:
        """Wait until there is a message that says more than "thinking"; return the newest such."""
        said = await self.changes.until(
            lambda: [message for message in self.messages if not message["flags"] & LOADING] or None, timeout
        )
        return said[-1]


class Interactions:
    """All presses, by their ids and tokens, and the bot's answers."""

    def __init__(
        self, guild: Guild, channel: LoopbackChannel, snowflakes: Snowflakes, clock: Clock, changes: Changes
    ) -> None:
        self._guild = guild
        self._channel = channel
        self._snowflakes = snowflakes
        self._clock = clock
        self._changes = changes
        self._presses: dict[int, Press] = {}

    def new(
        self, member: Member, data: Wire, *, source: StoredMessage | None = None, opened_by: Press | None = None
    ) -> Press:
        """A press on `source`, or the submit of a form that the press `opened_by` has opened."""
        press = Press(
            interaction_id=self._snowflakes.next(),
            member=member,
            type=MODAL_SUBMIT if "components" in data else COMPONENT,
            source=source if opened_by is None else opened_by.source,
            pressed_at=self._clock(),
            stored=self._channel.all,
            changes=self._changes,
        )
        self._presses[press.interaction_id] = press
        return press

    def payload(self, press: Press, data: Wire) -> Wire:
        """The gateway's INTERACTION_CREATE."""
        guild = self._guild
        member = guild.member_wire(press.member) | {"permissions": str(guild.permissions(press.member))}
        message = {} if press.source is None else {"message": press.source.wire()}
        return {
            "id": str(press.interaction_id),
            "application_id": str(guild.application_id),
            "type": press.type,
            "data": data,
            "token": press.token,
            "version": 1,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "channel_id": str(guild.channel_id),
            "channel": guild.channel_wire() | {"permissions": member["permissions"]},
            "member": member,
            "app_permissions": str(guild.permissions(guild.bot)),
            "locale": "en-US",
            "attachment_size_limit": 10_485_760,
        } | message

    def __len__(self) -> int:
        """How many presses and forms there were."""
        return len(self._presses)

    def find(self, interaction_id: int) -> Press | None:
        return self._presses.get(interaction_id)

    # The bot's answers.

    def answer(self, interaction_id: int, token: str, body: Wire) -> Wire:
        """Take the first answer to an interaction; returns what Discord says about it, if it is asked to."""
        press = self._to_answer(interaction_id, token)
        type, data = body.get("type"), body.get("data") or {}
        message = self._take(press, type, data)
        press.ack_seconds = self._clock() - press.pressed_at
        press.callback = {"type": type, "data": data}
        self._changes.tell()
        return _callback_wire(press, type, message)

    def edit_original(self, token: str, body: Wire) -> Wire:
        """Edit the message that `@original` means."""
        press = self._by_token(token)
        if press.original_id is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return self._edit(press, press.original_id, body).wire()

    def _to_answer(self, interaction_id: int, token: str) -> Press:
        press = self._presses.get(interaction_id)
        if press is None or press.token != token:
            raise DiscordError(404, 10062, "Unknown interaction")
        if press.callback is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if self._clock() - press.pressed_at > ANSWER_SECONDS:
            raise DiscordError(404, 10062, "Unknown interaction")
        return press

    def _by_token(self, token: str) -> Press:
        press = next((each for each in self._presses.values() if each.token == token), None)
        if press is None or self._clock() - press.pressed_at > TOKEN_SECONDS:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if press.callback is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        return press

    def _take(self, press: Press, type: object, data: Wire) -> StoredMessage | None:
        """A form cannot be answered with a form, and only what sits on a message can update one."""
        if type == OPEN_MODAL and press.type == COMPONENT:
            press.modal = form(data)
            return None
        if type == SAY:
            return self._answer(press, data)
        if type == THINK:
            return self._answer(press, data, flags=LOADING)
        if type in (DEFER_UPDATE, UPDATE) and press.source is not None:
            press.original_id = press.source.id
            return self._edit(press, press.source.id, data) if type == UPDATE else press.source
        raise DiscordError(400, 50035, "Invalid Form Body")

    def _answer(self, press: Press, body: Wire, *, flags: int = 0) -> StoredMessage:
        """A new message, private if its flags say so."""
        metadata = {"id": str(press.interaction_id), "type": press.type, "user": user_wire(press.member)}
        extra: Wire = {"webhook_id": str(self._guild.application_id), "interaction_metadata": metadata}
        if press.source is not None:
            extra["message_reference"] = self._channel.reference(press.source)
        message = self._channel.make(
            self._guild.bot,
            body,
            flags=flags,
            private_to=press.member.id if (body.get("flags") or 0) & EPHEMERAL else None,
            type=DEFAULT if press.source is None else REPLY,
            extra=extra,
        )
        press.original_id = message.id
        press.answer_ids.append(message.id)
        return message

    def _edit(self, press: Press, message_id: int, body: Wire) -> StoredMessage:
        message = self._channel.get(message_id, private=True)
        self._channel.edit(message, body)
        if message.id not in press.answer_ids:
            press.answer_ids.append(message.id)
        return message


def _callback_wire(press: Press, type: object, message: StoredMessage | None) -> Wire:
    interaction = {"id": str(press.interaction_id), "type": press.type}
    resource = {} if message is None else {"resource": {"type": type, "message": message.wire()}}
    return {"interaction": interaction} | resource
