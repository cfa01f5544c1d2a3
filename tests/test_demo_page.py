"""The page that shows the demo's channel, as the browser asks for it."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import ui

from discarr.bot._discord_internals import redirected_to
from discarr.demo.discord import LoopbackDiscord, Wire
from discarr.demo.page import ChannelPage

BUTTON = {"type": 1, "components": [{"type": 2, "style": 2, "label": "a", "custom_id": "a"}]}


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    server = LoopbackDiscord()
    server.add_routes(ChannelPage(server).routes())
    async with server:
        yield server


async def test_the_page_is_served_with_a_strict_policy(server: LoopbackDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("", "style.css", "app.js", "favicon.svg"):
            async with session.get(server.page_url + path) as response:
                assert response.status == 200, path
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_the_page_hears_of_changes(server: LoopbackDiscord) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{server.page_url}page/events?viewer=guest") as events:
        first = await events.content.readuntil(b"\n\n")
        server.channel.make(server.guest, {"content": "look"})
        later = await events.content.readuntil(b"\n\n")

    assert b"look" not in first and b"look" in later


class Bot(discord.Client):
    """Opens a form for a press, and answers a form."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            form = ui.Modal(title="Sure?", custom_id="form")
            options = [discord.RadioGroupOption(label=each, value=each) for each in ("yes", "no")]
            form.add_item(ui.Label(text="Sure?", component=ui.RadioGroup(custom_id="sure", options=options)))
            form.stop()
            await interaction.response.send_modal(form)
        else:
            await interaction.response.send_message("done", ephemeral=True)


async def test_a_press_opens_a_form_whose_answer_can_be_dismissed(server: LoopbackDiscord) -> None:
    message = server.channel.make(server.guild.bot, {"content": "x", "components": [BUTTON]})

    async def posted(path: str, **body: object) -> Wire:
        async with session.post(f"{server.page_url}page/{path}", json=body) as response:
            return dict(await response.json())

    with redirected_to(server.api_base, server.gateway_url):
        async with aiohttp.ClientSession() as session, Bot(intents=discord.Intents(guilds=True)) as bot:
            task = asyncio.create_task(bot.start(server.token))
            await server.gateway.wait_connected()
            absent = await posted("press", viewer="guest", message_id=message.id, custom_id="b")
            opened = await posted("press", viewer="guest", message_id=message.id, custom_id="a")
            done = await posted("submit", interaction_id=opened["interaction_id"], values={"sure": "yes"})
            task.cancel()
            await asyncio.wait([task])
            [answer] = [each.id for each in server.channel.seen_by(server.guest) if each.private_to]
            await posted("dismiss", viewer="guest", message_id=answer)

    assert (absent["ok"], done["ok"]) == (False, True)
    assert opened["modal"]["custom_id"] == "form"
    assert [each.id for each in server.channel.seen_by(server.guest)] == [message.id]
