"""Presses and forms: what a person did, how the bot answered, and until when it may."""

import secrets
from collections.abc import Mapping
from copy import deepcopy

from .channel import LoopbackChannel, StoredMessage
from .guild import Guild
from .payloads import LOADING
from .values import Changes, Clock, DiscordError, Member, Snowflakes, Wire, user_wire

COMPONENT, MODAL_SUBMIT = 3, 5
"""Kinds of interactions."""

ANSWER_SECONDS = 3
"""How long the bot has for its first answer."""
TOKEN_SECONDS = 15 * 60
"""How long an interaction's token is good for follow-ups and edits."""


class Press:
    """A button pressed, a select chosen or a form submitted by one member."""

    def __init__(
        self,
        *,
        interaction_id: int,
        member: Member,
        kind: int,
        source: StoredMessage | None,
        at: float,
        messages: Mapping[int, StoredMessage],
        changes: Changes,
        metadata: Wire,
    ) -> None:
        self.interaction_id = interaction_id
        self.token = secrets.token_urlsafe(48)
        self.member = member
        self.kind = kind
        self.source = source
        """The message that has the component; None for a press that was made by hand on none."""
        self.pressed_at = at
        self.ack_seconds: float | None = None
        """How long the bot took for its first answer, by the server's clock."""
        self.callback: Wire | None = None
        """The first answer: `type` and `data`; None until it came."""
        self.modal: Wire | None = None
        """The form it opened."""
        self.metadata = metadata
        """How its answers tell where they come from."""
        self.original_id: int | None = None
        """The message `@original` means."""
        self.answer_ids: list[int] = []
        self._messages = messages
        self._changes = changes

    @property
    def messages(self) -> list[Wire]:
        """The answers as they are now, oldest first; the pressed message is one if it was updated.

        A deleted answer is no longer among them.
        """
        return [deepcopy(self._messages[each].wire()) for each in self.answer_ids if each in self._messages]

    async def acknowledged(self, timeout: float = ANSWER_SECONDS) -> Wire:
        """Wait for the first answer: its `type` and its `data`.

        Raises:
            TimeoutError: it did not come; the person sees "This interaction failed".
        """
        return await self._changes.until(lambda: self.callback, timeout)

    async def answered(self, timeout: float = 10) -> Wire:
        """Wait until there is a message that says more than "thinking"; the newest such.

        Raises:
            TimeoutError: it did not come.
        """
        return await self._changes.until(self._newest, timeout)

    def _newest(self) -> Wire | None:
        said = [message for message in self.messages if not message["flags"] & LOADING]
        return said[-1] if said else None


class Interactions:
    """All presses, by their ids and tokens."""

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
        interaction_id, kind = self._snowflakes.next(), MODAL_SUBMIT if "components" in data else COMPONENT
        metadata: Wire = {
            "id": str(interaction_id),
            "type": kind,
            "user": user_wire(member),
            "authorizing_integration_owners": {"0": str(self._guild.id)},
        }
        if opened_by is not None:
            source = opened_by.source
            metadata["triggering_interaction_metadata"] = opened_by.metadata
        elif source is not None:
            metadata["interacted_message_id"] = str(source.id)
        press = Press(
            interaction_id=interaction_id,
            member=member,
            kind=kind,
            source=source,
            at=self._clock(),
            messages=self._channel.all,
            changes=self._changes,
            metadata=metadata,
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
            "type": press.kind,
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
            "guild_locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": 10_485_760,
        } | message

    def __len__(self) -> int:
        """How many presses and forms there were."""
        return len(self._presses)

    def find(self, interaction_id: int) -> Press | None:
        return self._presses.get(interaction_id)

    def to_answer(self, interaction_id: int, token: str) -> Press:
        """The press whose first answer this is.

        Raises:
            DiscordError: 10062 for one that is unknown or older than 3 seconds, 40060 for one that has been answered.
        """
        press = self._presses.get(interaction_id)
        if press is None or press.token != token:
            raise DiscordError(404, 10062, "Unknown interaction")
        if press.callback is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if self._clock() - press.pressed_at > ANSWER_SECONDS:
            raise DiscordError(404, 10062, "Unknown interaction")
        return press

    def by_token(self, application_id: int, token: str) -> Press:
        """The press a webhook's token belongs to.

        Raises:
            DiscordError: 50027 for a token that is unknown or older than 15 minutes, 10015 before the first answer.
        """
        press = next((each for each in self._presses.values() if each.token == token), None)
        if press is None or application_id != self._guild.application_id:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if self._clock() - press.pressed_at > TOKEN_SECONDS:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if press.callback is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        return press

    def acknowledge(self, press: Press, callback: Wire) -> None:
        press.ack_seconds = self._clock() - press.pressed_at
        press.callback = callback
        self._changes.tell()
