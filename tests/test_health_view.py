"""What the dashboard and the private view say about the health of the apps."""

import re
from datetime import timedelta

import pytest
from discord import Colour

from discarr.model.disk import LibraryDisk
from discarr.model.health import Health, HealthWarning, Level
from discarr.model.queue import IncompleteReason, Queue
from discarr.view.dashboard import AMBER, dashboard_embed
from discarr.view.headline import summary
from discarr.view.health_page import health_embed
from discarr.view.instance_lines import outage_lines
from tests.support.builders import NOW, OUTAGE, SONARR, download, many_instances, queue, snapshot
from tests.support.limits import assert_embed_fits

E, W, N = Level.ERROR, Level.WARNING, Level.NOTICE
WAITED_FOR = [
    *(("DownloadClientCheck", E), ("DownloadClientCheck", W)),
    *(("DownloadClientStatusCheck", W), ("DownloadClientStatusCheck", E)),
    *(("RemotePathMappingCheck", E), ("ImportMechanismCheck", W), ("RootFolderCheck", E), ("MountCheck", E)),
    *(("RecyclingBinCheck", E), ("IndexerStatusCheck", W), ("IndexerStatusCheck", E)),
    *(("IndexerLongTermStatusCheck", W), ("IndexerLongTermStatusCheck", E), ("IndexerRssCheck", E)),
    *(("IndexerRssCheck", W), ("IndexerSearchCheck", W), ("IndexerDownloadClientCheck", W), ("ProxyCheck", E)),
    ("DownloadClientRemovesCompletedDownloadsCheck", W),
]
"""The checks that matter to people who wait (NzbDrone.Core/HealthCheck/Checks)."""
FOR_THE_ADMIN = [("UpdateCheck", E), ("SlackUrlCheck", W), ("SomethingNewCheck", N)]
FUTURE = ("Http://key@host/SomethingNewCheck", E)


def reporting(*warnings: tuple[str, Level], hours: float | None = None, **changes: object) -> Queue:
    """A queue of Sonarr whose app reports these, for so many hours."""
    since = None if hours is None else NOW - timedelta(hours=hours)
    health = Health(tuple(HealthWarning(*warning, since) for warning in warnings), NOW - timedelta(minutes=4))
    return queue(instance=SONARR, version="4.0.19.2979", health=health, **changes)


def private(shown: Queue) -> str:
    """What the private view says about it."""
    return str(health_embed(snapshot(shown), {}).fields[0].value)


def last_line(*queues: Queue) -> str:
    """The dashboard's line about the apps."""
    return str(dashboard_embed(snapshot(*queues)).fields[0].value).rpartition("\n")[2]


def test_what_delays_nothing_is_counted_in_the_private_view_alone() -> None:
    assert last_line(reporting(*FOR_THE_ADMIN)) == last_line(reporting())
    assert private(reporting(*FOR_THE_ADMIN)).startswith("3 entries: see System, Status in Sonarr\n")


@pytest.mark.parametrize(("source", "amber"), [("RootFolderCheck", True), ("IndexerStatusCheck", False)])
def test_only_what_stops_imports_is_in_the_first_line_and_amber(source: str, amber: bool) -> None:
    shown = snapshot(reporting((source, E)), queue(download()))

    assert summary(shown).startswith("⚠️ Imports may fail · ") is amber
    assert (dashboard_embed(shown).colour == Colour(AMBER)) is amber


def test_the_time_of_an_error_is_not_invented() -> None:
    unknown = reporting(("DownloadClientCheck", E), incomplete=IncompleteReason.CLIENT_AWAY)

    assert "eported at" not in outage_lines(snapshot(unknown))[0] + private(unknown)


def test_what_is_said_of_missing_rows_or_an_outage_is_not_said_of_its_health() -> None:
    away = reporting(("DownloadClientCheck", E), ("ProxyCheck", E), incomplete=IncompleteReason.CLIENT_AWAY)
    down = reporting(("RootFolderCheck", E), outage=OUTAGE)

    assert last_line(away).endswith("Sonarr ⚠️ its proxy is not working")
    assert "library" not in str(dashboard_embed(snapshot(down, queue())).fields[0].value)
    assert "Imports" not in summary(snapshot(down))


@pytest.mark.parametrize(("count", "well"), [(2, 0), (30, 0), (30, 3)])
def test_the_views_fit_whatever_the_apps_report(count: int, well: int) -> None:
    """Nor does the dashboard get more nodes than one for each warning that it names."""
    everything = tuple(HealthWarning(source, level, NOW) for source, level in WAITED_FOR + FOR_THE_ADMIN)
    disks = [LibraryDisk((number,), free=1e12, total=2e12) for number in range(1, 1001)]
    reported = [()] * well + [everything] * (count - well)
    instances = zip(many_instances(count), reported, strict=True)
    shown = snapshot(*(queue(instance=each, health=Health(warnings, NOW)) for each, warnings in instances))

    assert_embed_fits(health_embed(shown, {each.instance.key: disks for each in shown.queues}))
    assert_embed_fits(dashboard_embed(shown))
    assert re.findall(r"(\d+) apps ✓", str(dashboard_embed(shown).to_dict())) == ([f"{well}"] if well else [])
