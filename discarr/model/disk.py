"""The disks of an app's library."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryDisk:
    """A disk, and the root folders on it. Their paths are private."""

    folders: tuple[int, ...]
    """Their numbers in the app's list, from 1."""
    accessible: bool = True
    """False if they are missing, or did not answer the app within 5 s."""
    free: float | None = None
    """Bytes that the app can use; None if unknown. Several disks can share them, so they must not be added up."""
    total: float | None = None
    """Bytes; None if unknown."""
