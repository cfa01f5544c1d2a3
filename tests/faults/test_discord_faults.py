"""Discord, or what answers in its place, in trouble: at the login, with the one message, or with a press.

It is said once, costs no second message, and the bot goes on as soon as it may. What a running bot makes of trouble is
proved in test_day.py.
"""

import asyncio
import gc

import pytest
from aiohttp import web

from discarr.demo.arr.situations import delayed, downloading
from discarr.demo.discord import Fault, Press, discord_error
from discarr.demo.discord.rest import Rest
from discarr.errors import FatalError
from tests.approved import approved
from tests.faults.tools import accepted, gaps
from tests.stage import ALIEN, BROWSE, DUNE, HARBOUR, HEAT, REFRESH, Stage
from tests.support import discord_faults as wrong
from tests.support.discord_faults import CALLBACK, CREATE, EDIT, PIN, UNREADABLE, Answer, Call, answered, answering_with
from tests.support.faults import slow

# The login.


BANS = ("410", "Wed, 01 Jul 2026 12:20:00 GMT", "nan", None)
"""How long Cloudflare asks to wait: what is no number is five minutes."""
IN_PLACE: dict[str, Fault | None] = {
    "nothing": None,
    **{name: wrong.fault(name) for name in ("500", "a login page with 401", "hang")},
    **{name: answering_with(UNREADABLE[name]) for name in ("cut off", "deep")},
    # It has no Via header, and discord.py raises it at once (`HTTPClient.request`).
    **{f"429 for {wait}": answered(wrong.cloudflare(wait)) for wait in BANS},
}
"""What answers in Discord's place; what is said of each is proved in test_network_errors.py."""


@pytest.mark.parametrize("name", IN_PLACE)
async def test_what_stands_in_place_of_discord_is_said_once_and_waited_for_and_the_apps_are_read_meanwhile(
    name: str, stage: Stage
) -> None:
    stage.discord.fault = IN_PLACE[name]
    if name == "nothing":
        await stage.discord.stop()
    stage.settings["CHECK_INTERVAL"] = "120"
    stage.radarr.queue.append(downloading(HEAT))
    bot = stage.start()
    await stage.passes(1190)

    assert not bot.done()
    assert len([each for each in stage.radarr.requests if each.path.endswith("/queue")]) >= 10
    [outage] = stage.warnings
    assert outage.startswith("Discord cannot be reached") and "<" not in outage and "\n" not in outage
    if name.startswith("429"):
        assert min(gaps(each.at for each in stage.discord.requests)) >= (410 if "410" in name else 300)
    stage.discord.fault = None
    if name == "nothing":
        await stage.discord.start()
    await stage.passes(70)
    assert "Discord can be reached" in stage.said("INFO")
    stage.radarr.queue.append(downloading(ALIEN))
    await stage.shows("Heat (1995)", "Alien (1979)")
    await stage.stop()


async def test_a_token_that_discord_itself_rejects_ends_it_at_once(stage: Stage) -> None:
    stage.discord.fault = answered(lambda _: discord_error(401, 0, "401: Unauthorized"))
    with pytest.raises(FatalError, match="DISCORD_TOKEN"):
        await stage.start()
    stage.bot = None
    assert (len(stage.discord.requests), stage.discord.identifies) == (1, [])
    gc.collect()  # a session that was left open warns here


# The message.


SOME = ("500", "503", "429 with 30046", "closed socket", "hang")
"""One of each kind: tried again by discord.py, not tried again, waited for, broken, and no answer at all."""
POSTS = [*map(wrong.fault, SOME), answering_with(b"{}")]
HELPERS = (wrong.PINS, PIN, wrong.HISTORY, wrong.DELETE)


