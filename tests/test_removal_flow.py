"""What a removal comes to: the answer, the row, and what happens when the app is slow, broken or of another opinion."""

import asyncio

import pytest

from discarr.demo.arr.situations import downloading
from tests.approved import approved
from tests.stage import ALIEN, DUNE, HARBOUR, HEAT, Gate, Stage
from tests.support.faults import answering, dropping, hanging, on
from tests.support.phrases import EMPTY, REMOVING

NAME = "Heat (1995)"
GONE = approved("answer/gone")
DONE = approved("answer/removed-remove")


# What is answered.


async def test_the_answer_comes_after_the_row_is_gone_and_the_dashboard_and_the_log_say_who_did_it(
    stage: Stage,
) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))

    await stage.remove(stage.discord.admin, NAME, "search")
    await stage.lacks("** Heat")

    by = str(stage.discord.admin.id)
    assert approved("removed/search").partition("<@")[0] + f"<@{by}>" in stage.text
    infos = [record.message for record in stage.log.records if record.levelname == "INFO"]
    assert any(by in text and "Heat" in text for text in infos)

    await stage.passes(9 * 60)
    assert f"<@{by}>" in stage.text
    await stage.passes(7 * 60)
    assert f"<@{by}>" not in stage.text


async def test_what_finished_meanwhile_is_already_gone_and_later_answered_without_a_form(stage: Stage) -> None:
    item = downloading(HEAT)
    await stage.showing(item, downloading(ALIEN))
    custom_id, message = stage.cross(NAME), int(stage.dashboard["id"])
    opened = await stage.ask(stage.discord.admin, NAME)
    stage.radarr.finish(item)
    assert (await stage.sent(opened, "remove"))["content"] == approved("answer/finished")
    await stage.lacks("** Heat")

    press = await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)

    assert (await press.answered())["content"] == GONE
    assert press.modal is None


SECRETS = ("d15ca44000000000000000000000001a", "hunter2", "qbittorrent.lan", "/config/secret", "WebException")
STACK = (
    f'{{"message": "Couldn\'t connect to http://user:{SECRETS[1]}@{SECRETS[2]}:8080/api?apikey={SECRETS[0]}",'
    f'"description": "System.Net.{SECRETS[4]} at {SECRETS[3]}/path"}}'
)


@pytest.mark.parametrize("status", [400, 401, 500, 502])
async def test_what_the_app_says_is_reported_in_our_words_and_nothing_of_its_own_comes_out(
    stage: Stage, status: int
) -> None:
    stage.log.set_level("DEBUG", "discarr")
    await stage.showing(downloading(HEAT))
    stage.radarr.fault = on("DELETE", answering(status, STACK))

    answer = await stage.remove(stage.discord.admin, NAME)

    assert "**Heat (1995)**" in answer["content"] and "Radarr" in answer["content"]
    assert answer["content"] != DONE
    await stage.passes(60)
    assert "** Heat (1995)" in stage.text, "it is still there"
    everything = f"{stage.discord.messages} {answer} {[each.body for each in stage.discord.requests]} {stage.log.text}"
    assert [secret for secret in SECRETS if secret in everything] == []


async def test_a_client_that_refuses_a_closed_socket_and_an_app_that_is_away_are_reported(stage: Stage) -> None:
    await stage.showing(downloading(HEAT, client_error="Unable to remove torrent, hash 1234 not found"))
    opened = await stage.ask(stage.discord.admin, NAME)

    assert (await stage.sent(opened, "remove"))["content"] == approved("answer/failed")
    stage.radarr.fault = on("DELETE", dropping())
    assert approved("outage/broken-off") in (await stage.sent(opened, "remove"))["content"]
    stage.radarr.fault = Gate("DELETE")
    form = await stage.discord.submit(opened, {"how": "remove"})
    await stage.shows(REMOVING)
    assert approved("outage/no-answer") in (await form.answered(14 * 60))["content"], "within the answer's life"
    await stage.lacks(REMOVING)
    await stage.radarr.stop()
    assert approved("outage/nothing-listens") in (await stage.sent(opened, "remove"))["content"]


# Slow apps.


