"""The loopback Discord answers as Discord's description says. All tests of the bot show that discord.py takes it.

https://docs.discord.com/developers/reference
"""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from discarr.demo.discord import DiscordError, Press, Wire, submitted
from tests.support.clocks import HandClock
from tests.support.limits import require_limits
from tests.support.strict_discord import StrictDiscord

THINK, DEFER_UPDATE, OPEN_MODAL = 5, 6, 9
PRIVATE = 64
MESSAGES, PINS, FIRST_ANSWER = "/channels/{channel}/messages", "/channels/{channel}/messages/pins", "/x/callback"


class Bot:
    """Asks what the bot asks, and is refused what it would be refused."""

    def __init__(self, server: StrictDiscord, http: aiohttp.ClientSession) -> None:
        self._server = server
        self._http = http

    async def ask(self, method: str, path: str, **body: object) -> tuple[int, Any]:
        """The status, and the JSON of the answer or the code of an error."""
        place = path.format(channel=self._server.channel_id, guild=self._server.guild_id)
        async with self._http.request(method, self._server.api_base + place, json=body or None) as response:
            found = await response.json() if response.status != 204 else {}
            return response.status, found if response.ok else found["code"]

    async def send(self, **body: object) -> Any:
        """Post a message; it, or the refusal."""
        status, message = await self.ask("POST", MESSAGES, **body)
        return message if status == 200 else (status, message)

    async def edit(self, message: Wire, **body: object) -> tuple[int, Any]:
        return await self.ask("PATCH", f"{MESSAGES}/{message['id']}", **body)

    async def answer(self, press: Press, type: int, **data: object) -> tuple[int, Any]:
        place = f"/interactions/{press.interaction_id}/{press.token}/callback"
        return await self.ask("POST", place, type=type, data=data)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server(clock: HandClock) -> AsyncIterator[StrictDiscord]:
    async with StrictDiscord(clock=lambda: clock.now().timestamp()) as server:
        yield server


@pytest.fixture
async def bot(server: StrictDiscord) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as http:
        yield Bot(server, http)


def rows(*parts: list[Wire]) -> Wire:
    button = {"type": 2, "style": 2, "label": "x"}
    return {"components": [{"type": 1, "components": [button | each for each in part]} for part in parts]}


def group(type: int, custom_id: str, *values: str, **more: object) -> Wire:
    options = [{"label": value, "value": value, "default": value == "one"} for value in values]
    return {"type": 18, "label": "x", "component": {"type": type, "custom_id": custom_id, "options": options} | more}


def form(*parts: Wire, title: str = "Remove Heat?") -> Wire:
    return {"custom_id": "form", "title": title, "components": [*parts, {"type": 10, "content": "**Heat**"}]}


HOW, BOXES = group(21, "how", "one", "two"), group(22, "boxes", "a", "b", required=False, min_values=0)
EMBED: Wire = {"title": "Downloads", "description": "one", "color": 0x5865F2}


@pytest.mark.parametrize(
    ("path", "code"),
    [("/guilds/1", 10004), ("/channels/1", 10003), (f"{MESSAGES}/1", 10008), ("/guilds/{guild}/members/1", 10007)],
)
async def test_what_is_not_there_is_unknown(bot: Bot, path: str, code: int) -> None:
    assert await bot.ask("GET", path) == (404, code)


async def test_pinning_leaves_one_notice_and_the_last_pinned_comes_first(
    server: StrictDiscord, bot: Bot, clock: HandClock
) -> None:
    first, second = await bot.send(content="one"), await bot.send(content="two")
    for message in (first, first, second):
        await bot.ask("PUT", f"{PINS}/{message['id']}")
        clock.pass_time(1)

    _, history = await bot.ask("GET", f"{MESSAGES}?limit=100")
    _, pins = await bot.ask("GET", f"{PINS}?limit=1")
    before = pins["items"][0]["pinned_at"].replace("+00:00", "Z")
    _, older = await bot.ask("GET", f"{PINS}?limit=1&before={before}")
    noticed = [each["message_reference"]["message_id"] for each in history if each["type"] == 6]
    assert noticed == [page["items"][0]["message"]["id"] for page in (pins, older)] == [second["id"], first["id"]]
    assert [page["has_more"] for page in (pins, older)] == [True, False]


