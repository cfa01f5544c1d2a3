"""What stands in the way of an import, by the apps' own texts, and whether a manual import solves it. Pure.

These texts are English whatever the language of the app. Sources: CompletedDownloadService.cs,
RejectedImportService.cs, ImportApprovedMovie.cs, ImportApprovedEpisodes.cs, and the import specifications of both apps.
"""

import re
from collections.abc import Iterator
from enum import Enum, StrEnum, auto

from discarr.model.download import Download, State


class Verdict(Enum):
    """Whether a manual import solves it, the most cautious first."""

    NEVER = auto()
    """The file could do harm."""
    BETTER_FILE = auto()
    """A manual import would replace a better file."""
    NO = auto()
    """Something else has to change first."""
    CHOICE = auto()
    """Somebody has to choose the movie or the episodes in the app."""
    YES = auto()


class Obstacle(StrEnum):
    """What stands in the way of one file, or of the complete download."""

    DANGEROUS = "dangerous"
    NOT_AN_UPGRADE = "not-an-upgrade"
    FEWER_EPISODES = "fewer-episodes"
    ALREADY_IMPORTED = "already-imported"
    SAMPLE = "sample"
    NO_AUDIO = "no-audio"
    MULTI_PART = "multi-part"
    EXTRA = "extra"
    NO_SPACE = "no-space"
    UNPACKING = "unpacking"
    NO_FILES = "no-files"
    ARCHIVE = "archive"
    NOT_VIDEO = "not-video"
    CONFIGURATION = "configuration"
    DISK = "disk"
    DOWNLOAD_FAILED = "download-failed"
    APP_ERROR = "app-error"
    UNKNOWN = "unknown"
    """A text that this version does not know."""
    NO_MATCH = "no-match"
    OTHER_EPISODE = "other-episode"
    PARTIAL_SEASON = "partial-season"
    NUMBERING = "numbering"
    OTHER_TITLE = "other-title"
    """The app matches the file to something else than its queue does."""
    PACK_OF_MOVIES = "pack-of-movies"
    """Another file is for another movie. Radarr is done with a download once any file of it is imported, and may remove
    it with the other movies (Radarr's Download/CompletedDownloadService.cs)."""
    NO_QUALITY = "no-quality"
    SECOND_FILE = "second-file"
    """Another file of the same download is for the same movie or episode: one would replace the other."""
    MATCHED_BY_ID = "matched-by-id"
    FOREIGN = "foreign"
    SAMPLE_UNCERTAIN = "sample-uncertain"
    UNTITLED = "untitled"

    @property
    def verdict(self) -> Verdict:
        """Whether a manual import solves it."""
        return _VERDICTS.get(self, Verdict.NO)


_VERDICTS = {
    Obstacle.DANGEROUS: Verdict.NEVER,
    Obstacle.NOT_AN_UPGRADE: Verdict.BETTER_FILE,
    Obstacle.FEWER_EPISODES: Verdict.BETTER_FILE,
    Obstacle.NO_MATCH: Verdict.CHOICE,
    Obstacle.OTHER_EPISODE: Verdict.CHOICE,
    Obstacle.PARTIAL_SEASON: Verdict.CHOICE,
    Obstacle.NUMBERING: Verdict.CHOICE,
    Obstacle.OTHER_TITLE: Verdict.CHOICE,
    Obstacle.PACK_OF_MOVIES: Verdict.CHOICE,
    Obstacle.MATCHED_BY_ID: Verdict.YES,
    Obstacle.FOREIGN: Verdict.YES,
    Obstacle.SAMPLE_UNCERTAIN: Verdict.YES,
    Obstacle.UNTITLED: Verdict.YES,
}
"""Every other one is NO."""

