"""What Discord takes from the bot, with its limits, and about how much markdown its clients render.

A key that no model names is refused, although Discord would pass over it in silence: it is a mistake of the bot.
Discord trims texts before it counts their Unicode code points.

https://docs.discord.com/developers/resources/message#embed-object-embed-limits
https://docs.discord.com/developers/components/reference
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

import discord
from discord import ui
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from discarr.demo.discord import DiscordError, Wire
from discarr.demo.discord.channel import EPHEMERAL, SUPPRESS_EMBEDS
from discarr.demo.discord.interactions import OPEN_MODAL, Choices, walk
from discarr.view.custom_ids import action_from

SUPPRESS_NOTIFICATIONS = 1 << 12
BUTTON, MENU, RADIO, BOXES = 2, 3, 21, 22
"""Discord's numbers of these components."""

type Name = Annotated[str, Field(min_length=1, max_length=100)]


def require_limits(route: str, query: Mapping[str, str], body: Any) -> None:
    """Raise Discord's 400 if a message, a form or the length of a page breaks a limit."""
    if int(query.get("limit", 0)) > (50 if route.endswith("/pins") else 100):
        raise DiscordError(400, 50035, "Invalid Form Body")
    if route.endswith("/callback"):
        (Modal if body["type"] == OPEN_MODAL else Payload).of(body.get("data") or {})
    elif "/messages" in route and body is not None:
        Payload.of(body)
        if (body.get("flags") or 0) & EPHEMERAL and not route.startswith("/webhooks/"):
            raise DiscordError(400, 50035, "Invalid Form Body")


def require_choices(form: Wire, choices: Choices) -> None:
    """Raise AssertionError for what Discord's client lets nobody choose."""
    groups = {each["custom_id"]: each for each in walk(form["components"]) if "options" in each}
    assert set(choices) <= set(groups), f"the form has only {sorted(groups)}"
    for custom_id, given in choices.items():
        chosen = [given] if isinstance(given, str) else given
        least, most = bounds(groups[custom_id])
        assert set(chosen) <= {option["value"] for option in groups[custom_id]["options"]}
        assert least <= len(chosen) <= most


def bounds(component: Wire) -> tuple[int, int]:
    """The fewest and the most choices; without a word of the sender a checkbox group takes all, the others one."""
    most = len(component["options"]) if component["type"] == BOXES else 1
    least = 0 if component.get("required") is False else component.get("min_values", 1)
    return least, component.get("max_values", most)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)

    @classmethod
    def of(cls, body: object) -> Self:
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise DiscordError(400, 50035, f"Invalid Form Body: {error}") from error

    def wire(self) -> Wire:
        return self.model_dump(mode="json", exclude_none=True)

    @model_validator(mode="after")
    def _has_different_ids(self) -> Self:
        components = [each.wire() for each in getattr(self, "components", None) or ()]
        ids = [each["custom_id"] for each in walk(components) if "custom_id" in each]
        assert len(set(ids)) == len(ids), "Component custom id cannot be duplicated"
        return self


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


class Button(Part):
    type: Literal[2]
    style: Literal[1, 2, 3, 4]
    custom_id: Name
    label: Annotated[str, Field(min_length=1, max_length=80)]
    disabled: bool = False


class Option(Part):
    label: Name
    value: Name
    description: Annotated[str, Field(max_length=100)] | None = None
    default: bool = False


class Choice(Part):
    type: Literal[3, 21, 22]
    custom_id: Name
    options: Annotated[list[Option], Field(min_length=1, max_length=25)]
    disabled: bool = False
    min_values: Annotated[int, Field(ge=0, le=25)] | None = None
    max_values: Annotated[int, Field(ge=1, le=25)] | None = None
    required: bool | None = None

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        (least, most), number = bounds(self.wire()), len(self.options)
        assert len({option.value for option in self.options}) == number, "two options have the same value"
        assert sum(option.default for option in self.options) <= most, f"only {most} options can be chosen"
        assert least <= most <= number, f"{least} to {most} of {number} options can be chosen"
        assert self.type == MENU or number <= 10, "a group has up to ten options"
        assert self.type != RADIO or number >= 2, "radio buttons are at least two"
        return self


