"""A press carries its whole meaning in its custom_id, and what cannot be one of ours means nothing."""

import pytest
from hypothesis import example, given
from hypothesis.strategies import text

from discarr.bot.remover import find
from discarr.model.download import DownloadKey
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    MARK,
    AskRemove,
    Browse,
    ComponentAction,
    General,
    ImportFiles,
    Remove,
    Subject,
    Target,
    action_from,
    box_value,
    custom_id,
    subject_from_box,
    subject_of,
    target_of,
)
from tests.support.builders import download, queue, snapshot

LONGEST_KEY = "radarr-" + "w" * 24
DIGITS = ("deadbeef0123", "000000000000")
ACTIONS: tuple[ComponentAction, ...] = (
    *(AskRemove(Target(key, *DIGITS)) for key in ("radarr", LONGEST_KEY)),
    *(Remove(Subject(Target(LONGEST_KEY, *DIGITS), had_data)) for had_data in (True, False)),
    ImportFiles(Target("r" * 40, *reversed(DIGITS)), DIGITS[0]),
    *(Browse(ALL, 1), Browse(ATTENTION, 0), Browse(LONGEST_KEY, 999_999)),
    *General,
)


def test_an_action_is_the_same_after_its_way_through_discord_and_no_two_share_an_id() -> None:
    ids = [custom_id(action) for action in ACTIONS]

    assert [action_from(id) for id in ids] == list(ACTIONS) and len(set(ids)) == len(ACTIONS)
    assert all(id.startswith(MARK) and len(id) <= 100 for id in ids)


def test_the_id_of_a_button_stays_the_same_so_that_old_ones_go_on_working() -> None:
    subject = download(key=DownloadKey("radarr-4k", "HASH"), release="Some.Film-X")

    assert custom_id(AskRemove(target_of(subject))) == "discarr:remove:radarr-4k:c1fb44c72628:b1a2e8b2a57e"


REMOVE, KEY = "discarr:remove:radarr", "deadbeef0123:000000000000"
GARBAGE = (
    *("", "\ud800", "x" * 100_000, "discarr:explode", f"remove:radarr:{KEY}", f"DISCARR:remove:radarr:{KEY}"),
    *(f"{REMOVE}:1", f"{REMOVE}:{KEY}0", f"{REMOVE}:{KEY[1:]}", f"{REMOVE}:{KEY.upper()}", f"{REMOVE}:{KEY}:1"),
    *(f"{REMOVE}:deadbeef012\u0663:000000000000", f"{REMOVE}:deadbeefO123:000000000000", f"{REMOVE}:{KEY}\n"),
    *(f"discarr:remove:{key}:{KEY}" for key in ("", "Radarr", "r\xe4darr", "../radarr", "radarr 4k", "r" * 41)),
    *(f"discarr:page:{page}" for page in ("all", "all:-1", "all:x", ":1", "all:1:1", "ALL:1", "all:1111111")),
    *("discarr:refresh:1", "discarr:Refresh", f"discarr:import:radarr:{KEY}:deadbeef01230"),
)


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda text: ascii(text[:40]))
def test_what_no_button_of_ours_carries_means_nothing(garbage: str) -> None:
    assert action_from(garbage) is None


@given(text(), text())
@example("\ud800", "half a letter")
def test_any_download_can_be_named_by_a_button_and_a_box(id: str, release: str) -> None:
    subject = subject_of(download(key=DownloadKey(LONGEST_KEY, id), release=release))

    assert action_from(custom_id(Remove(subject))) == Remove(subject)
    assert subject_from_box(box_value(subject)) == subject
    assert len(custom_id(Remove(subject))) <= 100
    assert subject_from_box(id) is None and subject_from_box(release) is None


def test_of_two_downloads_of_one_release_the_one_that_is_meant_is_found_and_no_other_once_it_is_gone() -> None:
    first, second = (download(id, release="Heat.1995.1080p-EXAMPLE") for id in (1, 2))
    whole = snapshot(queue(first, second))

    assert [find(target_of(each), whole) for each in (first, second)] == [first, second]
    assert find(target_of(second), snapshot(queue(first))) is None
