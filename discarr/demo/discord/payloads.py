"""The parts of messages and forms: what people see of them, and what they send back.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from .values import Wire, iso

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7

LABEL, RADIO_GROUP = 18, 21

type Choices = Mapping[str, str | list[str]]
"""What a person chooses in a form, by custom_id."""


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
