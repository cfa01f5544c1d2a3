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

BUTTON, SELECT, TEXT_DISPLAY, LABEL, RADIO_GROUP, CHECKBOX_GROUP = 2, 3, 10, 18, 21, 22


def visible(body: Wire) -> Wire:
    """Return those of the parts that people see which the body names; an embed without anything to show is left out."""
    embeds = [_embed(each) for each in body.get("embeds") or ()]
    parts = {
        "content": trimmed(body.get("content") or ""),
        "embeds": [embed for embed in embeds if len(embed) > 1],
        "components": numbered(trimmed(body.get("components") or [])),
    }
    return {part: value for part, value in parts.items() if part in body}


def form(data: Wire) -> Wire:
    """Return a form as Discord shows it."""
    return {**trimmed(data), "components": numbered(trimmed(data["components"]))}


def _embed(embed: Wire) -> Wire:
    """The flags are discord.py's, which sends them with every embed."""
    shown = {key: value for key, value in trimmed(embed).items() if value and key != "flags"}
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


def numbered(tree: list[Wire]) -> list[Wire]:
    """Give each component without an `id` one, as Discord does."""
    for number, component in enumerate(walk(tree), 1):
        component.setdefault("id", number)
    return tree


def submitted(modal: Wire, values: Mapping[str, str | list[str]]) -> Wire:
    """Return the `data` of the interaction that submits a form, as Discord's client lets a person fill it in."""
    known = {each["custom_id"] for each in walk(modal["components"]) if "custom_id" in each}
    if strange := set(values) - known:
        raise LookupError(f"the form has no {sorted(strange)}, only {sorted(known)}")
    return {"custom_id": modal["custom_id"], "components": [_answer(each, values) for each in modal["components"]]}


def _answer(component: Wire, values: Mapping[str, str | list[str]]) -> Wire:
    head: Wire = {"type": component["type"], "id": component["id"]}
    if component["type"] == TEXT_DISPLAY:
        return head
    if component["type"] == LABEL:
        return head | {"component": _answer(component["component"], values)}
    head["custom_id"] = component["custom_id"]
    chosen = _chosen(component, values.get(component["custom_id"]))
    if component["type"] == RADIO_GROUP:
        return head | {"value": chosen[0] if chosen else None}
    return head | {"values": chosen}


def _chosen(component: Wire, given: str | list[str] | None) -> list[str]:
    offered = [option["value"] for option in component["options"]]
    if given is None:
        chosen = [option["value"] for option in component["options"] if option.get("default")]
    else:
        chosen = [given] if isinstance(given, str) else given
    if strange := set(chosen) - set(offered):
        raise LookupError(f"{component['custom_id']} has no choice {sorted(strange)}")
    least, most = bounds(component)
    if not least <= len(chosen) <= most:
        raise ValueError(f"{component['custom_id']} takes {least} to {most} choices, not {len(chosen)}")
    return chosen


def bounds(component: Wire) -> tuple[int, int]:
    """The fewest and the most choices; without a word of the sender a checkbox group takes all, the others one."""
    most = len(component["options"]) if component["type"] == CHECKBOX_GROUP else 1
    least = 0 if component.get("required") is False else component.get("min_values", 1)
    return least, component.get("max_values", most)
