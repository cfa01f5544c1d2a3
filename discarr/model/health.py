"""What an app reports about itself, as on its System, Status page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How serious the app thinks that it is."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class HealthWarning:
    """One problem that an app reports. Its message is never read: it can contain a key, an address or a path.

    Source: the classes of NzbDrone.Core/HealthCheck/Checks.
    """

    source: str
    """The name of the app's check, such as 'RootFolderCheck'. Untrusted, and later versions know others."""
    level: Level
    since: datetime | None = None
    """When it was first seen (UTC); None if it was there at the first look."""

    @property
    def hides_rows(self) -> bool:
        """True for a client that does not answer, or is paused: its downloads are then missing from the queue.

        DownloadClientCheck also warns if there is no client: only its error counts.
        """
        if self.source == "DownloadClientStatusCheck":
            return True
        return self.source == "DownloadClientCheck" and self.level is Level.ERROR

    @property
    def turns_imports_off(self) -> bool:
        """True if the app does not import what is complete."""
        return self.source == "ImportMechanismCheck"

    @property
    def stops_imports(self) -> bool:
        """True for a missing root folder, a read-only disk, and if imports are switched off."""
        no_place = self.source in ("RootFolderCheck", "MountCheck") and self.level is Level.ERROR
        return no_place or self.turns_imports_off


@dataclass(frozen=True, slots=True)
class Health:
    """All problems that an app reported at one moment."""

    warnings: tuple[HealthWarning, ...]
    read_at: datetime
    """When they were requested (UTC)."""

    @property
    def stops_imports(self) -> bool:
        """Whether one of them does."""
        return any(warning.stops_imports for warning in self.warnings)
