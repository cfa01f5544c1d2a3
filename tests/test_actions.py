"""A press carries its whole meaning in its custom_id, and what cannot be one of ours means nothing."""

import random
import string

import pytest

from discarr.model.queue import DownloadRef
from discarr.view.custom_ids import (
    ALL,
    ATTENTION,
    MARK,
    Action,
    AskCleanUp,
    AskRemove,
    Browse,
    ChooseFilter,
    CleanUp,
    OpenBrowser,
    Refresh,
    Remove,
    action_from,
    custom_id,
    fingerprint,
)
from tests.builders import download, pack, waiting

LONGEST_KEY = "radarr-" + "w" * 24
ACTIONS: tuple[Action, ...] = (
    AskRemove(DownloadRef("radarr", 1)),
    AskRemove(DownloadRef(LONGEST_KEY, 2**63 - 1)),
    AskRemove(DownloadRef("sonarr-4k-2", 2**31 - 1)),
    Remove(DownloadRef("radarr", 1), "00000000"),
    Remove(DownloadRef(LONGEST_KEY, 2**63 - 1), "deadbeef"),
    Refresh(),
    OpenBrowser(),
    Browse(ALL, 1),
    Browse(ATTENTION, 0),
    Browse(LONGEST_KEY, 500),
    Browse("sonarr", 999_999),
    ChooseFilter(),
    AskCleanUp(),
    CleanUp(),
)


@pytest.mark.parametrize("action", ACTIONS, ids=custom_id)
def test_an_action_is_the_same_after_its_way_through_discord(action: Action) -> None:
    assert action_from(custom_id(action)) == action


def test_no_two_actions_share_an_id() -> None:
    assert len({custom_id(action) for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=custom_id)
def test_every_id_carries_our_mark_and_fits_discord(action: Action) -> None:
    assert custom_id(action).startswith(MARK)
    assert len(custom_id(action)) <= 100


def test_the_id_of_a_button_is_what_the_design_says_so_that_old_ones_go_on_working() -> None:
    assert custom_id(AskRemove(DownloadRef("radarr-4k", 17))) == "discarr:remove:radarr-4k:17"


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "discarr",
        "discarr:",
        "discarr::",
        "remove:radarr:1",
        "discarr:remove",
        "discarr:remove:radarr",
        "discarr:remove:radarr:",
        "discarr:remove::1",
        "discarr:remove:radarr:x",
        "discarr:remove:radarr:-1",
        "discarr:remove:radarr:1.5",
        "discarr:remove:radarr:1:2",
        "discarr:remove:Radarr:1",
        "discarr:remove:radarr 4k:1",
        "discarr:remove:radarr:1 ",
        " discarr:remove:radarr:1",
        "discarr:remove:radarr:1\n",
        "DISCARR:remove:radarr:1",
        "discarr:remove:radarr:١٢",
        "discarr:remove:rädarr:1",
        "discarr:remove:radarr:" + "9" * 20,
        "discarr:remove:" + "r" * 41 + ":1",
        "discarr:v1:remove:radarr:1",
        "discarr:form:radarr:1",
        "discarr:form:radarr:1:",
        "discarr:form:radarr:1:0000000",
        "discarr:form:radarr:1:000000000",
        "discarr:form:radarr:1:0000000G",
        "discarr:form:radarr:1:DEADBEEF",
        "discarr:page:all",
        "discarr:page:all:",
        "discarr:page:all:-1",
        "discarr:page:all:x",
        "discarr:page::1",
        "discarr:page:all:1:1",
        "discarr:page:all:" + "1" * 7,
        "discarr:refresh:",
        "discarr:refresh:1",
        "discarr:Refresh",
        "discarr:cleanup:1",
        "discarr:explode",
        "\0",
        "\ud800",
        "discarr:\ud800",
        "discarr:remove:radarr:1\0",
        "x" * 100_000,
        "discarr:remove:radarr:" + "1" * 100_000,
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_what_no_button_of_ours_carries_means_nothing(garbage: str) -> None:
    assert action_from(garbage) is None


@pytest.mark.parametrize("seed", range(10))
def test_no_garbled_id_is_an_error_or_taken_for_another_action(seed: int) -> None:
    chance = random.Random(seed)
    alphabet = string.printable + ":::::rremovefmpag0123\u0660\ud800"
    for _ in range(500):
        text = list(custom_id(chance.choice(ACTIONS)))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) + 1)
            text[at : at + chance.randrange(3)] = chance.choices(alphabet, k=chance.randrange(3))
        garbled = "".join(text)

        action = action_from(garbled)

        assert action is None or action_from(custom_id(action)) == action
        if action is not None and "0" not in garbled:  # but for leading zeros, an id has one spelling
            assert custom_id(action) == garbled


def test_a_fingerprint_is_eight_digits_that_a_form_can_carry() -> None:
    for subject in (download(), pack(), waiting(), download(download_id="", release="\ud800*" * 500)):
        action = Remove(subject.ref, fingerprint(subject))
        assert action_from(custom_id(action)) == action


def test_a_download_is_known_again_under_another_queue_id_and_name() -> None:
    before = download(1, download_id="HASH", name="Some.Release", release="Some.Release")
    after = download(2, download_id="HASH", name="A Film (2024)", release="Some.Release.mkv")

    assert fingerprint(before) == fingerprint(after)


def test_a_pending_release_is_known_again_by_its_name() -> None:
    assert fingerprint(waiting(1, release="A")) == fingerprint(waiting(2, release="A"))
    assert fingerprint(waiting(1, release="A")) != fingerprint(waiting(1, release="B"))


def test_a_neighbour_has_another_fingerprint() -> None:
    assert len({fingerprint(download(id)) for id in range(1, 2001)}) == 2000