@pytest.mark.parametrize(
    ("at", "trouble", "taken"),
    [
        *((CREATE, trouble, taken) for trouble in POSTS for taken in (False, True)),
        *((at, wrong.fault(name), False) for at in HELPERS for name in ("500", "hang")),
    ],
)
async def test_a_start_into_trouble_ends_with_one_pinned_message_also_if_the_answer_to_its_post_got_lost(
    at: Call, trouble: Fault, taken: bool, stage: Stage
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse | None:
        if taken and not any(message["components"] for message in stage.discord.messages):
            stage.discord.channel.make(stage.discord.guild.bot, await request.json())
        return await trouble(request, "")

    stage.radarr.queue.append(downloading(HEAT))
    stage.discord.fault = answered(answer, at)

    stage.start()
    await stage.passes(100)
    stage.discord.fault = None
    await stage.passes(700 if at == PIN else 180)  # a pin is tried again after ten minutes

    assert "Heat (1995)" in stage.text
    assert [message["id"] for message in stage.discord.pinned] == [stage.dashboard["id"]]
    assert stage.notices == []
    assert min(gaps(accepted(stage))) >= 5


@pytest.mark.parametrize("name", ["500", "503", "429 for 45 s", "hang"])
@pytest.mark.parametrize("call", [wrong.CHANNEL, wrong.GUILD, wrong.MEMBER])
async def test_what_only_words_an_explanation_is_not_needed_and_learned_later(
    call: Call, name: str, stage: Stage
) -> None:
    await stage.showing(downloading(HEAT))
    stage.discord.fault = wrong.fault(name, call)
    await stage.restart()
    assert stage.warnings == []
    posts = len(stage.posts)
    await stage.discord.take("read_message_history")
    await stage.stop()
    stage.start()
    await stage.passes(120)
    assert len(stage.posts) == posts, "without it Discord lists nothing, as in an empty channel"
    await stage.discord.give("read_message_history")
    stage.log.clear()

    stage.discord.fault = None
    await stage.discord.take("send_messages")
    await stage.discord.delete_message(int(stage.dashboard["id"]))
    await stage.progresses(150)
    assert [text for text in stage.warnings if "Send Messages is missing" in text] == stage.warnings != []


@pytest.mark.parametrize("code", [20009, 50035, 200000, 240000])
async def test_a_title_that_discord_does_not_take_costs_the_rows_and_nothing_else(stage: Stage, code: int) -> None:
    """Such as AutoMod: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

    async def blocked(request: web.Request) -> web.Response | None:
        return discord_error(400, code, "Message was blocked") if "Alien" in await request.text() else None

    stage.settings["CHECK_INTERVAL"] = "60"
    stage.discord.fault = answered(blocked, CREATE, EDIT)
    stage.radarr.queue += [downloading(HEAT), downloading(ALIEN)]
    await stage.up()
    await stage.passes(130)
    assert "2 downloading" in stage.text and "Alien" not in stage.text
    [warning] = stage.warnings
    assert "Message was blocked" in warning

    del stage.radarr.queue[1]
    await stage.passes(1200)  # what became of it is reported for a quarter of an hour
    assert "Heat (1995)" in stage.text


# A press.


ORIGINAL = ("PATCH", "/webhooks/{application}/{token}/messages/{message}")


async def begun(request: web.Request) -> web.StreamResponse:
    """An answer whose end never comes."""
    response = web.StreamResponse()
    await response.prepare(request)
    await asyncio.sleep(1000)
    return response


ANSWERS: dict[str, Fault] = {
    **{name: answering_with(UNREADABLE[name]) for name in ("null", "no text", "deep", "parts of a wrong type")},
    "a press without an id": answering_with(b'{"interaction": {"id": null}}'),
    "nothing": answered(lambda _: web.Response(status=204)),
    "no gzip": answered(lambda _: web.Response(body=b"{}", headers={"Content-Encoding": "gzip"})),
    "begun": answered(begun),
    "a login page": wrong.fault("a login page"),
    # discord.py sends it again, and Discord says that it has the acknowledgement already.
    "502": wrong.fault("502"),
}


async def opened(stage: Stage) -> Press:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    return await stage.ask(stage.discord.admin, "Heat (1995)")


@pytest.mark.parametrize("call", [CALLBACK, ORIGINAL], ids=["acknowledgement", "reply"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_a_press_that_discord_took_is_done_and_answered_whatever_it_answers(
    answer: Fault, call: Call, stage: Stage
) -> None:
    form = await opened(stage)
    rest = Rest(stage.discord.guild, stage.discord.channel, stage.discord.interactions)
    do = {CALLBACK: rest.answer, ORIGINAL: rest.edit_answer}[call]

    async def done(request: web.Request) -> web.StreamResponse | None:
        stage.discord.fault = None
        await do(request)
        return await answer(request, "")

    stage.discord.fault = answered(done, call)
    press = await stage.discord.submit(form, {"how": "remove"})
    reply = await press.answered(30)

    assert "Heat (1995)" in reply["content"]
    assert len(stage.removals()) == 1
    assert stage.warnings == stage.tracebacks == []


@pytest.mark.parametrize(
    "refusal",
    [
        *(wrong.refusing(status, code) for status, code in ((404, 10062), (403, 50013), (500, 0))),
        wrong.proxy(403, "<html>Blocked</html>"),
        lambda _: web.Response(status=400, body=b"7", headers={"Content-Type": "application/json"}),
    ],
)
async def test_a_press_that_discord_refuses_is_not_done_and_said_once(refusal: Answer, stage: Stage) -> None:
    form = await opened(stage)

    stage.discord.fault = answered(refusal, CALLBACK)
    for _ in range(3):
        await stage.discord.submit(form, {"how": "remove"})
        await stage.discord.press(stage.discord.guest, REFRESH)
        await stage.passes(40)

    assert stage.removals() == [] and stage.radarr.commands == []
    assert len(stage.warnings) == 1
    assert stage.tracebacks == []


async def test_answers_that_discord_does_not_edit_are_said_once_and_so_is_the_end_of_that(stage: Stage) -> None:
    await stage.showing(*map(downloading, (HEAT, ALIEN, DUNE)))
    *forms, last = [await stage.ask(stage.discord.admin, name) for name in ("Heat", "Alien", "Dune")]
    stage.log.clear()
    stage.discord.fault = answered(wrong.refusing(404, 10008), ORIGINAL)
    for form in (*forms, last):
        stage.discord.fault = None if form is last else stage.discord.fault
        await stage.discord.submit(form, {"how": "remove"})
        await stage.passes(20)

    assert len(stage.removals()) == 3
    assert [text.split(":")[0] for text in stage.said() if " updated" in text] == [
        "An answer could not be updated",
        "Answers are updated again",
    ]


async def test_a_press_that_was_answered_elsewhere_or_came_too_late_is_said_once(stage: Stage) -> None:
    """The other process with the same token is always a little faster; in between, it is not."""
    await opened(stage)

    async def rival(request: web.Request) -> None:
        press = stage.discord.interactions.presses.get(int(request.match_info["interaction"]))
        if press is not None and press.callback is None:
            press.callback = {"type": 6, "data": {}}

    late = slow(4)
    for fault in (late, rival, None, rival, late):
        stage.discord.fault = answered(fault, CALLBACK) if fault else None
        await stage.discord.press(stage.discord.guest, BROWSE)
        await stage.passes(10)
        assert len(stage.warnings) == 1

    assert stage.tracebacks == []


@pytest.mark.parametrize(("read_for", "is_listed"), [(0, True), (0, False), (35, True), (35, False)])
async def test_a_pending_release_that_was_handed_over_has_started_whatever_its_client_calls_it(
    stage: Stage, read_for: float, is_listed: bool
) -> None:
    """A torrent names itself; until the next refresh the app lists neither (Core/Download/DownloadService.cs)."""
    name, episodes = "Harbour Lights S02 E01–E10", HARBOUR.season(2, 10)
    await stage.showing(delayed(HARBOUR, episodes=episodes))
    form, cross, message = await stage.ask(stage.discord.admin, name), stage.cross(name), int(stage.dashboard["id"])
    started = downloading(HARBOUR, episodes=episodes, title="another name [GRP]")
    stage.sonarr.queue[:] = [started] if is_listed else []
    await stage.passes(read_for)

    answers = [await stage.sent(form, "remove")]
    press = await stage.discord.press_raw(stage.discord.admin, cross, message_id=message)
    answers.append(await press.answered(300))

    assert all("started" in each["content"] and approved("answer/gone") not in each["content"] for each in answers)
    assert len(stage.sonarr.queue) == is_listed
    assert read_for == 0 or stage.removals() == []
