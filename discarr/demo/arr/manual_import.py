"""What Radarr 6.0 and Sonarr 4.0 do for `GET manualimport` and for the command `ManualImport`.

Sources: Core/MediaFiles/MovieImport/Manual/ManualImportService.cs, EpisodeImport/Manual/ManualImportService.cs, and
ManualImport/ManualImportController.cs of both apps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from discarr.demo.arr.items import EpisodeMedia, Item, Json, Media, MovieMedia
from discarr.demo.arr.records import LANGUAGES, quality

BY_ID = "Found matching movie via grab history, but release was matched to movie by ID. Manual Import required."
"""The commonest reason of a blocked import that a person can solve (Core/Download/CompletedDownloadService.cs)."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One video file in the folder of a download, as the app judges it."""

    path: str
    media: Media | None = None
    """None: matched to nothing, which comes without any rejection."""
    episodes: tuple[EpisodeMedia, ...] = ()
    rejections: tuple[str, ...] = ()
    has_quality: bool = True
    size: int = 4_000_000_000
    replaces: bool = False
    fails: bool = False
    """Whether it cannot be moved: the command then says `successful` all the same, and writes no event."""

    def record(self, download_id: str) -> Json:
        record: Json = {
            "path": self.path,
            "folderName": self.path.split("/")[-2],
            "size": self.size,
            **self._matched(),
            "releaseGroup": "EXAMPLE",
            "downloadId": download_id,
            "indexerFlags": 0,
            "rejections": [{"reason": reason, "type": "permanent"} for reason in self.rejections],
        }
        return record | {"quality": quality(), "languages": LANGUAGES} if self.has_quality else record

    def _matched(self) -> Json:
        file_id = 5 if self.replaces else 0
        if isinstance(self.media, MovieMedia):
            return {"movie": {**self.media.record(), "movieFileId": file_id}}
        if self.media is None:
            return {}
        episodes = [{**episode.record(), "episodeFileId": file_id} for episode in self.episodes]
        return {"series": self.media.record(), "episodes": episodes, "releaseType": "seasonPack"}


@dataclass(slots=True)
class ManualImports:
    """The files of the downloads of one app, and what a test wants of them."""

    files: dict[str, Sequence[FoundFile]] = field(default_factory=dict)
    """The files of a download by its id, if they are not simply those of its item."""

    def files_of(self, item: Item) -> Sequence[FoundFile]:
        """Return the files of a download: one, or one for each episode."""
        if item.download_id in self.files:
            return self.files[item.download_id]
        folder = f"/data/downloads/{item.title}"
        if not item.episodes:
            return [FoundFile(f"{folder}/{item.title}.mkv", item.media, size=item.size)]
        return [
            FoundFile(f"{folder}/{item.title}.E{episode.number:02}.mkv", item.media, (episode,))
            for episode in item.episodes
        ]
