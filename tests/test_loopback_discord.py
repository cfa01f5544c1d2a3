"""The loopback Discord refuses what breaks a limit. What else it takes and refuses, all tests of the bot show."""

import pytest

from discarr.demo.discord import DiscordError, Wire
from tests.support.discord_limits import OPEN_MODAL, require_limits

PRIVATE = 64


def rows(*parts: list[Wire]) -> Wire:
    button = {"type": 2, "style": 2, "label": "x"}
    return {"components": [{"type": 1, "components": [button | each for each in part]} for part in parts]}


def group(type: int, custom_id: str, *values: str, **more: object) -> Wire:
    options = [{"label": value, "value": value, "default": value == "one"} for value in values]
    return {"type": 18, "label": "x", "component": {"type": type, "custom_id": custom_id, "options": options} | more}


def form(*parts: Wire, title: str = "Remove Heat?") -> Wire:
    return {"custom_id": "form", "title": title, "components": [*parts, {"type": 10, "content": "**Heat**"}]}


HOW = group(21, "how", "one", "two")


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
        {"colour": 1},
        {"flags": 1},
        {"content": "x", "flags": PRIVATE},
        rows([]),
        rows([{}]),
        rows([{"custom_id": "x" * 101}]),
        rows([{"custom_id": "a"}], [{"custom_id": "a"}]),
        rows([{"custom_id": f"{index}"} for index in range(6)]),
        rows(*([{"custom_id": f"{index}"}] for index in range(6))),
        form(HOW, title="x" * 46),
        form(group(21, "how", "one")),
        form(group(21, "how", "one", "one")),
        form(group(22, "boxes", *map(str, range(11)))),
        form(group(22, "boxes", "a", "b", min_values=3)),
        form(HOW, HOW),
        form(HOW, *[{"type": 10, "content": "x"}] * 5),
    ],
)
def test_a_message_or_a_form_that_breaks_a_limit_is_refused(body: Wire) -> None:
    with pytest.raises(DiscordError, match="400"):
        if "title" in body:
            require_limits("/x/callback", {}, {"type": OPEN_MODAL, "data": body})
        else:
            require_limits("/channels/{channel}/messages", {}, body)