async def test_what_the_bot_may_not_do_is_refused(server: StrictDiscord, bot: Bot) -> None:
    theirs = {"id": await server.post(server.guest, "hello")}
    assert await bot.edit(theirs, content="x") == (403, 50005)
    assert await bot.ask("DELETE", f"{MESSAGES}/{theirs['id']}") == (403, 50013)
    await server.give("manage_messages")
    assert await bot.ask("DELETE", f"{MESSAGES}/{theirs['id']}") == (204, {})
    assert await bot.edit(theirs, content="x") == (404, 10008)

    first, message = [await bot.send(content="x", embeds=[EMBED], nonce="a", enforce_nonce=True) for _ in range(2)]
    bare = await bot.send(embeds=[EMBED], nonce="b", enforce_nonce=True)
    assert [each["embeds"] for each in (message, bare)] == [[{"type": "rich"} | EMBED]] * 2
    assert [each["id"] for each in server.messages] == [first["id"], bare["id"]] == [message["id"], bare["id"]]
    await server.take("embed_links")
    assert await bot.send(embeds=[EMBED]) == (403, 50013)
    assert await bot.edit(bare, embeds=[EMBED]) == (400, 50006)
    assert (await bot.edit(message, embeds=[EMBED]))[1]["embeds"] == []
    await server.take("send_messages")
    assert await bot.send(content="y") == (403, 50013)
    assert (await bot.edit(message, content="z"))[1]["content"] == "z"
    await server.take("pin_messages")
    assert await bot.ask("PUT", f"{PINS}/{message['id']}") == (403, 50013)
    await server.take("read_message_history")
    assert await bot.ask("GET", f"{MESSAGES}?limit=100") == (200, [])
    assert await bot.ask("GET", f"{PINS}?limit=50") == (200, {"items": [], "has_more": False})
    await server.take("view_channel")
    assert await bot.edit(message, content="z") == (403, 50001)
    assert await bot.ask("GET", PINS) == (403, 50001)
    await server.delete_channel()
    assert await bot.edit(message, content="z") == (404, 10003)


async def test_an_interaction_is_answered_once_within_three_seconds_and_edited_for_fifteen_minutes(
    server: StrictDiscord, bot: Bot, clock: HandClock
) -> None:
    await bot.send(content="x", **rows([{"custom_id": "a"}]))
    late = await server.press(server.guest, "a")
    clock.pass_time(3.5)
    assert await bot.answer(late, DEFER_UPDATE) == (404, 10062)

    press = await server.press(server.guest, "a")
    original = f"/webhooks/{server.bot_id}/{press.token}/messages/@original"
    assert (await bot.answer(press, THINK, flags=PRIVATE))[0] == 200
    assert await bot.answer(press, DEFER_UPDATE) == (400, 40060)
    await bot.ask("PATCH", original, content="done")
    answer = await press.answered()
    assert (answer["content"], answer["flags"]) == ("done", PRIVATE)
    clock.pass_time(901)
    assert await bot.ask("PATCH", original, content="late") == (401, 50027)


async def test_a_form_opens_no_form_and_what_nobody_chooses_keeps_its_default(server: StrictDiscord, bot: Bot) -> None:
    await bot.send(content="x", **rows([{"custom_id": "a"}]))
    press = await server.press(server.guest, "a")
    assert (await bot.answer(press, OPEN_MODAL, **form(HOW, BOXES)))[0] == 200
    submit = await server.submit(press, {"boxes": ["b"]})
    assert await bot.answer(submit, OPEN_MODAL, **form(HOW)) == (400, 50035)

    how, boxes, _ = submitted(form(HOW, BOXES), {"boxes": ["b"]})["components"]
    assert how["component"] == {"type": 21, "custom_id": "how", "value": "one"}
    assert boxes["component"] == {"type": 22, "custom_id": "boxes", "values": ["b"]}


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
    ],
)
def test_a_message_that_breaks_a_limit_is_refused(body: Wire) -> None:
    with pytest.raises(DiscordError, match="400"):
        require_limits(MESSAGES, {}, body)


@pytest.mark.parametrize(
    "data",
    [
        form(HOW, title="x" * 46),
        form(group(21, "how", "one")),
        form(group(21, "how", "one", "one")),
        form(group(22, "boxes", *map(str, range(11)))),
        form(group(22, "boxes", "a", "b", min_values=3)),
        form(HOW, HOW),
        form(HOW, *[{"type": 10, "content": "x"}] * 5),
    ],
)
def test_a_form_that_breaks_a_limit_is_refused(data: Wire) -> None:
    with pytest.raises(DiscordError, match="400"):
        require_limits(FIRST_ANSWER, {}, {"type": OPEN_MODAL, "data": data})


@pytest.mark.parametrize(("route", "limit"), [(MESSAGES, "101"), (PINS, "51")])
def test_pages_are_short(route: str, limit: str) -> None:
    with pytest.raises(DiscordError, match="400"):
        require_limits(route, {"limit": limit}, None)
