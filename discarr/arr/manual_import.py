"""The answer of `GET /api/v3/manualimport` as pydantic models: one entry for each video file.

Source: ManualImport/ManualImportResource.cs of both apps.
"""

from pathlib import PureWindowsPath
from typing import Annotated, Any

from pydantic import Field

from discarr.arr.models import Bytes, Episode, Lenient, Movie, Number, Series, Text, Wire


class Rejection(Wire):
    """Why the app would not import the file by itself."""

    reason: str


class ImportItem(Wire):
    """One entry of `GET /api/v3/manualimport`. Without its path or its rejections nothing is safe to import."""

    path: Annotated[str, Field(min_length=1, max_length=5000)]
    size: Bytes = None
    folder_name: Text = ""
    movie: Annotated[Movie | None, Lenient(None)] = None
    series: Annotated[Series | None, Lenient(None)] = None
    episodes: Annotated[tuple[Episode, ...], Lenient(())] = ()
    quality: Annotated[dict[str, Any] | None, Lenient(None)] = None
    languages: Annotated[tuple[dict[str, Any], ...], Lenient(())] = ()
    release_group: Text = ""
    release_type: Text = ""
    indexer_flags: Number = None
    rejections: tuple[Rejection, ...]

    @property
    def name(self) -> str:
        """The file name. A path of Windows has backslashes."""
        return PureWindowsPath(self.path).name

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of its movie or its episodes, as far as it was matched."""
        if self.movie is not None:
            return (self.movie.id,)
        return tuple(sorted({episode.id for episode in self.episodes})) if self.series else ()

    @property
    def replaces(self) -> bool | None:
        """Whether its movie or one of its episodes has a file; None if the app does not say."""
        targets = self.episodes if self.movie is None else (self.movie,)
        known = [_has_file(target) for target in targets]
        return None if None in known else any(known)


def _has_file(target: Movie | Episode) -> bool | None:
    file_id = target.movie_file_id if isinstance(target, Movie) else target.episode_file_id
    return target.has_file if file_id is None else bool(target.has_file) or file_id > 0
