"""What Discord takes: the limits of embeds, buttons and forms, and about how much markdown its clients render."""

import re
from collections.abc import Iterator
from typing import Any

import discord
from discord import ui

from discarr.view.custom_ids import action_from

BUTTON, MENU, RADIO, BOXES = 2, 3, 21, 22
"""Discord's numbers of these components."""

type Json = dict[str, Any]

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
    """Every string of an embed that Discord renders."""
    texts = [embed.title, embed.description, embed.footer.text]
    return [text or "" for text in (*texts, *(t for field in embed.fields for t in (field.name, field.value)))]


def assert_embed_fits(embed: discord.Embed) -> None:
    """Source: Discord's documentation, Embed Limits."""
    assert len(embed) <= 6000
    assert len(embed.title or "") <= 256
    assert 0 < len(embed.description or "") <= 4096
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 0 < len(field.name or "") <= 256
        assert 0 < len(field.value or "") <= 1024
    for text in all_text(embed):
        assert nodes(text) <= 120
        text.encode()


def rows_of(view: ui.View) -> list[list[Json]]:
    """The rows of components."""
    return [row["components"] for row in view.to_components()]


def components_of(view: ui.View) -> list[Json]:
    """All components in their order."""
    return [component for row in rows_of(view) for component in row]


def assert_view_fits(view: ui.View) -> None:
    """Source: Discord's documentation, Message Components."""
    rows = rows_of(view)
    ids = [component["custom_id"] for component in components_of(view)]
    assert len(rows) <= 5
    assert all(0 < len(row) <= 5 for row in rows)
    assert len(ids) == len(set(ids))
    assert all(action_from(id) is not None and len(id) <= 100 for id in ids)
    for component in components_of(view):
        if component["type"] == BUTTON:
            assert 0 < len(component["label"]) <= 80
        else:
            assert component["type"] == MENU and len(rows[-1]) == 1
            assert 0 < len(component["options"]) <= 25
            assert len({option["value"] for option in component["options"]}) == len(component["options"])
            assert all(0 < len(option["label"]) <= 100 for option in component["options"])
            assert sum(option.get("default", False) for option in component["options"]) <= 1


def walked(form: ui.Modal) -> Iterator[Json]:
    """All components of a form, also those inside of its labels."""
    for component in form.to_dict()["components"]:
        yield component
        if "component" in component:
            yield component["component"]


def assert_form_fits(form: ui.Modal) -> None:
    """Source: Discord's documentation, Modal, Label, Radio Group and Checkbox Group."""
    made = form.to_dict()
    assert 0 < len(made["title"]) <= 45
    assert len(made["custom_id"]) <= 100 and action_from(made["custom_id"]) is not None
    assert 0 < len(made["components"]) <= 5
    assert sum(len(component.get("content", "")) for component in walked(form)) <= 4000
    ids = [component["custom_id"] for component in walked(form) if "custom_id" in component]
    assert len(ids) == len(set(ids))
    for component in walked(form):
        if "label" in component:
            assert 0 < len(component["label"]) <= 45
            assert len(component.get("description") or "") <= 100
        if "options" in component:
            _assert_options_fit(component)


def _assert_options_fit(component: Json) -> None:
    options: list[Json] = component["options"]
    assert (2 if component["type"] == RADIO else 1) <= len(options) <= 10
    assert len({option["value"] for option in options}) == len(options)
    for option in options:
        assert 0 < len(option["label"]) <= 100
        assert 0 < len(option["value"]) <= 100
        assert len(option.get("description") or "") <= 100
        option["label"].encode()
    if component["type"] == RADIO:
        assert sum(option.get("default", False) for option in options) == 1
