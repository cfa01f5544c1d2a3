"""A press carries its whole meaning in its custom_id, and what cannot be one of ours means nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from, text

from discarr.model.download import DownloadKey
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    MARK,
    AskRemove,
    Browse,
    ComponentAction,
    General,
    Remove,
    Target,
    action_from,
    box_value,
    custom_id,
    digest,
    target_from_box,
    target_of,
)
from tests.support.builders import download

STABLE = settings(max_examples=100, derandomize=True, deadline=None, database=None)
LONGEST_KEY = "radarr-" + "w" * 24
DIGITS = ("deadbeef0123", "000000000000")
ACTIONS: tuple[ComponentAction, ...] = (
    AskRemove(Target("radarr", *DIGITS)),
    AskRemove(Target("sonarr-4k-2", *reversed(DIGITS))),
    AskRemove(Target(LONGEST_KEY, *DIGITS)),
    Remove(Target("radarr", *DIGITS)),
    Remove(Target(LONGEST_KEY, *DIGITS)),
    General.REFRESH,
    General.OPEN_BROWSER,
    Browse(ALL, 1),
    Browse(ATTENTION, 0),
    Browse(LONGEST_KEY, 500),
    Browse("sonarr", 999_999),
    General.CHOOSE_FILTER,
    General.ASK_CLEAN_UP,
    General.CLEAN_UP,
)


@pytest.mark.parametrize("action", ACTIONS, ids=custom_id)
def test_an_action_is_the_same_after_its_way_through_discord(action: ComponentAction) -> None:
    assert action_from(custom_id(action)) == action
    assert custom_id(action).startswith(MARK) and len(custom_id(action)) <= 100


def test_no_two_actions_share_an_id() -> None:
    assert len({custom_id(action) for action in ACTIONS}) == len(ACTIONS)


def test_the_id_of_a_button_stays_the_same_so_that_old_ones_go_on_working() -> None:
    subject = download(key=DownloadKey("radarr-4k", "HASH"), release="Some.Film-X")

    assert custom_id(AskRemove(target_of(subject))) == "discarr:remove:radarr-4k:c1fb44c72628:b1a2e8b2a57e"


REMOVE, KEY = "discarr:remove:radarr", "deadbeef0123:000000000000"
WITHOUT_SPACES = f"""
    discarr discarr: discarr:: discarr:explode remove:radarr:{KEY} DISCARR:remove:radarr:{KEY}
    discarr:remove {REMOVE} {REMOVE}: {REMOVE}:1 {REMOVE}:-1 {REMOVE}:1e9 {REMOVE}:deadbeef0123
    {REMOVE}:{KEY}:1 {REMOVE}:{KEY}0 {REMOVE}:{KEY[1:]} {REMOVE}:deadbeefO123:000000000000 {REMOVE}:{KEY.upper()}
    {REMOVE}:deadbeef012\u0663:000000000000 {REMOVE}:{KEY}?removeFromClient=true {REMOVE}/..:{KEY}
    discarr:remove::{KEY} discarr:remove:{KEY} discarr:remove:Radarr:{KEY} discarr:remove:r\xe4darr:{KEY}
    discarr:remove:../radarr:{KEY} discarr:remove:{"r" * 41}:{KEY} discarr:v1:remove:radarr:{KEY}
    discarr:form:radarr:1 discarr:form:radarr:1:00000000
    discarr:page discarr:page:all discarr:page:all: discarr:page:all:-1 discarr:page:all:x discarr:page::1
    discarr:page:all:1:1 discarr:page:ALL:1 discarr:page:all:1111111
    discarr:refresh: discarr:refresh:1 discarr:Refresh discarr:cleanup:1 discarr:browse:1 discarr:filter:all
""".split()
GARBAGE = (
    *WITHOUT_SPACES,
    *("", "\0", "\ud800", "discarr:\ud800", "x" * 100_000, f"{REMOVE}:{'1' * 100_000}"),
    *(f"discarr:remove:radarr 4k:{KEY}", f" {REMOVE}:{KEY}", f"{REMOVE}: {KEY}"),
    *(f"{REMOVE}:{KEY} ", f"{REMOVE}:{KEY}\n", f"{REMOVE}:{KEY}\0"),
)


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: ascii(text[:40]))
def test_what_no_button_of_ours_carries_means_nothing(garbage: str) -> None:
    assert action_from(garbage) is None


@settings(STABLE, max_examples=500)
@given(sampled_from(ACTIONS), integers(0, 60), integers(0, 3), text("::remofvpag0123\u0660\ud800", max_size=3))
def test_no_garbled_id_is_an_error_or_taken_for_another_action(
    whole: ComponentAction, at: int, length: int, put: str
) -> None:
    id = custom_id(whole)
    garbled = id[:at] + put + id[at + length :]

    action = action_from(garbled)

    assert action is None or action_from(custom_id(action)) == action
    # But for leading zeros, an id has one spelling.
    assert action is None or "0" in garbled or custom_id(action) == garbled


@STABLE
@given(text(), text())
def test_any_download_can_be_named_by_a_button_and_a_box(id: str, release: str) -> None:
    target = target_of(download(key=DownloadKey(LONGEST_KEY, id), release=release))

    assert action_from(custom_id(AskRemove(target))) == AskRemove(target)
    assert target_from_box(box_value(target)) == target
    assert len(custom_id(AskRemove(target))) <= 100


@STABLE
@given(text())
def test_a_text_that_no_box_of_ours_has_names_nothing(value: str) -> None:
    assert target_from_box(value) is None


def test_a_download_is_known_again_under_another_queue_id_and_release_and_a_neighbour_is_not() -> None:
    before, after = download(1, release="Some.Release"), download(1, queue_id=77, release="Some.Release.mkv")

    assert target_of(before).digest == target_of(after).digest
    assert len({target_of(download(id)).digest for id in range(1, 2001)}) == 2000
    assert re.fullmatch("[0-9a-f]{12}", digest("\ud800")), "also of half a letter"