class Row(Part):
    type: Literal[1]
    components: list[Annotated[Button | Choice, Field(discriminator="type")]] = Field(min_length=1, max_length=5)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        kinds = [each.type for each in self.components]
        assert kinds == [MENU] or set(kinds) == {BUTTON}, "a row holds buttons, or one select"
        return self


class TextDisplay(Part):
    type: Literal[10]
    content: Annotated[str, Field(min_length=1, max_length=4000)]


class Label(Part):
    type: Literal[18]
    label: Annotated[str, Field(min_length=1, max_length=45)]
    description: Annotated[str, Field(max_length=100)] | None = None
    component: Choice


class Modal(Part):
    custom_id: Name
    title: Annotated[str, Field(min_length=1, max_length=45)]
    components: list[Annotated[TextDisplay | Label, Field(discriminator="type")]] = Field(min_length=1, max_length=5)


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
        length = sum(len(discord.Embed.from_dict(embed.wire())) for embed in self.embeds or ())
        assert length <= 6000, "Embed size exceeds maximum size of 6000"
        known = SUPPRESS_EMBEDS | EPHEMERAL | SUPPRESS_NOTIFICATIONS
        assert not (self.flags or 0) & ~known, "the loopback Discord does not know such flags"
        return self


_NODES = re.compile(
    r"\*\*.+?\*\*|`[^`\n]+`|<[^<>\s]+>|\|\|.+?\|\||~~.+?~~|\]\([^)]+\)|https?://\S+"
    r"|[\U0001f000-\U0001faff\u231a-\u23ff\u2600-\u27bf\u2b00-\u2bff]",
    re.S,
)


def nodes(text: str) -> int:
    """How many things other than text a client makes of a string; what stands inside bold text counts as well."""
    text = re.sub(r"\\[\\*_~|`\[\]]", "", text)
    inside_bold = sum(len(_NODES.findall(bold)) for bold in re.findall(r"\*\*(.+?)\*\*", text))
    return len(_NODES.findall(text)) + inside_bold


def all_text(embed: discord.Embed) -> list[str]:
    texts = [embed.title, embed.description, embed.footer.text]
    return [text or "" for text in (*texts, *(t for field in embed.fields for t in (field.name, field.value)))]


def assert_embed_fits(embed: discord.Embed) -> None:
    """It breaks no limit of Discord's, and no string is more than clients render."""
    Payload.of({"embeds": [embed.to_dict()]})
    assert embed.description
    assert all(nodes(text) <= 120 for text in all_text(embed))


def components_of(view: ui.View) -> list[Wire]:
    return [component for row in view.to_components() for component in row["components"]]


def assert_view_fits(view: ui.View) -> None:
    """It breaks no limit of Discord's, is over for discord.py, and each component is a button or a menu of the bot."""
    assert view.is_finished()
    Payload.of({"components": view.to_components()})
    assert all(action_from(component["custom_id"]) is not None for component in components_of(view))
    menus = [component for component in components_of(view) if component["type"] == MENU]
    assert menus == (view.to_components()[-1]["components"][:1] if menus else [])


def walked(form: ui.Modal) -> Iterator[Wire]:
    return walk(form.to_dict()["components"])


def assert_form_fits(form: ui.Modal) -> None:
    """It breaks no limit of Discord's, is over for discord.py, and one of its radio buttons is chosen already."""
    assert form.is_finished()
    Modal.of(form.to_dict())
    assert action_from(form.custom_id) is not None
    assert sum(len(component.get("content", "")) for component in walked(form)) <= 4000
    for radio in (component for component in walked(form) if component["type"] == RADIO):
        assert sum(option.get("default", False) for option in radio["options"]) == 1
