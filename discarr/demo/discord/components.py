"""Which buttons, selects and forms Discord takes, and how it numbers them."""

from collections.abc import Iterator
from typing import Any

from .forms import ByType, Choice, Flag, Items, Link, Path, Problems, Rule, Shape, Snowflake, Text, Whole
from .values import Wire

ACTION_ROW, BUTTON, SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 2, 3, 4, 10, 18
RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 21, 22, 23
LINK_STYLE = 5

_CUSTOM_ID = Text(100, 1)
_EMOJI = Shape({"id": Snowflake(), "name": Text(32), "animated": Flag()}, frozenset({"name"}))
_OPTION_PARTS: dict[str, Rule] = {
    "label": Text(100, 1),
    "value": Text(100, 1),
    "description": Text(100),
    "default": Flag(),
}
_OPTION = Shape(_OPTION_PARTS, frozenset({"label", "value"}))
_SELECT_OPTION = Shape(_OPTION_PARTS | {"emoji": _EMOJI}, frozenset({"label", "value"}))


def _component(kind: int, *needs: str, **fields: Rule) -> Shape:
    return Shape({"type": Choice((kind,)), "id": Whole(), **fields}, frozenset({"type", *needs}))


_BUTTON = _component(
    BUTTON,
    "style",
    custom_id=_CUSTOM_ID,
    style=Choice((1, 2, 3, 4, 5)),
    label=Text(80),
    disabled=Flag(),
    url=Link(512),
    emoji=_EMOJI,
)
_SELECT = _component(
    SELECT,
    "custom_id",
    "options",
    custom_id=_CUSTOM_ID,
    placeholder=Text(150),
    min_values=Whole(0, 25),
    max_values=Whole(1, 25),
    disabled=Flag(),
    required=Flag(),
    options=Items(_SELECT_OPTION, 25, 1),
)
_TEXT_INPUT = _component(
    TEXT_INPUT,
    "custom_id",
    "style",
    custom_id=_CUSTOM_ID,
    style=Choice((1, 2)),
    label=Text(45),
    value=Text(4000),
    placeholder=Text(100),
    required=Flag(),
    min_length=Whole(0, 4000),
    max_length=Whole(1, 4000),
)
_RADIO_GROUP = _component(
    RADIO_GROUP, "custom_id", "options", custom_id=_CUSTOM_ID, required=Flag(), options=Items(_OPTION, 10, 2)
)
_CHECKBOX_GROUP = _component(
    CHECKBOX_GROUP,
    "custom_id",
    "options",
    custom_id=_CUSTOM_ID,
    required=Flag(),
    min_values=Whole(0, 10),
    max_values=Whole(1, 10),
    options=Items(_OPTION, 10, 1),
)
_CHECKBOX = _component(CHECKBOX, "custom_id", custom_id=_CUSTOM_ID, default=Flag())
_TEXT_DISPLAY = _component(TEXT_DISPLAY, "content", content=Text(4000, 1))
_LABELLED = ByType(
    {
        SELECT: _SELECT,
        TEXT_INPUT: _TEXT_INPUT,
        RADIO_GROUP: _RADIO_GROUP,
        CHECKBOX_GROUP: _CHECKBOX_GROUP,
        CHECKBOX: _CHECKBOX,
    }
)
_LABEL = _component(LABEL, "label", "component", label=Text(45, 1), description=Text(100), component=_LABELLED)
_OLD_ROW = _component(ACTION_ROW, "components", components=Items(ByType({TEXT_INPUT: _TEXT_INPUT}), 1, 1))

_ROW = _component(ACTION_ROW, "components", components=Items(ByType({BUTTON: _BUTTON, SELECT: _SELECT}), 5, 1))

MESSAGE_COMPONENTS = Items(ByType({ACTION_ROW: _ROW}), 5)
_MODAL = Shape(
    {
        "custom_id": _CUSTOM_ID,
        "title": Text(45, 1),
        "components": Items(ByType({ACTION_ROW: _OLD_ROW, TEXT_DISPLAY: _TEXT_DISPLAY, LABEL: _LABEL}), 5, 1),
    },
    frozenset({"custom_id", "title", "components"}),
)


