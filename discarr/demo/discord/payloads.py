"""What a message may hold, and what Discord makes of it."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .components import MESSAGE_COMPONENTS, check_message_components
from .forms import Flag, Items, Link, Moment, Path, Problems, Rule, Shape, Snowflake, Text, Whole
from .values import Wire

log = logging.getLogger(__name__)

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15

EMBED_SUM = 6000
"""The most characters of all embeds of a message together."""

_MEDIA = Shape({"url": Link(), "width": Whole(), "height": Whole(), "proxy_url": Link(), "flags": Whole()})
_FIELD = Shape({"name": Text(256, 1), "value": Text(1024, 1), "inline": Flag()}, frozenset({"name", "value"}))
_EMBED = Shape(
    {
        "type": Text(32),
        "url": Link(),
        "title": Text(256),
        "description": Text(4096),
        "color": Whole(0, 0xFFFFFF),
        "timestamp": Moment(),
        "author": Shape({"name": Text(256), "url": Link(), "icon_url": Link()}),
        "footer": Shape({"text": Text(2048), "icon_url": Link()}),
        "fields": Items(_FIELD, 25),
        "image": _MEDIA,
        "thumbnail": _MEDIA,
        # discord.py sends it with every embed.
        "flags": Whole(),
    }
)
_MENTIONS = Shape(
    {
        "parse": Items(Text(16), 3),
        "users": Items(Snowflake(), 100),
        "roles": Items(Snowflake(), 100),
        "replied_user": Flag(),
    }
)
_PARTS: dict[str, Rule] = {
    "content": Text(2000),
    "embeds": Items(_EMBED, 10),
    "components": MESSAGE_COMPONENTS,
    "flags": Whole(),
    "allowed_mentions": _MENTIONS,
    "attachments": Items(Shape({}), 0),
    # discord.py sends it with every message, edits too.
    "tts": Flag(),
}
MESSAGE = Shape(_PARTS)
CHANNEL_MESSAGE = Shape({**_PARTS, "nonce": Text(25), "enforce_nonce": Flag(), "sticker_ids": Items(Snowflake(), 0)})


def check_message(body: Any, shape: Shape, *, flags: int, at: Path = ()) -> None:
    """Raise Discord's 400 if a body breaks a limit; `flags` are those that may be set with it."""
    problems = Problems()
    shape.check(body, at, problems)
    problems.answer()
    if sum(_counted(body.get("embeds") or [])) > EMBED_SUM:
        problems.add((*at, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_SUM}")
    asked = body.get("flags") or 0
    if asked & COMPONENTS_V2:
        log.error("Components V2 in a message: Discord can, the loopback cannot")
    if asked & ~flags:
        problems.add((*at, "flags"), "LOOPBACK_FLAGS", f"Only the flags {flags:#x} can be set here.")
    check_message_components(body.get("components") or [], (*at, "components"), problems)
    problems.answer()


def _counted(embeds: list[Wire]) -> Iterator[int]:
    """The lengths that count towards the sum: title, description, fields, footer and author of every embed."""
    for embed in embeds:
        author, footer = embed.get("author") or {}, embed.get("footer") or {}
        texts = [embed.get("title"), embed.get("description"), author.get("name"), footer.get("text")]
        for field in embed.get("fields") or []:
            texts += [field["name"], field["value"]]
        yield sum(len(text or "") for text in texts)


def stored_embeds(embeds: list[Wire] | None) -> list[Wire]:
    """Embeds as Discord keeps and answers them: trimmed, without what is empty, of the type `rich`."""
    return [kept for kept in map(_stored_embed, embeds or []) if len(kept) > 2]


def _stored_embed(embed: Wire) -> Wire:
    kept: Wire = {"type": "rich", "content_scan_version": 0}
    for key in ("title", "description", "url"):
        if text := (embed.get(key) or "").strip():
            kept[key] = text
    if embed.get("color") is not None:
        kept["color"] = embed["color"]
    if embed.get("timestamp"):
        moment = datetime.fromisoformat(embed["timestamp"])
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        kept["timestamp"] = aware.astimezone(UTC).isoformat(timespec="microseconds")
    for key, text_key in (("author", "name"), ("footer", "text")):
        if (embed.get(key) or {}).get(text_key, "").strip():
            kept[key] = embed[key] | {text_key: embed[key][text_key].strip()}
    for key in ("image", "thumbnail"):
        if (embed.get(key) or {}).get("url"):
            kept[key] = {"url": embed[key]["url"], "proxy_url": embed[key]["url"], "width": 0, "height": 0, "flags": 0}
    if embed.get("fields"):
        kept["fields"] = [
            {"name": field["name"].strip(), "value": field["value"].strip(), "inline": bool(field.get("inline"))}
            for field in embed["fields"]
        ]
    return kept
