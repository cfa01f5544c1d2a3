"""Finds the disk of each root folder, by the paths that the app reports. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from discarr.arr.models import Disk, RootFolder
from discarr.model.disk import LibraryDisk


def library_disks(folders: Iterable[RootFolder], disks: Sequence[Disk]) -> tuple[LibraryDisk, ...]:
    """Return the disks of these root folders, in the order of the folders."""
    numbers: dict[tuple[str, LibraryDisk], list[int]] = defaultdict(list)
    for number, folder in enumerate(folders, 1):
        disk = _disk_of(folder, disks)
        total = disk.total_space if disk else None
        if total is not None and total < (folder.free_space or 0):
            total = None  # it is on another disk, which is not listed
        mount = disk.path if disk else ""
        numbers[mount, LibraryDisk((), folder.accessible, folder.free_space, total)].append(number)
    return tuple(replace(disk, folders=tuple(some)) for (_, disk), some in numbers.items())


def _disk_of(folder: RootFolder, disks: Iterable[Disk]) -> Disk | None:
    """Return the disk with the longest path that leads to the folder."""
    path = _path(folder.path)
    leading = (disk for disk in disks if disk.path and path.is_relative_to(_path(disk.path)))
    return max(leading, key=lambda disk: len(_path(disk.path).parts), default=None)


def _path(text: str) -> PurePath:
    """Return a path of the app's system, where those of Windows do not depend on upper case."""
    return PurePosixPath(text) if text.startswith("/") else PureWindowsPath(text)