def check_message_components(rows: list[Wire], at: Path, problems: Problems) -> None:
    """What a table of lengths cannot say about a message's rows; their shapes have been checked."""
    _check_unique(rows, at, problems)
    for number, row in enumerate(rows):
        if len(row["components"]) > 1 and any(each["type"] == SELECT for each in row["components"]):
            problems.add((*at, number), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row.")
        for index, component in enumerate(row["components"]):
            path = (*at, number, "components", index)
            if component["type"] == BUTTON:
                _check_button(component, path, problems)
            else:
                _check_options(component, path, problems)


def check_modal(body: Any, at: Path) -> None:
    """Raise Discord's 400 if a form breaks a limit."""
    problems = Problems()
    _MODAL.check(body, at, problems)
    problems.answer()
    components = (*at, "components")
    _check_unique(body["components"], components, problems)
    for index, top in enumerate(body["components"]):
        _check_top(top, (*components, index), problems)
    problems.answer()


def _check_top(top: Wire, path: Path, problems: Problems) -> None:
    if top["type"] == ACTION_ROW and not top["components"][0].get("label"):
        problems.add((*path, "components", 0, "label"), "BASE_TYPE_REQUIRED", "This field is required")
    if top["type"] != LABEL:
        return
    component, inside = top["component"], (*path, "component")
    if component["type"] == TEXT_INPUT and component.get("label"):
        problems.add((*inside, "label"), "LABEL_IN_LABEL", "A text input in a label has no label of its own.")
    if component.get("disabled"):
        problems.add((*inside, "disabled"), "DISABLED_IN_MODAL", "A form's components cannot be disabled.")
    if "options" in component:
        _check_options(component, inside, problems)


def _check_button(button: Wire, path: Path, problems: Problems) -> None:
    wanted, other = ("url", "custom_id") if button["style"] == LINK_STYLE else ("custom_id", "url")
    if not button.get(wanted):
        problems.add((*path, wanted), "BASE_TYPE_REQUIRED", "This field is required")
    if button.get(other):
        problems.add((*path, other), "BUTTON_COMPONENT_INVALID", f"A button of this style has no {other}.")
    if not (button.get("label") or "").strip() and not button.get("emoji"):
        problems.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji.")


def _check_options(component: Wire, path: Path, problems: Problems) -> None:
    options, at = component["options"], (*path, "options")
    most = component.get("max_values") or (len(options) if component["type"] == CHECKBOX_GROUP else 1)
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        problems.add(at, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
    if sum(bool(option.get("default")) for option in options) > most:
        problems.add(at, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", f"Only {most} options can be default.")
    if (component.get("min_values") or 0) > most:
        problems.add((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES", "min_values must not exceed max_values.")
    if most > len(options):
        problems.add((*path, "max_values"), "SELECT_COMPONENT_MAX_VALUES", "max_values must not exceed the options.")


def _check_unique(tree: list[Wire], at: Path, problems: Problems) -> None:
    seen: set[str] = set()
    for component in walk(tree):
        custom_id = component.get("custom_id")
        if custom_id in seen:
            problems.add(at, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        elif custom_id:
            seen.add(custom_id)


def walk(tree: list[Wire]) -> Iterator[Wire]:
    """Every component, also those in rows and labels, in the order of the screen."""
    for component in tree:
        yield component
        yield from walk(component.get("components") or [])
        if component.get("component"):
            yield from walk([component["component"]])


def numbered(tree: list[Wire]) -> list[Wire]:
    """A copy in which each component has an `id`, as Discord counts them: from 1, where the sender gave none."""
    copy = [_copy(component) for component in tree]
    taken = {each["id"] for each in walk(copy) if each.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for component in walk(copy):
        if not component.get("id"):
            component["id"] = next(free)
    return copy


def _copy(component: Wire) -> Wire:
    copy = {key: value for key, value in component.items() if value is not None}
    if "components" in copy:
        copy["components"] = [_copy(each) for each in copy["components"]]
    if "component" in copy:
        copy["component"] = _copy(copy["component"])
    return copy
