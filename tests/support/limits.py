"""What Discord takes: the limits of embeds, buttons and forms, and about how much markdown its clients render."""

import re
from collections.abc import Iterator
from typing import Any

import discord
from discord import ui

from discarr.demo.discord.interactions import walk
from discarr.view.custom_ids import action_from
from tests.support.discord_limits import Modal, Payload

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
    texts = [embed.title, embed.description, embed.footer.text]
    return [text or "" for text in (*texts, *(t for field in embed.fields for t in (field.name, field.value)))]


def assert_embed_fits(embed: discord.Embed) -> None:
    """It breaks no limit of Discord's, and no string is more than clients render."""
    Payload.of({"embeds": [embed.to_dict()]})
    assert embed.description
    assert all(nodes(text) <= 120 for text in all_text(embed))


def rows_of(view: ui.View) -> list[list[Json]]:
    return [row["components"] for row in view.to_components()]


def components_of(view: ui.View) -> list[Json]:
    return [component for row in rows_of(view) for component in row]


def assert_view_fits(view: ui.View) -> None:
    """It breaks no limit of Discord's, is over for discord.py, and each component is a button or a menu of the bot."""
    assert view.is_finished()
    Payload.of({"components": view.to_components()})
    assert all(action_from(component["custom_id"]) is not None for component in components_of(view))
    menus = [component for component in components_of(view) if component["type"] == MENU]
    assert menus == ([rows_of(view)[-1][0]] if menus else [])


def walked(form: ui.Modal) -> Iterator[Json]:
    """All components of a form, also those inside of its labels."""
    return walk(form.to_dict()["components"])


def assert_form_fits(form: ui.Modal) -> None:
    """It breaks no limit of Discord's, is over for discord.py, and one of its radio buttons is chosen already."""
    assert form.is_finished()
    Modal.of(form.to_dict())
    assert action_from(form.custom_id) is not None
    assert sum(len(component.get("content", "")) for component in walked(form)) <= 4000
    for radio in (component for component in walked(form) if component["type"] == RADIO):
        assert sum(option.get("default", False) for option in radio["options"]) == 1
