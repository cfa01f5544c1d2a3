"""The values say of themselves what follows from what they hold."""

from datetime import timedelta

import pytest

from discarr.model.queue import DownloadRef, Section, State
from tests.builders import NOW, SONARR, download, instance, pack, queue, snapshot


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("radarr", "Radarr"),
        ("sonarr", "Sonarr"),
        ("radarr-4k", "Radarr 4k"),
        ("sonarr-for-the-kids", "Sonarr for the kids"),
    ],
)
def test_an_instance_is_read_as_its_app_with_its_name_behind(key: str, label: str) -> None:
    assert instance(key).label == label


@pytest.mark.parametrize(
    ("size", "left", "progress"), [(0, 0, None), (100, 100, 0.0), (100, 50, 0.5), (100, 0, 1.0), (2**62, 0, 1.0)]
)
def test_progress_is_the_share_that_is_there_and_none_where_the_size_is_unknown(
    size: int, left: int, progress: float | None
) -> None:
    assert download(size=size, remaining=left).progress == progress


ATTENTION = {State.STALLED, State.IMPORT_BLOCKED, State.FAILED, State.FAILED_FOREIGN, State.REJECTED}
MOVING = {State.DOWNLOADING, State.METADATA}
IMPORTING = {State.IMPORT_WAITING, State.IMPORTING, State.IMPORTED}


@pytest.mark.parametrize("state", State)
def test_each_state_belongs_to_one_group(state: State) -> None:
    expected = (
        Section.ATTENTION
        if state in ATTENTION
        else Section.DOWNLOADING
        if state in MOVING
        else Section.IMPORTING
        if state in IMPORTING
        else Section.WAITING
    )

    assert download(state=state).section is expected


@pytest.mark.parametrize("state", State)
def test_what_stands_still_for_long_needs_attention_whatever_it_is(state: State) -> None:
    assert download(state=state, stalled_for=timedelta(hours=1)).section is Section.ATTENTION


def test_a_download_is_found_by_any_of_its_records() -> None:
    season = pack(100, episodes=3)
    shown = snapshot(queue(download(1)), queue(download(5, instance="sonarr"), season))

    assert [shown.find(DownloadRef("sonarr", id)) for id in (100, 101, 102, 103)] == [season, season, season, None]


def test_an_id_is_looked_up_in_its_own_instance_only() -> None:
    film, episode = download(7), download(7, instance="sonarr")
    shown = snapshot(queue(film), queue(episode))

    assert shown.find(DownloadRef("radarr", 7)) is film
    assert shown.find(DownloadRef("sonarr", 7)) is episode
    assert shown.find(DownloadRef("radarr-4k", 7)) is None
    assert shown.queue("radarr-4k") is None


def test_a_snapshot_goes_through_all_downloads_in_the_order_of_its_queues() -> None:
    first, second, third = download(3), download(1), download(2, instance="sonarr")

    assert list(snapshot(queue(first, second), queue(instance=SONARR), queue(third), at=NOW)) == [first, second, third]


def test_a_download_is_the_same_under_new_ids_if_its_client_id_is_the_same() -> None:
    before = download(1, download_id="HASH")
    after = download(2, download_id="HASH")

    assert before.is_also(after)
    assert after.is_also(before)


def test_a_pack_of_which_one_record_is_left_is_still_the_same() -> None:
    assert pack(100, episodes=3, download_id="").is_also(download(102, instance="sonarr", download_id=""))


def test_two_pending_downloads_are_not_the_same_for_having_no_client_id() -> None:
    assert not download(1, download_id="").is_also(download(2, download_id=""))


def test_downloads_of_two_instances_are_never_the_same() -> None:
    assert not download(1).is_also(download(1, instance="radarr-4k"))