async def test_a_slow_delete_is_acknowledged_at_once_disables_its_button_and_is_answered_when_it_is_done(
    stage: Stage,
) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    stage.radarr.fault = gate = Gate("DELETE")

    form = await stage.submitted(stage.discord.admin, NAME)
    await gate.arrived.wait()
    await stage.shows(REMOVING)
    with pytest.raises(LookupError, match="can press no"):
        await stage.ask(stage.discord.admin, NAME)
    await stage.passes(80)
    assert form.messages[0]["content"] == ""
    gate.opened.set()

    assert (await form.answered())["content"] == DONE
    assert form.ack_seconds is not None and form.ack_seconds < 1


async def test_a_removal_goes_on_when_the_bot_cannot_answer_who_pressed(stage: Stage) -> None:
    await stage.showing(downloading(HEAT))
    stage.radarr.fault = gate = Gate("DELETE")
    form = await stage.submitted(stage.discord.admin, NAME)
    await gate.arrived.wait()

    await stage.discord.dismiss(stage.discord.admin, int(form.messages[0]["id"]))
    gate.opened.set()

    await stage.shows(EMPTY)


# The row, while the app still lists what it has removed.


async def test_a_removed_row_stays_away_while_the_app_still_lists_it_and_comes_back_after_two_minutes(
    stage: Stage,
) -> None:
    await stage.showing(downloading(HEAT), downloading(ALIEN))
    stage.radarr.fault = on("DELETE", answering(200, "{}"))

    await stage.remove(stage.discord.admin, NAME)
    await stage.lacks("** Heat")
    edits = len(stage.edits)
    await stage.passes(100)
    assert "** Heat (1995)" not in str([edit.body for edit in stage.edits[edits:]])
    assert "** Heat (1995)" not in stage.text and "** Alien (1979)" in stage.text

    await stage.passes(60)
    assert "** Heat (1995)" in stage.text


# A queue that changed under the form.


@pytest.mark.parametrize("wait", [0, 31])
async def test_a_download_whose_queue_ids_have_changed_is_found_again_or_stays_shown(wait: float, stage: Stage) -> None:
    season = HARBOUR.season(2, 2)
    item = downloading(HARBOUR, episodes=season[:1])
    await stage.showing(item, downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, "Harbour Lights")
    item.episodes = season[1:]
    await stage.passes(wait)

    await stage.sent(opened, "remove")
    await stage.passes(45)

    assert stage.sonarr.queue == [] or (wait == 0 and "Harbour Lights" in stage.text)
    assert len(stage.radarr.queue) == 1 and stage.removals(stage.radarr) == []


async def test_a_sibling_record_that_is_gone_does_not_keep_a_pack_from_being_removed(stage: Stage) -> None:
    season = HARBOUR.season(2, 3)
    item = downloading(HARBOUR, episodes=season)
    await stage.showing(item)
    opened = await stage.ask(stage.discord.admin, "Harbour Lights S02")
    for count in (1, 2):  # whichever id the button carried, one of these is without it
        item.episodes = season[count:]
        await stage.passes(31)

    answer = await stage.sent(opened, "remove")

    assert answer["content"].endswith(DONE.partition("**")[2].partition("**")[2])
    assert [removal.status for removal in stage.removals()] == [200]


# Restarts.


async def test_an_instance_that_is_not_read_yet_does_not_make_a_download_gone(stage: Stage) -> None:
    """Its buttons and forms outlive a restart, and so does the download."""
    await stage.showing(downloading(HEAT))
    opened = await stage.ask(stage.discord.admin, NAME)
    custom_id, message = stage.cross(NAME), int(stage.dashboard["id"])
    stage.radarr.fault = hanging(asyncio.Event())
    await stage.restart(until_edited=False)

    press = await stage.discord.press_raw(stage.discord.admin, custom_id, message_id=message)
    answers = [await stage.sent(opened, "remove"), await press.answered()]

    assert len(stage.radarr.queue) == 1
    assert [answer["content"] for answer in answers if GONE in answer["content"]] == []


async def test_a_button_and_an_open_form_from_before_a_restart_work(stage: Stage) -> None:
    await stage.showing(downloading(HEAT), downloading(DUNE))
    opened = await stage.ask(stage.discord.admin, NAME)
    button, message = stage.cross("Dune (2021)"), int(stage.dashboard["id"])
    await stage.restart()

    await stage.sent(opened, "remove")
    press = await stage.discord.press_raw(stage.discord.admin, button, message_id=message)
    await press.acknowledged()
    await stage.sent(press, "remove")

    assert stage.radarr.queue == []
