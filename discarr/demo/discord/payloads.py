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
    """Return the `data` of the interaction that submits a form; what is not chosen keeps its default.

    LookupError if there is no such component or choice; ValueError if too few or too many are chosen.
    """
    known = {each["custom_id"] for each in walk(modal["components"]) if "custom_id" in each}
    if strange := set(choices) - known:
        raise LookupError(f"the form has no {sorted(strange)}, only {sorted(known)}")
    return {"custom_id": modal["custom_id"], "components": [_filled_in(each, choices) for each in modal["components"]]}


def _filled_in(part: Wire, choices: Choices) -> Wire:
    if part["type"] != LABEL:
        return {"type": part["type"]}
    component = part["component"]
    chosen = _chosen(component, choices.get(component["custom_id"]))
    is_one = component["type"] == RADIO_GROUP
    value = {"value": chosen[0] if chosen else None} if is_one else {"values": chosen}
    return {"type": LABEL, "component": {"type": component["type"], "custom_id": component["custom_id"]} | value}


def _chosen(component: Wire, given: str | list[str] | None) -> list[str]:
    options = component["options"]
    if given is None:
        given = [option["value"] for option in options if option.get("default")]
    chosen = [given] if isinstance(given, str) else given
    if strange := set(chosen) - {option["value"] for option in options}:
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
