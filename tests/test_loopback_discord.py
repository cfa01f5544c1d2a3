"""The loopback Discord answers discord.py as Discord's description says.

https://docs.discord.com/developers/reference
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from discarr.bot._discord_internals import redirected_to
from discarr.demo.discord import Wire
from tests.support.clocks import HandClock
from tests.support.strict_discord import StrictDiscord


class Bot(discord.Client):
    """A client that answers interactions with whatever the test says."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.answer: Callable[[discord.Interaction], Awaitable[Any]] = lambda interaction: interaction.response.defer()
        self.interactions: list[discord.Interaction] = []
        self.refused = asyncio.Queue[int]()
        """The codes with which Discord refused answers."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.append(interaction)
        try:
            await self.answer(interaction)
        except discord.HTTPException as error:
            self.refused.put_nowait(error.code)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server(clock: HandClock) -> AsyncIterator[StrictDiscord]:
    async with StrictDiscord(clock=lambda: clock.now().timestamp()) as server:
        with redirected_to(server.api_base, server.gateway_url):
            yield server


@pytest.fixture
async def bot(server: StrictDiscord) -> AsyncIterator[Bot]:
    """A client that is ready."""
    bot = Bot()
    task = asyncio.create_task(bot.start(server.token))
    await server.gateway.wait_connected()
    yield bot
    task.cancel()
    await asyncio.wait([task])
    await bot.close()


@pytest.fixture
def channel(bot: Bot, server: StrictDiscord) -> discord.PartialMessageable:
    return bot.get_partial_messageable(server.channel_id, guild_id=server.guild_id)


def button() -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="a", custom_id="a"))
    view.stop()
    return view


class Form(ui.Modal):
    def __init__(self, title: str = "Remove Heat?") -> None:
        super().__init__(title=title, custom_id="form")
        self.add_item(ui.TextDisplay("**Heat**"))
        options = [discord.RadioGroupOption(label=each, value=each, default=each == "one") for each in ("one", "two")]
        self.add_item(ui.Label(text="How", component=ui.RadioGroup(custom_id="how", options=options)))
        boxes = [discord.CheckboxGroupOption(label=each, value=each) for each in ("a", "b")]
        group: ui.CheckboxGroup[Any] = ui.CheckboxGroup(custom_id="boxes", options=boxes, required=False, min_values=0)
        self.add_item(ui.Label(text="Boxes", component=group))
        self.stop()


EMBED = discord.Embed(title="Downloads", description="one", colour=0x5865F2)


async def refusal(request: Awaitable[object]) -> tuple[int, int]:
    """The status and the code with which Discord refuses it."""
    with pytest.raises(discord.HTTPException) as error:
        await request
    return error.value.status, error.value.code


async def test_what_is_not_there_is_unknown(
    server: StrictDiscord, bot: Bot, channel: discord.PartialMessageable
) -> None:
    member = bot.http.get_member(server.guild_id, 1)
    asked = bot.fetch_guild(1), bot.fetch_channel(1), channel.fetch_message(1), member

    codes = [await refusal(each) for each in asked]

    assert codes == [(404, 10004), (404, 10003), (404, 10008), (404, 10007)]


async def test_pinning_leaves_a_notice_that_the_bot_may_delete(
    server: StrictDiscord, channel: discord.PartialMessageable, clock: HandClock
) -> None:
    first, second = await channel.send("one"), await channel.send("two")
    for message in (first, first, second):
        await message.pin()
        clock.pass_time(1)

    notices = [each async for each in channel.history() if each.type is discord.MessageType.pins_add]
    noted = [(each.author.id, each.reference and each.reference.message_id) for each in notices]
    assert noted == [(server.bot_id, second.id), (server.bot_id, first.id)]
    assert [each.id async for each in channel.pins()] == [second.id, first.id]
    for notice in notices:
        await notice.delete()
    assert [each["type"] for each in server.messages] == [0, 0]


async def test_a_channel_has_room_for_250_pins(
    server: StrictDiscord, channel: discord.PartialMessageable, clock: HandClock
) -> None:
    for number in range(250):
        clock.pass_time(1)
        await server.pin(await server.post(server.guest, str(number)))

    assert await refusal((await channel.send("one more")).pin()) == (400, 30003)
    assert len([each async for each in channel.pins(limit=None)]) == 250


async def test_an_edit_shows_what_moderators_did(server: StrictDiscord, channel: discord.PartialMessageable) -> None:
    message = await channel.send(embed=EMBED)
    await server.pin(message.id)
    await server.suppress_embeds(message.id)
    hidden = await channel.get_partial_message(message.id).edit(embed=EMBED)
    shown = await hidden.edit(suppress=False)

    assert hidden.pinned and hidden.flags.suppress_embeds and not hidden.embeds
    assert not shown.flags.suppress_embeds and shown.embeds


async def test_others_messages_are_neither_edited_nor_deleted(
    server: StrictDiscord, channel: discord.PartialMessageable
) -> None:
    theirs = channel.get_partial_message(await server.post(server.guest, "hello"))

    assert await refusal(theirs.edit(content="x")) == (403, 50005)
    assert await refusal(theirs.delete()) == (403, 50013)
    await server.give("manage_messages")
    await theirs.delete()
    assert server.messages == []


def rows(*parts: list[Wire]) -> Wire:
    button = {"type": 2, "style": 2, "label": "x"}
    return {"components": [{"type": 1, "components": [button | each for each in part]} for part in parts]}


TOO_MUCH: list[Wire] = [
    {"content": "x" * 2001},
    {"embeds": [{"description": "x" * 4097}]},
    {"embeds": [{"fields": [{"name": "n", "value": " "}]}]},
    {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
    {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
    {"colour": 1},
    {"flags": 64},
    rows([]),
    rows([{}]),
    rows([{"custom_id": "x" * 101}]),
    rows([{"custom_id": "a"}], [{"custom_id": "a"}]),
    rows([{"custom_id": f"{index}"} for index in range(6)]),
    rows(*([{"custom_id": f"{index}"}] for index in range(6))),
]


@pytest.mark.parametrize("body", TOO_MUCH)
async def test_what_breaks_a_limit_is_refused(server: StrictDiscord, bot: Bot, body: Wire) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=server.channel_id)

    assert await refusal(bot.http.request(route, json={"content": "x"} | body)) == (400, 50035)
    assert server.messages == []


async def test_permissions_decide_what_is_answered(server: StrictDiscord, channel: discord.PartialMessageable) -> None:
    message, bare = await channel.send("x", embed=EMBED), await channel.send(embed=EMBED)
    await server.take("embed_links")
    assert await refusal(channel.send(embed=EMBED)) == (403, 50013)
    assert await refusal(bare.edit(embed=EMBED)) == (400, 50006)
    assert (await message.edit(embed=EMBED)).embeds == []
    await server.take("send_messages")
    assert await refusal(channel.send("y")) == (403, 50013)
    assert (await message.edit(content="z")).content == "z"
    await server.take("pin_messages")
    assert await refusal(message.pin()) == (403, 50013)
    await server.take("read_message_history")
    assert [each async for each in channel.history()] == []
    await server.take("view_channel")
    assert await refusal(message.edit(content="z")) == (403, 50001)
    assert await refusal(anext(aiter(channel.pins()))) == (403, 50001)
    await server.delete_channel()
    assert await refusal(message.edit(content="z")) == (404, 10003)


async def test_thinking_is_replaced_by_the_answer_within_fifteen_minutes(
    server: StrictDiscord, bot: Bot, channel: discord.PartialMessageable, clock: HandClock
) -> None:
    await channel.send("x", view=button())
    bot.answer = lambda interaction: interaction.response.defer(ephemeral=True, thinking=True)
    press = await server.press(server.guest, "a")
    assert (await press.acknowledged())["type"] == 5
    await bot.interactions[0].edit_original_response(content="done")
    answer = await press.answered()

    assert (answer["content"], answer["flags"]) == ("done", 64)
    clock.pass_time(901)
    assert await refusal(bot.interactions[0].edit_original_response(content="late")) == (401, 50027)


async def test_a_form_is_opened_and_submitted_but_answers_no_form(
    server: StrictDiscord, bot: Bot, channel: discord.PartialMessageable
) -> None:
    await channel.send("x", view=button())
    bot.answer = lambda interaction: interaction.response.send_modal(Form())
    press = await server.press(server.admin, "a")
    await press.acknowledged()
    await server.submit(press, {"boxes": ["b"]})
    codes = [await bot.refused.get()]
    bot.answer = lambda interaction: interaction.response.send_modal(Form("x" * 46))
    await server.press(server.admin, "a")
    codes.append(await bot.refused.get())

    data: Any = bot.interactions[1].data
    parts = [each["component"] for each in data["components"][1:]]
    assert [(each["custom_id"], each.get("value", each.get("values"))) for each in parts] == [
        ("how", "one"),
        ("boxes", ["b"]),
    ]
    assert codes == [50035, 50035]


async def test_an_interaction_is_answered_once_and_in_time(
    server: StrictDiscord, bot: Bot, channel: discord.PartialMessageable, clock: HandClock
) -> None:
    await channel.send("x", view=button())

    async def post(id: int, token: str) -> object:
        url = f"{server.api_base}/interactions/{id}/{token}/callback"
        async with aiohttp.ClientSession() as session, session.post(url, json={"type": 6}) as response:
            return response.status, (await response.json()).get("code")

    press = await server.press(server.admin, "a")
    await press.acknowledged()
    assert await post(press.interaction_id, press.token) == (400, 40060)
    await server.gateway.refuse()
    await server.gateway.drop()
    late = await server.press(server.admin, "a")
    clock.pass_time(3.5)
    assert await post(late.interaction_id, late.token) == (404, 10062)
