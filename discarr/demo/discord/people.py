"""What people do in the channel: press, fill in forms, moderate, and change what the bot may do."""

from collections.abc import Iterator, Mapping, Sequence

from .channel import StoredMessage
from .components import BUTTON, SELECT, walk
from .interactions import Press
from .modals import Value, submitted
from .place import Place
from .values import Member, Wire


class People(Place):
    async def press(
        self, member: Member, custom_id: str, *, message_id: int | None = None, values: Sequence[str] = ()
    ) -> Press:
        """Press a button, or choose `values` of a select, on the newest message the member sees that has it.

        Raises:
            LookupError: the member sees no such enabled component, or it has no such choice.
        """
        message, component = self._find(member, custom_id, message_id)
        if component["type"] == BUTTON:
            data = {"custom_id": custom_id, "component_type": BUTTON, "id": component["id"]}
            return self._send(data, self.interactions.new(member, data, source=message))
        if not values or set(values) - {option["value"] for option in component["options"]}:
            raise LookupError(f"the select {custom_id} has no choice {list(values)}")
        data = {"custom_id": custom_id, "component_type": SELECT, "id": component["id"], "values": list(values)}
        return self._send(data, self.interactions.new(member, data, source=message))

    async def press_raw(
        self,
        member: Member,
        custom_id: str,
        *,
        message_id: int,
        guild_id: int | None = None,
        channel_id: int | None = None,
    ) -> Press:
        """A hand-made press: nothing is checked, and it may claim to come from another guild or channel."""
        data = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
        claims: Wire = {}
        if guild_id is not None:
            claims = {"guild_id": str(guild_id), "guild": {"id": str(guild_id), "locale": "en-US", "features": []}}
        if channel_id is not None:
            channel = self.guild.channel_wire() | {"id": str(channel_id), "guild_id": str(guild_id or self.guild.id)}
            claims |= {"channel_id": str(channel_id), "channel": channel}
        press = self.interactions.new(member, data, source=self.channel.all.get(message_id))
        return self._send(data, press, claims)

    async def submit(
        self, press_or_modal: Press | Wire, values: Mapping[str, Value] | None = None, *, member: Member | None = None
    ) -> Press:
        """Submit the form a press opened; components that `values` (by custom_id) does not name keep their defaults.

        A form given as a dict is one by hand, for what the bot has not opened; it needs `member`.

        Raises:
            LookupError: no form is open, or it has no such component or choice.
            ValueError: something required is missing.
        """
        opened = press_or_modal if isinstance(press_or_modal, Press) else None
        modal = press_or_modal.modal if isinstance(press_or_modal, Press) else press_or_modal
        who = member or (opened.member if opened else None)
        if modal is None or who is None:
            raise LookupError("no form is open, or nobody to submit it")
        data = submitted(modal, values or {})
        return self._send(data, self.interactions.new(who, data, opened_by=opened))

    def _send(self, data: Wire, press: Press, claims: Wire | None = None) -> Press:
        self.gateway.emit("INTERACTION_CREATE", self.interactions.payload(press, data) | (claims or {}))
        return press

    def _find(self, member: Member, custom_id: str, message_id: int | None) -> tuple[StoredMessage, Wire]:
        for message, component in self._visible(member):
            if component.get("custom_id") == custom_id and message_id in (None, message.id):
                if component.get("disabled"):
                    raise LookupError(f"{custom_id} is disabled")
                return message, component
        shown = [component.get("custom_id") for _, component in self._visible(member) if component.get("custom_id")]
        raise LookupError(f"{member.name} sees no {custom_id}, only {shown}")

    def _visible(self, member: Member) -> Iterator[tuple[StoredMessage, Wire]]:
        for message in reversed(list(self.channel.seen_by(member))):
            for component in walk(message.components):
                yield message, component

    # What a moderator does.

    async def post(self, member: Member, text: str) -> int:
        """Write a message; its id."""
        return self.channel.make(member, {"content": text}).id

    async def delete_message(self, message_id: int) -> None:
        self.channel.delete(self.channel.get(message_id))

    async def pin(self, message_id: int) -> None:
        self.channel.pin(self.channel.get(message_id), self.moderator)

    async def unpin(self, message_id: int) -> None:
        self.channel.unpin(self.channel.get(message_id))

    async def suppress_embeds(self, message_id: int) -> None:
        """Remove the embeds from view, as with the cross in an embed's corner."""
        self.channel.suppress(self.channel.get(message_id))

    async def dismiss(self, member: Member, message_id: int) -> None:
        """Put a private answer out of the member's sight; the bot is told nothing."""
        message = self.channel.get(message_id, private=True)
        if message.private_to == member.id:
            message.dismissed = True
            self.changes.tell()

    async def post_raw(self, member: Member, **parts: object) -> int:
        """A message with parts of its JSON as given, such as a poll or an author of a shape that nobody expects."""
        return self.channel.make(member, {"content": "…"}, extra=parts).id

    async def archive(self, *, locked: bool = False) -> None:
        """Put the thread into the archive, as Discord does after days without a message, and lock it or not."""
        self.guild.archived, self.guild.locked = True, locked
        self._channel_changed()

    async def time_out(self, member: Member, until: float) -> None:
        """Leave a member nothing but looking, until then."""
        self.guild.timed_out_until[member.id] = until
        self.changes.tell()

    # What the bot may do.

    async def set_permissions(self, *, allow: Sequence[str] = (), deny: Sequence[str] = ()) -> None:
        """Change the channel's overwrite for the bot; permissions by discord.py's names."""
        self.guild.rights.change(self.bot_id, allow=allow, deny=deny)
        self._channel_changed()

    async def give(self, *names: str) -> None:
        await self.set_permissions(allow=names)

    async def take(self, *names: str) -> None:
        await self.set_permissions(deny=names)

    async def hide_channel(self) -> None:
        await self.take("view_channel")

    async def show_channel(self) -> None:
        await self.give("view_channel")

    async def set_role(self, role_id: int, permissions: int) -> None:
        """Change what a role may do in the whole guild."""
        role = self.guild.rights.roles[role_id]
        role.permissions = permissions
        self.gateway.emit("GUILD_ROLE_UPDATE", {"guild_id": str(self.guild_id), "role": role.wire()})
        self.changes.tell()

    async def delete_channel(self) -> None:
        """From now on it is an unknown channel."""
        self.guild.channel_exists = False
        self.gateway.emit("CHANNEL_DELETE", self.guild.channel_wire())
        self.changes.tell()

    def _channel_changed(self) -> None:
        event = "THREAD_UPDATE" if self.guild.is_thread else "CHANNEL_UPDATE"
        self.gateway.emit(event, self.guild.channel_wire())
        self.changes.tell()