_FRAGMENTS = (
    ("caution: found", Obstacle.DANGEROUS),
    ("not an upgrade", Obstacle.NOT_AN_UPGRADE),
    ("not a quality revision upgrade", Obstacle.NOT_AN_UPGRADE),
    ("not a custom format upgrade", Obstacle.NOT_AN_UPGRADE),
    ("contains more episodes than this file", Obstacle.FEWER_EPISODES),
    ("already imported at", Obstacle.ALREADY_IMPORTED),
    ("no audio tracks", Obstacle.NO_AUDIO),
    ("multi-part file", Obstacle.MULTI_PART),
    ("split into multiple files", Obstacle.MULTI_PART),
    ("extras are not supported", Obstacle.EXTRA),
    ("not enough free space", Obstacle.NO_SPACE),
    ("still being unpacked", Obstacle.UNPACKING),
    ("locked file", Obstacle.UNPACKING),
    ("no files found are eligible", Obstacle.NO_FILES),
    ("found archive file", Obstacle.ARCHIVE),
    ("unsupported extension", Obstacle.NOT_VIDEO),
    ("rejected extension", Obstacle.NOT_VIDEO),
    ("starts with '._'", Obstacle.NOT_VIDEO),
    ("mapped to a movie folder", Obstacle.CONFIGURATION),
    ("mapped to a series folder", Obstacle.CONFIGURATION),
    ("doesn't contain intermediate path", Obstacle.CONFIGURATION),
    ("is not a valid local path", Obstacle.CONFIGURATION),
    ("root folder missing", Obstacle.DISK),
    ("destination already exists", Obstacle.DISK),
    ("recycle bin", Obstacle.DISK),
    ("failed to import", Obstacle.DISK),
    ("download is encrypted", Obstacle.DOWNLOAD_FAILED),
    ("has failed wasn't grabbed", Obstacle.DOWNLOAD_FAILED),
    ("wasn't grabbed by sonarr, skipping", Obstacle.DOWNLOAD_FAILED),
    ("specification: ", Obstacle.APP_ERROR),
    ("unexpected error", Obstacle.APP_ERROR),
    ("title mismatch", Obstacle.NO_MATCH),
    ("found multiple movies", Obstacle.NO_MATCH),
    ("found multiple series", Obstacle.NO_MATCH),
    ("unable to parse", Obstacle.NO_MATCH),
    ("unknown movie", Obstacle.NO_MATCH),
    ("unknown series", Obstacle.NO_MATCH),
    ("invalid season or episode", Obstacle.NO_MATCH),
    ("episodes not selected", Obstacle.NO_MATCH),
    ("contains all episodes in seasons", Obstacle.NO_MATCH),
    ("unexpected considering the", Obstacle.OTHER_EPISODE),
    ("not found in the grabbed release", Obstacle.OTHER_EPISODE),
    ("partial season packs", Obstacle.PARTIAL_SEASON),
    ("thexem", Obstacle.NUMBERING),
)
"""Parts of texts, lower case. Some texts quote names from outside: so the cautious ones come first, and what a manual
import solves must match from its beginning."""

_SOLVED = (
    (r"found matching (movie|series) via grab history, but .*by id\b", Obstacle.MATCHED_BY_ID),
    (r"download wasn't grabbed by \w+ and not in a category", Obstacle.FOREIGN),
    (r"unable to determine if file is a sample", Obstacle.SAMPLE_UNCERTAIN),
    (r"episode has a tba title", Obstacle.UNTITLED),
    (r"episode does not have (a title|an absolute episode number) and recently aired", Obstacle.UNTITLED),
)
_NO_OBSTACLES = (
    "one or more movies expected",
    "one or more episodes expected",
    "one or more files expected",
    "par status:",
)
"""What only introduces other texts, and what NZBGet says of every download."""


def obstacle_of(reason: str) -> Obstacle | None:
    """Return what this text of an app means; None if it says nothing about the import."""
    text = reason.strip().lower()
    if text == "sample":
        return Obstacle.SAMPLE
    found = next((obstacle for fragment, obstacle in _FRAGMENTS if fragment in text), None)
    found = found or next((obstacle for pattern, obstacle in _SOLVED if re.match(pattern, text)), None)
    return found or (None if text.startswith(_NO_OBSTACLES) else Obstacle.UNKNOWN)


def obstacles_to(download: Download) -> tuple[Obstacle, ...]:
    """Return what keeps the app from importing this download, the worst first; empty unless its import is blocked."""
    if not download.complete or download.state not in (State.IMPORT_BLOCKED, State.REJECTED):
        return ()
    danger = [Obstacle.DANGEROUS] if download.dangerous else []
    found = dict.fromkeys([*danger, *_obstacles(download.reasons)])
    return tuple(sorted(found, key=lambda obstacle: obstacle.verdict.value))


def may_import(download: Download) -> bool:
    """Return whether a manual import can solve what keeps the app from importing this download.

    The files of a pack have reasons of their own, so that one of them is enough there.
    """
    verdicts = {obstacle.verdict for obstacle in obstacles_to(download)}
    if download.episodes > 1 and Verdict.NEVER not in verdicts:
        return Verdict.YES in verdicts
    return verdicts == {Verdict.YES}


def _obstacles(reasons: tuple[str, ...]) -> Iterator[Obstacle]:
    for reason in reasons:
        if (obstacle := obstacle_of(reason)) is not None:
            yield obstacle
