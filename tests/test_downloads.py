"""The values say of themselves what follows from what they hold."""

from collections.abc import Mapping
from typing import Any

import pytest

from discarr.model.download import DownloadKey, State
from tests.support.builders import SONARR, download, pack, queue, snapshot


@pytest.mark.parametrize(
    ("changes", "dangerous"),
    [
        ({"state": State.REJECTED}, True),
        ({"state": State.IMPORT_BLOCKED, "reasons": ("Sample", "Caution: Found executable file with extension")}, True),
        ({"state": State.IMPORT_BLOCKED, "reasons": ("Sample",)}, False),
        ({}, False),
    ],
)
def test_a_download_is_dangerous_if_the_app_rejects_it_or_warns_of_a_file(
    changes: Mapping[str, Any], dangerous: bool
) -> None:
    assert download(**changes).dangerous is dangerous


def test_a_download_is_found_in_its_own_instance_only() -> None:
    film, season = download(7), pack(7)
    shown = snapshot(queue(film), queue(season))

    assert [shown.find(DownloadKey(key, "HASH7")) for key in ("radarr", "sonarr", "radarr-4k")] == [film, season, None]
    assert shown.find(DownloadKey("radarr", "HASH8")) is None
    assert shown.queue("radarr-4k") is None


def test_a_snapshot_goes_through_all_downloads_in_the_order_of_its_queues() -> None:
    first, second, third = download(3), download(1), download(2, instance="sonarr")

    assert list(snapshot(queue(first, second), queue(instance=SONARR), queue(third))) == [first, second, third]


def test_a_download_is_called_by_its_title_or_else_by_its_release() -> None:
    known, unknown = download(1), download(2, instance="sonarr")
    shown = snapshot(queue(known), queue(unknown), titles={("radarr", known.media): "Heat (1995)"})

    assert [shown.title(each) for each in (known, unknown)] == ["Heat (1995)", unknown.release]
