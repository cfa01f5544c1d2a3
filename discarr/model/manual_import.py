"""What a manual import of a download would do, file by file. Pure."""

from dataclasses import dataclass
from hashlib import sha256

from discarr.model.import_reasons import Obstacle


@dataclass(frozen=True, slots=True)
class ImportFile:
    """One file that would be imported. Its texts are untrusted."""

    name: str
    becomes: str
    """The movie, or the series with its episodes."""
    quality: str
    languages: tuple[str, ...]
    size: int
    replaces: bool | None
    """Whether it replaces a file of the library; None if the app does not say."""
    ids: tuple[int, ...]
    """The app's ids of its movie or its episodes: the history has an event for each."""
    entry: str
    """The file as the command wants it, as JSON. It contains a path of the app, so it is never shown."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One file that would not be imported, and why. Its texts are untrusted."""

    name: str
    obstacle: Obstacle
    becomes: str = ""
    """What the app takes it for; '' if it does not know."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """All files of a download, as the app sees them at one moment."""

    files: tuple[ImportFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    is_guess: bool = False
    """The queue does not say which movie or series it is: a person has to compare."""

    def ids(self) -> frozenset[int]:
        """The ids of all movies or episodes that would be imported."""
        return frozenset(id for file in self.files for id in file.ids)

    def digest(self) -> str:
        """Twelve hexadecimal digits that change with the files, with what each becomes, and with what it replaces."""
        text = "\n".join(f"{file.replaces} {file.entry}" for file in self.files)
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
