"""The REST routes of interactions: the first answer, the original message and follow-ups."""

from aiohttp import web

from .channel import DEFAULT, REPLY, LoopbackChannel, StoredMessage, is_private
from .components import check_modal, numbered
from .forms import Choice, Problems
from .guild import Guild
from .http import API, body_of, id_of, json_answer, nothing
from .interactions import COMPONENT, Interactions, Press
from .payloads import EPHEMERAL, LOADING, MESSAGE, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, check_message
from .values import DiscordError, Wire

SAY, THINK, DEFER_UPDATE, UPDATE, OPEN_MODAL = 4, 5, 6, 7, 9
"""Kinds of first answers."""

ANSWER_FLAGS = EPHEMERAL | SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS
ANY_FLAGS = 2**31 - 1


class Answers:
    def __init__(self, guild: Guild, channel: LoopbackChannel, interactions: Interactions) -> None:
        self._guild = guild
        self._channel = channel
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        webhook = f"{API}/webhooks/{{application}}/{{token}}"
        return [
            web.post(f"{API}/interactions/{{interaction}}/{{token}}/callback", self.callback),
            web.post(webhook, self.follow_up),
            web.get(f"{webhook}/messages/{{message}}", self.get),
            web.patch(f"{webhook}/messages/{{message}}", self.edit),
            web.delete(f"{webhook}/messages/{{message}}", self.delete),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        """The first answer; only one is taken, and within 3 seconds."""
        press = self._interactions.to_answer(id_of(request, "interaction"), request.match_info["token"])
        body = await body_of(request)
        kind, data = body.get("type"), body.get("data") or {}
        self._check(press, kind, data)
        message = self._take(press, kind, data)
        self._interactions.acknowledge(press, {"type": kind, "data": data})
        if request.query.get("with_response") not in ("1", "true", "True"):
            return nothing()
        return json_answer(_callback_wire(press, kind, message))

    def _check(self, press: Press, kind: object, data: Wire) -> None:
        """A form cannot be answered with a form, and only what sits on a message can update one."""
        updates = () if press.source is None else (DEFER_UPDATE, UPDATE)
        modals = (OPEN_MODAL,) if press.kind == COMPONENT else ()
        problems = Problems()
        Choice((SAY, THINK, *updates, *modals)).check(kind, ("type",), problems)
        problems.answer()
        if kind == OPEN_MODAL:
            check_modal(data, ("data",))
        elif kind in (SAY, UPDATE):
            check_message(data, MESSAGE, flags=ANSWER_FLAGS if kind == SAY else ANY_FLAGS, at=("data",))
        elif kind == THINK and data.get("flags", 0) & ~EPHEMERAL:
            problems.add(("data", "flags"), "LOOPBACK_FLAGS", "Thinking takes only the flag of a private answer.")
        problems.answer()

    def _take(self, press: Press, kind: object, data: Wire) -> StoredMessage | None:
        if kind == OPEN_MODAL:
            press.modal = data | {"components": numbered(data["components"])}
            return None
        if kind == SAY:
            message = self._answer(press, data)
            press.original_id = message.id
            return message
        if kind == THINK:
            message = self._answer(press, {}, flags=LOADING | (data.get("flags") or 0))
            press.original_id = message.id
            return message
        if press.source is None:
            return None
        press.original_id = press.source.id
        if kind == UPDATE:
            self._edit(press, self._channel.get(press.source.id, private=True), data)
        return press.source

    def _answer(self, press: Press, body: Wire, *, flags: int = 0) -> StoredMessage:
        """A new message, private if its flags say so."""
        private_to = press.member.id if is_private(flags | (body.get("flags") or 0)) else None
        extra: Wire = {
            "application_id": str(self._guild.application_id),
            "webhook_id": str(self._guild.application_id),
            "interaction_metadata": press.metadata,
        }
        kind = DEFAULT
        if press.source is not None:
            kind = REPLY
            extra["message_reference"] = self._channel.reference(press.source)
        message = self._channel.make(self._guild.bot, body, flags=flags, private_to=private_to, kind=kind, extra=extra)
        press.answer_ids.append(message.id)
        return message

    async def follow_up(self, request: web.Request) -> web.Response:
        """Another message; the first after "thinking" takes that one's place and keeps its privacy."""
        press = self._press(request)
        body = await body_of(request)
        check_message(body, MESSAGE, flags=ANSWER_FLAGS)
        original = None if press.original_id is None else self._channel.all.get(press.original_id)
        if original is not None and original.flags & LOADING:
            self._edit(press, original, body)
            return json_answer(original.wire())
        return json_answer(self._answer(press, body).wire())

    async def get(self, request: web.Request) -> web.Response:
        return json_answer(self._message(request, self._press(request)).wire())

    async def edit(self, request: web.Request) -> web.Response:
        press = self._press(request)
        message, body = self._message(request, press), await body_of(request)
        check_message(body, MESSAGE, flags=ANY_FLAGS)
        self._edit(press, message, body)
        return json_answer(message.wire())

    async def delete(self, request: web.Request) -> web.Response:
        self._channel.delete(self._message(request, self._press(request)))
        return nothing()

    def _edit(self, press: Press, message: StoredMessage, body: Wire) -> None:
        self._channel.edit(message, body)
        if message.id not in press.answer_ids:
            press.answer_ids.append(message.id)

    def _press(self, request: web.Request) -> Press:
        return self._interactions.by_token(id_of(request, "application"), request.match_info["token"])

    def _message(self, request: web.Request, press: Press) -> StoredMessage:
        """One of the press's own messages: `@original` or one by its id."""
        original = request.match_info["message"] == "@original"
        message_id = press.original_id if original else id_of(request, "message")
        if message_id is None or message_id not in (*press.answer_ids, press.original_id):
            raise DiscordError(404, 10008, "Unknown Message")
        return self._channel.get(message_id, private=True)


def _callback_wire(press: Press, kind: object, message: StoredMessage | None) -> Wire:
    interaction: Wire = {"id": str(press.interaction_id), "type": press.kind}
    if message is None:
        return {"interaction": interaction}
    interaction |= {
        "response_message_id": str(message.id),
        "response_message_loading": bool(message.flags & LOADING),
        "response_message_ephemeral": is_private(message.flags),
    }
    return {"interaction": interaction, "resource": {"type": kind, "message": message.wire()}}
