"""What Discord takes from the bot, with its limits, and the form it keeps it in.

A key that no model names is refused, although Discord would pass over it in silence: it is a mistake of the bot.
Discord trims texts before it counts their Unicode code points.

https://docs.discord.com/developers/resources/message#embed-object-embed-limits
https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_serializer, model_validator

from .values import DiscordError, Wire, iso

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12

BUTTON, SELECT, TEXT_DISPLAY, LABEL, RADIO_GROUP, CHECKBOX_GROUP = 2, 3, 10, 18, 21, 22

EMBED_SUM = 6000
"""The most characters of all embeds of a message together."""

type CustomId = Annotated[str, Field(min_length=1, max_length=100)]
type Name = Annotated[str, Field(min_length=1, max_length=100)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)

    @classmethod
    def of(cls, body: object) -> Self:
        """Raises Discord's 400 if it breaks a limit."""
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise DiscordError(400, 50035, "Invalid Form Body", _tree(error)) from error

    def wire(self) -> Wire:
        """As Discord answers it: without what is empty."""
        return self.model_dump(mode="json", exclude_none=True)


class Footer(Part):
    text: Annotated[str, Field(max_length=2048)]


class EmbedField(Part):
    name: Annotated[str, Field(min_length=1, max_length=256)]
    value: Annotated[str, Field(min_length=1, max_length=1024)]
    inline: bool = False


class Embed(Part):
    type: Literal["rich"] = "rich"
    title: Annotated[str, Field(max_length=256)] | None = None
    description: Annotated[str, Field(max_length=4096)] | None = None
    color: Annotated[int, Field(ge=0, le=0xFFFFFF)] | None = None
    timestamp: Annotated[datetime, Field(strict=False)] | None = None
    footer: Footer | None = None
    fields: Annotated[list[EmbedField], Field(max_length=25)] | None = None
    flags: int | None = Field(default=None, exclude=True)
    """discord.py sends it with every embed."""

    @field_serializer("timestamp")
    def _moment(self, timestamp: datetime | None) -> str | None:
        return None if timestamp is None else iso(timestamp.replace(tzinfo=timestamp.tzinfo or UTC).timestamp())

    @property
    def length(self) -> int:
        """The characters that count towards the sum."""
        texts = [self.title, self.description, self.footer and self.footer.text]
        texts += [text for field in self.fields or () for text in (field.name, field.value)]
        return sum(len(text or "") for text in texts)


class Button(Part):
    type: Literal[2]
    id: int | None = None
    style: Literal[1, 2, 3, 4]
    custom_id: CustomId
    label: Annotated[str, Field(min_length=1, max_length=80)]
    disabled: bool = False


class Option(Part):
    label: Name
    value: Name
    description: Annotated[str, Field(max_length=100)] | None = None
    default: bool = False


class Choice(Part):
    """A select, a group of radio buttons or one of checkboxes."""

    type: Literal[3, 21, 22]
    id: int | None = None
    custom_id: CustomId
    options: Annotated[list[Option], Field(min_length=1, max_length=25)]
    disabled: bool = False
    min_values: Annotated[int, Field(ge=0, le=25)] | None = None
    max_values: Annotated[int, Field(ge=1, le=25)] | None = None
    required: bool | None = None

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        least, most = bounds(self.wire())
        if len({option.value for option in self.options}) < len(self.options):
            raise ValueError("two options have the same value")
        if sum(option.default for option in self.options) > most or not least <= most <= len(self.options):
            raise ValueError(f"{most} options can be chosen, and at least {least}")
        if self.type != SELECT and len(self.options) > 10:
            raise ValueError("a group has up to ten options")
        if self.type == RADIO_GROUP and len(self.options) < 2:
            raise ValueError("radio buttons are at least two")
        return self


class Row(Part):
    type: Literal[1]
    id: int | None = None
    components: Annotated[
        list[Annotated[Button | Choice, Field(discriminator="type")]], Field(min_length=1, max_length=5)
    ]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        kinds = [each.type for each in self.components]
        if kinds != [SELECT] and set(kinds) != {BUTTON}:
            raise ValueError("a row holds buttons, or one select")
        return self


class TextDisplay(Part):
    type: Literal[10]
    id: int | None = None
    content: Annotated[str, Field(min_length=1, max_length=4000)]


class Label(Part):
    type: Literal[18]
    id: int | None = None
    label: Annotated[str, Field(min_length=1, max_length=45)]
    description: Annotated[str, Field(max_length=100)] | None = None
    component: Choice


class Modal(Part):
    custom_id: CustomId
    title: Annotated[str, Field(min_length=1, max_length=45)]
    components: Annotated[
        list[Annotated[TextDisplay | Label, Field(discriminator="type")]], Field(min_length=1, max_length=5)
    ]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _require_different_ids(self.wire()["components"])
        return self

    def wire(self) -> Wire:
        wire = super().wire()
        return wire | {"components": numbered(wire["components"])}


class Payload(Part):
    """A message that is sent, or what is to change in one."""

    content: Annotated[str, Field(max_length=2000)] | None = None
    embeds: Annotated[list[Embed], Field(max_length=10)] | None = None
    components: Annotated[list[Row], Field(max_length=5)] | None = None
    flags: int | None = None
    nonce: Annotated[str, Field(max_length=25)] | None = None
    enforce_nonce: bool | None = None
    allowed_mentions: dict[str, Any] | None = None
    tts: bool | None = None
    """discord.py sends it with every message, as it does `attachments`."""
    attachments: Annotated[list[Any], Field(max_length=0)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(embed.length for embed in self.embeds or ()) > EMBED_SUM:
            raise ValueError(f"Embed size exceeds maximum size of {EMBED_SUM}")
        if (self.flags or 0) & ~(SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS):
            raise ValueError("the loopback Discord does not know such flags")
        _require_different_ids(self.visible.get("components", []))
        return self

    @property
    def visible(self) -> Wire:
        """Those of the parts that people see which the body names; an embed without anything to show is left out."""
        embeds = [{key: value for key, value in embed.wire().items() if value} for embed in self.embeds or ()]
        parts = {
            "content": self.content or "",
            "embeds": [embed for embed in embeds if len(embed) > 1],
            "components": numbered([row.wire() for row in self.components or ()]),
        }
        return {part: value for part, value in parts.items() if part in self.model_fields_set}


def _require_different_ids(components: list[Wire]) -> None:
    ids = [each["custom_id"] for each in walk(components) if "custom_id" in each]
    if len(set(ids)) < len(ids):
        raise ValueError("Component custom id cannot be duplicated")


def _tree(error: ValidationError) -> Wire:
    """Each error under its path, as Discord's client libraries expect it."""
    tree: Wire = {}
    for each in error.errors():
        branch = tree
        for step in each["loc"]:
            branch = branch.setdefault(str(step), {})
        branch.setdefault("_errors", []).append({"code": each["type"].upper(), "message": each["msg"]})
    return tree


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
    """The `data` of the interaction that submits a form; components that `values` does not name keep their defaults.

    Raises:
        LookupError: the form has no such component or choice.
        ValueError: too few or too many are chosen; Discord's client would not send it.
    """
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
        chosen = [option["value"] for option in component["options"] if option["default"]]
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
