"""Filling in a form, as Discord's client does and only lets through what fits."""

from collections.abc import Mapping

from .components import ACTION_ROW, CHECKBOX, CHECKBOX_GROUP, LABEL, RADIO_GROUP, TEXT_DISPLAY, TEXT_INPUT, walk
from .values import Wire

type Value = str | list[str] | bool
"""What a person put into one component: a text or a radio's choice, several choices, a tick."""


def submitted(modal: Wire, values: Mapping[str, Value]) -> Wire:
    """The `data` of the interaction that submits a form; components that `values` does not name keep their defaults.

    Raises:
        LookupError: the form has no such component or choice.
        ValueError: Discord's client would not send it: something required is missing, too short or too long.
    """
    known = {each["custom_id"] for each in walk(modal["components"]) if "custom_id" in each}
    if strange := set(values) - known:
        raise LookupError(f"the form has no {sorted(strange)}, only {sorted(known)}")
    return {"custom_id": modal["custom_id"], "components": [_answer(each, values) for each in modal["components"]]}


def _answer(component: Wire, values: Mapping[str, Value]) -> Wire:
    head: Wire = {"type": component["type"], "id": component["id"]}
    if component["type"] == TEXT_DISPLAY:
        return head
    if component["type"] == LABEL:
        return head | {"component": _answer(component["component"], values)}
    if component["type"] == ACTION_ROW:
        return head | {"components": [_answer(each, values) for each in component["components"]]}
    given = values.get(component["custom_id"])
    head["custom_id"] = component["custom_id"]
    if component["type"] == TEXT_INPUT:
        return head | {"value": _text(component, given)}
    if component["type"] == CHECKBOX:
        return head | {"value": bool(component.get("default")) if given is None else given is True}
    chosen = _chosen(component, given)
    if component["type"] == RADIO_GROUP:
        return head | {"value": chosen[0] if chosen else None}
    return head | {"values": chosen}


def _text(component: Wire, given: Value | None) -> str:
    text = component.get("value") or "" if given is None else str(given)
    least = component.get("min_length") or int(component.get("required", True) is not False)
    if (text or component.get("required", True) is not False) and len(text) < least:
        raise ValueError(f"{component['custom_id']} needs at least {least} characters")
    if len(text) > (component.get("max_length") or 4000):
        raise ValueError(f"{component['custom_id']} takes at most {component['max_length']} characters")
    return text


def _chosen(component: Wire, given: Value | None) -> list[str]:
    options = component["options"]
    if given is None:
        chosen = [option["value"] for option in options if option.get("default")]
    else:
        chosen = [given] if isinstance(given, str) else list(given) if isinstance(given, list) else []
    if strange := set(chosen) - {option["value"] for option in options}:
        raise LookupError(f"{component['custom_id']} has no choice {sorted(strange)}")
    least, most = _bounds(component)
    if not least <= len(chosen) <= most and (chosen or component.get("required", True) is not False):
        raise ValueError(f"{component['custom_id']} takes {least} to {most} choices, not {len(chosen)}")
    return chosen


def _bounds(component: Wire) -> tuple[int, int]:
    """How many choices fit; without a word of the sender a checkbox group takes all, the others one."""
    most = component.get("max_values") or (len(component["options"]) if component["type"] == CHECKBOX_GROUP else 1)
    least = component.get("min_values")
    if least is None:
        least = int(component.get("required", True) is not False)
    return least, most
