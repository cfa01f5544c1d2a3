"""Accesses one channel over REST. Messages stay as Discord sends them, except for the bot's own."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import discord

from discarr.bot._discord_internals import request
from discarr.bot.discord_errors import answer_from_discord

type Wire = Mapping[str, Any]
"""A JSON object as Discord sends or takes it."""

_CHANNEL = "/channels/{channel_id}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_PINS = f"{_MESSAGES}/pins"

PIN_PAGES = 5
"""Pages of 50 pins; Discord keeps at most 250 in a channel."""
PAGE = 100
"""Messages in one page of history, Discord's maximum."""
_EMBEDS_HIDDEN, _SILENT = 1 << 2, 1 << 12


class Message(NamedTuple):
    """A message of the bot, as Discord answered it."""

    id: int
    pinned: bool
    embeds_hidden: bool
    """A moderator removed the embed."""
    changed_at: datetime
    """When it was last edited, or posted if it never was, by Discord's clock."""
    visible: Wire
    """The parts that people see, in a form that can be compared."""

    def shows(self, payload: Wire) -> bool:
        """Return whether people see what this request asked for, as far as Discord's answer tells."""
        asked = _visible(payload)
        return all(asked[part] == seen for part, seen in self.visible.items())


def _visible(body: Wire) -> Wire:
    """Return what people see of a message, or will see of a request for one.

    It ignores white space, which Discord trims, and everything that Discord adds.
    """
    embeds = [
        (
            *(_text(embed.get(key)) for key in ("title", "description")),
            *(_text(part) for field in embed.get("fields") or () for part in (field["name"], field["value"])),
            _text((embed.get("footer") or {}).get("text")),
            str(embed.get("timestamp"))[: len("2026-07-01T12:00:00")],
        )
        for embed in body.get("embeds", ())
    ]
    buttons = [
        (button.get("custom_id"), button.get("label"), bool(button.get("disabled")))
        for row in body.get("components", ())
        for button in row["components"]
    ]
    parts = {"content": _text(body.get("content")), "embeds": embeds, "components": buttons}
    return {part: seen for part, seen in parts.items() if part in body}


def _text(text: str | None) -> str:
    return "".join((text or "").split())


class Channel:
    """The routes of one channel. Every method that sends a request can raise DISCORD_ERRORS."""

    def __init__(self, client: discord.Client, channel_id: int) -> None:
        self._client, self._id = client, channel_id
        self._request = partial(request, client, channel_id=channel_id)

    @property
    def user_id(self) -> int:
        """The bot's own id; 0 before it has logged in."""
        return 0 if self._client.user is None else self._client.user.id

    async def facts(self, channel_id: int | None = None) -> Wire:
        """Return Discord's object of this channel, or of another one such as its parent."""
        return _object(await request(self._client, "GET", _CHANNEL, channel_id=channel_id or self._id))

    async def guild(self, guild_id: int) -> Wire:
        """Return Discord's object of a server, with its roles."""
        return _object(await request(self._client, "GET", "/guilds/{guild_id}", guild_id=guild_id))

    async def member(self, guild_id: int, user_id: int) -> Wire:
        """Return Discord's object of a member of a server."""
        path = "/guilds/{guild_id}/members/{user_id}"
        return _object(await request(self._client, "GET", path, guild_id=guild_id, user_id=user_id))

    async def pins(self) -> list[Wire]:
        """Return the pinned messages, the last pinned first; skip whatever is no JSON object."""
        found: list[Wire] = []
        query: dict[str, str | int] = {"limit": 50}
        for _ in range(PIN_PAGES):
            page = _object(await self._request("GET", _PINS, query=query))
            items = list(objects(page.get("items")))
            found += objects(item.get("message") for item in items)
            before = items[-1].get("pinned_at") if items else None
            if page.get("has_more") is not True or not isinstance(before, str) or before == query.get("before"):
                break
            query["before"] = before
        return found

    async def history(self, before: int | None = None) -> list[Wire]:
        """The newest messages, or the newest before this id; an empty object for each that is none at all."""
        query = {"limit": PAGE} | ({} if before is None else {"before": before})
        answer = await self._request("GET", _MESSAGES, query=query)
        with answer_from_discord():
            if not isinstance(answer, list):
                raise TypeError
        return [message if isinstance(message, dict) else {} for message in answer]

    async def message(self, message_id: int) -> Message:
        return _message(await self._request("GET", _MESSAGE, message_id=message_id))

    async def post(self, payload: Wire) -> Message:
        """Post a message without a notification. The nonce prevents a repeated request from posting twice."""
        body = {"flags": _SILENT, "nonce": str(secrets.randbits(63)), "enforce_nonce": True, **payload}
        return _message(await self._request("POST", _MESSAGES, body=body))

    async def edit(self, message_id: int, payload: Wire) -> Message:
        """Edit a message of the bot; return it as it is now."""
        return _message(await self._request("PATCH", _MESSAGE, message_id=message_id, body=payload))

    async def show_embeds(self, message_id: int) -> Message:
        """Show the embeds of a message again."""
        return _message(await self._request("PATCH", _MESSAGE, message_id=message_id, body={"flags": 0}))

    async def delete(self, message_id: int) -> None:
        await self._request("DELETE", _MESSAGE, message_id=message_id)

    async def pin(self, message_id: int) -> None:
        """Pin a message. Discord posts a notice about it."""
        await self._request("PUT", _PINS + "/{message_id}", message_id=message_id)

    async def reopen(self) -> None:
        """Unarchive the thread."""
        await self._request("PATCH", _CHANNEL, body={"archived": False})


def objects(values: Any) -> Iterator[Wire]:
    """Yield the JSON objects among these values; nothing if they cannot be iterated."""
    if isinstance(values, Iterable) and not isinstance(values, str):
        yield from (value for value in values if isinstance(value, dict))


def _object(answer: Any) -> Wire:
    with answer_from_discord():
        if not isinstance(answer, dict):
            raise TypeError
    return answer


def _message(answer: Any) -> Message:
    with answer_from_discord():
        return Message(
            id=int(answer["id"]),
            pinned=bool(answer["pinned"]),
            embeds_hidden=bool(answer.get("flags", 0) & _EMBEDS_HIDDEN),
            changed_at=_moment(answer.get("edited_timestamp") or answer["timestamp"]),
            visible=_visible(answer),
        )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
