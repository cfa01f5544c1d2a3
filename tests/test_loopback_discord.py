"""The loopback Discord, driven by discord.py as the bot drives it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from discarr.bot._discord_internals import redirected_to
from discarr.demo.discord import LoopbackDiscord, Wire, cut_off, discord_error


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Bot(discord.Client):
    """A client that writes down its events and answers interactions with whatever the test says."""

    def __init__(self, **intents: bool) -> None:
        super().__init__(
            intents=discord.Intents(**intents),
            guild_ready_timeout=0.01,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.events: list[str] = []
        self.changed = asyncio.Condition()
        self.answer: Callable[[discord.Interaction], Awaitable[Any]] | None = None
        self.interactions: list[discord.Interaction] = []
        self.errors: list[discord.HTTPException] = []

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event, *args, **kwargs)
        self.events.append(event)
        asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def seen(self, event: str, count: int = 1) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: self.events.count(event) >= count)

    async def refused(self, count: int) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.errors) >= count)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.interactions.append(interaction)
        if self.answer is not None:
            try:
                await self.answer(interaction)
            except discord.HTTPException as error:
                self.errors.append(error)
                await self._tell()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    # A reconnect waits a random time up to seconds otherwise.
    monkeypatch.setattr("discord.client.ExponentialBackoff.delay", lambda self: 0.0)
    async with LoopbackDiscord(clock=clock) as server:
        with redirected_to(server.api_base, server.gateway_url):
            yield server


@pytest.fixture
async def rest(server: LoopbackDiscord) -> AsyncIterator[Bot]:
    """A client that is logged in and has no gateway."""
    bot = Bot()
    await bot.login(server.token)
    yield bot
    await bot.close()


async def connected(server: LoopbackDiscord, **intents: bool) -> tuple[Bot, asyncio.Task[None]]:
    bot = Bot(guilds=True, **intents)
    task = asyncio.create_task(bot.start(server.token))
    await bot.seen("ready")
    return bot, task


async def ended(bot: Bot, task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])
    await bot.close()


@pytest.fixture
async def bot(server: LoopbackDiscord) -> AsyncIterator[Bot]:
    """A client that is ready."""
    bot, task = await connected(server)
    yield bot
    await ended(bot, task)


def channel(bot: Bot, server: LoopbackDiscord) -> discord.PartialMessageable:
    return bot.get_partial_messageable(server.channel_id, guild_id=server.guild_id)


def board() -> discord.Embed:
    return discord.Embed(title="Downloads", description="one", colour=0x5865F2, timestamp=discord.utils.utcnow())


def buttons(*custom_ids: str, disabled: bool = False) -> ui.View:
    view = ui.View(timeout=None)
    for custom_id in custom_ids:
        view.add_item(ui.Button(label=custom_id, custom_id=custom_id, disabled=disabled))
    view.stop()
    return view


class Form(ui.Modal):
    def __init__(self) -> None:
        super().__init__(title="Remove Heat?", custom_id="form")
        self.add_item(ui.TextDisplay("**Heat**"))
        options = [discord.RadioGroupOption(label=each, value=each, default=each == "one") for each in ("one", "two")]
        self.add_item(ui.Label(text="How", component=ui.RadioGroup(custom_id="how", options=options)))
        boxes = [discord.CheckboxGroupOption(label=each, value=each) for each in ("a", "b")]
        group: ui.CheckboxGroup[Any] = ui.CheckboxGroup(custom_id="boxes", options=boxes, required=False, min_values=0)
        self.add_item(ui.Label(text="Boxes", description="any", component=group))
        self.add_item(ui.Label(text="Why", component=ui.TextInput(custom_id="why", required=False)))
        self.add_item(ui.Label(text="Sure", component=ui.Checkbox(custom_id="sure", default=True)))
        self.stop()


def problem(error: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    return error.value.status, error.value.code


# Login and REST.


async def test_a_bot_logs_in_and_learns_who_it_is(server: LoopbackDiscord, rest: Bot) -> None:
    assert rest.user is not None and rest.user.id == server.bot_id
    assert rest.application_id == server.application_id
    assert [request.route for request in server.requests] == ["/users/@me", "/oauth2/applications/@me"]


async def test_a_wrong_token_is_refused(server: LoopbackDiscord) -> None:
    bot = discord.Client(intents=discord.Intents.none())

    with pytest.raises(discord.LoginFailure):
        await bot.login("another-token")

    await bot.close()
    assert server.requests[0].status == 401


async def test_guild_channel_and_members_are_told_over_rest(server: LoopbackDiscord, rest: Bot) -> None:
    guild = await rest.fetch_guild(server.guild_id)
    found = await rest.fetch_channel(server.channel_id)
    me = await guild.fetch_member(server.bot_id)

    [listed] = await guild.fetch_channels()
    assert found == listed
    allowed = listed.permissions_for(me)
    assert allowed.pin_messages and allowed.embed_links and not allowed.manage_messages
    assert (await guild.fetch_member(server.moderator.id)).get_role(server.mods_role_id) is not None


async def test_what_is_not_there_is_unknown(server: LoopbackDiscord, rest: Bot) -> None:
    codes = []
    for asked in (rest.fetch_guild(1), rest.fetch_channel(1), channel(rest, server).fetch_message(1)):
        with pytest.raises(discord.NotFound) as error:
            await asked
        codes.append(error.value.code)

    assert codes == [10004, 10003, 10008]


async def test_an_unknown_route_is_loud(server: LoopbackDiscord, rest: Bot, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "discarr"), pytest.raises(discord.NotFound) as error:
        await rest.http.request(discord.http.Route("GET", "/channels/{channel_id}/pins", channel_id=server.channel_id))

    assert error.value.code == 0
    assert "/pins" in caplog.text


async def test_a_fault_answers_instead(server: LoopbackDiscord, rest: Bot) -> None:
    async def fault(request: aiohttp.web.Request, route: str) -> aiohttp.web.StreamResponse | None:
        return discord_error(503, 0, "upstream") if route == "/channels/{channel}/messages" else None

    server.fault = fault
    with pytest.raises(discord.DiscordServerError):
        await channel(rest, server).send("hello")

    assert server.requests[-1].status == 503
    assert server.messages == []


async def test_a_connection_can_be_cut(server: LoopbackDiscord, rest: Bot) -> None:
    async def fault(request: aiohttp.web.Request, route: str) -> aiohttp.web.StreamResponse | None:
        return cut_off(request)

    server.fault = fault
    with pytest.raises(aiohttp.ClientError):
        await channel(rest, server).send("hello")
    server.fault = None
    await channel(rest, server).send("hello")


async def test_a_discord_that_was_away_comes_back_as_it_was(server: LoopbackDiscord, bot: Bot) -> None:
    sent = await channel(bot, server).send("hello")
    await server.stop()
    with pytest.raises(aiohttp.ClientError):
        await channel(bot, server).send("hello")
    await server.start()
    await bot.seen("resumed")

    assert (await channel(bot, server).fetch_message(sent.id)).content == "hello"


# Messages and pins.


async def test_a_message_is_sent_edited_and_read_back(server: LoopbackDiscord, rest: Bot, clock: Clock) -> None:
    sent = await channel(rest, server).send("summary", embed=board(), view=buttons("a", "b"), silent=True)
    clock.now += 60
    edited = await channel(rest, server).get_partial_message(sent.id).edit(content="new", embed=board())

    assert sent.created_at.timestamp() == clock.now - 60
    assert edited.edited_at is not None and edited.edited_at.timestamp() == clock.now
    assert [message["content"] for message in server.messages] == ["new"]
    [message] = [each async for each in channel(rest, server).history()]
    assert message.embeds[0].title == "Downloads" and message.flags.silent and not message.pinned
    row = message.components[0]
    assert isinstance(row, discord.ActionRow) and [each.custom_id for each in row.children] == ["a", "b"]


async def test_history_has_before_after_and_a_limit(server: LoopbackDiscord, rest: Bot) -> None:
    ids = [(await channel(rest, server).send(str(number))).id for number in range(5)]

    async def history(**bounds: Any) -> list[int]:
        return [ids.index(each.id) async for each in channel(rest, server).history(**bounds)]

    assert await history(limit=2) == [4, 3]
    assert await history(before=discord.Object(ids[2])) == [1, 0]
    assert await history(after=discord.Object(ids[2])) == [3, 4]
    assert await history(around=discord.Object(ids[2]), limit=3) == [3, 2, 1]


async def test_a_message_sent_twice_with_one_nonce_is_one(server: LoopbackDiscord, rest: Bot) -> None:
    body = {"content": "once", "nonce": "1", "enforce_nonce": True}
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=server.channel_id)

    first, again = [await rest.http.request(route, json=body) for _ in range(2)]

    assert first["id"] == again["id"] and len(server.messages) == 1


async def test_pinning_leaves_a_notice_the_bot_may_delete(server: LoopbackDiscord, rest: Bot, clock: Clock) -> None:
    place = channel(rest, server)
    first, second = await place.send("one"), await place.send("two")
    await first.pin()
    await first.pin()
    clock.now += 1
    await second.pin()

    notices = [each async for each in place.history() if each.type is discord.MessageType.pins_add]
    assert [(each.author.id, each.reference and each.reference.message_id) for each in notices] == [
        (server.bot_id, second.id),
        (server.bot_id, first.id),
    ]
    assert [each.id async for each in place.pins()] == [second.id, first.id]
    for notice in notices:
        await notice.delete()
    await first.unpin()
    assert [each["id"] for each in server.pinned] == [str(second.id)]
    assert [each["type"] for each in server.messages] == [0, 0]


async def test_a_channel_has_room_for_250_pins(server: LoopbackDiscord, rest: Bot, clock: Clock) -> None:
    for number in range(250):
        clock.now += 1
        await server.pin(await server.post(server.guest, str(number)))
    message = await channel(rest, server).send("one more")

    with pytest.raises(discord.HTTPException) as error:
        await message.pin()

    assert problem(error) == (400, 30003)
    assert len([each async for each in channel(rest, server).pins(limit=None)]) == 250


async def test_an_edit_tells_what_moderators_did(server: LoopbackDiscord, rest: Bot) -> None:
    message = await channel(rest, server).send(embed=board())
    await server.pin(message.id)
    await server.suppress_embeds(message.id)
    partial = channel(rest, server).get_partial_message(message.id)

    hidden = await partial.edit(embed=board())
    shown = await hidden.edit(suppress=False)

    await server.unpin(message.id)
    unpinned = await partial.edit(content="x")

    assert hidden.pinned and hidden.flags.suppress_embeds and not hidden.embeds
    assert not shown.flags.suppress_embeds and shown.embeds
    assert not unpinned.pinned
    await server.delete_message(message.id)
    with pytest.raises(discord.NotFound) as error:
        await partial.edit(content="y")
    assert error.value.code == 10008


async def test_others_messages_are_neither_edited_nor_deleted(server: LoopbackDiscord, rest: Bot) -> None:
    theirs = channel(rest, server).get_partial_message(await server.post(server.guest, "hello"))
    with pytest.raises(discord.Forbidden) as edit:
        await theirs.edit(content="x")
    with pytest.raises(discord.Forbidden) as delete:
        await theirs.delete()

    assert (problem(edit), problem(delete)) == ((403, 50005), (403, 50013))
    await server.give("manage_messages")
    await theirs.delete()
    assert server.messages == []


LONG = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "embeds.0.fields.0.value"),
    ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "embeds.0.fields"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "embeds"),
    ({"content": "x", "colour": 1}, "colour"),
    ({"content": "x", "flags": 64}, "flags"),
    ({"content": "x", "components": [{"type": 1, "components": []}]}, "components.0.components"),
]
BUTTON = {"type": 2, "style": 2, "label": "x"}
LONG_BUTTONS = [
    ([[BUTTON | {"custom_id": "x" * 101}]], "components.0.components.0.custom_id"),
    ([[BUTTON]], "components.0.components.0.custom_id"),
    ([[BUTTON | {"custom_id": "a", "label": "x" * 81}]], "components.0.components.0.label"),
    ([[BUTTON | {"custom_id": "a"}], [BUTTON | {"custom_id": "a"}]], "components"),
    ([[BUTTON | {"custom_id": f"{index}"} for index in range(6)]], "components.0.components"),
    ([[BUTTON | {"custom_id": f"{index}"}] for index in range(6)], "components"),
]


def rows(parts: list[list[Wire]]) -> Wire:
    return {"content": "x", "components": [{"type": 1, "components": part} for part in parts]}


@pytest.mark.parametrize(("body", "at"), LONG + [(rows(parts), at) for parts, at in LONG_BUTTONS])
async def test_what_breaks_a_limit_is_refused(server: LoopbackDiscord, rest: Bot, body: Wire, at: str) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=server.channel_id)
    with pytest.raises(discord.HTTPException) as error:
        await rest.http.request(route, json=body)

    assert problem(error) == (400, 50035)
    assert f"In {at}: " in error.value.text
    assert server.messages == []


async def test_an_empty_message_is_refused(server: LoopbackDiscord, rest: Bot) -> None:
    message = await channel(rest, server).send("x")
    with pytest.raises(discord.HTTPException) as edit:
        await message.edit(content=" ", embeds=[])

    assert problem(edit) == (400, 50006)


# Permissions.


async def test_without_view_channel_there_is_no_access(server: LoopbackDiscord, rest: Bot) -> None:
    await server.hide_channel()
    with pytest.raises(discord.Forbidden) as error:
        await rest.fetch_channel(server.channel_id)

    assert problem(error) == (403, 50001)


async def test_without_send_messages_nothing_is_sent_but_edits_go_on(server: LoopbackDiscord, rest: Bot) -> None:
    message = await channel(rest, server).send("x")
    await server.take("send_messages")
    with pytest.raises(discord.Forbidden) as error:
        await channel(rest, server).send("y")

    assert problem(error) == (403, 50013)
    assert (await message.edit(content="z")).content == "z"


async def test_without_embed_links_embeds_are_refused_or_dropped(server: LoopbackDiscord, rest: Bot) -> None:
    place = channel(rest, server)
    message, bare = await place.send("x", embed=board()), await place.send(embed=board())
    await server.take("embed_links")
    with pytest.raises(discord.Forbidden) as create:
        await place.send(embed=board())
    with pytest.raises(discord.HTTPException) as edit:
        await bare.edit(embed=board())

    assert (problem(create), problem(edit)) == ((403, 50013), (400, 50006))
    assert (await message.edit(embed=board())).embeds == []
    await server.give("embed_links")
    assert (await message.edit(embed=board())).embeds != []


async def test_without_read_message_history_nothing_is_found(server: LoopbackDiscord, rest: Bot) -> None:
    place = channel(rest, server)
    message = await place.send("x")
    await message.pin()
    await server.take("read_message_history")

    assert [each async for each in place.history()] == []
    assert [each async for each in place.pins()] == []


async def test_without_pin_messages_nothing_is_pinned(server: LoopbackDiscord, rest: Bot) -> None:
    message = await channel(rest, server).send("x")
    await server.take("pin_messages")
    with pytest.raises(discord.Forbidden) as error:
        await message.pin()

    assert problem(error) == (403, 50013)


async def test_a_deleted_channel_is_unknown(server: LoopbackDiscord, rest: Bot) -> None:
    message = await channel(rest, server).send("x")
    await server.delete_channel()
    with pytest.raises(discord.NotFound) as error:
        await message.edit(content="y")

    assert error.value.code == 10003


# The gateway.


async def test_a_bot_gets_ready_and_knows_its_guild(server: LoopbackDiscord, bot: Bot) -> None:
    guild = bot.get_guild(server.guild_id)

    assert guild is not None and guild.me.id == server.bot_id
    assert [each.id for each in guild.text_channels] == [server.channel_id]
    assert guild.text_channels[0].permissions_for(guild.me).embed_links
    assert len(server.identifies) == 1 and server.gateway.connected


async def test_messages_are_told_only_to_those_who_asked(server: LoopbackDiscord, bot: Bot) -> None:
    await server.post(server.guest, "hello")
    await server.take("embed_links")
    await bot.seen("guild_channel_update")

    assert "message" not in bot.events


async def test_other_peoples_words_are_not_told_without_their_intent(server: LoopbackDiscord) -> None:
    bot, task = await connected(server, guild_messages=True)
    async with asyncio.timeout(5):
        waiting = asyncio.ensure_future(bot.wait_for("message"))
        await asyncio.wait([asyncio.ensure_future(server.post(server.guest, "hello"))])
        message = await waiting
    await ended(bot, task)

    assert (message.author.id, message.content) == (server.guest.id, "")


async def test_a_dropped_bot_resumes_and_gets_what_it_missed(server: LoopbackDiscord, bot: Bot) -> None:
    await server.gateway.refuse()
    await server.gateway.drop()
    await server.gateway.wait_connected(connected=False)
    await server.take("embed_links")
    await server.gateway.refuse(False)
    await bot.seen("guild_channel_update")
    await bot.seen("resumed")

    assert len(server.identifies) == 1


async def test_a_bot_reconnects_when_asked_to(server: LoopbackDiscord, bot: Bot) -> None:
    await server.gateway.reconnect()
    await bot.seen("resumed")
    await server.gateway.drop(4000)
    await bot.seen("resumed", 2)

    assert len(server.identifies) == 1


async def test_a_silent_gateway_catches_up_when_it_speaks_again(server: LoopbackDiscord, bot: Bot) -> None:
    await server.gateway.silence()
    await server.take("embed_links")
    assert "guild_channel_update" not in bot.events
    await server.gateway.silence(False)
    await bot.seen("guild_channel_update")


async def test_any_event_can_be_sent(server: LoopbackDiscord, bot: Bot) -> None:
    role = {"guild_id": str(server.guild_id), "role_id": str(server.mods_role_id)}
    await server.gateway.send("GUILD_ROLE_DELETE", role)
    await bot.seen("guild_role_delete")


async def test_an_invalid_session_makes_the_bot_identify_again(
    server: LoopbackDiscord, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleep = asyncio.sleep
    # discord.py waits five seconds before it identifies again.
    monkeypatch.setattr(asyncio, "sleep", lambda delay, *rest: sleep(0 if delay == 5.0 else delay, *rest))
    await server.gateway.invalidate()
    await bot.seen("ready", 2)

    assert len(server.identifies) == 2


async def test_a_privileged_intent_has_to_be_granted(server: LoopbackDiscord) -> None:
    bot = Bot(guilds=True, message_content=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(server.token)
    await bot.close()


async def test_a_wrong_token_at_the_gateway_ends_with_4004(server: LoopbackDiscord) -> None:
    bot = Bot()
    await bot.login(server.token)
    bot.http.token = "another"
    with pytest.raises(discord.ConnectionClosed) as error:
        await bot.connect()
    await bot.close()

    assert error.value.code == 4004


# InteractionRouter.


async def test_a_press_reaches_the_bot_whole(server: LoopbackDiscord, bot: Bot) -> None:
    message = await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello", ephemeral=True, view=buttons("b"))

    bot.answer = answer

    press = await server.press(server.admin, "a")
    callback = await press.acknowledged()
    said = await press.answered()

    [interaction] = bot.interactions
    assert callback["type"] == 4 and said["content"] == "hello" and said["flags"] == 64
    assert interaction.message is not None and interaction.message.id == message.id
    assert interaction.permissions.manage_guild and interaction.app_permissions.pin_messages
    assert (interaction.guild_id, interaction.channel_id) == (server.guild_id, server.channel_id)
    assert len(server.messages) == 1
    with pytest.raises(LookupError):
        await server.press(server.guest, "b")
    again = await server.press(server.admin, "b")
    await again.acknowledged()


async def test_members_differ_in_what_they_may(server: LoopbackDiscord, bot: Bot) -> None:
    await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()

    bot.answer = answer
    for member in (server.admin, server.moderator, server.guest):
        await (await server.press(member, "a")).acknowledged()

    assert [each.permissions.manage_guild for each in bot.interactions] == [True, False, False]
    users = [each.user for each in bot.interactions]
    assert [isinstance(each, discord.Member) and each.get_role(server.mods_role_id) is not None for each in users] == [
        False,
        True,
        False,
    ]


async def test_a_select_sends_what_was_chosen(server: LoopbackDiscord, bot: Bot) -> None:
    view = ui.View(timeout=None)
    options = [discord.SelectOption(label="one"), discord.SelectOption(label="two")]
    view.add_item(ui.Select(custom_id="s", options=options))
    view.stop()
    await channel(bot, server).send("x", view=view)
    await server.press(server.guest, "s", values=["two"])
    await bot.seen("interaction")

    data: Any = bot.interactions[0].data
    assert (data["component_type"], data["values"]) == (3, ["two"])
    with pytest.raises(LookupError):
        await server.press(server.guest, "s", values=["three"])


async def test_what_cannot_be_pressed_is_refused(server: LoopbackDiscord, rest: Bot) -> None:
    await channel(rest, server).send("x", view=buttons("a", disabled=True))

    for custom_id in ("a", "b"):
        with pytest.raises(LookupError):
            await server.press(server.admin, custom_id)


async def test_thinking_is_replaced_by_the_answer(server: LoopbackDiscord, bot: Bot) -> None:
    await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("first")
        await interaction.edit_original_response(content="better")
        await interaction.followup.send("second", ephemeral=True)

    bot.answer = answer

    press = await server.press(server.guest, "a")
    assert (await press.acknowledged())["type"] == 5
    async with asyncio.timeout(5):
        await server.changes.until(lambda: len(press.messages) == 2)

    assert [(each["content"], each["flags"]) for each in press.messages] == [("better", 64), ("second", 64)]


async def test_an_answer_may_update_the_message_itself(server: LoopbackDiscord, bot: Bot) -> None:
    await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="y", view=buttons("b"))

    bot.answer = answer
    press = await server.press(server.guest, "a")

    assert (await press.answered())["content"] == "y"
    assert server.messages[0]["content"] == "y"


async def test_a_form_is_opened_and_submitted(server: LoopbackDiscord, bot: Bot) -> None:
    await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Form())
        else:
            await interaction.response.send_message("done", ephemeral=True)

    bot.answer = answer
    press = await server.press(server.admin, "a")
    await press.acknowledged()
    submit = await server.submit(press, {"how": "two", "boxes": ["b"]})
    await submit.answered()

    assert press.modal is not None and press.modal["title"] == "Remove Heat?"
    data: Any = bot.interactions[1].data
    assert data["custom_id"] == "form" and data["components"][0]["type"] == 10
    parts = [each["component"] for each in data["components"][1:]]
    assert [(each["type"], each["custom_id"], each.get("value", each.get("values"))) for each in parts] == [
        (21, "how", "two"),
        (22, "boxes", ["b"]),
        (4, "why", ""),
        (23, "sure", True),
    ]
    with pytest.raises(LookupError):
        await server.submit(press, {"how": "three"})


async def test_discord_py_itself_reads_a_submitted_form(server: LoopbackDiscord, bot: Bot) -> None:
    await channel(bot, server).send("x", view=buttons("a"))
    read: list[object] = []

    class Asking(ui.Modal):
        def __init__(self) -> None:
            super().__init__(title="T")
            options = [discord.RadioGroupOption(label="one"), discord.RadioGroupOption(label="two", default=True)]
            self.how: ui.RadioGroup[Any] = ui.RadioGroup(options=options)
            self.add_item(ui.Label(text="How", component=self.how))

        async def on_submit(self, interaction: discord.Interaction) -> None:
            read.append(self.how.value)
            await interaction.response.defer()

    async def answer(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(Asking())

    bot.answer = answer
    press = await server.press(server.admin, "a")
    await press.acknowledged()
    await (await server.submit(press)).acknowledged()

    assert read == ["two"]


async def test_a_form_is_no_answer_to_a_form_and_has_its_limits(server: LoopbackDiscord, bot: Bot) -> None:
    await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        form = Form()
        if interaction.type is discord.InteractionType.component and not bot.errors:
            form.title = "x" * 46
        await interaction.response.send_modal(form)

    bot.answer = answer
    await server.press(server.admin, "a")
    await bot.refused(1)
    press = await server.press(server.admin, "a")
    await press.acknowledged()
    await server.submit(press)
    await bot.refused(2)

    assert [str(each).partition("In ")[2].partition(":")[0] for each in bot.errors] == ["data.title", "type"]
    assert [each.code for each in bot.errors] == [50035, 50035]


async def test_an_interaction_is_answered_once_and_in_time(server: LoopbackDiscord, bot: Bot, clock: Clock) -> None:
    await channel(bot, server).send("x", view=buttons("a"))
    url = f"{server.api_base}/interactions"

    async def post(path: str) -> tuple[int, int]:
        async with aiohttp.ClientSession() as session, session.post(url + path, json={"type": 6}) as response:
            return response.status, (await response.json() if response.status != 204 else {"code": 0})["code"]

    press = await server.press(server.admin, "a")
    path = f"/{press.interaction_id}/{press.token}/callback"
    assert [await post(path), await post(path)] == [(204, 0), (400, 40060)]
    late = await server.press(server.admin, "a")
    clock.now += 3.5
    assert await post(f"/{late.interaction_id}/{late.token}/callback") == (404, 10062)
    assert await post("/1/x/callback") == (404, 10062)


async def test_a_token_is_good_for_fifteen_minutes(server: LoopbackDiscord, bot: Bot, clock: Clock) -> None:
    await channel(bot, server).send("x", view=buttons("a"))

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("x", ephemeral=True)

    bot.answer = answer
    press = await server.press(server.admin, "a")
    await press.answered()
    clock.now += 901
    with pytest.raises(discord.HTTPException) as error:
        await bot.interactions[0].edit_original_response(content="y")

    assert problem(error) == (401, 50027)


async def test_a_hand_made_press_may_come_from_elsewhere(server: LoopbackDiscord, bot: Bot) -> None:
    message = await channel(bot, server).send("x")
    await server.press_raw(server.admin, "anything", message_id=message.id, guild_id=5, channel_id=6)
    await bot.seen("interaction")

    assert (bot.interactions[0].guild_id, bot.interactions[0].channel_id) == (5, 6)


# The page.


async def test_the_page_is_served_with_a_strict_policy(server: LoopbackDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("", "style.css", "app.js", "favicon.svg", "favicon.ico"):
            async with session.get(server.page_url + path) as response:
                assert response.status == 200, path
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_the_page_hears_of_changes_and_can_press(server: LoopbackDiscord, bot: Bot) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    bot.answer = answer
    async with aiohttp.ClientSession() as session, session.get(f"{server.page_url}page/events?viewer=guest") as events:
        first = await events.content.readuntil(b"\n\n")
        message = await channel(bot, server).send("look", view=buttons("a"))
        later = await events.content.readuntil(b"\n\n")
        press = {"viewer": "guest", "message_id": str(message.id), "custom_id": "a"}
        async with session.post(f"{server.page_url}page/press", json=press) as response:
            outcome = await response.json()

    assert b"look" not in first and b"look" in later
    assert outcome["ok"] and outcome["modal"]["custom_id"] == "form"
