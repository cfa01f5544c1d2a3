"""Words for what the apps report about themselves. Pure.

Never the app's own message: it can contain a key, an address or a path. So each check has words of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from discarr.model.disk import LibraryDisk
from discarr.model.health import HealthWarning, Level
from discarr.model.instance import Instance
from discarr.model.queue import IncompleteReason, Queue
from discarr.view.text import amount, counted, listed, moment_past

NO_PROBLEM = "no problems reported"
UNKNOWN = "health unknown"
SPACE_UNKNOWN = "free space unknown"
_NAMED = 2
"""Warnings named on the dashboard for each instance."""
_ANY = None
_WORDS: dict[tuple[str, Level | None], str] = {
    ("DownloadClientCheck", Level.ERROR): "a download client does not answer",
    ("DownloadClientStatusCheck", Level.ERROR): "all download clients are unavailable after failures",
    ("DownloadClientStatusCheck", _ANY): "a download client is unavailable after failures",
    ("ImportMechanismCheck", _ANY): "imports are turned off",
    ("RootFolderCheck", _ANY): "a library folder is missing",
    ("MountCheck", _ANY): "a library disk is read-only",
    ("RemotePathMappingCheck", _ANY): "it cannot see the files of a download client",
    ("RecyclingBinCheck", _ANY): "its recycling bin is not writable, so it cannot replace files",
    ("ProxyCheck", _ANY): "its proxy is not working",
    ("DownloadClientCheck", _ANY): "no download client is set up",
    ("IndexerStatusCheck", Level.ERROR): "all indexers are failing",
    ("IndexerLongTermStatusCheck", Level.ERROR): "all indexers have been failing for over 6 h",
    ("IndexerRssCheck", Level.ERROR): "no indexer checks for new releases",
    ("IndexerRssCheck", _ANY): "the indexers that check for new releases are failing",
    ("IndexerSearchCheck", _ANY): "no indexer can search",
    ("IndexerStatusCheck", _ANY): "some indexers are failing",
    ("IndexerLongTermStatusCheck", _ANY): "some indexers have been failing for over 6 h",
    ("IndexerDownloadClientCheck", _ANY): "an indexer uses a download client that is missing or disabled",
    ("DownloadClientRemovesCompletedDownloadsCheck", _ANY): "a download client removes completed downloads on its own",
}
"""What matters to people who wait for a download, the worst first.

Source: NzbDrone.Core/HealthCheck/Checks of Radarr and Sonarr.
"""
_FOR_THE_ADMIN = frozenset(
    {
        "ApiKeyValidationCheck",
        "AppDataLocationCheck",
        "DownloadClientRootFolderCheck",
        "DownloadClientSortingCheck",
        "ImportListRootFolderCheck",
        "ImportListStatusCheck",
        "IndexerJackettAllCheck",
        "MetadataCheck",
        "MovieCollectionRootFolderCheck",
        "NamingConfigCheck",
        "NotificationStatusCheck",
        "PTPOldSettingsCheck",
        "PackageGlobalMessageCheck",
        "ReleaseBranchCheck",
        "RemovedMovieCheck",
        "RemovedSeriesCheck",
        "SlackUrlCheck",
        "SqliteVersionCheck",
        "SystemTimeCheck",
        "UpdateCheck",
    }
)
"""Checks that delay no download: they are counted in the private view alone."""


def reports_trouble(queue: Queue) -> bool:
    """Return whether the app reports something that delays downloads."""
    return queue.outage is None and queue.health is not None and bool(_delaying(queue.health.warnings))


def health_text(queue: Queue) -> str:
    """Return what the dashboard says after the name of an instance, '?' if that is unknown; '' if all is well.

    If its rows may be missing, a line of its own says why.
    """
    if queue.health is None:
        return "" if queue.incomplete else "?"
    said = queue.incomplete is IncompleteReason.CLIENT_AWAY
    warnings = [warning for warning in _delaying(queue.health.warnings) if not (said and warning.hides_rows)]
    phrases = [words for words, _ in _worded(warnings)]
    if others := len(warnings) - len(phrases):
        phrases.append(counted(others, "other problem"))
    return f"⚠️ {listed(phrases, _NAMED)}" if phrases else ""


def reported_text(queue: Queue, now: datetime) -> str:
    """Return since when the app reports a client that does not answer, as a sentence; '' if that is unknown.

    The report can outlast the trouble: during a pause nothing makes the app check again.
    """
    warnings = queue.health.warnings if queue.health else ()
    moments = [warning.since for warning in warnings if warning.hides_rows]
    known = [moment for moment in moments if moment is not None]
    return f" Reported at {moment_past(min(known), now)}." if moments and len(known) == len(moments) else ""


def warning_texts(warnings: Iterable[HealthWarning], now: datetime) -> list[str]:
    """Return words for each warning that delays downloads, the worst first."""
    return [words + _since(warning, now) for words, warning in _worded(warnings)]


def others_text(instance: Instance, warnings: Sequence[HealthWarning]) -> str:
    """Return the number of warnings without words of their own; '' if there is none."""
    known = len(_worded(warnings))
    others = len(warnings) - known
    number = f"{others:,} more" if known else counted(others, "entry", "entries")
    return f"{number}: see System, Status in {instance.label}" if others else ""


def disk_text(disk: LibraryDisk) -> str:
    """Return the free space of a disk. Its library folders are numbered as the app lists them."""
    return f"{_folders(disk.folders)}: {_space(disk)}"


def _delaying(warnings: Iterable[HealthWarning]) -> list[HealthWarning]:
    """Return those that may delay downloads: a check of the future may, too."""
    return [each for each in warnings if each.source not in _FOR_THE_ADMIN and each.level is not Level.NOTICE]


def _worded(warnings: Iterable[HealthWarning]) -> list[tuple[str, HealthWarning]]:
    """Return those that have words of their own, with these, the worst first."""
    keyed = [(_key(warning), warning) for warning in warnings]
    return [(words, warning) for key, words in _WORDS.items() for its_key, warning in keyed if its_key == key]


def _key(warning: HealthWarning) -> tuple[str, Level | None] | None:
    """Return the key of its words; None if it has none."""
    keys = (warning.source, warning.level), (warning.source, _ANY)
    return next((key for key in keys if key in _WORDS), None)


def _since(warning: HealthWarning, now: datetime) -> str:
    if warning.since is None:
        return ""
    word = "reported at" if warning.hides_rows else "since"
    return f" · {word} {moment_past(warning.since, now)}"


def _folders(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:10])
    return f"Library {'folder' if len(numbers) == 1 else 'folders'} {shown}{' …' if len(numbers) > 10 else ''}"


def _space(disk: LibraryDisk) -> str:
    if not disk.accessible:
        return "missing, or too slow to answer"
    if disk.free is None:
        return SPACE_UNKNOWN
    return f"{amount(disk.free)} free" + (f" of {amount(disk.total)}" if disk.total is not None else "")
